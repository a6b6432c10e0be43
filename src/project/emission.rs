//! An emission: what goes out, checked by the guard, and written.

use std::path::{Path, PathBuf};

use foldhash::{HashMap, HashSet};
use jiff::Timestamp;

use super::{Evaluated, Loaded, Outputs, Settings};
use crate::diagnostic::{Code, Diagnostic, any_error};
use crate::emit::summary::Summary;
use crate::emit::{Sent, adjustments, feed, guard, inventory_file, quantities, sent, write};
use crate::evaluate::World;

/// How an emission ended.
pub enum Emitted {
    /// The outputs are written.
    Written(Box<Written>),
    /// Something is wrong; nothing was written.
    Failed,
    /// The guard refused it; nothing was written.
    Refused,
}

/// What an emission came to.
pub struct Written {
    /// In numbers of SKUs, against what Amazon has, or else the last emission.
    pub summary: Summary,
    /// The same, against the last emission alone.
    pub since_last: Summary,
    /// The files that were changed or removed.
    pub changed: Vec<PathBuf>,
}

/// Checks and writes the outputs of a run. What is wrong is added to the diagnostics.
pub fn emit(settings: &Settings, loaded: &Loaded, evaluated: &mut Evaluated, yes: bool) -> Emitted {
    if any_error(&evaluated.diagnostics) {
        return Emitted::Failed;
    }
    let world = loaded.world();
    let going_out = sent(&world, &evaluated.decisions);
    let outputs = &settings.outputs;
    let problems = demands(settings, &world, &going_out);
    if !problems.is_empty() {
        evaluated.diagnostics.extend(problems);
        return Emitted::Failed;
    }
    let last = last_emission(outputs);
    if !yes {
        let skus: HashSet<&str> = loaded.catalog.sku.iter().collect();
        let rule_of = |variant: usize| {
            let settings = evaluated.decisions.get(variant).map(|decision| decision.settings);
            settings.and_then(|settings| settings.steps()).map(|rule| loaded.ruleset.rule_place(rule))
        };
        let emission = guard::Emission {
            sent: &going_out,
            last: &last,
            skus: &skus,
            listings_time: loaded.listings_time,
            now: Timestamp::now(),
            rule_of: &rule_of,
        };
        let refusals = guard::check(&settings.limits, &emission);
        if !refusals.is_empty() {
            evaluated.diagnostics.extend(refusals);
            return Emitted::Refused;
        }
    }
    let to_amazon: Vec<Sent<'_>> =
        going_out.iter().filter(|each| !outputs.changed_only || !each.is_unchanged()).copied().collect();
    let mut files = vec![];
    let mut stale = vec![];
    if let Some(path) = &outputs.feed {
        let parts = feed::files(path, settings.seller.as_deref().unwrap_or_default(), &to_amazon);
        stale = feed::stale(path, &parts);
        files.extend(parts);
    }
    if let Some(path) = &outputs.inventory_file {
        files.push((path.clone(), inventory_file::tsv(&to_amazon, &mut evaluated.diagnostics)));
    }
    if let Some(path) = &outputs.adjustments {
        files.push((path.clone(), adjustments::csv(&loaded.catalog, &loaded.movements)));
    }
    // Last, since the guard measures the next emission by it.
    if let Some(path) = &outputs.quantities {
        files.push((path.clone(), quantities::csv(&going_out)));
    }
    match write::all(&files, &stale) {
        Ok(changed) => {
            let last: HashMap<&str, i64> = last.iter().map(|(sku, quantity)| (sku.as_str(), *quantity)).collect();
            let before = |each: &Sent<'_>| each.amazon.or_else(|| last.get(each.sku).copied());
            let since = |each: &Sent<'_>| last.get(each.sku).copied();
            let summary = Summary::of(&going_out, before, &evaluated.decisions);
            let since_last = Summary::of(&going_out, since, &evaluated.decisions);
            Emitted::Written(Box::new(Written { summary, since_last, changed }))
        }
        Err(problem) => {
            evaluated.diagnostics.push(*problem);
            Emitted::Failed
        }
    }
}

/// The SKUs and quantities of the last emission: its list of quantities, or else its feed.
fn last_emission(outputs: &Outputs) -> Vec<(String, i64)> {
    match (&outputs.quantities, &outputs.feed) {
        (Some(path), _) => std::fs::read(path).map(|bytes| quantities::parse(&bytes)).unwrap_or_default(),
        (None, Some(path)) => feed::parse(path),
        (None, None) => vec![],
    }
}

/// What must be known before anything goes to Amazon.
fn demands(settings: &Settings, world: &World<'_>, going_out: &[Sent<'_>]) -> Vec<Diagnostic> {
    let outputs = &settings.outputs;
    let mut problems = vec![];
    if outputs.is_empty() {
        let help = "give `--quantities FILE` or `--feed FILE`, or name them in the project file, under `emit:`";
        problems.push(Diagnostic::error(Code::Project, "there is nothing to write").help(help));
    }
    let place = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let inputs: Vec<PathBuf> = settings.input_files().iter().map(|path| place(path)).collect();
    for output in outputs.files().iter().filter(|output| inputs.contains(&place(output))) {
        let message = format!("`{}` is read and written: an output must not be an input", output.display());
        let help = "name another file under `emit:`, or a pattern that does not match it";
        problems.push(Diagnostic::error(Code::Project, message).help(help));
    }
    if outputs.feed.is_some() && settings.seller.as_deref().is_none_or(|seller| seller.trim().is_empty()) {
        let help =
            "give `--seller ID`, or `seller:` under `amazon:` in the project file; Seller Central shows it under Account Info";
        problems.push(Diagnostic::error(Code::Project, "a feed needs the seller's ID").help(help));
    }
    if (outputs.feed.is_some() || outputs.inventory_file.is_some()) && !settings.merchant_fulfilled {
        let listing = |each: &&Sent<'_>| world.listings.and_then(|listings| listings.of(each.variant));
        let unknown: Vec<_> =
            going_out.iter().filter(|each| listing(each).is_none_or(|listing| listing.channel.is_none())).collect();
        if let Some(first) = unknown.first() {
            let report = match world.listings {
                None => "there is no listings report",
                Some(_) => "the listings report names no channel for them",
            };
            let message = format!("it is not known who fulfils {} of the SKUs, such as `{}`: {report}", unknown.len(), first.sku);
            let help = "a quantity would turn an FBA offer into a merchant-fulfilled one: give the All Listings Report, or your \
                        word that all are merchant-fulfilled, `--fulfillment merchant`";
            problems.push(Diagnostic::error(Code::UnknownFulfillment, message).help(help));
        }
    }
    problems
}
