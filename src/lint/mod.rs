//! Warnings that need the catalog or the decisions: what is allowed, but hardly meant.

mod findings;
mod idle_rules;
mod listings;
mod no_effect;
mod not_in_catalog;
mod outcomes;
mod past_days;
mod suggestions;
mod thousands_marks;
mod unknown_value;

pub use not_in_catalog::counts as without_counts;
pub use outcomes::explain as why_missing;

use crate::diagnostic::Diagnostic;
use crate::evaluate::{CompiledRules, Decisions};
use crate::resolve::checked::Ruleset;
use findings::Findings;

/// Every warning on these rules and their decisions.
pub fn lint(ruleset: &Ruleset, bound: &CompiledRules<'_>, decisions: &Decisions) -> Vec<Diagnostic> {
    let mut diagnostics = vec![];
    let findings = Findings::collect(ruleset, bound, decisions);
    let idle = idle_rules::idle(ruleset, bound, &findings);
    not_in_catalog::fields(ruleset, bound, &mut diagnostics);
    thousands_marks::passed_over(ruleset, bound, &mut diagnostics);
    let explained = unknown_value::unknown(ruleset, bound, &idle, &mut diagnostics);
    idle_rules::report(ruleset, &idle, &explained, &mut diagnostics);
    past_days::passed(ruleset, bound, &mut diagnostics);
    no_effect::without_effect(ruleset, &mut diagnostics);
    outcomes::fixed_above_inventory(ruleset, bound, &findings, &mut diagnostics);
    outcomes::not_active(ruleset, bound, &findings, &mut diagnostics);
    outcomes::without_sku(bound, &findings, &mut diagnostics);
    outcomes::off_with_stock(ruleset, bound, &findings, &mut diagnostics);
    outcomes::ambiguous(bound, &findings, &mut diagnostics);
    outcomes::held(ruleset, bound, decisions, &findings, &mut diagnostics);
    listings::of_another_shop(bound, &findings, &mut diagnostics);
    listings::near_misses(bound, &findings, &mut diagnostics);
    diagnostics
}
