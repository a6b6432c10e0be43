//! Numbers, percentages and texts as people write them, and as the language does.

use super::super::grammar::is_bare;
use super::super::print;
use super::super::tokens::TokenKind;
use super::phrases::{CURRENCIES, FRACTIONS, PERCENTS, UNITS};
use super::reader::Reader;
use crate::days;

/// What kind of number is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum NumberForm {
    /// A number of units.
    Whole,
    /// A price, a weight, a percentage.
    Decimal,
}

/// Digits as people group them, as the language writes the number: `1,000` is 1000, `9,99` is 9.99. `None` where it is no number.
pub fn number(written: &str, wanted: NumberForm) -> Option<String> {
    let (sign, digits) = match written.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", written.strip_prefix('+').unwrap_or(written)),
    };
    let plain: String = digits.chars().filter(|c| !matches!(c, '\'' | '’' | '_' | ' ' | '\u{a0}' | '\u{202f}')).collect();
    if !plain.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','))
        || plain.contains(|c: char| !matches!(c, '0'..='9' | '.' | ','))
    {
        return None;
    }
    let last = plain.rfind(['.', ',']);
    let both = plain.contains('.') && plain.contains(',');
    let separators = plain.matches(['.', ',']).count();
    let is_grouped = plain.split(['.', ',']).enumerate().all(|(index, group)| match index {
        0 => (1..=3).contains(&group.len()) && !group.starts_with('0'),
        _ => group.len() == 3,
    });
    let point = match last {
        None => None,
        Some(at) if both => Some(at),
        Some(_) if is_grouped && (separators > 1 || wanted == NumberForm::Whole || plain.contains(',')) => None,
        Some(at) if separators == 1 => Some(at),
        Some(_) => return None,
    };
    let (whole, fraction) = match point {
        Some(at) => (&plain[..at], &plain[at + 1..]),
        None => (plain.as_str(), ""),
    };
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    let whole = if whole.is_empty() { "0".to_owned() } else { whole };
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    match (wanted, fraction) {
        (NumberForm::Whole, fraction) if fraction.bytes().any(|byte| byte != b'0') => None,
        (NumberForm::Whole, _) | (NumberForm::Decimal, "") => Some(format!("{sign}{whole}")),
        (NumberForm::Decimal, fraction) => Some(format!("{sign}{whole}.{fraction}")),
    }
}

/// A part as a percentage without its sign: `0.5` and `1/2` are 50.
pub fn fraction(written: &str) -> Option<String> {
    if let Some((part, whole)) = written.split_once('/') {
        let (part, whole): (u64, u64) = (part.parse().ok()?, whole.parse().ok()?);
        if whole == 0 || part > whole {
            return None;
        }
        let hundredths = part.checked_mul(10_000)? / whole;
        return Some(point(hundredths, 2));
    }
    let decimal = number(written, NumberForm::Decimal)?;
    let (whole, fraction) = decimal.split_once('.')?;
    let places = u32::try_from(fraction.len()).ok().filter(|places| (1..=9).contains(places))?;
    let value: u64 = format!("{whole}{fraction}").parse().ok()?;
    (value < 10_u64.pow(places)).then(|| point(value * 100, places))
}

/// A number of which the last digits stand behind the point, without zeros at its end.
fn point(value: u64, places: u32) -> String {
    let unit = 10_u64.pow(places);
    let fraction = format!("{:0width$}", value % unit, width = places as usize);
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { (value / unit).to_string() } else { format!("{}.{fraction}", value / unit) }
}

/// A number with what people put around it, and whether it is a percentage.
pub struct Figure {
    /// As the language writes it, without a sign of percentage.
    pub number: String,
    /// Whether it is a percentage.
    pub is_percent: bool,
}

/// How many words may stand in quotes.
const QUOTED: usize = 40;

