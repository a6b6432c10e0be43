//! Order files to movements of counts.

mod amazon_json;
mod amazon_report;
mod movements;
mod line_warnings;
mod deduplicate;
mod shopify;
mod summary;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::files::{Document, FileKind, FileRole};
use crate::source::Source;
use crate::table::Table;

pub use movements::{Movement, Movements, OrderContext, Units, apply_amazon, apply_shopify};
pub use summary::{AsOfSource, OrdersSummary};

/// The platform whose file tells of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Platform {
    /// Shopify.
    Shopify,
    /// Amazon.
    Amazon,
}

/// Where an order was placed, and who fulfils it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// In Shopify, or another sales channel that Shopify knows.
    Shopify,
    /// In Shopify's files, but it came from Amazon.
    ShopifyFromAmazon,
    /// On Amazon, fulfilled by the merchant (FBM).
    AmazonMerchant,
    /// On Amazon, and the file does not say who fulfils it.
    AmazonUnsaid,
    /// On Amazon, fulfilled by Amazon (FBA).
    AmazonFba,
}

impl Channel {
    /// The channel in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Channel::Shopify => "Shopify",
            Channel::ShopifyFromAmazon => "Amazon, by way of Shopify",
            Channel::AmazonMerchant => "Amazon, merchant-fulfilled",
            Channel::AmazonUnsaid => "Amazon, not said who fulfils it",
            Channel::AmazonFba => "Amazon, fulfilled by Amazon",
        }
    }
}

/// One line of an order.
#[derive(Debug, Clone)]
pub struct OrderLine {
    /// Whose file tells of it.
    pub platform: Platform,
    /// The order's name or number.
    pub order: String,
    /// The line's own id, where the file has one.
    pub item: Option<String>,
    /// The SKU, without white space at its ends.
    pub sku: String,
    /// What was sold; `None` where the line was cancelled.
    pub sale: Option<Sale>,
    /// The file that it stands in.
    source: Arc<Source>,
    /// Its line in the file, counted from 1; 0 where that is not known.
    line: u32,
}

impl OrderLine {
    /// Where it stands.
    pub fn place(&self) -> Place {
        place(&self.source, self.line)
    }
}

/// What a line that was not cancelled sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// Where it was placed, and who fulfils it.
    pub channel: Channel,
    /// How many were ordered; in packs, where the listing sells packs.
    pub quantity: i64,
    /// When it was placed.
    pub time: Timestamp,
    /// The location from which Shopify takes it.
    pub location: Option<String>,
}

/// All order lines of a run, each once.
#[derive(Debug, Clone, Default)]
pub struct Orders {
    /// The lines.
    pub lines: Vec<OrderLine>,
    /// Whether a file of Amazon's is among them.
    pub has_amazon: bool,
    /// Whether Amazon's files hold only what has not been shipped yet.
    only_unshipped: bool,
}

/// An orders file, with its bytes.
pub struct OrderFile {
    /// Its name in messages.
    pub name: PathBuf,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// What a reader of orders must know.
#[derive(Debug, Clone, Copy, Default)]
pub struct OrderReadOptions<'a> {
    /// Further names of sources that mean Amazon, in Shopify's orders.
    pub amazon_sources: &'a [String],
    /// The user's word that every SKU is merchant-fulfilled, where no file says.
    pub merchant_fulfilled: bool,
    /// Only orders after this time count: what is odd about others need not be told.
    pub as_of: Option<Timestamp>,
}

impl OrderReadOptions<'_> {
    /// Whether an order of this time counts.
    fn counts(&self, time: Timestamp) -> bool {
        self.as_of.is_none_or(|as_of| time > as_of)
    }
}

