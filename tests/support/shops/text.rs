//! The text of rules.

use super::super::simple::rules::{Expression, Field, Filter, Rule, Step, Term};
use super::random::Random;
use super::rules::Statement;

/// The words of the language that no bare value can be.
const KEYWORDS: &[&str] = &[
    "all", "where", "group", "and", "or", "not", "in", "like", "matches", "has", "from", "else", "sync", "on", "off", "level",
    "fixed", "buffer", "max", "share", "pack", "cutoff",
];

/// A statement on one line.
pub fn statement(statement: &Statement, random: &mut Random) -> String {
    match statement {
        Statement::Group(name, filter) => format!("group {name} = {}", self::filter(filter, 0, random)),
        Statement::Rule(rule) => {
            let whom = rule
                .filter
                .as_ref()
                .map_or_else(|| "all".to_owned(), |filter| format!("where {}", self::filter(filter, 0, random)));
            format!("{whom}: {}", settings(rule, random))
        }
    }
}

fn settings(rule: &Rule, random: &mut Random) -> String {
    let mut settings: Vec<String> = rule.steps.iter().map(step).collect();
    // The source and sync may stand anywhere among the steps.
    if let Some(source) = &rule.source {
        settings.insert(random.below(settings.len() + 1), format!("from {}", expression(source)));
    }
    if let Some(on) = rule.sync {
        settings.insert(random.below(settings.len() + 1), format!("sync {}", if on { "on" } else { "off" }));
    }
    settings.join("; ")
}

/// A step.
pub fn step(step: &Step) -> String {
    match step {
        Step::Level => "level".to_owned(),
        Step::Fixed(n) => format!("fixed {}", expression(n)),
        Step::Buffer(n) => format!("buffer {}", expression(n)),
        Step::BufferPercent(percent) => format!("buffer {percent}%"),
        Step::Max(n) => format!("max {}", expression(n)),
        Step::Share(percent) => format!("share {percent}%"),
        Step::Pack(n) => format!("pack {}", expression(n)),
        Step::Cutoff(n) => format!("cutoff {}", expression(n)),
    }
}

fn expression(expression: &Expression) -> String {
    let term = |term: &Term| match term {
        Term::Number(number) => number.to_string(),
        Term::Field(name) => field(name),
    };
    let sum = |terms: &Vec<(bool, Term)>| {
        let (first, rest) = terms.split_first().expect("a term");
        rest.iter().fold(term(&first.1), |sum, (minus, each)| format!("{sum} {} {}", if *minus { '-' } else { '+' }, term(each)))
    };
    expression.iter().map(sum).collect::<Vec<_>>().join(" else ")
}

/// A filter that stands in something that binds so tightly: 0 for nothing, 1 for `and`, 2 for `not`.
fn filter(filter: &Filter, tightness: usize, random: &mut Random) -> String {
    let (text, own) = match filter {
        Filter::Any(parts) => (parts.iter().map(|part| self::filter(part, 1, random)).collect::<Vec<_>>().join(" or "), 0),
        Filter::All(parts) => (parts.iter().map(|part| self::filter(part, 2, random)).collect::<Vec<_>>().join(" and "), 1),
        Filter::Not(inner) => (format!("not {}", self::filter(inner, 3, random)), 2),
        Filter::Compare(name, operator, text) => {
            let space = if operator.contains(['<', '>']) || random.one_in(2) { " " } else { "" };
            (format!("{}{space}{operator}{space}{}", field(name), value(text, random)), 3)
        }
        Filter::OneOf(name, values) => {
            let values: Vec<String> = values.iter().map(|text| value(text, random)).collect();
            (format!("{} in ({})", field(name), values.join(", ")), 3)
        }
        Filter::Range(name, low, high) => (format!("{} in {}..{}", field(name), value(low, random), value(high, random)), 3),
        Filter::Like(name, pattern) => (format!("{} like {}", field(name), quoted(pattern, random)), 3),
        Filter::Matches(name, pattern, _) => (format!("{} matches {}", field(name), quoted(pattern, random)), 3),
        Filter::Has(name) => (format!("has {}", field(name)), 3),
        Filter::Flag(name) => (field(name), 3),
    };
    if own < tightness.min(3) && !(own == 2 && tightness == 3) || random.one_in(12) { format!("({text})") } else { text }
}

fn field(name: &Field) -> String {
    let is_plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let part = |part: &String| {
        if is_plain(part) { part.clone() } else { format!("\"{}\"", part.replace('\\', "\\\\").replace('"', "\\\"")) }
    };
    name.iter().map(part).collect::<Vec<_>>().join(".")
}

fn value(text: &str, random: &mut Random) -> String {
    let is_bare = !text.is_empty()
        && !text.contains("..")
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'));
    // A dot at the end of a range's first value would make three.
    let is_bare = is_bare && !text.starts_with('.') && !text.ends_with('.') && !KEYWORDS.contains(&text);
    if is_bare && !random.one_in(4) { text.to_owned() } else { quoted(text, random) }
}

fn quoted(text: &str, random: &mut Random) -> String {
    let mut quoted = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            _ if !c.is_ascii() && random.one_in(6) => quoted.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            _ => quoted.push(c),
        }
    }
    quoted + "\""
}

/// A statement with line ends and comments wherever the language allows them.
pub fn broken(statement: &str, random: &mut Random) -> String {
    const GOES_ON: [&str; 20] = [
        ":", ";", ",", "and", "or", "not", "in", "like", "matches", "has", "from", "else", "+", "-", "=", "!=", "<", "<=", ">",
        ">=",
    ];
    let (mut all, mut depth, mut word, mut in_quotes) = (String::new(), 0_usize, String::new(), false);
    let mut chars = statement.chars();
    while let Some(c) = chars.next() {
        if in_quotes {
            all.push(c);
            match c {
                '\\' => all.extend(chars.next()),
                '"' => in_quotes = false,
                _ => {}
            }
            continue;
        }
        match c {
            '"' => in_quotes = true,
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if c != ' ' {
            word.push(c);
            all.push(c);
            continue;
        }
        let last = word.trim_start_matches('(').to_owned();
        word.clear();
        let goes_on = GOES_ON.contains(&last.as_str()) || last.ends_with([':', ';', ',']) || depth > 0;
        let pause = match random.below(40) {
            0 if goes_on => "\n    ",
            1 if goes_on => " # why: \"so\"\n",
            2 => "  ",
            _ => " ",
        };
        all.push_str(pause);
    }
    if random.one_in(20) { all + "  # behind" } else { all }
}
