//! Shopify's product export: old headers, new headers, and mixtures; Matrixify's product sheets, whose headers are the
//! old ones with more.

use std::borrow::Cow;
use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use foldhash::{HashMap, HashMapExt};

use super::field_columns::{FieldColumn, listed};
use super::product_columns::{FilledColumn, MetafieldColumn, ProductColumns};
use super::store::{AMAZON_SERVICE, Catalog};
use crate::diagnostic::{Code, Diagnostic};
use crate::fields::{Field, FlagCell, Projection};
use crate::ids::{FileId, ProductId, VariantId};
use crate::number;
use crate::table::{Cells, CsvRow, Oddities, Row, Table};
use crate::text;

/// Reads the table into the catalog.
pub fn read(table: &Table<'_>, file: FileId, catalog: &mut Catalog, wanted: &Projection, diagnostics: &mut Vec<Diagnostic>) {
    let columns = ProductColumns::find(table, catalog, wanted);
    let mut reading = RowReader::new(table, &columns, wanted, file);
    let mut products: HashMap<String, ProductId> = HashMap::new();
    let mut repeats = Repeats::default();
    table.for_each(diagnostics, |row, _| {
        let Some(found) = reading.product(row, catalog, |handle| products.get(handle).copied()) else { return };
        if found.is_new {
            products.insert(row.cell(columns.handle).trim().to_owned(), found.product);
        }
        if found.has_variant {
            repeats.look(row, &columns);
            reading.variants(&[(*row, found.product)], catalog);
        }
    });
    reading.odd.report(table, diagnostics);
    let read = columns.read(wanted);
    table.check_last_number(|column| read.contains(&column), diagnostics);
    let problem = reading.header_again.map(|line| header_again(table, line)).or_else(|| repeats.problem(table));
    diagnostics.extend(problem);
}

/// The variants of a file that repeat an earlier one.
#[derive(Default)]
struct Repeats {
    /// The line of each variant, by a hash of its handle, options and SKU.
    lines: HashMap<u64, u32>,
    count: usize,
    /// The lines of the first variant that stands twice.
    first: Option<(u32, u32)>,
}

impl Repeats {
    fn look(&mut self, row: &CsvRow<'_>, columns: &ProductColumns) {
        if row.is_blank(columns.sku) {
            return;
        }
        let cells = [columns.handle, columns.sku].into_iter().chain(columns.option_values);
        let hash = FixedState::with_seed(0).hash_one(cells.map(|column| row.cell(column)).collect::<Vec<_>>());
        if let Some(before) = self.lines.insert(hash, row.line) {
            self.count += 1;
            self.first.get_or_insert((before, row.line));
        }
    }

    /// An error where most variants are repeated.
    fn problem(&self, table: &Table<'_>) -> Option<Diagnostic> {
        let (before, line) = self.first.filter(|_| self.count * 2 > self.lines.len() && self.count > 1)?;
        let message = format!(
            "this file repeats {} of its {} with the same handle, options and SKU: the first stands on line {before} and here",
            text::thousands(self.count),
            text::counted(self.lines.len(), "variant")
        );
        let help = "two exports seem to have been put one behind the other: export the products again, into one file";
        Some(Diagnostic::error(Code::Catalog, message).help(help).at(table.at(line)))
    }
}

fn header_again(table: &Table<'_>, line: u32) -> Diagnostic {
    let help = "two exports were put one behind the other: name each file by itself";
    Diagnostic::error(Code::Catalog, "this line repeats the header").help(help).at(table.at(line))
}

/// What a row was found to hold.
#[derive(Debug, Clone, Copy)]
pub struct OfRow {
    /// Its product.
    pub product: ProductId,
    /// Whether the row begins it.
    pub is_new: bool,
    /// Whether it holds a variant, as a row that begins a product always does.
    pub has_variant: bool,
}

/// Reads rows one after the other into a catalog.
pub struct RowReader<'t> {
    table: &'t Table<'t>,
    columns: &'t ProductColumns,
    wanted: &'t Projection,
    file: FileId,
    /// What was odd so far.
    pub odd: Oddities,
    /// The handle of the product of the last row.
    pub handle: String,
    product: Option<ProductId>,
    /// Whether the row that began the first product holds a variant.
    pub begins_with_variant: bool,
    /// Whether something else than its variant was odd about that row.
    pub begins_oddly: bool,
    /// The line of a row that repeats the header, which is none of a product.
    pub header_again: Option<u32>,
    /// The header of the column of handles.
    header: &'t str,
}

