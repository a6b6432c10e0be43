//! How texts are compared, and how the nearest known word is found.

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Whether a text is blank. Nearly every text begins with a visible character, which one look tells.
pub fn is_blank(text: &str) -> bool {
    text.bytes().next().is_none_or(|first| !first.is_ascii_graphic()) && text.trim().is_empty()
}

/// A text without white space at its ends. Nearly every text has none but a space before it, which three looks
/// tell.
pub fn trimmed(text: &str) -> &str {
    // The items of a list mostly stand behind a comma and a space.
    let text = text.strip_prefix(' ').unwrap_or(text);
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        [only] if only.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// A SKU without what nobody sees at its ends: white space, and characters without width such as those that come along when a
/// text is copied from a page. Everything that reads a SKU from a file takes it so. Nearly every one has none, which two looks
/// tell.
#[inline]
pub fn sku(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim_matches(|c: char| c.is_whitespace() || is_hidden(c)),
    }
}

/// A text as exact fields (`sku`, `barcode`, `handle`) compare it: trimmed, in normalization form C.
pub fn exact(text: &str) -> String {
    nfc(text.trim())
}

/// A text as all other text fields compare it: trimmed, in normalization form C, with Unicode's full case folding.
pub fn folded(text: &str) -> String {
    let text = text.trim();
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    caseless::default_case_fold_str(&nfc(text))
}

/// Spreadsheet programs and Shopify's product export protect a value of digits alone with one apostrophe, which is none of it.
#[inline]
pub fn without_apostrophe(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()) => rest,
        _ => text,
    }
}

/// A text in normalization form C.
pub fn nfc(text: &str) -> String {
    if text.is_ascii() || is_nfc(text) { text.to_owned() } else { text.nfc().collect() }
}

/// The start of a text, of at most `most` bytes.
pub fn start(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or(0)]
}

/// The known word nearest to the one that was written, if one is near enough to be what was meant.
///
/// A word that differs in case alone always is; words under three letters have no near ones.
pub fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded_written = folded(written);
    let length = folded_written.chars().count();
    let mut best: Option<(usize, &str)> = None;
    for word in known {
        let candidate = folded(word);
        if candidate == folded_written {
            return Some(word);
        }
        if length < 3 || candidate.chars().count().abs_diff(length) > 3 {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&folded_written, &candidate);
        let allowed = (length / 3).clamp(1, 3);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, word));
        }
    }
    best.map(|(_, word)| word)
}

/// Whether a name was certainly meant by a word that is none: it differs in case alone, or by one letter, and no other known name
/// is as near. Words under five letters, and those that differ in a digit, may always be something else.
pub fn is_certain<'a>(written: &str, meant: &str, known: impl IntoIterator<Item = &'a str>) -> bool {
    const SHORTEST: usize = 5;
    let (written, meant) = (folded(written), folded(meant));
    let distance = |word: &str| strsim::damerau_levenshtein(&written, word);
    let digits = |word: &str| word.chars().filter(char::is_ascii_digit).collect::<String>();
    let nearest = distance(&meant);
    let is_near = nearest == 0 || nearest == 1 && written.chars().count() >= SHORTEST && digits(&written) == digits(&meant);
    // A name that stands among the known more than once is still one.
    let mut spellings = known.into_iter().filter(|word| distance(&folded(word)) <= nearest).collect::<Vec<_>>();
    spellings.sort_unstable();
    spellings.dedup();
    is_near && spellings.len() <= 1
}

/// Whether a terminal would obey a character, or show nothing in its place: controls, marks of the direction of writing, line
/// separators, and what has no width.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A SKU without what people and programs get wrong: case, white space, zeros in front.
pub fn loose(sku: &str) -> String {
    let folded: String = folded(sku).split_whitespace().collect();
    let digits = folded.trim_start_matches('0');
    if digits.is_empty() { folded } else { digits.to_owned() }
}

/// What stands for a letter that an encoding does not have.
pub const LOST: [char; 2] = ['?', '\u{fffd}'];

/// A SKU as it looks to who cannot hold every letter: folded, and one `?` for all letters that an encoding may lack, however many
/// stand beside each other. Some programs write one a letter, others one a byte.
pub fn lossy(sku: &str) -> String {
    let mut lossy = String::with_capacity(sku.len());
    for c in folded(sku).chars() {
        match c {
            '?' | '\u{80}'.. if lossy.ends_with('?') => {}
            '?' | '\u{80}'.. => lossy.push('?'),
            c => lossy.push(c),
        }
    }
    lossy
}

