//! How a table is written: what parts its cells, and whether quotes stand around them.

/// How many bytes of a text are looked at to find out what it is.
pub const HEAD: usize = 1 << 16;

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// The byte between two cells.
    pub separator: u8,
    /// Whether quotes stand around cells, as RFC 4180 has it. Amazon's own reports have none: a quote in them is a quote.
    pub quoted: bool,
    /// Where the header starts: behind a first line `sep=;`, which Excel writes and reads.
    pub start: usize,
}

impl Dialect {
    /// A table of cells that commas part.
    pub const COMMAS: Dialect = Dialect { separator: b',', quoted: true, start: 0 };
}
