//! Which column of a product export is where: old headers, new headers, and mixtures.

use foldhash::HashMap;

use super::{Catalog, OPTIONS, Stored};
use crate::diagnostic::{Code, Diagnostic};
use crate::fields::{Field, Projection};
use crate::table::{Cells, Row, Table};
use crate::text;

/// An error where two columns give what one alone must: which counts would be a guess.
pub fn doubled(table: &Table<'_>) -> Option<Diagnostic> {
    let of = |names: &'static [&str]| {
        let is_one = |header: &String| names.iter().any(|name| text::folded(name) == text::folded(header));
        table.headers().iter().enumerate().filter(move |(_, header)| is_one(header)).map(|(column, _)| column).collect()
    };
    let mut columns: Vec<Vec<usize>> = [HANDLE, SKU, QUANTITY, TRACKER].map(of).into();
    let mut locations: HashMap<String, Vec<usize>> = HashMap::default();
    for (column, header) in table.headers().iter().enumerate() {
        if let Some(location) = location(header) {
            locations.entry(text::folded(location)).or_default().push(column);
        }
    }
    columns.extend(locations.into_values());
    let [one, other, ..] = columns.into_iter().filter(|columns| columns.len() > 1).min()?[..] else { return None };
    Some(hold_the_same(table, one, other))
}

/// An error for two columns of which one alone can count.
pub fn hold_the_same(table: &Table<'_>, one: usize, other: usize) -> Diagnostic {
    let message = format!(
        "column {}, `{}`, and column {}, `{}`, hold the same thing",
        one + 1,
        table.headers()[one],
        other + 1,
        table.headers()[other]
    );
    let help = "remove one of the two: which one counts would be a guess";
    Diagnostic::error(Code::Catalog, message).help(help).at(table.at(1))
}

/// Whether such a table has counts, and does not say of which variants they are kept.
pub fn has_counts_alone(table: &Table<'_>) -> bool {
    let has_locations = || table.headers().iter().any(|header| location(header).is_some());
    !table.has(TRACKER) && (table.has(QUANTITY) || has_locations())
}

/// The location of a header of Matrixify's.
fn location(header: &str) -> Option<&str> {
    header.trim().strip_prefix("Inventory Available:").map(str::trim)
}

const TRACKER: &[&str] = &["Variant Inventory Tracker", "Inventory tracker"];
const QUANTITY: &[&str] = &["Variant Inventory Qty", "Inventory quantity"];
const HANDLE: &[&str] = &["Handle", "URL handle"];
const SKU: &[&str] = &["Variant SKU", "SKU"];

/// Where a table has which column.
pub struct Columns {
    pub(super) handle: Option<usize>,
    pub(super) title: Option<usize>,
    pub(super) vendor: Option<usize>,
    pub(super) product_type: Option<usize>,
    pub(super) category: Option<usize>,
    pub(super) status: Option<usize>,
    pub(super) tags: Option<usize>,
    pub(super) collections: Vec<usize>,
    pub(super) published: Option<usize>,
    pub(super) gift_card: Option<usize>,
    pub(super) option_names: [Option<usize>; OPTIONS],
    pub(super) option_values: [Option<usize>; OPTIONS],
    pub(super) sku: Option<usize>,
    pub(super) barcode: Option<usize>,
    pub(super) price: Option<usize>,
    pub(super) compare_at_price: Option<usize>,
    pub(super) cost: Option<usize>,
    pub(super) weight: Option<usize>,
    pub(super) policy: Option<usize>,
    pub(super) fulfillment: Option<usize>,
    pub(super) tracker: Option<usize>,
    pub(super) quantity: Option<usize>,
    /// Matrixify's counts: column and location.
    pub(super) locations: Vec<(usize, String)>,
    /// The metafields that the rules speak of: column, index in the schema, whether the column is of the variant.
    pub(super) metafields: Vec<(usize, usize, bool, bool)>,
    /// The other columns that the rules speak of: column, index in the schema, whether it is of the variant.
    pub(super) wanted: Vec<(usize, usize, bool)>,
}

impl Columns {
    /// Finds them by the header; what the catalog has from then on is declared.
    pub fn find(table: &Table<'_>, catalog: &mut Catalog, wanted: &Projection) -> Self {
        let column = |names: &[&str]| table.column(names);
        let option = |kind: &str| std::array::from_fn(|slot| table.column(&[&format!("Option{} {kind}", slot + 1)]));
        let mut locations = vec![];
        let mut metafields = vec![];
        let mut others = vec![];
        for (index, header) in table.headers().iter().enumerate() {
            if let Some(location) = location(header) {
                catalog.schema.declare_location(location);
                locations.push((index, location.to_owned()));
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
        let columns = Columns {
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
            tracker: column(TRACKER),
            quantity: column(QUANTITY),
            locations,
            metafields,
            wanted: others,
        };
        columns.fields().for_each(|field| catalog.schema.declare_field(field));
        columns
    }

    /// The fields with fixed names that there is a column for.
    fn fields(&self) -> impl Iterator<Item = Field> {
        let fields = [
            (self.sku, Field::Sku),
            (self.barcode, Field::Barcode),
            (self.handle, Field::Handle),
            (self.title, Field::Title),
            (self.vendor, Field::Vendor),
            (self.product_type, Field::Type),
            (self.category, Field::Category),
            (self.status, Field::Status),
            (self.tags, Field::Tag),
            (self.collections.first().copied(), Field::Collection),
            (self.price, Field::Price),
            (self.compare_at_price, Field::CompareAtPrice),
            (self.cost, Field::Cost),
            (self.weight, Field::Weight),
            (self.quantity.or_else(|| self.locations.first().map(|(column, _)| *column)), Field::Inventory),
            (self.policy, Field::Policy),
            (self.tracker, Field::Tracked),
            (self.published, Field::Published),
            (self.gift_card, Field::GiftCard),
            (self.fulfillment, Field::Fulfillment),
        ];
        fields.into_iter().filter_map(|(column, field)| column.map(|_| field))
    }

    /// Every column whose text counts, in no order; of the others, only whether they are blank.
    pub(super) fn read(&self, stored: Stored) -> Vec<usize> {
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
    pub(super) fn has_variant(&self, row: &Row<impl Cells>) -> bool {
        !row.is_blank(self.sku) || {
            let others = [self.price, self.quantity, self.barcode].into_iter().chain(self.option_values);
            others.into_iter().any(|column| !row.is_blank(column))
        }
    }
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
