//! Amazon's All Orders report: tab-separated, without quoting.

use std::path::Path;

use super::{Channel, Line, file_place, is_cancelled, time, wrong};
use crate::diagnostic::{Code, Diagnostic};
use crate::number;

/// Reads the report.
pub fn read(name: &Path, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<Line> {
    let mut rows = (1u32..).zip(text.split('\n').map(|line| line.trim_end_matches('\r')));
    let header = rows.next().map_or("", |(_, header)| header);
    let headers: Vec<String> = header.split('\t').map(|name| name.trim().to_ascii_lowercase()).collect();
    let column = |names: &[&str]| names.iter().find_map(|name| headers.iter().position(|header| header == name));
    let item = column(&["order-item-id", "amazon-order-item-code", "order-item-code"]);
    let (order_status, item_status) = (column(&["order-status"]), column(&["item-status"]));
    let channel = column(&["fulfillment-channel", "fulfilment-channel"]);
    let needed = [
        column(&["amazon-order-id", "order-id"]),
        column(&["purchase-date"]),
        column(&["sku"]),
        column(&["quantity", "quantity-purchased"]),
    ];
    let [Some(order), Some(date), Some(sku), Some(quantity)] = needed else {
        let help = "known are Amazon's All Orders report (columns `amazon-order-id`, `purchase-date`, `sku`, `quantity`), \
                    Shopify's orders export, and the Orders API's JSON";
        diagnostics.push(wrong("this file holds no orders that stockrule knows".to_owned(), help, file_place(name, 1, header)));
        return vec![];
    };
    let mut lines = vec![];
    for (number, row) in rows.filter(|(_, row)| !row.trim().is_empty()) {
        let cells: Vec<&str> = row.split('\t').collect();
        let cell = |column: Option<usize>| column.and_then(|at| cells.get(at)).map_or("", |cell| cell.trim());
        let place = || file_place(name, number, row);
        let (Some(time), Some(count)) = (time(cell(Some(date))), number::whole(cell(Some(quantity))).filter(|&count| count >= 0))
        else {
            let message = "this order line has no readable date and quantity".to_owned();
            diagnostics.push(wrong(message, "download the report again", place()));
            continue;
        };
        let channel = match cell(channel).to_ascii_lowercase().as_str() {
            "merchant" | "mfn" => Channel::AmazonMerchant,
            "amazon" | "afn" => Channel::AmazonFba,
            other => {
                let message = format!("this order line does not say who fulfils it (`{other}`), and is left out");
                diagnostics.push(Diagnostic::warning(Code::Orders, message).at(place()));
                continue;
            }
        };
        lines.push(Line {
            channel,
            order: cell(Some(order)).to_owned(),
            item: Some(cell(item).to_owned()).filter(|item| !item.is_empty()),
            sku: cells.get(sku).copied().unwrap_or("").to_owned(),
            quantity: count,
            time,
            location: None,
            cancelled: is_cancelled(cell(item_status)) || is_cancelled(cell(order_status)),
            place: place(),
        });
    }
    lines
}
