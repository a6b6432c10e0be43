//! The variants of the SKUs that rules name.

use foldhash::HashMap;

use crate::catalog::Catalog;
use crate::ids::VariantId;
use crate::text;

/// Adds to each of some SKUs the variants that have it, in order. SKUs are compared trimmed and in normalization form C.
pub fn find(catalog: &Catalog, skus: &mut HashMap<String, Vec<VariantId>>) {
    #[allow(clippy::iter_over_hash_type)] // each by itself
    for (sku, variants) in skus.iter_mut() {
        variants.extend(catalog.variants_with(sku));
    }
    for &variant in catalog.sku_index.not_ascii() {
        let sku = catalog.skus.get(variant as usize);
        let composed = text::exact(sku);
        if let Some(variants) = skus.get_mut(composed.as_str()).filter(|_| composed != sku) {
            variants.push(VariantId::from_number(variant));
            variants.sort_unstable();
        }
    }
}