impl<'t> RowReader<'t> {
    /// Begins before a table's first row, or a later one.
    pub fn new(table: &'t Table<'t>, columns: &'t ProductColumns, wanted: &'t Projection, file: FileId) -> Self {
        let (odd, handle, product) = (Oddities::default(), String::new(), None);
        let header = columns.handle.and_then(|column| table.headers().get(column)).map_or("", String::as_str);
        RowReader {
            table,
            columns,
            wanted,
            file,
            odd,
            handle,
            product,
            begins_with_variant: true,
            begins_oddly: false,
            header_again: None,
            header,
        }
    }

    /// The product of a row, which it may begin, unless the row holds nothing. `known` finds the product of a handle that is
    /// not that of the row before.
    pub fn product(
        &mut self,
        row: &Row<impl Cells>,
        catalog: &mut Catalog,
        known: impl Fn(&str) -> Option<ProductId>,
    ) -> Option<OfRow> {
        let holds_variant = self.columns.has_variant(row);
        let handle = row.bytes(self.columns.handle);
        if let Some(product) = self.product
            && handle == self.handle.as_bytes()
            && !handle.is_empty()
        {
            // Most rows are of the same product as the row before.
            return Some(OfRow { product, is_new: false, has_variant: holds_variant });
        }
        let handle = text::trimmed(row.cell(self.columns.handle));
        let same = self.handle == handle;
        let known = match self.product {
            Some(product) if same && !handle.is_empty() => Some(product),
            _ if handle.is_empty() => None,
            _ => known(handle),
        };
        if known.is_none() && !holds_variant && row.is_blank(self.columns.title) {
            return None;
        }
        if handle == self.header
            && row.cell(self.columns.sku) == self.columns.sku.map_or("", |column| &self.table.headers()[column])
        {
            self.header_again.get_or_insert(row.line);
            return None;
        }
        let product = known.unwrap_or_else(|| self.add_product(row, catalog));
        if self.product.is_none() {
            self.begins_with_variant = holds_variant;
        }
        if self.product.is_none() || !same {
            self.handle.clear();
            self.handle.push_str(handle);
        }
        self.product = Some(product);
        Some(OfRow { product, is_new: known.is_none(), has_variant: known.is_none() || holds_variant })
    }
}