impl Reader<'_> {
    /// Takes a number, with a currency, a unit or a sign of percentage. Reads nothing where none comes next.
    pub fn figure(&mut self, wanted: NumberForm, is_weight: bool) -> Option<Figure> {
        let start = self.at;
        let found = self.any_figure(wanted, is_weight);
        if found.is_none() {
            self.at = start;
        }
        found
    }

    fn any_figure(&mut self, wanted: NumberForm, is_weight: bool) -> Option<Figure> {
        let fractions = FRACTIONS.iter().map(|(phrase, percent)| (*percent, *phrase));
        if let Some((percent, length)) = self.longest(fractions) {
            self.at += length;
            return Some(Figure { number: percent.to_owned(), is_percent: true });
        }
        self.eat(CURRENCIES);
        self.eat(&["+"]);
        let mut written = String::new();
        let quoted =
            self.peek(0).filter(|word| word.kind == TokenKind::Quoted).map(|word| word.text.trim_matches('"').to_owned());
        if let Some(text) = quoted {
            self.take();
            written = text;
        } else {
            let begins = |text: &str| text.trim_start_matches(['-', '.']).starts_with(|c: char| c.is_ascii_digit());
            let first = self.peek(0).filter(|word| word.kind == TokenKind::Word)?;
            // `USD10` is one word.
            let currency = CURRENCIES.iter().find(|name| first.lower.starts_with(**name)).map_or(0, |name| name.len());
            let amount = first.text.get(currency..).filter(|amount| currency > 0 && begins(amount)).unwrap_or(first.text);
            written.push_str(Some(amount).filter(|amount| begins(amount))?);
            self.take();
            // A comma or an apostrophe in a number, with no blank around it.
            while self.touches()
                && let (Some(sign), Some(more)) = (self.peek(0), self.peek(1))
                && matches!(sign.lower.as_str(), "," | "'")
                && more.span.start == sign.span.end
                && begins(more.text)
                && !more.text.starts_with('-')
            {
                written.push_str(&sign.lower);
                written.push_str(more.text);
                self.at += 2;
            }
        }
        // Thousands that stand apart.
        while written.len() <= 7
            && written.bytes().all(|byte| byte.is_ascii_digit())
            && self.peek(0).is_some_and(|word| word.text.len() == 3 && word.text.bytes().all(|byte| byte.is_ascii_digit()))
        {
            written.push_str(self.take()?.text);
        }
        // What is written without a blank behind the digits.
        let digits = written.find(|c: char| c.is_alphabetic()).unwrap_or(written.len());
        let (written, behind) = (written[..digits].trim_end_matches('-').to_owned(), written[digits..].to_lowercase());
        let mut times = 1_u64;
        let mut is_percent = false;
        match behind.as_str() {
            "" => {}
            unit if UNITS.contains(&unit) || CURRENCIES.contains(&unit) => {}
            unit if PERCENTS.contains(&unit) => is_percent = true,
            "g" if is_weight => {}
            "kg" if is_weight => times = 1000,
            _ => return None,
        }
        if is_weight && behind.is_empty() {
            if self.eat(&["kg", "kilo", "kilos"]) {
                times = 1000;
            } else {
                self.eat(&["g", "gram", "grams"]);
            }
        }
        is_percent |= self.eat(PERCENTS);
        if !is_percent && !self.eat(UNITS) {
            self.eat(CURRENCIES);
        }
        let wanted = if is_percent { NumberForm::Decimal } else { wanted };
        let mut number = number(&written, wanted)?;
        if times > 1 {
            let grams = rust_decimal::Decimal::from_str_exact(&number).ok()?.checked_mul(times.into())?;
            number = grams.normalize().to_string();
        }
        Some(Figure { number, is_percent })
    }

    /// Takes a day, however it is written. Reads nothing where none comes next.
    pub fn day(&mut self) -> Option<String> {
        let start = self.at;
        let single = self.take().map(|word| word.text.trim_matches('"').to_owned()).unwrap_or_default();
        if let [day] = days::meant(&single)[..] {
            return Some(day.to_string());
        }
        // A month in words takes three.
        for length in [5, 4, 3] {
            self.at = start + length;
            let words = self.text_from(start);
            if let [day] = days::meant(words)[..]
                && words.chars().any(char::is_alphabetic)
                && words.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '.' | ','))
            {
                return Some(day.to_string());
            }
        }
        self.at = start;
        None
    }

    /// Takes a text: what stands in quotes of any kind, or words up to one that `ends` says ends them.
    pub fn words(&mut self, ends: impl Fn(&Self) -> bool) -> Option<String> {
        let start = self.at;
        let first = self.peek(0)?;
        if first.kind == TokenKind::Quoted {
            let text = first.text.to_owned();
            self.take();
            return Some(text);
        }
        if let Some(text) = self.other_quotes() {
            return Some(print::quoted(&text));
        }
        while !self.is_done() && (self.at > start && self.touches() && !self.closes() || !ends(self)) {
            self.take();
        }
        let text = self.text_from(start).split_whitespace().collect::<Vec<_>>().join(" ");
        match text.as_str() {
            "" => None,
            text if is_bare(text) => Some(text.to_owned()),
            text if text.contains(['"', '“', '”', '„', '«', '»']) => None,
            text => Some(print::quoted(text)),
        }
    }

    /// Whether the next word ends a value even where no blank stands before it.
    fn closes(&self) -> bool {
        self.peek(0).is_some_and(|word| matches!(word.text, ":" | ";" | "," | ")" | "(" | "]" | "}" | ".."))
    }

    /// The text in quotes that are not the language's, taken. It is no longer than a few words.
    pub fn other_quotes(&mut self) -> Option<String> {
        const QUOTES: &[(&str, &[&str])] = &[
            ("'", &["'"]),
            ("“", &["”", "“", "\""]),
            ("”", &["”"]),
            ("„", &["“", "”"]),
            ("‘", &["’", "‘"]),
            ("’", &["’"]),
            ("«", &["»"]),
            ("»", &["«"]),
            ("`", &["`"]),
            ("＂", &["＂"]),
        ];
        let open = self.peek(0)?;
        let (_, closing) = QUOTES.iter().find(|(quote, _)| *quote == open.text)?;
        let start = open.span.end;
        let length = self.rest().iter().skip(1).take(QUOTED).position(|word| closing.contains(&word.text))?;
        let end = self.peek(length + 1)?.span.start;
        self.at += length + 2;
        Some(self.text[start..end].to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_other_countries() {
        use NumberForm::{Decimal, Whole};
        for (written, wanted, is) in [
            ("1,000", Whole, Some("1000")),
            ("1.000", Whole, Some("1000")),
            ("1'000", Whole, Some("1000")),
            ("1.000.000", Whole, Some("1000000")),
            ("7.0", Whole, Some("7")),
            ("7,5", Whole, None),
            ("0.500", Whole, None),
            ("9,99", Decimal, Some("9.99")),
            ("1.000", Decimal, Some("1.000")),
            ("1,000", Decimal, Some("1000")),
            ("1.234,50", Decimal, Some("1234.50")),
            ("1,234.50", Decimal, Some("1234.50")),
            (".5", Decimal, Some("0.5")),
            ("-3,5", Decimal, Some("-3.5")),
            ("1,2,3", Decimal, None),
            ("x", Whole, None),
            ("", Whole, None),
        ] {
            assert_eq!(number(written, wanted).as_deref(), is, "{written}");
        }
    }

    #[test]
    fn fractions() {
        for (written, is) in [
            ("0.5", Some("50")),
            ("0,25", Some("25")),
            ("0.333", Some("33.3")),
            ("1/2", Some("50")),
            ("1/3", Some("33.33")),
            ("1/0", None),
            ("2/1", None),
            ("1.5", None),
            ("50", None),
        ] {
            assert_eq!(fraction(written).as_deref(), is, "{written}");
        }
    }
}
