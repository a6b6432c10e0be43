//! The stages as the benches run them: a shop of texts, each stage by itself. Nothing of the inside shows.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::catalog::{Catalog, Input, load, read_in_chunks};
use crate::emit::updates::Updates;
use crate::emit::{feed, quantities};
use crate::evaluate::{Context, Decisions, Run};
use crate::fields::Projection;
use crate::files::Files;
use crate::ids::FileId;
use crate::resolve::checked::Ruleset;
use crate::resolve::resolve;
use crate::source::Source;
use crate::syntax;
use crate::syntax::tree::RuleFile;

/// Rules that are read: a tree, and the fields of a catalog that they need.
pub struct Rules {
    tree: RuleFile,
    projection: Projection,
}

impl Rules {
    /// Parses a rule file.
    pub fn parse(text: &str) -> Self {
        let (tree, _) = syntax::parse(Arc::new(Source::new("shop.rules", text)));
        let mut projection = Projection::default();
        tree.for_each_field(&mut |name| projection.add(&name.parts));
        Rules { tree, projection }
    }

    /// Lays a rule file out.
    pub fn format(text: &str) -> String {
        syntax::format(text)
    }

    /// Checks the rules against a catalog's fields. Returns whether they are sound.
    pub fn resolve(&self, export: &Export) -> bool {
        self.ruleset(export).is_some()
    }

    fn ruleset(&self, export: &Export) -> Option<Ruleset> {
        resolve(std::slice::from_ref(&self.tree), Some(&export.catalog.schema)).ok()
    }
}

/// A product export that is read.
pub struct Export {
    catalog: Catalog,
}

impl Export {
    /// Reads a file in chunks, as large exports are read.
    pub fn read_in_chunks(path: &Path, rules: &Rules) -> Self {
        let input = || Input { path: path.to_owned(), columns_key: None };
        let name = path.to_owned();
        let content = read_in_chunks(&Files::default(), &input(), &name, FileId::saturating(0), &rules.projection, &mut vec![])
            .expect("a product export");
        let (catalog, _) = load(vec![(input(), content)], std::slice::from_ref(&name), &rules.projection);
        Export { catalog }
    }

    /// Reads a text as a whole.
    pub fn read_whole(text: &str, rules: &Rules) -> Self {
        let name = PathBuf::from("shop.csv");
        let input = Input { path: name.clone(), columns_key: None };
        let (catalog, found) = load(vec![(input, text.as_bytes().to_vec().into())], &[name], &rules.projection);
        assert!(found.is_empty(), "{found:?}");
        Export { catalog }
    }
}

/// A shop whose rules are resolved.
pub struct Shop {
    export: Export,
    ruleset: Ruleset,
}

/// What the rules of a shop decide.
pub struct Decided(Arc<Decisions>);

impl Shop {
    /// Reads an export and rules.
    pub fn new(export: &str, rules: &str) -> Self {
        let rules = Rules::parse(rules);
        let export = Export::read_whole(export, &rules);
        let ruleset = rules.ruleset(&export).expect("sound rules");
        Shop { export, ruleset }
    }

    fn context(&self) -> Context<'_> {
        Context::new(&self.export.catalog, None, "amazon.com", jiff::civil::date(2026, 11, 23))
    }

    /// Compiles the rules and decides for every variant.
    pub fn decide(&self) -> Decided {
        Decided(Run::new(&self.ruleset, self.context()).into_decisions())
    }

    fn updates<'a>(&'a self, decided: &'a Decided) -> Updates<'a> {
        Updates { context: self.context(), decisions: &decided.0, left_out: None }
    }

    /// Writes the list of quantities into nothing.
    pub fn emit_quantities(&self, decided: &Decided) {
        quantities::csv(&self.updates(decided), &mut std::io::sink()).expect("nothing fails to be written into nothing");
    }

    /// Writes one feed of all offers into nothing.
    pub fn emit_feed(&self, decided: &Decided) {
        let updates = self.updates(decided);
        let sent: Vec<_> = updates.iter().map(|update| update.offer).collect();
        feed::document("A1", &updates, &sent, &mut std::io::sink()).expect("nothing fails to be written into nothing");
    }
}
