//! Where the cells and records of a CSV text end, found sixty-four bytes at a time.
//!
//! Quotes are told by their parity: a separator after an odd number of quotes is text. That is right for every file whose
//! quotes stand around whole cells. Where one does not, where a line ends in a carriage return alone, or where the file ends
//! inside quotes, [`Marks::strange`] is set, and the file must be read by the `csv` crate, which knows what to make of it.

use std::ops::Deref;

use super::vectors::{self, Kinds, Vectors};

/// Where the cells and records of a text end. Positions count from the start of the text that was scanned.
#[derive(Debug, Default)]
pub struct Marks {
    /// Where each cell ends: at a comma or a line end outside quotes. Before them stands [`BEFORE`], so that every cell starts
    /// behind a position of the list.
    pub ends: Positions,
    /// For each record, which of the `ends` is the one of its last cell.
    pub records: Positions,
    /// For each record, how many lines end before it does, in quotes or not.
    pub lines: Positions,
    /// How many lines end in the text.
    pub line_ends: u32,
    /// The blocks that are not all ASCII, by their numbers.
    wide: Positions,
    /// Whether the text ends inside quotes.
    pub in_quotes: bool,
    /// Whether parity alone cannot tell the cells of this text.
    pub strange: bool,
}

/// Where the cell before the very first one ends: one before the text, so that the first one starts with it.
pub const BEFORE: u32 = u32::MAX;

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

impl Marks {
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
        record.checked_sub(1).map_or(0, |before| self.lines[before] + 1)
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

    /// Scans a text of less than 4 GiB that begins inside quotes or not. The marks of another text are forgotten.
    pub fn scan(&mut self, text: &[u8], in_quotes: bool) {
        vectors::with_best(Scan { marks: self, text, in_quotes });
    }

    #[inline(always)]
    fn scan_by(&mut self, text: &[u8], in_quotes: bool, vectors: impl Vectors) {
        for list in [&mut self.ends, &mut self.records, &mut self.lines, &mut self.wide] {
            list.clear();
        }
        self.ends.push(BEFORE);
        let mut state = State { inside: if in_quotes { u64::MAX } else { 0 }, opens_after: 1, ..State::default() };
        let (blocks, rest) = text.as_chunks::<64>();
        for (at, blocks) in (0..).step_by(AT_ONCE * 64).zip(blocks.chunks(AT_ONCE)) {
            state = self.blocks(vectors, state, at, blocks, u64::MAX);
        }
        if !rest.is_empty() {
            let mut last = [0; 64];
            last[..rest.len()].copy_from_slice(rest);
            let at = u32::try_from(text.len() - rest.len()).unwrap_or(u32::MAX);
            state = self.blocks(vectors, state, at, &[last], !(u64::MAX << rest.len()));
        }
        self.line_ends = state.line_ends;
        self.in_quotes = state.inside != 0;
        self.strange = state.wrong != 0;
    }

    /// Scans some blocks from a place on, of each of which only the bytes of `text` are text. The same is done for every block:
    /// to ask first what a block is like, and be wrong at every other one, takes longer.
    #[inline(always)]
    fn blocks(&mut self, vectors: impl Vectors, mut state: State, mut at: u32, blocks: &[[u8; 64]], text: u64) -> State {
        let cells_before = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        let mut cells = 0;
        let (mut ends, mut records) = (self.ends.room(), self.records.room());
        let (mut lines, mut wide) = (self.lines.room(), self.wide.room());
        for block in blocks {
            let Kinds { quotes, commas, line_ends, returns, odd_quotes, is_wide } = vectors.kinds(block);
            let parity = odd_quotes ^ state.inside;
            state.inside = 0_u64.wrapping_sub(parity >> 63);

            let separators = commas | line_ends;
            let closing = quotes & !parity;
            let bare_returns = returns & !parity;
            let edges = separators | quotes;
            state.wrong |= quotes & parity & !(edges << 1 | state.opens_after);
            // The end of the text follows a quote or a return rightly: that is looked at elsewhere.
            state.wrong |= (closing << 1 | state.closed) & !(edges | returns) & text;
            state.wrong |= (bare_returns << 1 | state.returned) & !line_ends & text;
            state.opens_after = edges >> 63;
            state.closed = closing >> 63;
            state.returned = bare_returns >> 63;

            let cell_ends = separators & !parity;
            let record_ends = line_ends & cell_ends;
            let ranks = [(&mut records, cells_before + cells, cell_ends), (&mut lines, state.line_ends, line_ends)];
            add_ranks(record_ends, ranks);
            ends.add(vectors, at, cell_ends);
            cells += cell_ends.count_ones();
            state.line_ends += line_ends.count_ones();
            wide.push_if(is_wide, at / 64);
            at += 64;
        }
        [ends, records, lines, wide].iter_mut().for_each(Room::end);
        state
    }
}

/// Adds to each list, for each bit of `some`, a number and so much more as there are bits of the list's own before it.
#[inline(always)]
fn add_ranks(mut some: u64, lists: [(&mut Room<'_>, u32, u64); 2]) {
    let found = some.count_ones() as usize;
    let [(one, first, all), (other, other_first, other_all)] = lists;
    for (slot, other_slot) in one.of_block().iter_mut().zip(other.of_block()) {
        // What is written for no bit is written over: a branch would be wrong more often.
        let before = some.wrapping_sub(1) & !some;
        *slot = first + (all & before).count_ones();
        *other_slot = other_first + (other_all & before).count_ones();
        some &= some.wrapping_sub(1);
        if some == 0 {
            break;
        }
    }
    one.taken += found;
    other.taken += found;
}

/// What is known before a block.
#[derive(Default)]
struct State {
    /// All bits where it begins inside quotes.
    inside: u64,
    /// What the byte before it was: a separator or a quote, a closing quote, a return.
    opens_after: u64,
    closed: u64,
    returned: u64,
    /// How many lines have ended.
    line_ends: u32,
    /// Whatever parity cannot tell.
    wrong: u64,
}

/// Whether a text holds an odd number of quotes.
pub fn has_odd_quotes(text: &[u8]) -> bool {
    vectors::with_best(OddQuotes { text })
}

struct Scan<'s> {
    marks: &'s mut Marks,
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
            let mut marks = Marks::default();
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
