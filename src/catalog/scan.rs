//! Where the cells and records of a CSV text end, found sixty-four bytes at a time.
//!
//! Quotes are told by their parity: a separator after an odd number of quotes is text. That is right for every file whose
//! quotes stand around whole cells. Where one does not, where a line ends in a carriage return alone, or where the file ends
//! inside quotes, [`Marks::strange`] is set, and the file must be read by the `csv` crate, which knows what to make of it.

use wide::u8x16;

/// Where the cells and records of a text end. Positions count from the start of the text that was scanned.
#[derive(Debug, Default)]
pub struct Marks {
    /// Where each cell ends: at a comma or a line end outside quotes.
    pub cells: Vec<u32>,
    /// For each record, how many cells stand up to its end, its own included.
    pub records: Vec<u32>,
    /// Where a quote stands directly behind another one.
    pub pairs: Vec<u32>,
    /// Where a line ends inside quotes.
    pub quoted_line_ends: Vec<u32>,
    /// Whether the text ends inside quotes.
    pub in_quotes: bool,
    /// Whether parity alone cannot tell the cells of this text.
    pub strange: bool,
}

/// The bytes of a block that are of a kind, a bit each.
struct Kinds {
    quotes: u64,
    commas: u64,
    line_ends: u64,
    returns: u64,
}

impl Marks {
    /// Scans a text of less than 4 GiB that begins inside quotes or not. The marks of another text are forgotten.
    pub fn scan(&mut self, text: &[u8], in_quotes: bool) {
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
            each_bit(pairs, |bit| self.pairs.push(at + bit));

            let ends = separators & !parity;
            let before = u32::try_from(self.cells.len()).unwrap_or(u32::MAX);
            each_bit(ends, |bit| self.cells.push(at + bit));
            each_bit(line_ends & ends, |bit| self.records.push(before + (ends & (u64::MAX >> (63 - bit))).count_ones()));
            each_bit(line_ends & parity, |bit| self.quoted_line_ends.push(at + bit));
            at += 64;
        }
        self.in_quotes = inside != 0;
        self.strange = wrong != 0;
    }
}

/// Whether a text holds an odd number of quotes.
pub fn has_odd_quotes(text: &[u8]) -> bool {
    let (blocks, rest) = text.as_chunks::<64>();
    let folded = blocks.iter().fold(0, |folded, block| folded ^ equal(&lanes(block), b'"'));
    (folded.count_ones() as usize + rest.iter().filter(|&&byte| byte == b'"').count()) % 2 == 1
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

/// Sixteen bytes at a time: every x86-64 and every 64-bit ARM processor can, and elsewhere it is still right.
fn lanes(block: &[u8; 64]) -> [u8x16; 4] {
    let (lanes, _) = block.as_chunks::<16>();
    [0, 1, 2, 3].map(|index| u8x16::new(lanes[index]))
}

fn equal(lanes: &[u8x16; 4], byte: u8) -> u64 {
    let wanted = u8x16::splat(byte);
    let bits = lanes.map(|lane| u64::from(lane.simd_eq(wanted).to_bitmask()));
    bits[0] | bits[1] << 16 | bits[2] << 32 | bits[3] << 48
}

fn kinds(block: &[u8; 64]) -> Kinds {
    let lanes = lanes(block);
    let [quotes, commas, line_ends, returns] = b"\",\n\r".map(|byte| equal(&lanes, byte));
    Kinds { quotes, commas, line_ends, returns }
}
