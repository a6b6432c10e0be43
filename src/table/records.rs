//! The records of a scanned text, and their cells.

use std::cell::OnceCell;
use std::ops::Range;

use super::Cells;
use super::structural_index::StructuralIndex;
use crate::number::Short;

/// The records of a scanned text, or some of them.
pub struct Scanned<'t> {
    marks: &'t StructuralIndex,
    /// What was scanned.
    bytes: &'t [u8],
    /// What is text of it: from `offset` on.
    text: &'t str,
    offset: usize,
    /// Which of the records.
    records: Range<usize>,
    /// Of each column, whether its text counts.
    read: &'t [bool],
    /// For each record, its cells that hold escaped quotes, by their end, with the quotes as they are meant: found when the
    /// first one is asked for, since most records have none.
    unescaped: OnceCell<Vec<Unescaped>>,
}

type Unescaped = OnceCell<Vec<(u32, String)>>;

/// A record of a scanned text.
#[derive(Clone, Copy)]
pub struct Record<'r> {
    of: &'r Scanned<'r>,
    number: usize,
    /// Where its cells end, and before them, where the cell before the first one does.
    ends: &'r [u32],
}

impl<'t> Scanned<'t> {
    /// The records of scanned bytes from number `first` on that follow a line end before `limit`. From `offset` on, the bytes
    /// are known to be `text`. Escaped quotes count in the columns that are `read`.
    pub fn new(
        marks: &'t StructuralIndex,
        bytes: &'t [u8],
        (offset, text): (usize, &'t str),
        first: usize,
        limit: usize,
        read: &'t [bool],
    ) -> Self {
        // All but the first record of the text start behind the end of another one.
        let records = first..(marks.records_before(limit) + 1).min(marks.records.len());
        Scanned { marks, bytes, text, offset, records, read, unescaped: OnceCell::new() }
    }

    /// The records, each with the number of lines before it.
    pub fn records(&self) -> impl ExactSizeIterator<Item = (Record<'_>, u32)> {
        self.records.clone().map(|number| (self.record(number), self.marks.lines_before(number)))
    }

    #[inline(always)]
    fn record(&self, number: usize) -> Record<'_> {
        let last_of = |number: usize| self.marks.records[number] as usize;
        let before = number.checked_sub(1).map_or(0, last_of);
        Record { of: self, number, ends: &self.marks.ends[before..=last_of(number)] }
    }
}

impl<'r> Record<'r> {
    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.ends.len().saturating_sub(1)
    }

    // Inlined, as are the others, at a few dozen callers: they are what reading a large file spends most of its time on.
    #[inline(always)]
    fn range(&self, index: usize) -> Range<usize> {
        match (self.ends.get(index), self.ends.get(index + 1)) {
            (Some(&before), Some(&end)) => before.wrapping_add(1) as usize..end as usize,
            _ => 0..0,
        }
    }

    #[inline(always)]
    fn is_last(&self, index: usize) -> bool {
        index + 2 == self.ends.len()
    }

    #[inline(always)]
    fn raw(&self, index: usize) -> &'r str {
        let Range { start, end } = self.range(index);
        let Scanned { text, offset, .. } = *self.of;
        let raw = text.get(start.saturating_sub(offset)..end.saturating_sub(offset)).unwrap_or("");
        if self.is_last(index) { raw.strip_suffix('\r').unwrap_or(raw) } else { raw }
    }

    #[inline(always)]
    fn text_of(&self, index: usize) -> &'r str {
        let raw = self.raw(index);
        if raw.as_bytes().first() == Some(&b'"') { self.unquoted(self.ends[index + 1], raw) } else { raw }
    }

    fn unquoted(&self, end: u32, raw: &'r str) -> &'r str {
        let inner = inside(raw).unwrap_or(raw);
        // Every byte is looked at, since many at once are faster than one that ends the search.
        if !inner.bytes().fold(false, |found, byte| found | (byte == b'"')) {
            return inner;
        }
        let Scanned { unescaped, records, .. } = self.of;
        let of_records = unescaped.get_or_init(|| vec![OnceCell::new(); records.len()]);
        let of_record = of_records.get(self.number - records.start).map(|cells| cells.get_or_init(|| self.unescape()));
        let found = of_record.and_then(|cells| Some(&cells[cells.binary_search_by_key(&end, |(end, _)| *end).ok()?].1));
        found.map_or(inner, String::as_str)
    }

    #[cold]
    fn unescape(&self) -> Vec<(u32, String)> {
        let cells = (0..self.len()).filter(|&index| self.of.read.get(index) == Some(&true));
        let escaped = cells.filter_map(|index| {
            let inner = inside(self.raw(index)).filter(|inner| inner.contains('"'))?;
            Some((self.ends[index + 1], inner.replace("\"\"", "\"")))
        });
        escaped.collect()
    }
}

/// What stands inside the quotes around a cell.
fn inside(raw: &str) -> Option<&str> {
    raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'))
}

impl<'r> Cells for Record<'r> {
    /// A cell as it is meant, without quotes around it.
    #[inline(always)]
    fn cell(&self, index: usize) -> &'r str {
        self.text_of(index)
    }

    #[inline(always)]
    fn bytes(&self, index: usize) -> &'r [u8] {
        let raw = self.of.bytes.get(self.range(index)).unwrap_or_default();
        match raw {
            [b'"', ..] => self.text_of(index).as_bytes(),
            [start @ .., b'\r'] if self.is_last(index) => start,
            _ => raw,
        }
    }

    #[inline(always)]
    fn short(&self, index: usize) -> Option<Short> {
        let Range { start, end } = self.range(index);
        Short::last(self.of.bytes.get(..end)?.last_chunk()?, end - start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by_scanner(text: &str) -> Option<Vec<Vec<String>>> {
        let mut marks = StructuralIndex::default();
        marks.scan(text.as_bytes(), false);
        marks.find_records(text.as_bytes(), 3);
        if marks.strange || marks.in_quotes || !(text.is_empty() || text.ends_with('\n')) {
            return None;
        }
        let read = [true; 64];
        let scanned = Scanned::new(&marks, text.as_bytes(), (0, text), 0, usize::MAX, &read);
        let mut records = vec![];
        for (record, lines) in scanned.records() {
            if record.len() > 1 || !record.raw(0).is_empty() {
                let start = record.range(0).start;
                assert_eq!(lines as usize, text[..start].matches('\n').count());
                records.push((0..record.len()).map(|index| record.cell(index).to_owned()).collect());
            }
        }
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
