//! All files that an emission writes.

use std::path::Path;

use super::artifact::{Artifact, ArtifactKind, bytes};
use super::updates::Updates;
use super::{adjustments, feed, inventory_file, quantities};
use crate::diagnostic::Diagnostic;
use crate::orders::Movements;

/// Where the files of an emission belong; `None` for those that are not asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct OutputPaths<'a> {
    /// The list of quantities.
    pub quantities: Option<&'a Path>,
    /// The feed; where it is too long for one file, the path from which those of its parts are made.
    pub feed: Option<&'a Path>,
    /// The inventory file.
    pub inventory_file: Option<&'a Path>,
    /// The adjustments for Shopify.
    pub adjustments: Option<&'a Path>,
}

/// The content of an emission.
#[derive(Clone, Copy)]
pub struct Contents<'a> {
    /// All updates: the list of quantities holds them.
    pub updates: Updates<'a>,
    /// The updates that go to Amazon, by feed or inventory file: those that change something, with `changed_only`.
    pub to_amazon: Updates<'a>,
    /// The seller's ID, which the feed holds.
    pub seller: &'a str,
    /// How orders have moved the counts: the adjustments are made of them.
    pub movements: &'a Movements,
}

/// The files of an emission, those of the feed first, and warnings about SKUs that a file cannot hold.
///
/// The list of quantities comes last, since it holds all that was sent: files are put in their places in this order, and a feed
/// that is younger than the list tells that an emission was cut short.
pub fn artifacts<'a>(outputs: OutputPaths<'_>, contents: Contents<'a>) -> (Vec<Artifact<'a>>, Vec<Diagnostic>) {
    let Contents { updates, to_amazon, seller, movements } = contents;
    let (mut artifacts, mut warnings) = (vec![], vec![]);
    let mut add = |kind, path: &Path, content| artifacts.push(Artifact { kind, path: path.to_path_buf(), content });
    if let Some(path) = outputs.feed {
        for (path, variants) in feed::files(path, &to_amazon) {
            let content = move |out: &mut dyn std::io::Write| feed::document(seller, &to_amazon, &variants, out);
            add(ArtifactKind::Feed, &path, Box::new(content));
        }
    }
    if let Some(path) = outputs.inventory_file {
        add(ArtifactKind::InventoryFile, path, bytes(inventory_file::tsv(&to_amazon, &mut warnings)));
    }
    if let Some(path) = outputs.adjustments {
        add(ArtifactKind::Adjustments, path, bytes(adjustments::csv(updates.context.shop.catalog, movements)));
    }
    if let Some(path) = outputs.quantities {
        add(ArtifactKind::Quantities, path, Box::new(move |out| quantities::csv(&updates, out)));
    }
    (artifacts, warnings)
}
