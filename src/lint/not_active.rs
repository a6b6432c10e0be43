//! `not-active`: products that are not for sale in Shopify would be sold on Amazon.

use super::findings::Findings;
use crate::diagnostic::{Code, Diagnostic};
use crate::evaluate::Run;

/// Warns of each rule that sends draft or archived products.
pub fn warn(run: &Run<'_>, findings: &Findings, diagnostics: &mut Vec<Diagnostic>) {
    let ruleset = run.ruleset();
    for (sample, rule) in findings.not_active.iter().zip(&ruleset.rules).filter(|(sample, _)| sample.count > 0) {
        let message =
            format!("{} of draft or archived products would be sold on Amazon by this rule", sample.text(run.context()));
        let help = "if they must not sell on Amazon, add below: `where status in (draft, archived): fixed 0`";
        diagnostics.push(Diagnostic::warning(Code::NotActive, message).help(help).at(ruleset.place(rule.at)));
    }
}
