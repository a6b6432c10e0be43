//! The catalog's store: what is known of every variant, in columns.

use jiff::Timestamp;

use super::columns::{CountColumn, OverrideColumn, Strings, TextColumn};
use super::field_columns::{FieldColumns, FieldValue};
use super::sku_index::SkuIndex;
use super::skus::{self, OddSkus, sku_of};
use crate::diagnostic::Place;
use crate::fields::{Field, FieldRow, Level, Projection, Schema};
use crate::ids::{FileId, ProductId, VariantId};
use crate::text;

/// The counts of all variants: what orders move.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// The available count over all locations, as found in the files, whether it is tracked or not.
    pub inventory: CountColumn,
    /// A column for each of [`Schema::locations`]; empty for those that the rules do not speak of.
    pub locations: Vec<CountColumn>,
}

/// How many variants of a catalog were matched with rows of its inventory exports, and by what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InventoryMatches {
    /// By their SKU.
    pub by_sku: usize,
    /// By handle and option values.
    pub by_options: usize,
    /// The inventory exports know them, but not which of their items they are.
    pub unmatched: usize,
    /// The inventory exports do not know them.
    pub unknown: usize,
}

/// Every variant of the shop, in the order of the files.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// What fields the files have.
    pub schema: Schema,
    /// The names of the files, for places.
    pub files: Vec<String>,
    /// The snapshot's time, where a file says it.
    pub as_of: Option<Timestamp>,
    /// Each variant's product.
    pub product: Vec<ProductId>,
    /// The first variant of each stretch of variants that stand in one file, with the file.
    pub(super) starts: Vec<(VariantId, FileId)>,
    /// Each variant's line in its file; 0 where it is not known.
    pub lines: Vec<u32>,
    /// `sku` by variant.
    pub skus: Strings,
    /// The variants by their SKU.
    pub sku_index: SkuIndex,
    /// The variants whose SKUs are odd.
    pub(super) odd_skus: OddSkus,
    /// The variants that share their SKU with another one, in order.
    pub ambiguous: Vec<VariantId>,
    /// The variants that inventory exports know, but not as which of their items, in order: their counts are missing.
    pub unmatched: Vec<VariantId>,
    /// How many variants were matched with rows of inventory exports, and by what, where there are such exports and others.
    pub matches: Option<InventoryMatches>,
    /// The columns of the fields with fixed names: a row a product or a row a variant, as the field's level says.
    pub fields: FieldColumns,
    /// How many products there are.
    pub(super) products: usize,
    /// The products of product exports whose first row is none that has a product's own cells, such as its title, in order.
    pub(super) without_first_row: Vec<ProductId>,
    /// Whether a run needs the options of products.
    pub(super) stores_options: bool,
    /// The names of a product's options: indexes into [`Schema::options`].
    pub option_names: Vec<[Option<u16>; OPTIONS]>,
    /// The values of a variant's options, in the order of its product's names.
    pub option_values: [TextColumn; OPTIONS],
    /// Variants whose tracker is Amazon's: FBA manages them.
    pub amazon_tracked: Vec<bool>,
    /// The counts.
    pub counts: Counts,
    /// A column for each of [`Schema::metafields`]; empty for those that the rules do not speak of.
    pub metafields: Vec<OverrideColumn>,
    /// A column for each of [`Schema::columns`]; empty for those that the rules do not speak of.
    pub columns: Vec<OverrideColumn>,
}

/// How many options a product can have.
pub const OPTIONS: usize = 3;

/// The tracker and fulfillment service of Shopify exports that mean FBA.
pub(super) const AMAZON_SERVICE: &str = "amazon_marketplace_web";

impl Catalog {
    /// How many variants there are.
    pub fn len(&self) -> usize {
        self.product.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.product.is_empty()
    }

    /// How many products there are.
    pub fn products(&self) -> usize {
        self.products
    }

