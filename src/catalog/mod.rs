//! Files to catalog: every variant of the shop, with its attributes and counts.

mod across_files;
pub mod columns;
mod extra_columns;
mod files;
mod joining;
pub mod product_chunks;
mod shopify_inventory;
mod product_columns;
mod shopify_products;
mod skus;
mod snapshot;
mod stock_items;
mod stock_joining;
mod stock_options;
mod unknown_statuses;

use std::ops::Range;

use jiff::Timestamp;

pub use files::{Content, FileFormat, Input, load, read_in_chunks};
pub(crate) use skus::{is_destroyed, sku_of};
pub use snapshot::Variant;
pub use stock_joining::Joins;

use crate::fields::{Field, Projection, Schema};
use columns::{CountColumn, DecimalColumn, ListColumn, OverrideColumn, Strings, TextColumn};
use skus::OddSkus;

use crate::diagnostic::Place;
use crate::text;

/// The counts of all variants: what orders move.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// The available count over all locations, as found in the files, whether it is tracked or not.
    pub inventory: CountColumn,
    /// A column for each of [`Schema::locations`]; empty for those that the rules do not speak of.
    pub locations: Vec<CountColumn>,
}

/// Every variant of the shop. Variants stand in the order of the files; a variant's number is its index.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// What dynamic fields exist.
    pub schema: Schema,
    /// The names of the files, for places.
    pub files: Vec<String>,
    /// The snapshot's time, where a file says it.
    pub as_of: Option<Timestamp>,
    /// Each variant's product.
    pub product: Vec<u32>,
    /// The first variant of each file, with the file's number.
    starts: Vec<(usize, u16)>,
    /// Each variant's line in its file; 0 where it is not known.
    pub lines: Vec<u32>,
    /// `sku` by variant.
    pub sku: Strings,
    /// The variants whose SKUs are odd.
    odd_skus: OddSkus,
    /// The variants that share their SKU with another one, in order.
    pub ambiguous: Vec<u32>,
    /// The variants that inventory exports know, but not as which of their items, in order: their counts are missing.
    pub unmatched: Vec<u32>,
    /// How many variants were joined to inventory exports in which way, where there are such exports and others.
    pub joins: Option<Joins>,
    /// `barcode` by variant.
    pub barcode: TextColumn,
    /// `handle` by product.
    pub handle: TextColumn,
    /// The products of product exports whose first row is none that has a product's own cells, such as its title, in order.
    headless: Vec<u32>,
    /// `title` by product.
    pub title: TextColumn,
    /// `vendor` by product.
    pub vendor: TextColumn,
    /// `type` by product.
    pub product_type: TextColumn,
    /// `category` by product.
    pub category: TextColumn,
    /// `status` by product.
    pub status: TextColumn,
    /// `tag` by product.
    pub tags: ListColumn,
    /// `collection` by product.
    pub collections: ListColumn,
    /// `published` by product.
    pub published: Vec<bool>,
    /// `gift_card` by product.
    pub gift_card: Vec<bool>,
    /// The names of a product's options: indexes into [`Schema::options`].
    pub option_names: Vec<[Option<u16>; OPTIONS]>,
    /// The values of a variant's options, in the order of its product's names.
    pub option_values: [TextColumn; OPTIONS],
    /// `price` by variant.
    pub price: DecimalColumn,
    /// `compare_at_price` by variant.
    pub compare_at_price: DecimalColumn,
    /// `cost` by variant.
    pub cost: DecimalColumn,
    /// `weight` by variant, in grams.
    pub weight: DecimalColumn,
    /// `policy` by variant.
    pub policy: TextColumn,
    /// `fulfillment` by variant.
    pub fulfillment: TextColumn,
    /// `tracked` by variant.
    pub tracked: Vec<bool>,
    /// Variants whose tracker is Amazon's: FBA manages them.
    pub amazon_tracked: Vec<bool>,
    /// The counts.
    pub counts: Counts,
    /// A column for each of [`Schema::metafields`]; empty for those that the rules do not speak of.
    pub metafields: Vec<OverrideColumn>,
    /// A column for each of [`Schema::columns`]; empty for those that the rules do not speak of.
    pub columns: Vec<OverrideColumn>,
    /// What is stored of the fields with fixed names.
    stored: Stored,
}

