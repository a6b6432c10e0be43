//! Files that end too early: within a row, or within a number.

use std::path::Path;

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::number;

const AGAIN: &str = "it was cut off while it was written or copied: export it again";

/// Reports how a report of Amazon's ends, whose cells tabs part without quotes: an error where no line end follows its last row
/// and that has fewer cells than the header, a warning where no line end follows and the last cell is a number in a column that
/// is a count, as `is_count` says of the column's index: `12` may be what is left of `120`. Call it once a report, with the text of
/// the whole file. A workbook always ends with a line end.
pub fn check_report_end(
    name: &Path,
    text: &str,
    is_count: impl Fn(usize) -> bool,
    code: Code,
    diagnostics: &mut Vec<Diagnostic>,
) {
    if text.is_empty() || text.ends_with(['\n', '\r']) {
        return;
    }
    let line = text.matches('\n').count() + 1;
    let (header, row) = (text.lines().next().unwrap_or(""), text.rsplit('\n').next().unwrap_or(""));
    let (columns, cells) = (header.split('\t').count(), row.split('\t').count());
    if line > 1 && cells < columns {
        diagnostics.push(within_row(Place::new(&Place::file(name).file, line, 1, row.chars().count(), row), code));
    } else if is_count(cells - 1) {
        diagnostics.extend(cut_number(name, line, row, '\t', code));
    }
}

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
    let place = Place::new(&Place::file(name).file, line, column, last.chars().count(), row);
    let message = format!("no line end follows the last number of this file, `{}`: it may have been cut off", last.trim());
    let help = "a complete export ends with a line end: look at the number, or export the file again";
    is_number.then(|| Diagnostic::warning(code, message).help(help).at(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let mut diagnostics = vec![];
        check_report_end(Path::new("x"), text, |column| column == 1, Code::Listings, &mut diagnostics);
        diagnostics
            .iter()
            .map(|d| format!("{} {}", d.place.as_ref().map_or(0, |place| place.line), d.severity.as_str()))
            .collect()
    }

    #[test]
    fn reports_that_end_too_early_are_told() {
        assert_eq!(told("sku\tquantity\nA\t12\n"), [] as [&str; 0]);
        assert_eq!(told("sku\tquantity\nA\t12"), ["2 warning"]);
        assert_eq!(told("sku\tquantity\nA\tmany"), [] as [&str; 0]);
        assert_eq!(told("sku\tquantity\nA"), ["2 error"]);
        assert_eq!(told("sku\tquantity\tstatus\nA\t12\tActive"), [] as [&str; 0]);
        assert_eq!(told("sku\tquantity"), [] as [&str; 0]);
        assert_eq!(told(""), [] as [&str; 0]);
    }
}
