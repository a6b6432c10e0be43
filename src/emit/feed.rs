//! Amazon's JSON_LISTINGS_FEED: one PATCH a SKU that merges the merchant's quantity into `fulfillment_availability`.
//!
//! A merge leaves the handling time as it is; UPDATE would replace the whole listing.

use std::borrow::Cow;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::json;

use super::{GoingOut, Sent};
use crate::catalog::columns::Strings;
use crate::parallel;

/// The most messages that Amazon takes in one feed.
pub const MESSAGES: usize = 25_000;

/// The files of a feed, each with the variants in it: `feed.json`, or `feed.1.json`, `feed.2.json`, … where there are more
/// messages than one file may hold. None where there is nothing to send: Amazon refuses a feed without messages.
pub fn files(path: &Path, going_out: &GoingOut<'_>) -> Vec<(PathBuf, Vec<u32>)> {
    let ordered = in_order(going_out);
    let parts = ordered.chunks(MESSAGES);
    let one = parts.len() == 1;
    let name = |index: usize| if one { path.to_path_buf() } else { part(path, index + 1) };
    parts.enumerate().map(|(index, part)| (name(index), part.to_vec())).collect()
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

/// The SKUs and quantities of an earlier feed, file by file; none of one that cannot be read.
pub fn parse(path: &Path) -> Vec<(Strings, Vec<i64>)> {
    #[derive(Deserialize)]
    struct Document<'d> {
        #[serde(borrow)]
        messages: Vec<Message<'d>>,
    }
    #[derive(Deserialize)]
    struct Message<'d> {
        #[serde(borrow)]
        sku: Cow<'d, str>,
        patches: Vec<Patch>,
    }
    #[derive(Deserialize)]
    struct Patch {
        value: Vec<Value>,
    }
    #[derive(Deserialize)]
    struct Value {
        quantity: i64,
    }
    let read = |path: &PathBuf| {
        let bytes = std::fs::read(path).unwrap_or_default();
        if let Some(messages) = std::str::from_utf8(&bytes).ok().and_then(as_we_write_it) {
            return messages;
        }
        let messages = serde_json::from_slice::<Document<'_>>(&bytes).map(|document| document.messages).unwrap_or_default();
        let quantity = |message: &Message<'_>| Some(message.patches.first()?.value.first()?.quantity);
        let (mut skus, mut quantities) = (Strings::default(), vec![]);
        for message in &messages {
            if let Some(quantity) = quantity(message) {
                skus.push(&message.sku);
                quantities.push(quantity);
            }
        }
        (skus, quantities)
    };
    parallel::each(&stale(path, &[]), read)
}

/// The SKUs and quantities of a document, if it is exactly as [`document`] writes it, with no SKU that is escaped.
fn as_we_write_it(text: &str) -> Option<(Strings, Vec<i64>)> {
    let (_, mut rest) = text.split_once(BEGIN)?;
    let (mut skus, mut quantities) = (Strings::default(), vec![]);
    // From one piece to the next: what stands between them is known, and need not be searched.
    while let Some(message) = rest.strip_prefix(MESSAGE) {
        let (_, after) = split_digits(message);
        let sku = after.strip_prefix(SKU)?.strip_prefix('"')?;
        let end = sku.bytes().position(|byte| matches!(byte, b'"' | b'\\'))?;
        let (quantity, after) = split_digits(sku[end..].strip_prefix('"')?.strip_prefix(QUANTITY)?);
        let after = after.strip_prefix(MESSAGE_END)?;
        rest = after.strip_prefix(',').unwrap_or(after).strip_prefix('\n')?;
        skus.push(&sku[..end]);
        quantities.push(quantity.parse().ok()?);
    }
    (rest == END).then_some((skus, quantities))
}

/// The digits that a text begins with, and what follows them.
fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

/// The files of an earlier feed that are none of this one.
pub fn stale(path: &Path, current: &[PathBuf]) -> Vec<PathBuf> {
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
    found.retain(|path| path.is_file() && !current.contains(path));
    // Parts in the order of their numbers.
    found.sort_by_key(|path| (path.as_os_str().len(), path.clone()));
    found
}

