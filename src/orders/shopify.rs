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

/// What the lines of an order say of all of them: Shopify says it on the first one alone, wherever a spreadsheet program has put it.
#[derive(Default)]
struct Order {
    is_cancelled: bool,
    is_from_amazon: bool,
    /// Whether it is told that it is paid, or not yet.
    has_payment: bool,
    /// Whether its number is that of a checkout.
    is_checkout: bool,
    location: Option<String>,
    time: Option<jiff::Timestamp>,
}

/// A line that sells something, as its cells have it.
struct Cells {
    order: String,
    date: String,
    sku: String,
    quantity: String,
    line: u32,
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
    let needed = ["Name", "Created at", "Lineitem sku", "Lineitem quantity"];
    let columns = needed.map(|name| table.column(&[name]));
    let [Some(order), Some(created), Some(sku), Some(quantity)] = columns else {
        let missing = needed.iter().zip(columns).find(|(_, column)| column.is_none()).map_or("", |(name, _)| name);
        diagnostics.push(unknown(&format!("`{missing}`"), place(source, 1)));
        return;
    };
    let (cancelled, origin, location) =
        (table.column(&["Cancelled at", "Canceled at"]), table.column(&["Source"]), table.column(&["Location"]));
    let (paid, id) = (table.column(&["Financial Status"]), table.column(&["Id"]));
    let mut orders: HashMap<String, Order> = HashMap::default();
    let mut found = vec![];
    table.for_each(diagnostics, |row, _| {
        let cell = |column: Option<usize>| row.cell(column).trim();
        let (name, date) = (cell(Some(order)), cell(Some(created)));
        let known = orders.entry(name.to_owned()).or_default();
        let origin = cell(origin).to_lowercase();
        let means_amazon = |source: &String| source.trim().to_lowercase() == origin;
        known.is_from_amazon |= origin.contains("amazon") || !origin.is_empty() && given.amazon_sources.iter().any(means_amazon);
        known.is_cancelled |= !cell(cancelled).is_empty();
        known.has_payment |= !cell(paid).is_empty();
        // Orders are counted from #1001 on; a checkout's number is its id.
        let number = name.strip_prefix('#').filter(|number| number.len() >= CHECKOUT);
        known.is_checkout |= number.is_some_and(|number| number == cell(id));
        known.location = known.location.take().or_else(|| Some(cell(location).to_owned()).filter(|name| !name.is_empty()));
        known.time = known.time.or_else(|| time(date));
        let sku = without_apostrophe(text::sku(row.cell(Some(sku))));
        if !sku.is_empty() {
            let (order, date, quantity) = (name.to_owned(), date.to_owned(), cell(Some(quantity)).to_owned());
            found.push(Cells { order, date, sku: sku.to_owned(), quantity, line: row.line });
        }
    });
    if !orders.is_empty() && orders.values().all(|order| order.is_checkout || paid.is_some() && !order.has_payment) {
        let message = "this is Shopify's export of abandoned checkouts or drafts, not of orders: none of them was ever placed";
        let help = "nothing in it was sold: take it out of `orders:`, and export the orders (Orders, Export)";
        diagnostics.push(wrong(message, help, place(source, 1)));
        return;
    }
    for cells in found {
        let Some(order) = orders.get(&cells.order) else { continue };
        match sale(&cells, order) {
            Ok(sale) => lines.push(Line {
                platform: Platform::Shopify,
                order: cells.order,
                item: None,
                sku: cells.sku,
                sale,
                source: Arc::clone(source),
                line: cells.line,
            }),
            Err(is_date_read) => {
                let place = place(source, cells.line);
                diagnostics.push(unreadable(&cells.date, &cells.quantity, is_date_read, "export the orders again", place));
            }
        }
    }
    table.check_last_number(|column| column == quantity, diagnostics);
}

/// What a line sold; nothing where its order was cancelled.
///
/// # Errors
/// Its date or its quantity cannot be read: whether it is not the date.
fn sale(cells: &Cells, order: &Order) -> Result<Option<Sale>, bool> {
    if order.is_cancelled {
        return Ok(None);
    }
    let placed = time(&cells.date).or(order.time.filter(|_| cells.date.is_empty()));
    let count = number::whole(&cells.quantity).filter(|&count| count >= 0);
    let (Some(time), Some(quantity)) = (placed, count) else { return Err(placed.is_some()) };
    let channel = if order.is_from_amazon { Channel::ShopifyFromAmazon } else { Channel::Shopify };
    Ok(Some(Sale { channel, quantity, time, location: order.location.clone() }))
}