/// Control and bidirectional characters as escapes, so that a terminal shows them instead of obeying them: `\u{1b}`.
///
/// A joiner stays between characters beyond ASCII, where emoji and several scripts need it; elsewhere it could only hide.
pub fn visible(text: &str) -> String {
    const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];
    if !text.contains(|c| is_hidden(c) || JOINERS.contains(&c)) {
        return text.to_owned();
    }
    let mut shown = String::with_capacity(text.len() + 8);
    let mut before = 'a';
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let joins = JOINERS.contains(&c) && !before.is_ascii() && characters.peek().is_some_and(|next| !next.is_ascii());
        if is_hidden(c) || JOINERS.contains(&c) && !joins {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
        before = c;
    }
    shown
}

/// Phrases of which one holds: `A, B or C`.
pub fn one_of<T: AsRef<str>>(phrases: &[T]) -> String {
    match phrases {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [most @ .., last] => {
            let most: Vec<&str> = most.iter().map(AsRef::as_ref).collect();
            format!("{} or {}", most.join(", "), last.as_ref())
        }
    }
}

/// A number with its noun: `1 variant`, `2 variants`.
pub fn counted(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", thousands(number))
}

/// A number with commas between its thousands.
pub fn thousands(number: usize) -> String {
    grouped(number as i128)
}

/// A whole number, which may be negative, with commas between its thousands, as people read it: `-1,234`.
pub fn grouped(number: impl Into<i128>) -> String {
    let number: i128 = number.into();
    let digits = number.unsigned_abs().to_string();
    let mut shown = String::with_capacity(1 + digits.len() + digits.len() / 3);
    if number < 0 {
        shown.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_is_full_and_after_normalization() {
        assert_eq!(folded(" CAFE\u{301} "), folded("café"));
        assert_eq!(folded("ΣΊΣΥΦΟΣ"), folded("σίσυφος"));
        assert_eq!(folded("Straße"), folded("STRASSE"));
        assert_eq!(exact(" A "), "A");
        assert_ne!(exact("a"), exact("A"));
    }

    #[test]
    fn the_nearest_word() {
        let known = ["clearance", "summer", "XL"];
        assert_eq!(nearest("clearence", known), Some("clearance"));
        assert_eq!(nearest("CLEARANCE", known), Some("clearance"));
        assert_eq!(nearest("xl", known), Some("XL"));
        assert_eq!(nearest("xs", known), None);
        assert_eq!(nearest("winter", known), None);
    }

    #[test]
    fn skus_lose_what_nobody_sees_at_their_ends() {
        for text in ["A-1", " A-1", "A-1\t", "\u{a0}A-1\u{a0}", "\u{feff}A-1", "A-1\u{200b}\r\n"] {
            assert_eq!(sku(text), "A-1", "{text:?}");
        }
        assert_eq!((sku("A\u{200b} 1"), sku(" \u{200b}"), sku(" é "), sku("x")), ("A\u{200b} 1", "", "é", "x"));
    }

    #[test]
    fn skus_that_people_take_for_the_same() {
        assert_eq!(loose("Tee 1"), loose("TEE1"));
        assert_eq!(loose("0042"), loose("42"));
        assert_eq!(loose("00"), "00");
        assert_ne!(loose("TEE-1"), loose("TEE1"));
    }

    #[test]
    fn letters_that_are_lost() {
        for (ours, theirs) in [("ŁÓDŹ-1", "?ÓD?-1"), ("ŁÓDŹ-1", "????D??-1"), ("x-靴", "X-?"), ("Ł", "\u{fffd}")] {
            assert_eq!(lossy(ours), lossy(theirs), "{ours} {theirs}");
        }
        assert_ne!(lossy("ABC-1"), lossy("A?"));
        assert_ne!(lossy("ABÇ"), lossy("A?"));
    }

    #[test]
    fn control_characters_are_shown() {
        assert_eq!(visible("a\u{1b}[31m\u{202e}b"), "a\\u{1b}[31m\\u{202e}b");
        assert_eq!(visible("\u{9b}2J \u{61c}\u{2028}\u{2066}\u{200b}"), "\\u{9b}2J \\u{61c}\\u{2028}\\u{2066}\\u{200b}");
        assert_eq!(visible("A\u{200d}B"), "A\\u{200d}B");
        let harmless = "e\u{301} 👩\u{200d}🚀 کتاب\u{200c}ها";
        assert_eq!(visible(harmless), harmless);
    }

    #[test]
    fn thousands_have_commas() {
        assert_eq!(counted(1, "variant"), "1 variant");
        assert_eq!(counted(1_234_567, "variant"), "1,234,567 variants");
        assert_eq!(thousands(999), "999");
        assert_eq!([grouped(-999), grouped(-1000), grouped(i64::MIN)], ["-999", "-1,000", "-9,223,372,036,854,775,808"]);
    }
}
