//! The values of a comparison as people write them: one, several, or a range.

use rust_decimal::Decimal;

use super::known_fields::{UNIT_COUNTS, is_numeric};
use super::phrases::{ANDS, FIELDS, NOT_JOINTS, ORS, THENS};
use super::reader::Reader;
use super::rewriter::Rewriter;
use super::values::{NumberForm, number};
use crate::syntax::grammar::{begins_setting, is_bare};
use crate::syntax::print;

impl Rewriter<'_> {
    /// Whether a comma comes next that stands between two conditions, or before what is set.
    pub fn comma_joins(&mut self) -> bool {
        let start = self.reader.at;
        self.reader.at += 1;
        let joins = self.begins_comparison() || self.reader.peek(0).is_none_or(|word| begins_setting(&word.lower));
        self.reader.at = start;
        joins
    }

    /// The values behind the first one, as a list.
    pub fn more_values(&mut self, field: &str, first: String, negated: bool) -> Option<String> {
        let start = self.reader.at - 1;
        let mut values = vec![first];
        while self.reader.is_at(&[","]) && !self.comma_joins() {
            self.reader.at += 1;
            values.push(self.value(field)?);
        }
        // `title = 5,5` is one text, and `tag = 5, 5` is two.
        let written = self.reader.text_from(start);
        if written.bytes().all(|byte| byte.is_ascii_digit() || byte == b',') && !is_numeric(field) {
            let sign = if negated { "!=" } else { "=" };
            return Some(format!("{field} {sign} {}", print::quoted(written)));
        }
        Some(
            listed(field, &values, negated)
                .unwrap_or_else(|| format!("{}{field} in ({})", if negated { "not " } else { "" }, values.join(", "))),
        )
    }

    /// What stands behind `in`: a list, a range, or one value.
    pub fn list(&mut self, field: &str, negated: bool) -> Option<String> {
        const BRACKETS: &[(&str, &str)] = &[("(", ")"), ("[", "]"), ("{", "}")];
        let bracket = BRACKETS.iter().find(|(open, _)| self.reader.peek(0).is_some_and(|word| word.text == *open));
        self.reader.at += usize::from(bracket.is_some());
        if is_numeric(field)
            && let Some((low, high)) = self.dashed()
        {
            return Some(range(field, &low, &high, negated));
        }
        let first = self.reader.at;
        let mut values = vec![self.value(field)?];
        // Of `(5 100)` nobody can tell whether it is one number.
        let blank = self.reader.text_from(first).contains(|c: char| c.is_whitespace());
        if bracket.is_some() && blank && is_numeric(field) {
            return None;
        }
        let not = if negated { "not " } else { "" };
        let is_range = self.reader.eat(&["..", "...", "to"])
            || (is_numeric(field) || field == "today") && self.reader.eat(&["-", "–", "until", "till", "through", "and"]);
        if is_range {
            let high = match self.reader.peek(0).and_then(|word| word.text.strip_prefix('.')).map(str::to_owned) {
                // Of three dots, the third is no decimal point.
                Some(high) if self.reader.touches() && is_numeric(field) => {
                    self.reader.take();
                    number(&high, NumberForm::Decimal)?
                }
                _ => self.value(field)?,
            };
            return (bracket.is_none_or(|(_, close)| self.reader.eat(&[close])))
                .then(|| range(field, &values.concat(), &high, negated));
        }
        let parts: &[&str] = if bracket.is_some() { &[",", ";", "|", "or", "and"] } else { &[","] };
        while self.reader.eat(parts) {
            if bracket.is_some_and(|(_, close)| self.reader.peek(0).is_some_and(|word| word.text == *close)) {
                break;
            }
            values.push(self.value(field)?);
        }
        if bracket.is_some_and(|(_, close)| !self.reader.eat(&[close])) {
            return None;
        }
        // A SKU has no blanks: what stands between them parts two.
        if field == "sku"
            && !self.reader.text_from(first).contains('"')
            && values.iter().any(|value| value.starts_with('"') && value.contains(' '))
        {
            let apart: Vec<String> =
                values.iter().flat_map(|value| value.trim_matches('"').split(' ').map(str::to_owned)).collect();
            return (apart.iter().all(|sku| is_bare(sku))).then(|| format!("{not}sku in ({})", apart.join(", ")));
        }
        if let Some(joined) = listed(field, &values, negated) {
            return Some(joined);
        }
        Some(match values.as_slice() {
            [value] if bracket.is_none() => format!("{field} {} {value}", if negated { "!=" } else { "=" }),
            values => format!("{not}{field} in ({})", values.join(", ")),
        })
    }

    /// `5-10` is one word.
    pub fn dashed(&mut self) -> Option<(String, String)> {
        let (low, high) = self.reader.peek(0)?.text.split_once('-')?;
        let ends = (number(low, NumberForm::Decimal)?, number(high, NumberForm::Decimal)?);
        self.reader.take();
        Some(ends)
    }

    /// A value of a field.
    pub fn value(&mut self, field: &str) -> Option<String> {
        if is_numeric(field) || field == "today" { self.ordered(field) } else { self.text_value() }
    }

    /// A number or a day.
    pub fn ordered(&mut self, field: &str) -> Option<String> {
        if field == "today" {
            return self.reader.day();
        }
        let is_weight = field == "weight";
        let whole = (UNIT_COUNTS.contains(&field) || field.starts_with("location."))
            .then(|| self.reader.figure(NumberForm::Whole, false))
            .flatten();
        let figure = whole.or_else(|| self.reader.figure(NumberForm::Decimal, is_weight))?;
        (!figure.is_percent).then_some(figure.number)
    }

    pub fn text_value(&mut self) -> Option<String> {
        let colon_follows = self.reader.colons_left() > 0;
        self.reader.words(|reader| {
            let Some(word) = reader.peek(0) else { return true };
            let joins = |phrases: &[&str]| phrases.iter().any(|phrase| reader.length_of(phrase).is_some());
            matches!(word.text, ":" | ";" | "," | ")" | "(" | "]" | "}" | "..")
                || joins(&["and", "or", "&&", "||", "then"])
                || is_sign(word.text)
                || (joins(ANDS) || joins(ORS) || joins(NOT_JOINTS)) && compares(reader)
                || joins(THENS)
                || !colon_follows && begins_setting(word.text)
        })
    }
}

