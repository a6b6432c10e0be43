//! The records of a scanned text, and their cells.

use std::ops::Range;

use super::scan::Marks;
use super::table::Cells;

/// The records of a scanned text, or a stretch of them.
pub struct Scanned<'t> {
    /// What was scanned.
    bytes: &'t [u8],
    /// What is text of it: from `offset` on.
    text: &'t str,
    offset: usize,
    /// Where cells end, and before the first one, where the cell before it does.
    ends: &'t [u32],
    records: Vec<Bounds>,
    /// The cells that hold escaped quotes, by the number of their end, with the quotes as they are meant.
    unescaped: Vec<(usize, String)>,
}

/// Where a record lies.
struct Bounds {
    /// The number of the end before its first cell, and that of its last cell's end.
    before: u32,
    last: u32,
    /// How many lines stand before it.
    lines: usize,
}

/// A record of a scanned text.
#[derive(Clone, Copy)]
pub struct Record<'r> {
    of: &'r Scanned<'r>,
    before: u32,
    last: u32,
}

impl<'t> Scanned<'t> {
    /// The records of scanned bytes from number `first` on that follow a line end before `limit`. From `offset` on, the bytes
    /// are known to be `text`. Only the cells of columns that are `read` are unescaped.
    pub fn new(
        marks: &'t Marks,
        bytes: &'t [u8],
        (offset, text): (usize, &'t str),
        first: usize,
        limit: usize,
        read: &[bool],
    ) -> Self {
        let records = Vec::with_capacity(marks.records.len());
        let mut scanned = Scanned { bytes, text, offset, ends: &marks.ends, records, unescaped: vec![] };
        let mut unescaped = vec![];
        let (mut pairs, mut quoted) = (&marks.pairs[..], &marks.quoted_line_ends[..]);
        let mut lines = first;
        let before_first = first.checked_sub(1).map_or(0, |number| marks.records.get(number).copied().unwrap_or(0));
        let records = marks.records.get(first..).unwrap_or_default();
        for (before, &last) in std::iter::once(before_first).chain(records.iter().copied()).zip(records) {
            let ends = scanned.ends;
            let (Some(&start), Some(&end)) = (ends.get(before as usize), ends.get(last as usize)) else { break };
            let start = start.wrapping_add(1);
            if before > 0 && start as usize > limit {
                break;
            }
            lines += skip_before(&mut quoted, start);
            skip_before(&mut pairs, start);
            while let Some(&pair) = pairs.first().filter(|at| **at < end) {
                let column = ends[before as usize + 1..last as usize].partition_point(|&end| end < pair);
                let cell = before as usize + 1 + column;
                skip_before(&mut pairs, ends[cell]);
                if read.get(column).is_some_and(|read| *read) {
                    let raw = Record { of: &scanned, before, last }.raw(column);
                    // A pair may also be a blank cell.
                    if raw.len() > 2 {
                        unescaped.push((cell, raw[1..raw.len() - 1].replace("\"\"", "\"")));
                    }
                }
            }
            scanned.records.push(Bounds { before, last, lines });
            lines += 1;
        }
        scanned.unescaped = unescaped;
        scanned
    }

    /// The records, each with the number of lines before it.
    pub fn records(&self) -> impl ExactSizeIterator<Item = (Record<'_>, usize)> {
        self.records.iter().map(|&Bounds { before, last, lines }| (Record { of: self, before, last }, lines))
    }

    fn unquoted<'r>(&'r self, cell: usize, raw: &'r str) -> &'r str {
        if let Ok(found) = self.unescaped.binary_search_by_key(&cell, |(cell, _)| *cell) {
            return &self.unescaped[found].1;
        }
        let rest = raw.strip_prefix('"').unwrap_or(raw);
        rest.strip_suffix('"').unwrap_or(rest)
    }
}

impl<'r> Record<'r> {
    /// How many cells it has.
    pub fn len(&self) -> usize {
        (self.last - self.before) as usize
    }

    // Inlined, as are the others, at a few dozen callers: they are what reading a large file spends most of its time on.
    #[inline(always)]
    fn range(&self, index: usize) -> Range<usize> {
        let before = self.before as usize + index;
        match self.of.ends.get(before..before + 2) {
            Some(&[start, end]) if before < self.last as usize => start.wrapping_add(1) as usize..end as usize,
            _ => 0..0,
        }
    }

    #[inline(always)]
    fn is_last(&self, index: usize) -> bool {
        (self.before as usize + index + 1) == self.last as usize
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
        if raw.as_bytes().first() == Some(&b'"') { self.of.unquoted(self.before as usize + index + 1, raw) } else { raw }
    }

    /// Whether nothing stands in it.
    #[inline]
    pub fn is_blank(&self) -> bool {
        self.bytes(0).is_empty() && (1..self.len()).all(|index| self.bytes(index).is_empty())
    }
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
}

/// Takes the positions before `limit` off a list, and tells how many there were: mostly none.
#[inline]
fn skip_before(positions: &mut &[u32], limit: u32) -> usize {
    if positions.first().is_none_or(|&first| first >= limit) {
        return 0;
    }
    let count = positions.iter().take_while(|at| **at < limit).count();
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
        let scanned = Scanned::new(&marks, text.as_bytes(), (0, text), 0, usize::MAX, &read);
        let mut records = vec![];
        for (record, lines) in scanned.records() {
            if record.len() > 1 || !record.raw(0).is_empty() {
                let start = marks.ends[record.before as usize].wrapping_add(1) as usize;
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
