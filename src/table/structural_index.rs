//! The structural index of a CSV text: where its cells and records end, found 64 bytes at a time.
//!
//! Quotes are told by their parity: a separator after an odd number of quotes is text. That is right for every file whose
//! quotes stand around whole cells. Where one does not, where a line ends in a carriage return alone, or where the file ends
//! inside quotes, [`StructuralIndex::needs_fallback`] is set, and the file must be read by the `csv` crate, which knows what to
//! make of it.

use super::vectors;

/// Where the cells and records of a text end. Positions count from the start of the text that was scanned.
#[derive(Debug, Default)]
pub struct StructuralIndex {
    /// Where each cell ends, at a comma or a line end outside quotes, behind [`BEFORE`]; behind them, room for more.
    ends: Vec<u32>,
    /// How many of the `ends` are taken.
    taken: usize,
    /// For each record, which of the `ends` is that of its last cell.
    pub records: Vec<u32>,
    /// The line ends of each block of 64 bytes, in quotes or not.
    lines: Vec<LineEnds>,
    /// Whether the text ends inside quotes.
    pub in_quotes: bool,
    /// Whether parity alone cannot tell the cells of this text.
    pub needs_fallback: bool,
}

/// The line ends of a block of 64 bytes.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct LineEnds {
    /// How many lines end before the block.
    before: u32,
    /// Which of its bytes are line ends, a bit each.
    within: u64,
}

/// Where the cell before the very first one ends: one before the text, so that every cell starts behind an end.
const BEFORE: u32 = u32::MAX;

impl StructuralIndex {
    /// Where each cell ends. Before them stands the end of the cell before the first one, which is one before the text.
    pub fn ends(&self) -> &[u32] {
        &self.ends[..self.taken]
    }

    /// Where a record ends, if there is one with this number.
    pub fn end_of(&self, record: usize) -> Option<usize> {
        self.records.get(record).and_then(|&last| self.ends.get(last as usize)).map(|&end| end as usize)
    }

    /// Where a record starts, or, behind the last one, what follows it.
    pub fn start_of(&self, record: usize) -> usize {
        record.checked_sub(1).and_then(|before| self.end_of(before)).map_or(0, |end| end + 1)
    }

    /// How many lines of the text end before a record starts, or before what follows the last one.
    pub fn lines_before(&self, record: usize) -> usize {
        let start = self.start_of(record);
        let LineEnds { before, within } = self.lines.get(start / 64).copied().unwrap_or_default();
        before as usize + (within & !(u64::MAX << (start % 64))).count_ones() as usize
    }

    /// How many records end before a place.
    pub fn records_before(&self, place: usize) -> usize {
        self.records.partition_point(|&last| (self.ends[last as usize] as usize) < place)
    }

    /// Adds the record of a text's last line, which no line end follows.
    pub fn end_record(&mut self, length: usize) -> Option<()> {
        self.records.push(u32::try_from(self.taken).ok()?);
        self.ends.truncate(self.taken);
        self.ends.push(u32::try_from(length).ok()?);
        self.taken += 1;
        Some(())
    }

    /// Scans a text of less than 4 GiB that begins inside quotes or not. Most of its records have `cells` cells. What another text
    /// had is forgotten.
    pub fn scan(&mut self, text: &[u8], in_quotes: bool, cells: usize) {
        let line_ends = self.scan_blocks(text, in_quotes);
        self.find_records(text, cells, line_ends);
    }

    /// Finds the records, of which there are `count`. What ends with the last of `cells` cells is looked at first: a branch that
    /// the processor guesses rightly.
    fn find_records(&mut self, text: &[u8], cells: usize, count: usize) {
        let ends = &self.ends[..self.taken];
        let is_last = |cell: &usize| ends.get(*cell).and_then(|&end| text.get(end as usize)) == Some(&b'\n');
        self.records.clear();
        let mut last = 0;
        while self.records.len() < count {
            let likely = Some(last + cells.max(1)).filter(is_last);
            let Some(next) = likely.or_else(|| (last + 1..ends.len()).find(is_last)) else { break };
            last = next;
            // There are less than 2^32 bytes.
            self.records.push(last as u32);
        }
        if self.records.len() < count {
            // Shorter ones were passed over.
            self.records.clear();
            self.records.extend((1..ends.len()).filter(is_last).map(|cell| cell as u32));
        }
    }

