//! Order files to movements of counts.

mod amazon_json;
mod amazon_report;
mod apply;
mod deduplicate;
mod line_warnings;
mod movements;
mod order_context;
mod order_line;
mod reading;
mod shopify;
mod summary;

use std::path::PathBuf;
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::files::{Document, FileKind, FileRole};
use crate::source::Source;

pub use apply::{apply_amazon, apply_shopify};
pub use movements::{Movement, Movements, Units};
pub use order_context::OrderContext;
pub use order_line::{Channel, Orders};
pub use reading::OrderReadOptions;
pub use summary::{AsOfSource, OrdersSummary};

/// An orders file, with its bytes.
pub struct OrderFile {
    /// Its name in messages.
    pub name: PathBuf,
    /// What it holds.
    pub bytes: Vec<u8>,
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
    orders.lines = deduplicate::deduplicate(found, exports.before(), given, &mut diagnostics);
    orders.only_unshipped = orders.has_amazon && !has_shipped;
    (orders, diagnostics)
}
