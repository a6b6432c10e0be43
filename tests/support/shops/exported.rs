//! How products and inventory are to be joined.

use std::collections::HashMap;

use super::random::Random;
use super::stock::Product;

/// How the inventory export names a variant of the product export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exported {
    /// By the same SKU, handle and options.
    Alike,
    /// By another handle and other options: its SKU alone tells.
    Renamed,
    /// Without its SKU: its handle and options tell.
    WithoutSku,
    /// By another SKU, which contradicts.
    WithOtherSku,
}

/// Lets the inventory export name some variants otherwise.
pub fn rename(random: &mut Random, products: &mut [Product]) {
    let mut with_sku: HashMap<String, usize> = HashMap::new();
    for variant in products.iter().flat_map(|product| &product.variants) {
        *with_sku.entry(variant.sku.trim().to_owned()).or_default() += 1;
    }
    for variant in products.iter_mut().flat_map(|product| &mut product.variants) {
        let sku = variant.sku.trim();
        variant.exported = match random.below(30) {
            0 | 1 if !sku.is_empty() && with_sku[sku] == 1 => Exported::Renamed,
            2 => Exported::WithoutSku,
            3 if !sku.is_empty() => Exported::WithOtherSku,
            _ => Exported::Alike,
        };
    }
}
