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
    /// The cells that hold escaped quotes, by their end, with the quotes as they are meant.
    unescaped: Vec<(u32, String)>,
}

/// Where a record lies: its first cell's end before, and its last one's end, by their numbers.
struct Bounds {
    before: u32,
    last: u32,
    /// How many lines stand before it.
    lines: u32,
}

/// A record of a scanned text.
#[derive(Clone, Copy)]
pub struct Record<'r> {
    of: &'r Scanned<'r>,
    /// Where its cells end, and before them, where the cell before the first one does.
    ends: &'r [u32],
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
        let records = Vec::with_capacity(marks.records.len().saturating_sub(first));
        let mut scanned = Scanned { bytes, text, offset, ends: &marks.ends, records, unescaped: vec![] };
        let mut unescaped = vec![];
        let (mut pairs, mut quoted) = (&marks.pairs[..], &marks.quoted_line_ends[..]);
        // Every record before the first one is a line of its own, and more lines end inside quotes.
        let mut lines = u32::try_from(first).unwrap_or(u32::MAX);
        let mut before = first.checked_sub(1).map_or(0, |number| marks.records.get(number).copied().unwrap_or(0));
        for &last in marks.records.get(first..).unwrap_or_default() {
            let bounds = Bounds { before, last, lines };
            let record = scanned.record(&bounds);
            let (Some(start), Some(&end)) = (record.ends.first().map(|end| end.wrapping_add(1)), record.ends.last()) else {
                break;
            };
            if before > 0 && start as usize > limit {
                break;
            }
            let quoted_before = skip_before(&mut quoted, start);
            skip_before(&mut pairs, start);
            while let Some(&pair) = pairs.first().filter(|at| **at < end) {
                let column = record.ends[1..].partition_point(|&end| end < pair);
                let cell_end = record.ends[column + 1];
                skip_before(&mut pairs, cell_end);
                if read.get(column).is_some_and(|read| *read) {
                    let raw = record.raw(column);
                    // A pair may also be a blank cell.
                    if raw.len() > 2 {
                        unescaped.push((cell_end, raw[1..raw.len() - 1].replace("\"\"", "\"")));
                    }
                }
            }
            lines += quoted_before;
            scanned.records.push(Bounds { lines, ..bounds });
            lines += 1;
            before = last;
        }
        scanned.unescaped = unescaped;
        scanned
    }

    /// The records, each with the number of lines before it.
    pub fn records(&self) -> impl ExactSizeIterator<Item = (Record<'_>, u32)> {
        self.records.iter().map(|bounds| (self.record(bounds), bounds.lines))
    }

    #[inline(always)]
    fn record(&self, bounds: &Bounds) -> Record<'_> {
        let ends = self.ends.get(bounds.before as usize..bounds.last as usize + 1);
        Record { of: self, ends: ends.unwrap_or_default() }
    }

    fn unquoted<'r>(&'r self, end: u32, raw: &'r str) -> &'r str {
        if let Ok(found) = self.unescaped.binary_search_by_key(&end, |(end, _)| *end) {
            return &self.unescaped[found].1;
        }
        let rest = raw.strip_prefix('"').unwrap_or(raw);
        rest.strip_suffix('"').unwrap_or(rest)
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
        if raw.as_bytes().first() == Some(&b'"') { self.of.unquoted(self.ends[index + 1], raw) } else { raw }
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
fn skip_before(positions: &mut &[u32], limit: u32) -> u32 {
    let mut skipped = 0;
    while let [first, rest @ ..] = *positions
        && *first < limit
    {
        (*positions, skipped) = (rest, skipped + 1);
    }
    skipped
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
