//! The arithmetic: from the source's count through the steps to a quantity.

use super::context::{Context, Missing, Subject};
use crate::fields::Field;
use crate::resolve::checked::{Amount, At, Percent, Step, StepKind, Steps, Sum, Term};
use crate::syntax::tree::Sign;

/// An amount that cannot be computed: the field that is to blame, where it stands, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Where the rules ask for it; `None` for the source that holds by default.
    pub at: Option<At>,
    /// Why there is no number.
    pub why: Missing,
}

/// What is told of an amount that cannot be computed.
pub trait CauseOrNothing {
    /// The field at this place is to blame, for this.
    fn new(at: Option<At>, why: Missing) -> Self;
}

impl CauseOrNothing for Cause {
    fn new(at: Option<At>, why: Missing) -> Self {
        Cause { at, why }
    }
}

/// Nothing is told: who wants quantities alone does not pay for reasons.
impl CauseOrNothing for () {
    fn new(_: Option<At>, _: Missing) -> Self {}
}

/// An amount: the first alternative that can be computed and lies in its range.
///
/// # Errors
/// What the last alternative lacks.
#[inline(always)]
pub fn amount<F: CauseOrNothing>(context: &Context<'_>, subject: Subject, amount: &Amount) -> Result<i64, F> {
    // Mostly that is all that is asked for.
    if let Some(single) = &amount.single
        && let Ok(value) = term::<()>(context, subject, single)
        && (amount.least..=amount.greatest).contains(&value)
    {
        return Ok(value);
    }
    any_amount(context, subject, amount)
}

#[inline(never)]
fn any_amount<F: CauseOrNothing>(context: &Context<'_>, subject: Subject, amount: &Amount) -> Result<i64, F> {
    let mut fault = F::new(Some(amount.at), Missing::Absent);
    for alternative in &amount.alternatives {
        match sum(context, subject, alternative, amount.at) {
            Ok(value) if (amount.least..=amount.greatest).contains(&value) => return Ok(value),
            Ok(value) => fault = F::new(Some(amount.at), Missing::OutOfRange(value)),
            Err(found) => fault = found,
        }
    }
    Err(fault)
}

fn sum<F: CauseOrNothing>(context: &Context<'_>, subject: Subject, sum: &Sum, at: At) -> Result<i64, F> {
    let mut total = 0_i64;
    for (sign, each) in &sum.terms {
        let value = term(context, subject, each)?;
        let next = match sign {
            Sign::Plus => total.checked_add(value),
            Sign::Minus => total.checked_sub(value),
        };
        total = next.ok_or_else(|| F::new(Some(at), Missing::TooLarge))?;
    }
    Ok(total)
}

#[inline(always)]
fn term<F: CauseOrNothing>(context: &Context<'_>, subject: Subject, term: &Term) -> Result<i64, F> {
    match term {
        Term::Number(value) => Ok(*value),
        Term::Field(field, at) => context.whole(*field, subject).map_err(|why| F::new(Some(*at), why)),
    }
}

/// The source's value as found; by default the inventory.
///
/// # Errors
/// What it lacks.
#[inline(always)]
pub fn source<F: CauseOrNothing>(context: &Context<'_>, subject: Subject, source: Option<&Amount>) -> Result<i64, F> {
    match source {
        Some(expression) => amount(context, subject, expression),
        None => context.whole(Field::Inventory, subject).map_err(|why| F::new(None, why)),
    }
}

/// The quantity that the steps make of the source's value, which is asked for only where they need it.
///
/// # Errors
/// What the source or an amount lacks.
#[inline(always)]
pub fn quantity<F: CauseOrNothing>(
    context: &Context<'_>,
    subject: Subject,
    source: impl FnOnce() -> Result<i64, F>,
    steps: Option<&Steps>,
) -> Result<i64, F> {
    let Some(steps) = steps else { return Ok(source()?.max(0)) };
    let start = if steps.needs_source() { source()?.max(0) } else { 0 };
    steps.effective().iter().try_fold(start, |count, each| step(context, subject, each, count))
}

/// One step's result, from the count before it; never below 0.
///
/// # Errors
/// What its amount lacks.
#[inline(always)]
pub fn step<F: CauseOrNothing>(context: &Context<'_>, subject: Subject, step: &Step, count: i64) -> Result<i64, F> {
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
    // Mostly the product is small, and a short division far faster.
    if let (Ok(mantissa), Ok(divisor)) = (i64::try_from(percent.mantissa), i64::try_from(percent.divisor))
        && let Some(rounded) =
            count.checked_mul(mantissa).and_then(|product| product.checked_add(if up { divisor - 1 } else { 0 }))
    {
        return rounded / divisor;
    }
    // A count has at most 19 digits and a percentage 15: the product fits.
    let product = i128::from(count) * percent.mantissa;
    let rounded = if up { product + percent.divisor - 1 } else { product } / percent.divisor;
    i64::try_from(rounded).unwrap_or(i64::MAX)
}
