//! Files to catalog: every variant of the shop, with its attributes and counts.

pub mod columns;
mod extra_columns;
mod files;
pub mod schema;
mod parts;
mod records;
mod scan;
mod shopify_inventory;
mod shopify_products;
mod snapshot;
pub mod table;

use std::hash::BuildHasher;

use foldhash::HashMap;
use foldhash::fast::FixedState;
use jiff::Timestamp;

pub use files::{Content, FileFormat, Input, load, read_in_parts, recognize};
pub use snapshot::Variant;

use columns::{CountColumn, DecimalColumn, LayeredColumn, ManyColumn, Strings, TextColumn};
use schema::{Field, Schema, Wanted};

use crate::{parallel, text};

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
    /// Each variant's file and line; line 0 where it is not known.
    pub lines: Vec<(u16, u32)>,
    /// `sku` by variant.
    pub sku: Strings,
    /// The variants that share their SKU with another one, in order.
    pub ambiguous: Vec<u32>,
    /// `barcode` by variant.
    pub barcode: TextColumn,
    /// `handle` by product.
    pub handle: TextColumn,
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
    pub tags: ManyColumn,
    /// `collection` by product.
    pub collections: ManyColumn,
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
    pub metafields: Vec<LayeredColumn>,
    /// A column for each of [`Schema::columns`]; empty for those that the rules do not speak of.
    pub columns: Vec<LayeredColumn>,
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
    fn of(wanted: &Wanted) -> Self {
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

    /// The product of a variant.
    pub fn product_of(&self, variant: usize) -> usize {
        self.product.get(variant).map_or(0, |&product| product as usize)
    }

    /// The value code of an option of a variant, and the slot whose dictionary it belongs to.
    pub fn option_code(&self, variant: usize, option: usize) -> Option<(usize, u32)> {
        let names = self.option_names.get(self.product_of(variant))?;
        let slot = names.iter().position(|name| name.is_some_and(|name| usize::from(name) == option))?;
        Some((slot, self.option_values[slot].code(variant)))
    }

    /// Where a variant stands, in words: `products.csv:12`, or `variant 3 of shop.yaml`.
    pub fn place_of(&self, variant: usize) -> String {
        let (file, line) = self.lines.get(variant).copied().unwrap_or_default();
        let name = self.files.get(usize::from(file)).map_or("the catalog", String::as_str);
        if line > 0 { format!("{name}:{line}") } else { format!("variant {} of {name}", variant + 1) }
    }

    /// A catalog without variants that stores what is wanted.
    pub fn storing(wanted: &Wanted) -> Self {
        Catalog { stored: Stored::of(wanted), ..Catalog::default() }
    }

    fn add_product(&mut self, cells: &ProductCells<'_>) -> u32 {
        let stored = self.stored;
        // Products come from rows in memory: far fewer than 2^32.
        let product = u32::try_from(self.option_names.len()).unwrap_or(u32::MAX);
        let texts = [
            (stored.handle, &mut self.handle, cells.handle),
            (stored.title, &mut self.title, cells.title),
            (stored.vendor, &mut self.vendor, cells.vendor),
            (stored.product_type, &mut self.product_type, cells.product_type),
            (stored.category, &mut self.category, cells.category),
        ];
        for (_, column, text) in texts.into_iter().filter(|(stored, ..)| *stored) {
            column.push(text);
        }
        let status = text::trimmed(cells.status);
        self.status.push(if status.is_empty() { "active" } else { status });
        if stored.tags {
            self.tags.push(cells.tags.iter().map(AsRef::as_ref));
        }
        if stored.collections {
            self.collections.push(cells.collections.iter().map(AsRef::as_ref));
        }
        if stored.published {
            self.published.push(cells.published);
        }
        if stored.gift_card {
            self.gift_card.push(cells.gift_card);
        }
        let mut names = [None; OPTIONS];
        for (slot, name) in names.iter_mut().zip(&cells.option_names) {
            if !text::is_blank(name) {
                *slot = u16::try_from(self.schema.declare_option(name)).ok();
            }
        }
        self.option_names.push(names);
        product
    }

    /// Adds a variant. Its number, and the fields whose cells hold no number.
    fn add_variant(&mut self, product: u32, cells: &VariantCells<'_>) -> (usize, Vec<Field>) {
        let stored = self.stored;
        let variant = self.product.len();
        self.product.push(product);
        self.lines.push((cells.file, cells.line));
        self.sku.push(without_apostrophe(cells.sku));
        if stored.barcode {
            self.barcode.push(without_apostrophe(cells.barcode));
        }
        if stored.options {
            for (column, value) in self.option_values.iter_mut().zip(&cells.option_values) {
                column.push(value);
            }
        }
        let decimals = [
            (stored.price, &mut self.price, cells.price, Field::Price),
            (stored.compare_at_price, &mut self.compare_at_price, cells.compare_at_price, Field::CompareAtPrice),
            (stored.cost, &mut self.cost, cells.cost, Field::Cost),
            (stored.weight, &mut self.weight, cells.weight, Field::Weight),
        ];
        let mut no_numbers = vec![];
        for (_, column, text, field) in decimals.into_iter().filter(|(stored, ..)| *stored) {
            if !column.push(text) {
                no_numbers.push(field);
            }
        }
        if stored.policy {
            let policy = cells.policy.trim().to_lowercase();
            self.policy.push(if policy.is_empty() { "deny" } else { &policy });
        }
        if stored.fulfillment {
            self.fulfillment.push(cells.fulfillment);
        }
        self.tracked.push(cells.tracked);
        self.amazon_tracked.push(cells.amazon || text::trimmed(cells.fulfillment) == AMAZON_SERVICE);
        self.counts.inventory.push(cells.inventory);
        (variant, no_numbers)
    }

    /// Finds the variants that share their SKU.
    fn find_ambiguous(&mut self) {
        let hasher = FixedState::with_seed(0);
        let sku = |variant: usize| self.sku.get(variant);
        let mut hashes = vec![0; self.len()];
        parallel::fill(&mut hashes, |first, stretch| {
            for (variant, hash) in (first..).zip(stretch) {
                // Blank SKUs are none; each gets a number of its own.
                *hash = if text::is_blank(sku(variant)) { variant as u64 } else { hasher.hash_one(sku(variant)) };
            }
        });
        if !has_duplicates(&hashes) {
            return;
        }
        let mut first: HashMap<&str, u32> = HashMap::default();
        let mut ambiguous = vec![];
        for (variant, sku) in (0u32..).zip(self.sku.iter()).filter(|(_, sku)| !sku.trim().is_empty()) {
            match first.get(sku) {
                Some(&other) => ambiguous.extend([other, variant]),
                None => {
                    first.insert(sku, variant);
                }
            }
        }
        ambiguous.sort_unstable();
        ambiguous.dedup();
        self.ambiguous = ambiguous;
    }

    /// Takes in the variants of a file that was read by itself.
    fn take_in(&mut self, mut other: Catalog) {
        if self.is_empty() {
            other.files = std::mem::take(&mut self.files);
            other.as_of = self.as_of;
            *self = other;
        } else {
            self.append(other, 0, false);
        }
    }

    /// Adds the variants of another catalog that stores the same, its lines moved down by so many. If its first product is our
    /// last one, which a file's cut has parted, its variants are that one's.
    fn append(&mut self, other: Catalog, lines: u32, same_product: bool) {
        let (variants, products) = (self.len(), self.option_names.len());
        let from = usize::from(same_product);
        let before = u32::try_from(products - from).unwrap_or(u32::MAX);
        self.product.extend(other.product.iter().map(|product| before + product));
        self.lines.extend(other.lines.iter().map(|&(file, line)| (file, line + lines)));
        self.sku.append(&other.sku);
        self.barcode.append(&other.barcode, 0);
        let of_product = [
            (&mut self.handle, &other.handle),
            (&mut self.title, &other.title),
            (&mut self.vendor, &other.vendor),
            (&mut self.product_type, &other.product_type),
            (&mut self.category, &other.category),
            (&mut self.status, &other.status),
        ];
        of_product.into_iter().for_each(|(own, other)| own.append(other, from));
        self.tags.append(&other.tags, from);
        self.collections.append(&other.collections, from);
        self.published.extend(other.published.iter().skip(from));
        self.gift_card.extend(other.gift_card.iter().skip(from));
        let options: Vec<_> =
            other.schema.options.iter().map(|name| u16::try_from(self.schema.declare_option(name)).ok()).collect();
        let own = |name: &Option<u16>| name.and_then(|name| options[usize::from(name)]);
        self.option_names
            .extend(other.option_names.iter().skip(from).map(|names| [own(&names[0]), own(&names[1]), own(&names[2])]));
        for (own, other) in self.option_values.iter_mut().zip(&other.option_values) {
            own.append(other, 0);
        }
        self.price.append(&other.price);
        self.compare_at_price.append(&other.compare_at_price);
        self.cost.append(&other.cost);
        self.weight.append(&other.weight);
        self.policy.append(&other.policy, 0);
        self.fulfillment.append(&other.fulfillment, 0);
        self.tracked.extend(&other.tracked);
        self.amazon_tracked.extend(&other.amazon_tracked);
        self.counts.inventory.append(&other.counts.inventory, variants);
        for (index, location) in other.counts.locations.iter().enumerate() {
            let own = self.schema.declare_location(&other.schema.locations[index]);
            if self.counts.locations.len() <= own {
                self.counts.locations.resize_with(own + 1, CountColumn::default);
            }
            self.counts.locations[own].append(location, variants);
        }
        for (index, (namespace, key)) in other.schema.metafields.iter().enumerate() {
            let own = self.schema.declare_metafield(namespace, key);
            if let Some(column) = other.metafields.get(index) {
                self.metafield_column(own).append(column, variants, products, from);
            }
        }
        for (index, header) in other.schema.columns.iter().enumerate() {
            let own = self.schema.declare_column(header);
            if let Some(column) = other.columns.get(index) {
                self.header_column(own).append(column, variants, products, from);
            }
        }
    }

    /// The column of a metafield, made if it is not there yet.
    fn metafield_column(&mut self, index: usize) -> &mut LayeredColumn {
        if index >= self.metafields.len() {
            self.metafields.resize_with(index + 1, LayeredColumn::default);
        }
        &mut self.metafields[index]
    }

    /// The column of a header, made if it is not there yet.
    fn header_column(&mut self, index: usize) -> &mut LayeredColumn {
        if index >= self.columns.len() {
            self.columns.resize_with(index + 1, LayeredColumn::default);
        }
        &mut self.columns[index]
    }

    /// Notes a count at a location, which exists from then on; it is stored if the rules speak of it.
    fn set_location(&mut self, variant: usize, name: &str, count: Option<i64>, wanted: &Wanted) {
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
    tags: Vec<std::borrow::Cow<'a, str>>,
    collections: Vec<std::borrow::Cow<'a, str>>,
    published: bool,
    gift_card: bool,
    option_names: [&'a str; OPTIONS],
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
    amazon: bool,
    inventory: Option<i64>,
}

/// Spreadsheet programs and Shopify's product export protect a value of digits alone with one apostrophe.
pub(crate) fn without_apostrophe(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()) => rest,
        _ => text,
    }
}

