//! Conditions as people write them, and as the language does.

use rust_decimal::Decimal;

use super::super::escapes::plain;
use super::super::grammar::{STEPS, is_bare, is_keyword, is_name_char};
use super::super::print;
use super::super::raw_statements::NESTING;
use super::super::tokens::TokenKind;
use super::Rewriter;
use super::phrases::{ANDS, COPULAS, FIELDS, NEGATIONS, NOT_JOINTS, OPTIONS, ORS, TESTS, THENS, TO};
use super::reader::Reader;
use super::values::{NumberForm, number};

/// What is asked of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// `like "*…*"`
    Contains,
    /// `like "…*"`
    StartsWith,
    /// `like "*…"`
    EndsWith,
    /// `in`
    In,
    /// `not … in`
    NotIn,
    /// `like`
    Like,
    /// `matches`
    Matches,
    /// `in A..B`
    Between,
    /// `not has …`
    Blank,
    /// `has …`
    Present,
}

/// The fields that are yes or no, and stand alone.
pub const YES_NO: &[&str] = &["tracked", "published", "gift_card", "amazon.listed"];
const COUNTS: &[&str] = &["inventory", "amazon.quantity"];
const DECIMALS: &[&str] = &["price", "compare_at_price", "cost", "weight", "amazon.price"];

/// Whether a field is compared with numbers.
pub fn is_numeric(field: &str) -> bool {
    COUNTS.contains(&field) || DECIMALS.contains(&field) || field.starts_with("location.")
}

