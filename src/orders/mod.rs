//! Order files to movements of counts.

mod amazon_json;
mod amazon_report;
mod apply;
mod shopify;

use std::path::{Path, PathBuf};

use foldhash::HashMap;
use jiff::Timestamp;

use crate::catalog::table::decode;
use crate::diagnostic::{Code, Diagnostic, Place};

pub use apply::{Circumstances, Movement, Movements, apply_amazon, apply_shopify};

/// Where an order was placed, and who fulfils it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// In Shopify, or another sales channel that Shopify knows.
    Shopify,
    /// In Shopify's files, but it came from Amazon.
    ShopifyFromAmazon,
    /// On Amazon, fulfilled by the merchant (FBM).
    AmazonMerchant,
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
            Channel::AmazonFba => "Amazon, fulfilled by Amazon",
        }
    }
}

/// One line of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it was placed, and who fulfils it.
    pub channel: Channel,
    /// The order's name or number.
    pub order: String,
    /// The line's own id, where the file has one.
    pub item: Option<String>,
    /// The SKU.
    pub sku: String,
    /// How many were ordered; in packs, where the listing sells packs.
    pub quantity: i64,
    /// When it was placed.
    pub time: Timestamp,
    /// The location from which Shopify takes it.
    pub location: Option<String>,
    /// Whether it was cancelled.
    pub cancelled: bool,
    /// Where it stands.
    pub place: Place,
}

/// All order lines of a run, each once.
#[derive(Debug, Clone, Default)]
pub struct Orders {
    /// The lines.
    pub lines: Vec<Line>,
    /// Whether a file of Amazon's is among them.
    pub has_amazon: bool,
}

/// An orders file, with its bytes.
pub struct File {
    /// Its name in messages.
    pub name: PathBuf,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Reads all orders files. `amazon_sources` are further names of sources that mean Amazon, in Shopify's orders.
///
/// The orders are of use only if no diagnostic is an error.
pub fn read(files: &[File], amazon_sources: &[String]) -> (Orders, Vec<Diagnostic>) {
    let mut diagnostics = vec![];
    let mut json = amazon_json::Responses::default();
    let mut found = vec![];
    let mut has_amazon = false;
    for (index, File { name, bytes }) in files.iter().enumerate() {
        let text = decode(name, bytes, encoding_rs::WINDOWS_1252, &mut diagnostics);
        let header = text.lines().next().unwrap_or("");
        let lines = if text.trim_start().starts_with(['{', '[']) {
            has_amazon = true;
            json.add(index, name, &text, &mut diagnostics);
            vec![]
        } else if header.contains('\t') {
            has_amazon = true;
            amazon_report::read(name, &text, &mut diagnostics)
        } else {
            shopify::read(name, &text, amazon_sources, &mut diagnostics)
        };
        found.extend(lines.into_iter().map(|line| (index, line)));
    }
    found.extend(json.lines(&mut diagnostics));
    (Orders { lines: once(found), has_amazon }, diagnostics)
}

/// What a line is known by: the platform and the order, and with the SKU which one of its lines.
type Nth = (bool, String, String, usize);

/// Each line once, in whatever number of files it stands. It is known by its item's id, or, where the file has none, as the
/// n-th line with this order and SKU in its file. A line that any file says is cancelled is.
fn once(found: Vec<(usize, Line)>) -> Vec<Line> {
    let mut lines: Vec<Line> = vec![];
    let mut by_item: HashMap<(bool, String, String), usize> = HashMap::default();
    let mut by_number: HashMap<Nth, (usize, bool)> = HashMap::default();
    let mut numbers: HashMap<(usize, bool, String, String), usize> = HashMap::default();
    for (file, line) in found {
        let shopify = matches!(line.channel, Channel::Shopify | Channel::ShopifyFromAmazon);
        let number = numbers.entry((file, shopify, line.order.clone(), line.sku.clone())).or_default();
        *number += 1;
        let nth: Nth = (shopify, line.order.clone(), line.sku.clone(), *number);
        let item = line.item.clone().map(|item| (shopify, line.order.clone(), item));
        let same_item = item.as_ref().and_then(|item| by_item.get(item)).copied();
        // Two lines that both have an id are the same only if the ids are.
        let same_number = by_number.get(&nth).filter(|(_, has_item)| item.is_none() || !has_item).map(|(at, _)| *at);
        let at = same_item.or(same_number).unwrap_or(lines.len());
        match lines.get_mut(at) {
            Some(known) => known.cancelled |= line.cancelled,
            None => lines.push(line),
        }
        by_number.entry(nth).or_insert((at, item.is_some()));
        if let Some(item) = item {
            by_item.entry(item).or_insert(at);
        }
    }
    lines
}

/// Amazon's and Shopify's words for a cancelled line: `Cancelled`, `Canceled`, `CANCELLED`, `cancelled` …
fn is_cancelled(status: &str) -> bool {
    matches!(status.trim().to_ascii_lowercase().as_str(), "cancelled" | "canceled")
}

/// A time as order files write it: `2026-11-23T05:10:00+00:00`, `2025-12-06 10:37:33 -0500`.
fn time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let by_shopify = || Timestamp::strptime("%Y-%m-%d %H:%M:%S %z", text).ok();
    text.parse().ok().or_else(by_shopify)
}

fn wrong(message: String, help: &str, place: Place) -> Diagnostic {
    Diagnostic::error(Code::Orders, message).help(help).at(place)
}

fn file_place(name: &Path, line: u32, excerpt: &str) -> Place {
    Place::new(&Place::file(name).file, line as usize, 1, excerpt.chars().count(), excerpt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_both_sides() {
        assert_eq!(time("2025-12-06 10:37:33 -0500"), "2025-12-06T15:37:33Z".parse().ok());
        assert_eq!(time("2017-06-17T08:04:21+00:00"), "2017-06-17T08:04:21Z".parse().ok());
        assert_eq!(time("yesterday"), None);
    }

    fn line(order: &str, item: Option<&str>, cancelled: bool) -> Line {
        Line {
            channel: Channel::AmazonMerchant,
            order: order.to_owned(),
            item: item.map(str::to_owned),
            sku: "A".to_owned(),
            quantity: 1,
            time: Timestamp::UNIX_EPOCH,
            location: None,
            cancelled,
            place: Place::new("x", 1, 1, 1, ""),
        }
    }

    #[test]
    fn a_line_counts_once() {
        let count = |found: Vec<(usize, Line)>| once(found).len();
        // The same report twice, with a second line of the same SKU.
        assert_eq!(count(vec![(0, line("1", None, false)), (0, line("1", None, false)), (1, line("1", None, false))]), 2);
        // Ids tell lines apart, in one file or in several.
        assert_eq!(count(vec![(0, line("1", Some("a"), false)), (1, line("1", Some("b"), false))]), 2);
        assert_eq!(count(vec![(0, line("1", Some("a"), false)), (1, line("1", Some("a"), false))]), 1);
        // A file with ids and one without speak of the same line.
        assert_eq!(count(vec![(0, line("1", Some("a"), false)), (1, line("1", None, false))]), 1);
        assert_eq!(count(vec![(0, line("1", None, false)), (1, line("1", Some("a"), false))]), 1);
        let cancelled = once(vec![(0, line("1", None, false)), (1, line("1", None, true))]);
        assert!(cancelled.len() == 1 && cancelled[0].cancelled);
    }
}