/// Which columns are stored beside those that every run needs.
#[derive(Debug, Clone, Copy, Default)]
struct Stored {
    handle: bool,
    title: bool,
    vendor: bool,
    product_type: bool,
    category: bool,
    tags: bool,
    collections: bool,
    published: bool,
    gift_card: bool,
    options: bool,
    barcode: bool,
    price: bool,
    compare_at_price: bool,
    cost: bool,
    weight: bool,
    policy: bool,
    fulfillment: bool,
}

impl Stored {
    fn of(wanted: &Projection) -> Self {
        Stored {
            handle: wanted.field(Field::Handle),
            title: wanted.field(Field::Title),
            vendor: wanted.field(Field::Vendor),
            product_type: wanted.field(Field::Type),
            category: wanted.field(Field::Category),
            tags: wanted.field(Field::Tag),
            collections: wanted.field(Field::Collection),
            published: wanted.field(Field::Published),
            gift_card: wanted.field(Field::GiftCard),
            options: wanted.everything || wanted.options,
            barcode: wanted.field(Field::Barcode),
            price: wanted.field(Field::Price),
            compare_at_price: wanted.field(Field::CompareAtPrice),
            cost: wanted.field(Field::Cost),
            weight: wanted.field(Field::Weight),
            policy: wanted.field(Field::Policy),
            fulfillment: wanted.field(Field::Fulfillment),
        }
    }
}

/// How many options a product can have.
pub const OPTIONS: usize = 3;