/// Whether a number stands twice among these.
fn has_duplicates(numbers: &[u64]) -> bool {
    let repeats = |numbers: &[u64]| {
        let mut numbers = numbers.to_vec();
        numbers.sort_unstable();
        numbers.windows(2).any(|pair| pair[0] == pair[1])
    };
    const FEW: usize = 20_000;
    if numbers.len() < FEW {
        return repeats(numbers);
    }
    // Numbers of a kind come together, few enough to be sorted where the processor has them at hand.
    const KINDS: usize = 256;
    let kind = |number: u64| usize::try_from(number >> 56).unwrap_or(0);
    let mut ends = [0_usize; KINDS];
    numbers.iter().for_each(|&number| ends[kind(number)] += 1);
    let mut sum = 0;
    for end in &mut ends {
        sum += std::mem::replace(end, sum);
    }
    let mut ordered = vec![0; numbers.len()];
    for &number in numbers {
        let at = &mut ends[kind(number)];
        ordered[*at] = number;
        *at += 1;
    }
    let starts = std::iter::once(0).chain(ends);
    let kinds: Vec<&[u64]> = starts.zip(ends).map(|(start, end)| &ordered[start..end]).collect();
    parallel::each(&kinds, |kind| repeats(kind)).contains(&true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_apostrophe_is_taken_off_digits_alone() {
        assert_eq!(without_apostrophe("'25970"), "25970");
        assert_eq!(without_apostrophe("''25970"), "''25970");
        assert_eq!(without_apostrophe("'A1"), "'A1");
        assert_eq!(without_apostrophe("'"), "'");
    }
}
