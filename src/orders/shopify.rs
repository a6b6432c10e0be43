//! Shopify's orders export: only an order's first line says when it was cancelled, where it came from, and from which location.
//! A large export comes in several files, and may be cut within an order.

use std::sync::Arc;

use foldhash::{HashMap, HashSet};

use super::deduplicate::OrderAndSku;
use super::order_line::{Channel, OrderLine, Platform, Sale};
use super::reading::{OrderReadOptions, place, table, time, unknown, unreadable, wrong};
use crate::diagnostic::{Code, Diagnostic};
use crate::files::{Body, Document};
use crate::source::Source;
use crate::table::Table;
use crate::{number, text};

/// What the lines of an order say of all of them: Shopify says it on the first one alone, wherever a spreadsheet program has put it.
#[derive(Default)]
struct ShopifyOrder {
    is_cancelled: bool,
    is_from_amazon: bool,
    /// Whether it is told that it is paid, or not yet.
    has_payment: bool,
    /// Whether its first line is in a file: the one with its id, or with its payment.
    has_first_line: bool,
    /// Whether its number is that of a checkout.
    is_checkout: bool,
    location: Option<String>,
    time: Option<jiff::Timestamp>,
}

/// A line that sells something, as its cells have it.
struct ShopifyLine {
    order: String,
    date: String,
    sku: String,
    quantity: String,
    line: u32,
}

/// One file of an export.
struct ExportFile {
    index: usize,
    source: Arc<Source>,
    cells: Vec<ShopifyLine>,
    /// The orders in it.
    names: HashSet<String>,
    /// Those whose first line is in it.
    with_first_line: HashSet<String>,
    /// Whether it has a column that tells whether an order is paid.
    tells_payment: bool,
    /// Whether it has a column of ids.
    has_ids: bool,
    /// The order to which its first line belongs, where that line is not the order's first one.
    goes_on_with: Option<String>,
    /// The order to which its last line belongs.
    ends_with: String,
}

impl ExportFile {
    /// Whether it has a column that an order's first line alone fills.
    fn tells_first_lines(&self) -> bool {
        self.has_ids || self.tells_payment
    }
}

/// The least digits of a checkout's number.
const CHECKOUT: usize = 10;

/// All files of Shopify's orders.
#[derive(Default)]
pub struct ShopifyExports {
    orders: HashMap<String, ShopifyOrder>,
    files: Vec<ExportFile>,
}

impl ShopifyExports {
    /// Reads one more file.
    pub fn add(
        &mut self,
        index: usize,
        document: &Document,
        source: &Arc<Source>,
        given: &OrderReadOptions<'_>,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        // A sheet's rows end with their last cell that is filled.
        let is_sheet = matches!(document.body(), Body::Sheet(_));
        table(document, diagnostics, |table, diagnostics| {
            self.files.extend(read_table(table, (index, source, is_sheet), given, &mut self.orders, diagnostics));
        });
    }

    /// The lines of all files, each with the number of its file.
    pub fn lines(&self, diagnostics: &mut Vec<Diagnostic>) -> Vec<(usize, OrderLine)> {
        let mut lines = vec![];
        let mut without_first_line: Option<(usize, Diagnostic)> = None;
        for file in &self.files {
            if self.is_of_checkouts(file) {
                let message =
                    "this is Shopify's export of abandoned checkouts or drafts, not of orders: none of them was ever placed";
                let help = "nothing in it was sold: take it out of `orders:`, and export the orders (Orders, Export)";
                diagnostics.push(wrong(message, help, place(&file.source, 1)));
                continue;
            }
            let mut told = HashSet::default();
            for cells in &file.cells {
                let Some(order) = self.orders.get(&cells.order) else { continue };
                match sale(cells, order) {
                    Ok(sale) => lines.push((file.index, line(file, cells, sale))),
                    Err(is_date_read) => {
                        let place = place(&file.source, cells.line);
                        diagnostics.push(unreadable(
                            &cells.date,
                            &cells.quantity,
                            is_date_read,
                            "export the orders again",
                            place,
                        ));
                    }
                }
                if file.tells_first_lines() && !order.has_first_line && told.insert(&cells.order) {
                    let message = format!(
                        "the first line of order `{}` is in none of the files, so that nobody knows whether it was cancelled: it counts",
                        cells.order
                    );
                    let help = "Shopify parts a large export into several files: name them all under `orders:`";
                    let warning = || Diagnostic::warning(Code::Orders, message).help(help).at(place(&file.source, cells.line));
                    without_first_line.get_or_insert_with(|| (0, warning())).0 += 1;
                }
            }
        }
        if let Some((count, mut warning)) = without_first_line {
            if count > 1 {
                warning.message += &format!(" (so it is with {} orders, this is the first)", text::thousands(count));
            }
            diagnostics.push(warning);
        }
        lines
    }

