//! From the tree back to text, in the standard layout.

use std::fmt::Write as _;

use super::grammar::{is_bare, is_keyword, is_name_char};
use super::tree::{
    Amount, Expression, FieldName, Filter, Operator, Rule, RuleFile, Setting, Sign, Statement, Step, StepKind, Sum, Term, Value,
};

/// A whole file, a statement a line, without comments.
pub fn file(file: &RuleFile) -> String {
    file.statements.iter().fold(String::new(), |mut text, each| {
        text.push_str(&statement(each));
        text.push('\n');
        text
    })
}

/// One statement on one line.
pub fn statement(statement: &Statement) -> String {
    match statement {
        Statement::Group(group) => format!("group {} = {}", group.name, filter(&group.filter)),
        Statement::Rule(each) => rule(each),
    }
}

fn rule(rule: &Rule) -> String {
    let head = match &rule.filter {
        None => "all".to_owned(),
        Some(each) => format!("where {}", filter(each)),
    };
    let settings: Vec<_> = rule.settings.iter().map(setting).collect();
    format!("{head}: {}", settings.join("; "))
}

/// One thing that a rule sets.
pub fn setting(setting: &Setting) -> String {
    match setting {
        Setting::From(_, source) => format!("from {}", expression(source)),
        Setting::Sync(_, true) => "sync on".to_owned(),
        Setting::Sync(_, false) => "sync off".to_owned(),
        Setting::Step(each) => step(each),
    }
}

/// One step.
pub fn step(step: &Step) -> String {
    let amount = |amount: &Amount| match amount {
        Amount::Count(count) => expression(count),
        Amount::Percent(number) => format!("{}%", number.text),
    };
    match &step.kind {
        StepKind::Level => "level".to_owned(),
        StepKind::Fixed(count) => format!("fixed {}", expression(count)),
        StepKind::Buffer(each) => format!("buffer {}", amount(each)),
        StepKind::Max(count) => format!("max {}", expression(count)),
        StepKind::Share(each) => format!("share {}", amount(each)),
        StepKind::Pack(count) => format!("pack {}", expression(count)),
        StepKind::Cutoff(count) => format!("cutoff {}", expression(count)),
        StepKind::Unknown(name, _) => name.clone(),
    }
}

/// An expression over fields.
pub fn expression(expression: &Expression) -> String {
    let sums: Vec<_> = expression.alternatives.iter().map(sum).collect();
    sums.join(" else ")
}

fn sum(sum: &Sum) -> String {
    let mut text = String::new();
    for (index, (sign, term)) in sum.terms.iter().enumerate() {
        match (index, sign) {
            (0, _) => {}
            (_, Sign::Plus) => text.push_str(" + "),
            (_, Sign::Minus) => text.push_str(" - "),
        }
        match term {
            Term::Number(number) => text.push_str(&number.text),
            Term::Field(name) => text.push_str(&field(name)),
        }
    }
    text
}

/// A filter, with the parentheses that it needs and no others.
pub fn filter(filter: &Filter) -> String {
    filter_within(filter, Binding::Or)
}

/// How tightly the place of a filter binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Or,
    And,
    Not,
}

fn filter_within(filter: &Filter, outer: Binding) -> String {
    let joined = |parts: &[Filter], word: &str, own: Binding, inner: Binding| {
        let parts: Vec<_> = parts.iter().map(|part| filter_within(part, inner)).collect();
        let text = parts.join(word);
        if outer > own { format!("({text})") } else { text }
    };
    match filter {
        // A chain directly inside a chain of the same kind keeps its parentheses: the tree has them too.
        Filter::Any(parts) => joined(parts, " or ", Binding::Or, Binding::And),
        Filter::All(parts) => joined(parts, " and ", Binding::And, Binding::Not),
        Filter::Not(_, inner) => format!("not {}", filter_within(inner, Binding::Not)),
        Filter::Compare(name, operator, each) => {
            let space = if *operator == Operator::Equal || *operator == Operator::NotEqual { "" } else { " " };
            format!("{}{space}{}{space}{}", field(name), operator.as_str(), value(each))
        }
        Filter::OneOf(name, values) => {
            let values: Vec<_> = values.iter().map(value).collect();
            format!("{} in ({})", field(name), values.join(", "))
        }
        Filter::Range(name, low, high) => format!("{} in {}..{}", field(name), value(low), value(high)),
        Filter::Like(name, pattern) => format!("{} like {}", field(name), value(pattern)),
        Filter::Matches(name, pattern) => format!("{} matches {}", field(name), value(pattern)),
        Filter::Has(name) => format!("has {}", field(name)),
        Filter::Flag(name) => field(name),
    }
}

/// A field's name, its parts quoted where they must be.
pub fn field(name: &FieldName) -> String {
    let mut text = String::new();
    for (index, part) in name.parts.iter().enumerate() {
        if index > 0 {
            text.push('.');
        }
        // Only the parts after the first can be quoted, and the whole name must not read as a keyword.
        let plain = !part.is_empty() && part.chars().all(is_name_char) && (name.parts.len() > 1 || !is_keyword(part));
        if plain || index == 0 { text.push_str(part) } else { text.push_str(&quoted(part)) }
    }
    text
}

/// A value, quoted where it was or must be.
pub fn value(value: &Value) -> String {
    if value.quoted || !is_bare(&value.text) { quoted(&value.text) } else { value.text.clone() }
}

/// A text in quotes, with escapes.
pub fn quoted(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    written.push('"');
    for c in text.chars() {
        match c {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\t' => written.push_str("\\t"),
            c if c.is_control() => {
                // Writing to a string cannot fail.
                let _ = write!(written, "\\u{{{:x}}}", u32::from(c));
            }
            c => written.push(c),
        }
    }
    written.push('"');
    written
}
