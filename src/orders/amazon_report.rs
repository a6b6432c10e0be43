//! Amazon's reports of orders: tab-separated, without quoting.

use std::sync::Arc;

use super::{Channel, Line, Platform, Reading, Sale, is_cancelled, place, time, unreadable, wrong};
use crate::diagnostic::Diagnostic;
use crate::source::Source;
use crate::{number, text};

/// Which report it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// All Orders: each line says who fulfils it.
    All,
    /// Unshipped orders, or new ones: only what the merchant ships stands in them, and each line has an id.
    Unshipped,
}

/// Reads a report.
pub fn read(source: &Arc<Source>, given: &Reading<'_>, diagnostics: &mut Vec<Diagnostic>) -> (Vec<Line>, Kind) {
    let mut rows = (1u32..).zip(source.text().split('\n').map(|line| line.trim_end_matches('\r')));
    let header = rows.next().map_or("", |(_, header)| header);
    let headers: Vec<String> = header.split('\t').map(|name| name.trim().to_ascii_lowercase()).collect();
    let column = |names: &[&str]| names.iter().find_map(|name| headers.iter().position(|header| header == name));
    let item = column(&["order-item-id", "amazon-order-item-code", "order-item-code"]);
    let (order_status, item_status) = (column(&["order-status"]), column(&["item-status"]));
    let channel = column(&["fulfillment-channel", "fulfilment-channel"]);
    let purchased = column(&["quantity-purchased"]);
    let kind = if channel.is_none() && purchased.is_some() { Kind::Unshipped } else { Kind::All };
    let needed = [
        column(&["amazon-order-id", "order-id"]),
        column(&["purchase-date"]),
        column(&["sku"]),
        column(&["quantity"]).or(purchased),
    ];
    let [Some(order), Some(date), Some(sku), Some(quantity)] = needed else {
        diagnostics.push(unknown(source, &headers));
        return (vec![], kind);
    };
    let mut lines = vec![];
    let mut cells: Vec<&str> = vec![];
    for (number, row) in rows.filter(|(_, row)| !row.trim().is_empty()) {
        cells.clear();
        cells.extend(row.split('\t'));
        let cell = |column: Option<usize>| column.and_then(|at| cells.get(at)).map_or("", |cell| cell.trim());
        // Amazon leaves the quantity of a cancelled line blank.
        let sale = if is_cancelled(cell(item_status)) || is_cancelled(cell(order_status)) {
            None
        } else {
            let (date, quantity) = (cell(Some(date)), cell(Some(quantity)));
            let placed = time(date);
            let count = number::whole(quantity).filter(|&count| count >= 0);
            let (Some(time), Some(count)) = (placed, count) else {
                let place = place(source, number);
                diagnostics.push(unreadable(date, quantity, placed.is_some(), "download the report again", place));
                continue;
            };
            let channel = match (kind, cell(channel).to_ascii_lowercase().as_str()) {
                (Kind::Unshipped, _) | (_, "merchant" | "mfn" | "seller") => Channel::AmazonMerchant,
                (_, "amazon" | "afn") => Channel::AmazonFba,
                _ if given.merchant_fulfilled => Channel::AmazonMerchant,
                _ => Channel::AmazonUnsaid,
            };
            Some(Sale { channel, quantity: count, time, location: None })
        };
        lines.push(Line {
            platform: Platform::Amazon,
            order: cell(Some(order)).to_owned(),
            item: Some(cell(item).to_owned()).filter(|item| !item.is_empty()),
            sku: text::sku(cells.get(sku).copied().unwrap_or_default()).to_owned(),
            sale,
            source: Arc::clone(source),
            line: number,
        });
    }
    (lines, kind)
}

/// An error on a file whose columns are not those of an orders report.
fn unknown(source: &Source, headers: &[String]) -> Diagnostic {
    let has = |name: &str| headers.iter().any(|header| header == name);
    let known = "known are Amazon's All Orders report and its unshipped-orders report, Shopify's orders export, and the Orders \
                 API's JSON";
    let (what, help) = if has("shipment-id") && has("quantity-shipped") {
        let what = "this is Amazon's report of what it has shipped from its own warehouses, not one of orders";
        (what, "take it out of `orders:`: it takes nothing from your stock; give the All Orders report")
    } else if has("return-date") {
        ("this is Amazon's report of returns, not one of orders", "take it out of `orders:`; give the All Orders report")
    } else {
        ("this file holds no orders that stockrule knows", known)
    };
    wrong(what, help, place(source, 1))
}
