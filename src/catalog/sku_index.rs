//! Which variants have which SKU.

use std::hash::BuildHasher;
use std::ops::Range;

use foldhash::HashMap;
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::columns::Strings;
use crate::parallel;

/// Finds variants by their SKU, exactly as the catalog has it. Blank SKUs are none.
///
/// It is a hash table that is parted into 64 by some bits of the hashes: each is built by one thread, and lies in the processor's
/// cache while it is.
#[derive(Debug, Clone)]
pub struct SkuIndex {
    /// The first variant of each SKU.
    first: Vec<HashTable<u32>>,
    /// For each SKU that several variants have, by the first of them: the others, in order.
    others: HashMap<u32, Vec<u32>>,
    /// The variants whose SKU is not ASCII alone: another text may be the same SKU in another normalization form.
    not_ascii: Vec<u32>,
}

const TABLES: usize = 64;

/// 32 bits of a SKU's hash.
fn hash(sku: &[u8]) -> u32 {
    FixedState::with_seed(0).hash_one(sku) as u32
}

/// The number of the table in which a SKU with a hash stands: bits that the table itself looks at least.
fn table_of(hash: u32) -> usize {
    (hash >> 18) as usize % TABLES
}

/// The hash that a table is given: it looks at the lowest bits and at the highest.
fn spread(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

impl Default for SkuIndex {
    fn default() -> Self {
        SkuIndex { first: vec![HashTable::new(); TABLES], others: HashMap::default(), not_ascii: vec![] }
    }
}

impl SkuIndex {
    /// Finds the SKUs of all variants.
    pub fn of(skus: &Strings) -> Self {
        let hashed = parallel::ranges(skus.len(), |range: Range<usize>| {
            let mut tables: [Vec<(u32, u32)>; TABLES] = std::array::from_fn(|_| Vec::with_capacity(range.len() / TABLES * 5 / 4));
            for variant in range.filter(|&variant| !skus.is_blank(variant)) {
                let hash = hash(skus.bytes(variant));
                // Variants come from rows in memory: far fewer than 2^32.
                tables[table_of(hash)].push((hash, variant as u32));
            }
            tables
        });
        let build = |&number: &usize| {
            let variants = || hashed.iter().flat_map(|tables| &tables[number]);
            let mut first = HashTable::with_capacity(variants().count());
            let others: Vec<(u32, u32)> =
                variants().filter_map(|&(hash, variant)| Some((insert(&mut first, skus, hash, variant)?, variant))).collect();
            (first, others)
        };
        let numbers: [usize; TABLES] = std::array::from_fn(|number| number);
        // Few variants are not worth being handed to other threads.
        let tables = if hashed.len() == 1 { numbers.iter().map(build).collect() } else { parallel::map(&numbers, build) };
        let not_ascii = parallel::ranges(skus.len(), |range| {
            range.filter(|&variant| !skus.bytes(variant).is_ascii()).map(|variant| variant as u32).collect::<Vec<_>>()
        });
        let mut index = SkuIndex { not_ascii: not_ascii.concat(), ..SkuIndex::default() };
        for (number, (first, others)) in tables.into_iter().enumerate() {
            index.first[number] = first;
            others.into_iter().for_each(|(first, other)| index.others.entry(first).or_default().push(other));
        }
        index
    }

    /// Adds a variant that follows all others.
    pub fn push(&mut self, skus: &Strings, variant: usize) {
        if !skus.is_blank(variant) {
            let (hash, is_ascii) = (hash(skus.bytes(variant)), skus.bytes(variant).is_ascii());
            let variant = u32::try_from(variant).unwrap_or(u32::MAX);
            self.not_ascii.extend((!is_ascii).then_some(variant));
            if let Some(first) = insert(&mut self.first[table_of(hash)], skus, hash, variant) {
                self.others.entry(first).or_default().push(variant);
            }
        }
    }

    /// The variants that have a SKU, in order. `skus` are those that the index was made of.
    pub fn get<'i>(&'i self, skus: &Strings, sku: &str) -> impl Iterator<Item = usize> + use<'i> {
        let hash = hash(sku.as_bytes());
        let is_it = |&variant: &u32| skus.bytes(variant as usize) == sku.as_bytes();
        let first = self.first[table_of(hash)].find(spread(hash), is_it).copied();
        let others = first.and_then(|first| self.others.get(&first)).into_iter().flatten().copied();
        first.into_iter().chain(others).map(|variant| variant as usize)
    }

    /// The variants whose SKU is not ASCII alone, in order.
    pub fn not_ascii(&self) -> &[u32] {
        &self.not_ascii
    }

    /// The variants that share their SKU with another one, in order.
    pub fn ambiguous(&self) -> Vec<u32> {
        let mut all: Vec<u32> = vec![];
        #[allow(clippy::iter_over_hash_type)] // they are sorted
        for (first, others) in &self.others {
            all.push(*first);
            all.extend(others);
        }
        all.sort_unstable();
        all
    }
}

/// Adds a variant to a table, unless another one has its SKU: the first one that has.
fn insert(table: &mut HashTable<u32>, skus: &Strings, hash_of_sku: u32, variant: u32) -> Option<u32> {
    let bytes = |variant: u32| skus.bytes(variant as usize);
    let is_it = |&other: &u32| bytes(other) == bytes(variant);
    match table.entry(spread(hash_of_sku), is_it, |&other| spread(hash(bytes(other)))) {
        Entry::Occupied(first) => Some(*first.get()),
        Entry::Vacant(place) => {
            place.insert(variant);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn variants_are_found_by_their_skus_among_few_and_many() {
        for (count, distinct) in [(0, 1), (100, 93), (100, 100), (1000, 1), (60_000, 59_930), (60_000, 700)] {
            let (mut skus, mut variants) = (Strings::default(), BTreeMap::<String, Vec<usize>>::new());
            for number in 0..count {
                let sku = format!("S{}", number * 7 % distinct);
                skus.push(&sku);
                variants.entry(sku).or_default().push(number);
            }
            skus.push(" ");
            let (index, mut pushed) = (SkuIndex::of(&skus), SkuIndex::default());
            (0..skus.len()).for_each(|variant| pushed.push(&skus, variant));
            for index in [index, pushed] {
                let ambiguous = variants.values().filter(|variants| variants.len() > 1).flatten();
                let mut ambiguous: Vec<u32> = ambiguous.map(|&variant| variant as u32).collect();
                ambiguous.sort_unstable();
                assert_eq!(index.ambiguous(), ambiguous, "{count} {distinct}");
                assert!(variants.iter().all(|(sku, variants)| index.get(&skus, sku).eq(variants.iter().copied())));
                assert_eq!([" ", "", "T"].map(|sku| index.get(&skus, sku).count()), [0; 3]);
            }
        }
    }
}
