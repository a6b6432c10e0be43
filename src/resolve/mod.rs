//! Trees and schema to checked rules: names looked up, types and ranges checked, every error gathered.

pub mod checked;
mod fields;
mod filters;
mod resolver;
mod statements;
mod steps;

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::fields::Schema;
use crate::source::Source;
use crate::syntax::tree::{Expression, Filter, RuleFile};
use checked::{Amount, Condition, Ruleset};
use resolver::Resolver;

/// Checks all rule files as if they were one.
///
/// `schema` is `None` where the catalog could not be read: names that only it knows are then taken on trust, so that every other
/// error is still found, but no rule set comes of it.
///
/// # Errors
/// Everything that is wrong with the files, besides what reading them has found. The list is empty where a statement could not
/// be read, or the schema is missing, and nothing else is wrong.
pub fn resolve(files: &[RuleFile], schema: Option<&Schema>) -> Result<Ruleset, Vec<Diagnostic>> {
    let mut resolver = Resolver::new(schema);
    for file in files {
        resolver.file(file);
    }
    let is_whole = schema.is_some() && files.iter().all(|file| file.unread == 0);
    resolver.finish().and_then(|ruleset| if is_whole { Ok(ruleset) } else { Err(vec![]) })
}

/// Checks a filter that stands alone, with the groups of a ruleset.
///
/// # Errors
/// Everything that is wrong with it.
pub fn resolve_filter(
    source: &Arc<Source>,
    filter: &Filter,
    ruleset: &Ruleset,
    schema: &Schema,
) -> Result<Condition, Vec<Diagnostic>> {
    let mut resolver = Resolver::beside(ruleset, source, schema);
    let condition = resolver.condition(filter);
    condition.ok_or_else(|| resolver.into_diagnostics())
}

/// Checks an expression that stands alone; its value may be any number.
///
/// # Errors
/// Everything that is wrong with it.
pub fn resolve_expression(
    source: &Arc<Source>,
    expression: &Expression,
    ruleset: &Ruleset,
    schema: &Schema,
) -> Result<Amount, Vec<Diagnostic>> {
    let mut resolver = Resolver::beside(ruleset, source, schema);
    let amount = resolver.source_amount(expression);
    amount.ok_or_else(|| resolver.into_diagnostics())
}
