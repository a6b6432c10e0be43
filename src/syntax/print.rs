//! Parts of the tree as messages write them.

use std::fmt::Write as _;

use super::grammar::{is_bare, is_keyword, is_name_char};
use super::tree::{Expression, FieldName, Sign, SumNode, TermNode, ValueNode};

/// An expression over fields.
pub fn expression(expression: &Expression) -> String {
    let sums: Vec<_> = expression.alternatives.iter().map(sum).collect();
    sums.join(" else ")
}

fn sum(sum: &SumNode) -> String {
    let mut text = String::new();
    for (index, (sign, term)) in sum.terms.iter().enumerate() {
        match (index, sign) {
            (0, _) => {}
            (_, Sign::Plus) => text.push_str(" + "),
            (_, Sign::Minus) => text.push_str(" - "),
        }
        match term {
            TermNode::Number(number) => text.push_str(&number.text),
            TermNode::Field(name) => text.push_str(&field(name)),
        }
    }
    text
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
pub fn value(value: &ValueNode) -> String {
    if value.quoted || !is_bare(&value.text) { quoted(&value.text) } else { value.text.clone() }
}

/// A text as a value: quoted where it must be.
pub fn text(text: &str) -> String {
    if is_bare(text) { text.to_owned() } else { quoted(text) }
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