/// The condition for a range, its smaller end first.
pub fn range(field: &str, low: &str, high: &str, negated: bool) -> String {
    let is_turned = match (Decimal::from_str_exact(low), Decimal::from_str_exact(high)) {
        (Ok(low), Ok(high)) => low > high,
        // Days as the language writes them stand in the order of their digits.
        _ => low > high,
    };
    let (low, high) = if is_turned { (high, low) } else { (low, high) };
    format!("{}{field} in {low}..{high}", if negated { "not " } else { "" })
}

/// The condition for several values of which one at least is a pattern.
fn listed(field: &str, values: &[String], negated: bool) -> Option<String> {
    let not = if negated { "not " } else { "" };
    if is_numeric(field) || !values.iter().any(|value| is_pattern(value)) {
        return None;
    }
    let each = values.iter().map(|value| format!("{field} {} {value}", if is_pattern(value) { "like" } else { "=" }));
    let joined = each.collect::<Vec<_>>().join(" or ");
    Some(if values.len() > 1 || negated { format!("{not}({joined})") } else { joined })
}

/// Whether a word is a sign that compares.
pub fn is_sign(word: &str) -> bool {
    matches!(word, "=" | "==" | "!=" | "<>" | "<" | "<=" | ">" | ">=" | "=<" | "=>" | "≤" | "≥" | "≠")
}

/// Whether what joins conditions comes next, and a condition behind it: a field, or a comparison by a sign.
fn compares(reader: &Reader<'_>) -> bool {
    let is_field = |at: usize| {
        let word = reader.peek(at);
        word.is_some_and(|word| FIELDS.iter().any(|(field, names)| *field == word.lower || names.contains(&word.lower.as_str())))
    };
    let ends = |word: &str| matches!(word, ":" | "and" | "or");
    is_field(1) || reader.rest().iter().take_while(|word| !ends(&word.lower)).any(|word| is_sign(word.text))
}

/// Whether a value is a pattern of `like`.
pub fn is_pattern(value: &str) -> bool {
    value.starts_with('"') && value.contains('*')
}
