//! Comparisons with single values: how texts are compared, and in which ranges of integers numbers must lie.

use regex::Regex;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::context::{Context, Subject};
use crate::fields::{Field, FieldType};
use crate::resolve::checked::{Bounds, Comparison, Criterion};
use crate::{number, text};

/// The form in which texts of a field are compared for equality.
pub fn form(field: Field, value: &str) -> String {
    match field.field_type() {
        FieldType::ExactText => text::exact(value),
        _ => text::folded(value),
    }
}

/// Whether a comparison holds for a text that is there.
pub fn text_holds(criterion: &Criterion, field: Field, value: &str) -> bool {
    if value.trim().is_empty() {
        return false;
    }
    match criterion {
        Criterion::Equals(values) => {
            let own = form(field, value);
            values.iter().any(|(value, _)| *value == own)
        }
        Criterion::Pattern(regex) => pattern_holds(regex, value),
        Criterion::Numbers(numbers) => number::decimal(value).is_some_and(|number| numbers.contains(&number)),
        Criterion::Within(bounds) => number::decimal(value).is_some_and(|number| bounds.contain(&number)),
        Criterion::Present => true,
        Criterion::Days(_) | Criterion::DaysWithin(_) | Criterion::Yes => false,
    }
}

/// Whether a pattern is found in a text.
pub fn pattern_holds(regex: &Regex, value: &str) -> bool {
    !value.trim().is_empty() && regex.is_match(&text::nfc(value))
}

/// Whether a comparison holds for a subject, whose value is looked up.
pub fn value_holds(context: &Context<'_>, test: &Comparison, subject: Subject) -> bool {
    match test.field.field_type() {
        FieldType::Decimal | FieldType::Count => {
            let value = context.number(test.field, subject);
            value.is_some_and(|value| match &test.criterion {
                Criterion::Numbers(numbers) => numbers.contains(&value),
                Criterion::Within(bounds) => bounds.contain(&value),
                _ => true,
            })
        }
        FieldType::YesNo => matches!(test.criterion, Criterion::Present) || context.yes(test.field, subject),
        _ => context.texts(test.field, subject).iter().any(|value| text_holds(&test.criterion, test.field, value)),
    }
}

/// The ranges of integers, their ends included, in which a number must lie, once it is multiplied by 10 to the power of `scale`. `None`
/// where the criterion is none of numbers, or 64 bits cannot hold a bound.
pub fn integer_ranges(criterion: &Criterion, scale: u32) -> Option<Vec<(i64, i64)>> {
    // The integer below or at the number, and whether it is the number.
    let below = |number: &Decimal| {
        let scaled = number.checked_mul(Decimal::from(10_i64.pow(scale)))?;
        Some((scaled.floor().to_i64()?, scaled.fract().is_zero()))
    };
    match criterion {
        Criterion::Numbers(numbers) => {
            let all: Option<Vec<_>> = numbers.iter().map(below).collect();
            Some(all?.into_iter().filter(|(_, exact)| *exact).map(|(number, _)| (number, number)).collect())
        }
        Criterion::Within(Bounds { low, high }) => {
            let low = match low {
                None => i64::MIN + 2,
                Some((number, closed)) => match below(number)? {
                    (number, true) if *closed => number,
                    (number, _) => number.checked_add(1)?,
                },
            };
            let high = match high {
                None => i64::MAX,
                Some((number, closed)) => match below(number)? {
                    (number, true) if !closed => number.checked_sub(1)?,
                    (number, _) => number,
                },
            };
            Some(vec![(low, high)])
        }
        _ => None,
    }
}

/// Whether an integer lies in one of some ranges.
#[inline]
pub fn within(ranges: &[(i64, i64)], value: i64) -> bool {
    ranges.iter().any(|(low, high)| (*low..=*high).contains(&value))
}
