//! The tree of a rule file: what is written, nothing of what it means for a catalog.

use std::sync::Arc;

use crate::source::{Source, Span};

/// A rule file.
#[derive(Debug, Clone)]
pub struct RuleFile {
    /// Its text.
    pub source: Arc<Source>,
    /// Its statements, in order.
    pub statements: Vec<Statement>,
    /// The names of groups whose statements cannot be read: they are wrong, not unknown.
    pub unread_groups: Vec<String>,
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// `all: …` or `where FILTER: …`
    Rule(Rule),
    /// `group NAME = FILTER`
    Group(Group),
}

/// A rule: whom it concerns, and what it sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The whole statement.
    pub span: Span,
    /// The filter; `None` for `all`.
    pub filter: Option<Filter>,
    /// What it sets, as written.
    pub settings: Vec<Setting>,
}

/// A named filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The whole statement.
    pub span: Span,
    /// The name.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// What it names.
    pub filter: Filter,
}

/// One of the things that a rule sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    /// `from EXPRESSION`: the count to start from.
    From(Span, Expression),
    /// `sync on` or `sync off`.
    Sync(Span, bool),
    /// A step from a count to a quantity.
    Step(Step),
}

/// A step, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The whole step.
    pub span: Span,
    /// Which step it is, and its amount.
    pub kind: StepKind,
}

/// The steps of the language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepKind {
    /// `level`
    Level,
    /// `fixed N`
    Fixed(Expression),
    /// `buffer N` or `buffer P%`
    Buffer(Amount),
    /// `max N`
    Max(Expression),
    /// `share P%`
    Share(Amount),
    /// `pack N`
    Pack(Expression),
    /// `cutoff N`
    Cutoff(Expression),
    /// A word that is no step, with where it stands.
    Unknown(String, Span),
}

/// A count or a percentage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amount {
    /// A count.
    Count(Expression),
    /// A percentage: its number without the sign.
    Percent(Number),
}

/// Sums, the next one tried where one is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// The whole expression.
    pub span: Span,
    /// What stands between the `else`s; at least one.
    pub alternatives: Vec<Sum>,
}

/// Terms, added and subtracted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// The whole sum.
    pub span: Span,
    /// The terms, at least one; the first one's sign is always plus.
    pub terms: Vec<(Sign, Term)>,
}

/// Whether a term is added or taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sign {
    /// Added.
    Plus,
    /// Taken away.
    Minus,
}

/// A term of a sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// A number, as written.
    Number(Number),
    /// A field.
    Field(FieldName),
}

/// A number, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// Where it stands.
    pub span: Span,
    /// Its digits, with sign and point.
    pub text: String,
}

/// A field's name: its parts between the dots, without quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldName {
    /// Where it stands.
    pub span: Span,
    /// The parts; at least one.
    pub parts: Vec<String>,
}

/// A value, without quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// Where it stands, quotes included.
    pub span: Span,
    /// Its text.
    pub text: String,
    /// Whether it was written in quotes.
    pub quoted: bool,
}

/// How a comparison compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Operator {
    /// The operator as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Operator::Equal => "=",
            Operator::NotEqual => "!=",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
        }
    }
}

/// A filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// `A or B or …`: at least two.
    Any(Vec<Filter>),
    /// `A and B and …`: at least two.
    All(Vec<Filter>),
    /// `not A`, with the whole of it.
    Not(Span, Box<Filter>),
    /// `FIELD = VALUE` and its kin.
    Compare(FieldName, Operator, Value),
    /// `FIELD in (V, V, …)`
    OneOf(FieldName, Vec<Value>),
    /// `FIELD in A..B`
    Range(FieldName, Value, Value),
    /// `FIELD like PATTERN`
    Like(FieldName, Value),
    /// `FIELD matches REGEX`
    Matches(FieldName, Value),
    /// `has FIELD`
    Has(FieldName),
    /// A group's name or a yes/no field.
    Flag(FieldName),
}

/// What a test says of what comes out: a filter that can also speak of the quantity and the outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// `A or B or …`
    Any(Vec<Claim>),
    /// `A and B and …`
    All(Vec<Claim>),
    /// `not A`
    Not(Box<Claim>),
    /// `quantity > EXPRESSION`
    Quantity(Operator, Expression),
    /// `outcome=OUTCOME`, `outcome in (OUTCOME, …)`
    Outcome(Vec<Value>),
    /// A condition of the rules language.
    Filter(Filter),
}

impl Expression {
    /// Calls `visit` with every field name in the expression.
    pub fn for_each_field<'a>(&'a self, visit: &mut impl FnMut(&'a FieldName)) {
        for (_, term) in self.alternatives.iter().flat_map(|sum| &sum.terms) {
            if let Term::Field(field) = term {
                visit(field);
            }
        }
    }
}

impl Claim {
    /// Calls `visit` with every field name in the claim.
    pub fn for_each_field<'a>(&'a self, visit: &mut impl FnMut(&'a FieldName)) {
        match self {
            Claim::Any(parts) | Claim::All(parts) => parts.iter().for_each(|part| part.for_each_field(visit)),
            Claim::Not(inner) => inner.for_each_field(visit),
            Claim::Quantity(_, expression) => expression.for_each_field(visit),
            Claim::Outcome(_) => {}
            Claim::Filter(filter) => filter.for_each_field(visit),
        }
    }
}

impl Filter {
    /// Calls `visit` with every field name in the filter, groups' names included.
    pub fn for_each_field<'a>(&'a self, visit: &mut impl FnMut(&'a FieldName)) {
        match self {
            Filter::Any(parts) | Filter::All(parts) => parts.iter().for_each(|part| part.for_each_field(visit)),
            Filter::Not(_, inner) => inner.for_each_field(visit),
            Filter::Compare(field, ..)
            | Filter::OneOf(field, _)
            | Filter::Range(field, ..)
            | Filter::Like(field, _)
            | Filter::Matches(field, _)
            | Filter::Has(field)
            | Filter::Flag(field) => visit(field),
        }
    }
}

impl StepKind {
    /// The expression of the step's amount, if it has one.
    pub fn expression(&self) -> Option<&Expression> {
        match self {
            StepKind::Fixed(amount) | StepKind::Max(amount) | StepKind::Pack(amount) | StepKind::Cutoff(amount) => Some(amount),
            StepKind::Buffer(Amount::Count(amount)) | StepKind::Share(Amount::Count(amount)) => Some(amount),
            _ => None,
        }
    }
}

impl RuleFile {
    /// The names of the groups that the file declares.
    pub fn group_names(&self) -> impl Iterator<Item = &str> {
        self.statements.iter().filter_map(|statement| match statement {
            Statement::Group(group) => Some(group.name.as_str()),
            Statement::Rule(_) => None,
        })
    }

    /// Calls `visit` with every field name in the file, in filters and in amounts.
    pub fn for_each_field<'a>(&'a self, visit: &mut impl FnMut(&'a FieldName)) {
        for statement in &self.statements {
            match statement {
                Statement::Group(group) => group.filter.for_each_field(visit),
                Statement::Rule(rule) => {
                    if let Some(filter) = &rule.filter {
                        filter.for_each_field(visit);
                    }
                    for setting in &rule.settings {
                        let expression = match setting {
                            Setting::From(_, expression) => Some(expression),
                            Setting::Step(step) => step.kind.expression(),
                            Setting::Sync(..) => None,
                        };
                        if let Some(expression) = expression {
                            expression.for_each_field(visit);
                        }
                    }
                }
            }
        }
    }
}
