//! Catalogs put together from files and their parts, and what only the whole can tell: which SKUs stand on several variants.

use std::hash::BuildHasher;

use foldhash::HashMap;
use foldhash::fast::FixedState;

use super::columns::{CountColumn, rows_from};
use super::store::Catalog;
use crate::bloom_filter::BloomFilter;
use crate::parallel;

impl Catalog {
    /// Finds the variants that share their SKU.
    pub(super) fn find_ambiguous(&mut self) {
        let hasher = FixedState::with_seed(0);
        let is_visible = |variant: &usize| !self.sku.is_blank(*variant);
        let hash = |variant: usize| hasher.hash_one(self.sku.bytes(variant));
        // Half of each hash is enough to leave out nearly all variants.
        let repeated = repeated(&parallel::ranges(self.len(), |range| Hashes::<u32>::of(range.filter(is_visible).map(hash))));
        if repeated.is_empty() {
            return;
        }
        let filter = BloomFilter::of(repeated.iter().map(|(_, kept)| *kept));
        let is_likely = |variant: &usize| {
            let hash = hash(*variant);
            let (kind, kept) = (kind_of(hash), u32::of(hash));
            filter.may_contain(kept) && is_visible(variant) && repeated.binary_search(&(kind, kept)).is_ok()
        };
        let likely = parallel::ranges(self.len(), |range| range.filter(is_likely).collect::<Vec<_>>()).concat();
        let mut first: HashMap<&str, usize> = HashMap::default();
        let mut ambiguous = vec![];
        for variant in likely {
            match first.get(self.sku.get(variant)) {
                Some(&other) => ambiguous.extend([other, variant]),
                None => {
                    first.insert(self.sku.get(variant), variant);
                }
            }
        }
        ambiguous.sort_unstable();
        ambiguous.dedup();
        // Variants come from rows in memory: far fewer than 2^32.
        self.ambiguous = ambiguous.into_iter().filter_map(|variant| u32::try_from(variant).ok()).collect();
    }

    /// Takes in the variants of a file that was read by itself.
    pub(super) fn take_in(&mut self, mut other: Catalog) {
        if self.is_empty() && self.schema.is_empty() {
            other.files = std::mem::take(&mut self.files);
            other.as_of = self.as_of;
            *self = other;
        } else {
            self.schema.declare_fields_of(&other.schema);
            self.append(other, 0, false);
        }
    }

    /// Adds the variants of another catalog that stores the same fields, their line numbers raised by `lines`. With `same_product`
    /// its first product is our last one, whose rows a chunk's border has parted, and its variants are that one's.
    pub(super) fn append(&mut self, other: Catalog, lines: u32, same_product: bool) {
        let (variants, products) = (self.len(), self.products());
        let first = usize::from(same_product);
        let before = u32::try_from(products - first).unwrap_or(u32::MAX);
        for (first, file) in other.starts {
            self.begin_file(variants + first, file);
        }
        self.product.extend(other.product.iter().map(|product| before + product));
        self.lines.extend(other.lines.iter().map(|line| line + lines));
        let headless = other.headless.into_iter().filter(|&product| product as usize >= first);
        self.headless.extend(headless.map(|product| before + product));
        self.sku.append(&other.sku);
        self.odd_skus.append(other.odd_skus, variants);
        self.fields.append(&other.fields, first);
        self.products += other.products - first.min(other.products);
        // The names of a product that is left out are none of ours.
        let mut options: Vec<Option<u16>> = vec![None; other.schema.options.len()];
        let names = rows_from(&other.option_names, first);
        for name in names.iter().flatten().flatten().map(|&name| usize::from(name)) {
            if options[name].is_none() {
                options[name] = u16::try_from(self.schema.declare_option(&other.schema.options[name])).ok();
            }
        }
        let own = |name: Option<u16>| name.and_then(|name| options[usize::from(name)]);
        self.option_names.extend(names.iter().map(|names| names.map(own)));
        for (own, other) in self.option_values.iter_mut().zip(&other.option_values) {
            own.append(other, 0);
        }
        self.amazon_tracked.extend_from_slice(&other.amazon_tracked);
        self.counts.inventory.append(&other.counts.inventory, variants);
        for (location, column) in other.schema.locations.iter().zip(&other.counts.locations) {
            let own = self.schema.declare_location(location);
            if self.counts.locations.len() <= own {
                self.counts.locations.resize_with(own + 1, CountColumn::default);
            }
            self.counts.locations[own].append(column, variants);
        }
        for (index, (namespace, key)) in other.schema.metafields.iter().enumerate() {
            let own = self.schema.declare_metafield(namespace, key);
            if let Some(column) = other.metafields.get(index) {
                self.metafield_column(own).append(column, (variants, products), first);
            }
        }
        for (index, header) in other.schema.columns.iter().enumerate() {
            let own = self.schema.declare_column(header);
            if let Some(column) = other.columns.get(index) {
                self.header_column(own).append(column, (variants, products), first);
            }
        }
    }
}

