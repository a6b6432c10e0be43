//! Amazon's reports of orders: as they are downloaded, tab-separated without quoting, or as a spreadsheet program saved them.

use std::sync::Arc;

use super::order_line::{Channel, OrderLine, Platform, Sale};
use super::reading::{OrderReadOptions, is_cancelled, place, table, time, unknown, unreadable};
use crate::diagnostic::Diagnostic;
use crate::files::Document;
use crate::source::Source;
use crate::table::Table;
use crate::{number, text};

/// Which report it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportKind {
    /// All Orders: each line says who fulfils it.
    All,
    /// Unshipped orders, or new ones: only what the merchant ships stands in them, and each line has an id.
    Unshipped,
}

/// Reads a report.
pub fn read(
    document: &Document,
    source: &Arc<Source>,
    given: &OrderReadOptions<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Vec<OrderLine>, ReportKind) {
    let mut lines = vec![];
    let mut kind = ReportKind::All;
    table(document, diagnostics, |table, diagnostics| {
        let (columns, found) = match OrderColumns::of(table) {
            Ok(columns) => columns,
            Err(missing) => {
                diagnostics.push(unknown(missing, place(source, 1)));
                return;
            }
        };
        kind = found;
        table.for_each(diagnostics, |row, diagnostics| {
            let cell = |column: Option<usize>| row.cell(column).trim();
            // Amazon leaves the quantity of a cancelled line blank.
            let sale = if is_cancelled(cell(columns.item_status)) || is_cancelled(cell(columns.order_status)) {
                None
            } else {
                let (date, quantity) = (cell(Some(columns.date)), cell(Some(columns.quantity)));
                let placed = time(date);
                let count = number::whole(quantity).filter(|&count| count >= 0);
                let (Some(time), Some(count)) = (placed, count) else {
                    let place = place(source, row.line);
                    diagnostics.push(unreadable(date, quantity, placed.is_some(), "download the report again", place));
                    return;
                };
                let channel = match (kind, cell(columns.channel).to_ascii_lowercase().as_str()) {
                    (ReportKind::Unshipped, _) | (_, "merchant" | "mfn" | "seller") => Channel::AmazonMerchant,
                    (_, "amazon" | "afn") => Channel::AmazonFba,
                    _ if given.merchant_fulfilled => Channel::AmazonMerchant,
                    _ => Channel::AmazonUnsaid,
                };
                Some(Sale { channel, quantity: count, time, location: None })
            };
            lines.push(OrderLine {
                platform: Platform::Amazon,
                order: cell(Some(columns.order)).to_owned(),
                item: Some(cell(columns.item).to_owned()).filter(|item| !item.is_empty()),
                sku: text::sku(row.cell(Some(columns.sku))).to_owned(),
                sale,
                source: Arc::clone(source),
                line: row.line,
            });
        });
        table.check_last_number(|column| column == columns.quantity, diagnostics);
    });
    (lines, kind)
}

/// Where the cells of a line stand.
struct OrderColumns {
    order: usize,
    item: Option<usize>,
    date: usize,
    order_status: Option<usize>,
    item_status: Option<usize>,
    channel: Option<usize>,
    sku: usize,
    quantity: usize,
}

impl OrderColumns {
    /// Finds them.
    ///
    /// # Errors
    /// One is missing that must be there: its names.
    fn of(table: &Table<'_>) -> Result<(Self, ReportKind), &'static str> {
        let channel = table.column(&["fulfillment-channel", "fulfilment-channel"]);
        let purchased = table.column(&["quantity-purchased"]);
        let columns = OrderColumns {
            order: table.column(&["amazon-order-id", "order-id"]).ok_or("`amazon-order-id` or `order-id`")?,
            item: table.column(&["order-item-id", "amazon-order-item-code", "order-item-code"]),
            date: table.column(&["purchase-date"]).ok_or("`purchase-date`")?,
            order_status: table.column(&["order-status"]),
            item_status: table.column(&["item-status"]),
            channel,
            sku: table.column(&["sku"]).ok_or("`sku`")?,
            quantity: table.column(&["quantity"]).or(purchased).ok_or("`quantity` or `quantity-purchased`")?,
        };
        let kind = if channel.is_none() && purchased.is_some() { ReportKind::Unshipped } else { ReportKind::All };
        Ok((columns, kind))
    }
}
