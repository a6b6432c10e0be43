//! Catalogs put together from files and their parts, and what only the whole can tell: which SKUs stand on several variants.

use std::hash::BuildHasher;

use foldhash::HashMap;
use foldhash::fast::FixedState;

use super::Catalog;
use super::columns::CountColumn;
use crate::{parallel, text};

impl Catalog {
    /// Finds the variants that share their SKU.
    pub(super) fn find_ambiguous(&mut self) {
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
    pub(super) fn take_in(&mut self, mut other: Catalog) {
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
    pub(super) fn append(&mut self, other: Catalog, lines: u32, same_product: bool) {
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
}

/// Whether a number stands twice among these.
pub fn has_duplicates(numbers: &[u64]) -> bool {
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
