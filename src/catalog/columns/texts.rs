//! Columns of texts, interned.

use std::hash::BuildHasher;
use std::ops::Range;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::Moved;
use super::ends::Ends;
use crate::text;

/// Distinct texts, each with a code. Code 0 is the blank text, which stands for a missing value.
#[derive(Debug, Clone)]
pub struct Dictionary {
    texts: Strings,
    codes: HashTable<Coded>,
    hasher: FixedState,
    /// The codes in the dictionary that takes this one's rows over, again and again.
    taken_over: Vec<u32>,
}

/// A text's code, and the text itself if it is short: then nothing else need be looked at to find it.
#[derive(Debug, Clone, Copy)]
struct Coded {
    low: u64,
    high: u32,
    code: u32,
}

/// A text of up to eleven bytes, and its length.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Key {
    /// Its first eight bytes.
    low: u64,
    /// The others, and the length: 0 for a longer text.
    high: u32,
}

impl Key {
    #[inline(always)]
    fn of(text: &[u8]) -> Self {
        let word = |bytes: &[u8; 4]| u64::from(u32::from_le_bytes(*bytes));
        let length = text.len();
        // Of two pieces of one length, which may overlap, a text is put together without a branch for each byte.
        let (low, rest) = match (text.first_chunk::<8>(), text.first_chunk(), text.last_chunk()) {
            _ if length > 11 => return Key::default(),
            (Some(low), _, Some(last)) => (u64::from_le_bytes(*low), word(last) >> (8 * (12 - length))),
            (None, Some(first), Some(last)) => (word(first) | word(last) << (8 * (length - 4)), 0),
            _ => (text.iter().rev().fold(0, |low, &byte| low << 8 | u64::from(byte)), 0),
        };
        Key { low, high: (rest | (length as u64) << 24) as u32 }
    }

    fn is_short(self) -> bool {
        self.high != 0
    }
}

/// A dictionary whose rows have been taken over keeps its texts, since those that come are likely the same, up to so many.
const KEPT_TEXTS: usize = 1 << 15;

impl Default for Dictionary {
    fn default() -> Self {
        let mut texts = Strings::default();
        texts.push("");
        Dictionary { texts, codes: HashTable::new(), hasher: FixedState::with_seed(0), taken_over: vec![0] }
    }
}

impl Dictionary {
    /// The text's code, a new one for a new text; 0 for blank text.
    pub fn intern(&mut self, text: &str) -> u32 {
        if text::is_blank(text) {
            return 0;
        }
        let (key, hash) = self.look_up(text);
        if let Some(code) = self.find(key, hash, text) {
            return code;
        }
        let Dictionary { texts, codes, hasher, .. } = self;
        // Codes are indexes of texts that came from one file in memory: far fewer than 2^32.
        let code = u32::try_from(texts.len()).unwrap_or(u32::MAX);
        texts.push(text);
        let Key { low, high } = key;
        codes.insert_unique(hash, Coded { low, high, code }, |coded| {
            hash_of(hasher, Key { low: coded.low, high: coded.high }, texts.get(coded.code as usize))
        });
        code
    }

    /// The code of exactly this text.
    pub fn code(&self, text: &str) -> Option<u32> {
        let (key, hash) = self.look_up(text);
        self.find(key, hash, text)
    }

    #[inline(always)]
    fn look_up(&self, text: &str) -> (Key, u64) {
        let key = Key::of(text.as_bytes());
        (key, hash_of(&self.hasher, key, text))
    }

    #[inline(always)]
    fn find(&self, key: Key, hash: u64, text: &str) -> Option<u32> {
        let is_it =
            |coded: &Coded| coded.low == key.low && coded.high == key.high && (key.is_short() || self.is(coded.code, text));
        self.codes.find(hash, is_it).map(|coded| coded.code)
    }

    /// Whether this is the text with a code: bytes are compared, so that no borders of characters need be looked for.
    #[inline(always)]
    fn is(&self, code: u32, text: &str) -> bool {
        self.texts.bytes(code as usize) == text.as_bytes()
    }

    /// The text with this code.
    pub fn text(&self, code: u32) -> &str {
        self.texts.get(code as usize)
    }

    /// How many codes there are, the blank one included.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is no text but the blank one.
    pub fn is_empty(&self) -> bool {
        self.len() == 1
    }