/// Reads all orders files.
///
/// The orders are of use only if no diagnostic is an error.
pub fn read(files: Vec<OrderFile>, given: &OrderReadOptions<'_>) -> (Orders, Vec<Diagnostic>) {
    let mut diagnostics = vec![];
    let mut json = amazon_json::AmazonResponses::default();
    let mut exports = shopify::ShopifyExports::default();
    let mut found = vec![];
    let mut orders = Orders::default();
    let mut has_shipped = false;
    for (index, OrderFile { name, bytes }) in files.into_iter().enumerate() {
        let Some(document) = Document::open(&name, FileRole::Orders, bytes, &mut diagnostics) else { continue };
        let source = Arc::new(Source::new(name.display().to_string(), document.text()));
        let lines = if source.text().trim_start().starts_with(['{', '[']) {
            (orders.has_amazon, has_shipped) = (true, true);
            json.add(index, &source, &mut diagnostics);
            vec![]
        } else if document.kind().is_some_and(|kind| kind.is_amazon_report() || kind == FileKind::OtherOrders)
            || document.kind().is_none() && source.line(1).contains("order-id")
        {
            orders.has_amazon = true;
            let (lines, kind) = amazon_report::read(&document, &source, given, &mut diagnostics);
            has_shipped |= kind != amazon_report::ReportKind::Unshipped;
            lines
        } else {
            exports.add(index, &document, &source, given, &mut diagnostics);
            vec![]
        };
        found.extend(lines.into_iter().map(|line| (index, line)));
    }
    found.extend(exports.lines(&mut diagnostics));
    found.extend(json.lines(given, &mut diagnostics));
    // The lines stand in the order of the files.
    found.sort_by_key(|(file, _)| *file);
    orders.lines = deduplicate::once(found, exports.before(), given, &mut diagnostics);
    orders.only_unshipped = orders.has_amazon && !has_shipped;
    (orders, diagnostics)
}

/// Amazon's and Shopify's words for a cancelled line: `Cancelled`, `Canceled`, `CANCELLED`, `cancelled` …
fn is_cancelled(status: &str) -> bool {
    matches!(status.trim().to_ascii_lowercase().as_str(), "cancelled" | "canceled")
}

/// A time as order files write it: `2026-11-23T05:10:00+00:00`, `2025-12-06 10:37:33 -0500`. One without its time zone may be
/// hours off, and is none.
fn time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let by_shopify = || Timestamp::strptime("%Y-%m-%d %H:%M:%S %z", text).ok();
    text.parse().ok().or_else(by_shopify)
}

/// Hands over the table that a document holds. What is wrong with its rows is told of an orders file.
fn table(document: &Document, diagnostics: &mut Vec<Diagnostic>, read: impl FnOnce(&Table<'_>, &mut Vec<Diagnostic>)) {
    let mut told = vec![];
    match Table::of(document) {
        Ok(table) => read(&table, &mut told),
        Err(problem) => told.push(*problem),
    }
    for diagnostic in &mut told {
        if matches!(diagnostic.code, Code::Catalog | Code::CatalogOddity) {
            diagnostic.code = Code::Orders;
        }
    }
    diagnostics.append(&mut told);
}

/// The error of a file that has not the columns of orders; `missing` is the first one that it lacks.
fn unknown(missing: &str, place: Place) -> Diagnostic {
    let help = "known are Shopify's orders export (columns `Name`, `Created at`, `Lineitem sku`, `Lineitem quantity`), Amazon's All \
                Orders report and its unshipped-orders report, and the Orders API's JSON";
    wrong(format!("this file holds no orders that stockrule knows: it has no column {missing}"), help, place)
}

fn wrong(message: impl Into<String>, help: &str, place: Place) -> Diagnostic {
    Diagnostic::error(Code::Orders, message).help(help).at(place)
}

/// An error on a line that says neither how many were ordered nor when.
fn unreadable(date: &str, quantity: &str, is_date_read: bool, again: &str, place: Place) -> Diagnostic {
    let message = match (is_date_read, date, quantity) {
        (false, "", _) => "this order line has no date".to_owned(),
        (false, date, _) => format!("the date `{date}` of this order line cannot be read, or lacks its time zone"),
        (true, _, "") => "this order line has no quantity".to_owned(),
        (true, _, quantity) => format!("the quantity `{quantity}` of this order line is no whole number from 0"),
    };
    let help = format!("{again}, and do not save it from a spreadsheet program, which changes dates and numbers");
    wrong(message, &help, place)
}

/// A line of a file as a place; the file as a whole for line 0.
fn place(source: &Source, line: u32) -> Place {
    if line == 0 {
        return Place::file(source.name());
    }
    let excerpt = source.line(line as usize);
    Place::in_line(source.name(), line as usize, 1, excerpt.chars().count(), excerpt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_both_sides() {
        assert_eq!(time("2025-12-06 10:37:33 -0500"), "2025-12-06T15:37:33Z".parse().ok());
        assert_eq!(time("2017-06-17T08:04:21+00:00"), "2017-06-17T08:04:21Z".parse().ok());
        assert_eq!(time("2017-06-17T08:04:21"), None);
        assert_eq!(time("yesterday"), None);
    }
}
