//! The records of a text that a structural index was made of, and their cells.

use std::ops::Range;

use typed_arena::Arena;

use super::rows::Cells;
use super::structural_index::StructuralIndex;

/// The records of an indexed text, or some of them.
pub struct Records<'t> {
    index: &'t StructuralIndex,
    /// What was indexed: up to the end of its last record.
    text: &'t str,
    count: usize,
    /// The cells that hold escaped quotes and were asked for, with the quotes as they are meant.
    unescaped: Arena<String>,
}

/// A record of an indexed text.
#[derive(Clone, Copy)]
pub struct Record<'r> {
    records: &'r Records<'r>,
    /// Where its cells end, and before them, where the cell before the first one does.
    ends: &'r [u32],
}

impl<'t> Records<'t> {
    /// The records of an indexed text that follow a line end before `limit`, or stand at its start.
    pub fn new(index: &'t StructuralIndex, text: &'t str, limit: usize) -> Self {
        // All but the first record start behind the end of another one.
        let count = (index.records_before(limit) + 1).min(index.records.len());
        Records { index, text, count, unescaped: Arena::new() }
    }

    /// The records, each with the number of lines before it in the text.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Record<'_>, usize)> {
        (0..self.count).map(|number| (self.record(number), self.index.lines_before(number)))
    }

    fn record(&self, number: usize) -> Record<'_> {
        let last_of = |number: usize| self.index.records[number] as usize;
        let before = number.checked_sub(1).map_or(0, last_of);
        Record { records: self, ends: &self.index.ends()[before..=last_of(number)] }
    }
}

impl<'r> Record<'r> {
    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.ends.len().saturating_sub(1)
    }

    // Inlined, as the others are, at a few dozen callers: reading a large file spends most of its time on them.
    #[inline(always)]
    fn range(&self, index: usize) -> Range<usize> {
        match (self.ends.get(index), self.ends.get(index + 1)) {
            (Some(&before), Some(&end)) => before.wrapping_add(1) as usize..end as usize,
            _ => 0..0,
        }
    }

    fn is_last(&self, index: usize) -> bool {
        index + 2 == self.ends.len()
    }

    #[inline(always)]
    fn raw(&self, index: usize) -> &'r str {
        let raw = self.records.text.get(self.range(index)).unwrap_or("");
        if self.is_last(index) { raw.strip_suffix('\r').unwrap_or(raw) } else { raw }
    }

    fn unquoted(&self, raw: &'r str) -> &'r str {
        let inner = inside(raw).unwrap_or(raw);
        if !inner.contains('"') {
            return inner;
        }
        self.records.unescaped.alloc(inner.replace("\"\"", "\""))
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
        let raw = self.raw(index);
        if raw.starts_with('"') { self.unquoted(raw) } else { raw }
    }

    #[inline(always)]
    fn bytes(&self, index: usize) -> &'r [u8] {
        match self.records.text.as_bytes().get(self.range(index)).unwrap_or_default() {
            [b'"', ..] => self.unquoted(self.raw(index)).as_bytes(),
            [start @ .., b'\r'] if self.is_last(index) => start,
            raw => raw,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by_index(text: &str) -> Option<Vec<Vec<String>>> {
        let mut index = StructuralIndex::default();
        index.scan(text.as_bytes(), false, 3);
        if index.needs_fallback || index.in_quotes || !(text.is_empty() || text.ends_with('\n')) {
            return None;
        }
        let all = Records::new(&index, text, usize::MAX);
        let mut records = vec![];
        for (record, lines) in all.iter() {
            if record.len() > 1 || !record.raw(0).is_empty() {
                let start = record.ends[0].wrapping_add(1) as usize;
                assert_eq!(lines, text[..start].matches('\n').count());
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
    fn what_parity_cannot_tell_is_left_to_the_csv_crate() {
        for text in ["a\"b\n", "\"a\"b\n", "a\rb\n", "\"a\" \n", "a,\"b\"\"c\"d\n"] {
            assert_eq!(by_index(text), None, "{text:?}");
        }
        assert!(by_index("a,\"b\"\"c\"\r\n\"\",\"\"\"\"\n").is_some());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_index_finds_what_the_csv_crate_reads(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "a", "bc", ",", ",,", "\n", "\r\n", "\"x\"", "\"x,y\"", "\"x\ny\"", "\"\"", "\"a\"\"b\"", "\"", "\r", "é",
                    "0123456789012345678901234567890123456789", "\"0123456789012345678901234567890123456789,\n\"",
                ]),
                0..60,
            ),
        ) {
            let text = parts.concat() + "\n";
            if let Some(records) = by_index(&text) {
                prop_assert_eq!(records, by_csv(&text), "{:?}", text);
            }
        }
    }
}
