//! Amounts, and what steps make of a count.

use super::Row;
use super::filters::{self, Kind};
use super::rules::{Expression, Step, Term};

/// The greatest amount of a step.
const GREATEST: i64 = 99_999_999;

/// A field as a whole number of units.
pub fn whole(field: &[String], row: Row<'_>) -> Option<i64> {
    let variant = row.variant;
    match filters::words(field) {
        ("inventory", None) => variant.inventory.filter(|_| variant.is_tracked),
        ("location", Some(name)) => {
            let known = variant.locations.iter().find(|(known, _)| filters::same_text(known, name));
            known.map(|(_, count)| *count).filter(|_| variant.is_tracked)
        }
        ("amazon", Some("quantity")) => row.listing.and_then(|listing| listing.quantity),
        _ if filters::kind(field) == Kind::Decimal => {
            let number = filters::numbers(field, row).pop()?;
            (number.trunc() == number).then(|| number.trunc().to_string().parse().ok()).flatten()
        }
        _ => match filters::texts(field, row)[..] {
            [text] => whole_text(text),
            _ => None,
        },
    }
}

/// A whole number as files write it: digits, with a sign before them or not, and `.0` or `.00` behind them or not. More zeros
/// could as well be thousands.
pub fn whole_text(text: &str) -> Option<i64> {
    let text = text.trim();
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (digits, zeros) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit()) || zeros != "0" && zeros != "00" {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    Some(if text.starts_with('-') { -number } else { number })
}

/// An expression: the first alternative of which nothing is missing and that lies in its range.
pub fn value(expression: &Expression, row: Row<'_>, least: i64, greatest: i64) -> Option<i64> {
    expression.iter().find_map(|sum| {
        let mut total: i128 = 0;
        for (is_taken_away, term) in sum {
            let number = i128::from(match term {
                Term::Number(number) => *number,
                Term::Field(field) => whole(field, row)?,
            });
            total += if *is_taken_away { -number } else { number };
        }
        i64::try_from(total).ok().filter(|total| least <= *total && *total <= greatest)
    })
}

/// The quantity that steps make of a count, which may be missing up to the last `fixed`.
pub fn quantity(steps: &[Step], row: Row<'_>, count: Option<i64>) -> Option<i64> {
    let last_fixed = steps.iter().rposition(|step| matches!(step, Step::Fixed(_)));
    let mut quantity = match last_fixed {
        Some(_) => 0,
        None => count?.max(0),
    };
    for step in &steps[last_fixed.unwrap_or(0)..] {
        let amount = |expression| value(expression, row, 0, GREATEST);
        let result = match step {
            Step::Level => quantity,
            Step::Fixed(n) => amount(n)?,
            Step::Buffer(n) => quantity - amount(n)?,
            Step::BufferPercent(percent) => quantity - percent_of(quantity, percent, true),
            Step::Max(n) => quantity.min(amount(n)?),
            Step::Share(percent) => percent_of(quantity, percent, false),
            Step::Pack(n) => quantity / value(n, row, 1, GREATEST)?,
            Step::Cutoff(n) => match amount(n)? {
                least if quantity < least => 0,
                _ => quantity,
            },
        };
        quantity = result.max(0);
    }
    Some(quantity)
}

/// A percentage of a count, worked out as one does by hand: exactly, then rounded up or down to a whole number.
fn percent_of(count: i64, percent: &str, up: bool) -> i64 {
    let (whole, decimals) = percent.split_once('.').unwrap_or((percent, ""));
    let parts: i128 = format!("{whole}{decimals}").parse().expect("a percentage");
    let hundred = 100 * 10_i128.pow(u32::try_from(decimals.len()).expect("few decimals"));
    let product = i128::from(count) * parts;
    let rest = i128::from(up && product % hundred != 0);
    i64::try_from(product / hundred + rest).expect("no more than the count")
}

/// How many units one listing takes: its packs, multiplied, those before a `fixed` too. Nobody knows where one of them has no
/// size.
pub fn units(steps: &[Step], row: Row<'_>) -> Option<i64> {
    let packs = steps.iter().filter_map(|step| if let Step::Pack(n) = step { Some(n) } else { None });
    packs.map(|n| value(n, row, 1, GREATEST)).product()
}
