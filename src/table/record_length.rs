//! How many cells a record must have.

use csv::StringRecord;

use crate::diagnostic::{Code, Diagnostic};
use crate::files::{Dialect, LISTING_SKU};
use crate::text;

/// The error of a record with more or fewer cells than the header, where it is one.
pub fn wrong_length(record: &StringRecord, width: usize, least: usize, dialect: Dialect) -> Option<Diagnostic> {
    let count = record.len();
    let is_right = match dialect.quoted {
        // A line without a separator is blank.
        true => count == width || record.iter().all(str::is_empty) && count < width,
        // Reports of Amazon's may have tabs at the ends of their rows, and rows that are a little shorter.
        false if count > width => record.iter().skip(width).all(text::is_blank),
        false => count >= least || record.iter().all(str::is_empty),
    };
    let help = match dialect.separator {
        _ if !dialect.quoted => "a tab or a line end inside a cell parts it in two: download the report again",
        b',' if count > width => "a comma or a line end inside a cell needs quotes around the cell; export the file again",
        b',' => "a line end inside a cell needs quotes around the cell, or commas are missing; export the file again",
        _ if count > width => "a separator or a line end inside a cell needs quotes around the cell; export the file again",
        _ => "a line end inside a cell needs quotes around the cell, or separators are missing; export the file again",
    };
    let message = format!("this record has {}, but the header has {width}", text::counted(count, "cell"));
    (!is_right).then(|| Diagnostic::error(Code::Catalog, message).help(help))
}

/// Columns that every row of a report of Amazon's has, in the languages in which Amazon writes them: which SKU, how many, at which
/// price.
const IN_EVERY_ROW: [&[&str]; 2] = [
    LISTING_SKU,
    &[
        "quantity",
        "menge",
        "数量",
        "quantità",
        "quantité",
        "cantidad",
        "price",
        "prezzo",
        "preis",
        "价格",
        "prix",
        "precio",
        "価格",
        "quantity-purchased",
    ],
];

/// The fewest cells that a row of a report of Amazon's has, by its headers in lower case: real rows may lack the last two cells and
/// more, but none without which nothing can be said of a SKU. As many as there are headers, for every other file.
pub fn least_of_report(headers: &[String]) -> usize {
    let is_needed = |header: &String| IN_EVERY_ROW.iter().any(|names| names.contains(&header.as_str()));
    headers.iter().rposition(is_needed).map_or(headers.len(), |last| last + 1)
}
