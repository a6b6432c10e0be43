//! Which column of a product export is where: old headers, new headers, and mixtures.

use foldhash::HashMap;

use super::store::{Catalog, OPTIONS};
use crate::diagnostic::{Code, Diagnostic};
use crate::fields::{Field, FieldRow, Level, Projection, Schema, Storage, TABLE};
use crate::table::{Cells, Row, Table};
use crate::text;

/// An error where two columns give what one alone must: which counts would be a guess.
pub fn doubled(table: &Table<'_>) -> Option<Diagnostic> {
    let of = |field: Field| {
        let is_one = |header: &String| field.headers().iter().any(|name| text::folded(name) == text::folded(header));
        table.headers().iter().enumerate().filter(move |(_, header)| is_one(header)).map(|(column, _)| column).collect()
    };
    let mut columns: Vec<Vec<usize>> = [Field::Handle, Field::Sku, Field::Inventory, Field::Tracked].map(of).into();
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
    !table.has(Field::Tracked.headers()) && (table.has(Field::Inventory.headers()) || has_locations())
}

/// The location of a header of Matrixify's.
fn location(header: &str) -> Option<&str> {
    header.trim().strip_prefix("Inventory Available:").map(str::trim)
}

/// A column of the catalog, and the columns of a table whose cells fill it.
#[derive(Debug)]
pub struct FilledColumn {
    pub(super) field: Field,
    /// In order; none where the table has no such column.
    pub(super) columns: Vec<usize>,
}

/// Where a table has which column.
pub struct ProductColumns {
    /// The table's columns of each row of the field table: at most one, but for lists.
    by_place: Vec<Vec<usize>>,
    /// What is stored of a product and of a variant.
    pub(super) of_product: Vec<FilledColumn>,
    pub(super) of_variant: Vec<FilledColumn>,
    pub(super) handle: Option<usize>,
    pub(super) title: Option<usize>,
    pub(super) sku: Option<usize>,
    pub(super) tracker: Option<usize>,
    pub(super) fulfillment: Option<usize>,
    pub(super) quantity: Option<usize>,
    /// The columns of which a row of a variant has at least one filled, beside the SKU.
    marks: Vec<usize>,
    /// The options, where a run needs them: the columns of their names and of their values.
    pub(super) option_names: [Option<usize>; OPTIONS],
    pub(super) option_values: [Option<usize>; OPTIONS],
    /// Matrixify's counts: column and location.
    pub(super) locations: Vec<(usize, String)>,
    /// The metafields that the run needs.
    pub(super) metafields: Vec<MetafieldColumn>,
    /// The other columns that the run needs: column, index in the schema, whether it is of the variant.
    pub(super) others: Vec<(usize, usize, bool)>,
}

/// The column of a metafield.
pub struct MetafieldColumn {
    pub(super) column: usize,
    /// Its index in [`Schema::metafields`](crate::fields::Schema::metafields).
    pub(super) index: usize,
    /// Whether its values are the variants' own, or else the products'.
    pub(super) is_of_variant: bool,
    /// Whether it is one of Shopify's own, whose values are lists.
    pub(super) is_list: bool,
}

