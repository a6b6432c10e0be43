//! Catalogs put together from files and their parts, and what only the whole can tell: which SKUs stand on several variants.

use std::hash::BuildHasher;
use std::ops::Range;

use foldhash::HashMap;
use foldhash::fast::FixedState;

use super::Catalog;
use super::columns::{CountColumn, Moved};
use crate::{parallel, text};

impl Catalog {
    /// Finds the variants that share their SKU.
    pub(super) fn find_ambiguous(&mut self) {
        let hasher = FixedState::with_seed(0);
        let is_visible = |variant: &usize| {
            let is_visible = self.sku.bytes(*variant).first().is_some_and(u8::is_ascii_graphic);
            is_visible || !text::is_blank(self.sku.get(*variant))
        };
        let hashes =
            |range: Range<usize>| Kinds::of(range.filter(is_visible).map(|variant| hasher.hash_one(self.sku.bytes(variant))));
        if !has_duplicates(&parallel::ranges(self.len(), hashes)) {
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
    pub(super) fn take_in(&mut self, mut other: Catalog) {
        if self.is_empty() {
            other.files = std::mem::take(&mut self.files);
            other.as_of = self.as_of;
            *self = other;
        } else {
            self.append(&mut other, 0, false, 0);
        }
    }

    /// Moves the variants of another catalog here that stores the same, their lines moved down by so many. If its first product
    /// is our last one, which a file's cut has parted, its variants are that one's. The other one keeps its memory and its
    /// dictionaries, for the variants that it may hold next. So many more are to come `ahead`.
    pub(super) fn append(&mut self, other: &mut Catalog, lines: u32, same_product: bool, ahead: usize) {
        let (variants, products) = (self.len(), self.option_names.len());
        let from = usize::from(same_product);
        let (each, of_product) = (Moved { from: 0, ahead }, Moved { from, ahead });
        let before = u32::try_from(products - from).unwrap_or(u32::MAX);
        each.take(&mut self.product, &mut other.product, |product| before + product);
        each.take(&mut self.lines, &mut other.lines, |(file, line)| (file, line + lines));
        self.sku.append(&mut other.sku, each);
        self.barcode.append(&mut other.barcode, each);
        let texts = [
            (&mut self.handle, &mut other.handle),
            (&mut self.title, &mut other.title),
            (&mut self.vendor, &mut other.vendor),
            (&mut self.product_type, &mut other.product_type),
            (&mut self.category, &mut other.category),
            (&mut self.status, &mut other.status),
        ];
        texts.into_iter().for_each(|(own, other)| own.append(other, of_product));
        self.tags.append(&mut other.tags, of_product);
        self.collections.append(&mut other.collections, of_product);
        of_product.take(&mut self.published, &mut other.published, |yes| yes);
        of_product.take(&mut self.gift_card, &mut other.gift_card, |yes| yes);
        let options: Vec<_> =
            other.schema.options.iter().map(|name| u16::try_from(self.schema.declare_option(name)).ok()).collect();
        let own = |name: Option<u16>| name.and_then(|name| options[usize::from(name)]);
        of_product.take(&mut self.option_names, &mut other.option_names, |names| names.map(own));
        for (own, other) in self.option_values.iter_mut().zip(&mut other.option_values) {
            own.append(other, each);
        }
        self.price.append(&mut other.price, each);
        self.compare_at_price.append(&mut other.compare_at_price, each);
        self.cost.append(&mut other.cost, each);
        self.weight.append(&mut other.weight, each);
        self.policy.append(&mut other.policy, each);
        self.fulfillment.append(&mut other.fulfillment, each);
        each.take(&mut self.tracked, &mut other.tracked, |yes| yes);
        each.take(&mut self.amazon_tracked, &mut other.amazon_tracked, |yes| yes);
        self.counts.inventory.append(&mut other.counts.inventory, variants, each);
        for (index, location) in other.counts.locations.iter_mut().enumerate() {
            let own = self.schema.declare_location(&other.schema.locations[index]);
            if self.counts.locations.len() <= own {
                self.counts.locations.resize_with(own + 1, CountColumn::default);
            }
            self.counts.locations[own].append(location, variants, each);
        }
        for (index, (namespace, key)) in other.schema.metafields.iter().enumerate() {
            let own = self.schema.declare_metafield(namespace, key);
            if let Some(column) = other.metafields.get_mut(index) {
                self.metafield_column(own).append(column, (variants, products), (each, of_product));
            }
        }
        for (index, header) in other.schema.columns.iter().enumerate() {
            let own = self.schema.declare_column(header);
            if let Some(column) = other.columns.get_mut(index) {
                self.header_column(own).append(column, (variants, products), (each, of_product));
            }
        }
    }
}

/// How many kinds of numbers there are: so many that those of a kind are few enough to be at hand together.
const KINDS: usize = 64;

/// So few numbers are not worth being handed to other threads.
const FEW: usize = 50_000;

/// Numbers that are as good as random, by their highest bits.
pub struct Kinds([Vec<u64>; KINDS]);

impl Kinds {
    /// Those of an iterator.
    pub fn of(numbers: impl Iterator<Item = u64>) -> Self {
        let each = numbers.size_hint().1.unwrap_or(0);
        let mut kinds = Kinds(std::array::from_fn(|_| Vec::with_capacity(each / KINDS + each / KINDS / 8)));
        numbers.for_each(|number| kinds.0[(number >> 58) as usize].push(number));
        kinds
    }
}

/// Whether a number stands twice among these; 0 and 1 count as the same.
pub fn has_duplicates(numbers: &[Kinds]) -> bool {
    let repeats = |kind: &usize| {
        let count: usize = numbers.iter().map(|each| each.0[*kind].len()).sum();
        // Half empty, a place is mostly found at the first look. 0 stands for an empty one.
        let mut seen = vec![0; (count * 2).next_power_of_two()];
        let mask = seen.len() - 1;
        numbers.iter().flat_map(|each| &each.0[*kind]).any(|&number| {
            let number = number.max(1);
            let mut at = number as usize & mask;
            while seen[at] != 0 && seen[at] != number {
                at = (at + 1) & mask;
            }
            std::mem::replace(&mut seen[at], number) == number
        })
    };
    if numbers.iter().flat_map(|each| &each.0).map(Vec::len).sum::<usize>() < FEW {
        return (0..KINDS).any(|kind| repeats(&kind));
    }
    let kinds: [usize; KINDS] = std::array::from_fn(|kind| kind);
    parallel::each(&kinds, repeats).contains(&true)
}
