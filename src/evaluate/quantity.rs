//! The arithmetic: from the source's count through the steps to a quantity. All numbers are whole units, or packs after a `pack`.

use super::context::{Context, Subject};
use super::values::Missing;
use crate::fields::Field;
use crate::resolve::checked::{Amount, At, Percent, Step, StepKind, Steps, Sum, Term};
use crate::syntax::tree::Sign;

/// Why an amount cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingValue {
    /// Where the rules ask for the field that is to blame, or for the amount; `None` for the source that holds by default.
    pub at: Option<At>,
    /// Why there is no number.
    pub why: Missing,
}

/// An amount, in units: the first alternative that can be computed and lies in its range.
///
/// # Errors
/// What the last alternative lacks.
pub fn amount(context: &Context<'_>, subject: Subject, amount: &Amount) -> Result<i64, MissingValue> {
    let mut cause = MissingValue { at: Some(amount.at), why: Missing::Absent };
    for alternative in &amount.alternatives {
        match sum(context, subject, alternative, amount.at) {
            Ok(value) if (amount.least..=amount.greatest).contains(&value) => return Ok(value),
            Ok(value) => cause = MissingValue { at: Some(amount.at), why: Missing::OutOfRange(value) },
            Err(found) => cause = found,
        }
    }
    Err(cause)
}

fn sum(context: &Context<'_>, subject: Subject, sum: &Sum, at: At) -> Result<i64, MissingValue> {
    let mut total = 0_i64;
    for (sign, each) in &sum.terms {
        let value = term(context, subject, each)?;
        let next = match sign {
            Sign::Plus => total.checked_add(value),
            Sign::Minus => total.checked_sub(value),
        };
        total = next.ok_or(MissingValue { at: Some(at), why: Missing::TooLarge })?;
    }
    Ok(total)
}

fn term(context: &Context<'_>, subject: Subject, term: &Term) -> Result<i64, MissingValue> {
    match term {
        Term::Number(value) => Ok(*value),
        Term::Field(field, at) => context.whole(*field, subject).map_err(|why| MissingValue { at: Some(*at), why }),
    }
}

/// The source's value as found; by default the inventory.
///
/// # Errors
/// What it lacks.
pub fn source(context: &Context<'_>, subject: Subject, source: Option<&Amount>) -> Result<i64, MissingValue> {
    match source {
        Some(expression) => amount(context, subject, expression),
        None => context.whole(Field::Inventory, subject).map_err(|why| MissingValue { at: None, why }),
    }
}

/// The quantity that steps make of a source's value. By default the source is the inventory, and there are no steps; the source is
/// asked for only where they need it.
///
/// # Errors
/// What the source or an amount lacks.
pub fn quantity(
    context: &Context<'_>,
    subject: Subject,
    from: Option<&Amount>,
    steps: Option<&Steps>,
) -> Result<i64, MissingValue> {
    let count = || Ok(source(context, subject, from)?.max(0));
    let Some(steps) = steps else { return count() };
    let start = if steps.needs_source() { count()? } else { 0 };
    steps.effective().iter().try_fold(start, |count, each| step(context, subject, each, count))
}

/// One step's result, from the count before it; never below 0.
///
/// # Errors
/// What its amount lacks.
pub fn step(context: &Context<'_>, subject: Subject, step: &Step, count: i64) -> Result<i64, MissingValue> {
    let number = |each: &Amount| amount(context, subject, each);
    let result = match &step.kind {
        StepKind::Level => count,
        StepKind::Fixed(each) => number(each)?,
        StepKind::Buffer(each) => count - number(each)?,
        StepKind::BufferPercent(percent) => count - part(count, *percent, true),
        StepKind::Max(each) => count.min(number(each)?),
        StepKind::Share(percent) => part(count, *percent, false),
        StepKind::Pack(each) => count / number(each)?.max(1),
        StepKind::Cutoff(each) => {
            if count < number(each)? {
                0
            } else {
                count
            }
        }
    };
    Ok(result.max(0))
}

/// A share of a count, exact: rounded up for a buffer, down for a share.
fn part(count: i64, percent: Percent, up: bool) -> i64 {
    // A count has at most 19 digits and a percentage 15: the product fits.
    let product = i128::from(count) * percent.mantissa;
    let rounded = if up { product + percent.divisor - 1 } else { product } / percent.divisor;
    i64::try_from(rounded).unwrap_or(i64::MAX)
}
