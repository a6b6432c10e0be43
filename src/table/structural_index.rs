//! Where the cells and records of a CSV text end, found sixty-four bytes at a time.
//!
//! Quotes are told by their parity: a separator after an odd number of quotes is text. That is right for every file whose
//! quotes stand around whole cells. Where one does not, where a line ends in a carriage return alone, or where the file ends
//! inside quotes, [`StructuralIndex::strange`] is set, and the file must be read by the `csv` crate, which knows what to make of it.

use std::ops::Deref;

use super::vectors::{self, Kinds, Vectors};

/// Where the cells and records of a text end. Positions count from the start of the text that was scanned.
#[derive(Debug, Default)]
pub struct StructuralIndex {
    /// Where each cell ends: at a comma or a line end outside quotes. Before them stands [`BEFORE`], so that every cell starts
    /// behind a position of the list.
    pub ends: Positions,
    /// For each record, which of the `ends` is the one of its last cell. Found by [`StructuralIndex::find_records`].
    pub records: Vec<u32>,
    /// How many records end in the text.
    record_ends: u32,
    /// What stands in each block of the text.
    blocks: Vec<Block>,
    /// How many lines end before each block, in quotes or not, and how many in all.
    lines: Vec<u32>,
    /// The blocks that are not all ASCII, by their numbers.
    wide: Positions,
    /// Whether the last text held carriage returns: as a rule, the next one is like it.
    has_returns: bool,
    /// Whether the text ends inside quotes.
    pub in_quotes: bool,
    /// Whether parity alone cannot tell the cells of this text.
    pub strange: bool,
}

/// Where the cell before the very first one ends: one before the text, so that the first one starts with it.
pub const BEFORE: u32 = u32::MAX;

/// Bytes of a block, a bit each.
#[derive(Debug, Clone, Copy, Default)]
struct Block {
    /// The line ends, in quotes or not.
    line_ends: u64,
    /// Those that are not ASCII.
    wide: u64,
}

/// A list of positions whose memory is kept.
#[derive(Debug, Default)]
pub struct Positions {
    /// The positions, and behind them what may be written over.
    list: Vec<u32>,
    count: usize,
}

impl Positions {
    /// Adds a position.
    pub fn push(&mut self, position: u32) {
        self.room().push_if(true, position).end();
    }

    fn clear(&mut self) {
        self.count = 0;
    }

    /// Room for the positions of [`AT_ONCE`] blocks.
    fn room(&mut self) -> Room<'_> {
        let Positions { list, count } = self;
        if list.len() < *count + ROOM {
            list.resize(list.len() * 2 + ROOM, 0);
        }
        // There is that much room now.
        let free = list[*count..].first_chunk_mut().unwrap_or_else(|| unreachable!("room for some blocks"));
        Room { free, taken: 0, count }
    }
}

/// So many blocks are scanned before the lists are looked at again.
const AT_ONCE: usize = 32;
/// So much room they need: a position a byte, and as many as are written at once.
const ROOM: usize = AT_ONCE * 64 + 64;

/// Room for the positions of some blocks.
struct Room<'p> {
    free: &'p mut [u32; ROOM],
    /// How many are taken: kept apart from the list, so that the compiler need not look it up for each block.
    taken: usize,
    count: &'p mut usize,
}

impl Room<'_> {
    /// Room for the positions of one more block.
    #[inline(always)]
    fn of_block(&mut self) -> &mut [u32; 64] {
        self.free[self.taken.min(ROOM - 64)..].first_chunk_mut().unwrap_or_else(|| unreachable!("room for a block"))
    }

    /// Adds a position if that is so.
    #[inline(always)]
    fn push_if(&mut self, is_so: bool, position: u32) -> &mut Self {
        self.of_block()[0] = position;
        self.taken += usize::from(is_so);
        self
    }

    /// Adds `first` and so much more as the number of each bit that is set.
    #[inline(always)]
    fn add(&mut self, vectors: impl Vectors, first: u32, bits: u64) {
        vectors.write(first, bits, self.of_block());
        self.taken += bits.count_ones() as usize;
    }

    /// Counts what was taken to the list.
    fn end(&mut self) {
        *self.count += self.taken;
    }
}

impl Deref for Positions {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        &self.list[..self.count]
    }
}

impl StructuralIndex {
    /// Where a record ends, if there is one with this number.
    pub fn end_of(&self, record: usize) -> Option<usize> {
        self.records.get(record).and_then(|&last| self.ends.get(last as usize)).map(|&end| end as usize)
    }

    /// Where a record starts, or, behind the last one, what follows it.
    pub fn start_of(&self, record: usize) -> usize {
        record.checked_sub(1).and_then(|before| self.end_of(before)).map_or(0, |end| end + 1)
    }

