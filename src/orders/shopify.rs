//! Shopify's orders export: only an order's first line says when it was cancelled, where it came from, and from which location.

use std::path::Path;

use foldhash::HashMap;

use super::{Channel, Line, time, wrong};
use crate::catalog::table::Table;
use crate::catalog::without_apostrophe;
use crate::diagnostic::Diagnostic;
use crate::number;

/// What an order's first line says of all its lines.
struct Order {
    cancelled: bool,
    from_amazon: bool,
    location: Option<String>,
    time: Option<jiff::Timestamp>,
}

/// Reads the export.
pub fn read(name: &Path, text: &str, amazon_sources: &[String], diagnostics: &mut Vec<Diagnostic>) -> Vec<Line> {
    let table = match Table::open(name, text) {
        Ok(table) => table,
        Err(problem) => {
            diagnostics.push(*problem);
            return vec![];
        }
    };
    let needed = [&["Name"][..], &["Created at"], &["Lineitem sku"], &["Lineitem quantity"]].map(|names| table.column(names));
    let [Some(order), Some(created), Some(sku), Some(quantity)] = needed else {
        let help = "known are Shopify's orders export (columns `Name`, `Created at`, `Lineitem sku`, `Lineitem quantity`), \
                    Amazon's All Orders report, and the Orders API's JSON";
        diagnostics.push(wrong("this file holds no orders that stockrule knows".to_owned(), help, table.at(1)));
        return vec![];
    };
    let (cancelled, source, location) =
        (table.column(&["Cancelled at", "Canceled at"]), table.column(&["Source"]), table.column(&["Location"]));
    let mut orders: HashMap<String, Order> = HashMap::default();
    let mut lines = vec![];
    table.for_each(diagnostics, |row, diagnostics| {
        let name = row.cell(Some(order)).trim();
        let known = orders.entry(name.to_owned()).or_insert_with(|| {
            let source = row.cell(source).trim().to_lowercase();
            Order {
                cancelled: !row.cell(cancelled).trim().is_empty(),
                from_amazon: source.contains("amazon") || amazon_sources.iter().any(|known| known.to_lowercase() == source),
                location: Some(row.cell(location).trim().to_owned()).filter(|location| !location.is_empty()),
                time: time(row.cell(Some(created))),
            }
        });
        let sku = without_apostrophe(row.cell(Some(sku)));
        if sku.trim().is_empty() {
            return;
        }
        let count = number::whole(row.cell(Some(quantity))).filter(|&count| count >= 0);
        let (Some(time), Some(quantity)) = (time(row.cell(Some(created))).or(known.time), count) else {
            let message = "this order line has no readable date and quantity".to_owned();
            diagnostics.push(wrong(message, "export the orders again", table.at(row.line)));
            return;
        };
        lines.push(Line {
            channel: if known.from_amazon { Channel::ShopifyFromAmazon } else { Channel::Shopify },
            order: name.to_owned(),
            item: None,
            sku: sku.to_owned(),
            quantity,
            time,
            location: known.location.clone(),
            cancelled: known.cancelled,
            place: table.at(row.line),
        });
    });
    lines
}
