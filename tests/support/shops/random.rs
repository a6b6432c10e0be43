//! Numbers that are the same for the same seed.

/// A sequence of numbers (SplitMix64 by Steele, Lea and Flood).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The sequence of a seed.
    pub fn of(seed: u64) -> Self {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, which is 1 at least.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// A number from `low` to `high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low + 1) as u64) as i64
    }

    /// True once in this number of times, on average.
    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of some.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// Some of some, each with the same chance.
    pub fn some<T: Clone>(&mut self, of: &[T], one_in: usize) -> Vec<T> {
        of.iter().filter(|_| self.one_in(one_in)).cloned().collect()
    }

    /// Puts a list into another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }

    /// A text as somebody else could write it: in another case, with its accents apart or together, with spaces around it.
    pub fn vary(&mut self, text: &str) -> String {
        use unicode_normalization::UnicodeNormalization;
        match self.below(8) {
            0 => text.to_uppercase(),
            1 => text.to_lowercase(),
            2 => text.nfd().collect(),
            3 => text.nfc().collect(),
            4 => format!(" {text}"),
            5 => text.replace('ß', "ss"),
            _ => text.to_owned(),
        }
    }

    /// A SKU with what nobody sees at its ends, now and then.
    pub fn padded(&mut self, sku: &str) -> String {
        match self.below(60) {
            _ if sku.trim().is_empty() => sku.to_owned(),
            0 => format!(" {sku}"),
            1 => format!("{sku}  "),
            2 => format!("{sku}\u{200b}"),
            3 => format!("\u{a0}{sku}"),
            _ => sku.to_owned(),
        }
    }
}
