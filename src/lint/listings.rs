//! Warnings on how the listings report and the catalog fit together.

use foldhash::HashMap;

use super::findings::{Findings, Sample};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::evaluate::Run;
use crate::text::{LOST, loose, lossy, thousands};

/// Offers that are held since the report says of other offers who fulfils them, and not of these.
pub fn without_channel(run: &Run<'_>, silent: &Sample, diagnostics: &mut Vec<Diagnostic>) {
    let (Some(listings), Some(&first)) = (run.context().account.listings, silent.first.first()) else { return };
    let them = if silent.count == 1 { "it" } else { "them" };
    let skus = silent.text(run.context());
    let verb = silent.verb();
    let message = format!("{skus} {verb} held, and nothing is sent: the listings report does not say who fulfils {them}");
    let help = "download the report again; if you ship everything yourself, say so in the project file: \
                `fulfillment: merchant` under `amazon:`";
    let line = listings.of(first).map_or(0, |listing| listing.line);
    let place = Place::line_alone(&listings.file, (line > 0).then_some(line as usize));
    diagnostics.push(Diagnostic::warning(Code::Held, message).help(help).at(place));
}

/// A report that lists hardly any SKU of the catalog, and more that the catalog does not have: nothing would be sent for the shop.
pub fn of_another_shop(run: &Run<'_>, findings: &Findings, diagnostics: &mut Vec<Diagnostic>) {
    let Some(listings) = run.context().account.listings else { return };
    let (listed, strangers) = (listings.in_catalog(), listings.only_on_amazon().count());
    let all = findings.unlisted.len() + listed;
    if findings.unlisted.is_empty() || listed * TENTH >= all || strangers <= listed {
        return;
    }
    let few = match listed {
        0 => "none of the catalog's SKUs".to_owned(),
        listed => format!("only {} of the catalog's {} SKUs", thousands(listed), thousands(all)),
    };
    let message = format!(
        "the listings report has {few}, and {} that the catalog does not have: it may be that of another account or marketplace",
        thousands(strangers)
    );
    let help = "give the All Listings Report of the account that sells this catalog; `preview --amazon-only` lists what only \
                the report has";
    diagnostics.push(Diagnostic::warning(Code::Listings, message).help(help).at(Place::file(&listings.file)));
}

/// A report of one's own shop lists more than a tenth of its SKUs.
const TENTH: usize = 10;

/// Unlisted SKUs that nearly are one of the report: another case, a space, a lost leading zero, a letter that the report cannot
/// hold. Suggested, never applied.
pub fn near_misses(run: &Run<'_>, findings: &Findings, diagnostics: &mut Vec<Diagnostic>) {
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
