//! The records of a scanned text, and their cells.

use super::scan::Marks;

/// A record of a scanned text.
pub struct Record<'r> {
    text: &'r str,
    /// Where its cells end, in the text; the one before the first is where it starts.
    start: usize,
    ends: &'r [u32],
    /// What is taken off positions: where the text starts in what was scanned.
    offset: usize,
    /// The cells that hold escaped quotes, with the quotes as they are meant.
    unescaped: &'r [(usize, String)],
}

impl<'r> Record<'r> {
    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// A cell as it is meant, without quotes around it; blank where the record is shorter.
    pub fn cell(&self, index: usize) -> &'r str {
        if !self.unescaped.is_empty()
            && let Some((_, text)) = self.unescaped.iter().find(|(cell, _)| *cell == index)
        {
            return text;
        }
        let raw = self.raw(index);
        match raw.strip_prefix('"') {
            Some(rest) => rest.strip_suffix('"').unwrap_or(rest),
            None => raw,
        }
    }

    fn raw(&self, index: usize) -> &'r str {
        let Some(&end) = self.ends.get(index) else { return "" };
        let start = match index.checked_sub(1).and_then(|before| self.ends.get(before)) {
            Some(&before) => before as usize + 1 - self.offset,
            None => self.start,
        };
        let raw = self.text.get(start..end as usize - self.offset).unwrap_or("");
        if index + 1 == self.ends.len() { raw.strip_suffix('\r').unwrap_or(raw) } else { raw }
    }

    /// Whether nothing stands in it.
    pub fn is_blank(&self) -> bool {
        self.ends.len() <= 1 && self.raw(0).is_empty() || (0..self.len()).all(|index| self.cell(index).is_empty())
    }
}

/// Calls `visit` with each record from number `first` on that follows a line end before `limit`, and with how many line ends
/// stand before it. Only the cells of `read` are unescaped. Stops where `visit` says so.
pub fn each_record(
    marks: &Marks,
    text: &str,
    offset: usize,
    first: usize,
    limit: usize,
    read: &[usize],
    mut visit: impl FnMut(&Record<'_>, usize) -> bool,
) {
    let mut unescaped = vec![];
    let (mut pairs, mut quoted) = (marks.pairs.iter().peekable(), marks.quoted_line_ends.iter().peekable());
    let mut lines = 0;
    for number in first..marks.records.len() {
        let before = number.checked_sub(1).map_or(0, |before| marks.records[before] as usize);
        let start = before.checked_sub(1).map_or(0, |end| marks.cells[end] as usize + 1);
        if number > 0 && start > limit {
            return;
        }
        let ends = &marks.cells[before..marks.records[number] as usize];
        let Some(&end) = ends.last() else { return };
        while quoted.next_if(|at| (**at as usize) < start).is_some() {
            lines += 1;
        }
        while pairs.next_if(|at| (**at as usize) < start).is_some() {}
        unescaped.clear();
        let escaped = pairs.peek().is_some_and(|at| **at < end);
        let plain = Record { text, start: start.saturating_sub(offset), ends, offset, unescaped: &[] };
        if escaped {
            for &index in read {
                let raw = plain.raw(index);
                if raw.len() > 2 && raw.starts_with('"') && raw[1..raw.len() - 1].contains('"') {
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
        let read: Vec<usize> = (0..64).collect();
        let mut records = vec![];
        each_record(&marks, text, 0, 0, usize::MAX, &read, |record, line| {
            if record.len() > 1 || !record.raw(0).is_empty() {
                assert_eq!(line, text[..record.start].matches('\n').count());
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
