//! The columns by which every kind of table is known.

use super::Kind;
use crate::text;

/// The columns by which a kind of table is known.
struct Columns {
    kind: Kind,
    /// Of each list, one column must be there.
    with: &'static [&'static [&'static str]],
    /// None of these must be there.
    without: &'static [&'static str],
    /// Whether no other column must be there.
    alone: bool,
}

const fn columns(kind: Kind, with: &'static [&'static [&'static str]]) -> Columns {
    Columns { kind, with, without: &[], alone: false }
}

/// What the column of SKUs is called in Amazon's listings reports, language by language.
pub const LISTING_SKU: &[&str] =
    &["seller-sku", "sku", "händler-sku", "卖家 sku", "sku venditore", "sku-vendeur", "出品者sku", "sku del vendedor"];

/// The first of these that fits is what a table is.
const TABLES: &[Columns] = &[
    Columns { kind: Kind::Quantities, with: &[&["sku"], &["quantity"]], without: &[], alone: true },
    columns(Kind::Adjustments, &[&["sku"], &["handle"], &["location"], &["adjustment"], &["orders"]]),
    columns(Kind::Preview, &[&["sku"], &["outcome"], &["quantity"], &["rule"], &["steps"]]),
    columns(Kind::Settlement, &[&["settlement-id"]]),
    columns(Kind::FbaInventory, &[&["fnsku", "fulfillment-channel-sku", "fulfilment-channel-sku"]]),
    columns(Kind::FbaShipments, &[&["shipment-item-id"], &["sku", "merchant-sku"]]),
    columns(Kind::Returns, &[&["return-date", "return request date"], &["order-id", "order id"]]),
    columns(Kind::Business, &[&["(child) asin", "(parent) asin"]]),
    columns(Kind::UnshippedOrders, &[&["order-id"], &["sku"], &["quantity-to-ship", "days-past-promise"]]),
    columns(
        Kind::AllOrders,
        &[&["amazon-order-id"], &["sku"], &["order-status", "item-status", "quantity", "quantity-purchased"]],
    ),
    columns(Kind::NewOrders, &[&["order-id"], &["order-item-id"], &["sku"], &["quantity-purchased"]]),
    columns(Kind::ShopifyOrders, &[&["name"], &["created at"], &["lineitem quantity"], &["lineitem sku", "lineitem name"]]),
    columns(Kind::MatrixifyOrders, &[&["line: type"], &["line: sku", "line: quantity"]]),
    columns(
        Kind::Customers,
        &[&["first name"], &["last name"], &["email"], &["total orders", "accepts email marketing", "accepts marketing"]],
    ),
    columns(Kind::Discounts, &[&["name", "code"], &["value"], &["discount class", "times used in total"]]),
    columns(Kind::Inventory, &[&["handle"], &["sku"], &["coo"]]),
    Columns {
        kind: Kind::Products,
        with: &[&["handle", "url handle"], &["variant sku", "sku"]],
        without: &["location"],
        alone: false,
    },
    columns(
        Kind::Upload,
        &[
            &["sku"],
            &["minimum-seller-allowed-price", "add-delete", "leadtime-to-ship", "handling-time"],
            &["quantity", "product-id"],
        ],
    ),
    columns(
        Kind::AllListings,
        &[
            LISTING_SKU,
            &[
                "listing-id",
                "item-name",
                "fulfillment-channel",
                "fulfilment-channel",
                "asin1",
                "open-date",
                "artikelbezeichnung",
                "versender",
                "商品名称",
                "配送渠道",
                "nome dell'articolo",
                "canale di gestione",
                "nom-produit",
                "canal-traitement",
                "商品名",
                "フルフィルメント・チャンネル",
                "フルフィルメント・チャネル",
                "título del producto",
                "canal de gestión logística",
            ],
        ],
    ),
    columns(Kind::OpenListings, &[&["sku"], &["asin"], &["price"], &["quantity"]]),
];

/// Whether a kind of file is a table of this list.
pub fn is_known(kind: Kind) -> bool {
    TABLES.iter().any(|table| table.kind == kind)
}

/// What a table is, by the cells of its header.
pub fn by_header(header: &[String]) -> Option<Kind> {
    let header: Vec<String> = header.iter().map(|cell| text::folded(cell)).collect();
    let has = |name: &&str| header.iter().any(|cell| cell == name);
    let is = |table: &&Columns| {
        table.with.iter().all(|names| names.iter().any(&has))
            && !table.without.iter().any(&has)
            && (!table.alone || header.len() == table.with.len())
    };
    let kind = TABLES.iter().find(is)?.kind;
    let of_matrixify =
        |cell: &String| cell.starts_with("metafield:") || cell.starts_with("variant metafield:") || cell == "command";
    match kind {
        Kind::Products if header.iter().any(of_matrixify) => Some(Kind::Matrixify),
        kind => Some(kind),
    }
}
