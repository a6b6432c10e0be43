//! `no-sku`: variants of which nothing can be sent.

use super::findings::{Findings, Sample};
use crate::diagnostic::{Code, Diagnostic};
use crate::evaluate::Run;
use crate::text::{counted, thousands};

/// Warns once of all variants without a SKU.
pub fn warn(run: &Run<'_>, findings: &Findings, diagnostics: &mut Vec<Diagnostic>) {
    let Sample { count, first } = &findings.no_sku;
    let Some(&first) = first.first() else { return };
    let message = if *count == run.context().account.offers.len() && *count > 1 {
        format!("all {} variants are without a SKU, so nothing is sent at all", thousands(*count))
    } else {
        let (verb, them) = if *count == 1 { ("has", "it") } else { ("have", "them") };
        format!("{} {verb} no SKU, and nothing is sent for {them}", counted(*count, "variant"))
    };
    let help = format!("give each variant a SKU in Shopify; the first without one is at {}", run.context().place(first));
    diagnostics.push(Diagnostic::warning(Code::NoSku, message).help(help));
}
