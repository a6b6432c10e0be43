//! Texts in quotes: what their escapes stand for.

use crate::source::Span;

/// The text of a value as it is written, in quotes or bare.
pub fn plain(written: &str) -> String {
    match written.starts_with('"') {
        true => unquoted(written).unwrap_or_else(|_| written.to_owned()),
        false => written.to_owned(),
    }
}

/// The text between two quotes, with its escapes replaced.
///
/// # Errors
/// Where something that begins like an escape stands that is none.
pub fn unquoted(written: &str) -> Result<String, Span> {
    let inner = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(written);
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let (c, length) = escape(&rest[at..]).map_err(|length| {
            let from = 1 + inner.len() - rest.len() + at;
            Span::new(from, from + length)
        })?;
        text.push(c);
        rest = &rest[at + length..];
    }
    text.push_str(rest);
    Ok(text)
}

/// The character that an escape at the start of the text stands for, and the escape's length in bytes; or the length of
/// what is no escape.
fn escape(text: &str) -> Result<(char, usize), usize> {
    let mut chars = text.chars();
    chars.next();
    match chars.next() {
        Some('"') => Ok(('"', 2)),
        Some('\\') => Ok(('\\', 2)),
        Some('n') => Ok(('\n', 2)),
        Some('t') => Ok(('\t', 2)),
        Some('u') => {
            let digits = text[2..].strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(digits, _)| digits);
            let value = digits.filter(|d| d.len() <= 6 && d.bytes().all(|b| b.is_ascii_hexdigit()));
            let value = value.and_then(|d| u32::from_str_radix(d, 16).ok()).and_then(char::from_u32);
            match (value, digits) {
                (Some(c), Some(digits)) => Ok((c, digits.len() + 4)),
                (None, Some(digits)) if digits.len() < 16 => Err(digits.len() + 4),
                _ => Err(2),
            }
        }
        Some(other) => Err(1 + other.len_utf8()),
        None => Err(1),
    }
}