    /// How many lines end before a record starts, or before what follows the last one.
    #[inline]
    pub fn lines_before(&self, record: usize) -> u32 {
        let start = self.start_of(record);
        match (self.blocks.get(start / 64), self.lines.get(start / 64)) {
            (Some(block), Some(before)) => before + (block.line_ends & !(u64::MAX << (start % 64))).count_ones(),
            _ => self.lines.last().copied().unwrap_or(0),
        }
    }

    /// How many records end before a place.
    pub fn records_before(&self, place: usize) -> usize {
        self.records.partition_point(|&last| (self.ends[last as usize] as usize) < place)
    }

    /// What was scanned, from `start` to `end`, as text; `None` where it is not UTF-8.
    ///
    /// # Safety
    /// These bytes must be those that were scanned last.
    #[allow(unsafe_code)] // measured: looking at all bytes once more takes 3% of an emission
    pub unsafe fn text<'t>(&self, bytes: &'t [u8], start: usize, end: usize) -> Option<&'t str> {
        let text = bytes.get(start..end)?;
        // No character reaches into a block that is all ASCII: each run of other blocks is looked at by itself.
        for run in self.wide.chunk_by(|one, next| one + 1 == *next) {
            let (Some(&first), Some(&last)) = (run.first(), run.last()) else { continue };
            let (from, to) = ((first as usize * 64).max(start), (last as usize * 64 + 64).min(end));
            if from < to {
                simdutf8::basic::from_utf8(&bytes[from..to]).ok()?;
            }
        }
        // SAFETY: all that is not ASCII has been looked at.
        Some(unsafe { std::str::from_utf8_unchecked(text) })
    }

    /// Finds the records of the text that was scanned last. Most have so many `cells`: what ends with the last of them is looked
    /// at first.
    pub fn find_records(&mut self, text: &[u8], cells: usize) {
        let StructuralIndex { ends, records, record_ends, .. } = self;
        let count = *record_ends as usize;
        let is_last = |cell: &usize| ends.get(*cell).and_then(|&end| text.get(end as usize)) == Some(&b'\n');
        records.clear();
        let mut last = 0;
        while records.len() < count {
            let likely = Some(last + cells.max(1)).filter(is_last);
            let Some(next) = likely.or_else(|| (last + 1..ends.len()).find(is_last)) else { break };
            last = next;
            // There are less than 2^32 bytes.
            records.push(last as u32);
        }
        if records.len() < count {
            // Shorter ones were passed over.
            records.clear();
            records.extend((1..ends.len()).filter(is_last).map(|cell| cell as u32));
        }
    }

    /// Adds the record of a text's last line, which no line end follows.
    pub fn end_record(&mut self, length: usize) -> Option<()> {
        self.records.push(u32::try_from(self.ends.len()).ok()?);
        self.ends.push(u32::try_from(length).ok()?);
        Some(())
    }

    /// Scans a text of less than 4 GiB that begins inside quotes or not. The marks of another text are forgotten.
    pub fn scan(&mut self, text: &[u8], in_quotes: bool) {
        vectors::with_best(Scan { marks: self, text, in_quotes });
    }

    #[inline(always)]
    fn scan_by(&mut self, text: &[u8], in_quotes: bool, vectors: impl Vectors) {
        if !self.has_returns {
            self.scan_with::<false>(text, in_quotes, vectors);
        }
        // Few texts are scanned twice.
        if self.has_returns {
            self.scan_with::<true>(text, in_quotes, vectors);
        }
    }

    #[inline(always)]
    fn scan_with<const RETURNS: bool>(&mut self, text: &[u8], in_quotes: bool, vectors: impl Vectors) {
        self.ends.clear();
        self.records.clear();
        self.blocks.resize(text.len().div_ceil(64), Block::default());
        self.ends.push(BEFORE);
        let mut state = State { inside: if in_quotes { u64::MAX } else { 0 }, edges: u64::MAX, ..State::default() };
        let (blocks, rest) = text.as_chunks::<64>();
        for (number, blocks) in (0..).step_by(AT_ONCE).zip(blocks.chunks(AT_ONCE)) {
            state = self.blocks::<RETURNS>(vectors, state, number, blocks, u64::MAX);
        }
        if !rest.is_empty() {
            let mut last = [0; 64];
            last[..rest.len()].copy_from_slice(rest);
            state = self.blocks::<RETURNS>(vectors, state, blocks.len(), &[last], !(u64::MAX << rest.len()));
        }
        self.sum_up();
        self.record_ends = state.record_ends;
        self.in_quotes = state.inside != 0;
        self.strange = state.wrong != 0;
        self.has_returns = state.returns != 0;
    }

    /// Tells from the blocks how many lines end before each, and which are not all ASCII. Done while they are scanned it takes
    /// longer: the processor then has too much to keep at hand.
    #[inline(always)]
    fn sum_up(&mut self) {
        self.lines.clear();
        self.lines.push(0);
        self.wide.clear();
        let mut before = 0;
        let mut number = 0;
        for blocks in self.blocks.chunks(AT_ONCE) {
            let mut wide = self.wide.room();
            self.lines.extend(blocks.iter().map(|block| {
                wide.push_if(block.wide != 0, number);
                number += 1;
                before += block.line_ends.count_ones();
                before
            }));
            wide.end();
        }
    }

    /// Scans some blocks from number `first` on, of each of which only the bytes of `text` are text. The same is done for every
    /// block: to ask first what a block is like, and be wrong at every other one, takes longer. Texts with carriage returns alone
    /// have what follows those looked at.
    #[inline(always)]
    fn blocks<const RETURNS: bool>(
        &mut self,
        vectors: impl Vectors,
        mut state: State,
        first: usize,
        blocks: &[[u8; 64]],
        text: u64,
    ) -> State {
        let mut ends = self.ends.room();
        // There are less than 2^32 bytes.
        for (number, (block, noted)) in (first as u32..).zip(blocks.iter().zip(&mut self.blocks[first..])) {
            let Kinds { quotes, commas, line_ends, returns, odd_quotes, wide } = vectors.kinds(block);
            *noted = Block { line_ends, wide };
            let parity = odd_quotes ^ state.inside;
            state.inside = 0_u64.wrapping_sub(parity >> 63);

            let separators = commas | line_ends;
            let closing = quotes & !parity;
            let edges = separators | quotes;
            state.wrong |= quotes & parity & !(edges << 1 | state.edges >> 63);
            // The end of the text follows a quote or a return rightly: that is looked at elsewhere.
            let after_quotes = if RETURNS { edges | returns } else { edges };
            state.wrong |= (closing << 1 | state.closing >> 63) & !after_quotes & text;
            state.edges = edges;
            state.closing = closing;
            state.returns |= returns;
            if RETURNS {
                let bare_returns = returns & !parity;
                state.wrong |= (bare_returns << 1 | state.bare_returns >> 63) & !line_ends & text;
                state.bare_returns = bare_returns;
            }

            let cell_ends = separators & !parity;
            ends.add(vectors, number * 64, cell_ends);
            state.record_ends += (line_ends & cell_ends).count_ones();
        }
        ends.end();
        state
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
    /// The carriage returns of all blocks together.
    returns: u64,
    /// How many records have ended.
    record_ends: u32,
    /// Whatever parity cannot tell.
    wrong: u64,
}