impl RowReader<'_> {
    fn add_product(&mut self, row: &Row<impl Cells>, catalog: &mut Catalog) -> ProductId {
        let columns = self.columns;
        for filled in &columns.of_product {
            self.fill(filled, std::slice::from_ref(row).iter(), catalog);
        }
        let option_names = columns.option_names.map(|column| if catalog.stores_options { row.cell(column) } else { "" });
        let product = catalog.begin_product(option_names);
        for metafield in columns.metafields.iter().filter(|metafield| !metafield.is_of_variant) {
            let text = metafield_text(row.cell(Some(metafield.column)), metafield);
            catalog.metafield_column(metafield.index).set_product(product.index(), &text);
        }
        for &(column, field, is_of_variant) in &columns.others {
            if !is_of_variant {
                catalog.header_column(field).set_product(product.index(), row.cell(Some(column)));
            }
        }
        let (status, vendor) = (columns.of(Field::Status), columns.of(Field::Vendor));
        let lacks_first_row =
            columns.title.is_some() && [columns.title, status, vendor].into_iter().all(|column| row.is_blank(column));
        if lacks_first_row && !row.is_blank(columns.handle) {
            catalog.without_first_row.push(product);
        } else if let Some(status) = status.filter(|&status| row.is_blank(Some(status))) {
            self.note_odd_cell(row, status, "is blank here, and counts as active");
        }
        product
    }

    /// Adds rows to a column of the catalog.
    fn fill<'r, C: Cells + 'r>(&mut self, filled: &FilledColumn, rows: impl Iterator<Item = &'r Row<C>>, catalog: &mut Catalog) {
        let column = filled.columns.first().copied();
        match catalog.fields.get_mut(filled.field) {
            Some(FieldColumn::Text(values, cell)) => rows.for_each(|row| values.push(&cell.stored(row.cell(column)))),
            Some(FieldColumn::List(values)) => {
                rows.for_each(|row| values.push(filled.columns.iter().flat_map(|&column| listed(row.cell(Some(column))))));
            }
            Some(FieldColumn::Decimal(values)) => rows.for_each(|row| {
                if !values.push(row.cell(column)) {
                    self.note_odd_cell(row, column.unwrap_or(0), "is not a number here and counts as missing");
                }
            }),
            Some(FieldColumn::Flag(values, FlagCell::Filled)) => {
                // Without such a column, such as that of trackers, nothing says no.
                values.extend(rows.map(|row| column.is_none() || !row.is_blank(column)));
            }
            Some(FieldColumn::Flag(values, cell)) => rows.for_each(|row| {
                let (yes, default) = (cell.read(row.cell(column)), cell.default());
                if let Some(column) = column.filter(|_| yes.is_none() && !row.is_blank(column)) {
                    self.note_odd_cell(row, column, &format!("is neither true nor false here, and counts as {default}"));
                }
                values.push(yes.unwrap_or(default));
            }),
            None => {}
        }
    }

    /// Notes an odd cell of a column, whose header `what` is said of.
    fn note_odd_cell(&mut self, row: &Row<impl Cells>, column: usize, what: &str) {
        let header = &self.table.headers()[column];
        self.odd.note(&format!("`{header}` {what}"), 1, row.line, column);
        self.begins_oddly |= self.product.is_none();
    }

    /// Adds the variants of rows, whose products are known. Each column is read by itself: that is a short loop, and a row at
    /// a time would ask for each cell again which columns there are and what is stored.
    pub fn variants<C: Cells>(&mut self, rows: &[(Row<C>, ProductId)], catalog: &mut Catalog) {
        let (columns, first) = (self.columns, catalog.len());
        if rows.is_empty() {
            return;
        }
        catalog.begin_file(VariantId::saturating(first), self.file);
        catalog.product.extend(rows.iter().map(|(_, product)| *product));
        catalog.lines.extend(rows.iter().map(|(row, _)| row.line));
        rows.iter().for_each(|(row, _)| catalog.push_sku(row.cell(columns.sku)));
        for filled in &columns.of_variant {
            self.fill(filled, rows.iter().map(|(row, _)| row), catalog);
        }
        if catalog.stores_options {
            for (&column, values) in columns.option_values.iter().zip(&mut catalog.option_values) {
                rows.iter().for_each(|(row, _)| values.push(text::without_apostrophe(row.cell(column))));
            }
        }
        for (row, _) in rows {
            let is_by_amazon = |column| row.is(column, AMAZON_SERVICE);
            catalog.amazon_tracked.push(is_by_amazon(columns.tracker) || is_by_amazon(columns.fulfillment));
        }
        for (row, _) in rows {
            let inventory = columns.quantity.and_then(|column| self.whole(row, column));
            catalog.counts.inventory.push(inventory);
        }
        if !columns.locations.is_empty() {
            (first..).zip(rows).for_each(|(variant, (row, _))| self.locations(VariantId::saturating(variant), row, catalog));
        }
        for metafield in columns.metafields.iter().filter(|metafield| metafield.is_of_variant) {
            let values = catalog.metafield_column(metafield.index);
            for (variant, (row, _)) in (first..).zip(rows) {
                values.set_variant(variant, &metafield_text(row.cell(Some(metafield.column)), metafield));
            }
        }
        for &(column, field, is_of_variant) in &columns.others {
            let values = catalog.header_column(field);
            for (variant, (row, _)) in (first..).zip(rows) {
                let text = row.cell(Some(column));
                if is_of_variant || !text.trim().is_empty() {
                    values.set_variant(variant, text);
                }
            }
        }
    }

    /// Notes the counts of a variant's locations; its inventory is their sum, which is not known where one of them is none.
    fn locations(&mut self, variant: VariantId, row: &Row<impl Cells>, catalog: &mut Catalog) {
        let mut sum: Option<Option<i64>> = None;
        for (column, name) in &self.columns.locations {
            let count = self.whole(row, *column);
            if count.is_some() || !is_no_count(row.cell(Some(*column))) {
                sum = Some(sum.unwrap_or(Some(0)).and_then(|sum| sum.checked_add(count?)));
            }
            catalog.set_location(variant, name, count, self.wanted);
        }
        if let Some(sum) = sum {
            catalog.counts.inventory.set(variant.index(), sum);
        }
    }

    fn whole(&mut self, row: &Row<impl Cells>, column: usize) -> Option<i64> {
        number::digits(row.bytes(Some(column))).or_else(|| self.any_whole(row, column))
    }

    fn any_whole(&mut self, row: &Row<impl Cells>, column: usize) -> Option<i64> {
        let text = row.cell(Some(column));
        let value = number::whole(text).filter(|&value| value != i64::MIN);
        if value.is_none() && !is_no_count(text) {
            self.note_odd_cell(row, column, "is not a whole number here and counts as missing");
        }
        value
    }
}

/// The value of a metafield's cell. Shopify's own category metafields are lists, and its export parts their items by `; `.
fn metafield_text<'c>(cell: &'c str, metafield: &MetafieldColumn) -> Cow<'c, str> {
    if metafield.is_list && cell.contains("; ") {
        let items: Vec<_> = cell.split("; ").map(str::trim).collect();
        return serde_json::to_string(&items).map_or(Cow::Borrowed(cell), Cow::Owned);
    }
    Cow::Borrowed(cell)
}

/// Whether a cell says that there is no count.
pub fn is_no_count(cell: &str) -> bool {
    let cell = text::trimmed(cell);
    cell.is_empty() || cell.eq_ignore_ascii_case("not stocked")
}
