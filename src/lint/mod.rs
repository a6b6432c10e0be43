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
use crate::evaluate::Run;
use findings::Findings;

impl Run<'_> {
    /// Every warning on the rules and what they decide.
    pub fn lint(&self) -> Vec<Diagnostic> {
        let mut diagnostics = vec![];
        let findings = Findings::collect(self);
        let idle = idle_rules::idle(self, &findings);
        not_in_catalog::fields(self, &mut diagnostics);
        thousands_marks::passed_over(self, &mut diagnostics);
        let explained = unknown_value::unknown(self, &idle, &mut diagnostics);
        idle_rules::report(self.ruleset(), &idle, &explained, &mut diagnostics);
        past_days::passed(self, &mut diagnostics);
        no_effect::without_effect(self.ruleset(), &mut diagnostics);
        outcomes::fixed_above_inventory(self, &findings, &mut diagnostics);
        outcomes::not_active(self, &findings, &mut diagnostics);
        outcomes::without_sku(self, &findings, &mut diagnostics);
        outcomes::off_with_stock(self, &findings, &mut diagnostics);
        outcomes::ambiguous(self, &findings, &mut diagnostics);
        outcomes::held(self, &findings, &mut diagnostics);
        listings::of_another_shop(self, &findings, &mut diagnostics);
        listings::near_misses(self, &findings, &mut diagnostics);
        diagnostics
    }
}
