//! The rows of a table, whoever has read them, and their cells.

use csv::StringRecord;

use crate::text;

/// The cells of a record.
pub trait Cells: Copy {
    /// The text of a cell; blank where the record is shorter.
    fn cell(&self, index: usize) -> &str;

    /// The bytes of a cell. Unlike [`Cells::cell`], this need not check that characters begin and end there.
    fn bytes(&self, index: usize) -> &[u8] {
        self.cell(index).as_bytes()
    }
}

impl Cells for &StringRecord {
    fn cell(&self, index: usize) -> &str {
        self.get(index).unwrap_or("")
    }
}

/// A record of a table, with the line on which it starts: one that the `csv` crate has read, or one of a chunk.
#[derive(Debug, Clone, Copy)]
pub struct Row<C> {
    /// The line in the file, counted from 1.
    pub line: u32,
    /// Its cells.
    pub cells: C,
}

/// A record that the `csv` crate has read.
pub type CsvRow<'r> = Row<&'r StringRecord>;

impl<C: Cells> Row<C> {
    /// The text of a column; blank where there is no such column or the record is shorter.
    #[inline]
    pub fn cell(&self, column: Option<usize>) -> &str {
        column.map_or("", |index| self.cells.cell(index))
    }

    /// The bytes of a column; none where there is no such column or the record is shorter.
    #[inline]
    pub fn bytes(&self, column: Option<usize>) -> &[u8] {
        column.map_or(b"", |index| self.cells.bytes(index))
    }

    /// Whether a column has nothing but white space: as a rule, one byte tells.
    #[inline]
    pub fn is_blank(&self, column: Option<usize>) -> bool {
        match self.bytes(column) {
            [first, ..] if first.is_ascii_graphic() => false,
            [] => true,
            _ => text::is_blank(self.cell(column)),
        }
    }

    /// Whether a column holds exactly this, spaces at its ends aside.
    #[inline]
    pub fn is(&self, column: Option<usize>, wanted: &str) -> bool {
        self.bytes(column).len() >= wanted.len() && text::trimmed(self.cell(column)) == wanted
    }
}