    /// All variants, in the order of the files.
    pub fn variants(&self) -> impl DoubleEndedIterator<Item = VariantId> + ExactSizeIterator + Clone + use<> {
        VariantId::all(self.len())
    }

    /// The SKU of a variant, as the file has it; blank where it has none.
    pub fn sku(&self, variant: VariantId) -> &str {
        self.skus.get(variant.index())
    }

    /// The product of a variant.
    #[inline]
    pub fn product_of(&self, variant: VariantId) -> ProductId {
        self.product.get(variant.index()).copied().unwrap_or(ProductId::saturating(0))
    }

    /// Whether another variant has the same SKU.
    pub fn is_ambiguous(&self, variant: VariantId) -> bool {
        self.ambiguous.binary_search(&variant).is_ok()
    }

    /// The value code of an option of a variant, and the slot whose dictionary it belongs to.
    pub fn option_code(&self, variant: VariantId, option: usize) -> Option<(usize, u32)> {
        let names = self.option_names.get(self.product_of(variant).index())?;
        let slot = names.iter().position(|name| name.is_some_and(|name| usize::from(name) == option))?;
        Some((slot, self.option_values[slot].code(variant.index())))
    }

    /// Where a variant stands, in words: `products.csv:12`, or `variant 3 of shop.yaml`.
    pub fn place_of(&self, variant: VariantId) -> String {
        let (file, line) = self.line_in(variant);
        match line {
            0 => format!("variant {} of {}", variant.index() + 1, self.file_name(file)),
            _ => self.place_in((file, line)),
        }
    }

    /// The file in which a variant stands, and its line; 0 where that is not known.
    pub(super) fn line_in(&self, variant: VariantId) -> (FileId, u32) {
        let start = self.starts.partition_point(|(first, _)| *first <= variant).checked_sub(1);
        let file = start.and_then(|start| self.starts.get(start)).map_or(FileId::saturating(0), |(_, file)| *file);
        (file, self.lines.get(variant.index()).copied().unwrap_or_default())
    }

    /// The name of a file.
    pub(super) fn file_name(&self, file: FileId) -> &str {
        self.files.get(file.index()).map_or("the catalog", String::as_str)
    }

    /// A line of a file, in words: `inventory.csv:12`.
    pub(super) fn place_in(&self, (file, line): (FileId, u32)) -> String {
        format!("{}:{line}", self.file_name(file))
    }

    /// The line on which a variant stands, as a place; its text is not known any more.
    pub(super) fn line_of(&self, variant: VariantId) -> Place {
        let (file, line) = self.line_in(variant);
        Place::line_alone(self.file_name(file), (line > 0).then_some(line as usize))
    }

    /// A catalog without variants that stores the fields that a run needs.
    pub fn storing(projection: &Projection) -> Self {
        let (fields, stores_options) = (FieldColumns::new(projection), projection.options());
        Catalog { fields, stores_options, ..Catalog::default() }
    }

    /// The row of a variant in a field's column: its own, or its product's.
    #[inline]
    pub fn row_of(&self, field: Field, variant: VariantId) -> usize {
        if field.is_of_product() { self.product_of(variant).index() } else { variant.index() }
    }

    /// A variant's value of a field that is one text, as the file has it; `None` where it is blank, or the field is not stored.
    pub fn text(&self, field: Field, variant: VariantId) -> Option<&str> {
        self.fields.texts(field)?.get(self.row_of(field, variant))
    }

    /// The title of a variant's product; blank where it has none, or titles are not stored.
    pub fn title(&self, variant: VariantId) -> &str {
        self.text(Field::Title, variant).unwrap_or_default()
    }

    /// The handle of a variant's product; blank where it has none, or handles are not stored.
    pub fn handle(&self, variant: VariantId) -> &str {
        self.text(Field::Handle, variant).unwrap_or_default()
    }

    /// Whether a variant's value of a field is yes; no where the field is not stored.
    #[inline]
    pub fn is_yes(&self, field: Field, variant: VariantId) -> bool {
        self.fields.flags(field).get(self.row_of(field, variant)) == Some(&true)
    }

