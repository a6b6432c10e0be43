//! The rule files of a project, read and parsed.

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::files::{FileRole, Files, NamedFile};
use crate::source::Source;
use crate::syntax;
use crate::syntax::tree::RuleFile;

/// The trees of rule files, in order; one that cannot be read has none. What is wrong joins the diagnostics.
pub fn rule_trees(files: &Files, rules: &[NamedFile], diagnostics: &mut Vec<Diagnostic>) -> Vec<RuleFile> {
    let mut trees = vec![];
    for named in rules {
        let Some(source) = rule_source(files, named, diagnostics) else { continue };
        let (tree, found) = syntax::parse(Arc::new(source));
        diagnostics.extend(found);
        trees.push(tree);
    }
    trees
}

/// The text of a rule file; `None`, and an error among the diagnostics, where it cannot be read.
pub fn rule_source(files: &Files, named: &NamedFile, diagnostics: &mut Vec<Diagnostic>) -> Option<Source> {
    let document = files.document(named, FileRole::Rules, diagnostics)?;
    Some(Source::new(named.name.display().to_string(), document.text()))
}
