//! The variants of the SKUs that rules name, found in one pass over the catalog.

use foldhash::HashMap;

use crate::bloom_filter::BloomFilter;
use crate::catalog::Catalog;
use crate::ids::VariantId;
use crate::{parallel, text};

/// Adds to each of some SKUs the variants that have it, in order. SKUs are compared trimmed and in normalization form C.
pub fn find(catalog: &Catalog, skus: &mut HashMap<String, Vec<VariantId>>) {
    let (wanted, filter) = (&*skus, BloomFilter::of(skus.keys().map(|sku| mixed(sku.as_bytes()))));
    let found = parallel::ranges(catalog.len(), |range| {
        let mut found = vec![];
        // Every byte is looked at, since many at once are faster than one that ends the search.
        let are_visible = catalog.sku.stretch(range.clone()).iter().fold(true, |all, byte| all & byte.is_ascii_graphic());
        for (id, variant) in VariantId::between(range.clone()).zip(range) {
            let bytes = catalog.sku.bytes(variant);
            if !filter.may_contain(mixed(bytes)) && (are_visible || is_plain(bytes)) {
                continue;
            }
            let sku = text::trimmed(catalog.sku.get(variant));
            let is_ascii = sku.is_ascii();
            let known = match wanted.get_key_value(sku) {
                None if !is_ascii => wanted.get_key_value(text::exact(sku).as_str()),
                known => known,
            };
            if let Some((known, _)) = known {
                found.push((known.clone(), id));
            }
        }
        found
    });
    for (sku, variant) in found.into_iter().flatten() {
        skus.entry(sku).or_default().push(variant);
    }
}

/// Whether a SKU is compared as it stands.
fn is_plain(sku: &[u8]) -> bool {
    sku.is_ascii() && [sku.first(), sku.last()].iter().all(|end| end.is_some_and(u8::is_ascii_graphic))
}

/// What a SKU comes to for a filter: its length, and its last bytes, in which SKUs differ most.
fn mixed(sku: &[u8]) -> u32 {
    let word = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
    let last = sku.last_chunk().map_or_else(|| sku.iter().fold(0, |all, &byte| all << 8 | u64::from(byte)), word);
    ((last ^ (sku.len() as u64) << 56).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as u32
}
