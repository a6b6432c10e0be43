//! Shopify's product export: old headers, new headers, and mixtures; Matrixify's product sheets, whose headers are the
//! old ones with more.

use foldhash::{HashMap, HashMapExt};
use std::borrow::Cow;

use super::schema::Wanted;
use super::table::{Cells, Oddities, Row, Table};
use super::{Catalog, OPTIONS, ProductCells, Stored, Texts};
use crate::diagnostic::Diagnostic;
use crate::{number, text};

/// Whether this is such a table.
pub fn recognize(table: &Table<'_>) -> bool {
    table.has(HANDLE) && table.has(SKU) && !table.has(&["Location"]) && !table.has(&["COO"])
}

const HANDLE: &[&str] = &["Handle", "URL handle"];
const SKU: &[&str] = &["Variant SKU", "SKU"];

/// Where a table has which column.
pub struct Columns {
    handle: Option<usize>,
    title: Option<usize>,
    vendor: Option<usize>,
    product_type: Option<usize>,
    category: Option<usize>,
    status: Option<usize>,
    tags: Option<usize>,
    collections: Vec<usize>,
    published: Option<usize>,
    gift_card: Option<usize>,
    option_names: [Option<usize>; OPTIONS],
    option_values: [Option<usize>; OPTIONS],
    sku: Option<usize>,
    barcode: Option<usize>,
    price: Option<usize>,
    compare_at_price: Option<usize>,
    cost: Option<usize>,
    weight: Option<usize>,
    policy: Option<usize>,
    fulfillment: Option<usize>,
    tracker: Option<usize>,
    quantity: Option<usize>,
    /// Matrixify's counts: column and location.
    locations: Vec<(usize, String)>,
    /// The metafields that the rules speak of: column, index in the schema, whether the column is of the variant.
    metafields: Vec<(usize, usize, bool, bool)>,
    /// The other columns that the rules speak of: column, index in the schema, whether it is of the variant.
    wanted: Vec<(usize, usize, bool)>,
}

impl Columns {
    /// Finds them by the header; what the catalog has from then on is declared.
    pub fn find(table: &Table<'_>, catalog: &mut Catalog, wanted: &Wanted) -> Self {
        let column = |names: &[&str]| table.column(names);
        let option = |kind: &str| std::array::from_fn(|slot| table.column(&[&format!("Option{} {kind}", slot + 1)]));
        let mut locations = vec![];
        let mut metafields = vec![];
        let mut others = vec![];
        for (index, header) in table.headers().iter().enumerate() {
            if let Some(location) = header.trim().strip_prefix("Inventory Available:") {
                catalog.schema.declare_location(location);
                locations.push((index, location.trim().to_owned()));
            }
            if let Some((namespace, key, of_variant)) = metafield(header) {
                let field = catalog.schema.declare_metafield(namespace, key);
                if wanted.metafield(namespace, key) {
                    metafields.push((index, field, of_variant, namespace == "shopify"));
                }
            }
            if !header.trim().is_empty() {
                let field = catalog.schema.declare_column(header);
                if wanted.column(header) {
                    others.push((index, field, is_of_variant(header)));
                }
            }
        }
        Columns {
            handle: column(HANDLE),
            title: column(&["Title"]),
            vendor: column(&["Vendor"]),
            product_type: column(&["Type", "Custom product type"]),
            category: column(&["Product category", "Standardized product type", "Category: Name", "Category"]),
            status: column(&["Status"]),
            tags: column(&["Tags"]),
            collections: ["Collection", "Collections", "Custom Collections", "Smart Collections"]
                .iter()
                .filter_map(|name| column(&[name]))
                .collect(),
            published: column(&["Published on online store", "Published"]),
            gift_card: column(&["Gift card"]),
            option_names: option("name"),
            option_values: option("value"),
            sku: column(SKU),
            barcode: column(&["Variant Barcode", "Barcode"]),
            price: column(&["Variant Price", "Price"]),
            compare_at_price: column(&["Variant Compare At Price", "Compare-at price", "Compare At Price"]),
            cost: column(&["Cost per item", "Variant Cost"]),
            weight: column(&["Variant Grams", "Weight value (grams)"]),
            policy: column(&["Variant Inventory Policy", "Continue selling when out of stock"]),
            fulfillment: column(&["Variant Fulfillment Service", "Fulfillment service"]),
            tracker: column(&["Variant Inventory Tracker", "Inventory tracker"]),
            quantity: column(&["Variant Inventory Qty", "Inventory quantity"]),
            locations,
            metafields,
            wanted: others,
        }
    }

