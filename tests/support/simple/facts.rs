//! A shop as plain facts, whatever files tell of it.

/// Everything that a run depends on, beside the rules.
#[derive(Debug, Clone, Default)]
pub struct Shop {
    /// The variants, in the order of the files.
    pub variants: Vec<Variant>,
    /// The names of all locations that have counts.
    pub locations: Vec<String>,
    /// The rows of the listings report; `None` where there is none.
    pub listings: Option<Vec<Listing>>,
    /// Whether the report has a column of channels.
    pub channel_is_named: bool,
    /// The project's word that the merchant fulfils everything of which nobody says it.
    pub merchant_fulfils: bool,
    /// All order lines, each once, in the order in which the files name them first.
    pub orders: Vec<OrderLine>,
    /// Whether a file of Amazon's orders is given.
    pub has_amazon_orders: bool,
    /// Where counts move for orders that name no location.
    pub orders_location: Option<String>,
    /// The day, as `2026-11-27`.
    pub today: String,
    /// The marketplace.
    pub marketplace: String,
}

/// A variant with what its product says. A blank text is a missing one.
#[derive(Debug, Clone, Default)]
pub struct Variant {
    /// `sku`
    pub sku: String,
    /// `barcode`
    pub barcode: String,
    /// `handle`
    pub handle: String,
    /// `title`
    pub title: String,
    /// `vendor`
    pub vendor: String,
    /// `type`
    pub product_type: String,
    /// `category`
    pub category: String,
    /// `status`
    pub status: String,
    /// `tag`
    pub tags: Vec<String>,
    /// `collection`
    pub collections: Vec<String>,
    /// `option.NAME`: names and values.
    pub options: Vec<(String, String)>,
    /// `price`
    pub price: String,
    /// `compare_at_price`
    pub compare_at_price: String,
    /// `cost`
    pub cost: String,
    /// `weight`
    pub weight: String,
    /// The available count over all locations, whether it is tracked or not.
    pub inventory: Option<i64>,
    /// The counts at the locations that have one.
    pub locations: Vec<(String, i64)>,
    /// `policy`
    pub policy: String,
    /// `fulfillment`
    pub fulfillment: String,
    /// `tracked`
    pub is_tracked: bool,
    /// Whether its tracker or its fulfillment service is Amazon.
    pub is_by_amazon: bool,
    /// `published`
    pub is_published: bool,
    /// `gift_card`
    pub is_gift_card: bool,
    /// `NAMESPACE.KEY`: names and values, several where it is a list.
    pub metafields: Vec<(String, Vec<String>)>,
    /// `column."HEADER"`: headers and values.
    pub columns: Vec<(String, Vec<String>)>,
}

/// A row of the listings report.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Amazon's SKU.
    pub sku: String,
    /// `amazon.quantity`
    pub quantity: Option<i64>,
    /// `amazon.price`
    pub price: String,
    /// `amazon.asin`
    pub asin: String,
    /// `amazon.status`
    pub status: String,
    /// `amazon.channel`
    pub channel: Option<String>,
}

impl Listing {
    /// Whether Amazon fulfils it.
    pub fn is_fba(&self) -> bool {
        self.channel.as_deref().is_some_and(|channel| channel != "merchant")
    }
}

/// Where an order was placed, and who fulfils it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// In Shopify or another channel than Amazon.
    Shopify,
    /// In Shopify's files, but it came from Amazon.
    AmazonInShopify,
    /// On Amazon, fulfilled by the merchant.
    Merchant,
    /// On Amazon, fulfilled by Amazon.
    Fba,
    /// On Amazon; nobody says who fulfils it.
    Unsaid,
}

/// A line of an order.
#[derive(Debug, Clone)]
pub struct OrderLine {
    /// Where it was placed.
    pub channel: Channel,
    /// The order's name.
    pub order: String,
    /// The SKU.
    pub sku: String,
    /// How many were ordered.
    pub quantity: i64,
    /// How many minutes after the snapshot it was placed; negative before it.
    pub minutes_after: i64,
    /// From which location, where it says.
    pub location: Option<String>,
    /// Whether it was cancelled.
    pub is_cancelled: bool,
}
