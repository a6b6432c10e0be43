//! The list of quantities: `sku,quantity`, in catalog order.

use super::Sent;

/// The list as CSV. Every SKU that is sent stands in it, and no other.
pub fn csv(sent: &[Sent<'_>]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(vec![]);
    // Writing to memory cannot fail.
    let _ = writer.write_record(["sku", "quantity"]);
    for each in sent {
        let _ = writer.write_record([each.sku, &each.quantity.to_string()]);
    }
    writer.into_inner().unwrap_or_default()
}

/// A list that was written before: SKUs and quantities. Nothing where it cannot be read as one.
pub fn parse(bytes: &[u8]) -> Vec<(String, i64)> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let records = reader.records().flatten();
    records.filter_map(|record| Some((record.get(0)?.to_owned(), record.get(1)?.parse().ok()?))).collect()
}
