//! A large product export, read in chunks. What a chunk alone cannot tell is left to the reader of whole files: a record with too
//! many cells, a repeated header, a product whose rows do not stand together.

use std::hash::BuildHasher;
use std::path::Path;

use foldhash::HashSet;
use foldhash::fast::FixedState;

use super::product_columns::{ProductColumns, doubled};
use super::shopify_products::RowReader;
use super::store::Catalog;
use crate::diagnostic::{Code, Diagnostic};
use crate::fields::Projection;
use crate::files::{FileKind, OpenFile, by_header, cut_number};
use crate::ids::FileId;
use crate::table::chunks::{ChunkReader, ChunkedFile, Sizes};
use crate::table::records::Records;
use crate::table::{Cells, Oddities, Row, Table};

/// The longest file of which odd cells are shown, in bytes.
const QUOTED: usize = 2 << 30;

/// Reads a file, `name` in messages and number `file` in places. `None` where it is no product export, or must be read as a
/// whole.
pub fn read(
    opened: OpenFile,
    name: &Path,
    file: FileId,
    wanted: &Projection,
    diagnostics: &mut Vec<Diagnostic>,
    sizes: Sizes,
) -> Option<Catalog> {
    let chunked = ChunkedFile::of(opened)?;
    let table = Table::open(name, &chunked.header).ok()?;
    let is_products = matches!(by_header(table.headers()), Some(FileKind::Products | FileKind::Matrixify));
    if !table.is_plain() || !is_products || doubled(&table).is_some() {
        return None;
    }
    let mut base = Catalog::storing(wanted);
    let columns = ProductColumns::find(&table, &mut base, wanted);
    let read = columns.read(wanted);
    let width = table.headers().len();
    let (odd, last_handle) = (Oddities::default(), String::new());
    let mut merged = Merged { catalog: base.clone(), odd, handles: HashSet::default(), last_handle };
    let reader = ProductReader { table: &table, columns: &columns, wanted, file, base: &base };
    let lines = chunked.read(sizes, width, &reader, |chunk, lines| merged.append(chunk, u32::try_from(lines).ok()?))?;
    let Merged { catalog, odd, .. } = merged;
    if !chunked.is_unchanged() {
        return None;
    }
    if !odd.is_empty() {
        // Of a file that is too large to be read as a whole, places are told without an excerpt.
        let is_short = chunked.length() <= QUOTED;
        let text = if is_short { chunked.text().ok()? } else { chunked.header.clone() };
        odd.report(&Table::open(name, &text).ok()?, diagnostics);
    }
    if read.contains(&(width - 1)) {
        let row = chunked.last_row().ok()?;
        diagnostics.extend(row.and_then(|row| cut_number(name, lines + 1, &row, ',', Code::CatalogOddity)));
    }
    Some(catalog)
}

/// How the records of every chunk are read.
struct ProductReader<'a> {
    /// The header alone.
    table: &'a Table<'a>,
    columns: &'a ProductColumns,
    wanted: &'a Projection,
    /// The file's number in places.
    file: FileId,
    /// A catalog without variants that has what the header declares.
    base: &'a Catalog,
}

/// What was read of a chunk.
struct ProductChunk<'a> {
    catalog: Catalog,
    /// What is known of its last product, and was odd so far.
    reading: RowReader<'a>,
    /// A hash of each product's handle; blank ones aside.
    handles: Vec<u64>,
    /// The handle of its first product; blank where that has none.
    first_handle: String,
}

impl<'a> ChunkReader for ProductReader<'a> {
    type Chunk = ProductChunk<'a>;

    fn begin(&self) -> ProductChunk<'a> {
        let reading = RowReader::new(self.table, self.columns, self.wanted, self.file);
        ProductChunk { catalog: self.base.clone(), reading, handles: vec![], first_handle: String::new() }
    }

    fn read(&self, chunk: &mut ProductChunk<'a>, records: &Records<'_>, lines: usize) -> Option<()> {
        let ProductChunk { catalog, reading, handles, first_handle } = chunk;
        let records = records.iter();
        let mut variants = Vec::with_capacity(records.len());
        for (record, lines_of_window) in records {
            // A blank line has one cell.
            if record.len() != self.table.headers().len() && !(record.len() == 1 && record.cell(0).is_empty()) {
                return None;
            }
            let line = u32::try_from(lines + lines_of_window + 1).unwrap_or(u32::MAX);
            let row = Row { line, cells: record };
            let Some(found) = reading.product(&row, catalog, |_| None) else {
                // A repeated header is told by the reader of whole files.
                if reading.header_again.is_some() {
                    return None;
                }
                continue;
            };
            if found.is_new && !reading.handle.is_empty() {
                if handles.is_empty() && catalog.products() == 1 {
                    first_handle.clone_from(&reading.handle);
                }
                handles.push(FixedState::with_seed(0).hash_one(reading.handle.as_str()));
            }
            if found.has_variant {
                variants.push((row, found.product));
            }
        }
        reading.variants(&variants, catalog);
        Some(())
    }
}

/// The chunks that have been merged.
struct Merged {
    catalog: Catalog,
    odd: Oddities,
    /// A hash of each product's handle; blank ones aside.
    handles: HashSet<u64>,
    last_handle: String,
}

impl Merged {
    /// Adds the chunk that follows, before which `lines` lines end; `None` where its first rows would have been read otherwise after
    /// those before it.
    fn append(&mut self, chunk: ProductChunk<'_>, lines: u32) -> Option<()> {
        let ProductChunk { catalog, reading, handles, first_handle } = chunk;
        let same_product = !first_handle.is_empty() && first_handle == self.last_handle;
        if same_product && (!reading.begins_with_variant || reading.begins_oddly) {
            return None;
        }
        // Handles that differ can, at worst, make us read the file as a whole.
        if !handles.iter().skip(usize::from(same_product)).all(|hash| self.handles.insert(*hash)) {
            return None;
        }
        if !catalog.is_empty() {
            self.last_handle = reading.handle;
        }
        self.catalog.append(catalog, lines, same_product);
        self.odd.append(reading.odd, lines);
        Some(())
    }
}

#[cfg(test)]
mod tests;
