//! Warnings that need the catalog or the decisions: what is allowed, but hardly meant.

mod ambiguous_sku;
mod findings;
mod fixed_above_inventory;
mod held;
mod idle_rules;
mod listings;
mod missing_value;
mod near_miss;
mod no_effect;
mod no_sku;
mod not_active;
mod not_in_catalog;
mod off_with_stock;
mod past_days;
mod suggestions;
mod thousands_marks;
mod unknown_value;

pub use missing_value::why as why_missing;
pub use not_in_catalog::counts as without_counts;

use crate::diagnostic::Diagnostic;
use crate::evaluate::Run;
use findings::Findings;

impl Run<'_> {
    /// Every warning on the rules and what they decide.
    pub fn lint(&self) -> Vec<Diagnostic> {
        let mut diagnostics = vec![];
        let findings = Findings::collect(self);
        let idle = idle_rules::find(self, &findings);
        not_in_catalog::warn(self, &mut diagnostics);
        thousands_marks::warn(self, &mut diagnostics);
        let explained = unknown_value::warn(self, &idle, &mut diagnostics);
        idle_rules::warn(self.ruleset(), &idle, &explained, &mut diagnostics);
        past_days::warn(self, &mut diagnostics);
        no_effect::warn(self.ruleset(), &mut diagnostics);
        fixed_above_inventory::warn(self, &findings, &mut diagnostics);
        not_active::warn(self, &findings, &mut diagnostics);
        no_sku::warn(self, &findings, &mut diagnostics);
        off_with_stock::warn(self, &findings, &mut diagnostics);
        ambiguous_sku::warn(self, &findings, &mut diagnostics);
        held::warn(self, &findings, &mut diagnostics);
        listings::warn(self, &findings, &mut diagnostics);
        near_miss::warn(self, &findings, &mut diagnostics);
        diagnostics
    }
}
