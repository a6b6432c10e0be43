//! The structural index of a CSV text: where its cells and records end, found 64 bytes at a time.
//!
//! Quotes are told by their parity: a separator after an odd number of quotes is text. That is right for every file whose
//! quotes stand around whole cells. Where one does not, where a line ends in a carriage return alone, or where the file ends
//! inside quotes, [`StructuralIndex::needs_fallback`] is set, and the file must be read by the `csv` crate, which knows what to
//! make of it.

use super::count_lines;
use wide::u8x16;

/// Where the cells and records of a text end. Positions count from the start of the text that was scanned.
#[derive(Debug, Default)]
pub struct StructuralIndex {
    /// Where each cell ends: at a comma or a line end outside quotes. Before them stands [`BEFORE`], so that every cell starts
    /// behind a position of the list.
    pub ends: Vec<u32>,
    /// For each record, which of the `ends` is that of its last cell.
    pub records: Vec<u32>,
    /// How many lines end before each block of 64 bytes, in quotes or not.
    lines: Vec<u32>,
    /// Whether the text ends inside quotes.
    pub in_quotes: bool,
    /// Whether parity alone cannot tell the cells of this text.
    pub needs_fallback: bool,
}

/// Where the cell before the very first one ends: one before the text, so that the first one starts with it.
const BEFORE: u32 = u32::MAX;

impl StructuralIndex {
    /// Where a record ends, if there is one with this number.
    pub fn end_of(&self, record: usize) -> Option<usize> {
        self.records.get(record).and_then(|&last| self.ends.get(last as usize)).map(|&end| end as usize)
    }

    /// Where a record starts, or, behind the last one, what follows it.
    pub fn start_of(&self, record: usize) -> usize {
        record.checked_sub(1).and_then(|before| self.end_of(before)).map_or(0, |end| end + 1)
    }

    /// How many lines of the text, which was scanned last, end before a record starts, or before what follows the last one.
    pub fn lines_before(&self, record: usize, text: &[u8]) -> usize {
        let start = self.start_of(record);
        let in_block = text.get(start / 64 * 64..start).unwrap_or_default();
        self.lines.get(start / 64).map_or(0, |&lines| lines as usize) + count_lines(in_block)
    }

    /// How many records end before a place.
    pub fn records_before(&self, place: usize) -> usize {
        self.records.partition_point(|&last| (self.ends[last as usize] as usize) < place)
    }

    /// Adds the record of a text's last line, which no line end follows.
    pub fn end_record(&mut self, length: usize) -> Option<()> {
        self.records.push(u32::try_from(self.ends.len()).ok()?);
        self.ends.push(u32::try_from(length).ok()?);
        Some(())
    }

    /// Scans a text of less than 4 GiB that begins inside quotes or not. What another text had is forgotten.
    pub fn scan(&mut self, text: &[u8], in_quotes: bool) {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi1") && is_x86_feature_detected!("popcnt") {
            // SAFETY: the processor has been asked for all that the function is compiled for.
            #[allow(unsafe_code)]
            return unsafe { self.scan_avx2(text, in_quotes) };
        }
        self.scan_by(text, in_quotes);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,popcnt")]
    fn scan_avx2(&mut self, text: &[u8], in_quotes: bool) {
        self.scan_by(text, in_quotes);
    }

    #[inline(always)] // compiled anew for each kind of processor
    fn scan_by(&mut self, text: &[u8], in_quotes: bool) {
        self.ends.clear();
        self.records.clear();
        self.lines.clear();
        self.ends.push(BEFORE);
        let mut state = State { inside: if in_quotes { u64::MAX } else { 0 }, edges: u64::MAX, ..State::default() };
        let (blocks, rest) = text.as_chunks::<64>();
        for block in blocks {
            self.block(&mut state, block, u64::MAX);
        }
        let mut last = [0; 64];
        last[..rest.len()].copy_from_slice(rest);
        self.block(&mut state, &last, !(u64::MAX << rest.len()));
        self.in_quotes = state.inside != 0;
        self.needs_fallback = state.wrong != 0;
    }

    /// Scans the next block, of which only the bytes of `text` are text. The same is done for every block: to ask first what a
    /// block is like, and be wrong at every other one, takes longer.
    #[inline(always)]
    fn block(&mut self, state: &mut State, block: &[u8; 64], text: u64) {
        let [quotes, commas, line_ends, returns] = kinds(block);
        let parity = odd_up_to(quotes) ^ state.inside;
        state.inside = 0_u64.wrapping_sub(parity >> 63);

        let separators = commas | line_ends;
        let closing = quotes & !parity;
        let bare_returns = returns & !parity;
        let edges = separators | quotes;
        state.wrong |= quotes & parity & !(edges << 1 | state.edges >> 63);
        // The end of the text follows a quote or a return rightly: that is looked at elsewhere.
        state.wrong |= (closing << 1 | state.closing >> 63) & !(edges | returns) & text;
        state.wrong |= (bare_returns << 1 | state.bare_returns >> 63) & !line_ends & text;
        (state.edges, state.closing, state.bare_returns) = (edges, closing, bare_returns);

        // There are less than 2^32 bytes.
        let first = self.lines.len() as u32 * 64;
        self.lines.push(state.lines);
        state.lines += line_ends.count_ones();
        let cell_ends = separators & !parity;
        let mut record_ends = line_ends & cell_ends;
        while record_ends != 0 {
            let before = cell_ends & (record_ends & record_ends.wrapping_neg()).wrapping_sub(1);
            self.records.push(self.ends.len() as u32 + before.count_ones());
            record_ends &= record_ends - 1;
        }
        push_positions(&mut self.ends, first, cell_ends);
    }
}

/// Adds `first` plus the number of each bit that is set.
#[inline(always)]
fn push_positions(list: &mut Vec<u32>, first: u32, mut bits: u64) {
    let end = list.len() + bits.count_ones() as usize;
    // So many are written without asking whether there are as many: most blocks have fewer, and no branch decides.
    while bits != 0 {
        let mut positions = [0; 8];
        for position in &mut positions {
            *position = first + bits.trailing_zeros();
            bits &= bits.wrapping_sub(1);
        }
        list.extend_from_slice(&positions);
    }
    list.truncate(end);
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
    /// How many lines have ended.
    lines: u32,
    /// Whatever parity cannot tell.
    wrong: u64,
}

/// The quotes, commas, line feeds and carriage returns of a block, a bit each.
#[inline(always)]
fn kinds(block: &[u8; 64]) -> [u64; 4] {
    let (lanes, _) = block.as_chunks::<16>();
    let lanes = [0, 1, 2, 3].map(|index| u8x16::new(lanes[index]));
    b"\",\n\r".map(|kind| {
        let bits = lanes.map(|lane| u64::from(lane.simd_eq(u8x16::splat(kind)).to_bitmask()));
        bits[0] | bits[1] << 16 | bits[2] << 32 | bits[3] << 48
    })
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
