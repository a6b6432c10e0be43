//! Rules as they are meant, whatever text tells of them.

use regex::Regex;

/// All rules and groups of a run.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// The groups: names and what they name.
    pub groups: Vec<(String, Filter)>,
    /// The rules, in file order.
    pub rules: Vec<Rule>,
}

/// A rule.
#[derive(Debug, Clone, Default)]
pub struct Rule {
    /// Where it stands: `amazon.rules:6`.
    pub place: String,
    /// Whom it concerns; `None` for all.
    pub filter: Option<Filter>,
    /// `from`
    pub source: Option<Expression>,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// The steps as written.
    pub written: String,
    /// `sync on`, `sync off`
    pub sync: Option<bool>,
}

/// A field's name: its parts between the dots, without quotes.
pub type Field = Vec<String>;

/// A filter.
#[derive(Debug, Clone)]
pub enum Filter {
    /// `A or B or …`
    Any(Vec<Filter>),
    /// `A and B and …`
    All(Vec<Filter>),
    /// `not A`
    Not(Box<Filter>),
    /// `FIELD = VALUE` and its kin: the operator as written.
    Compare(Field, &'static str, String),
    /// `FIELD in (V, V)`
    OneOf(Field, Vec<String>),
    /// `FIELD in A..B`
    Range(Field, String, String),
    /// `FIELD like PATTERN`
    Like(Field, String),
    /// `FIELD matches REGEX`: as written, and compiled once, since that takes long.
    Matches(Field, String, Regex),
    /// `has FIELD`
    Has(Field),
    /// A group's name, or a yes/no field.
    Flag(Field),
}

/// The regular expression of `FIELD matches TEXT`: it ignores case, but for the exact fields.
pub fn matches(field: Field, text: String) -> Option<Filter> {
    let exact = matches!(field[0].as_str(), "sku" | "barcode" | "handle");
    let regex = regex::RegexBuilder::new(&super::filters::composed(&text)).case_insensitive(!exact).build().ok()?;
    Some(Filter::Matches(field, text, regex))
}

/// What stands between the `else`s: sums of terms, each added or taken away.
pub type Expression = Vec<Vec<(bool, Term)>>;

/// A term of a sum.
#[derive(Debug, Clone)]
pub enum Term {
    /// A number.
    Number(i64),
    /// A field.
    Field(Field),
}

/// A percentage as written, without its sign: `12.5`.
pub type Percent = String;

/// A step.
#[derive(Debug, Clone)]
pub enum Step {
    /// `level`
    Level,
    /// `fixed N`
    Fixed(Expression),
    /// `buffer N`
    Buffer(Expression),
    /// `buffer P%`
    BufferPercent(Percent),
    /// `max N`
    Max(Expression),
    /// `share P%`
    Share(Percent),
    /// `pack N`
    Pack(Expression),
    /// `cutoff N`
    Cutoff(Expression),
}
