//! Order lines: what the readers of all formats make of their files.

use std::sync::Arc;

use jiff::Timestamp;

use super::reading::place;
use crate::diagnostic::Place;
use crate::source::Source;

/// The platform whose file tells of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Platform {
    /// Shopify.
    Shopify,
    /// Amazon.
    Amazon,
}

/// Where an order was placed, and who fulfils it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// In Shopify, or another sales channel that Shopify knows.
    Shopify,
    /// In Shopify's files, but it came from Amazon.
    ShopifyFromAmazon,
    /// On Amazon, fulfilled by the merchant (FBM).
    AmazonMerchant,
    /// On Amazon, and the file does not say who fulfils it.
    AmazonUnsaid,
    /// On Amazon, fulfilled by Amazon (FBA).
    AmazonFba,
}

impl Channel {
    /// The channel in words.
    pub fn as_str(self) -> &'static str {
        match self {
            Channel::Shopify => "Shopify",
            Channel::ShopifyFromAmazon => "Amazon, by way of Shopify",
            Channel::AmazonMerchant => "Amazon, merchant-fulfilled",
            Channel::AmazonUnsaid => "Amazon, not said who fulfils it",
            Channel::AmazonFba => "Amazon, fulfilled by Amazon",
        }
    }
}

/// One line of an order.
#[derive(Debug, Clone)]
pub struct OrderLine {
    /// Whose file tells of it.
    pub platform: Platform,
    /// The order's name or number.
    pub order: String,
    /// The line's own id, where the file has one.
    pub item: Option<String>,
    /// The SKU, without white space at its ends.
    pub sku: String,
    /// What was sold; `None` where the line was cancelled.
    pub sale: Option<Sale>,
    /// The file that it stands in.
    pub(super) source: Arc<Source>,
    /// Its line in the file, counted from 1; 0 where that is not known.
    pub(super) line: u32,
}

impl OrderLine {
    /// Where it stands.
    pub fn place(&self) -> Place {
        place(&self.source, self.line)
    }
}

/// What a line that was not cancelled sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// Where it was placed, and who fulfils it.
    pub channel: Channel,
    /// How many were ordered; in packs, where the listing sells packs.
    pub quantity: i64,
    /// When it was placed.
    pub time: Timestamp,
    /// The location from which Shopify takes it.
    pub location: Option<String>,
}

/// All order lines of a run, each once.
#[derive(Debug, Clone, Default)]
pub struct Orders {
    /// The lines.
    pub lines: Vec<OrderLine>,
    /// Whether a file of Amazon's is among them.
    pub has_amazon: bool,
    /// Whether Amazon's files hold only what has not been shipped yet.
    pub(super) only_unshipped: bool,
}