/// Decreases before increases, so that what is sold out goes first; otherwise as they stand.
fn in_order(going_out: &GoingOut<'_>) -> Vec<u32> {
    let rank = |each: &Sent<'_>| match each.amazon {
        Some(amazon) if each.quantity < amazon => 0,
        None if each.quantity == 0 => 0,
        Some(amazon) if each.quantity > amazon => 2,
        _ => 1,
    };
    let parts = parallel::ranges(going_out.decisions.len(), |range| {
        let mut ranks: [Vec<u32>; 3] = Default::default();
        for each in going_out.within(range) {
            // Variants come from rows in memory: far fewer than 2^32.
            ranks[rank(&each)].push(u32::try_from(each.variant).unwrap_or(u32::MAX));
        }
        ranks
    });
    (0..3).flat_map(|rank| parts.iter().flat_map(move |ranks| &ranks[rank])).copied().collect()
}

// What stands in a document around what differs.
const BEGIN: &str = ",\"messages\":[\n";
const MESSAGE: &str = "{\"messageId\":";
const SKU: &str = ",\"sku\":";
const QUANTITY: &str = ",\"operationType\":\"PATCH\",\"productType\":\"PRODUCT\",\"patches\":[{\"op\":\"merge\",\
                        \"path\":\"/attributes/fulfillment_availability\",\
                        \"value\":[{\"fulfillment_channel_code\":\"DEFAULT\",\"quantity\":";
const MESSAGE_END: &str = "}]}]}";
const END: &str = "]}\n";

/// So much of a document is put together before it is written, in bytes: so little that the processor has it at hand, and the
/// same memory serves again.
const AT_ONCE: usize = 1 << 18;

/// Writes one feed document, a message a line.
///
/// # Errors
/// Those of the writer.
pub fn document(seller: &str, going_out: &GoingOut<'_>, variants: &[u32], out: &mut dyn Write) -> std::io::Result<()> {
    let header = json!({ "sellerId": seller, "version": "2.0", "issueLocale": "en_US" });
    let mut text = format!("{{\"header\":{header}{BEGIN}");
    text.reserve(AT_ONCE + AT_ONCE / 8);
    let mut digits = itoa::Buffer::new();
    for (index, &variant) in variants.iter().enumerate() {
        let Some(each) = going_out.within(variant as usize..variant as usize + 1).next() else { continue };
        text.push_str(MESSAGE);
        text.push_str(digits.format(index + 1));
        text.push_str(SKU);
        push_json(&mut text, each.sku);
        text.push_str(QUANTITY);
        text.push_str(digits.format(each.quantity));
        text.push_str(MESSAGE_END);
        text.push_str(if index + 1 < variants.len() { ",\n" } else { "\n" });
        if text.len() >= AT_ONCE {
            out.write_all(text.as_bytes())?;
            text.clear();
        }
    }
    text.push_str(END);
    out.write_all(text.as_bytes())
}

/// A text as JSON writes it.
fn push_json(out: &mut String, text: &str) {
    if text.bytes().any(|byte| byte < b' ' || matches!(byte, b'"' | b'\\')) {
        out.push_str(&serde_json::Value::from(text).to_string());
    } else {
        out.push('"');
        out.push_str(text);
        out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_with_escapes_and_without() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("feed.json");
        let begin = "{\"header\":{\"sellerId\":\"A1\"},\"messages\":[\n";
        let message = |number: i64, sku: &str| format!("{MESSAGE}{number}{SKU}{sku}{QUANTITY}{}{MESSAGE_END}", number * 7);
        for (skus, read_fast) in [(["\"A-1\"", "\"=é,\""], true), (["\"a\\\"b\"", "\"c\\\\\""], false)] {
            let text = format!("{begin}{},\n{}\n{END}", message(0, skus[0]), message(1, skus[1]));
            assert_eq!(as_we_write_it(&text).is_some(), read_fast);
            std::fs::write(&path, &text).expect("a file");
            let told = |(found, quantities): (Strings, Vec<i64>)| {
                let found: Vec<_> = found.iter().map(|sku| serde_json::json!(sku).to_string()).collect();
                found.into_iter().zip(quantities)
            };
            let found: Vec<_> = parse(&path).into_iter().flat_map(told).collect();
            assert_eq!(found, [(skus[0].to_owned(), 0), (skus[1].to_owned(), 7)]);
        }
        assert!(as_we_write_it(&format!("{begin}{},\n{END}", message(0, "\"A\",\"x\":\"y\""))).is_none());
    }
}
