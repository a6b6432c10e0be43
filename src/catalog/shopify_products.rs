//! Shopify's product export: old headers, new headers, and mixtures; Matrixify's product sheets, whose headers are the
//! old ones with more.

use foldhash::{HashMap, HashMapExt};
use std::borrow::Cow;

use super::schema::Wanted;
use super::table::{Oddities, Row, Table};
use super::{Catalog, OPTIONS, ProductCells, VariantCells};
use crate::diagnostic::Diagnostic;
use crate::number;
use rust_decimal::Decimal;

/// Whether this is such a table.
pub fn recognize(table: &Table<'_>) -> bool {
    table.has(HANDLE) && table.has(SKU) && !table.has(&["Location"]) && !table.has(&["COO"])
}

const HANDLE: &[&str] = &["Handle", "URL handle"];
const SKU: &[&str] = &["Variant SKU", "SKU"];

/// Where a table has which column.
struct Columns {
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
    fn find(table: &Table<'_>, catalog: &mut Catalog, wanted: &Wanted) -> Self {
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

    /// Whether a row holds a variant: a row of an image has nothing in any of a variant's own columns.
    fn has_variant(&self, row: &Row<'_>) -> bool {
        let own = [self.sku, self.price, self.quantity, self.barcode].into_iter().chain(self.option_values);
        own.flatten().any(|column| !row.cell(Some(column)).trim().is_empty())
    }
}

/// Reads the table into the catalog.
pub fn read(table: &Table<'_>, file: u16, catalog: &mut Catalog, wanted: &Wanted, diagnostics: &mut Vec<Diagnostic>) {
    let columns = Columns::find(table, catalog, wanted);
    let mut products: HashMap<String, u32> = HashMap::new();
    let mut last: Option<(String, u32)> = None;
    let mut odd = Oddities::default();
    table.for_each(diagnostics, |row, _| {
        let handle = row.cell(columns.handle).trim();
        let known = match &last {
            Some((same, product)) if same == handle && !handle.is_empty() => Some(*product),
            _ if handle.is_empty() => None,
            _ => products.get(handle).copied(),
        };
        let holds_variant = columns.has_variant(row);
        let titled = !row.cell(columns.title).trim().is_empty();
        if known.is_none() && !holds_variant && !titled {
            return;
        }
        let product = known.unwrap_or_else(|| {
            let product = add_product(&columns, row, catalog);
            products.insert(handle.to_owned(), product);
            product
        });
        if last.as_ref().is_none_or(|(same, _)| same != handle) {
            last = Some((handle.to_owned(), product));
        }
        if known.is_none() || holds_variant {
            add_variant(&columns, row, table, file, product, catalog, wanted, &mut odd);
        }
    });
    odd.report(diagnostics);
}

fn add_product(columns: &Columns, row: &Row<'_>, catalog: &mut Catalog) -> u32 {
    let list = |column| row.cell(column).split(',').map(|item| Cow::Borrowed(item.trim())).collect::<Vec<_>>();
    let product = catalog.add_product(&ProductCells {
        handle: row.cell(columns.handle),
        title: row.cell(columns.title),
        vendor: row.cell(columns.vendor),
        product_type: row.cell(columns.product_type),
        category: row.cell(columns.category),
        status: row.cell(columns.status),
        tags: list(columns.tags),
        collections: columns.collections.iter().flat_map(|&column| list(Some(column))).collect(),
        published: yes(row.cell(columns.published)).unwrap_or(true),
        gift_card: yes(row.cell(columns.gift_card)).unwrap_or(false),
        option_names: columns.option_names.map(|column| row.cell(column)),
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

#[allow(clippy::too_many_arguments)] // the reader's whole state, handed through once
fn add_variant(
    columns: &Columns,
    row: &Row<'_>,
    table: &Table<'_>,
    file: u16,
    product: u32,
    catalog: &mut Catalog,
    wanted: &Wanted,
    odd: &mut Oddities,
) {
    let mut decimal = |column: Option<usize>| -> Option<Decimal> {
        let text = row.cell(column).trim();
        let value = number::decimal(text);
        if let (None, false, Some(index)) = (value, text.is_empty(), column) {
            let header = &table.headers()[index];
            odd.note(&format!("`{header}` is not a number here and counts as missing"), || table.cell_place(row.line, index));
        }
        value
    };
    let price = decimal(columns.price);
    let compare_at_price = decimal(columns.compare_at_price);
    let cost = decimal(columns.cost);
    let weight = decimal(columns.weight);
    let whole = |column: usize, odd: &mut Oddities| {
        let text = row.cell(Some(column));
        let value = number::whole(text).filter(|&value| value != i64::MIN);
        if value.is_none() && !text.trim().is_empty() && text.trim() != "not stocked" {
            let header = &table.headers()[column];
            odd.note(&format!("`{header}` is not a whole number here and counts as missing"), || {
                table.cell_place(row.line, column)
            });
        }
        value
    };
    let mut inventory = columns.quantity.and_then(|column| whole(column, odd));
    let counts: Vec<_> = columns.locations.iter().map(|(column, name)| (name, whole(*column, odd))).collect();
    if counts.iter().any(|(_, count)| count.is_some()) {
        inventory = counts.iter().filter_map(|(_, count)| *count).try_fold(0_i64, i64::checked_add);
    }
    let tracker = row.cell(columns.tracker).trim();
    let variant = catalog.add_variant(
        product,
        &VariantCells {
            file,
            line: row.line,
            sku: row.cell(columns.sku),
            barcode: row.cell(columns.barcode),
            option_values: columns.option_values.map(|column| row.cell(column)),
            price,
            compare_at_price,
            cost,
            weight,
            policy: row.cell(columns.policy),
            fulfillment: row.cell(columns.fulfillment),
            // Without a column of trackers nothing says that a count is not kept.
            tracked: columns.tracker.is_none() || !tracker.is_empty(),
            amazon: tracker == super::AMAZON_SERVICE,
            inventory,
        },
    );
    for (name, count) in counts {
        catalog.set_location(variant, name, count, wanted);
    }
    for &(column, field, of_variant, listed) in &columns.metafields {
        if of_variant {
            let text = metafield_text(row.cell(Some(column)), listed);
            catalog.metafield_column(field).set_variant(variant, &text);
        }
    }
    for &(column, field, of_variant) in &columns.wanted {
        let text = row.cell(Some(column));
        if of_variant || !text.trim().is_empty() {
            catalog.header_column(field).set_variant(variant, text);
        }
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
