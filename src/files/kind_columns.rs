//! The columns by which every kind of table is known.

use super::kind::FileKind;
use crate::text;

/// The columns by which a kind of table is known.
struct KindColumns {
    kind: FileKind,
    /// Of each list, one column must be there.
    with: &'static [&'static [&'static str]],
    /// None of these must be there.
    without: &'static [&'static str],
    /// Whether no other column must be there.
    alone: bool,
}

const fn columns(kind: FileKind, with: &'static [&'static [&'static str]]) -> KindColumns {
    KindColumns { kind, with, without: &[], alone: false }
}

/// What the column of SKUs is called in Amazon's listings reports, language by language.
pub const LISTING_SKU: &[&str] =
    &["seller-sku", "sku", "händler-sku", "卖家 sku", "sku venditore", "sku-vendeur", "出品者sku", "sku del vendedor"];

/// What the column of quantities is called in them.
pub const LISTING_QUANTITY: &[&str] = &["quantity", "menge", "数量", "quantità", "quantité", "cantidad"];

/// Columns of which every listings report has one, and hardly any other table with SKUs and quantities does.
pub const LISTING_MARKS: &[&str] = &[
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
];

/// What only orders have, in many spellings: words that are found in the header of a column of which nothing but the letters and
/// digits is left.
const ORDER_WORDS: &[&str] = &[
    "orderid",
    "orderitem",
    "orderstatus",
    "ordernumber",
    "orderdate",
    "itemstatus",
    "purchasedate",
    "purchaseorder",
    "quantitypurchased",
    "quantityshipped",
    "quantitytoship",
    "saleschannel",
    "paymentsdate",
    "promisedate",
    "shipdate",
    "shipservicelevel",
    "buyeremail",
    "buyername",
    "bestellnummer",
    "bestelldatum",
    "bestellstatus",
    "auftragsnummer",
    "numérodecommande",
    "datedecommande",
    "numeroordine",
    "numerodordine",
    "dataordine",
    "númerodepedido",
    "númerodelpedido",
    "fechadelpedido",
    "注文番号",
    "注文日",
    "購入日",
    "订单编号",
    "订单号",
    "购买日期",
];

/// The first of these that fits is what a table is.
const TABLES: &[KindColumns] = &[
    KindColumns { kind: FileKind::Quantities, with: &[&["sku"], &["quantity"]], without: &[], alone: true },
    columns(FileKind::Adjustments, &[&["sku"], &["handle"], &["location"], &["adjustment"], &["orders"]]),
    columns(FileKind::Preview, &[&["sku"], &["outcome"], &["quantity"], &["rule"], &["steps"]]),
    columns(FileKind::Settlement, &[&["settlement-id"]]),
    columns(FileKind::FbaInventory, &[&["fnsku", "fulfillment-channel-sku", "fulfilment-channel-sku"]]),
    columns(FileKind::FbaShipments, &[&["shipment-item-id"], &["sku", "merchant-sku"]]),
    columns(FileKind::Returns, &[&["return-date", "return request date"], &["order-id", "order id"]]),
    columns(FileKind::Business, &[&["(child) asin", "(parent) asin"]]),
    columns(FileKind::UnshippedOrders, &[&["order-id"], &["sku"], &["quantity-to-ship", "days-past-promise"]]),
    columns(
        FileKind::AllOrders,
        &[&["amazon-order-id"], &["sku"], &["order-status", "item-status", "quantity", "quantity-purchased"]],
    ),
    columns(FileKind::NewOrders, &[&["order-id"], &["order-item-id"], &["sku"], &["quantity-purchased"]]),
    columns(FileKind::ShopifyOrders, &[&["name"], &["created at"], &["lineitem quantity"], &["lineitem sku", "lineitem name"]]),
    columns(FileKind::MatrixifyOrders, &[&["line: type"], &["line: sku", "line: quantity"]]),
    columns(
        FileKind::Customers,
        &[&["first name"], &["last name"], &["email"], &["total orders", "accepts email marketing", "accepts marketing"]],
    ),
    columns(FileKind::Discounts, &[&["name", "code"], &["value"], &["discount class", "times used in total"]]),
    columns(FileKind::Inventory, &[&["handle"], &["sku"], &["coo"]]),
    KindColumns {
        kind: FileKind::Products,
        with: &[&["handle", "url handle"], &["variant sku", "sku"]],
        without: &["location"],
        alone: false,
    },
    columns(
        FileKind::Upload,
        &[
            &["sku"],
            &["minimum-seller-allowed-price", "add-delete", "leadtime-to-ship", "handling-time"],
            &["quantity", "product-id"],
        ],
    ),
    columns(FileKind::AllListings, &[LISTING_SKU, LISTING_QUANTITY, LISTING_MARKS]),
    columns(FileKind::OpenListings, &[&["sku"], &["asin"], &["price"], &["quantity"]]),
];

/// Columns of a product export that no other table with handles and SKUs has.
const PRODUCT_MARKS: &[&str] = &[
    "variant sku",
    "variant inventory tracker",
    "inventory tracker",
    "variant inventory qty",
    "inventory quantity",
    "variant inventory policy",
    "continue selling when out of stock",
    "variant price",
    "option1 name",
    "body (html)",
    "published on online store",
];

/// Whether a table that is of this kind by its header may be one that a merchant keeps: it has handles and SKUs, and nothing else
/// that Shopify writes.
pub fn may_be_own(kind: FileKind, header: &[String]) -> bool {
    kind == FileKind::Products && !header.iter().any(|cell| PRODUCT_MARKS.contains(&text::folded(cell).as_str()))
}

/// Whether a kind of file is a table, known by the columns of its header.
pub fn is_table(kind: FileKind) -> bool {
    use FileKind::{InventoryFile, Matrixify, OtherOrders};
    matches!(kind, Matrixify | InventoryFile | OtherOrders) || TABLES.iter().any(|table| table.kind == kind)
}

/// What a table is, by the cells of its header.
pub fn by_header(header: &[String]) -> Option<FileKind> {
    let header: Vec<String> = header.iter().map(|cell| text::folded(cell)).collect();
    let has = |name: &&str| header.iter().any(|cell| cell == name);
    let is = |table: &&KindColumns| {
        table.with.iter().all(|names| names.iter().any(&has))
            && !table.without.iter().any(&has)
            && (!table.alone || header.len() == table.with.len())
    };
    let kind = TABLES.iter().find(is).map(|table| table.kind);
    if matches!(kind, None | Some(FileKind::AllListings | FileKind::OpenListings | FileKind::Upload))
        && LISTING_SKU.iter().any(&has)
        && header.iter().any(|cell| is_of_orders(cell))
    {
        return Some(FileKind::OtherOrders);
    }
    let of_matrixify =
        |cell: &String| cell.starts_with("metafield:") || cell.starts_with("variant metafield:") || cell == "command";
    match kind? {
        FileKind::Products if header.iter().any(of_matrixify) => Some(FileKind::Matrixify),
        kind => Some(kind),
    }
}

/// Whether only orders have a column of this name.
fn is_of_orders(column: &str) -> bool {
    let letters: String = column.chars().filter(|letter| letter.is_alphanumeric()).collect();
    letters == "order" || ORDER_WORDS.iter().any(|word| letters.contains(word))
}
