//! Amazon's JSON_LISTINGS_FEED: one PATCH a SKU that merges the merchant's quantity into `fulfillment_availability`.
//!
//! A merge leaves the handling time as it is; UPDATE would replace the whole listing.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::Sent;

/// The most messages that Amazon takes in one feed.
pub const MESSAGES: usize = 25_000;

/// The files of a feed: `feed.json`, or `feed.1.json`, `feed.2.json`, … where there are more messages than one file may hold.
/// None where there is nothing to send: Amazon refuses a feed without messages.
pub fn files(path: &Path, seller: &str, sent: &[Sent<'_>]) -> Vec<(PathBuf, Vec<u8>)> {
    let ordered = in_order(sent);
    let parts: Vec<_> = ordered.chunks(MESSAGES).collect();
    let name = |index: usize| if parts.len() == 1 { path.to_path_buf() } else { part(path, index + 1) };
    parts.iter().enumerate().map(|(index, part)| (name(index), document(seller, part))).collect()
}

/// The name of a part: `feed.2.json`.
fn part(path: &Path, number: usize) -> PathBuf {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let name = match path.extension() {
        Some(extension) => format!("{stem}.{number}.{}", extension.to_string_lossy()),
        None => format!("{stem}.{number}"),
    };
    path.with_file_name(name)
}

/// The SKUs and quantities of an earlier feed, in all its files. Nothing where there is none that can be read.
pub fn parse(path: &Path) -> Vec<(String, i64)> {
    let documents = stale(path, &[]).into_iter().filter_map(|path| std::fs::read(path).ok());
    let documents = documents.filter_map(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
    let mut found = vec![];
    for document in documents {
        for message in document.get("messages").and_then(|messages| messages.as_array()).into_iter().flatten() {
            let sku = message.get("sku").and_then(|sku| sku.as_str());
            let quantity = message.pointer("/patches/0/value/0/quantity").and_then(serde_json::Value::as_i64);
            found.extend(sku.map(str::to_owned).zip(quantity));
        }
    }
    found
}

/// The files of an earlier feed that are none of this one.
pub fn stale(path: &Path, current: &[(PathBuf, Vec<u8>)]) -> Vec<PathBuf> {
    let mut found = vec![path.to_path_buf()];
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (stem, extension) = (path.file_stem(), path.extension());
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = PathBuf::from(entry.file_name());
        let base = PathBuf::from(name.file_stem().unwrap_or_default());
        let is_number = |text: &std::ffi::OsStr| text.to_str().is_some_and(|text| text.bytes().all(|b| b.is_ascii_digit()));
        let is_part = match extension {
            Some(_) => name.extension() == extension && base.file_stem() == stem && base.extension().is_some_and(is_number),
            None => name.file_stem() == stem && name.extension().is_some_and(is_number),
        };
        if is_part {
            found.push(path.with_file_name(name));
        }
    }
    found.retain(|path| path.is_file() && !current.iter().any(|(kept, _)| kept == path));
    found.sort();
    found
}

/// Decreases before increases, so that what is sold out goes first; otherwise as they stand.
fn in_order<'a>(sent: &[Sent<'a>]) -> Vec<Sent<'a>> {
    let rank = |each: &Sent<'_>| match each.amazon {
        Some(amazon) if each.quantity < amazon => 0,
        None if each.quantity == 0 => 0,
        Some(amazon) if each.quantity > amazon => 2,
        _ => 1,
    };
    let mut ordered = sent.to_vec();
    ordered.sort_by_key(rank);
    ordered
}

/// One feed document, a message a line.
fn document(seller: &str, sent: &[Sent<'_>]) -> Vec<u8> {
    let header = json!({ "sellerId": seller, "version": "2.0", "issueLocale": "en_US" });
    let mut text = format!("{{\"header\":{header},\"messages\":[\n");
    for (index, each) in sent.iter().enumerate() {
        let sku = serde_json::Value::from(each.sku);
        let comma = if index + 1 < sent.len() { "," } else { "" };
        text.push_str(&format!(
            "{{\"messageId\":{},\"sku\":{sku},\"operationType\":\"PATCH\",\"productType\":\"PRODUCT\",\"patches\":[{{\"op\":\"merge\",\
             \"path\":\"/attributes/fulfillment_availability\",\"value\":[{{\"fulfillment_channel_code\":\"DEFAULT\",\
             \"quantity\":{}}}]}}]}}{comma}\n",
            index + 1,
            each.quantity
        ));
    }
    text.push_str("]}\n");
    text.into_bytes()
}
