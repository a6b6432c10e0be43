//! The variants of the SKUs that rules name, found in one pass over the catalog.

use foldhash::HashMap;

use crate::catalog::Catalog;
use crate::ids::VariantId;
use crate::{parallel, text};

/// Adds to each of some SKUs the variants that have it, in order. SKUs are compared trimmed and in normalization form C.
pub fn find(catalog: &Catalog, skus: &mut HashMap<String, Vec<VariantId>>) {
    let wanted = &*skus;
    let found = parallel::ranges(catalog.len(), |range| {
        let mut found = vec![];
        for (id, variant) in VariantId::between(range.clone()).zip(range) {
            let sku = text::trimmed(catalog.sku.get(variant));
            let known = match wanted.get_key_value(sku) {
                None if !sku.is_ascii() => wanted.get_key_value(text::exact(sku).as_str()),
                known => known,
            };
            found.extend(known.map(|(known, _)| (known.clone(), id)));
        }
        found
    });
    for (sku, variant) in found.into_iter().flatten() {
        skus.entry(sku).or_default().push(variant);
    }
}
