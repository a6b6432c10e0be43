//! Columns: a value a row, all of one type. Texts are interned: a row holds its text's code in the column's dictionary.

mod dictionary;
mod numbers;
mod strings;
mod texts;

pub use dictionary::Dictionary;
pub use numbers::{CountColumn, DecimalColumn, SCALE, Scaled};
pub use strings::{Offsets, Strings};
pub use texts::{ListColumn, OverrideColumn, TextColumn, list_items};

/// The rows from number `first` on; none where there are no more than `first`.
pub fn rows_from<T>(rows: &[T], first: usize) -> &[T] {
    rows.get(first..).unwrap_or_default()
}
