//! Checked rules: every field exists, every value has its field's type, every number is in its range.
//!
//! These types differ from the tree's, so that nothing unresolved can be evaluated by mistake.

use std::sync::Arc;

use jiff::civil::Date;
use regex::Regex;
use rust_decimal::Decimal;

use crate::diagnostic::Place;
use crate::fields::Field;
use crate::source::{Source, Span};
use crate::syntax::one_line;
use crate::syntax::tree::Sign;

/// All rules of a run, in order.
#[derive(Debug, Clone, Default)]
pub struct Ruleset {
    /// The files, in the order in which they were read.
    pub sources: Vec<Arc<Source>>,
    /// The rules.
    pub rules: Vec<Rule>,
    /// The groups' conditions, in the order of their declaration: each uses only those before it.
    pub groups: Vec<Group>,
}

impl Ruleset {
    /// A span of one of the files, as messages give it.
    pub fn place(&self, at: At) -> Place {
        match self.sources.get(at.file) {
            Some(source) => source.place(at.span),
            None => Place::file("rules"),
        }
    }

    /// What is written at a span of one of the files, on one line: as it is shown everywhere.
    pub fn text(&self, at: At) -> String {
        self.sources.get(at.file).map_or_else(String::new, |source| one_line(source.slice(at.span)))
    }

    /// Whether any condition or amount reads one of these fields.
    pub fn reads(&self, wanted: &impl Fn(Field) -> bool) -> bool {
        let mut is_read = false;
        self.for_each_read(&mut |field, _| is_read |= wanted(field));
        is_read
    }

    /// Hands over each field that a condition or an amount reads, and where: those of groups first, then rule by rule.
    pub fn for_each_read(&self, visit: &mut impl FnMut(Field, At)) {
        self.for_each_comparison(&mut |test| visit(test.field, test.at));
        for rule in &self.rules {
            let steps = rule.steps.iter().flat_map(|steps| steps.all()).filter_map(|step| step.kind.amount());
            for (_, term) in rule.source.iter().chain(steps).flat_map(|amount| &amount.alternatives).flat_map(|sum| &sum.terms) {
                if let Term::Field(field, at) = term {
                    visit(*field, *at);
                }
            }
        }
    }

    /// Hands over each comparison: those of groups first, then rule by rule.
    pub fn for_each_comparison(&self, visit: &mut impl FnMut(&Comparison)) {
        let conditions = self.groups.iter().map(|group| &group.condition).chain(self.rules.iter().map(|rule| &rule.condition));
        conditions.for_each(|condition| condition.for_each_comparison(visit));
    }

    /// Where a rule stands: `amazon.rules:6`.
    pub fn rule_place(&self, rule: usize) -> String {
        let source = self.rules.get(rule).and_then(|rule| Some((self.sources.get(rule.at.file)?, rule.at.span.start)));
        source.map_or_else(String::new, |(source, start)| format!("{}:{}", source.name(), source.line_of(start)))
    }
}

/// A span of one of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    /// The file: an index into [`Ruleset::sources`].
    pub file: usize,
    /// The span.
    pub span: Span,
}

/// A named condition.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub at: At,
    /// What it names.
    pub condition: Condition,
}

/// A checked rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The whole statement.
    pub at: At,
    /// Whom it concerns.
    pub condition: Condition,
    /// The source that it sets.
    pub source: Option<Amount>,
    /// The steps that it sets.
    pub steps: Option<Steps>,
    /// Whether it sets sync on or off.
    pub sync: Option<bool>,
}

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
    /// The first alternative, where it is one term alone, as nearly every one is.
    pub single: Option<Term>,
}

impl Amount {
    /// An amount of some alternatives, which counts as missing outside its range.
    pub fn new(at: At, alternatives: Vec<Sum>, (least, greatest): (i64, i64)) -> Self {
        let single = match alternatives.first().map(|sum| sum.terms.as_slice()) {
            Some([(Sign::Plus, term)]) => Some(term.clone()),
            _ => None,
        };
        Amount { at, alternatives, least, greatest, single }
    }

    /// The number, where the amount is a number alone.
    pub fn literal(&self) -> Option<i64> {
        match self.single {
            Some(Term::Number(number)) => Some(number),
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
    /// True where the group is: an index into [`Ruleset::groups`].
    Group(usize),
    /// A comparison.
    Comparison(Comparison),
}

impl Condition {
    /// Hands over each comparison of the condition, those of its groups aside.
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
