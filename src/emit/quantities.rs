//! The list of quantities: `sku,quantity`, in the order of the offers.

use std::io::Write;
use std::ops::Range;

use memchr::memchr;

use super::update::Update;
use super::updates::Updates;
use crate::catalog::columns::Strings;
use crate::parallel;

/// Writes the list as CSV. Every SKU that is sent stands in it, and no other, whether or not Amazon has its quantity already.
///
/// # Errors
/// Those of the writer.
pub fn csv(updates: &Updates<'_>, out: &mut dyn Write) -> std::io::Result<()> {
    out.write_all(b"sku,quantity\n")?;
    parallel::ranges_in_order(updates.decisions.len(), |range| lines(updates, range), |part| out.write_all(&part))
}

fn lines(updates: &Updates<'_>, offers: Range<usize>) -> Vec<u8> {
    /// What a line takes, in bytes, where its SKU is not uncommonly long.
    const USUAL: usize = 24;
    let mut lines = Vec::with_capacity(offers.len() * USUAL);
    let mut digits = itoa::Buffer::new();
    for Update { sku, quantity, .. } in updates.within(offers) {
        let quantity = digits.format(quantity);
        if sku.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
            // Writing to memory cannot fail.
            let _ = csv::Writer::from_writer(&mut lines).write_record([sku, quantity]);
            continue;
        }
        for part in [sku, ",", quantity, "\n"] {
            lines.extend_from_slice(part.as_bytes());
        }
    }
    lines
}