    /// Takes the texts over that another dictionary has got since the last time, and gives what its codes are here.
    fn take_over<'o>(&mut self, other: &'o mut Dictionary) -> &'o [u32] {
        let Dictionary { texts, taken_over, .. } = other;
        taken_over.extend((taken_over.len()..texts.len()).map(|code| self.intern(texts.get(code))));
        taken_over
    }

    /// Forgets the texts if there are many: their rows have been taken over.
    fn shrink(&mut self) {
        if self.len() > KEPT_TEXTS {
            *self = Dictionary::default();
        }
    }

    /// The codes and texts, without the blank one.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &str)> {
        (1u32..).zip((1..self.texts.len()).map(|index| self.texts.get(index)))
    }
}

#[inline(always)]
fn hash_of(hasher: &FixedState, key: Key, text: &str) -> u64 {
    if key.is_short() { hasher.hash_one((key.low, key.high)) } else { hasher.hash_one(text) }
}

/// Texts in one piece of memory.
#[derive(Debug, Clone, Default)]
pub struct Strings {
    bytes: String,
    ends: Ends,
}

impl Strings {
    /// Adds a text.
    pub fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
    }

    /// The text at this index; blank where there is none.
    pub fn get(&self, index: usize) -> &str {
        &self.bytes[self.ends.range(index)]
    }

    /// Its bytes.
    #[inline(always)]
    pub fn bytes(&self, index: usize) -> &[u8] {
        &self.bytes.as_bytes()[self.ends.range(index)]
    }

    /// Its bytes and some that follow them, sixteen in all; `None` where it is longer, or there are not as many.
    #[inline(always)]
    pub fn padded(&self, index: usize) -> Option<&[u8; 16]> {
        let range = self.ends.range(index);
        if range.len() > 16 { None } else { self.bytes.as_bytes()[range.start..].first_chunk() }
    }

    /// The bytes of all texts with these indexes, one behind the other.
    pub fn stretch(&self, indexes: Range<usize>) -> &[u8] {
        let start = self.ends.range(indexes.start).start;
        let end = self.ends.range(indexes.end).start;
        &self.bytes.as_bytes()[start..end]
    }

    /// Whether it is blank: as a rule, one byte tells.
    #[inline(always)]
    pub fn is_blank(&self, index: usize) -> bool {
        match self.bytes(index) {
            [first, ..] if first.is_ascii_graphic() => false,
            _ => text::is_blank(self.get(index)),
        }
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The texts in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.get(index))
    }

    /// Moves the texts of another here.
    pub fn append(&mut self, other: &mut Strings, moved: Moved) {
        if self.bytes.capacity() - self.bytes.len() < other.bytes.len() {
            self.bytes.reserve(moved.room(other.bytes.len()));
        }
        self.bytes.push_str(&other.bytes);
        self.ends.append(&mut other.ends, moved);
        other.bytes.clear();
    }
}

/// A column of texts, each a code of its dictionary.
#[derive(Debug, Clone, Default)]
pub struct TextColumn {
    /// A code a row; rows after the last one have none.
    pub codes: Vec<u32>,
    /// The distinct texts.
    pub dictionary: Dictionary,
}

impl TextColumn {
    /// Adds a row.
    pub fn push(&mut self, text: &str) {
        let code = match self.codes.last() {
            Some(&last) if self.dictionary.is(last, text) => last,
            _ => self.dictionary.intern(text),
        };
        self.codes.push(code);
    }

    /// Sets a row's text, whichever rows have been set before.
    pub fn set(&mut self, row: usize, text: &str) {
        let code = self.dictionary.intern(text);
        if row >= self.codes.len() {
            self.codes.resize(row + 1, 0);
        }
        self.codes[row] = code;
    }

    /// The code of a row; 0 where the value is missing.
    pub fn code(&self, row: usize) -> u32 {
        self.codes.get(row).copied().unwrap_or(0)
    }

    /// The text of a row, `None` where it is missing.
    pub fn get(&self, row: usize) -> Option<&str> {
        match self.code(row) {
            0 => None,
            code => Some(self.dictionary.text(code)),
        }
    }

    /// Moves the rows of another column here.
    pub fn append(&mut self, other: &mut TextColumn, moved: Moved) {
        let codes = self.dictionary.take_over(&mut other.dictionary);
        moved.take(&mut self.codes, &mut other.codes, |code| codes[code as usize]);
        other.dictionary.shrink();
    }
}

