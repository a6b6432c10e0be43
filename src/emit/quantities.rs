//! The list of quantities: `sku,quantity`, in catalog order.

use crate::catalog::Catalog;
use crate::evaluate::Decision;

/// The list as CSV. Every synced variant stands in it, and no other.
pub fn csv(catalog: &Catalog, decisions: &[Decision]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(vec![]);
    // Writing to memory cannot fail.
    let _ = writer.write_record(["sku", "quantity"]);
    for (variant, decision) in decisions.iter().enumerate() {
        if let Some(quantity) = decision.quantity() {
            let _ = writer.write_record([catalog.sku.get(variant), &quantity.to_string()]);
        }
    }
    writer.into_inner().unwrap_or_default()
}