/// How many kinds of numbers there are: so many that those of a kind are few enough to be at hand together.
const KINDS: usize = 256;

/// So few numbers are not worth being handed to other threads.
const FEW: usize = 50_000;

/// What is kept of a hash beside its kind.
pub trait Kept: Copy + Ord + Send + Sync + Default {
    /// That of a hash; never the default, which stands for none.
    fn of(hash: u64) -> Self;
    /// The same as a place to look at first.
    fn place(self) -> usize;
}

impl Kept for u64 {
    fn of(hash: u64) -> Self {
        hash.max(1)
    }

    fn place(self) -> usize {
        self as usize
    }
}

impl Kept for u32 {
    fn of(hash: u64) -> Self {
        (hash as u32).max(1)
    }

    fn place(self) -> usize {
        self as usize
    }
}

fn kind_of(hash: u64) -> usize {
    (hash >> 56) as usize
}

/// Hashes by their highest bits, and so much as is kept of them.
///
/// Nearly all lie in one piece of memory: were it one a kind, threads would wait for each other to be given them by the system.
pub struct Hashes<K> {
    /// Room for so many of each kind.
    room: usize,
    kept: Vec<K>,
    /// How many of each kind have found room.
    counts: [usize; KINDS],
    /// Those that have not: hardly any, unless many hashes are the same.
    beyond: [Vec<K>; KINDS],
}

impl<K: Kept> Hashes<K> {
    /// Those of an iterator.
    pub fn of(hashes: impl Iterator<Item = u64>) -> Self {
        let each = hashes.size_hint().1.unwrap_or(0) / KINDS;
        let room = each + each / 8 + 16;
        let kept = vec![K::default(); room * KINDS];
        let mut all = Hashes { room, kept, counts: [0; KINDS], beyond: std::array::from_fn(|_| vec![]) };
        hashes.for_each(|hash| all.push(kind_of(hash), K::of(hash)));
        all
    }

    #[inline(always)]
    fn push(&mut self, kind: usize, kept: K) {
        let count = self.counts[kind];
        if count < self.room {
            self.kept[kind * self.room + count] = kept;
            self.counts[kind] += 1;
        } else {
            self.beyond[kind].push(kept);
        }
    }

    /// Those of a kind.
    fn of_kind(&self, kind: usize) -> [&[K]; 2] {
        [&self.kept[kind * self.room..][..self.counts[kind]], &self.beyond[kind]]
    }
}

/// What stands twice among hashes, in order, with its kind.
pub fn repeated<K: Kept>(hashes: &[Hashes<K>]) -> Vec<(usize, K)> {
    let of_kind = |kind: usize| hashes.iter().flat_map(move |each| each.of_kind(kind));
    let count = |kind: usize| of_kind(kind).map(<[K]>::len).sum::<usize>();
    let repeats = |kind: &usize| {
        // Half empty, a place is mostly found at the first look.
        let mut seen = vec![K::default(); (count(*kind) * 2).next_power_of_two()];
        let mask = seen.len() - 1;
        let mut repeated = vec![];
        for &hash in of_kind(*kind).flatten() {
            let mut at = hash.place() & mask;
            while seen[at] != K::default() && seen[at] != hash {
                at = (at + 1) & mask;
            }
            if std::mem::replace(&mut seen[at], hash) == hash {
                repeated.push((*kind, hash));
            }
        }
        repeated.sort_unstable();
        repeated.dedup();
        repeated
    };
    let kinds: [usize; KINDS] = std::array::from_fn(|kind| kind);
    if kinds.iter().map(|&kind| count(kind)).sum::<usize>() < FEW {
        return kinds.iter().flat_map(repeats).collect();
    }
    parallel::map(&kinds, repeats).concat()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::FEW;
    use crate::catalog::{Input, load};
    use crate::fields::Projection;

    #[test]
    fn skus_on_several_variants_are_found_among_few_and_many() {
        for (count, distinct) in [(100, 93), (100, 100), (1000, 1), (FEW + 10_000, FEW + 9_930), (FEW + 10_000, 700)] {
            let skus: Vec<String> = (0..count).map(|number| format!("S{}", number * 7 % distinct)).collect();
            let lines: String = skus.iter().map(|sku| format!("h,{sku},1\n")).collect();
            let text = format!("Handle,Variant SKU,Variant Inventory Qty\n{lines}");
            let input = Input { path: "shop.csv".into(), columns_key: None };
            let (catalog, _) = load(vec![(input, text.into_bytes().into())], &["shop.csv".into()], &Projection::default());
            let mut variants: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
            for (number, sku) in (0..).zip(&skus) {
                variants.entry(sku).or_default().push(number);
            }
            let mut expected: Vec<u32> = variants.into_values().filter(|variants| variants.len() > 1).flatten().collect();
            expected.sort_unstable();
            assert_eq!(catalog.ambiguous, expected, "{count} {distinct}");
        }
    }
}