/// A column of several texts a row.
#[derive(Debug, Clone, Default)]
pub struct ListColumn {
    ends: Ends,
    codes: Vec<u32>,
    /// The distinct texts.
    pub dictionary: Dictionary,
}

impl ListColumn {
    /// Adds a row; blank texts are left out.
    pub fn push<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) {
        for text in texts {
            match self.dictionary.intern(text) {
                0 => {}
                code => self.codes.push(code),
            }
        }
        self.ends.push(self.codes.len());
    }

    /// The codes of a row.
    pub fn codes(&self, row: usize) -> &[u32] {
        &self.codes[self.ends.range(row)]
    }

    /// Moves the rows of another column here.
    pub fn append(&mut self, other: &mut ListColumn, moved: Moved) {
        let codes = self.dictionary.take_over(&mut other.dictionary);
        let of_rows = Moved { from: self.ends.append(&mut other.ends, moved), ..moved };
        of_rows.take(&mut self.codes, &mut other.codes, |code| codes[code as usize]);
        other.dictionary.shrink();
    }

    /// The codes of all rows.
    pub fn all_codes(&self) -> &[u32] {
        &self.codes
    }

    /// The texts of a row.
    pub fn get(&self, row: usize) -> impl Iterator<Item = &str> {
        self.codes(row).iter().map(|&code| self.dictionary.text(code))
    }
}

/// A column by use: a text a row, of the variant itself or else of its product.
///
/// A list metafield is one text, `["a","b"]`; [`list_items`] takes it apart.
#[derive(Debug, Clone, Default)]
pub struct OverrideColumn {
    /// The variants' own codes.
    pub variant: Vec<u32>,
    /// The products' codes.
    pub product: Vec<u32>,
    /// The distinct texts.
    pub dictionary: Dictionary,
}

impl OverrideColumn {
    /// Sets the value of a variant.
    pub fn set_variant(&mut self, row: usize, text: &str) {
        let code = self.dictionary.intern(protected(text));
        set(&mut self.variant, row, code);
    }

    /// Sets the value of a product.
    pub fn set_product(&mut self, row: usize, text: &str) {
        let code = self.dictionary.intern(protected(text));
        set(&mut self.product, row, code);
    }

    /// The code of a variant: its own, else its product's; 0 where both are missing.
    pub fn code(&self, variant: usize, product: usize) -> u32 {
        match self.variant.get(variant).copied().unwrap_or(0) {
            0 => self.product.get(product).copied().unwrap_or(0),
            own => own,
        }
    }

    /// Moves another column's values here, behind so many variants and products.
    pub fn append(&mut self, other: &mut OverrideColumn, (variants, products): (usize, usize), moved: (Moved, Moved)) {
        let codes = self.dictionary.take_over(&mut other.dictionary);
        let layers = [
            (&mut self.variant, &mut other.variant, variants, moved.0),
            (&mut self.product, &mut other.product, products, moved.1),
        ];
        for (own, others, before, moved) in layers {
            if others.len() > moved.from {
                own.resize(before, 0);
            }
            moved.take(own, others, |code| codes[code as usize]);
        }
        other.dictionary.shrink();
    }

    /// The text of a variant.
    pub fn get(&self, variant: usize, product: usize) -> Option<&str> {
        match self.code(variant, product) {
            0 => None,
            code => Some(self.dictionary.text(code)),
        }
    }
}

/// A text without the apostrophe that protects digits alone; white space around others stays, for what shows them.
fn protected(text: &str) -> &str {
    let trimmed = text.trim_start();
    if trimmed.starts_with('\'') { text::without_apostrophe(trimmed.trim_end()) } else { text }
}

fn set(codes: &mut Vec<u32>, row: usize, code: u32) {
    if code == 0 && row >= codes.len() {
        return;
    }
    if row >= codes.len() {
        codes.resize(row + 1, 0);
    }
    codes[row] = code;
}

/// The values of a by-use text: the items of a JSON list, or else the text itself.
pub fn list_items(text: &str) -> Vec<String> {
    let scalar = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => Some(text),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Bool(yes) => Some(yes.to_string()),
        _ => None,
    };
    let trimmed = text.trim();
    if trimmed.starts_with('[')
        && trimmed.ends_with(']')
        && let Ok(items) = serde_json::from_str::<Vec<serde_json::Value>>(trimmed)
        && let Some(items) = items.into_iter().map(scalar).collect()
    {
        return items;
    }
    vec![text.to_owned()]
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