impl Rewriter<'_> {
    /// A filter, as the language writes it.
    pub(super) fn filter(&mut self) -> Option<String> {
        let mut parts = vec![self.all_of()?];
        while self.joint(ORS, "or") {
            parts.push(self.all_of()?);
        }
        Some(parts.join(" or "))
    }

    fn all_of(&mut self) -> Option<String> {
        let mut parts = vec![self.condition()?];
        loop {
            if self.joint(ANDS, "and") {
                parts.push(self.condition()?);
                continue;
            }
            // A comma joins conditions where another one follows it.
            let (start, known) = (self.reader.at, self.changes.len());
            if self.reader.eat(&[",", ";"]) && self.begins_comparison() {
                self.change(start, "and");
                parts.push(self.condition()?);
                continue;
            }
            self.reader.at = start;
            self.changes.truncate(known);
            return Some(parts.join(" and "));
        }
    }

    /// Takes what joins two conditions.
    fn joint(&mut self, phrases: &[&'static str], written: &str) -> bool {
        let start = self.reader.at;
        let found = self.reader.eat(phrases);
        if found && self.reader.text_from(start) != written {
            self.change(start, written);
        }
        found
    }

    /// Whether a field and a test come next.
    fn begins_comparison(&mut self) -> bool {
        let start = self.reader.at;
        let is_test = |test: Option<Relation>| test.is_some_and(|test| !matches!(test, Relation::Blank | Relation::Present));
        let is = self.field().is_some() && (self.reader.eat(COPULAS) || is_test(self.reader.eat_one_of(TESTS)));
        self.reader.at = start;
        is
    }

    fn condition(&mut self) -> Option<String> {
        self.depth += 1;
        let written = if self.depth > NESTING { None } else { self.any_condition() };
        self.depth -= 1;
        written
    }

    fn any_condition(&mut self) -> Option<String> {
        let start = self.reader.at;
        if self.reader.eat(&["not", "!"]) {
            if self.reader.text_from(start) != "not" {
                self.change(start, "not");
            }
            return Some(format!("not {}", self.condition()?));
        }
        if self.reader.eat(&["("]) {
            let inner = self.filter()?;
            return self.reader.eat(&[")"]).then(|| format!("({inner})"));
        }
        let written = self.comparison()?;
        self.change_if_other(start, &written);
        Some(written)
    }

    fn comparison(&mut self) -> Option<String> {
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
    fn presence(&mut self, is: bool) -> Option<String> {
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
    fn turned(&mut self) -> Option<String> {
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

    /// Whether the condition ends here.
    fn ends_condition(&self) -> bool {
        self.reader.is_done() || [ANDS, ORS, THENS, &[")"]].iter().any(|phrases| self.reader.is_at(phrases))
    }

    /// Takes a colon that stands between a field and its value: what a rule sets has one of its own.
    fn is_colon_of_comparison(&mut self) -> bool {
        let colons = self.reader.colons_left();
        let value = self.reader.peek(1).is_some_and(|word| !is_setting(&word.lower));
        let is = colons > 1 && value && self.reader.peek(0).is_some_and(|word| word.text == ":");
        self.reader.at += usize::from(is);
        is
    }

    /// Whether a value comes next behind a field of the language, with no sign between them.
    fn is_value_of(&self, field: &str) -> bool {
        let is_field = FIELDS.iter().any(|(known, _)| *known == field) && !YES_NO.contains(&field);
        let is_value = self.reader.peek(0).is_some_and(|word| matches!(word.kind, TokenKind::Word | TokenKind::Quoted));
        is_field
            && is_value
            && !self.reader.is_at(ANDS)
            && !self.reader.is_at(ORS)
            && !self.reader.is_at(THENS)
            && !self.reader.peek(0).is_some_and(|word| is_setting(&word.lower))
    }

    fn tested(&mut self, field: &str, test: Relation, negated: bool) -> Option<String> {
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

    /// Whether a comma comes next that stands between two conditions, or before what is set.
    fn comma_joins(&mut self) -> bool {
        let start = self.reader.at;
        self.reader.at += 1;
        let joins = self.begins_comparison() || self.reader.peek(0).is_none_or(|word| is_setting(&word.lower));
        self.reader.at = start;
        joins
    }

    /// The values behind the first one, as a list.
    fn more_values(&mut self, field: &str, first: String, negated: bool) -> Option<String> {
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
    fn list(&mut self, field: &str, negated: bool) -> Option<String> {
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
    fn dashed(&mut self) -> Option<(String, String)> {
        let (low, high) = self.reader.peek(0)?.text.split_once('-')?;
        let ends = (number(low, NumberForm::Decimal)?, number(high, NumberForm::Decimal)?);
        self.reader.take();
        Some(ends)
    }

    /// A value of a field.
    fn value(&mut self, field: &str) -> Option<String> {
        if is_numeric(field) || field == "today" { self.ordered(field) } else { self.text_value() }
    }

    /// A number or a day.
    fn ordered(&mut self, field: &str) -> Option<String> {
        if field == "today" {
            return self.reader.day();
        }
        let is_weight = field == "weight";
        let whole = (COUNTS.contains(&field) || field.starts_with("location."))
            .then(|| self.reader.figure(NumberForm::Whole, false))
            .flatten();
        let figure = whole.or_else(|| self.reader.figure(NumberForm::Decimal, is_weight))?;
        (!figure.is_percent).then_some(figure.number)
    }

    fn text_value(&mut self) -> Option<String> {
        let colon_follows = self.reader.colons_left() > 0;
        self.reader.words(|reader| {
            let Some(word) = reader.peek(0) else { return true };
            let joins = |phrases: &[&str]| phrases.iter().any(|phrase| reader.length_of(phrase).is_some());
            matches!(word.text, ":" | ";" | "," | ")" | "(" | "]" | "}" | "..")
                || joins(&["and", "or", "&&", "||", "then"])
                || is_sign(word.text)
                || (joins(ANDS) || joins(ORS) || joins(NOT_JOINTS)) && compares(reader)
                || joins(THENS)
                || !colon_follows && is_setting(word.text)
        })
    }

    /// A field's name: its parts between dots, quoted or not.
    pub(super) fn field(&mut self) -> Option<String> {
        let phrases = || FIELDS.iter().flat_map(|(field, phrases)| phrases.iter().map(|phrase| (*field, *phrase)));
        let fixed = |name: &str| FIELDS.iter().any(|(field, _)| *field == name);
        let found = self.reader.longest(phrases());
        if let Some((field, length)) = found.filter(|(_, length)| *length > 1) {
            self.reader.at += length;
            return Some(field.to_owned());
        }
        let word = self.reader.peek(0).filter(|word| word.kind == TokenKind::Word)?;
        let (text, lower) = (word.text.to_owned(), word.lower.clone());
        if !text.starts_with(|c: char| is_name_char(c) && !c.is_numeric() && c != '-') {
            return None;
        }
        self.reader.take();
        if fixed(&lower) {
            return Some(lower);
        }
        if let Some(own) = (self.names.own)(&text) {
            return Some(own);
        }
        if let Some((field, _)) = found {
            return Some(field.to_owned());
        }
        if is_keyword(&lower) {
            return None;
        }
        if OPTIONS.contains(&lower.as_str()) {
            let (first, rest) = lower.split_at(1);
            return Some(format!("option.{}{rest}", first.to_uppercase()));
        }
        if matches!(lower.as_str(), "location" | "option" | "column")
            && let Some(part) = self.part_of_name()
        {
            return Some(format!("{lower}.{part}"));
        }
        if lower.starts_with("location.")
            && !text.ends_with('.')
            && self.reader.peek(0).is_some_and(|word| word.kind == TokenKind::Word)
        {
            let start = self.reader.at;
            if let Some(more) = self.part_of_name() {
                let name = format!("{} {}", &text["location.".len()..], plain(&more));
                return Some(format!("location.{}", print::quoted(&name)));
            }
            self.reader.at = start;
        }
        let mut name = text;
        while self.reader.touches() {
            let Some(next) = self.reader.peek(0) else { break };
            match next.kind {
                TokenKind::Quoted if name.ends_with('.') => name.push_str(next.text),
                TokenKind::Word if name.ends_with('"') && next.text.starts_with('.') => name.push_str(next.text),
                TokenKind::Sign if name.ends_with('.') && next.text == "'" => {
                    name.push_str(&self.reader.words(|_| true)?);
                    continue;
                }
                _ => break,
            }
            self.reader.take();
        }
        Some(name)
    }
}

impl Rewriter<'_> {
    /// The words up to a test, as the part of a name: `location New York > 3`.
    fn part_of_name(&mut self) -> Option<String> {
        let mut words: Vec<String> = vec![];
        while let Some(word) = self.reader.peek(0).filter(|word| matches!(word.kind, TokenKind::Word | TokenKind::Quoted))
            && !TESTS.iter().any(|(_, phrases)| self.reader.is_at(phrases))
            && ![COPULAS, NEGATIONS, ANDS, ORS, THENS].iter().any(|phrases| self.reader.is_at(phrases))
        {
            words.push(plain(word.text));
            self.reader.take();
        }
        match words.as_slice() {
            [] => None,
            [word] if word.chars().all(is_name_char) => Some(word.clone()),
            words => Some(print::quoted(&words.join(" "))),
        }
    }
}

/// The condition for a range, its smaller end first.
fn range(field: &str, low: &str, high: &str, negated: bool) -> String {
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

/// Whether a word begins a setting.
pub fn is_setting(word: &str) -> bool {
    STEPS.contains(&word) || matches!(word, "from" | "sync")
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

fn is_pattern(value: &str) -> bool {
    value.starts_with('"') && value.contains('*')
}

impl Reader<'_> {
    /// Whether a word comes next that joins conditions or ends them.
    pub(super) fn is_at(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.length_of(phrase).is_some())
    }
}