/// The tracker and fulfillment service of Shopify exports that mean FBA.
const AMAZON_SERVICE: &str = "amazon_marketplace_web";

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
        self.status.codes.len()
    }

    /// The product of a variant.
    pub fn product_of(&self, variant: usize) -> usize {
        self.product.get(variant).map_or(0, |&product| product as usize)
    }

    /// The products of a range of variants.
    pub fn products_of(&self, variants: Range<usize>) -> &[u32] {
        self.product.get(variants).unwrap_or_default()
    }

    /// The value code of an option of a variant, and the slot whose dictionary it belongs to.
    pub fn option_code(&self, variant: usize, option: usize) -> Option<(usize, u32)> {
        let names = self.option_names.get(self.product_of(variant))?;
        let slot = names.iter().position(|name| name.is_some_and(|name| usize::from(name) == option))?;
        Some((slot, self.option_values[slot].code(variant)))
    }

    /// Where a variant stands, in words: `products.csv:12`, or `variant 3 of shop.yaml`.
    pub fn place_of(&self, variant: usize) -> String {
        let (file, line) = self.line_in(variant);
        if line > 0 { self.place_in((file, line)) } else { format!("variant {} of {}", variant + 1, self.file_name(file)) }
    }

    /// The number of the file in which a variant stands, and its line; 0 where that is not known.
    fn line_in(&self, variant: usize) -> (u16, u32) {
        let start = self.starts.partition_point(|(first, _)| *first <= variant).checked_sub(1);
        let file = start.and_then(|start| self.starts.get(start)).map_or(0, |(_, file)| *file);
        (file, self.lines.get(variant).copied().unwrap_or_default())
    }

    /// The name of a file.
    fn file_name(&self, file: u16) -> &str {
        self.files.get(usize::from(file)).map_or("the catalog", String::as_str)
    }

    /// A line of a file, in words: `inventory.csv:12`.
    fn place_in(&self, (file, line): (u16, u32)) -> String {
        format!("{}:{line}", self.file_name(file))
    }

    /// The line on which a variant stands, as a place; its text is not known any more.
    fn line_of(&self, variant: usize) -> Place {
        let (file, line) = self.line_in(variant);
        Place::line_alone(self.file_name(file), (line > 0).then_some(line as usize))
    }

    /// A catalog without variants that stores what is wanted.
    pub fn storing(wanted: &Projection) -> Self {
        Catalog { stored: Stored::of(wanted), ..Catalog::default() }
    }

    fn add_product(&mut self, cells: &ProductCells<'_>) -> u32 {
        let stored = self.stored;
        // Products come from rows in memory: far fewer than 2^32.
        let product = u32::try_from(self.products()).unwrap_or(u32::MAX);
        // One by one: put into a list first, each text would be read back before it is written.
        if stored.handle {
            self.handle.push(text::without_apostrophe(text::trimmed(cells.handle)));
        }
        if stored.title {
            self.title.push(text::without_apostrophe(cells.title));
        }
        if stored.vendor {
            self.vendor.push(text::without_apostrophe(cells.vendor));
        }
        if stored.product_type {
            self.product_type.push(text::without_apostrophe(cells.product_type));
        }
        if stored.category {
            self.category.push(cells.category);
        }
        let status = text::trimmed(cells.status);
        self.status.push(if status.is_empty() { "active" } else { status });
        if stored.tags {
            cells.tags.push_to(&mut self.tags);
        }
        if stored.collections {
            cells.collections.push_to(&mut self.collections);
        }
        if stored.published {
            self.published.push(cells.published);
        }
        if stored.gift_card {
            self.gift_card.push(cells.gift_card);
        }
        if stored.options {
            let mut names = [None; OPTIONS];
            for (slot, name) in names.iter_mut().zip(&cells.option_names) {
                if !text::is_blank(name) {
                    *slot = u16::try_from(self.schema.declare_option(name)).ok();
                }
            }
            self.option_names.push(names);
        }
        product
    }

    /// Adds a variant. Its number, and the fields whose cells hold no number.
    fn add_variant(&mut self, product: u32, cells: &VariantCells<'_>) -> (usize, Vec<Field>) {
        let stored = self.stored;
        let variant = self.product.len();
        self.begin_file(variant, cells.file);
        self.product.push(product);
        self.lines.push(cells.line);
        self.push_sku(cells.sku);
        if stored.barcode {
            self.push_barcode(cells.barcode);
        }
        if stored.options {
            for (column, value) in self.option_values.iter_mut().zip(&cells.option_values) {
                column.push(text::without_apostrophe(value));
            }
        }
        let mut no_numbers = vec![];
        let mut push_decimal = |stored: bool, column: &mut DecimalColumn, text: &str, field: Field| {
            if stored && !column.push(text) {
                no_numbers.push(field);
            }
        };
        push_decimal(stored.price, &mut self.price, cells.price, Field::Price);
        push_decimal(stored.compare_at_price, &mut self.compare_at_price, cells.compare_at_price, Field::CompareAtPrice);
        push_decimal(stored.cost, &mut self.cost, cells.cost, Field::Cost);
        push_decimal(stored.weight, &mut self.weight, cells.weight, Field::Weight);
        if stored.policy {
            self.push_policy(cells.policy);
        }
        if stored.fulfillment {
            self.fulfillment.push(cells.fulfillment);
        }
        self.tracked.push(cells.tracked);
        self.amazon_tracked.push(text::trimmed(cells.fulfillment) == AMAZON_SERVICE);
        self.counts.inventory.push(cells.inventory);
        (variant, no_numbers)
    }

    /// Notes that the variants from number `first` on are of this file.
    fn begin_file(&mut self, first: usize, file: u16) {
        if self.starts.last().is_none_or(|(_, last)| *last != file) {
            self.starts.push((first, file));
        }
    }

    #[inline(always)]
    fn push_sku(&mut self, cell: &str) {
        if skus::is_plain(cell.as_bytes()) {
            self.sku.push(cell);
        } else {
            self.push_any_sku(cell);
        }
    }

    #[inline(never)]
    fn push_any_sku(&mut self, cell: &str) {
        let sku = sku_of(cell);
        self.odd_skus.look(self.sku.len(), cell, sku);
        self.sku.push(sku);
    }

    fn push_barcode(&mut self, cell: &str) {
        self.barcode.push(text::without_apostrophe(text::trimmed(cell)));
    }

    fn push_policy(&mut self, cell: &str) {
        let policy = cell.trim().to_lowercase();
        self.policy.push(if policy.is_empty() { "deny" } else { &policy });
    }

    /// The column of a metafield, made if it is not there yet.
    fn metafield_column(&mut self, index: usize) -> &mut OverrideColumn {
        if index >= self.metafields.len() {
            self.metafields.resize_with(index + 1, OverrideColumn::default);
        }
        &mut self.metafields[index]
    }

    /// The column of a header, made if it is not there yet.
    fn header_column(&mut self, index: usize) -> &mut OverrideColumn {
        if index >= self.columns.len() {
            self.columns.resize_with(index + 1, OverrideColumn::default);
        }
        &mut self.columns[index]
    }

    /// Notes a count at a location, which exists from then on; it is stored if the rules speak of it.
    fn set_location(&mut self, variant: usize, name: &str, count: Option<i64>, wanted: &Projection) {
        let index = self.schema.declare_location(name);
        if self.counts.locations.len() <= index {
            self.counts.locations.resize_with(index + 1, CountColumn::default);
        }
        if wanted.location(name) {
            self.counts.locations[index].set(variant, count);
        }
    }
}

