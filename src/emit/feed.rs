//! Amazon's JSON_LISTINGS_FEED: one PATCH a SKU that merges the merchant's quantity into `fulfillment_availability`.
//!
//! A merge leaves the handling time as it is; UPDATE would replace the whole listing.

use std::borrow::Cow;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::update::Update;
use super::updates::Updates;
use crate::catalog::columns::Strings;
use crate::ids::OfferId;
use crate::parallel;

/// The most messages that Amazon takes in one feed.
pub const MESSAGES: usize = 25_000;

/// The files of a feed, each with the offers in it: `feed.json`, or `feed.1.json`, `feed.2.json`, … where there are more
/// messages than one file may hold. None where there is nothing to send: Amazon refuses a feed without messages.
pub fn files(path: &Path, updates: &Updates<'_>) -> Vec<(PathBuf, Vec<OfferId>)> {
    let ordered = in_order(updates);
    let parts = ordered.chunks(MESSAGES);
    let one = parts.len() == 1;
    let name = |index: usize| if one { path.to_path_buf() } else { part(path, index + 1) };
    parts.enumerate().map(|(index, part)| (name(index), part.to_vec())).collect()
}

/// The name of a part: `feed.2.json`.
pub fn part(path: &Path, number: usize) -> PathBuf {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let name = match path.extension() {
        Some(extension) => format!("{stem}.{number}.{}", extension.to_string_lossy()),
        None => format!("{stem}.{number}"),
    };
    path.with_file_name(name)
}

/// The SKUs and quantities of one document.
///
/// # Errors
/// What keeps it from being a document as [`document`] writes it, in words.
pub fn parse(bytes: &[u8]) -> Result<(Strings, Vec<i64>), String> {
    if bytes.is_empty() {
        return Err("it is empty".to_owned());
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let mut rest = after_header(text).ok_or("it does not begin as a feed of stockrule's does")?;
    let (mut skus, mut quantities) = (Strings::default(), vec![]);
    // From one piece to the next: what stands between them is known, and need not be searched.
    while let Some(after) = rest.strip_prefix(MESSAGE) {
        let number = quantities.len() + 1;
        let (sku, quantity, after) =
            message(after, number).ok_or_else(|| format!("its message {number} is not as stockrule writes it"))?;
        skus.push(&sku);
        quantities.push(quantity);
        rest = after;
    }
    if rest == END && !quantities.is_empty() {
        return Ok((skus, quantities));
    }
    Err(format!("what follows its message {} is not as stockrule writes it", quantities.len()))
}

/// What follows the header of a document.
fn after_header(text: &str) -> Option<&str> {
    let (header, rest) = text.strip_prefix(HEADER)?.split_once(BEGIN)?;
    let header: serde_json::Map<String, serde_json::Value> = serde_json::from_str(header).ok()?;
    let is_ours = header.len() == 3 && header.contains_key("sellerId") && header.get("version").is_some_and(|it| it == VERSION);
    is_ours.then_some(rest)
}

/// The SKU and the quantity of a message, and what follows it. `text` begins with its number.
fn message(text: &str, number: usize) -> Option<(Cow<'_, str>, i64, &str)> {
    let (found, after) = split_digits(text);
    let sku = after.strip_prefix(SKU)?.strip_prefix('"')?;
    let mut end = sku.bytes().position(|byte| matches!(byte, b'"' | b'\\'))?;
    let is_escaped = sku.as_bytes().get(end) == Some(&b'\\');
    while sku.as_bytes().get(end) == Some(&b'\\') {
        end += 2;
        end += sku.as_bytes().get(end..)?.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
    }
    let (quantity, after) = split_digits(sku.get(end..)?.strip_prefix('"')?.strip_prefix(QUANTITY)?);
    let after = after.strip_prefix(MESSAGE_END)?;
    let sku = match is_escaped {
        true => Cow::Owned(serde_json::from_str(&format!("\"{}\"", &sku[..end])).ok()?),
        false => Cow::Borrowed(&sku[..end]),
    };
    let rest = after.strip_prefix(',').unwrap_or(after).strip_prefix('\n')?;
    (found.parse() == Ok(number)).then_some((sku, quantity.parse().ok()?, rest))
}

/// The digits that a text begins with, and what follows them.
fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

/// How many messages a document holds, told by its first and its last bytes; `None` where it is none that [`document`] wrote.
pub fn messages_between(first: &[u8], last: &[u8]) -> Option<usize> {
    let first = String::from_utf8_lossy(first);
    let last = String::from_utf8_lossy(last);
    message(after_header(&first)?.strip_prefix(MESSAGE)?, 1)?;
    let (_, text) = last.rsplit_once(MESSAGE)?;
    let number = split_digits(text).0.parse().ok()?;
    let (_, _, rest) = message(text, number)?;
    (rest == END).then_some(number)
}

/// Decreases before increases, so that what is sold out goes first; otherwise as they stand.
fn in_order(updates: &Updates<'_>) -> Vec<OfferId> {
    let rank = |update: &Update<'_>| match update.reported {
        Some(amazon) if update.quantity < amazon => 0,
        None if update.quantity == 0 => 0,
        Some(amazon) if update.quantity > amazon => 2,
        _ => 1,
    };
    let parts = parallel::ranges(updates.decisions.len(), |range| {
        let mut ranks: [Vec<OfferId>; 3] = Default::default();
        for update in updates.within(range) {
            ranks[rank(&update)].push(update.offer);
        }
        ranks
    });
    (0..3).flat_map(|rank| parts.iter().flat_map(move |ranks| &ranks[rank])).copied().collect()
}

