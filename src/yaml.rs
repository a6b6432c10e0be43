//! YAML read strictly: texts as written, a key given twice is an error.

use std::fmt;
use std::marker::PhantomData;
use std::path::Path;
use std::sync::Arc;

use foldhash::HashSet;
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use crate::diagnostic::{Code, Diagnostic, Fix, Place};
use crate::source::{Source, Span};
use crate::text::nearest;

/// A scalar exactly as it is written: `0042` stays `0042`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scalar(pub String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ScalarVisitor;
        impl Visitor<'_> for ScalarVisitor {
            type Value = Scalar;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a number")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Scalar, E> {
                Ok(Scalar(text.to_owned()))
            }
        }
        // Asked for a string, serde_yaml hands over a plain scalar's own characters, never a float.
        deserializer.deserialize_str(ScalarVisitor)
    }
}

/// Reads a scalar as something else. What is wrong with it is reported at its own line.
///
/// # Errors
/// What `parse` says, or that it is no scalar.
pub fn parsed<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Result<T, D::Error> {
    struct ParsedVisitor<F>(F);
    impl<T, F: FnOnce(&str) -> Result<T, String>> Visitor<'_> for ParsedVisitor<F> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text or a number")
        }
        // An error is given its place only where it arises inside the visitor.
        fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
            (self.0)(text).map_err(E::custom)
        }
    }
    deserializer.deserialize_str(ParsedVisitor(parse))
}

/// Reads a scalar that may be left blank as something else; nothing where it is blank.
///
/// # Errors
/// What `parse` says, or that it is no scalar.
pub fn parsed_option<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    parse: impl FnOnce(&str) -> Result<T, String>,
) -> Result<Option<T>, D::Error> {
    struct OptionVisitor<F>(F);
    impl<'de, T, F: FnOnce(&str) -> Result<T, String>> Visitor<'de> for OptionVisitor<F> {
        type Value = Option<T>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text or a number")
        }
        fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
        fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
            parsed(deserializer, self.0).map(Some)
        }
    }
    deserializer.deserialize_option(OptionVisitor(parse))
}

/// A mapping in its order; a key given twice is an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping<V>(pub Vec<(String, V)>);

impl<V> Default for Mapping<V> {
    fn default() -> Self {
        Mapping(vec![])
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Mapping<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MappingVisitor<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for MappingVisitor<V> {
            type Value = Mapping<V>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries: Vec<(String, V)> = vec![];
                let mut known = HashSet::default();
                while let Some(Scalar(key)) = map.next_key()? {
                    if !known.insert(key.clone()) {
                        return Err(A::Error::custom(format!("the key `{key}` is given twice")));
                    }
                    entries.push((key, map.next_value()?));
                }
                Ok(Mapping(entries))
            }
        }
        deserializer.deserialize_map(MappingVisitor(PhantomData))
    }
}

/// Reads a YAML file.
///
/// # Errors
/// What is wrong with it, at its line.
pub fn read<T: for<'de> Deserialize<'de>>(path: &Path, text: &str, code: Code) -> Result<T, Box<Diagnostic>> {
    if let Some(bracket) = too_deep(text) {
        let message = format!("lists and mappings in brackets stand more than {NESTING} deep in one another");
        let source = Arc::new(Source::new(path.display().to_string(), text));
        return Err(Box::new(Diagnostic::error(code, message).at(source.place(Span::new(bracket, bracket + 1)))));
    }
    serde_yaml::from_str(text).map_err(|problem| Box::new(explain(path, text, code, &problem)))
}

/// How deep brackets may stand in one another: the library takes a time that grows with the square of it.
const NESTING: usize = 1000;

/// The byte of the first bracket that stands more than [`NESTING`] deep. Those in texts are counted too: no text has a thousand
/// unclosed ones.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > NESTING {
            return Some(at);
        }
    }
    None
}

/// The line of a text of several documents on which the second one begins, counted from 1.
fn second_document(text: &str) -> Option<usize> {
    let mut has_content = false;
    let line = text.lines().position(|line| {
        let begins = line == "---" || line.starts_with("--- ");
        let is_second = begins && has_content;
        has_content |= begins || !line.trim().is_empty() && !line.starts_with(['#', '%']);
        is_second
    });
    line.map(|index| index + 1)
}