    /// Adds a product, with the names of its options and what `value` gives for a field's row of the table.
    pub(super) fn add_product<'v>(
        &mut self,
        option_names: [&str; OPTIONS],
        value: impl Fn(&FieldRow) -> FieldValue<'v>,
    ) -> ProductId {
        self.fields.push(Level::Product, value);
        self.begin_product(option_names)
    }

    /// Counts a product whose values the caller has added or adds, and takes the names of its options.
    pub(super) fn begin_product(&mut self, option_names: [&str; OPTIONS]) -> ProductId {
        let product = ProductId::saturating(self.products);
        self.products += 1;
        if self.stores_options {
            let mut names = [None; OPTIONS];
            for (slot, name) in names.iter_mut().zip(option_names) {
                if !text::is_blank(name) {
                    *slot = u16::try_from(self.schema.declare_option(name)).ok();
                }
            }
            self.option_names.push(names);
        }
        product
    }

    /// Adds a variant on a line of a file, with the values of its options and what `value` gives for a field's row of the table,
    /// the SKU among them. It has no count yet.
    pub(super) fn add_variant<'v>(
        &mut self,
        product: ProductId,
        (file, line): (FileId, u32),
        option_values: [&str; OPTIONS],
        value: impl Fn(&FieldRow) -> FieldValue<'v>,
    ) -> VariantId {
        let text = |field: Field| field.row().map_or("", |row| value(row).text());
        let variant = VariantId::saturating(self.len());
        self.begin_file(variant, file);
        self.product.push(product);
        self.lines.push(line);
        self.push_sku(text(Field::Sku));
        self.amazon_tracked.push(text::trimmed(text(Field::Fulfillment)) == AMAZON_SERVICE);
        self.fields.push(Level::Variant, &value);
        if self.stores_options {
            for (column, value) in self.option_values.iter_mut().zip(option_values) {
                column.push(text::without_apostrophe(value));
            }
        }
        self.counts.inventory.push(None);
        variant
    }

    /// Notes that the variants from `first` on are of this file.
    pub(super) fn begin_file(&mut self, first: VariantId, file: FileId) {
        if self.starts.last().is_none_or(|(_, last)| *last != file) {
            self.starts.push((first, file));
        }
    }

    #[inline(always)]
    pub(super) fn push_sku(&mut self, cell: &str) {
        if skus::is_plain(cell.as_bytes()) {
            self.skus.push(cell);
        } else {
            self.push_any_sku(cell);
        }
    }

    #[inline(never)]
    fn push_any_sku(&mut self, cell: &str) {
        let sku = sku_of(cell);
        self.odd_skus.look(VariantId::saturating(self.skus.len()), cell, sku);
        self.skus.push(sku);
    }

    /// The column of a metafield, made if it is not there yet.
    pub(super) fn metafield_column(&mut self, index: usize) -> &mut OverrideColumn {
        if index >= self.metafields.len() {
            self.metafields.resize_with(index + 1, OverrideColumn::default);
        }
        &mut self.metafields[index]
    }

    /// The column of a header, made if it is not there yet.
    pub(super) fn header_column(&mut self, index: usize) -> &mut OverrideColumn {
        if index >= self.columns.len() {
            self.columns.resize_with(index + 1, OverrideColumn::default);
        }
        &mut self.columns[index]
    }

    /// Notes a count at a location, which exists from then on; it is stored if the rules speak of it.
    pub(super) fn set_location(&mut self, variant: VariantId, name: &str, count: Option<i64>, wanted: &Projection) {
        let index = self.schema.declare_location(name);
        if self.counts.locations.len() <= index {
            self.counts.locations.resize_with(index + 1, CountColumn::default);
        }
        if wanted.location(name) {
            self.counts.locations[index].set(variant.index(), count);
        }
    }
}
