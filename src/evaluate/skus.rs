//! The variants of the SKUs that rules name, found in one pass over the catalog.

use foldhash::HashMap;

use crate::catalog::Catalog;
use crate::{parallel, text};

/// Adds to each of some SKUs the variants that have it, in order. SKUs are compared trimmed and in normalization form C.
pub fn find(catalog: &Catalog, skus: &mut HashMap<String, Vec<u32>>) {
    let (wanted, sieve) = (&*skus, Sieve::of(skus.keys().map(String::as_str)));
    let found = parallel::ranges(catalog.len(), |range| {
        let mut found = vec![];
        // Every byte is looked at, since many at once are faster than one that ends the search.
        let are_visible = catalog.sku.stretch(range.clone()).iter().fold(true, |all, byte| all & byte.is_ascii_graphic());
        for variant in range {
            let bytes = catalog.sku.bytes(variant);
            if !sieve.lets_through(bytes) && (are_visible || is_plain(bytes)) {
                continue;
            }
            let sku = text::trimmed(catalog.sku.get(variant));
            let is_ascii = sku.is_ascii();
            let known = match wanted.get_key_value(sku) {
                None if !is_ascii => wanted.get_key_value(text::exact(sku).as_str()),
                known => known,
            };
            if let Some((known, _)) = known {
                found.push((known.clone(), u32::try_from(variant).unwrap_or(u32::MAX)));
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

/// Lets every one of some texts through, and few others: nearly all SKUs of a catalog are told apart by one look.
struct Sieve {
    /// A bit for each number that the ends of texts come to.
    bits: Vec<u64>,
}

impl Sieve {
    fn of<'t>(texts: impl Iterator<Item = &'t str> + Clone) -> Self {
        // With 32 bits a text, one text in 32 is let through wrongly.
        let bits = (texts.clone().count() * 32).next_power_of_two().max(64);
        let mut sieve = Sieve { bits: vec![0; bits / 64] };
        for text in texts {
            let bit = sieve.bit(text.as_bytes());
            sieve.bits[bit / 64] |= 1 << (bit % 64);
        }
        sieve
    }

    fn lets_through(&self, text: &[u8]) -> bool {
        let bit = self.bit(text);
        self.bits[bit / 64] >> (bit % 64) & 1 == 1
    }

    /// What a text comes to: its length, and its last bytes, in which SKUs differ most.
    fn bit(&self, bytes: &[u8]) -> usize {
        let word = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
        let last = bytes.last_chunk().map_or_else(|| bytes.iter().fold(0, |all, &byte| all << 8 | u64::from(byte)), word);
        let mixed = (last ^ (bytes.len() as u64) << 56).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 32) as usize & (self.bits.len() * 64 - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_sieve_lets_its_own_through(texts in prop::collection::vec("[a-cA-C0-9é -]{0,12}", 0..50)) {
            let sieve = Sieve::of(texts.iter().map(String::as_str));
            prop_assert!(texts.iter().all(|text| sieve.lets_through(text.as_bytes())));
        }
    }
}
