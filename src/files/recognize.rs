//! Finds out what a file is by its content.

use super::dialect::{Dialect, HEAD};
use super::first_records;
use super::kind::FileKind;
use super::kind_columns::by_header;
use crate::text;

/// What a text is, by its content.
pub fn recognize(content: &str, dialect: Dialect) -> Option<FileKind> {
    let head = text::start(content, HEAD);
    let start = head.trim_start();
    if start.starts_with('<') {
        return Some(markup(start));
    }
    if start.starts_with(['{', '[']) {
        return Some(json(start));
    }
    match by_header(&first_records::first(head, dialect)) {
        Some(FileKind::Quantities) if dialect.separator == b'\t' => Some(FileKind::InventoryFile),
        None => statements(head),
        kind => kind,
    }
}

fn markup(content: &str) -> FileKind {
    let start = text::start(content, 2048).to_ascii_lowercase();
    let is_page = ["<!doctype html", "<html", "<head", "<body", "<script", "<title"].iter().any(|tag| start.contains(tag));
    if is_page { FileKind::WebPage } else { FileKind::Xml }
}

fn json(text: &str) -> FileKind {
    let has = |key: &str| text.contains(&format!("\"{key}\""));
    let has_any = |keys: &[&str]| keys.iter().any(|key| has(key));
    match () {
        () if has("operationType") && has_any(&["messages", "messageId"]) => FileKind::Feed,
        () if has_any(&["line_items", "financial_status"]) => FileKind::RestOrders,
        () if has("variants") && has_any(&["products", "product", "product_type", "product_id", "body_html"]) => {
            FileKind::RestProducts
        }
        () if has("inventory_item_id") => FileKind::RestInventory,
        () if text.contains("gid://shopify/") => FileKind::Bulk,
        () if has_any(&["reportDocumentId", "reportId"]) => FileKind::ReportAnswer,
        () if has_any(&["fulfillmentAvailability", "fulfillment_availability"]) => FileKind::ListingsItem,
        () if has_any(&["AmazonOrderId", "orderId", "Orders", "orders", "OrderItems", "orderItems"]) => {
            FileKind::AmazonOrdersJson
        }
        () if has_any(&["errors", "error", "error_description"]) => FileKind::JsonError,
        () => FileKind::Json,
    }
}

/// What a text is whose lines are statements: by the first one that tells.
fn statements(text: &str) -> Option<FileKind> {
    for line in text.lines().map(str::trim_end) {
        let Some(first) = line.chars().next().filter(|first| !first.is_whitespace() && *first != '#') else { continue };
        if !first.is_ascii_alphabetic() {
            continue;
        }
        let word = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or("");
        let rest = &line[word.len()..];
        let is_key = rest.starts_with(':') && rest[1..].chars().next().is_none_or(char::is_whitespace);
        match word {
            "all" if rest.trim_start().starts_with(':') => return Some(FileKind::Rules),
            "group" if rest.starts_with([' ', '\t']) && rest.contains('=') => return Some(FileKind::Rules),
            "where" if rest.starts_with([' ', '\t']) && is_condition(rest) => return Some(FileKind::Rules),
            "variants" if is_key => return Some(FileKind::Snapshot),
            "cases" | "expect" | "never" if is_key => return Some(FileKind::Tests),
            "rules" | "catalog" | "amazon" | "emit" | "guard" | "orders" | "tests" if is_key => return Some(FileKind::Project),
            _ => {}
        }
    }
    None
}

/// Whether what follows a `where` can be a condition, and is not the header of a table.
fn is_condition(text: &str) -> bool {
    text.contains(['=', '<', '>', ':']) || [" has ", " like ", " in ", " matches "].iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::detect_dialect::detect_dialect;

    fn of(text: &str) -> Option<FileKind> {
        recognize(text, detect_dialect(text))
    }

    #[test]
    fn kinds_are_known_by_their_content() {
        for (text, kind) in [
            ("Handle,Title,Variant SKU\n", Some(FileKind::Products)),
            ("Title;URL handle;SKU\n", Some(FileKind::Products)),
            ("Handle,Variant SKU,Metafield: custom.x [string]\n", Some(FileKind::Matrixify)),
            ("Handle,SKU,COO,Location\n", Some(FileKind::Inventory)),
            ("sku\tasin\tprice\tquantity\n", Some(FileKind::OpenListings)),
            ("Händler-SKU\tMenge\tVersender\n", Some(FileKind::AllListings)),
            ("amazon-order-id\tsku\tquantity\n", Some(FileKind::AllOrders)),
            ("merchant-order-id\tpurchase-date\tfulfillment-channel\tsku\tquantity\n", Some(FileKind::OtherOrders)),
            ("Amazon Order Id\tSKU\tASIN\tPrice\tQuantity\n", Some(FileKind::OtherOrders)),
            ("Bestellnummer\tSKU\tMenge\tStatus\n", Some(FileKind::OtherOrders)),
            ("seller-sku\tquantity\titem-name\tMinimum order quantity\n", Some(FileKind::AllListings)),
            ("sku,quantity\n", Some(FileKind::Quantities)),
            ("sku\tquantity\n", Some(FileKind::InventoryFile)),
            ("SKU,Cap\nA,1\n", None),
            ("# x\nas_of: 2026-11-23\nvariants:\n", Some(FileKind::Snapshot)),
            ("rules: [a.rules]\n", Some(FileKind::Project)),
            ("\n# x\nall: level\n", Some(FileKind::Rules)),
            ("where tag=a:\n  buffer 2\n", Some(FileKind::Rules)),
            ("group slow = tag=a\n", Some(FileKind::Rules)),
            ("group code,sku\nA,1\n", None),
            ("where found,sku\nA,1\n", None),
            ("today: 2026-11-27\ncases:\n", Some(FileKind::Tests)),
            (" <!DOCTYPE html><html>", Some(FileKind::WebPage)),
            ("{\"errors\": []}", Some(FileKind::JsonError)),
            ("{\"id\":\"gid://shopify/Product/1\"}\n", Some(FileKind::Bulk)),
            ("", None),
        ] {
            assert_eq!(of(text), kind, "{text:?}");
        }
    }
}