/// Whether a text holds an odd number of quotes.
pub fn has_odd_quotes(text: &[u8]) -> bool {
    vectors::with_best(OddQuotes { text })
}

struct Scan<'s> {
    marks: &'s mut StructuralIndex,
    text: &'s [u8],
    in_quotes: bool,
}

impl vectors::Work for Scan<'_> {
    type Done = ();

    #[inline(always)]
    fn run(self, vectors: impl Vectors) {
        self.marks.scan_by(self.text, self.in_quotes, vectors);
    }
}

struct OddQuotes<'s> {
    text: &'s [u8],
}

impl vectors::Work for OddQuotes<'_> {
    type Done = bool;

    #[inline(always)]
    fn run(self, vectors: impl Vectors) -> bool {
        let (blocks, rest) = self.text.as_chunks::<64>();
        let folded = blocks.iter().fold(0, |folded, block| folded ^ vectors.kinds(block).quotes);
        (folded.count_ones() as usize + rest.iter().filter(|&&byte| byte == b'"').count()) % 2 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn text_is_what_the_library_takes_for_text(
            parts in prop::collection::vec(
                prop_oneof![
                    6 => "[a,\n]{0,70}".prop_map(String::into_bytes),
                    4 => prop::sample::select(vec!["é", "€", "𝄞"]).prop_map(|text| text.as_bytes().to_vec()),
                    1 => prop::collection::vec(128_u8.., 1..3),
                ],
                0..12,
            ),
            places in (0_usize..400, 0_usize..400),
        ) {
            let bytes = parts.concat();
            let mut marks = StructuralIndex::default();
            marks.scan(&bytes, false);
            let (start, end) = (places.0.min(bytes.len()), places.1.min(bytes.len()));
            let (start, end) = (start.min(end), start.max(end));
            for (start, end) in [(start, end), (0, bytes.len())] {
                // SAFETY: these are the bytes that were scanned above.
                #[allow(unsafe_code)]
                let text = unsafe { marks.text(&bytes, start, end) };
                prop_assert_eq!(text, std::str::from_utf8(&bytes[start..end]).ok());
            }
        }
    }
}
