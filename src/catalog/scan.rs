//! Where the cells and records of a CSV text end, found sixty-four bytes at a time.
//!
//! Quotes are told by their parity: a separator after an odd number of quotes is text. That is right for every file whose
//! quotes stand around whole cells. Where one does not, where a line ends in a carriage return alone, or where the file ends
//! inside quotes, [`Marks::strange`] is set, and the file must be read by the `csv` crate, which knows what to make of it.

use std::ops::Deref;

use super::vectors::{self, Kinds};

/// Where the cells and records of a text end. Positions count from the start of the text that was scanned.
#[derive(Debug, Default)]
pub struct Marks {
    /// Where each cell ends: at a comma or a line end outside quotes.
    pub cells: Positions,
    /// For each record, how many cells stand up to its end, its own included.
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

/// A list of positions whose memory is kept, and to which those of a whole block are added at once.
#[derive(Debug, Default)]
pub struct Positions {
    /// The positions, and behind them what may be written over.
    list: Vec<u32>,
    count: usize,
}

/// So many positions are written without asking whether there are as many: most blocks have fewer, and no branch decides.
const AT_ONCE: usize = 8;

impl Positions {
    /// Adds a position.
    pub fn push(&mut self, position: u32) {
        self.list.truncate(self.count);
        self.list.push(position);
        self.count += 1;
    }

    fn clear(&mut self) {
        self.count = 0;
    }

    /// Adds `first` and so much more as the number of each bit that is set.
    #[inline(always)]
    fn add(&mut self, first: u32, mut bits: u64) {
        let Some(free) = self.list.get_mut(self.count..).and_then(<[u32]>::first_chunk_mut::<64>) else {
            self.list.resize(self.list.len() * 2 + 1024, 0);
            return self.add(first, bits);
        };
        let found = bits.count_ones() as usize;
        let mut written = 0;
        while written < found {
            for slot in &mut free[written & 63..(written & 63) + AT_ONCE] {
                *slot = first + bits.trailing_zeros();
                bits &= bits.wrapping_sub(1);
            }
            written += AT_ONCE;
        }
        self.count += found;
    }
}

impl Deref for Positions {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        &self.list[..self.count]
    }
}

impl Marks {
    /// Scans a text of less than 4 GiB that begins inside quotes or not. The marks of another text are forgotten.
    pub fn scan(&mut self, text: &[u8], in_quotes: bool) {
        vectors::with_best(Scan { marks: self, text, in_quotes });
    }

    #[inline(always)]
    fn scan_by(&mut self, text: &[u8], in_quotes: bool, kinds: impl Fn(&[u8; 64]) -> Kinds) {
        for list in [&mut self.cells, &mut self.records, &mut self.pairs, &mut self.quoted_line_ends] {
            list.clear();
        }
        let mut inside = if in_quotes { u64::MAX } else { 0 };
        // What the last byte of the block before was: a separator or a quote, a quote, a closing quote, a return.
        let (mut opens_after, mut quote, mut closed, mut returned) = (1_u64, 0_u64, 0_u64, 0_u64);
        let mut wrong = 0_u64;
        let mut at = 0_u32;
        let (blocks, rest) = text.as_chunks::<64>();
        let mut last = [0; 64];
        last[..rest.len()].copy_from_slice(rest);
        let tail = (!rest.is_empty()).then_some(&last);
        for block in blocks.iter().chain(tail) {
            let Kinds { quotes, commas, line_ends, returns } = kinds(block);
            let separators = commas | line_ends;
            let parity = prefix_xor(quotes) ^ inside;
            inside = 0_u64.wrapping_sub(parity >> 63);

            let closing = quotes & !parity;
            let bare_returns = returns & !parity;
            wrong |= quotes & parity & !((separators | quotes) << 1 | opens_after);
            // The zeros behind the end of the text follow a quote or a return rightly: they are looked at below.
            let followers = if std::ptr::eq(block, &last) { !(u64::MAX << rest.len()) } else { u64::MAX };
            wrong |= (closing << 1 | closed) & !(separators | quotes | returns) & followers;
            wrong |= (bare_returns << 1 | returned) & !line_ends & followers;
            opens_after = (separators | quotes) >> 63;
            closed = closing >> 63;
            returned = bare_returns >> 63;

            let pairs = quotes & (quotes << 1 | quote);
            quote = quotes >> 63;
            if pairs != 0 {
                self.pairs.add(at, pairs);
            }

            let ends = separators & !parity;
            let before = u32::try_from(self.cells.len()).unwrap_or(u32::MAX);
            self.cells.add(at, ends);
            each_bit(line_ends & ends, |bit| self.records.push(before + (ends & (u64::MAX >> (63 - bit))).count_ones()));
            if line_ends & parity != 0 {
                self.quoted_line_ends.add(at, line_ends & parity);
            }
            at += 64;
        }
        self.in_quotes = inside != 0;
        self.strange = wrong != 0;
    }
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
    fn run(self, kinds: impl Fn(&[u8; 64]) -> Kinds) {
        self.marks.scan_by(self.text, self.in_quotes, kinds);
    }
}

struct OddQuotes<'s> {
    text: &'s [u8],
}

impl vectors::Work for OddQuotes<'_> {
    type Done = bool;

    #[inline(always)]
    fn run(self, kinds: impl Fn(&[u8; 64]) -> Kinds) -> bool {
        let (blocks, rest) = self.text.as_chunks::<64>();
        let folded = blocks.iter().fold(0, |folded, block| folded ^ kinds(block).quotes);
        (folded.count_ones() as usize + rest.iter().filter(|&&byte| byte == b'"').count()) % 2 == 1
    }
}

/// For each bit, whether the number of set bits up to and with it is odd.
fn prefix_xor(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

fn each_bit(mut bits: u64, mut visit: impl FnMut(u32)) {
    while bits != 0 {
        visit(bits.trailing_zeros());
        bits &= bits - 1;
    }
}
