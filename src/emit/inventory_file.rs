//! The tab-separated price-and-quantity file, for manual upload in Seller Central: SKU and quantity, no price.

use super::GoingOut;
use crate::diagnostic::{Code, Diagnostic};

/// The file. A SKU with a tab or a line end in it cannot stand in such a file: it is left out, with a warning.
pub fn tsv(going_out: &GoingOut<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<u8> {
    let mut text = String::from("sku\tquantity\n");
    for each in going_out.iter() {
        if each.sku.contains(['\t', '\n', '\r']) {
            let message = format!("the SKU `{}` has a tab or a line end in it, and is left out of the inventory file", each.sku);
            let help = "give it another SKU in Shopify and on Amazon; the feed can hold it";
            diagnostics.push(Diagnostic::warning(Code::Listings, message).help(help));
            continue;
        }
        text.push_str(&format!("{}\t{}\n", each.sku, each.quantity));
    }
    text.into_bytes()
}
