//! `near-miss`: SKUs that nearly are one of the listings report.

use foldhash::HashMap;

use super::findings::Findings;
use crate::diagnostic::{Code, Diagnostic};
use crate::evaluate::Run;
use crate::text::{LOST, loose, lossy};

/// Warns of each unlisted SKU that nearly is one that only the report has: it differs by case, a space, a lost leading zero, or a
/// letter that the report cannot hold. The other is suggested, never taken for it.
pub fn warn(run: &Run<'_>, findings: &Findings, diagnostics: &mut Vec<Diagnostic>) {
    let Some(listings) = run.context().account.listings else { return };
    let (mut known, mut with_loss): (HashMap<String, &str>, HashMap<String, &str>) = Default::default();
    for listing in listings.only_on_amazon() {
        known.entry(loose(&listing.sku)).or_insert(&listing.sku);
        if listing.sku.contains(LOST) {
            with_loss.entry(lossy(&listing.sku)).or_insert(&listing.sku);
        }
    }
    for &offer in &findings.unlisted {
        let sku = run.context().sku(offer);
        let place = run.context().place(offer);
        let by_loss = || if sku.is_ascii() { None } else { with_loss.get(&lossy(sku)) };
        let (near, help) = match (known.get(&loose(sku)), by_loss()) {
            (Some(near), _) => (near, format!("if they are the same product, make the SKUs equal ({place})")),
            (None, Some(near)) => {
                let help = "Amazon's report has `?` where it cannot hold a letter: if they are the same product, give it a SKU of \
                            plain letters, in Shopify and on Amazon";
                (near, format!("{help} ({place})"))
            }
            (None, None) => continue,
        };
        let message = format!("the SKU `{sku}` is not on Amazon, but `{near}` is: nothing is sent for it");
        diagnostics.push(Diagnostic::warning(Code::NearMiss, message).help(help));
    }
}
