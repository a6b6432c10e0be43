//! `fixed-above-inventory`: a fixed quantity that is above the count.

use super::findings::{Findings, fixed};
use crate::diagnostic::{Code, Diagnostic};
use crate::evaluate::Run;

/// Warns of each rule with a `fixed` that is above the inventory of offers.
pub fn warn(run: &Run<'_>, findings: &Findings, diagnostics: &mut Vec<Diagnostic>) {
    let ruleset = run.ruleset();
    for (sample, rule) in findings.fixed_above_inventory.iter().zip(&ruleset.rules).filter(|(sample, _)| sample.count > 0) {
        let Some((at, _)) = fixed(rule) else { continue };
        let message = format!("`{}` is above the inventory of {}", ruleset.text(at), sample.text(run.context()));
        let help = "Amazon may sell what is not there: `max` instead of `fixed` never sends more than there is";
        let fix = ruleset.text(at).strip_prefix("fixed").and_then(|amount| ruleset.fix(at, &format!("max{amount}")));
        let warning = Diagnostic::warning(Code::FixedAboveInventory, message).help(help).at(ruleset.place(at));
        diagnostics.push(warning.maybe_fix(fix));
    }
}
