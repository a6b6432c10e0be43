//! What a checked rule sets: steps and amounts.

use super::at::At;
use crate::fields::Field;
use crate::syntax::tree::Sign;

/// The steps of one rule: together one value of the setting.
#[derive(Debug, Clone)]
pub struct Steps {
    steps: Vec<Step>,
    /// Where the last `fixed` stands.
    fixed: Option<usize>,
    /// The steps as they are written, on one line.
    pub text: String,
}

impl Steps {
    /// The steps in order, as written in `text`.
    pub fn new(steps: Vec<Step>, text: String) -> Self {
        let fixed = steps.iter().rposition(|step| matches!(step.kind, StepKind::Fixed(_)));
        Steps { steps, fixed, text }
    }

    /// All steps, in order.
    pub fn all(&self) -> &[Step] {
        &self.steps
    }

    /// The steps that are evaluated: those before the last `fixed` are not.
    pub fn effective(&self) -> &[Step] {
        &self.steps[self.fixed.unwrap_or(0)..]
    }

    /// Whether the source is needed: only where there is no `fixed`.
    pub fn needs_source(&self) -> bool {
        self.fixed.is_none()
    }
}

/// A checked step.
#[derive(Debug, Clone)]
pub struct Step {
    /// Where it stands.
    pub at: At,
    /// Which step it is.
    pub kind: StepKind,
}

/// The steps, with their amounts.
#[derive(Debug, Clone)]
pub enum StepKind {
    /// The count itself.
    Level,
    /// This number, whatever the count is.
    Fixed(Amount),
    /// The count less this number.
    Buffer(Amount),
    /// The count less this share of it, rounded up.
    BufferPercent(Percent),
    /// The smaller of the count and this number.
    Max(Amount),
    /// This share of the count, rounded down.
    Share(Percent),
    /// How many packs of this size the count fills.
    Pack(Amount),
    /// 0 where the count is below this number.
    Cutoff(Amount),
}

impl StepKind {
    /// The step's amount, where it is a count.
    pub fn amount(&self) -> Option<&Amount> {
        match self {
            StepKind::Fixed(amount)
            | StepKind::Buffer(amount)
            | StepKind::Max(amount)
            | StepKind::Pack(amount)
            | StepKind::Cutoff(amount) => Some(amount),
            StepKind::Level | StepKind::BufferPercent(_) | StepKind::Share(_) => None,
        }
    }
}

/// A percentage from 0 to 100, exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percent {
    /// The digits: `33.3` is 333.
    pub mantissa: i128,
    /// What divides the count times the digits: for `33.3` this is 1000, ten for the decimal and a hundred for the percent.
    pub divisor: i128,
}

/// Sums, the next one tried where one is missing.
#[derive(Debug, Clone)]
pub struct Amount {
    /// Where it stands.
    pub at: At,
    /// What stands between the `else`s; at least one.
    pub alternatives: Vec<Sum>,
    /// The least value that it may have; a value below counts as missing.
    pub least: i64,
    /// The greatest value that it may have; a value above counts as missing.
    pub greatest: i64,
}

impl Amount {
    /// An amount of some alternatives, which counts as missing outside its range.
    pub fn new(at: At, alternatives: Vec<Sum>, (least, greatest): (i64, i64)) -> Self {
        Amount { at, alternatives, least, greatest }
    }

    /// The number, where the amount is a number alone.
    pub fn literal(&self) -> Option<i64> {
        match self.alternatives.first().map(|sum| sum.terms.as_slice()) {
            Some([(Sign::Plus, Term::Number(number))]) => Some(*number),
            _ => None,
        }
    }
}

/// Terms, added and subtracted.
#[derive(Debug, Clone)]
pub struct Sum {
    /// The terms.
    pub terms: Vec<(Sign, Term)>,
}

/// A term of a sum.
#[derive(Debug, Clone)]
pub enum Term {
    /// A whole number.
    Number(i64),
    /// A field, and where it stands.
    Field(Field, At),
}