    /// Every column whose text counts, in no order; of the others, only whether they are blank.
    fn read(&self, stored: Stored) -> Vec<usize> {
        let single = [
            (true, self.handle),
            (stored.title, self.title),
            (stored.vendor, self.vendor),
            (stored.product_type, self.product_type),
            (stored.category, self.category),
            (true, self.status),
            (stored.tags, self.tags),
            (stored.published, self.published),
            (stored.gift_card, self.gift_card),
            (true, self.sku),
            (stored.barcode, self.barcode),
            (stored.price, self.price),
            (stored.compare_at_price, self.compare_at_price),
            (stored.cost, self.cost),
            (stored.weight, self.weight),
            (stored.policy, self.policy),
            (true, self.fulfillment),
            (true, self.tracker),
            (true, self.quantity),
        ];
        let single = single.into_iter().filter(|(read, _)| *read).filter_map(|(_, column)| column);
        let values = self.option_values.iter().filter(|_| stored.options).chain(&self.option_names).copied().flatten();
        let dynamic = self.locations.iter().map(|(column, _)| *column).chain(self.metafields.iter().map(|(column, ..)| *column));
        let collections = self.collections.iter().filter(|_| stored.collections).copied();
        single.chain(values).chain(dynamic).chain(collections).chain(self.wanted.iter().map(|(column, ..)| *column)).collect()
    }

    /// Whether a row holds a variant: a row of an image has nothing in any of a variant's own columns.
    fn has_variant(&self, row: Row<impl Cells>) -> bool {
        !row.is_blank(self.sku) || {
            let others = [self.price, self.quantity, self.barcode].into_iter().chain(self.option_values);
            others.into_iter().any(|column| !row.is_blank(column))
        }
    }
}

/// Reads the table into the catalog.
pub fn read(table: &Table<'_>, file: u16, catalog: &mut Catalog, wanted: &Wanted, diagnostics: &mut Vec<Diagnostic>) {
    let columns = Columns::find(table, catalog, wanted);
    let mut reading = Reading::new(table, &columns, wanted, file);
    let mut products: HashMap<String, u32> = HashMap::new();
    table.for_each(diagnostics, |row, _| {
        let Some(found) = reading.product(*row, catalog, |handle| products.get(handle).copied()) else { return };
        if found.is_new {
            products.insert(row.cell(columns.handle).trim().to_owned(), found.product);
        }
        if found.has_variant {
            reading.variants(&[(*row, found.product)], catalog);
        }
    });
    reading.odd.report(table, diagnostics);
}

/// What a row was found to hold.
#[derive(Debug, Clone, Copy)]
pub struct OfRow {
    /// Its product.
    pub product: u32,
    /// Whether the row begins it.
    pub is_new: bool,
    /// Whether it holds a variant, as a row that begins a product always does.
    pub has_variant: bool,
}

/// Reads rows one after the other into a catalog.
pub struct Reading<'t> {
    table: &'t Table<'t>,
    columns: &'t Columns,
    wanted: &'t Wanted,
    stored: Stored,
    file: u16,
    /// What was odd so far.
    pub odd: Oddities,
    /// The handle of the product at hand.
    pub handle: String,
    product: Option<u32>,
    /// Whether the row that began the first product holds a variant.
    pub begins_with_variant: bool,
}

impl<'t> Reading<'t> {
    /// Begins before a table's first row, or a later one.
    pub fn new(table: &'t Table<'t>, columns: &'t Columns, wanted: &'t Wanted, file: u16) -> Self {
        let (odd, handle, product) = (Oddities::default(), String::new(), None);
        let stored = Stored::of(wanted);
        Reading { table, columns, wanted, stored, file, odd, handle, product, begins_with_variant: true }
    }

    /// Of each column, whether its text counts.
    pub fn columns_read(table: &Table<'_>, columns: &Columns, wanted: &Wanted) -> Vec<bool> {
        let read = columns.read(Stored::of(wanted));
        (0..table.headers().len()).map(|column| read.contains(&column)).collect()
    }

