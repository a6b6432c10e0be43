//! `ambiguous-sku`: a SKU that two variants have.

use foldhash::HashMap;

use super::findings::{Findings, Sample};
use crate::diagnostic::{Code, Diagnostic};
use crate::evaluate::Run;
use crate::text::counted;

/// Warns of each SKU that stands on several variants, with their places.
pub fn warn(run: &Run<'_>, findings: &Findings, diagnostics: &mut Vec<Diagnostic>) {
    let mut places: Vec<(&str, Sample)> = vec![];
    let mut by_sku: HashMap<&str, usize> = HashMap::default();
    for &offer in &findings.ambiguous {
        let sku = run.context().sku(offer);
        let at = *by_sku.entry(sku).or_insert_with(|| {
            places.push((sku, Sample::default()));
            places.len() - 1
        });
        places[at].1.add(offer);
    }
    for (sku, Sample { count, first }) in places {
        let places: Vec<_> = first.iter().map(|&offer| run.context().place(offer)).collect();
        let more = if count > first.len() { " …" } else { "" };
        let message = format!(
            "the SKU `{sku}` stands on {}, and nothing is sent for it: {}{more}",
            counted(count, "variant"),
            places.join(", ")
        );
        let help = "give each variant a SKU of its own in Shopify";
        diagnostics.push(Diagnostic::warning(Code::AmbiguousSku, message).help(help));
    }
}
