//! The records of a scanned text, and their cells.

use super::scan::Marks;
use super::table::Cells;

/// A record of a scanned text.
pub struct Record<'r> {
    text: &'r str,
    /// Where its cells end, and before the first one, where the cell before it does.
    ends: &'r [u32],
    /// What is taken off positions: where the text starts in what was scanned.
    offset: usize,
    /// The cells that hold escaped quotes, with the quotes as they are meant.
    unescaped: &'r [(usize, String)],
}

impl<'r> Record<'r> {
    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.ends.len().saturating_sub(1)
    }

    // Inlined at its few dozen callers: they are what reading a large file spends most of its time on.
    #[inline(always)]
    fn raw(&self, index: usize) -> &'r str {
        let Some(&[before, end]) = self.ends.get(index..index + 2) else { return "" };
        let (start, end) = (before.wrapping_add(1) as usize - self.offset, end as usize - self.offset);
        let raw = self.text.get(start..end).unwrap_or("");
        if index + 2 == self.ends.len() { raw.strip_suffix('\r').unwrap_or(raw) } else { raw }
    }

    fn unquoted(&self, index: usize, raw: &'r str) -> &'r str {
        if let Some((_, text)) = self.unescaped.iter().find(|(cell, _)| *cell == index) {
            return text;
        }
        let rest = raw.strip_prefix('"').unwrap_or(raw);
        rest.strip_suffix('"').unwrap_or(rest)
    }

    /// Whether nothing stands in it.
    pub fn is_blank(&self) -> bool {
        (0..self.len()).all(|index| self.cell(index).is_empty())
    }
}

impl Cells for Record<'_> {
    /// A cell as it is meant, without quotes around it.
    #[inline(always)]
    fn cell(&self, index: usize) -> &str {
        let raw = self.raw(index);
        if raw.as_bytes().first() == Some(&b'"') { self.unquoted(index, raw) } else { raw }
    }
}

/// Calls `visit` with each record from number `first` on that follows a line end before `limit`, and with how many line ends
/// stand before it. Only the cells of columns that are `read` are unescaped. Stops where `visit` says so.
pub fn each_record(
    marks: &Marks,
    text: &str,
    offset: usize,
    first: usize,
    limit: usize,
    read: &[bool],
    mut visit: impl FnMut(&Record<'_>, usize) -> bool,
) {
    let mut unescaped = vec![];
    let (mut pairs, mut quoted) = (&marks.pairs[..], &marks.quoted_line_ends[..]);
    let mut lines = 0;
    // The cell before the very first one ends just before the text.
    const BEFORE: u32 = u32::MAX;
    let first_ends: Vec<u32> = match marks.records.first() {
        Some(&count) if first == 0 => std::iter::once(BEFORE).chain(marks.cells[..count as usize].iter().copied()).collect(),
        _ => vec![],
    };
    for number in first..marks.records.len() {
        let ends = match number.checked_sub(1) {
            None => &first_ends[..],
            Some(before) => &marks.cells[marks.records[before] as usize - 1..marks.records[number] as usize],
        };
        let Some((&before, &end)) = ends.first().zip(ends.last()) else { return };
        let start = before.wrapping_add(1) as usize;
        if number > 0 && start > limit {
            return;
        }
        lines += skip_before(&mut quoted, start);
        skip_before(&mut pairs, start);
        unescaped.clear();
        let plain = Record { text, ends, offset, unescaped: &[] };
        while let Some(&pair) = pairs.first().filter(|at| **at < end) {
            let index = ends[1..].partition_point(|&end| end < pair);
            skip_before(&mut pairs, ends[index + 1] as usize);
            if read.get(index).is_some_and(|read| *read) {
                let raw = plain.raw(index);
                // A pair may also be a blank cell.
                if raw.len() > 2 {
                    unescaped.push((index, raw[1..raw.len() - 1].replace("\"\"", "\"")));
                }
            }
        }
        let record = Record { unescaped: &unescaped, ..plain };
        if !visit(&record, number + lines) {
            return;
        }
    }
}

/// Takes the positions before `limit` off a list, and tells how many there were.
fn skip_before(positions: &mut &[u32], limit: usize) -> usize {
    let count = positions.iter().take_while(|at| (**at as usize) < limit).count();
    *positions = &positions[count..];
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by_scanner(text: &str) -> Option<Vec<Vec<String>>> {
        let mut marks = Marks::default();
        marks.scan(text.as_bytes(), false);
        if marks.strange || marks.in_quotes || !(text.is_empty() || text.ends_with('\n')) {
            return None;
        }
        let read = [true; 64];
        let mut records = vec![];
        each_record(&marks, text, 0, 0, usize::MAX, &read, |record, line| {
            if record.len() > 1 || !record.raw(0).is_empty() {
                let start = record.ends[0].wrapping_add(1) as usize;
                assert_eq!(line, text[..start].matches('\n').count());
                records.push((0..record.len()).map(|index| record.cell(index).to_owned()).collect());
            }
            true
        });
        Some(records)
    }

    fn by_csv(text: &str) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
        reader.records().map(|record| record.expect("a record").iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn what_parity_cannot_tell_is_left_to_the_library() {
        for text in ["a\"b\n", "\"a\"b\n", "a\rb\n", "\"a\" \n", "a,\"b\"\"c\"d\n"] {
            assert_eq!(by_scanner(text), None, "{text:?}");
        }
        assert!(by_scanner("a,\"b\"\"c\"\r\n\"\",\"\"\"\"\n").is_some());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_scanner_reads_what_the_library_reads(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "a", "bc", ",", ",,", "\n", "\r\n", "\"x\"", "\"x,y\"", "\"x\ny\"", "\"\"", "\"a\"\"b\"", "\"", "\r", "é",
                    "0123456789012345678901234567890123456789", "\"0123456789012345678901234567890123456789,\n\"",
                ]),
                0..60,
            ),
        ) {
            let text = parts.concat() + "\n";
            if let Some(records) = by_scanner(&text) {
                prop_assert_eq!(records, by_csv(&text), "{:?}", text);
            }
        }
    }
}
