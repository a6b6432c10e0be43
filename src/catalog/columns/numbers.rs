//! Columns of counts and decimal numbers.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::Moved;
use crate::number::{self, Short};

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
    /// The numbers of ten-thousandths, as long as all are small.
    small: Vec<i32>,
    /// All of them, from the first one on that is not.
    wide: Vec<i64>,
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

/// The decimals that are stored.
pub const SCALE: u32 = 4;

/// What stands for a missing number, and for one that is kept aside: those that are stored as such are never negative.
const MISSING: i64 = -1;
const ASIDE: i64 = -2;

impl DecimalColumn {
    /// Adds a row if it is a plain number of few digits; whether it is.
    fn push_plain(&mut self, text: &[u8]) -> bool {
        scaled(text).map(|value| self.add(value)).is_some()
    }

    /// Adds a row if it is such a number as most prices and weights are; whether it is.
    #[inline(always)]
    pub fn push_short(&mut self, text: Short) -> bool {
        let hundredths = text.hundredths().map(|value| value * 100);
        hundredths.or_else(|| Some(text.digits()? * 10_000)).map(|value| self.add(value)).is_some()
    }

    /// Adds a row, as a file writes it. `false` if that is no number: the value is then missing.
    pub fn push(&mut self, text: &str) -> bool {
        if self.push_plain(text.as_bytes()) {
            return true;
        }
        match number::decimal(text) {
            Some(value) => {
                self.others.insert(self.len(), value);
                self.add(ASIDE);
                true
            }
            None => {
                self.add(MISSING);
                text.trim().is_empty()
            }
        }
    }

    #[inline]
    fn add(&mut self, value: i64) {
        match i32::try_from(value) {
            Ok(small) if self.wide.is_empty() => self.small.push(small),
            _ => {
                self.widen();
                self.wide.push(value);
            }
        }
    }

    fn widen(&mut self) {
        self.wide.extend(std::mem::take(&mut self.small).into_iter().map(i64::from));
    }

    fn len(&self) -> usize {
        self.small.len() + self.wide.len()
    }

    /// The value of a row.
    pub fn get(&self, row: usize) -> Option<Decimal> {
        match self.scaled(row) {
            Scaled::Missing => None,
            Scaled::Other => self.others.get(&row).copied(),
            Scaled::Value(value) => Some(Decimal::new(value, SCALE)),
        }
    }

    /// The value of a row in ten-thousandths, where it is a whole number of them.
    #[inline]
    pub fn scaled(&self, row: usize) -> Scaled {
        let value = self.small.get(row).map(|&small| i64::from(small)).or_else(|| self.wide.get(row).copied());
        match value {
            None | Some(MISSING) => Scaled::Missing,
            Some(ASIDE) => Scaled::Other,
            Some(value) => Scaled::Value(value),
        }
    }

    /// Moves another column's rows here.
    pub fn append(&mut self, other: &mut DecimalColumn, moved: Moved) {
        let before = self.len();
        if self.wide.is_empty() && other.wide.is_empty() {
            moved.take(&mut self.small, &mut other.small, |value| value);
        } else {
            self.widen();
            other.widen();
            moved.take(&mut self.wide, &mut other.wide, |value| value);
        }
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
        fn a_decimal_column_gives_back_what_it_took(
            first in prop::collection::vec("[-+ ]?[0-9]{0,3}([0-9]{9})?[.,]?[0-9]{0,6}[ x]?", 0..6),
            second in prop::collection::vec("[-+ ]?[0-9]{0,5}[.,]?[0-9]{0,6}[ x]?", 0..20),
        ) {
            // Few of the first ones are small, all of the second are.
            for halves in [[&first, &second], [&second, &first], [&second, &second]] {
                let [mut column, mut other] = halves.map(|texts| {
                    let mut column = DecimalColumn::default();
                    for text in texts {
                        assert_eq!(column.push(text), text.trim().is_empty() || number::decimal(text).is_some(), "{text}");
                    }
                    column
                });
                column.append(&mut other, Moved::default());
                for (row, text) in halves.into_iter().flatten().enumerate() {
                    prop_assert_eq!(column.get(row), number::decimal(text), "{}", text);
                }
                prop_assert_eq!((column.get(first.len() + 20 + second.len()), other.len()), (None, 0));
            }
        }
    }
}
