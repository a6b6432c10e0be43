//! The tab-separated price-and-quantity file, for manual upload in Seller Central: SKU and quantity, no price.

use super::updates::Updates;
use crate::catalog::columns::Strings;
use crate::diagnostic::{Code, Diagnostic};

const HEADER: &str = "sku\tquantity\n";

/// The SKUs and quantities of such a file.
///
/// # Errors
/// What keeps it from being one as [`tsv`] writes it, in words.
pub fn parse(bytes: &[u8]) -> Result<(Strings, Vec<i64>), String> {
    if bytes.is_empty() {
        return Err("it is empty".to_owned());
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let rows = text.strip_prefix(HEADER).ok_or("it does not begin with `sku` and `quantity`, a tab between them")?;
    if !rows.is_empty() && !rows.ends_with('\n') {
        return Err("it ends within a line".to_owned());
    }
    let (mut skus, mut quantities) = (Strings::default(), vec![]);
    for (number, row) in rows.split_terminator('\n').enumerate() {
        let quantity = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
        let found = row.split_once('\t').and_then(|(sku, text)| Some((sku, quantity(text)?)));
        let (sku, quantity) = found.ok_or_else(|| format!("its line {} is no SKU with a quantity", number + 2))?;
        skus.push(sku);
        quantities.push(quantity);
    }
    Ok((skus, quantities))
}

/// The file. A SKU with a tab or a line end in it cannot stand in such a file: it is left out, with a warning.
pub fn tsv(updates: &Updates<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<u8> {
    let mut text = String::from(HEADER);
    for update in updates.iter() {
        if update.sku.contains(['\t', '\n', '\r']) {
            let message =
                format!("the SKU `{}` has a tab or a line end in it, and is left out of the inventory file", update.sku);
            let help = "give it another SKU in Shopify and on Amazon; the feed can hold it";
            diagnostics.push(Diagnostic::warning(Code::Listings, message).help(help));
            continue;
        }
        text.push_str(&format!("{}\t{}\n", update.sku, update.quantity));
    }
    text.into_bytes()
}
