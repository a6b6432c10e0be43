//! Files that end too early: within a row, or within a number.

use std::path::Path;

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::number;

const AGAIN: &str = "it was cut off while it was written or copied: export it again";

/// The error of a file that ends within a row, at the row.
pub fn within_row(place: Place, code: Code) -> Diagnostic {
    Diagnostic::error(code, "the file ends within this record").help(AGAIN).at(place)
}

/// The warning of a file whose last line, which no line end follows, ends with a number: `row` is that line. `None` where it does
/// not.
pub fn cut_number(name: &Path, line: usize, row: &str, separator: char, code: Code) -> Option<Diagnostic> {
    let last = row.rsplit(separator).next().unwrap_or(row);
    let is_number = last.ends_with(|c: char| c.is_ascii_digit()) && number::decimal(last).is_some();
    let column = row.get(..row.len() - last.len())?.chars().count() + 1;
    let place = Place::in_line(name, line, column, last.chars().count(), row);
    let message = format!("no line end follows the last number of this file, `{}`: it may have been cut off", last.trim());
    let help = "a complete export ends with a line end: look at the number, or export the file again";
    is_number.then(|| Diagnostic::warning(code, message).help(help).at(place))
}
