//! Orders: what they move before the rules are asked.

use super::facts::{Channel, OrderLine, Shop, Variant};
use super::filters::same_text;
use super::rules::Rules;
use super::{EffectiveSettings, ShopIndex};

/// A line of the adjustments for Shopify: what Amazon's orders took off a variant's count at a location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// The SKU.
    pub sku: String,
    /// The product's handle.
    pub handle: String,
    /// The location; blank where it is not known.
    pub location: String,
    /// How many units, negative.
    pub adjustment: i64,
    /// The orders, each once, with spaces between them.
    pub orders: String,
}

/// The variants with the counts that the orders leave, and what is to be adjusted in Shopify.
pub fn move_counts(known: &ShopIndex<'_>, rules: &Rules, shop: &Shop) -> (Vec<Variant>, Vec<Adjustment>) {
    let mut variants = shop.variants.clone();
    let counts = |line: &&OrderLine| line.minutes_after > 0 && !line.is_cancelled && line.quantity > 0;
    for line in shop.orders.iter().filter(counts) {
        // Where Amazon's own orders are given, those that Shopify has from Amazon are the same sales.
        let is_own = line.channel == Channel::Shopify || line.channel == Channel::AmazonInShopify && !shop.has_amazon_orders;
        if let Some(at) = variant_of(known, shop, &line.sku).filter(|_| is_own) {
            take(&mut variants[at], line.quantity, location_of(line, shop).as_deref());
        }
    }
    // Sync and packs are judged before Amazon's orders move anything.
    let judged = variants.clone();
    let mut adjustments: Vec<(usize, String, i64, Vec<&str>)> = vec![];
    for line in shop.orders.iter().filter(counts) {
        // What Amazon may have sent from its own stock is not offered twice, but nothing is taken off in Shopify for it.
        let is_unsaid = line.channel == Channel::Unsaid && !shop.merchant_fulfils;
        if !matches!(line.channel, Channel::Merchant | Channel::Unsaid) {
            continue;
        }
        let Some(at) = variant_of(known, shop, &line.sku) else { continue };
        let row = known.row(&judged[at]);
        let chosen = EffectiveSettings::of(rules, row);
        if !chosen.is_synced() || !row.variant.is_tracked {
            continue;
        }
        let Some(taken) = chosen.units(row).map(|units| line.quantity * units) else { continue };
        let location = location_of(line, shop);
        take(&mut variants[at], taken, location.as_deref());
        if is_unsaid {
            continue;
        }
        let location = location.unwrap_or_default();
        let same = adjustments.iter_mut().find(|(variant, place, ..)| *variant == at && *place == location);
        match same {
            Some((.., adjustment, orders)) => {
                *adjustment -= taken;
                if !orders.contains(&line.order.as_str()) {
                    orders.push(&line.order);
                }
            }
            None => adjustments.push((at, location, -taken, vec![&line.order])),
        }
    }
    let adjustments = adjustments.into_iter().map(|(at, location, adjustment, orders)| {
        let Variant { sku, handle, .. } = &variants[at];
        Adjustment { sku: sku.trim().to_owned(), handle: handle.clone(), location, adjustment, orders: orders.join(" ") }
    });
    let adjustments = adjustments.collect();
    (variants, adjustments)
}

/// The only variant with a SKU.
fn variant_of(known: &ShopIndex<'_>, shop: &Shop, sku: &str) -> Option<usize> {
    let found = || shop.variants.iter().position(|variant| variant.sku.trim() == sku.trim());
    if known.is_alone(sku) { found() } else { None }
}

/// Where a line takes its units from: the order's location, else the project's, else the only one that there is.
fn location_of(line: &OrderLine, shop: &Shop) -> Option<String> {
    let named = line.location.as_ref().or(shop.orders_location.as_ref());
    match (named, &shop.locations[..]) {
        (Some(name), known) => known.iter().find(|known| same_text(known, name)).cloned(),
        (None, [only]) => Some(only.clone()),
        (None, _) => None,
    }
}

/// Takes units off a variant's counts, as far as it has counts.
fn take(variant: &mut Variant, units: i64, location: Option<&str>) {
    if !variant.is_tracked {
        return;
    }
    variant.inventory = variant.inventory.map(|count| count - units);
    for (name, count) in &mut variant.locations {
        if location.is_some_and(|location| same_text(location, name)) {
            *count -= units;
        }
    }
}
