//! Whether a statement says what was typed, sign for sign: only then may it be put in the place of that without asking.

use super::phrases::FIELDS;
use super::reader::{Reader, TypedWord};
use crate::syntax::escapes::plain;
use crate::syntax::grammar::{STEPS, is_keyword};
use crate::syntax::tokens::{TokenKind, tokens};

/// What other languages write, and the sign or word of this one that means the same whatever stands around it.
const SYNONYMS: &[(&str, &[&str])] = &[
    ("=", &["=", "==", "===", "equals", "is", "is equal to"]),
    ("!=", &["!=", "<>", "!==", "=!", "≠", "is not", "is not equal to"]),
    ("<", &["<", "less than", "is less than"]),
    ("<=", &["<=", "=<", "≤", "at most", "is at most"]),
    (">", &[">", "greater than", "more than", "is greater than", "is more than"]),
    (">=", &[">=", "≥", "at least", "is at least"]),
    ("and", &["and", "&&", "&"]),
    ("or", &["or", "||", "|"]),
    ("not", &["not", "!"]),
    ("where", &["where", "if", "when"]),
    ("%", &["%", "percent"]),
    ("..", &["..", "..."]),
    // What parts values and settings; what a rule sets is parted from its filter by words that stand in one place only.
    (";", &[";", ","]),
    ("", &[":", "then", "->"]),
];

/// The signs after which a value stands.
const COMPARISONS: &[&str] = &["=", "!=", "<", "<=", ">", ">=", "like", "matches", "in"];

/// What people write between a step and its amount; it says nothing.
const BETWEEN: &[&str] = &["=", ":=", ":", "=="];

/// Words behind a number of units; they say nothing.
const UNITS: &[&str] = &["unit", "units", "pc", "pcs", "piece", "pieces", "item", "items"];

/// Text fields of which a variant has one value: two words behind such a field are one text, and no two values.
const OF_ONE_VALUE: &[&str] = &["vendor", "type", "title", "category", "status"];

/// A token, or a value of as many words as stand together.
#[derive(Debug, PartialEq, Eq)]
enum Meant {
    Token(String),
    Value { field: String, text: String, is_quoted: bool },
}

/// Whether two statements, or two parts of one, have the same words, names, values and numbers in the same order, where a word
/// or a sign of another language counts as the one of this language that means the same. Blanks, quotes around a value, and
/// the case of the language's words do not count; quotes around two words do, where they could be two values.
pub fn has_same_meaning(typed: &str, written: &str) -> bool {
    let (typed, written) = (items(typed), items(written));
    let same = |pair: (&Meant, &Meant)| match pair {
        (
            Meant::Value { text, is_quoted, field },
            Meant::Value { text: text_written, is_quoted: is_quoted_now, field: field_now },
        ) => {
            let is_one_text = is_quoted == is_quoted_now || !text.contains(' ') || OF_ONE_VALUE.contains(&field.as_str());
            text == text_written && field == field_now && is_one_text
        }
        (one, other) => one == other,
    };
    typed.len() == written.len() && typed.iter().zip(&written).all(same)
}

/// Whether two texts have the same tokens: blanks and comments aside. A sign of percentage belongs to its number.
pub fn is_same_but_for_blanks(one: &str, other: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let all = tokens(text).filter(|token| !matches!(token.kind, TokenKind::Comment | TokenKind::LineEnd));
        let touches = |at: usize| at.checked_sub(1).is_some_and(|before| !text.as_bytes()[before].is_ascii_whitespace());
        let written = all.map(|token| match &text[token.span.start..token.span.end] {
            "%" if !touches(token.span.start) => " %".to_owned(),
            written => written.to_owned(),
        });
        written.collect()
    };
    words(one) == words(other)
}

fn items(text: &str) -> Vec<Meant> {
    let mut reading = MeaningReader { reader: Reader::of(text), items: vec![], field: String::new(), brackets: vec![] };
    while !reading.reader.is_done() {
        reading.next();
    }
    // A sign that parts two settings says nothing behind the last one.
    while reading.items.pop_if(|item| *item == Meant::Token(";".to_owned())).is_some() {}
    reading.items
}

struct MeaningReader<'a> {
    reader: Reader<'a>,
    items: Vec<Meant>,
    /// The field that is compared.
    field: String,
    /// The brackets that are open.
    brackets: Vec<Bracket>,
}

/// What a bracket encloses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bracket {
    /// A list of values.
    List,
    /// Conditions that belong together.
    Conditions,
    /// An amount, or what a rule sets: the bracket says nothing.
    Nothing,
}

