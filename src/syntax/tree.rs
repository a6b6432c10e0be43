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
    /// How many statements of the file cannot be read and are not among these.
    pub unread: usize,
    /// The names of groups whose statements cannot be read: they are wrong, not unknown.
    pub unread_groups: Vec<String>,
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// `all: …` or `where FILTER: …`
    Rule(RuleNode),
    /// `group NAME = FILTER`
    Group(GroupNode),
}

/// A rule: whom it concerns, and what it sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleNode {
    /// The whole statement.
    pub span: Span,
    /// The filter; `None` for `all`.
    pub filter: Option<Filter>,
    /// What it sets, as written.
    pub settings: Vec<SettingNode>,
}

/// A named filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupNode {
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
pub enum SettingNode {
    /// `from EXPRESSION`: the count to start from.
    From(Span, Expression),
    /// `sync on` or `sync off`.
    Sync(Span, bool),
    /// A step from a count to a quantity.
    Step(StepNode),
}

/// A step, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepNode {
    /// The whole step.
    pub span: Span,
    /// Which step it is, and its amount.
    pub kind: StepNodeKind,
}

/// The steps of the language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepNodeKind {
    /// `level`
    Level,
    /// `fixed N`
    Fixed(Expression),
    /// `buffer N` or `buffer P%`
    Buffer(AmountNode),
    /// `max N`
    Max(Expression),
    /// `share P%`
    Share(AmountNode),
    /// `pack N`
    Pack(Expression),
    /// `cutoff N`
    Cutoff(Expression),
    /// A word that is no step, with where it stands.
    Unknown(String, Span),
}

/// A count or a percentage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AmountNode {
    /// A count.
    Count(Expression),
    /// A percentage: its number without the sign.
    Percent(NumberNode),
}

/// Sums, the next one tried where one is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// The whole expression.
    pub span: Span,
    /// What stands between the `else`s; at least one.
    pub alternatives: Vec<SumNode>,
}

/// Terms, added and subtracted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SumNode {
    /// The whole sum.
    pub span: Span,
    /// The terms, at least one; the first one's sign is always plus.
    pub terms: Vec<(Sign, TermNode)>,
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
pub enum TermNode {
    /// A number, as written.
    Number(NumberNode),
    /// A field.
    Field(FieldName),
}

/// A number, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberNode {
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
pub struct ValueNode {
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
    Compare(FieldName, Operator, ValueNode),
    /// `FIELD in (V, V, …)`
    OneOf(FieldName, Vec<ValueNode>),
    /// `FIELD in A..B`
    Range(FieldName, ValueNode, ValueNode),
    /// `FIELD like PATTERN`
    Like(FieldName, ValueNode),
    /// `FIELD matches REGEX`
    Matches(FieldName, ValueNode),
    /// `has FIELD`
    Has(FieldName),
    /// A group's name or a yes/no field.
    Flag(FieldName),
}

/// What a test says of what comes out: a filter that can also speak of the quantity and the outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimNode {
    /// `A or B or …`
    Any(Vec<ClaimNode>),
    /// `A and B and …`
    All(Vec<ClaimNode>),
    /// `not A`
    Not(Box<ClaimNode>),
    /// `quantity > EXPRESSION`
    Quantity(Operator, Expression),
    /// `outcome=OUTCOME`, `outcome in (OUTCOME, …)`
    Outcome(Vec<ValueNode>),
    /// A condition of the rules language.
    Filter(Filter),
}

impl Expression {
    /// Calls `visit` with every field name in the expression.
    pub fn for_each_field<'a>(&'a self, visit: &mut impl FnMut(&'a FieldName)) {
        for (_, term) in self.alternatives.iter().flat_map(|sum| &sum.terms) {
            if let TermNode::Field(field) = term {
                visit(field);
            }
        }
    }
}

impl ClaimNode {
    /// Calls `visit` with every field name in the claim.
    pub fn for_each_field<'a>(&'a self, visit: &mut impl FnMut(&'a FieldName)) {
        match self {
            ClaimNode::Any(parts) | ClaimNode::All(parts) => parts.iter().for_each(|part| part.for_each_field(visit)),
            ClaimNode::Not(inner) => inner.for_each_field(visit),
            ClaimNode::Quantity(_, expression) => expression.for_each_field(visit),
            ClaimNode::Outcome(_) => {}
            ClaimNode::Filter(filter) => filter.for_each_field(visit),
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

impl StepNodeKind {
    /// The expression of the step's amount, if it has one.
    pub fn expression(&self) -> Option<&Expression> {
        match self {
            StepNodeKind::Fixed(amount)
            | StepNodeKind::Max(amount)
            | StepNodeKind::Pack(amount)
            | StepNodeKind::Cutoff(amount) => Some(amount),
            StepNodeKind::Buffer(AmountNode::Count(amount)) | StepNodeKind::Share(AmountNode::Count(amount)) => Some(amount),
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
                            SettingNode::From(_, expression) => Some(expression),
                            SettingNode::Step(step) => step.kind.expression(),
                            SettingNode::Sync(..) => None,
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