    /// The product of a row, which it may begin, unless the row holds nothing. `known` finds the product of a handle that is
    /// not the one at hand.
    pub fn product(&mut self, row: Row<impl Cells>, catalog: &mut Catalog, known: impl Fn(&str) -> Option<u32>) -> Option<OfRow> {
        let holds_variant = self.columns.has_variant(row);
        let handle = row.bytes(self.columns.handle);
        if let Some(product) = self.product
            && handle == self.handle.as_bytes()
            && !handle.is_empty()
        {
            // As most rows do, it goes on with the product at hand.
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
        let product = known.unwrap_or_else(|| add_product(self.columns, row, catalog));
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

fn add_product(columns: &Columns, row: Row<impl Cells>, catalog: &mut Catalog) -> u32 {
    let stored = catalog.stored;
    let cell = |stored: bool, column| if stored { row.cell(column) } else { "" };
    let collections = columns.collections.iter().filter(|_| stored.collections);
    let collections: Vec<&str> = collections.map(|&column| row.cell(Some(column))).collect();
    let product = catalog.add_product(&ProductCells {
        handle: cell(stored.handle, columns.handle),
        title: cell(stored.title, columns.title),
        vendor: cell(stored.vendor, columns.vendor),
        product_type: cell(stored.product_type, columns.product_type),
        category: cell(stored.category, columns.category),
        status: row.cell(columns.status),
        tags: Texts::Cells(&[cell(stored.tags, columns.tags)]),
        collections: Texts::Cells(&collections),
        published: !stored.published || yes(row.cell(columns.published)).unwrap_or(true),
        gift_card: stored.gift_card && yes(row.cell(columns.gift_card)).unwrap_or(false),
        option_names: columns.option_names.map(|column| cell(stored.options, column)),
    });
    for &(column, field, of_variant, listed) in &columns.metafields {
        if !of_variant {
            let text = metafield_text(row.cell(Some(column)), listed);
            catalog.metafield_column(field).set_product(product as usize, &text);
        }
    }
    for &(column, field, of_variant) in &columns.wanted {
        if !of_variant {
            let text = row.cell(Some(column));
            catalog.header_column(field).set_product(product as usize, text);
        }
    }
    product
}

impl Reading<'_> {
    /// Adds the variants of rows, whose products are known. Each column is read by itself: that is a short loop, and a row at
    /// a time would ask for each cell again which columns there are and what is stored.
    pub fn variants<C: Cells>(&mut self, rows: &[(Row<C>, u32)], catalog: &mut Catalog) {
        let (columns, stored, first) = (self.columns, self.stored, catalog.len());
        catalog.begin_file(first, self.file);
        catalog.product.extend(rows.iter().map(|(_, product)| *product));
        catalog.lines.extend(rows.iter().map(|(row, _)| row.line));
        rows.iter().for_each(|(row, _)| catalog.push_sku(row.cell(columns.sku)));
        if stored.barcode {
            rows.iter().for_each(|(row, _)| catalog.push_barcode(row.cell(columns.barcode)));
        }
        if stored.options {
            for (&column, values) in columns.option_values.iter().zip(&mut catalog.option_values) {
                rows.iter().for_each(|(row, _)| values.push(row.cell(column)));
            }
        }
        let decimals = [
            (stored.price, columns.price, &mut catalog.price),
            (stored.compare_at_price, columns.compare_at_price, &mut catalog.compare_at_price),
            (stored.cost, columns.cost, &mut catalog.cost),
            (stored.weight, columns.weight, &mut catalog.weight),
        ];
        for (_, column, values) in decimals.into_iter().filter(|(stored, ..)| *stored) {
            for (row, _) in rows {
                if !values.push_plain(row.bytes(column)) && !values.push(row.cell(column)) {
                    self.odd_cell(row, column.unwrap_or(0), "number");
                }
            }
        }
        if stored.policy {
            rows.iter().for_each(|(row, _)| catalog.push_policy(row.cell(columns.policy)));
        }
        if stored.fulfillment {
            rows.iter().for_each(|(row, _)| catalog.fulfillment.push(row.cell(columns.fulfillment)));
        }
        for (row, _) in rows {
            // Without a column of trackers nothing says that a count is not kept.
            catalog.tracked.push(columns.tracker.is_none() || !row.is_blank(columns.tracker));
            let is_by_amazon = |column| row.is(column, super::AMAZON_SERVICE);
            catalog.amazon_tracked.push(is_by_amazon(columns.tracker) || is_by_amazon(columns.fulfillment));
        }
        for (row, _) in rows {
            let inventory = columns.quantity.and_then(|column| self.whole(row, column));
            catalog.counts.inventory.push(inventory);
        }
        if !columns.locations.is_empty() {
            (first..).zip(rows).for_each(|(variant, (row, _))| self.locations(variant, row, catalog));
        }
        for &(column, field, _, listed) in columns.metafields.iter().filter(|(_, _, of_variant, _)| *of_variant) {
            let values = catalog.metafield_column(field);
            for (variant, (row, _)) in (first..).zip(rows) {
                values.set_variant(variant, &metafield_text(row.cell(Some(column)), listed));
            }
        }
        for &(column, field, of_variant) in &columns.wanted {
            let values = catalog.header_column(field);
            for (variant, (row, _)) in (first..).zip(rows) {
                let text = row.cell(Some(column));
                if of_variant || !text.trim().is_empty() {
                    values.set_variant(variant, text);
                }
            }
        }
    }

    /// Notes the counts of a variant's locations; its inventory is their sum.
    fn locations(&mut self, variant: usize, row: &Row<impl Cells>, catalog: &mut Catalog) {
        let mut sum = None;
        for (column, name) in &self.columns.locations {
            let count = self.whole(row, *column);
            if let Some(count) = count {
                sum = Some(sum.map_or(Some(count), |sum: Option<i64>| sum.and_then(|sum| sum.checked_add(count))));
            }
            catalog.set_location(variant, name, count, self.wanted);
        }
        if let Some(sum) = sum {
            catalog.counts.inventory.set(variant, sum);
        }
    }

    #[inline]
    fn whole(&mut self, row: &Row<impl Cells>, column: usize) -> Option<i64> {
        number::digits(row.bytes(Some(column))).or_else(|| self.any_whole(row, column))
    }

    fn any_whole(&mut self, row: &Row<impl Cells>, column: usize) -> Option<i64> {
        let text = row.cell(Some(column));
        let value = number::whole(text).filter(|&value| value != i64::MIN);
        if value.is_none() && !text.trim().is_empty() && text.trim() != "not stocked" {
            self.odd_cell(row, column, "whole number");
        }
        value
    }

    fn odd_cell(&mut self, row: &Row<impl Cells>, column: usize, kind: &str) {
        let header = &self.table.headers()[column];
        self.odd.note(&format!("`{header}` is not a {kind} here and counts as missing"), 1, row.line, column);
    }
}

/// Shopify's own category metafields are lists, and its export parts their items by `; `.
fn metafield_text(cell: &str, listed: bool) -> Cow<'_, str> {
    if listed && cell.contains("; ") {
        let items: Vec<_> = cell.split("; ").map(str::trim).collect();
        return serde_json::to_string(&items).map_or(Cow::Borrowed(cell), Cow::Owned);
    }
    Cow::Borrowed(cell)
}

/// Namespace, key, and whether it is the variant's own, of a metafield's header: `Label (product.metafields.custom.x)`
/// of Shopify, `Variant Metafield: custom.x [type]` of Matrixify. The label is free text; only the rest counts.
pub fn metafield(header: &str) -> Option<(&str, &str, bool)> {
    let header = header.trim();
    if let Some(inner) = header.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')).map(|(_, inner)| inner) {
        for (prefix, of_variant) in [("product.metafields.", false), ("variant.metafields.", true)] {
            if let Some((namespace, key)) = inner.strip_prefix(prefix).and_then(|name| name.rsplit_once('.')) {
                return Some((namespace, key, of_variant));
            }
        }
    }
    for (prefix, of_variant) in [("Metafield:", false), ("Variant Metafield:", true)] {
        if let Some(name) = header.strip_prefix(prefix) {
            let name = name.split('[').next().unwrap_or(name).trim();
            let (namespace, key) = name.rsplit_once('.')?;
            return Some((namespace, key, of_variant));
        }
    }
    None
}

