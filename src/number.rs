//! Numbers as files write them: whole numbers and decimals, never floating point.

use rust_decimal::Decimal;

/// A whole number: digits with an optional sign, and optionally `.0`. `None` for anything else: `7.5`, `n/a`, blank.
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
    let text = text.trim();
    let (digits, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let unsigned = digits.strip_prefix(['-', '+']).unwrap_or(digits);
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(unsigned) || !fraction.bytes().all(|b| b == b'0') || fraction.is_empty() {
        return None;
    }
    digits.parse().ok()
}

/// A decimal number, exactly as written. `None` where it is none, or has more digits than can be held exactly.
pub fn decimal(text: &str) -> Option<Decimal> {
    let text = text.trim();
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
    fn whole_numbers() {
        for (text, value) in [("7", Some(7)), (" 7.0 ", Some(7)), ("-3", Some(-3)), ("+4", Some(4)), ("0042", Some(42))] {
            assert_eq!(whole(text), value, "{text}");
        }
        for text in ["", " ", "7.5", "n/a", "7.", ".0", "-", "1e3", "1,000", "99999999999999999999", "--1", "٣"] {
            assert_eq!(whole(text), None, "{text}");
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
