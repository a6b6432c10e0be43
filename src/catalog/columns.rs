//! The catalog's store: one typed column a field, text interned.

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::ops::Range;

use crate::{number, text};

/// Distinct texts, each with a code. Code 0 is the blank text, which stands for a missing value.
#[derive(Debug, Clone)]
pub struct Dictionary {
    texts: Strings,
    codes: HashTable<u32>,
    hasher: FixedState,
    /// The codes in the dictionary that takes this one's rows over, again and again.
    taken_over: Vec<u32>,
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
        let Dictionary { texts, codes, hasher, .. } = self;
        let hash = hasher.hash_one(text);
        if let Some(&code) = codes.find(hash, |&code| texts.bytes(code as usize) == text.as_bytes()) {
            return code;
        }
        // Codes are indexes of texts that came from one file in memory: far fewer than 2^32.
        let code = u32::try_from(texts.len()).unwrap_or(u32::MAX);
        texts.push(text);
        codes.insert_unique(hash, code, |&code| hasher.hash_one(texts.get(code as usize)));
        code
    }

    /// The code of exactly this text.
    pub fn code(&self, text: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(text);
        self.codes.find(hash, |&code| self.texts.get(code as usize) == text).copied()
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

/// How rows are moved from a part's columns to those of the whole.
#[derive(Debug, Clone, Copy, Default)]
pub struct Moved {
    /// The first row that is moved; those before it are dropped.
    pub from: usize,
    /// How many more parts are to come, likely of the same size: columns make room for them at once, since memory that grows
    /// step by step is filled anew each time.
    pub ahead: usize,
}

impl Moved {
    /// Moves the items of a column.
    pub fn take<T: Copy, U>(self, own: &mut Vec<U>, others: &mut Vec<T>, each: impl Fn(T) -> U) {
        let taken = others.get(self.from..).unwrap_or_default();
        if own.capacity() - own.len() < taken.len() {
            own.reserve(self.room(taken.len()));
        }
        own.extend(taken.iter().map(|&item| each(item)));
        others.clear();
    }

    /// How much room is made where there is none for so many items.
    fn room(self, count: usize) -> usize {
        // Room that is not used costs nothing, but a file of any size must not ask for all memory there is.
        const MOST: usize = 1 << 12;
        count + count * self.ahead.min(MOST) * 17 / 16
    }
}

/// Texts in one piece of memory.
#[derive(Debug, Clone, Default)]
pub struct Strings {
    bytes: String,
    ends: Vec<usize>,
}

impl Strings {
    /// Adds a text.
    pub fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
    }

    /// The text at this index; blank where there is none.
    pub fn get(&self, index: usize) -> &str {
        &self.bytes[self.range(index)]
    }

    /// Its bytes.
    #[inline]
    pub fn bytes(&self, index: usize) -> &[u8] {
        &self.bytes.as_bytes()[self.range(index)]
    }

    #[inline]
    fn range(&self, index: usize) -> Range<usize> {
        let start = if index == 0 { 0 } else { self.ends.get(index - 1).copied().unwrap_or(self.bytes.len()) };
        start..self.ends.get(index).copied().unwrap_or(self.bytes.len())
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
        let before = self.bytes.len();
        if self.bytes.capacity() - before < other.bytes.len() {
            self.bytes.reserve(moved.room(other.bytes.len()));
        }
        self.bytes.push_str(&other.bytes);
        moved.take(&mut self.ends, &mut other.ends, |end| before + end);
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
            Some(&last) if self.dictionary.text(last) == text => last,
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
pub struct ManyColumn {
    ends: Vec<usize>,
    codes: Vec<u32>,
    /// The distinct texts.
    pub dictionary: Dictionary,
}

impl ManyColumn {
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
        let start = if row == 0 { 0 } else { self.ends.get(row - 1).copied().unwrap_or(self.codes.len()) };
        let end = self.ends.get(row).copied().unwrap_or(self.codes.len());
        &self.codes[start..end]
    }

    /// Moves the rows of another column here.
    pub fn append(&mut self, other: &mut ManyColumn, moved: Moved) {
        let codes = self.dictionary.take_over(&mut other.dictionary);
        let skipped = moved.from.checked_sub(1).and_then(|row| other.ends.get(row)).copied().unwrap_or(0);
        let before = self.codes.len();
        let of_rows = Moved { from: skipped, ..moved };
        of_rows.take(&mut self.codes, &mut other.codes, |code| codes[code as usize]);
        moved.take(&mut self.ends, &mut other.ends, |end| before + end - skipped);
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

/// A column of whole numbers, some of them missing.
///
/// Nearly all counts are small: those are stored as such. The rest are kept aside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CountColumn {
    values: Vec<i32>,
    others: BTreeMap<usize, i64>,
}

/// What stands for a missing count.
const NO_COUNT: i32 = i32::MIN;
/// What stands for a count that is kept aside.
const COUNT_ASIDE: i32 = i32::MIN + 1;

/// What a value is stored as, unless it is kept aside.
#[inline]
fn small(value: Option<i64>) -> Option<i32> {
    value.map_or(Some(NO_COUNT), |value| i32::try_from(value).ok().filter(|&value| value > COUNT_ASIDE))
}

impl CountColumn {
    /// Adds a row.
    #[inline]
    pub fn push(&mut self, value: Option<i64>) {
        match small(value) {
            Some(small) => self.values.push(small),
            None => self.set(self.values.len(), value),
        }
    }

    /// How many rows there are up to the last one that was set.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether no row was set.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Sets a row's value, whichever rows have been set before.
    pub fn set(&mut self, row: usize, value: Option<i64>) {
        let small = small(value);
        if !self.others.is_empty() {
            self.others.remove(&row);
        }
        if small.is_none() {
            self.others.extend(value.map(|value| (row, value)));
        }
        if row >= self.values.len() {
            self.values.resize(row + 1, NO_COUNT);
        }
        self.values[row] = small.unwrap_or(COUNT_ASIDE);
    }

    /// The value of a row.
    #[inline]
    pub fn get(&self, row: usize) -> Option<i64> {
        match self.values.get(row).copied()? {
            NO_COUNT => None,
            COUNT_ASIDE => self.others.get(&row).copied(),
            value => Some(i64::from(value)),
        }
    }

    /// Moves the rows of another column here, behind `before` rows.
    pub fn append(&mut self, other: &mut CountColumn, before: usize, moved: Moved) {
        if !other.values.is_empty() {
            self.values.resize(before, NO_COUNT);
            moved.take(&mut self.values, &mut other.values, |value| value);
            self.others.extend(std::mem::take(&mut other.others).into_iter().map(|(row, value)| (before + row, value)));
        }
    }
}

/// A column of decimal numbers, some of them missing.
///
/// Nearly all prices and weights are a whole number of ten-thousandths: those are stored as such. The rest are kept aside.
#[derive(Debug, Clone, Default)]
pub struct DecimalColumn {
    scaled: Vec<i64>,
    others: BTreeMap<usize, Decimal>,
}

/// A value of a [`DecimalColumn`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scaled {
    /// There is none.
    Missing,
    /// So many ten-thousandths.
    Value(i64),
    /// No whole number of them.
    Other,
}

/// What stands for a missing number; none that is stored as such comes to it.
const MISSING: i64 = i64::MIN;
/// The decimals that are stored.
pub const SCALE: u32 = 4;
/// What stands for a number that is kept aside.
const ASIDE: i64 = i64::MIN + 1;

impl DecimalColumn {
    /// Adds a row if it is a plain number of few digits; whether it is.
    #[inline]
    pub fn push_plain(&mut self, text: &[u8]) -> bool {
        scaled(text).map(|scaled| self.scaled.push(scaled)).is_some()
    }

    /// Adds a row, as a file writes it. `false` if that is no number: the value is then missing.
    pub fn push(&mut self, text: &str) -> bool {
        if self.push_plain(text.as_bytes()) {
            return true;
        }
        let row = self.scaled.len();
        let value = number::decimal(text);
        self.scaled.push(if value.is_some() { ASIDE } else { MISSING });
        if let Some(value) = value {
            self.others.insert(row, value);
        }
        value.is_some() || text.trim().is_empty()
    }

    /// The value of a row.
    pub fn get(&self, row: usize) -> Option<Decimal> {
        match self.scaled.get(row).copied()? {
            MISSING => None,
            ASIDE => self.others.get(&row).copied(),
            scaled => Some(Decimal::new(scaled, SCALE)),
        }
    }

    /// The value of a row in ten-thousandths, where it is a whole number of them.
    pub fn scaled(&self, row: usize) -> Scaled {
        match self.scaled.get(row).copied() {
            None | Some(MISSING) => Scaled::Missing,
            Some(ASIDE) => Scaled::Other,
            Some(value) => Scaled::Value(value),
        }
    }

    /// Moves another column's rows here.
    pub fn append(&mut self, other: &mut DecimalColumn, moved: Moved) {
        let before = self.scaled.len();
        moved.take(&mut self.scaled, &mut other.scaled, |value| value);
        self.others.extend(std::mem::take(&mut other.others).into_iter().map(|(row, value)| (before + row, value)));
    }
}

/// A plain number of few digits, in ten-thousandths: `19.90` is 199,000.
#[inline]
fn scaled(text: &[u8]) -> Option<i64> {
    const LONGEST: usize = 14;
    if text.is_empty() || text.len() > LONGEST || !text[0].is_ascii_digit() {
        return None;
    }
    let (mut value, mut point) = (0_i64, None);
    for (at, &byte) in text.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            value = value * 10 + i64::from(digit);
        } else if byte == b'.' && point.is_none() {
            point = Some(at);
        } else {
            return None;
        }
    }
    let decimals = match point {
        None => 0,
        // A point must have digits behind it, as for every decimal number.
        Some(at) if at + 1 == text.len() => return None,
        Some(at) => text.len() - at - 1,
    };
    const SCALED: [i64; SCALE as usize + 1] = [10_000, 1_000, 100, 10, 1];
    Some(value * SCALED.get(decimals)?)
}