/// Whether a column that is no field of ours speaks of the variant: its blank cells are then blank. The others are
/// product-level, and stand on the first row of the handle alone.
fn is_of_variant(header: &str) -> bool {
    const STARTS: &[&str] = &[
        "variant",
        "sku",
        "barcode",
        "option1 value",
        "option2 value",
        "option3 value",
        "price",
        "compare",
        "cost per item",
        "charge tax",
        "tax code",
        "unit price",
        "inventory",
        "continue selling",
        "weight",
        "requires shipping",
        "fulfillment",
        "included /",
        "image",
        "product image",
    ];
    let header = header.trim().to_lowercase();
    STARTS.iter().any(|start| header.starts_with(start)) || metafield(&header).is_some_and(|(.., of_variant)| of_variant)
}

fn yes(cell: &str) -> Option<bool> {
    match cell.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_metafields() {
        assert_eq!(metafield("Amazon: Qty (x) (product.metafields.custom.amazon_qty)"), Some(("custom", "amazon_qty", false)));
        assert_eq!(metafield("Qty (variant.metafields.custom.q) "), Some(("custom", "q", true)));
        assert_eq!(metafield("Metafield: mm-google.x [string]"), Some(("mm-google", "x", false)));
        assert_eq!(metafield("Variant Metafield: custom.farve [list.color]"), Some(("custom", "farve", true)));
        assert_eq!(metafield("Title (draft)"), None);
    }
}
