//! `off-with-stock`: sync is off, and Amazon goes on selling.

use super::findings::Findings;
use crate::diagnostic::{Code, Diagnostic};
use crate::evaluate::Run;

/// Warns of each rule that switches sync off where Amazon has stock.
pub fn warn(run: &Run<'_>, findings: &Findings, diagnostics: &mut Vec<Diagnostic>) {
    let ruleset = run.ruleset();
    for (sample, rule) in findings.off_with_stock.iter().zip(&ruleset.rules).filter(|(sample, _)| sample.count > 0) {
        let (has, it, goes) = if sample.count == 1 { ("has", "it has", "it") } else { ("have", "they have", "them") };
        let skus = sample.text(run.context());
        let message = format!("{skus} {has} stock on Amazon, and this rule switches sync off: Amazon goes on selling what {it}");
        let help = format!("to take {goes} off sale, write `fixed 0` in place of `sync off`");
        diagnostics.push(Diagnostic::warning(Code::OffWithStock, message).help(help).at(ruleset.place(rule.at)));
    }
}
