//! What the readers of all formats of orders share.

use jiff::Timestamp;

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::files::Document;
use crate::source::Source;
use crate::table::Table;

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
    pub fn counts(&self, time: Timestamp) -> bool {
        self.as_of.is_none_or(|as_of| time > as_of)
    }
}

/// Amazon's and Shopify's words for a cancelled line: `Cancelled`, `Canceled`, `CANCELLED`, `cancelled` …
pub fn is_cancelled(status: &str) -> bool {
    matches!(status.trim().to_ascii_lowercase().as_str(), "cancelled" | "canceled")
}

/// A time as order files write it: `2026-11-23T05:10:00+00:00`, `2025-12-06 10:37:33 -0500`. One without its time zone may be
/// hours off, and is none.
pub fn time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let by_shopify = || Timestamp::strptime("%Y-%m-%d %H:%M:%S %z", text).ok();
    text.parse().ok().or_else(by_shopify)
}

/// Hands over the table that a document holds. What is wrong with its rows is told of an orders file.
pub fn table(document: &Document, diagnostics: &mut Vec<Diagnostic>, read: impl FnOnce(&Table<'_>, &mut Vec<Diagnostic>)) {
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
pub fn unknown(missing: &str, place: Place) -> Diagnostic {
    let help = "known are Shopify's orders export (columns `Name`, `Created at`, `Lineitem sku`, `Lineitem quantity`), Amazon's All \
                Orders report and its unshipped-orders report, and the Orders API's JSON";
    wrong(format!("this file holds no orders that stockrule knows: it has no column {missing}"), help, place)
}

pub fn wrong(message: impl Into<String>, help: &str, place: Place) -> Diagnostic {
    Diagnostic::error(Code::Orders, message).help(help).at(place)
}

/// An error on a line that says neither how many were ordered nor when.
pub fn unreadable(date: &str, quantity: &str, is_date_read: bool, again: &str, place: Place) -> Diagnostic {
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
pub fn place(source: &Source, line: u32) -> Place {
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
