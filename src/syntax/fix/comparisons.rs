//! Comparisons as people write them, and as the language does.

use super::known_fields::{YES_NO, is_numeric};
use super::lists::{is_pattern, range};
use super::phrases::{ANDS, COPULAS, FIELDS, NEGATIONS, ORS, TESTS, THENS, TO};
use super::relation::Relation;
use super::rewriter::Rewriter;
use super::values::NumberForm;
use crate::syntax::escapes::plain;
use crate::syntax::grammar::begins_setting;
use crate::syntax::print;
use crate::syntax::tokens::TokenKind;

impl Rewriter<'_> {
    pub fn comparison(&mut self) -> Option<String> {
        if self.reader.eat(&["has no", "has not", "with no"]) {
            return self.presence(false);
        }
        if self.reader.eat(&["has", "exists", "with"]) {
            return self.presence(true);
        }
        if self.reader.eat(&["no", "without", "lacks", "out of"]) {
            return self.presence(false);
        }
        // A test alone goes on with the field before it: `price > 5 and < 10`.
        let start = self.reader.at;
        let repeats =
            TESTS.iter().take_while(|(test, _)| *test != Relation::Contains).any(|(_, phrases)| self.reader.is_at(phrases));
        if let Some(written) = self.turned() {
            return Some(written);
        }
        // Another value of a number: `price = 5 or 9.5`.
        if let Some(last) = self.last_field.clone().filter(|last| self.last_is_equal && is_numeric(last))
            && let Some(figure) = self.reader.figure(NumberForm::Decimal, last == "weight")
        {
            return (!figure.is_percent && self.ends_condition()).then(|| format!("{last} = {}", figure.number));
        }
        let field = match self.last_field.clone().filter(|_| repeats) {
            Some(field) => field,
            None => self.field()?,
        };
        if field == "inventory" && self.reader.text_from(start) != "inventory" && self.ends_condition() {
            return Some("inventory > 0".to_owned());
        }
        self.is_tight = self.reader.touches();
        let is = self.reader.eat(COPULAS);
        let negated = self.reader.eat(NEGATIONS);
        let is = self.reader.eat(COPULAS) || is;
        let before = self.reader.at;
        let mut found = self.reader.eat_one_of(TESTS);
        // Without `is` before them, these may be anything: `tag = home set`.
        let word = self.reader.text_from(before).to_lowercase();
        let alone = matches!(word.as_str(), "exists" | "exist" | "missing" | "empty" | "blank");
        if matches!(found, Some(Relation::Blank | Relation::Present)) && !is && !negated && !alone {
            (found, self.reader.at) = (None, before);
        }
        let test = match found {
            Some(test) => test,
            None if is || negated || self.is_colon_of_comparison() => Relation::Equal,
            // A known field, and a value.
            None if self.is_value_of(&field) => Relation::Equal,
            None if FIELDS.iter().any(|(known, _)| *known == field) && !YES_NO.contains(&field.as_str()) => return None,
            None if YES_NO.contains(&field.as_str()) || (self.names.is_group)(&field) => return Some(field),
            // What is no group may be another value of the field before it: `tag = linen or wool`.
            None if self.last_field.is_some() && !self.last_is_equal => return None,
            None => match self.last_field.clone() {
                Some(last) => {
                    self.reader.at = start;
                    return Some(format!("{last} = {}", self.value(&last)?));
                }
                None => return Some(field),
            },
        };
        self.last_field = Some(field.clone());
        self.last_is_equal = matches!((test, negated), (Relation::Equal, false));
        self.tested(&field, test, negated)
    }

    /// Whether there is a value of a field; of the stock, as people call it, whether there is any.
    pub fn presence(&mut self, is: bool) -> Option<String> {
        let start = self.reader.at;
        let field = self.field()?;
        Some(match (field.as_str(), is) {
            ("inventory", true) if self.reader.text_from(start) != "inventory" => "inventory > 0".to_owned(),
            ("inventory", false) if self.reader.text_from(start) != "inventory" => "inventory = 0".to_owned(),
            (field, true) => format!("has {field}"),
            (field, false) => format!("not has {field}"),
        })
    }

    /// A number before its field: `10 > price`, `5 < price < 10`.
    pub fn turned(&mut self) -> Option<String> {
        const SIGNS: &[(&str, &[&str])] = &[("<", &[">"]), ("<=", &[">=", "≥"]), (">", &["<"]), (">=", &["<=", "≤"])];
        const AS_IT_IS: &[(&str, &[&str])] = &[("<", &["<"]), ("<=", &["<=", "≤"]), (">", &[">"]), (">=", &[">=", "≥"])];
        let start = self.reader.at;
        let mut read = || {
            let first = self.reader.figure(NumberForm::Decimal, false).filter(|figure| !figure.is_percent)?;
            let sign = self.reader.eat_one_of(SIGNS)?;
            let field = self.field().filter(|field| is_numeric(field))?;
            let written = format!("{field} {sign} {}", first.number);
            match self.reader.eat_one_of(AS_IT_IS) {
                Some(sign) => Some(format!("{written} and {field} {sign} {}", self.ordered(&field)?)),
                None => Some(written),
            }
        };
        let written = read().filter(|_| self.ends_condition());
        if written.is_none() {
            self.reader.at = start;
        }
        written
    }

    /// Takes a colon that stands between a field and its value: what a rule sets has one of its own.
    pub fn is_colon_of_comparison(&mut self) -> bool {
        let colons = self.reader.colons_left();
        let value = self.reader.peek(1).is_some_and(|word| !begins_setting(&word.lower));
        let is = colons > 1 && value && self.reader.peek(0).is_some_and(|word| word.text == ":");
        self.reader.at += usize::from(is);
        is
    }

    /// Whether a value comes next behind a field of the language, with no sign between them.
    pub fn is_value_of(&self, field: &str) -> bool {
        let is_field = FIELDS.iter().any(|(known, _)| *known == field) && !YES_NO.contains(&field);
        let is_value = self.reader.peek(0).is_some_and(|word| matches!(word.kind, TokenKind::Word | TokenKind::Quoted));
        is_field
            && is_value
            && !self.reader.is_at(ANDS)
            && !self.reader.is_at(ORS)
            && !self.reader.is_at(THENS)
            && !self.reader.peek(0).is_some_and(|word| begins_setting(&word.lower))
    }

    pub fn tested(&mut self, field: &str, test: Relation, negated: bool) -> Option<String> {
        let not = |is: bool| if is { "not " } else { "" };
        let is_tight = self.is_tight;
        let test = match (test, negated) {
            (Relation::Equal, true) => Relation::NotEqual,
            (Relation::NotEqual, true) => Relation::Equal,
            (Relation::Less, true) => Relation::AtLeast,
            (Relation::AtMost, true) => Relation::Greater,
            (Relation::Greater, true) => Relation::AtMost,
            (Relation::AtLeast, true) => Relation::Less,
            (test, _) => test,
        };
        Some(match test {
            Relation::Blank | Relation::Present => format!("{}has {field}", not((test == Relation::Blank) != negated)),
            Relation::Equal | Relation::NotEqual if YES_NO.contains(&field) => {
                let yes = self.reader.eat(&["yes", "true", "1", "on", "\"true\"", "\"yes\""]);
                if !yes && !self.reader.eat(&["no", "false", "0", "off", "\"false\"", "\"no\""]) {
                    return None;
                }
                format!("{}{field}", not(yes != (test == Relation::Equal)))
            }
            Relation::Equal | Relation::Contains if field == "location" && !negated => {
                format!("location.{} > 0", self.part_of_name()?)
            }
            _ if matches!(field, "location" | "option" | "column" | "metafield" | "amazon") => return None,
            Relation::Equal | Relation::NotEqual => {
                let bare = self.reader.peek(0).is_some_and(|word| word.kind != TokenKind::Quoted);
                if self.reader.is_at(&["("]) {
                    return self.list(field, test == Relation::NotEqual);
                }
                let value = self.value(field)?;
                if (is_numeric(field) || field == "today") && self.reader.eat(&["..", "..."]) {
                    let high = self.value(field)?;
                    return Some(range(field, &value, &high, test == Relation::NotEqual));
                }
                // Several values, parted by commas.
                if self.reader.is_at(&[","]) && !self.comma_joins() {
                    return self.more_values(field, value, test == Relation::NotEqual);
                }
                // A SKU has no blanks: two may be meant.
                if bare && field == "sku" && value.contains(' ') {
                    return None;
                }
                let sign = if test == Relation::Equal { "=" } else { "!=" };
                let value = if bare && value.starts_with('"') && field == "sku" { value.replace('%', "*") } else { value };
                let pattern = is_pattern(&value) || (bare || field == "sku") && value.starts_with('"') && value.contains('?');
                match pattern && !is_numeric(field) && field != "today" {
                    true => format!("{}{field} like {value}", not(test == Relation::NotEqual)),
                    false if is_tight => format!("{field}{sign}{value}"),
                    false => format!("{field} {sign} {value}"),
                }
            }
            Relation::Less | Relation::AtMost | Relation::Greater | Relation::AtLeast => {
                let low = self.ordered(field)?;
                if test == Relation::AtLeast && self.reader.eat(&["to", "until", "till", "through", "-"]) {
                    let high = self.ordered(field)?;
                    return Some(range(field, &low, &high, false));
                }
                let sign = match test {
                    Relation::Less => "<",
                    Relation::AtMost => "<=",
                    Relation::Greater => ">",
                    _ => ">=",
                };
                format!("{field} {sign} {low}")
            }
            Relation::Contains | Relation::StartsWith | Relation::EndsWith => {
                let text = plain(&self.text_value()?);
                let (before, behind) = match test {
                    Relation::StartsWith => ("", "*"),
                    Relation::EndsWith => ("*", ""),
                    _ => ("*", "*"),
                };
                let pattern = format!("{before}{}{behind}", text.trim_matches(['*', '%']));
                format!("{}{field} like {}", not(negated), print::quoted(&pattern))
            }
            Relation::Like | Relation::Matches => {
                let value = plain(&self.text_value()?);
                let value = if test == Relation::Like && !value.contains('*') { value.replace('%', "*") } else { value };
                let word = if test == Relation::Like { "like" } else { "matches" };
                format!("{}{field} {word} {}", not(negated), print::quoted(&value))
            }
            Relation::Between => {
                let bracket = self.reader.eat(&["("]);
                let low = self.ordered(field)?;
                let high = self.reader.eat(TO).then(|| self.ordered(field))??;
                if bracket && !self.reader.eat(&[")"]) {
                    return None;
                }
                range(field, &low, &high, negated)
            }
            Relation::In | Relation::NotIn => return self.list(field, negated != (test == Relation::NotIn)),
        })
    }
}
