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
    /// Where a quote stands directly behind another one.
    pub pairs: Positions,
    /// Where a line ends inside quotes.
    pub quoted_line_ends: Positions,
    /// Whether the text ends inside quotes.
    pub in_quotes: bool,
    /// Whether parity alone cannot tell the cells of this text.
    pub strange: bool,
}

/// Where the cell before the very first one ends: one before the text, so that the first one starts with it.
pub const BEFORE: u32 = u32::MAX;

/// A list of positions whose memory is kept, and to which those of a whole block are added at once.
#[derive(Debug, Default)]
pub struct Positions {
    /// The positions, and behind them what may be written over.
    list: Vec<u32>,
    count: usize,
}

impl Positions {
    /// Adds a position.
    pub fn push(&mut self, position: u32) {
        match self.list.get_mut(self.count) {
            Some(free) => *free = position,
            None => self.list.push(position),
        }
        self.count += 1;
    }

    fn clear(&mut self) {
        self.count = 0;
    }

    /// Adds `first` and so much more as the number of each bit that is set.
    #[inline(always)]
    fn add(&mut self, vectors: impl Vectors, first: u32, bits: u64) {
        vectors.write(first, bits, self.free());
        self.count += bits.count_ones() as usize;
    }

    /// Adds, for each bit of `some`, `first` and so much more as there are bits of `all` before it.
    #[inline(always)]
    fn add_ranks(&mut self, first: u32, all: u64, mut some: u64) {
        let found = some.count_ones() as usize;
        for (number, slot) in self.free().iter_mut().enumerate() {
            // What is written for no bit is written over: a branch would be wrong more often.
            let before = some.wrapping_sub(1) & !some;
            *slot = first + (all & before).count_ones();
            some &= some.wrapping_sub(1);
            if number + 1 >= found {
                break;
            }
        }
        self.count += found;
    }

    /// Room for the positions of a block.
    #[inline(always)]
    fn free(&mut self) -> &mut [u32; 64] {
        if self.list.len() < self.count + 64 {
            self.list.resize(self.list.len() * 2 + 1024, 0);
        }
        // There is that much room now.
        self.list[self.count..].first_chunk_mut().unwrap_or_else(|| unreachable!("room for a block"))
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

    /// Scans a text of less than 4 GiB that begins inside quotes or not. The marks of another text are forgotten.
    pub fn scan(&mut self, text: &[u8], in_quotes: bool) {
        vectors::with_best(Scan { marks: self, text, in_quotes });
    }

    #[inline(always)]
    fn scan_by(&mut self, text: &[u8], in_quotes: bool, vectors: impl Vectors) {
        for list in [&mut self.ends, &mut self.records, &mut self.pairs, &mut self.quoted_line_ends] {
            list.clear();
        }
        self.ends.push(BEFORE);
        let mut state = State { inside: if in_quotes { u64::MAX } else { 0 }, opens_after: 1, ..State::default() };
        let mut at = 0;
        let (blocks, rest) = text.as_chunks::<64>();
        for block in blocks {
            self.block(vectors, &mut state, at, block, u64::MAX);
            at += 64;
        }
        if !rest.is_empty() {
            let mut last = [0; 64];
            last[..rest.len()].copy_from_slice(rest);
            self.block(vectors, &mut state, at, &last, !(u64::MAX << rest.len()));
        }
        self.in_quotes = state.inside != 0;
        self.strange = state.wrong != 0;
    }

    /// Scans a block, of which only the bytes of `text` are text.
    #[inline(always)]
    fn block(&mut self, vectors: impl Vectors, state: &mut State, at: u32, block: &[u8; 64], text: u64) {
        let Kinds { quotes, commas, line_ends, returns, odd_quotes } = vectors.kinds(block);
        if state.inside != 0 && quotes == 0 {
            // Most blocks lie within a long quoted text: nothing counts there but lines. What the last byte was matters to the
            // next block only where a quote follows it, and a quote that follows now closes the text.
            *state = State { inside: state.inside, wrong: state.wrong, ..State::default() };
            if line_ends != 0 {
                self.quoted_line_ends.add(vectors, at, line_ends);
            }
            return;
        }
        let separators = commas | line_ends;
        if quotes | returns | state.inside | state.closed | state.returned == 0 {
            // Of the others, most hold no quote: all separators count.
            *state = State { opens_after: separators >> 63, wrong: state.wrong, ..State::default() };
            self.add_ends(vectors, at, separators, line_ends);
            return;
        }
        let parity = odd_quotes ^ state.inside;
        state.inside = 0_u64.wrapping_sub(parity >> 63);

        let closing = quotes & !parity;
        let bare_returns = returns & !parity;
        let edges = separators | quotes;
        let mut wrong = quotes & parity & !(edges << 1 | state.opens_after);
        // The end of the text follows a quote or a return rightly: that is looked at elsewhere.
        wrong |= (closing << 1 | state.closed) & !(edges | returns) & text;
        wrong |= (bare_returns << 1 | state.returned) & !line_ends & text;
        state.wrong |= wrong;

        let pairs = quotes & (quotes << 1 | state.quote);
        state.opens_after = edges >> 63;
        state.closed = closing >> 63;
        state.returned = bare_returns >> 63;
        state.quote = quotes >> 63;
        if pairs != 0 {
            self.pairs.add(vectors, at, pairs);
        }

        let ends = separators & !parity;
        self.add_ends(vectors, at, ends, line_ends & ends);
        let quoted_line_ends = line_ends & parity;
        if quoted_line_ends != 0 {
            self.quoted_line_ends.add(vectors, at, quoted_line_ends);
        }
    }

    /// Adds the ends of a block's cells, and of its records.
    #[inline(always)]
    fn add_ends(&mut self, vectors: impl Vectors, at: u32, cells: u64, records: u64) {
        let next = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.records.add_ranks(next, cells, records);
        self.ends.add(vectors, at, cells);
    }
}

/// What is known before a block.
#[derive(Default)]
struct State {
    /// All bits where it begins inside quotes.
    inside: u64,
    /// What the byte before it was: a separator or a quote, a quote, a closing quote, a return.
    opens_after: u64,
    quote: u64,
    closed: u64,
    returned: u64,
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