fn explain(path: &Path, text: &str, code: Code, problem: &serde_yaml::Error) -> Diagnostic {
    let source = Arc::new(Source::new(path.display().to_string(), text));
    let full = problem.to_string();
    if full.contains("more than one document")
        && let Some(line) = second_document(text)
    {
        let help = "put all into one document, without the line `---`";
        let place = source.place(source.line_span(line));
        return Diagnostic::error(code, "a second document begins here, and only one is read").help(help).at(place);
    }
    let twice = full.split_once("duplicate field `").and_then(|(_, rest)| rest.split('`').next());
    let second = twice.zip(problem.location()).and_then(|(key, location)| second_key(text, key, location.index()));
    let place = match (second, problem.location()) {
        (Some(second), _) => source.place(second),
        (None, Some(location)) => source.place(word_at(&source, location.line(), location.column())),
        (None, None) => Place::file(path),
    };
    // The library's message ends with the location, which stands in the place, and speaks of Rust's types here and there.
    let message = full.split(" at line ").next().unwrap_or(&full);
    let message = ["i64", "u64", "usize", "u32"].iter().fold(message.to_owned(), |m, name| m.replace(name, "a whole number"));
    let message = message.replace("a boolean", "true or false").replace("unit value", "nothing");
    let mut quoted = message.split('`').skip(1).step_by(2).filter(|_| message.contains("unknown field"));
    let written = quoted.next().unwrap_or("");
    let near = nearest(written, quoted);
    let fix = near.zip(as_span(&place)).filter(|(_, span)| source.slice(*span) == written);
    let fix = fix.map(|(near, span)| Fix::guess(format!("write `{near}`"), &source, span, near));
    let help = near.map(|near| format!("did you mean `{near}`?"));
    let message = match message.split_once(", expected one of") {
        Some((start, _)) if message.contains("unknown field") => start.replace("unknown field", "unknown key"),
        _ => message.replace("unknown field", "unknown key").replace("duplicate field", "a key given twice:"),
    };
    Diagnostic::error(code, in_words(&message)).maybe_help(help).maybe_fix(fix).at(place)
}

/// The word that begins at a line and a column, both counted from 1: up to what ends a key or a value.
fn word_at(source: &Source, line: usize, column: usize) -> Span {
    let Span { start, end } = source.line_span(line);
    let rest = source.slice(Span::new(start, end));
    let at = rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at);
    let word = rest[at..].split([':', ',', '}', ']']).next().unwrap_or("").trim_end();
    Span::new(start + at, start + at + word.len())
}

fn as_span(place: &Place) -> Option<Span> {
    match place {
        Place::Span(_, span) => Some(*span),
        Place::File(_) | Place::Line(_) => None,
    }
}

/// `variants[2].price: …` as `variant 3, price: …`
fn in_words(message: &str) -> String {
    let lists = [("variants[", "variant"), ("cases[", "case"), ("catalog[", "catalog entry"), ("never[", "invariant")];
    let items = lists.iter().find_map(|(list, item)| Some((item, message.strip_prefix(list)?.split_once(']')?)));
    match items.and_then(|(item, (index, rest))| Some((item, index.parse::<usize>().ok()?, rest))) {
        Some((item, index, rest)) => {
            let rest = rest.strip_prefix('.').map_or_else(|| rest.to_owned(), |field| format!(", {field}"));
            format!("{item} {}{rest}", index + 1)
        }
        None => message.to_owned(),
    }
}

/// The lines, counted from 1, of the items of the list or mapping that stands under a key of the file's own, where they are
/// laid out one a line; nothing where they are not: the library does not report where an item stood.
pub fn lines_of_items(text: &str, key: &str, count: usize) -> Vec<u32> {
    let mut indent = None;
    let mut lines = vec![];
    let mut inside = false;
    for (number, line) in (1u32..).zip(text.lines()) {
        let item = line.trim_start();
        let depth = line.len() - item.len();
        let is_item = item.starts_with("- ") || item == "-";
        if item.is_empty() || item.starts_with('#') {
            continue;
        }
        if depth == 0 && !is_item {
            inside = item.strip_prefix(key).is_some_and(|rest| rest.starts_with(':'));
        } else if inside && depth == *indent.get_or_insert(depth) {
            lines.push(number);
        }
    }
    if lines.len() == count { lines } else { vec![] }
}

/// Where a key stands for the second time in the mapping that starts at a byte: the library reports the mapping alone.
fn second_key(text: &str, key: &str, start: usize) -> Option<Span> {
    let rest = text.get(start..)?;
    let starts_key = |at: usize| {
        let before = rest[..at].chars().next_back();
        before.is_none_or(|c| c.is_whitespace() || matches!(c, '{' | ',')) && rest[at + key.len()..].trim_start().starts_with(':')
    };
    rest.match_indices(key)
        .map(|(at, _)| at)
        .filter(|&at| starts_key(at))
        .nth(1)
        .map(|at| Span::new(start + at, start + at + key.len()))
}
