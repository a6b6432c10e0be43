//! What is read of a part, window by window.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use crate::catalog::Catalog;
use crate::catalog::product_columns::Columns;
use crate::catalog::shopify_products::Reading;
use crate::fields::Projection;
use crate::table::records::Scanned;
use crate::table::structural_index::StructuralIndex;
use crate::table::{Cells, Oddities, Row, Table, count_lines};

/// How the records of every part are read.
pub struct Plan<'a> {
    /// The header alone.
    pub table: &'a Table<'a>,
    /// Where it has which column.
    pub columns: &'a Columns,
    /// Of each column, whether its text counts.
    pub read: Vec<bool>,
    /// What the rules ask for.
    pub wanted: &'a Projection,
    /// The file's number in places.
    pub file: u16,
    /// A catalog without variants that has what the header declares.
    pub base: &'a Catalog,
}

/// What was read of a part. Its memory is used again for another one.
pub struct Part {
    /// Its variants.
    pub catalog: Catalog,
    /// What was odd.
    pub odd: Oddities,
    /// A hash of each product's handle; blank ones aside.
    pub handles: Vec<u64>,
    /// The handle of its first product; blank where that has none.
    pub first_handle: String,
    /// That of its last one.
    pub last_handle: String,
    /// Whether the row that began the first product holds a variant.
    pub begins_with_variant: bool,
    /// Whether something else than its variant was odd about that row.
    pub begins_oddly: bool,
    /// How many line ends stand in the part.
    pub lines: u32,
    /// Where it lies among quotes, as it was read.
    pub quotes: Quotes,
}

/// Whether quotes are open around a part.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quotes {
    /// Whether it begins inside quotes.
    pub before: bool,
    /// Whether what follows it does.
    pub after: bool,
}

impl Part {
    /// One that nothing was read of yet.
    pub fn new(base: &Catalog) -> Self {
        Part {
            catalog: base.clone(),
            odd: Oddities::default(),
            handles: vec![],
            first_handle: String::new(),
            last_handle: String::new(),
            begins_with_variant: true,
            begins_oddly: false,
            lines: 0,
            quotes: Quotes::default(),
        }
    }
}

/// What was taken from a part so far.
pub struct Taken<'j> {
    plan: &'j Plan<'j>,
    reading: Reading<'j>,
    part: Part,
    /// How many line ends stand before the window.
    lines: usize,
    hasher: FixedState,
}

impl<'j> Taken<'j> {
    /// Nothing yet, with the memory of another part.
    pub fn new(plan: &'j Plan<'j>, part: Part) -> Self {
        let reading = Reading::new(plan.table, plan.columns, plan.wanted, plan.file);
        Taken { plan, reading, part, lines: 0, hasher: FixedState::with_seed(0) }
    }

    /// Takes the records of a window, save the first ones that are skipped, and those that follow a line end from `own` on.
    pub fn records(
        &mut self,
        marks: &StructuralIndex,
        bytes: &[u8],
        text: (usize, &str),
        skips: usize,
        own: usize,
    ) -> Option<()> {
        let Taken { plan, reading, part, lines: before, hasher } = self;
        let most = plan.table.headers().len();
        let scanned = Scanned::new(marks, bytes, text, skips, own, &plan.read);
        let mut variants = Vec::with_capacity(scanned.records().len());
        for (record, lines) in scanned.records() {
            // A blank line has one cell.
            if record.len() != most && !(record.len() == 1 && record.cell(0).is_empty()) {
                return None;
            }
            let row = Row { line: u32::try_from(*before + lines as usize + 1).unwrap_or(u32::MAX), cells: record };
            let Some(found) = reading.product(&row, &mut part.catalog, |_| None) else {
                // It may be read only as a whole, which tells.
                if reading.header_again.is_some() {
                    return None;
                }
                continue;
            };
            if found.is_new && !reading.handle.is_empty() {
                if part.handles.is_empty() && part.catalog.products() == 1 {
                    part.first_handle.clone_from(&reading.handle);
                }
                part.handles.push(hasher.hash_one(reading.handle.as_str()));
            }
            if found.has_variant {
                variants.push((row, found.product));
            }
        }
        reading.variants(&variants, &mut part.catalog);
        // Otherwise another window follows.
        if own <= bytes.len() {
            let ended = marks.records_before(own);
            let rest = bytes.get(marks.start_of(ended)..own).unwrap_or_default();
            part.lines = u32::try_from(*before + marks.lines_before(ended) as usize + count_lines(rest)).ok()?;
        }
        *before += marks.lines_before(marks.records.len()) as usize;
        Some(())
    }

    /// Notes how many lines end in a part in which no record begins.
    pub fn set_lines(&mut self, lines: usize) -> Option<()> {
        self.part.lines = u32::try_from(lines).ok()?;
        Some(())
    }

    /// The part, when all of its windows have been taken.
    pub fn into_part(self, quotes: Quotes) -> Part {
        let Taken { reading, mut part, .. } = self;
        part.last_handle = reading.handle;
        part.begins_with_variant = reading.begins_with_variant;
        part.begins_oddly = reading.begins_oddly;
        part.odd = reading.odd;
        part.quotes = quotes;
        part
    }
}
