//! Numbers as files write them: whole numbers and decimals, never floating point.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::text;

/// A whole number, as all counts are read: digits, with a sign before them or not, `.0` or `.00` behind them or not, and white
/// space at the ends or not. `None` for anything else: `7.5`, `1e3`, `5 units`, `n/a`, blank.
///
/// What stands between thousands in one country parts decimals in the next. So `1.000`, `1,000`, `1 000` and `1'000` are none:
/// nobody can tell whether they are one or a thousand.
#[inline]
pub fn whole(text: &str) -> Option<i64> {
    digits(text.as_bytes()).or_else(|| any_whole(text))
}

/// A number of few digits alone, as nearly every count is.
#[inline]
pub fn digits(text: &[u8]) -> Option<i64> {
    if !(1..=18).contains(&text.len()) {
        return None;
    }
    let mut value = 0;
    for byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + i64::from(digit);
    }
    Some(value)
}

fn any_whole(text: &str) -> Option<i64> {
    let text = text::without_apostrophe(text.trim());
    let (digits, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let unsigned = digits.strip_prefix(['-', '+']).unwrap_or(digits);
    if unsigned.is_empty() || !unsigned.bytes().all(|b| b.is_ascii_digit()) || !matches!(fraction, "0" | "00") {
        return None;
    }
    digits.parse().ok()
}

/// Whether a text is a number with a mark before every three digits, as thousands are written: a point, a comma, a space or an
/// apostrophe. `1.000` is one or a thousand.
pub fn has_thousands(text: &str) -> bool {
    before_thousands(text, |c| matches!(c, '.' | ',' | '\'' | '’') || c.is_whitespace()).is_some()
}

/// The digits before the first mark of a number that has a mark before every three digits.
fn before_thousands(text: &str, is_mark: impl Fn(char) -> bool) -> Option<&str> {
    let text = text.trim();
    let mut groups = text.strip_prefix(['-', '+']).unwrap_or(text).split(is_mark);
    let are_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups.next().filter(|first| (1..=3).contains(&first.len()) && are_digits(first));
    let mut further = groups.peekable();
    first.filter(|_| further.peek().is_some() && further.all(|group| group.len() == 3 && are_digits(group)))
}

/// The whole number that a decimal is, however many zeros stand behind its point.
pub fn whole_of(value: Decimal) -> Option<i64> {
    if value.is_integer() { value.to_i64() } else { None }
}

/// Whether digits and points may be read as a number with points between its thousands: `1.000`.
pub fn may_be_thousands(text: &str) -> bool {
    before_thousands(text, |c| c == '.').is_some_and(|first| !first.starts_with('0'))
}

/// A decimal number, exactly as written. `None` where it is none, or has more digits than can be held exactly.
pub fn decimal(text: &str) -> Option<Decimal> {
    let text = text::without_apostrophe(text.trim());
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') || unsigned.contains(['_', 'e', 'E']) {
        return None;
    }
    Decimal::from_str_exact(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_known_by_their_marks() {
        for text in ["1.000", " 12,000 ", "-1 000", "1\u{a0}000", "1'000.000", "1’000"] {
            assert!(has_thousands(text) && whole(text).is_none(), "{text}");
        }
        for text in ["1000", "1.0", "1.00", "1.0000", "1000.000", "a,000", "1,00a", ",000", "n/a", ""] {
            assert!(!has_thousands(text), "{text}");
        }
    }

    #[test]
    fn whole_numbers() {
        for (text, value) in
            [("7", Some(7)), (" 7.0 ", Some(7)), ("-3", Some(-3)), ("+4", Some(4)), ("0042", Some(42)), ("7.00", Some(7))]
        {
            assert_eq!(whole(text), value, "{text}");
        }
        for text in
            ["", " ", "7.5", "0.50", "n/a", "7.", ".0", "-", "1e3", "99999999999999999999", "--1", "٣", "５", "5 units", "#N/A"]
        {
            assert_eq!(whole(text), None, "{text}");
        }
        for text in ["1.000", "12.000", "0.000", "-1.000", "1.0000", "1,000", "1,0", "1 000", "1\u{a0}000", "1'000", "1.000.000"]
        {
            assert_eq!(whole(text), None, "{text}");
        }
        let decimals =
            [("7", Some(7)), ("7.0000", Some(7)), ("-3.000", Some(-3)), ("7.0001", None), ("99999999999999999999", None)];
        for (text, value) in decimals {
            assert_eq!(decimal(text).and_then(whole_of), value, "{text}");
        }
    }

    #[test]
    fn decimals() {
        assert_eq!(decimal("19.90"), Some(Decimal::new(1990, 2)));
        assert_eq!(decimal("-5"), Some(Decimal::from(-5)));
        for text in ["", "cheap", "1_0", "1e3", "1,5", "$5"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }
}
