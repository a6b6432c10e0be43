//! What merchant-fulfilled Amazon orders took off the Shopify counts: `sku,handle,location,adjustment,orders`.

use foldhash::{HashMap, HashSet};

use crate::catalog::Catalog;
use crate::ids::VariantId;
use crate::orders::{Channel, Movements};

/// The adjustments as CSV: one line a variant and location, in the order of the first order that touches it.
pub fn csv(catalog: &Catalog, movements: &Movements) -> Vec<u8> {
    let mut lines: Vec<(VariantId, &str, i64, Vec<&str>)> = vec![];
    let mut known: HashMap<(VariantId, &str), usize> = HashMap::default();
    let mut named: HashSet<(usize, &str)> = HashSet::default();
    for movement in movements.all().iter().filter(|movement| movement.channel == Channel::AmazonMerchant) {
        let location = movement.location.as_deref().unwrap_or("");
        let at = *known.entry((movement.variant, location)).or_insert_with(|| {
            lines.push((movement.variant, location, 0, vec![]));
            lines.len() - 1
        });
        let (.., adjustment, orders) = &mut lines[at];
        *adjustment = adjustment.saturating_sub(movement.units);
        if named.insert((at, movement.order.as_str())) {
            orders.push(&movement.order);
        }
    }
    let mut writer = csv::Writer::from_writer(vec![]);
    // Writing to memory cannot fail.
    let _ = writer.write_record(["sku", "handle", "location", "adjustment", "orders"]);
    for (variant, location, adjustment, orders) in lines {
        let handle = catalog.handle(variant);
        let _ = writer.write_record([catalog.sku(variant), handle, location, &adjustment.to_string(), &orders.join(" ")]);
    }
    writer.into_inner().unwrap_or_default()
}
