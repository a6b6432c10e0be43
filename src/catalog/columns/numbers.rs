//! Columns of counts and decimal numbers.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::rows_from;
use crate::number;

/// A column of whole numbers, some of them missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CountColumn {
    values: Vec<i64>,
}

/// What stands in a column for a missing number. No reader takes it for a count.
const MISSING: i64 = i64::MIN;

impl CountColumn {
    /// Adds a row.
    pub fn push(&mut self, value: Option<i64>) {
        self.values.push(value.unwrap_or(MISSING));
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
        if row >= self.values.len() {
            self.values.resize(row + 1, MISSING);
        }
        self.values[row] = value.unwrap_or(MISSING);
    }

    /// The value of a row.
    #[inline]
    pub fn get(&self, row: usize) -> Option<i64> {
        self.values.get(row).copied().filter(|&value| value != MISSING)
    }

    /// Adds the rows of another column behind `before` rows.
    pub fn append(&mut self, other: &CountColumn, before: usize) {
        if !other.is_empty() {
            self.values.resize(before, MISSING);
            self.values.extend_from_slice(&other.values);
        }
    }
}

/// A column of decimal numbers, some of them missing.
///
/// Nearly all prices and weights are a whole number of ten-thousandths, and are stored as that number. The rest are kept aside.
#[derive(Debug, Clone, Default)]
pub struct DecimalColumn {
    values: Vec<i64>,
    /// The values of the rows that are [`ASIDE`].
    aside: BTreeMap<usize, Decimal>,
}

/// What stands in a column for a number that is kept aside.
const ASIDE: i64 = i64::MIN + 1;

/// A value of a [`DecimalColumn`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scaled {
    /// There is none.
    Missing,
    /// A number of ten-thousandths.
    Value(i64),
    /// A number that has more decimals than four, or is too large.
    Other,
}

/// How many decimals a [`Scaled::Value`] has.
pub const SCALE: u32 = 4;

impl DecimalColumn {
    /// Adds a row, as a file writes it. `false` if that is no number: the value is then missing.
    pub fn push(&mut self, text: &str) -> bool {
        let value = number::decimal(text);
        let stored = value.map_or(MISSING, |value| {
            ten_thousandths(value).unwrap_or_else(|| {
                self.aside.insert(self.values.len(), value);
                ASIDE
            })
        });
        self.values.push(stored);
        value.is_some() || text.trim().is_empty()
    }

    /// The value of a row.
    pub fn get(&self, row: usize) -> Option<Decimal> {
        match self.scaled(row) {
            Scaled::Missing => None,
            Scaled::Other => self.aside.get(&row).copied(),
            Scaled::Value(value) => Some(Decimal::new(value, SCALE)),
        }
    }

    /// The value of a row in ten-thousandths, where it is a whole number of them.
    #[inline]
    pub fn scaled(&self, row: usize) -> Scaled {
        match self.values.get(row).copied() {
            None | Some(MISSING) => Scaled::Missing,
            Some(ASIDE) => Scaled::Other,
            Some(value) => Scaled::Value(value),
        }
    }

    /// Adds the rows of another column from number `first` on.
    pub fn append(&mut self, other: &DecimalColumn, first: usize) {
        let before = self.values.len();
        self.values.extend_from_slice(rows_from(&other.values, first));
        self.aside.extend(other.aside.range(first..).map(|(row, value)| (before + row - first, *value)));
    }
}

/// A decimal number in ten-thousandths, if it is a whole number of them: 199,000 for 19.90.
fn ten_thousandths(value: Decimal) -> Option<i64> {
    let missing_digits = SCALE.checked_sub(value.scale())?;
    let scaled = i64::try_from(value.mantissa()).ok()?.checked_mul(10_i64.pow(missing_digits))?;
    Some(scaled).filter(|&scaled| scaled > ASIDE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_count_column_gives_back_what_it_took() {
        let counts = [i64::MIN + 1, -1, 0, 7, i64::MAX];
        let mut column = CountColumn::default();
        column.push(None);
        counts.iter().for_each(|&count| column.push(Some(count)));
        let mut twice = column.clone();
        twice.append(&column, 7);
        for (row, &count) in counts.iter().enumerate() {
            assert_eq!((twice.get(row + 1), twice.get(7 + row + 1)), (Some(count), Some(count)));
            twice.set(row + 1, None);
            assert_eq!(twice.get(row + 1), None);
        }
        assert_eq!((twice.get(0), twice.get(6), twice.get(7), twice.get(99)), (None, None, None, None));
    }

    proptest! {
        #[test]
        fn a_decimal_column_gives_back_what_it_took(
            texts in prop::collection::vec("[-+ ]?[0-9]{0,3}([0-9]{9,16})?[.,]?[0-9]{0,6}[ x]?", 0..12),
            cut in 0_usize..12,
        ) {
            let column = |texts: &[String]| {
                let mut column = DecimalColumn::default();
                for text in texts {
                    assert_eq!(column.push(text), text.trim().is_empty() || number::decimal(text).is_some(), "{text}");
                }
                column
            };
            let (first, second) = texts.split_at(cut.min(texts.len()));
            let mut both = column(first);
            both.append(&column(second), 0);
            for (row, text) in texts.iter().enumerate() {
                prop_assert_eq!(both.get(row), number::decimal(text), "{}", text);
            }
            prop_assert_eq!(both.get(texts.len()), None);
        }
    }
}
