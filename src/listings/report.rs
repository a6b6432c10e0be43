//! Reads the All Listings Report and the Open Listings Report: tab-separated, without quoting, in many languages.

use std::path::Path;

use super::{Listing, Listings, MERCHANT};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::files::{Document, Role};
use crate::{number, text};
use rust_decimal::Decimal;

/// The headers of a column, in the languages in which Amazon writes them.
const SKU: &[&str] =
    &["seller-sku", "sku", "händler-sku", "卖家 sku", "sku venditore", "sku-vendeur", "出品者sku", "sku del vendedor"];
const QUANTITY: &[&str] = &["quantity", "menge", "数量", "quantità", "quantité", "cantidad"];
const CHANNEL: &[&str] = &[
    "fulfillment-channel",
    "fulfilment-channel",
    "versender",
    "配送渠道",
    "canale di gestione",
    "canal-traitement",
    "フルフィルメント・チャンネル",
    "フルフィルメント・チャネル",
    "canal de gestión logística",
];
const STATUS: &[&str] = &["status", "stato", "état", "ステータス", "状态", "estado"];
const ASIN: &[&str] = &["asin1", "asin", "asin 1"];
const PRICE: &[&str] = &["price", "prezzo", "preis", "价格", "prix", "precio", "価格"];

/// Reads a report. Several rows for one SKU, and rows that cannot be read, are told as warnings.
///
/// # Errors
/// A file that is no such report; it is told among the diagnostics, and nothing is returned.
pub fn read(path: &Path, bytes: Vec<u8>) -> (Option<Listings>, Vec<Diagnostic>) {
    let mut diagnostics = vec![];
    let Some(document) = Document::open(path, Role::Listings, bytes, &mut diagnostics) else {
        return (None, diagnostics);
    };
    let content = document.text();
    let mut lines = (1u32..).zip(content.split('\n')).map(|(number, line)| (number, line.trim_end_matches('\r')));
    let header = lines.next().map_or("", |(_, line)| line);
    let headers: Vec<String> = header.split('\t').map(text::folded).collect();
    let column = |names: &[&str]| names.iter().find_map(|name| headers.iter().position(|h| *h == text::folded(name)));
    let file = Place::file(path).file;
    let Some(sku_column) = column(SKU) else {
        let help = "take the All Listings Report from Seller Central (Inventory, Inventory Reports) as it is downloaded: \
                    tab-separated, with a column `seller-sku`";
        let message = "this file is no listings report of Amazon's: no column holds the SKU";
        let place = Place::new(&file, 1, 1, header.chars().count(), header);
        diagnostics.push(Diagnostic::error(Code::Listings, message).help(help).at(place));
        return (None, diagnostics);
    };
    let (quantity, price, asin, status, channel) =
        (column(QUANTITY), column(PRICE), column(ASIN), column(STATUS), column(CHANNEL));
    let mut rows = vec![];
    for (line, row) in lines {
        if row.trim().is_empty() {
            continue;
        }
        let cells: Vec<&str> = row.split('\t').collect();
        let cell = |column: Option<usize>| column.and_then(|index| cells.get(index)).map_or("", |cell| cell.trim());
        let sku = cells.get(sku_column).copied().unwrap_or("");
        if sku.trim().is_empty() {
            continue;
        }
        let count = number::whole(cell(quantity)).filter(|&count| count >= 0);
        if count.is_none() && !cell(quantity).is_empty() {
            let message = format!("the quantity `{}` of `{sku}` is not a whole number, and counts as unknown", cell(quantity));
            diagnostics.push(Diagnostic::warning(Code::Listings, message).at(Place::new(&file, line as usize, 1, 1, row)));
        }
        let lacks_channel = channel.is_some() && cell(channel).is_empty();
        let channel = match cell(channel) {
            "" => None,
            name if name.eq_ignore_ascii_case("DEFAULT") || name.eq_ignore_ascii_case("merchant") => Some(MERCHANT.to_owned()),
            name => Some(name.to_owned()),
        };
        rows.push(Listing {
            sku: sku.to_owned(),
            quantity: count,
            price: money(cell(price)),
            asin: cell(asin).to_owned(),
            status: cell(status).to_owned(),
            channel,
            lacks_channel,
            line,
        });
    }
    if rows.is_empty() {
        let help = "an empty report would make every SKU unlisted, so nothing is done with it: download it again";
        let place = Place::new(&file, 1, 1, header.chars().count(), header);
        diagnostics.push(Diagnostic::error(Code::Listings, "this listings report has no rows").help(help).at(place));
        return (None, diagnostics);
    }
    let (mut listings, left_out) = Listings::new(rows);
    listings.file.clone_from(&file);
    for (sku, line) in left_out {
        let row = content.split('\n').nth(line as usize - 1).unwrap_or("");
        let kept = listings.sku(&sku).map_or(0, |listing| listing.line);
        let message = format!("the SKU `{sku}` has several rows in this report; line {kept} counts");
        let help = "an FBA row goes before the others, then one without a channel, else the first one counts";
        diagnostics.push(Diagnostic::warning(Code::Listings, message).help(help).at(Place::new(&file, line as usize, 1, 1, row)));
    }
    (Some(listings), diagnostics)
}

/// A price; reports of some countries write a decimal comma.
fn money(cell: &str) -> Option<Decimal> {
    number::decimal(cell).or_else(|| match cell.split_once(',') {
        Some((whole, cents)) if cents.len() <= 2 => number::decimal(&format!("{whole}.{cents}")),
        _ => None,
    })
}