// What stands in a document around what differs.
const HEADER: &str = "{\"header\":";
const VERSION: &str = "2.0";
const BEGIN: &str = ",\"messages\":[\n";
const MESSAGE: &str = "{\"messageId\":";
const SKU: &str = ",\"sku\":";
const QUANTITY: &str = ",\"operationType\":\"PATCH\",\"productType\":\"PRODUCT\",\"patches\":[{\"op\":\"merge\",\
                        \"path\":\"/attributes/fulfillment_availability\",\
                        \"value\":[{\"fulfillment_channel_code\":\"DEFAULT\",\"quantity\":";
const MESSAGE_END: &str = "}]}]}";
const END: &str = "]}\n";

/// How many bytes of a document are put together before they are written: a quarter of a MiB, which stays in the processor's
/// cache.
const AT_ONCE: usize = 1 << 18;

/// Writes one feed document, a message a line.
///
/// # Errors
/// Those of the writer.
pub fn document(seller: &str, updates: &Updates<'_>, offers: &[OfferId], out: &mut dyn Write) -> std::io::Result<()> {
    let header = json!({ "sellerId": seller, "version": VERSION, "issueLocale": "en_US" });
    let mut text = format!("{HEADER}{header}{BEGIN}");
    text.reserve(AT_ONCE + AT_ONCE / 8);
    let mut digits = itoa::Buffer::new();
    for (index, &offer) in offers.iter().enumerate() {
        let Some(update) = updates.of(offer) else { continue };
        text.push_str(MESSAGE);
        text.push_str(digits.format(index + 1));
        text.push_str(SKU);
        push_json(&mut text, update.sku);
        text.push_str(QUANTITY);
        text.push_str(digits.format(update.quantity));
        text.push_str(MESSAGE_END);
        text.push_str(if index + 1 < offers.len() { ",\n" } else { "\n" });
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

    fn text(skus: &[&str]) -> String {
        let mut text = "{\"header\":{\"issueLocale\":\"en_US\",\"sellerId\":\"A1\",\"version\":\"2.0\"}".to_owned() + BEGIN;
        for (number, sku) in skus.iter().enumerate() {
            let end = if number + 1 < skus.len() { ",\n" } else { "\n" };
            text.push_str(&format!(
                "{MESSAGE}{}{SKU}{}{QUANTITY}{}{MESSAGE_END}{end}",
                number + 1,
                serde_json::json!(sku),
                number * 7
            ));
        }
        text + END
    }

    #[test]
    fn what_is_written_is_read_back_with_escapes_and_without() {
        for skus in [["A-1", "=é,"], ["a\"b", "c\\"], ["\\\\\"", "\t\u{1}"]] {
            let written = text(&skus);
            let (found, quantities) = parse(written.as_bytes()).expect("a feed");
            assert_eq!((found.iter().collect::<Vec<_>>(), quantities), (skus.to_vec(), vec![0, 7]));
            assert_eq!(messages_between(written.as_bytes(), written.as_bytes()), Some(2));
        }
    }

    #[test]
    fn what_is_not_as_it_was_written_is_no_feed() {
        let good = text(&["A", "B"]);
        let spoilt = [
            good[..good.len() - 5].to_owned(),
            good.replace("\"B\"", "\"B\",\"x\":\"y\""),
            good.replace("messageId\":2", "messageId\":3"),
            good.replace("\"quantity\":7", "\"quantity\":-7"),
            good.replace("\"2.0\"", "\"1.0\""),
            good.replace("merge", "replace"),
            text(&[]),
            format!("{good} "),
            serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(&good).expect("JSON")).expect("JSON"),
        ];
        for text in spoilt {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
        assert_eq!(messages_between(b"my archive\n", b"my archive\n"), None);
    }
}
