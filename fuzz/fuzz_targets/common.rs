//! What several targets share.
#![allow(dead_code)] // each target uses a part of it

use std::path::PathBuf;
use std::sync::Arc;

use stockrule::fields::Projection;
use stockrule::catalog::{Catalog, Input, load};
use stockrule::diagnostic::Diagnostic;
use stockrule::resolve::checked::Ruleset;
use stockrule::resolve::resolve;
use stockrule::source::Source;
use stockrule::syntax::parse;
use stockrule::syntax::tree::RuleFile;

/// Every message must have words, and a place that a reader can go to.
pub fn check(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        assert!(!diagnostic.message.trim().is_empty());
        if let Some(place) = &diagnostic.place
            && place.line > 0
        {
            assert!(place.column > 0, "{diagnostic:?}");
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