    /// Finds all but the records. How many of them there are.
    fn scan_blocks(&mut self, text: &[u8], in_quotes: bool) -> usize {
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::is_x86_feature_detected as has;
            let has_bits = has!("bmi1") && has!("popcnt");
            if has_bits && has!("avx512f") && has!("avx512bw") && has!("avx512vbmi2") {
                // SAFETY: the processor has been asked for all that the function is compiled for.
                #[allow(unsafe_code)]
                return unsafe { self.scan_avx512(text, in_quotes) };
            }
            if has_bits && has!("avx2") {
                // SAFETY: as above.
                #[allow(unsafe_code)]
                return unsafe { self.scan_avx2(text, in_quotes) };
            }
        }
        self.scan_by(text, in_quotes, vectors::kinds, vectors::positions)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi2,bmi1,popcnt")]
    fn scan_avx512(&mut self, text: &[u8], in_quotes: bool) -> usize {
        use vectors::avx512::{kinds, positions};
        self.scan_by(text, in_quotes, |block| kinds(block), |first, bits, list| positions(first, bits, list))
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,popcnt")]
    fn scan_avx2(&mut self, text: &[u8], in_quotes: bool) -> usize {
        self.scan_by(text, in_quotes, vectors::kinds, vectors::positions)
    }

    #[inline(always)] // compiled anew for each kind of processor
    fn scan_by(
        &mut self,
        text: &[u8],
        in_quotes: bool,
        kinds: impl Fn(&[u8; 64]) -> [u64; 4],
        positions: impl Fn(u32, u64, &mut [u32; 64]),
    ) -> usize {
        let (blocks, rest) = text.as_chunks::<64>();
        let mut last = [0; 64];
        last[..rest.len()].copy_from_slice(rest);
        self.lines.clear();
        self.lines.reserve(blocks.len() + 1);
        self.ends.resize(self.ends.len().max(64), 0);
        self.ends[0] = BEFORE;
        self.taken = 1;
        let mut state = State { inside: if in_quotes { u64::MAX } else { 0 }, edges: u64::MAX, ..State::default() };
        let all = blocks.iter().map(|block| (block, u64::MAX)).chain([(&last, !(u64::MAX << rest.len()))]);
        // There are less than 2^32 bytes.
        for (first, (block, text)) in (0..).step_by(64).zip(all) {
            let kinds = kinds(block);
            let [_, _, line_ends, _] = kinds;
            self.lines.push(LineEnds { before: state.lines, within: line_ends });
            let cell_ends = state.block(kinds, text);
            if self.ends.len() < self.taken + 64 {
                self.ends.resize(self.ends.len() * 2 + 64, 0);
            }
            if let Some(list) = self.ends[self.taken..].first_chunk_mut() {
                positions(first, cell_ends, list);
            }
            self.taken += cell_ends.count_ones() as usize;
        }
        self.in_quotes = state.inside != 0;
        self.needs_fallback = state.wrong != 0;
        state.records
    }
}

/// What is known before a block.
#[derive(Default)]
struct State {
    /// All bits where it begins inside quotes.
    inside: u64,
    /// Of the block before it, the separators and quotes, the closing quotes, the returns outside quotes.
    edges: u64,
    closing: u64,
    bare_returns: u64,
    /// How many lines have ended, in quotes or not.
    lines: u32,
    /// How many records have ended.
    records: usize,
    /// Whatever parity cannot tell.
    wrong: u64,
}

impl State {
    /// Goes on to the next block, of which only the bytes of `text` are text. Which of them end cells. Every block is worked on
    /// in one way: to ask first what a block is like, and be wrong at every other one, takes longer.
    #[inline(always)]
    fn block(&mut self, [quotes, commas, line_ends, returns]: [u64; 4], text: u64) -> u64 {
        let parity = odd_up_to(quotes) ^ self.inside;
        self.inside = 0_u64.wrapping_sub(parity >> 63);
        let separators = commas | line_ends;
        let closing = quotes & !parity;
        let bare_returns = returns & !parity;
        let edges = separators | quotes;
        // A quote that opens a cell follows a separator, or a quote that it doubles.
        self.wrong |= quotes & parity & !(edges << 1 | self.edges >> 63);
        // The end of the text follows a quote or a return rightly: that is looked at elsewhere.
        self.wrong |= (closing << 1 | self.closing >> 63) & !(edges | returns) & text;
        self.wrong |= (bare_returns << 1 | self.bare_returns >> 63) & !line_ends & text;
        (self.edges, self.closing, self.bare_returns) = (edges, closing, bare_returns);
        self.lines += line_ends.count_ones();
        self.records += (line_ends & !parity).count_ones() as usize;
        separators & !parity
    }
}

/// For each bit, whether the number of set bits up to and with it is odd.
#[inline(always)]
fn odd_up_to(bits: u64) -> u64 {
    [1, 2, 4, 8, 16, 32].iter().fold(bits, |bits, shift| bits ^ bits << shift)
}

/// Whether a text holds an odd number of quotes.
pub fn has_odd_quotes(text: &[u8]) -> bool {
    memchr::memchr_iter(b'"', text).count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All that is found before the records are.
    fn found(index: &StructuralIndex, records: usize) -> (Vec<u32>, Vec<LineEnds>, bool, bool, usize) {
        (index.ends().to_vec(), index.lines.clone(), index.in_quotes, index.needs_fallback, records)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn vectors_of_any_length_find_the_same(
            bytes in prop::collection::vec(prop_oneof![3 => prop::sample::select(b"\",\n\ra".to_vec()), 1 => any::<u8>()], 0..300),
            in_quotes in any::<bool>(),
        ) {
            let mut index = StructuralIndex::default();
            let records = index.scan_by(&bytes, in_quotes, vectors::kinds, vectors::positions);
            let portable = found(&index, records);
            let records = index.scan_blocks(&bytes, in_quotes);
            prop_assert_eq!(found(&index, records), portable.clone());
            #[cfg(target_arch = "x86_64")]
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi1") && is_x86_feature_detected!("popcnt") {
                // SAFETY: the processor has been asked.
                #[allow(unsafe_code)]
                let records = unsafe { index.scan_avx2(&bytes, in_quotes) };
                prop_assert_eq!(found(&index, records), portable);
            }
        }
    }
}
