//! `listings`: a listings report of another shop.

use super::findings::Findings;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::evaluate::Run;
use crate::text::thousands;

/// Warns of a report that has less than a tenth of the catalog's SKUs, and more that the catalog does not have: nothing would be sent
/// for the shop.
pub fn warn(run: &Run<'_>, findings: &Findings, diagnostics: &mut Vec<Diagnostic>) {
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
