//! The table of the fields with fixed names: a row a field, and nothing else in the program lists them.
//!
//! A row gives the name in the language and, in its doc comment, what a merchant reads of the field; then the type, what has one
//! value of it, and how the catalog stores it; then, in braces, the headers of its column and what messages call it. A field is
//! added by adding its row.

use super::row::FlagCell::{Filled, YesNo};
use super::row::Storage::{Counts, Decimal as Decimals, Elsewhere, Flag, List, Skus, Text as Texts};
use super::row::TextCell::{AsWritten, Code, LowerWord, WithoutApostrophe, Word};
use super::row::{FieldRow, FieldType, Lacking, Level};
use crate::files::LISTING_QUANTITY;

/// Defines the fields with fixed names: the variants of [`Field`], and a row of the table each.
macro_rules! fields {
    ($(
        $(#[doc = $doc:literal])+
        $field:ident = $name:literal ($type:ident, $level:ident, $storage:expr) { $($attribute:ident: $value:expr),* $(,)? }
    )*) => {
        /// A field, with the names of those that only a catalog knows resolved to their place in the
        /// [`Schema`](super::Schema).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field {
            $($(#[doc = $doc])+ $field,)*
            /// The value of the option `option.NAME`, an index into [`Schema::options`](super::Schema::options): `option.Size`.
            Option(usize),
            /// The available count at the location `location.NAME`, an index into
            /// [`Schema::locations`](super::Schema::locations).
            Location(usize),
            /// The metafield `NAMESPACE.KEY`, an index into [`Schema::metafields`](super::Schema::metafields): the variant's own,
            /// else its product's.
            Metafield(usize),
            /// The column `column."HEADER"` of a file of the catalog, an index into [`Schema::columns`](super::Schema::columns).
            Column(usize),
        }

        /// The fields with fixed names alone, numbered in the order of the table.
        enum RowNumber { $($field,)* }

        /// Every field with a fixed name, in the order in which the language's reference lists them.
        pub const TABLE: &[FieldRow] = &[
            $(FieldRow {
                $($attribute: $value,)*
                ..FieldRow::new((Field::$field, $name, concat!($($doc),+)), FieldType::$type, Level::$level, $storage)
            },)*
        ];

        impl Field {
            /// The place of the field's row in the [`TABLE`]; `None` for a field whose name only a catalog knows.
            #[inline]
            pub fn place(self) -> Option<usize> {
                match self {
                    $(Field::$field => Some(RowNumber::$field as usize),)*
                    Field::Option(_) | Field::Location(_) | Field::Metafield(_) | Field::Column(_) => None,
                }
            }
        }
    };
}

fields! {
    /// The stock keeping unit: the name of the variant in Shopify and, as a rule, of its offer on Amazon.
    Sku = "sku" (ExactText, Variant, Skus) {
        headers: &["Variant SKU", "SKU"],
        inventory_headers: &["SKU"],
        noun: Some("SKU"),
        lacking: missing("SKUs", "Variant SKU"),
        is_always_read: true,
    }
    /// The number under the variant's bar code: a GTIN, EAN, UPC or ISBN.
    Barcode = "barcode" (ExactText, Variant, Texts(Code)) {
        headers: &["Variant Barcode", "Barcode"],
        noun: Some("barcode"),
        lacking: missing("barcodes", "Variant Barcode"),
    }
    /// The product's name in the addresses of the shop's pages: `linen-shirt`.
    Handle = "handle" (ExactText, Product, Texts(Code)) {
        headers: &["Handle", "URL handle"],
        inventory_headers: &["Handle"],
        noun: Some("handle"),
        lacking: missing("handles", "Handle"),
    }
    /// The product's title.
    Title = "title" (Text, Product, Texts(WithoutApostrophe)) {
        headers: &["Title"],
        inventory_headers: &["Title"],
        noun: Some("title"),
        lacking: missing("titles", "Title"),
    }
    /// The product's vendor: its brand or its maker.
    Vendor = "vendor" (Text, Product, Texts(WithoutApostrophe)) {
        headers: &["Vendor"],
        noun: Some("vendor"),
        lacking: missing("vendors", "Vendor"),
    }
    /// The product's type, in the merchant's own words.
    Type = "type" (Text, Product, Texts(WithoutApostrophe)) {
        headers: &["Type", "Custom product type"],
        noun: Some("type"),
        lacking: missing("types", "Type"),
    }
    /// The product's category in Shopify's taxonomy, with those above it: `Apparel & Accessories > Clothing > Shirts`.
    Category = "category" (Text, Product, Texts(AsWritten)) {
        headers: &["Product category", "Standardized product type", "Category: Name", "Category"],
        noun: Some("category"),
        lacking: missing("categories", "Product Category"),
    }
    /// The product's status: `active`, `draft` or `archived`. A product without one counts as active.
    Status = "status" (Text, Product, Texts(Word("active"))) {
        headers: &["Status"],
        noun: Some("status"),
        values: &["active", "draft", "archived"],
        lacking: counts_as("statuses", "Status", "active"),
        is_always_read: true,
    }
    /// Each of the product's tags.
    Tag = "tag" (Text, Product, List) {
        key: Some("tags"),
        headers: &["Tags"],
        noun: Some("tag"),
        lacking: missing("tags", "Tags"),
    }
    /// Each collection that the product is in. Matrixify exports them; Shopify does not.
    Collection = "collection" (Text, Product, List) {
        key: Some("collections"),
        headers: &["Collection", "Collections", "Custom Collections", "Smart Collections"],
        noun: Some("collection"),
        lacking: missing("collections", "Custom Collections"),
    }
    /// The variant's price in the shop's currency.
    Price = "price" (Decimal, Variant, Decimals) {
        headers: &["Variant Price", "Price"],
        lacking: missing("prices", "Variant Price"),
    }
    /// The price before a reduction, which the shop shows struck through.
    CompareAtPrice = "compare_at_price" (Decimal, Variant, Decimals) {
        headers: &["Variant Compare At Price", "Compare-at price", "Compare At Price"],
        lacking: missing("compare-at prices", "Variant Compare At Price"),
    }
    /// What one unit costs the merchant, in the shop's currency.
    Cost = "cost" (Decimal, Variant, Decimals) {
        headers: &["Cost per item", "Variant Cost"],
        lacking: missing("costs", "Cost per item"),
    }
    /// What one unit weighs, in grams.
    Weight = "weight" (Decimal, Variant, Decimals) {
        headers: &["Variant Grams", "Weight value (grams)"],
        lacking: missing("weights", "Variant Grams"),
    }
    /// How many units are available over all locations. It is missing where Shopify does not track the variant's inventory.
    Inventory = "inventory" (Count, Variant, Counts) {
        headers: &["Variant Inventory Qty", "Inventory quantity"],
        is_always_read: true,
    }
    /// What Shopify does when the variant is out of stock: `deny` stops its sale, `continue` does not.
    Policy = "policy" (Text, Variant, Texts(LowerWord("deny"))) {
        headers: &["Variant Inventory Policy", "Continue selling when out of stock"],
        noun: Some("policy"),
        values: &["deny", "continue"],
        lacking: counts_as("inventory policies", "Variant Inventory Policy", "`deny`"),
    }
    /// Whether Shopify keeps count of the variant.
    Tracked = "tracked" (YesNo, Variant, Flag(Filled)) {
        headers: &["Variant Inventory Tracker", "Inventory tracker"],
        lacking: counts_as("inventory trackers", "Variant Inventory Tracker", "tracked"),
        is_always_read: true,
    }
    /// Whether the product is published in the online store.
    Published = "published" (YesNo, Product, Flag(YesNo(true))) {
        headers: &["Published on online store", "Published"],
        lacking: counts_as("word on what is published", "Published", "published"),
    }
    /// Whether the product is a gift card.
    GiftCard = "gift_card" (YesNo, Product, Flag(YesNo(false))) {
        headers: &["Gift card"],
        lacking: counts_as("word on gift cards", "Gift Card", "no gift card"),
    }
    /// Who ships the variant in Shopify: `manual` for the merchant, or the name of a fulfillment service.
    Fulfillment = "fulfillment" (Text, Variant, Texts(AsWritten)) {
        headers: &["Variant Fulfillment Service", "Fulfillment service"],
        noun: Some("fulfillment service"),
        lacking: missing("fulfillment services", "Variant Fulfillment Service"),
    }
    /// How many units the listing has on Amazon.
    AmazonQuantity = "amazon.quantity" (Count, Offer, Elsewhere) {
        headers: LISTING_QUANTITY,
    }
    /// The listing's price on Amazon, in the marketplace's currency.
    AmazonPrice = "amazon.price" (Decimal, Offer, Elsewhere) {
        headers: &["price", "prezzo", "preis", "价格", "prix", "precio", "価格"],
    }
    /// Amazon's own number of the product that the listing sells.
    AmazonAsin = "amazon.asin" (Text, Offer, Elsewhere) {
        headers: &["asin1", "asin", "asin 1"],
    }
    /// The listing's status in Amazon's report: `Active`, `Inactive` or `Incomplete`.
    AmazonStatus = "amazon.status" (Text, Offer, Elsewhere) {
        headers: &["status", "stato", "état", "ステータス", "状态", "estado"],
    }
    /// Who ships what the listing sells: `merchant`, or the name of one of Amazon's own channels (FBA).
    AmazonChannel = "amazon.channel" (Text, Offer, Elsewhere) {
        headers: &[
            "fulfillment-channel",
            "fulfilment-channel",
            "versender",
            "配送渠道",
            "canale di gestione",
            "canal-traitement",
            "フルフィルメント・チャンネル",
            "フルフィルメント・チャネル",
            "canal de gestión logística",
        ],
    }
    /// Whether Amazon's listings report has the SKU.
    AmazonListed = "amazon.listed" (YesNo, Offer, Elsewhere) {}
    /// The day of the run, or that of `--today`: `2026-11-27`.
    Today = "today" (Date, Run, Elsewhere) {}
    /// The marketplace that the rules are applied for: `amazon.com`, `amazon.de`.
    Marketplace = "marketplace" (Text, Run, Elsewhere) {}
}

/// What is told of a field that is missing where no file has a column for it.
const fn missing(nouns: &'static str, header: &'static str) -> Option<Lacking> {
    Some(Lacking { nouns, header, counts_as: None })
}

/// What is told of a field that has a value where no file has a column for it.
const fn counts_as(nouns: &'static str, header: &'static str, value: &'static str) -> Option<Lacking> {
    Some(Lacking { nouns, header, counts_as: Some(value) })
}