/// The cells of a product, as a reader found them.
#[derive(Debug, Default)]
struct ProductCells<'a> {
    handle: &'a str,
    title: &'a str,
    vendor: &'a str,
    product_type: &'a str,
    category: &'a str,
    status: &'a str,
    tags: Texts<'a>,
    collections: Texts<'a>,
    published: bool,
    gift_card: bool,
    option_names: [&'a str; OPTIONS],
}

/// The texts of a field that may have several, as a file has them.
#[derive(Debug, Clone, Copy)]
enum Texts<'a> {
    /// Cells whose items commas part.
    Cells(&'a [&'a str]),
    /// Each by itself.
    Items(&'a [String]),
}

impl Default for Texts<'_> {
    fn default() -> Self {
        Texts::Items(&[])
    }
}

impl Texts<'_> {
    fn push_to(self, column: &mut ListColumn) {
        match self {
            Texts::Cells([cell]) => column.push(listed(cell)),
            Texts::Cells(cells) => column.push(cells.iter().flat_map(|cell| listed(cell))),
            Texts::Items(items) => column.push(items.iter().map(String::as_str)),
        }
    }
}

/// The items of a cell that commas part. They are short: a plain loop finds their ends sooner than a search does.
fn listed(cell: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(cell);
    std::iter::from_fn(move || {
        let cell = rest?;
        let item = match cell.as_bytes().iter().position(|&byte| byte == b',') {
            Some(end) => {
                rest = cell.get(end + 1..);
                &cell[..end]
            }
            None => {
                rest = None;
                cell
            }
        };
        Some(text::without_apostrophe(text::trimmed(item)))
    })
}

/// The cells of a variant, as a reader found them.
#[derive(Debug, Default)]
struct VariantCells<'a> {
    file: u16,
    line: u32,
    sku: &'a str,
    barcode: &'a str,
    option_values: [&'a str; OPTIONS],
    price: &'a str,
    compare_at_price: &'a str,
    cost: &'a str,
    weight: &'a str,
    policy: &'a str,
    fulfillment: &'a str,
    tracked: bool,
    inventory: Option<i64>,
}
