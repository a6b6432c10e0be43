//! What the files of a check hold, as its YAML says it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Deserialize;
use serde_yaml::Value;

use super::exports::{self, Products};
use super::numbered::{Numbered, range, with_number};

/// A file's content.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Content {
    /// The text itself.
    Text(String),
    /// A content of one of the kinds below.
    Made(Box<Made>),
}

/// A content that is made from less.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Made {
    /// Shopify's product export.
    Products(Products),
    /// Shopify's inventory export by location.
    Inventory(Vec<Numbered>),
    /// Amazon's All Listings report.
    Listings(Vec<Numbered>),
    /// Rows of it, without the header.
    ListingRows(Vec<Numbered>),
    /// Amazon's All Orders report.
    AllOrders(Vec<Numbered>),
    /// Amazon's report of unshipped orders.
    Unshipped(Vec<Numbered>),
    /// Shopify's orders export.
    ShopOrders(Vec<Numbered>),
    /// A YAML snapshot.
    Shop(Shop),
    /// Texts one after another.
    Joined(Vec<Content>),
    /// A text for each number of a range.
    Each(EachText),
    /// A text with one character a byte.
    Latin1(String),
    /// Every byte from 0 to 255, this many times.
    EveryByte(usize),
    /// A text in UTF-16, with the mark that says so.
    Utf16(Box<Content>),
    /// A text whose line ends are a carriage return and a line feed.
    Windows(Box<Content>),
    /// A text packed with gzip.
    Gzip(Box<Content>),
    /// A content without its last bytes.
    Cut(Cut),
    /// An archive of files.
    Zip(BTreeMap<String, Content>),
    /// A workbook of sheets of rows.
    Workbook(Vec<Vec<Vec<Value>>>),
    /// A link to somewhere else.
    Link(String),
}

/// Variants of a snapshot.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Shop {
    /// `K-1`, `K-2`, … up to this number, each with its own number as count.
    Numbered(u32),
    /// Those of `numbered`, but for the counts that are named.
    But(ButShop),
    /// SKUs with their counts.
    Counts(BTreeMap<String, i64>),
}

/// Variants that are numbered, but for some.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ButShop {
    numbered: u32,
    but: BTreeMap<String, i64>,
}

/// A text for each number of a range, with something between them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EachText {
    numbers: String,
    text: String,
    #[serde(default)]
    between: String,
}

/// A content without its last bytes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    of: Content,
    last: usize,
}

impl Content {
    /// Writes it where it belongs.
    pub fn write(&self, path: &Path) {
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        if let Content::Made(made) = self
            && let Made::Link(target) = &**made
        {
            return std::os::unix::fs::symlink(target, path).expect("a link");
        }
        fs::write(path, self.bytes()).expect("a file");
    }

    fn bytes(&self) -> Vec<u8> {
        let made = match self {
            Content::Text(text) => return text.clone().into_bytes(),
            Content::Made(made) => &**made,
        };
        match made {
            Made::Products(export) => exports::products(export).into_bytes(),
            Made::Inventory(rows) => exports::inventory(rows).into_bytes(),
            Made::Listings(rows) => exports::listings(rows).into_bytes(),
            Made::ListingRows(rows) => exports::listing_rows(rows).into_bytes(),
            Made::AllOrders(rows) => exports::all_orders(rows).into_bytes(),
            Made::Unshipped(rows) => exports::unshipped(rows).into_bytes(),
            Made::ShopOrders(rows) => exports::shop_orders(rows).into_bytes(),
            Made::Shop(shop) => shop.text().into_bytes(),
            Made::Joined(contents) => contents.iter().flat_map(Content::bytes).collect(),
            Made::Each(EachText { numbers, text, between }) => {
                let texts: Vec<String> = range(numbers).map(|number| with_number(text, number)).collect();
                texts.join(between).into_bytes()
            }
            Made::Latin1(text) => text.chars().map(|c| u8::try_from(u32::from(c)).expect("one byte a character")).collect(),
            Made::EveryByte(times) => (0..=u8::MAX).collect::<Vec<u8>>().repeat(*times),
            Made::Utf16(content) => {
                let text = "\u{feff}".to_owned() + &content.text();
                text.encode_utf16().flat_map(u16::to_le_bytes).collect()
            }
            Made::Windows(content) => content.text().replace('\n', "\r\n").into_bytes(),
            Made::Gzip(content) => {
                let mut packer = GzEncoder::new(vec![], Compression::default());
                packer.write_all(&content.bytes()).expect("memory");
                packer.finish().expect("memory")
            }
            Made::Cut(Cut { of, last }) => {
                let mut bytes = of.bytes();
                bytes.truncate(bytes.len() - last);
                bytes
            }
            Made::Zip(files) => {
                let files: Vec<(String, Vec<u8>)> = files.iter().map(|(name, content)| (name.clone(), content.bytes())).collect();
                exports::zip(&files)
            }
            Made::Workbook(sheets) => exports::workbook(sheets),
            Made::Link(_) => panic!("a link has no content"),
        }
    }

    fn text(&self) -> String {
        String::from_utf8(self.bytes()).expect("UTF-8")
    }
}

impl Shop {
    /// The snapshot.
    pub fn text(&self) -> String {
        let numbered = |count: &u32, but: &BTreeMap<String, i64>| -> Vec<(String, i64)> {
            let sku = |number: u32| format!("K-{number}");
            (1..=*count).map(|number| (sku(number), but.get(&sku(number)).copied().unwrap_or(number.into()))).collect()
        };
        let counts = match self {
            Shop::Numbered(count) => numbered(count, &BTreeMap::new()),
            Shop::But(ButShop { numbered: count, but }) => numbered(count, but),
            Shop::Counts(counts) => counts.iter().map(|(sku, count)| (sku.clone(), *count)).collect(),
        };
        let variant = |(sku, count): &(String, i64)| format!("  - {{sku: \"{sku}\", inventory: {count}}}\n");
        "variants:\n".to_owned() + &counts.iter().map(variant).collect::<String>()
    }
}
