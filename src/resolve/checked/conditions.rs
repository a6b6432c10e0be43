//! Whom a checked rule concerns: conditions and comparisons.

use jiff::civil::Date;
use regex::Regex;
use rust_decimal::Decimal;

use super::at::At;
use crate::fields::Field;
use crate::ids::GroupId;

/// A condition on a variant.
#[derive(Debug, Clone)]
pub enum Condition {
    /// Always true.
    Always,
    /// True where all are.
    All(Vec<Condition>),
    /// True where one is.
    Any(Vec<Condition>),
    /// True where it is not.
    Not(Box<Condition>),
    /// True where the group of [`Ruleset::groups`](super::Ruleset::groups) is.
    Group(GroupId),
    /// A comparison.
    Comparison(Comparison),
}

impl Condition {
    /// Calls `visit` with each comparison of the condition, those of its groups aside.
    pub fn for_each_comparison(&self, visit: &mut impl FnMut(&Comparison)) {
        match self {
            Condition::Always | Condition::Group(_) => {}
            Condition::All(parts) | Condition::Any(parts) => parts.iter().for_each(|part| part.for_each_comparison(visit)),
            Condition::Not(inner) => inner.for_each_comparison(visit),
            Condition::Comparison(test) => visit(test),
        }
    }
}

/// A comparison with a field.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The field.
    pub field: Field,
    /// What must hold for it, or for one of its values.
    pub criterion: Criterion,
    /// Where the comparison stands.
    pub at: At,
}

/// What must hold for a field.
#[derive(Debug, Clone)]
pub enum Criterion {
    /// The text equals one of these, in the form in which the field's texts are compared; each with where it stands.
    Equals(Vec<(String, At)>),
    /// The pattern is found in the text.
    Pattern(Regex),
    /// The number is one of these.
    Numbers(Vec<Decimal>),
    /// The number is within these.
    Within(Bounds<Decimal>),
    /// The day is one of these.
    Days(Vec<Date>),
    /// The day is within these.
    DaysWithin(Bounds<Date>),
    /// There is a value that is not blank.
    Present,
    /// The yes/no field is yes.
    Yes,
}

/// Bounds of a value, both inclusive unless said otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds<T> {
    /// The lower bound, and whether it belongs to them.
    pub low: Option<(T, bool)>,
    /// The upper bound, and whether it belongs to them.
    pub high: Option<(T, bool)>,
}

impl<T: PartialOrd> Bounds<T> {
    /// Whether the value lies within.
    pub fn contain(&self, value: &T) -> bool {
        let above = self.low.as_ref().is_none_or(|(low, closed)| value > low || *closed && value == low);
        above && self.high.as_ref().is_none_or(|(high, closed)| value < high || *closed && value == high)
    }
}
