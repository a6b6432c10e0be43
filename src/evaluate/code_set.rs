//! Sets of a dictionary's codes.

/// The codes of the texts for which a comparison holds. The code of the missing value is in none.
#[derive(Debug, Clone)]
pub enum CodeSet {
    /// At most eight codes, in order.
    Few(Vec<u32>),
    /// More codes: a bit each, in words from code 0 on.
    Bits(Vec<u64>),
}

impl CodeSet {
    /// The set of some codes, in any order.
    pub fn new(mut codes: Vec<u32>) -> Self {
        codes.sort_unstable();
        codes.dedup();
        if codes.len() <= 8 {
            return CodeSet::Few(codes);
        }
        let mut bits = vec![0_u64; codes.last().map_or(0, |&last| last as usize / 64 + 1)];
        for code in codes {
            bits[code as usize / 64] |= 1 << (code % 64);
        }
        CodeSet::Bits(bits)
    }

    /// Whether the code is in it.
    pub fn contains(&self, code: u32) -> bool {
        match self {
            CodeSet::Few(codes) => codes.contains(&code),
            CodeSet::Bits(bits) => bits.get(code as usize / 64).is_some_and(|word| word >> (code % 64) & 1 == 1),
        }
    }

    /// Its codes, in order.
    pub fn codes(&self) -> Vec<u32> {
        match self {
            CodeSet::Few(codes) => codes.clone(),
            CodeSet::Bits(bits) => {
                let all = (0u32..).zip(bits);
                all.flat_map(|(at, word)| (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| at * 64 + bit)).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_the_codes_that_it_was_made_of() {
        for codes in [vec![], vec![3], vec![9, 3, 9], (0..200).step_by(7).collect(), vec![1, 2, 3, 4, 5, 63, 64, 65, 128]] {
            let set = CodeSet::new(codes.clone());
            let mut sorted = codes.clone();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(set.codes(), sorted);
            assert!((0..300).all(|code| set.contains(code) == codes.contains(&code)), "{codes:?}");
        }
    }
}
