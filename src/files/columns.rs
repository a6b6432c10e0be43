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
    columns(Kind::AllListings, &[LISTING_SKU, LISTING_QUANTITY, LISTING_MARKS]),
    columns(Kind::OpenListings, &[&["sku"], &["asin"], &["price"], &["quantity"]]),
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
pub fn may_be_own(kind: Kind, header: &[String]) -> bool {
    kind == Kind::Products && !header.iter().any(|cell| PRODUCT_MARKS.contains(&text::folded(cell).as_str()))
}

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
    let kind = TABLES.iter().find(is).map(|table| table.kind);
    if matches!(kind, None | Some(Kind::AllListings | Kind::OpenListings | Kind::Upload))
        && LISTING_SKU.iter().any(&has)
        && header.iter().any(|cell| is_of_orders(cell))
    {
        return Some(Kind::OtherOrders);
    }
    let of_matrixify =
        |cell: &String| cell.starts_with("metafield:") || cell.starts_with("variant metafield:") || cell == "command";
    match kind? {
        Kind::Products if header.iter().any(of_matrixify) => Some(Kind::Matrixify),
        kind => Some(kind),
    }
}

/// Whether only orders have a column of this name.
fn is_of_orders(column: &str) -> bool {
    let letters: String = column.chars().filter(|letter| letter.is_alphanumeric()).collect();
    letters == "order" || ORDER_WORDS.iter().any(|word| letters.contains(word))
}