impl ProductColumns {
    /// Finds them by the header; what the catalog has from then on is declared.
    pub fn find(table: &Table<'_>, catalog: &mut Catalog, projection: &Projection) -> Self {
        let columns_of = |row: &FieldRow| -> Vec<usize> {
            let columns = row.headers.iter().filter_map(|header| table.column(&[header]));
            columns.take(if row.storage == Storage::List { usize::MAX } else { 1 }).collect()
        };
        let is_stored = |row: &FieldRow| matches!(row.level, Level::Product | Level::Variant);
        let by_place: Vec<_> = TABLE.iter().map(|row| if is_stored(row) { columns_of(row) } else { vec![] }).collect();
        let filled = |level: Level| {
            let stored = catalog.fields.iter().filter(|(row, _)| row.level == level);
            let columns = |field: Field| field.place().and_then(|place| by_place.get(place)).cloned().unwrap_or_default();
            stored.map(|(row, _)| FilledColumn { field: row.field, columns: columns(row.field) }).collect()
        };
        let (of_product, of_variant) = (filled(Level::Product), filled(Level::Variant));
        let one = |field: Field| field.place().and_then(|place| by_place.get(place)?.first().copied());
        let option = |kind: &str| std::array::from_fn(|slot| table.column(&[&format!("Option{} {kind}", slot + 1)]));
        let option_values: [_; OPTIONS] = option("value");
        let marks =
            [Field::Price, Field::Inventory, Field::Barcode].map(one).into_iter().chain(option_values).flatten().collect();
        let mut columns = ProductColumns {
            handle: one(Field::Handle),
            title: one(Field::Title),
            sku: one(Field::Sku),
            tracker: one(Field::Tracked),
            fulfillment: one(Field::Fulfillment),
            quantity: one(Field::Inventory),
            option_names: option("name"),
            option_values,
            by_place,
            of_product,
            of_variant,
            marks,
            locations: vec![],
            metafields: vec![],
            others: vec![],
        };
        columns.find_named_by_catalog(table, &mut catalog.schema, projection);
        for (row, of_file) in TABLE.iter().zip(&columns.by_place) {
            let is_counted = row.field == Field::Inventory && !columns.locations.is_empty();
            if !of_file.is_empty() || is_counted {
                catalog.schema.declare_field(row.field);
            }
        }
        columns
    }

    /// Finds the columns of fields whose names only the file knows.
    fn find_named_by_catalog(&mut self, table: &Table<'_>, schema: &mut Schema, projection: &Projection) {
        for (column, header) in table.headers().iter().enumerate() {
            if let Some(location) = location(header) {
                schema.declare_location(location);
                self.locations.push((column, location.to_owned()));
            }
            if let Some((namespace, key, is_of_variant)) = metafield(header) {
                let index = schema.declare_metafield(namespace, key);
                if projection.metafield(namespace, key) {
                    self.metafields.push(MetafieldColumn { column, index, is_of_variant, is_list: namespace == "shopify" });
                }
            }
            if !header.trim().is_empty() {
                let index = schema.declare_column(header);
                if projection.column(header) {
                    self.others.push((column, index, is_of_variant(header)));
                }
            }
        }
    }

    /// The column of a field; `None` where the table has none.
    pub(super) fn of(&self, field: Field) -> Option<usize> {
        field.place().and_then(|place| self.by_place.get(place)?.first().copied())
    }

    /// Every column whose text counts, in no order; of the others, only whether they are blank.
    pub(super) fn read(&self, projection: &Projection) -> Vec<usize> {
        let filled = self.of_product.iter().chain(&self.of_variant).flat_map(|filled| filled.columns.iter().copied());
        let always = [self.handle, self.sku, self.fulfillment, self.tracker, self.quantity].into_iter().chain(self.option_names);
        let values = self.option_values.into_iter().filter(|_| projection.options());
        let locations = self.locations.iter().map(|(column, _)| *column);
        let metafields = self.metafields.iter().map(|metafield| metafield.column);
        let others = self.others.iter().map(|(column, ..)| *column);
        filled.chain(always.chain(values).flatten()).chain(locations).chain(metafields).chain(others).collect()
    }

    /// Whether a row holds a variant: a row of an image has nothing in any of a variant's own columns.
    pub(super) fn has_variant(&self, row: &Row<impl Cells>) -> bool {
        !row.is_blank(self.sku) || self.marks.iter().any(|&column| !row.is_blank(Some(column)))
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

/// Whether a column that the rules read by its header speaks of the variant: a blank cell is then blank. The others speak of the
/// product, and are filled on its first row alone.
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
        "charge tax",
        "tax code",
        "unit price",
        "inventory",
        "weight",
        "requires shipping",
        "fulfillment",
        "included /",
        "image",
        "product image",
    ];
    let header = header.trim().to_lowercase();
    let is_one = |row: &FieldRow| row.level == Level::Variant && row.headers.iter().any(|known| known.to_lowercase() == header);
    TABLE.iter().any(is_one)
        || STARTS.iter().any(|start| header.starts_with(start))
        || metafield(&header).is_some_and(|(.., of_variant)| of_variant)
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
