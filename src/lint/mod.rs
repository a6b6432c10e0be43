//! Warnings that need the catalog or the decisions: what is allowed, but hardly meant.

mod days;
mod listings;
mod outcomes;
mod rules;
mod similar;
mod steps;
mod survey;
mod thousands;
mod untold;
mod values;

pub use outcomes::explain as why_missing;
pub use untold::counts as without_counts;

use crate::diagnostic::Diagnostic;
use crate::evaluate::{Bound, Decisions};
use crate::resolve::checked::Ruleset;

/// Every warning on these rules and their decisions.
pub fn lint(ruleset: &Ruleset, bound: &Bound<'_>, decisions: &Decisions) -> Vec<Diagnostic> {
    let mut diagnostics = vec![];
    let survey = survey::Survey::of(ruleset, bound, decisions);
    let idle = rules::idle(ruleset, bound, &survey);
    untold::fields(ruleset, bound, &mut diagnostics);
    thousands::passed_over(ruleset, bound, &mut diagnostics);
    let explained = values::unknown(ruleset, bound, &idle, &mut diagnostics);
    rules::report(ruleset, &idle, &explained, &mut diagnostics);
    days::passed(ruleset, bound, &mut diagnostics);
    steps::without_effect(ruleset, &mut diagnostics);
    outcomes::fixed_above_inventory(ruleset, bound, &survey, &mut diagnostics);
    outcomes::not_active(ruleset, bound, &survey, &mut diagnostics);
    outcomes::without_sku(bound, &survey, &mut diagnostics);
    outcomes::off_with_stock(ruleset, bound, &survey, &mut diagnostics);
    outcomes::ambiguous(bound, &survey, &mut diagnostics);
    outcomes::held(ruleset, bound, decisions, &survey, &mut diagnostics);
    listings::of_another_shop(bound, &survey, &mut diagnostics);
    listings::near_misses(bound, &survey, &mut diagnostics);
    diagnostics
}