/// The SKUs and quantities of a list, in chunks that were read by several threads.
///
/// # Errors
/// What keeps it from being a list as [`csv()`] writes it, in words.
pub fn parse(bytes: &[u8]) -> Result<Vec<(Strings, Vec<i64>)>, String> {
    let Some(header) = bytes.iter().position(|&byte| byte == b'\n') else { return Err(no_list(bytes)) };
    if bytes[..header].strip_suffix(b"\r").unwrap_or(&bytes[..header]) != b"sku,quantity" {
        return Err("it does not begin with `sku,quantity`".to_owned());
    }
    let text = std::str::from_utf8(&bytes[header + 1..]).map_err(|_| "it is not UTF-8".to_owned())?;
    if !text.is_empty() && !text.ends_with('\n') {
        return Err("it ends within a line".to_owned());
    }
    // As we write it, only a SKU with a comma, a quote or a line end in it stands in quotes.
    if !text.bytes().fold(false, |found, byte| found | matches!(byte, b'"' | b'\r')) {
        let wrong_line = |at: usize| not_a_row(text[..at].matches('\n').count() + 2);
        return parallel::ranges(text.len(), |range| plain_lines(text, range))
            .into_iter()
            .map(|part| part.map_err(wrong_line))
            .collect();
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let (mut skus, mut quantities) = (Strings::default(), vec![]);
    for record in reader.records() {
        let record = record.map_err(|problem| problem.to_string())?;
        let row = || record.position().and_then(|place| usize::try_from(place.line()).ok()).unwrap_or(0) + 1;
        let quantity = record.get(1).and_then(whole).filter(|_| record.len() == 2 && !record[0].is_empty());
        quantities.push(quantity.ok_or_else(|| not_a_row(row()))?);
        skus.push(&record[0]);
    }
    Ok(vec![(skus, quantities)])
}

fn no_list(bytes: &[u8]) -> String {
    if bytes.is_empty() { "it is empty".to_owned() } else { "it does not begin with `sku,quantity`".to_owned() }
}

fn not_a_row(line: usize) -> String {
    format!("its line {line} is no SKU with a quantity")
}

/// A quantity as it is written: digits alone.
fn whole(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// The lines that begin within a range of bytes, none of which has quotes: so a comma ends the SKU.
///
/// # Errors
/// Where a line begins that is no SKU with a quantity.
fn plain_lines(text: &str, range: Range<usize>) -> Result<(Strings, Vec<i64>), usize> {
    let (mut skus, mut quantities) = (Strings::default(), vec![]);
    let line_from = |at: usize| match at.checked_sub(1) {
        None => 0,
        Some(before) => memchr(b'\n', &text.as_bytes()[before..]).map_or(text.len(), |length| before + length + 1),
    };
    let mut at = line_from(range.start);
    for line in text[at..line_from(range.end).max(at)].split_terminator('\n') {
        let row = line.split_once(',').filter(|(sku, _)| !sku.is_empty());
        let (sku, quantity) = row.and_then(|(sku, quantity)| Some((sku, whole(quantity)?))).ok_or(at)?;
        skus.push(sku);
        quantities.push(quantity);
        at += line.len() + 1;
    }
    Ok((skus, quantities))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_not_as_it_was_written_is_no_list() {
        let list = |text: &str| parse(text.as_bytes()).map(|pieces| pieces.iter().map(|(skus, _)| skus.len()).sum::<usize>());
        assert_eq!(list("sku,quantity\n"), Ok(0));
        assert_eq!(list("sku,quantity\r\nA,1\r\n\"B,\",0\r\n"), Ok(2));
        for (text, line) in [
            ("A,1\nB;2\n", 3),
            ("A,1\nB,2,3\n", 3),
            ("A,\n", 2),
            ("A\n", 2),
            (",1\n", 2),
            ("A,-1\n", 2),
            ("A,+1\n", 2),
            ("A,1.5\n", 2),
            ("A,1\n\nB,1\n", 3),
            ("A,99999999999999999999\n", 2),
            ("\"A\",1\nB\n", 3),
            ("\"A\",1\n,2\n", 3),
        ] {
            let told = list(&format!("sku,quantity\n{text}"));
            assert_eq!(told, Err(format!("its line {line} is no SKU with a quantity")), "{text}");
        }
        for text in ["", "sku,quantity", "quantity,sku\n1,A\n", "sku,quantity\nA,1", "s\0k\0u\0,\0\n\0"] {
            assert!(list(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(skus in prop::collection::vec(("[a-zA-Z0-9\",\n\r é=@-]{1,20}", 0_i64..3000), 1..20)) {
            use crate::catalog::Catalog;
            use crate::evaluate::{Context, Run};
            let mut catalog = Catalog::default();
            let mut text = "variants:\n".to_owned();
            for (sku, count) in &skus {
                text.push_str(&format!("  - {{sku: {}, inventory: {count}}}\n", serde_json::to_string(sku).expect("text")));
            }
            let input = crate::catalog::Input { path: "x.yaml".into(), columns_key: None };
            let wanted = crate::fields::Projection::default();
            (catalog, _) = (crate::catalog::load(vec![(input, text.into_bytes().into())], &["x.yaml".into()], &wanted).0, catalog);
            let source = std::sync::Arc::new(crate::source::Source::new("a.rules", "all: level"));
            let ruleset = crate::resolve::resolve(&[crate::syntax::parse(source).0], Some(&catalog.schema)).expect("sound rules");
            let today = jiff::civil::date(2026, 11, 23);
            let context = Context::new(&catalog, None, "amazon.com", today);
            let decisions = Run::new(&ruleset, context).into_decisions();
            let updates = Updates { context, decisions: &decisions, left_out: None };
            let mut written = vec![];
            csv(&updates, &mut written).expect("memory");
            let told = |(skus, quantities): &(Strings, Vec<i64>)| -> Vec<(String, i64)> {
                skus.iter().map(str::to_owned).zip(quantities.iter().copied()).collect()
            };
            let read: Vec<_> = parse(&written).expect("a list").iter().flat_map(told).collect();
            if let Some((_, text)) = std::str::from_utf8(&written).expect("text").split_once('\n').filter(|(_, text)| !text.contains('"')) {
                let middle = text.floor_char_boundary(text.len() / 2);
                let halves = [0..middle, middle..text.len()].map(|half| plain_lines(text, half).expect("a list"));
                prop_assert_eq!(&halves.iter().flat_map(told).collect::<Vec<_>>(), &read);
            }
            let sent: Vec<_> = updates.iter().map(|sent| (sent.sku.to_owned(), sent.quantity)).collect();
            prop_assert_eq!(read, sent);
        }
    }
}
