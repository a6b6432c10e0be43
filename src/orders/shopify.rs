//! Shopify's orders export: only an order's first line says when it was cancelled, where it came from, and from which location.

use std::sync::Arc;

use foldhash::HashMap;

use super::{Channel, Line, Platform, Reading, Sale, place, table, time, unknown, unreadable, wrong};
use crate::catalog::table::Table;
use crate::catalog::without_apostrophe;
use crate::diagnostic::Diagnostic;
use crate::files::Document;
use crate::source::Source;
use crate::{number, text};

/// What an order's first line says of all its lines.
struct Order {
    is_cancelled: bool,
    is_from_amazon: bool,
    /// Whether it is told whether the order is paid, and the order's number is not that of a checkout.
    is_placed: bool,
    location: Option<String>,
    time: Option<jiff::Timestamp>,
}

/// The least digits of a checkout's number.
const CHECKOUT: usize = 10;

/// Reads the export.
pub fn read(document: &Document, source: &Arc<Source>, given: &Reading<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Line> {
    let mut lines = vec![];
    table(document, diagnostics, |table, diagnostics| read_table(table, source, given, &mut lines, diagnostics));
    lines
}

fn read_table(
    table: &Table<'_>,
    source: &Arc<Source>,
    given: &Reading<'_>,
    lines: &mut Vec<Line>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let needed = [&["Name"][..], &["Created at"], &["Lineitem sku"], &["Lineitem quantity"]].map(|names| table.column(names));
    let [Some(order), Some(created), Some(sku), Some(quantity)] = needed else {
        diagnostics.push(unknown(place(source, 1)));
        return;
    };
    let (cancelled, origin, location) =
        (table.column(&["Cancelled at", "Canceled at"]), table.column(&["Source"]), table.column(&["Location"]));
    let (paid, id) = (table.column(&["Financial Status"]), table.column(&["Id"]));
    let mut orders: HashMap<String, Order> = HashMap::default();
    let before = diagnostics.len();
    table.for_each(diagnostics, |row, diagnostics| {
        let name = row.cell(Some(order)).trim();
        let date = row.cell(Some(created)).trim();
        let known = orders.entry(name.to_owned()).or_insert_with(|| {
            let origin = row.cell(origin).trim().to_lowercase();
            // Orders are counted from #1001 on; a checkout's number is its id.
            let number = name.strip_prefix('#').filter(|number| number.len() >= CHECKOUT);
            let is_checkout = number.is_some_and(|number| number == row.cell(id).trim());
            Order {
                is_cancelled: !row.cell(cancelled).trim().is_empty(),
                is_from_amazon: origin.contains("amazon")
                    || given.amazon_sources.iter().any(|known| known.to_lowercase() == origin),
                is_placed: !is_checkout && (paid.is_none() || !row.cell(paid).trim().is_empty()),
                location: Some(row.cell(location).trim().to_owned()).filter(|location| !location.is_empty()),
                time: time(date),
            }
        });
        let sku = without_apostrophe(text::sku(row.cell(Some(sku))));
        if sku.is_empty() {
            return;
        }
        let sale = if known.is_cancelled {
            None
        } else {
            let quantity = row.cell(Some(quantity)).trim();
            let placed = time(date).or(known.time.filter(|_| date.is_empty()));
            let count = number::whole(quantity).filter(|&count| count >= 0);
            let (Some(time), Some(quantity)) = (placed, count) else {
                let place = place(source, row.line);
                diagnostics.push(unreadable(date, quantity, placed.is_some(), "export the orders again", place));
                return;
            };
            let channel = if known.is_from_amazon { Channel::ShopifyFromAmazon } else { Channel::Shopify };
            Some(Sale { channel, quantity, time, location: known.location.clone() })
        };
        lines.push(Line {
            platform: Platform::Shopify,
            order: name.to_owned(),
            item: None,
            sku: sku.to_owned(),
            sale,
            source: Arc::clone(source),
            line: row.line,
        });
    });
    if !orders.is_empty() && orders.values().all(|order| !order.is_placed) {
        diagnostics.truncate(before);
        let message = "this is Shopify's export of abandoned checkouts or drafts, not of orders: none of them was ever placed";
        let help = "nothing in it was sold: take it out of `orders:`, and export the orders (Orders, Export)";
        diagnostics.push(wrong(message, help, place(source, 1)));
        lines.clear();
    }
    table.check_last_number(|column| column == quantity, diagnostics);
}
