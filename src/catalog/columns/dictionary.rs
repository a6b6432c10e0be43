//! An interner of texts.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::Strings;
use crate::text;

/// Distinct texts, each with a code: 1, 2, 3 … in the order in which they came. Code 0 is the blank text, which stands for a
/// missing value.
#[derive(Debug, Clone)]
pub struct Dictionary {
    texts: Strings,
    /// The codes, found by the hash of their texts.
    codes: HashTable<u32>,
}

/// The hash of a text: the same in every process, so that everything that comes of it is.
fn hash(text: &str) -> u64 {
    FixedState::with_seed(0).hash_one(text)
}

impl Default for Dictionary {
    fn default() -> Self {
        let mut texts = Strings::default();
        texts.push("");
        Dictionary { texts, codes: HashTable::new() }
    }
}

impl Dictionary {
    /// The text's code, a new one for a new text; 0 for blank text.
    pub fn intern(&mut self, text: &str) -> u32 {
        if text::is_blank(text) {
            return 0;
        }
        if let Some(code) = self.code(text) {
            return code;
        }
        let Dictionary { texts, codes } = self;
        // Codes are indexes of texts that came from files in memory: far fewer than 2^32.
        let code = u32::try_from(texts.len()).unwrap_or(u32::MAX);
        texts.push(text);
        codes.insert_unique(hash(text), code, |&code| hash(texts.get(code as usize)));
        code
    }

    /// The code of exactly this text.
    pub fn code(&self, text: &str) -> Option<u32> {
        self.codes.find(hash(text), |&code| self.is(code, text)).copied()
    }

    /// Whether this is the text with a code.
    #[inline]
    pub fn is(&self, code: u32, text: &str) -> bool {
        self.texts.bytes(code as usize) == text.as_bytes()
    }

    /// The text with a code.
    pub fn text(&self, code: u32) -> &str {
        self.texts.get(code as usize)
    }

    /// How many codes there are, the blank one included.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Adds the texts of another dictionary. For each of its codes, the one of the same text here.
    pub fn merge(&mut self, other: &Dictionary) -> Vec<u32> {
        other.texts.iter().map(|text| self.intern(text)).collect()
    }

    /// The codes and texts, without the blank one.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &str)> {
        (0..).zip(self.texts.iter()).skip(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_text_has_its_code(texts in prop::collection::vec("[ab\0é]{0,5}|[ab\0]{6,14}", 0..200)) {
            let mut dictionary = Dictionary::default();
            let mut known: Vec<&str> = vec![];
            for text in &texts {
                let before = known.iter().position(|known| known == text);
                prop_assert_eq!(dictionary.code(text), before.map(|at| at as u32 + 1));
                let expected = match before {
                    _ if text.is_empty() => 0,
                    Some(at) => at as u32 + 1,
                    None => {
                        known.push(text);
                        known.len() as u32
                    }
                };
                prop_assert_eq!(dictionary.intern(text), expected);
                prop_assert_eq!(dictionary.text(expected), text);
            }
        }
    }
}
