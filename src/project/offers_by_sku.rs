//! Offers that were asked for by their SKUs, or why there are none.

use foldhash::HashMap;

use super::prepared_run::PreparedRun;
use crate::diagnostic::{Code, Diagnostic};
use crate::ids::OfferId;
use crate::text;

/// The offers of these SKUs, in the order in which they are asked for, each once; an error for each SKU that no offer has. Several
/// have one SKU where it is ambiguous. SKUs are compared without white space at their ends, in Unicode normalization form C.
pub fn offers_by_sku(prepared: &PreparedRun, wanted: &[String]) -> (Vec<OfferId>, Vec<Diagnostic>) {
    let wanted: Vec<String> = wanted.iter().map(|sku| text::nfc(text::sku(sku))).collect();
    let mut found: HashMap<&str, Vec<OfferId>> = wanted.iter().map(|sku| (sku.as_str(), vec![])).collect();
    let context = prepared.context();
    for offer in context.account.offers.iter() {
        let known = text::sku(context.sku(offer));
        let composed = (!known.is_ascii()).then(|| text::nfc(known));
        if let Some(offers) = found.get_mut(composed.as_deref().unwrap_or(known)) {
            offers.push(offer);
        }
    }
    let (mut offers, mut problems) = (vec![], vec![]);
    for sku in &wanted {
        // A SKU that is asked for again has been answered.
        let Some(having) = found.remove(sku.as_str()) else { continue };
        match sku.is_empty() {
            true => {
                let help = "give the SKU as the catalog has it; a variable of the shell may be empty";
                problems.push(Diagnostic::error(Code::UnknownSku, "the SKU that is asked for is blank").help(help));
            }
            false if having.is_empty() => problems.push(unknown(prepared, sku)),
            false => offers.extend(having),
        }
    }
    (offers, problems)
}

/// The error for a SKU that no variant of the catalog has.
fn unknown(prepared: &PreparedRun, sku: &str) -> Diagnostic {
    if prepared.inputs.listings.as_ref().is_some_and(|listings| listings.sku(sku).is_some()) {
        let message = format!("`{sku}` is on Amazon, but no variant of the catalog has this SKU");
        let help = "nothing is sent for it; `stockrule preview --amazon-only` lists all such SKUs";
        return Diagnostic::error(Code::UnknownSku, message).help(help);
    }
    let near = text::nearest(sku, prepared.inputs.catalog.skus.iter());
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`stockrule preview` lists the SKUs of the catalog".to_owned(),
    };
    Diagnostic::error(Code::UnknownSku, format!("the catalog has no SKU `{sku}`")).help(help)
}
