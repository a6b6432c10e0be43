//! What several targets share.

use std::path::PathBuf;
use std::sync::Arc;

use crate::catalog::{Catalog, Input, load};
use crate::diagnostic::{Diagnostic, Place};
use crate::fields::Projection;
use crate::resolve::checked::Ruleset;
use crate::resolve::resolve;
use crate::source::Source;
use crate::syntax::parse;
use crate::syntax::tree::RuleFile;

/// Every message must have words, and a place that a reader can go to.
pub fn check(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        assert!(!diagnostic.message.trim().is_empty());
        if let Some(position) = diagnostic.place.as_ref().and_then(Place::position) {
            assert!(position.line == 0 || position.column > 0, "{diagnostic:?}");
        }
    }
}

/// Text is cut into sections by a line that nothing else holds.
pub fn sections(text: &str) -> Vec<&str> {
    text.split("\n====\n").collect()
}

/// The rules of a text, as they are read.
pub fn rules(text: &str) -> RuleFile {
    let (tree, diagnostics) = parse(Arc::new(Source::new("a.rules", text)));
    check(&diagnostics);
    tree
}

/// What rules ask of a catalog.
pub fn wanted(tree: &RuleFile) -> Projection {
    let mut wanted = Projection::default();
    tree.for_each_field(&mut |name| wanted.add(&name.parts));
    wanted
}

/// A catalog of files by their names.
pub fn catalog(files: &[(&str, &[u8])], wanted: &Projection) -> (Catalog, Vec<Diagnostic>) {
    let names: Vec<PathBuf> = files.iter().map(|(name, _)| PathBuf::from(name)).collect();
    let input = |(name, bytes): &(&str, &[u8])| {
        let columns_key = name.starts_with("extra").then(|| "sku".to_owned());
        (Input { path: PathBuf::from(name), columns_key }, bytes.to_vec().into())
    };
    let (catalog, diagnostics) = load(files.iter().map(input).collect(), &names, wanted);
    check(&diagnostics);
    (catalog, diagnostics)
}

/// Checked rules, if they are sound.
pub fn checked(tree: RuleFile, catalog: &Catalog) -> Option<Ruleset> {
    resolve(&[tree], Some(&catalog.schema)).inspect_err(|diagnostics| check(diagnostics)).ok()
}
