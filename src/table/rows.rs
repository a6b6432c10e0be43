//! The rows of a table, whoever has read them, and their cells.

use csv::StringRecord;

use crate::number::Short;
use crate::text;

/// The cells of a record.
pub trait Cells: Copy {
    /// The text of a cell; blank where the record is shorter.
    fn cell(&self, index: usize) -> &str;

    /// The same as bytes, for who need not know that they are text.
    #[inline(always)]
    fn bytes(&self, index: usize) -> &[u8] {
        self.cell(index).as_bytes()
    }

    /// The same, where it is short and no pains are needed to look at what stands before it.
    #[inline(always)]
    fn short(&self, _index: usize) -> Option<Short> {
        None
    }
}

impl Cells for &StringRecord {
    fn cell(&self, index: usize) -> &str {
        self.get(index).unwrap_or("")
    }
}

/// A record of a table, with the line on which it starts: one that the library has read, or that our own scanner has found.
#[derive(Debug, Clone, Copy)]
pub struct Row<C> {
    /// The line in the file, counted from 1.
    pub line: u32,
    /// Its cells.
    pub cells: C,
}

/// A record that the library has read.
pub type CsvRow<'r> = Row<&'r StringRecord>;

impl<C: Cells> Row<C> {
    /// The text of a column; blank where there is no such column or the record is shorter.
    #[inline(always)]
    pub fn cell(&self, column: Option<usize>) -> &str {
        match column {
            Some(index) => self.cells.cell(index),
            None => "",
        }
    }

    /// The same as bytes.
    #[inline(always)]
    pub fn bytes(&self, column: Option<usize>) -> &[u8] {
        match column {
            Some(index) => self.cells.bytes(index),
            None => b"",
        }
    }

    /// The same where it is short, which may be `None` for short ones too.
    #[inline(always)]
    pub fn short(&self, column: Option<usize>) -> Option<Short> {
        self.cells.short(column?)
    }

    /// Whether a column has nothing but white space: as a rule, one byte tells.
    #[inline(always)]
    pub fn is_blank(&self, column: Option<usize>) -> bool {
        match self.bytes(column) {
            [first, ..] if first.is_ascii_graphic() => false,
            [] => true,
            _ => text::is_blank(self.cell(column)),
        }
    }

    /// Whether a column holds exactly this, spaces at its ends aside.
    #[inline(always)]
    pub fn is(&self, column: Option<usize>, wanted: &str) -> bool {
        self.bytes(column).len() >= wanted.len() && text::trimmed(self.cell(column)) == wanted
    }
}