    /// How many lines of an order and a SKU stand before those of a file, where the file before was cut within the order.
    pub fn before(&self) -> HashMap<(usize, OrderAndSku), usize> {
        let mut before = HashMap::default();
        for file in &self.files {
            // Where its first line is in this file too, somebody has sorted the lines.
            let goes_on = file.goes_on_with.as_ref().filter(|order| !file.with_first_line.contains(*order));
            let Some(order) = goes_on else { continue };
            let is_before = |other: &&ExportFile| other.index != file.index && other.ends_with == *order;
            let Some(first) = self.files.iter().filter(is_before).find(|other| other.with_first_line.contains(order)) else {
                continue;
            };
            for cells in first.cells.iter().filter(|cells| cells.order == *order) {
                *before.entry((file.index, (Platform::Shopify, order.clone(), cells.sku.clone()))).or_default() += 1;
            }
        }
        before
    }

    /// Whether none of a file's orders was ever placed. Where an order's first line is missing, nobody knows.
    fn is_of_checkouts(&self, file: &ExportFile) -> bool {
        let mut has_checkout = false;
        file.names.iter().filter_map(|name| self.orders.get(name)).all(|order| {
            let is_rest = file.has_ids && !order.has_first_line;
            let is_checkout = order.is_checkout || file.tells_payment && !order.has_payment && !is_rest;
            has_checkout |= is_checkout;
            is_checkout || is_rest
        }) && has_checkout
    }
}

fn line(file: &ExportFile, cells: &ShopifyLine, sale: Option<Sale>) -> OrderLine {
    OrderLine {
        platform: Platform::Shopify,
        order: cells.order.clone(),
        item: None,
        sku: cells.sku.clone(),
        sale,
        source: Arc::clone(&file.source),
        line: cells.line,
    }
}

fn read_table(
    table: &Table<'_>,
    (index, source, is_sheet): (usize, &Arc<Source>, bool),
    given: &OrderReadOptions<'_>,
    orders: &mut HashMap<String, ShopifyOrder>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<ExportFile> {
    let needed = ["Name", "Created at", "Lineitem sku", "Lineitem quantity"];
    let columns = needed.map(|name| table.column(&[name]));
    let [Some(order), Some(created), Some(sku), Some(quantity)] = columns else {
        let missing = needed.iter().zip(columns).find(|(_, column)| column.is_none()).map_or("", |(name, _)| name);
        diagnostics.push(unknown(&format!("`{missing}`"), place(source, 1)));
        return None;
    };
    let least = order.max(created).max(sku).max(quantity) + 1;
    let (cancelled, origin, location) =
        (table.column(&["Cancelled at", "Canceled at"]), table.column(&["Source"]), table.column(&["Location"]));
    let (paid, id) = (table.column(&["Financial Status"]), table.column(&["Id"]));
    let mut file = ExportFile {
        index,
        source: Arc::clone(source),
        cells: vec![],
        names: HashSet::default(),
        with_first_line: HashSet::default(),
        tells_payment: paid.is_some(),
        has_ids: id.is_some(),
        goes_on_with: None,
        ends_with: String::new(),
    };
    table.for_each(diagnostics, |row, diagnostics| {
        let cell = |column: Option<usize>| row.cell(column).trim();
        let (name, date) = (cell(Some(order)), cell(Some(created)));
        if row.cells.len() < least && !is_sheet {
            let message =
                format!("this row ends after {}, before the last column that is needed", text::counted(row.cells.len(), "cell"));
            let help = "a line end inside a cell needs quotes around the cell: export the orders again";
            diagnostics.push(wrong(message, help, place(source, row.line)));
            return;
        }
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
        let is_first_line = !cell(id).is_empty() || !cell(paid).is_empty();
        known.has_first_line |= is_first_line;
        if is_first_line {
            file.with_first_line.insert(name.to_owned());
        }
        if file.names.is_empty() && !is_first_line && file.tells_first_lines() {
            file.goes_on_with = Some(name.to_owned());
        }
        file.names.insert(name.to_owned());
        file.ends_with.clear();
        file.ends_with.push_str(name);
        let sku = text::without_apostrophe(text::sku(row.cell(Some(sku))));
        let quantity = cell(Some(quantity));
        if !sku.is_empty() || !quantity.is_empty() {
            let (order, date, quantity) = (name.to_owned(), date.to_owned(), quantity.to_owned());
            file.cells.push(ShopifyLine { order, date, sku: sku.to_owned(), quantity, line: row.line });
        }
    });
    table.check_last_number(|column| column == quantity, diagnostics);
    Some(file)
}

/// What a line sold; nothing where its order was cancelled.
///
/// # Errors
/// Its date or its quantity cannot be read: whether it is not the date.
fn sale(cells: &ShopifyLine, order: &ShopifyOrder) -> Result<Option<Sale>, bool> {
    if order.is_cancelled {
        return Ok(None);
    }
    let placed = time(&cells.date).or(order.time.filter(|_| cells.date.is_empty()));
    let count = number::whole(&cells.quantity).filter(|&count| count >= 0);
    let (Some(time), Some(quantity)) = (placed, count) else { return Err(placed.is_some()) };
    let channel = if order.is_from_amazon { Channel::ShopifyFromAmazon } else { Channel::Shopify };
    Ok(Some(Sale { channel, quantity, time, location: order.location.clone() }))
}
