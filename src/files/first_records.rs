//! The first records of a table, as they are read to find out what the table is.

use super::dialect::Dialect;

/// The cells of the first records of a text, `most` of them where there are more.
pub fn records(text: &str, dialect: Dialect, most: usize) -> Vec<Vec<String>> {
    let mut builder = csv::ReaderBuilder::new();
    let reader = builder.flexible(true).has_headers(false).delimiter(dialect.separator).quoting(dialect.quoted);
    let text = text.get(dialect.start..).unwrap_or_default();
    let records = reader.from_reader(text.as_bytes()).into_records().take(most);
    // The text is UTF-8, and records may have any number of cells: nothing is left that could be wrong with one.
    records.map_while(Result::ok).map(|record| record.iter().map(str::to_owned).collect()).collect()
}

/// The cells of the first record.
pub fn first(text: &str, dialect: Dialect) -> Vec<String> {
    records(text, dialect, 1).pop().unwrap_or_default()
}