impl MeaningReader<'_> {
    fn next(&mut self) {
        let last = match self.items.last() {
            Some(Meant::Token(last)) => last.clone(),
            _ => String::new(),
        };
        let is_step = STEPS.contains(&last.as_str());
        if is_step && self.reader.eat(BETWEEN) {
            return;
        }
        if last.starts_with(|c: char| c.is_ascii_digit()) && self.reader.eat(UNITS) {
            return;
        }
        let in_list = self.brackets.last() == Some(&Bracket::List);
        if (COMPARISONS.contains(&last.as_str()) || in_list && matches!(last.as_str(), "(" | ";")) && self.value() {
            return;
        }
        let synonyms = SYNONYMS.iter().flat_map(|(meant, phrases)| phrases.iter().map(move |phrase| (*meant, *phrase)));
        if let Some((meant, length)) = self.reader.longest(synonyms) {
            self.reader.at += length;
            if !meant.is_empty() {
                self.items.push(Meant::Token(meant.to_owned()));
            }
            return;
        }
        let Some(word) = self.reader.take() else { return };
        let written = word.text.to_owned();
        let token = match written.as_str() {
            "(" | "[" | "{" => {
                let bracket = match last.as_str() {
                    "in" => Bracket::List,
                    _ if is_step || written == "{" => Bracket::Nothing,
                    _ => Bracket::Conditions,
                };
                self.brackets.push(bracket);
                (bracket != Bracket::Nothing).then(|| "(".to_owned())
            }
            ")" | "]" | "}" => {
                let bracket = self.brackets.pop().unwrap_or(Bracket::Conditions);
                (bracket != Bracket::Nothing).then(|| ")".to_owned())
            }
            _ => Some(in_our_case(word)),
        };
        if let Some(token) = token {
            if FIELDS.iter().any(|(field, _)| *field == token) || token.contains('.') {
                self.field.clone_from(&token);
            }
            self.items.push(Meant::Token(token));
        }
    }

    /// Takes a value: a text in quotes of any kind, or the words that stand together.
    fn value(&mut self) -> bool {
        let Some(first) = self.reader.peek(0) else { return false };
        let (text, is_quoted) = if first.kind == TokenKind::Quoted {
            let text = plain(first.text);
            self.reader.take();
            (text, true)
        } else if let Some(text) = self.reader.other_quotes() {
            (text, true)
        } else {
            let mut words = vec![];
            while let Some(word) = self.reader.peek(0).filter(|word| word.kind == TokenKind::Word && !is_keyword(&word.lower))
                && !SYNONYMS.iter().any(|(_, phrases)| self.reader.is_at(phrases))
            {
                words.push(word.text.to_owned());
                self.reader.take();
            }
            (words.join(" "), false)
        };
        if text.is_empty() && !is_quoted {
            return false;
        }
        self.items.push(Meant::Value { field: self.field.clone(), text, is_quoted });
        true
    }
}

/// A word in the case in which the language writes it, if it is one of the language's own.
fn in_our_case(word: &TypedWord<'_>) -> String {
    let is_ours = is_keyword(&word.lower) || FIELDS.iter().any(|(field, _)| *field == word.lower);
    if is_ours { word.lower.clone() } else { word.text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_the_same() {
        for (typed, written) in [
            ("where tag == linen && price<5: max=7", "where tag = linen and price<5: max 7"),
            ("Where Tag=linen Then Max 3", "where tag=linen: max 3"),
            ("all: buffer(2), max 7 units;", "all: buffer 2; max 7"),
            ("where vendor='Two Oaks': level", "where vendor=\"Two Oaks\": level"),
            ("where vendor=Two Oaks: level", "where vendor=\"Two Oaks\": level"),
            ("where tag in [a, b] { share 50 % }", "where tag in (a, b): share 50%"),
            ("where price is at least 5 or !tracked: level", "where price >= 5 or not tracked: level"),
        ] {
            assert!(has_same_meaning(typed, written), "{:?}\n{:?}", items(typed), items(written));
        }
    }

    #[test]
    fn what_may_mean_something_else() {
        for (typed, written) in [
            ("all: share 50", "all: share 50%"),
            ("all: max 1.000", "all: max 1000"),
            ("all: max 1,000", "all: max 1000"),
            ("all: 5", "all: fixed 5"),
            ("where tag=home set: level", "where tag=\"home set\": level"),
            ("where tag=a or b: level", "where tag=a or tag = b: level"),
            ("where tag=a, price<5: level", "where tag=a and price<5: level"),
            ("where brand=a: level", "where vendor=a: level"),
            ("all: level - 2", "all: buffer 2"),
            ("where (a or b) and c: level", "where a or b and c: level"),
            ("where price < $5: level", "where price < 5: level"),
            ("where price in 10..5: level", "where price in 5..10: level"),
            ("all: exclude", "all: fixed 0"),
        ] {
            assert!(!has_same_meaning(typed, written), "{typed} | {written}");
        }
    }
}