/// A column by use: a text a row, of the variant itself or else of its product.
///
/// A list metafield is one text, `["a","b"]`; [`parts`] takes it apart.
#[derive(Debug, Clone, Default)]
pub struct LayeredColumn {
    /// The variants' own codes.
    pub variant: Vec<u32>,
    /// The products' codes.
    pub product: Vec<u32>,
    /// The distinct texts.
    pub dictionary: Dictionary,
}

impl LayeredColumn {
    /// Sets the value of a variant.
    pub fn set_variant(&mut self, row: usize, text: &str) {
        let code = self.dictionary.intern(text);
        set(&mut self.variant, row, code);
    }

    /// Sets the value of a product.
    pub fn set_product(&mut self, row: usize, text: &str) {
        let code = self.dictionary.intern(text);
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
    pub fn append(&mut self, other: &mut LayeredColumn, (variants, products): (usize, usize), moved: (Moved, Moved)) {
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
pub fn parts(text: &str) -> Vec<String> {
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

    #[test]
    fn a_count_column_gives_back_what_it_took() {
        let counts = [i64::MIN, -(1 << 31) - 1, -(1 << 31), 1 - (1 << 31), -1, 0, 7, (1 << 31) - 1, 1 << 31, i64::MAX];
        let mut column = CountColumn::default();
        column.push(None);
        counts.iter().for_each(|&count| column.push(Some(count)));
        let mut twice = column.clone();
        twice.append(&mut column, twice.values.len(), Moved::default());
        for (row, &count) in counts.iter().enumerate() {
            assert_eq!(twice.get(row + 1), Some(count));
            assert_eq!(twice.get(counts.len() + 1 + row + 1), Some(count));
            twice.set(row + 1, None);
            assert_eq!(twice.get(row + 1), None);
        }
        assert_eq!((twice.get(0), twice.get(counts.len() + 1), twice.get(99)), (None, None, None));
    }

    proptest! {
        #[test]
        fn a_decimal_column_gives_back_what_it_took(texts in prop::collection::vec("[-+ ]?[0-9]{0,12}[.,]?[0-9]{0,6}[ x]?", 0..40)) {
            let mut column = DecimalColumn::default();
            for text in &texts {
                prop_assert_eq!(column.push(text), text.trim().is_empty() || number::decimal(text).is_some(), "{}", text);
            }
            let mut twice = column.clone();
            twice.append(&mut column, Moved::default());
            for (row, text) in texts.iter().chain(&texts).enumerate() {
                prop_assert_eq!(twice.get(row), number::decimal(text), "{}", text);
            }
        }
    }
}
