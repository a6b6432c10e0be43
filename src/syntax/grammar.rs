//! The parser that pest makes of `grammar/stockrule.pest`.

/// The generated parser and its rules.
#[allow(missing_docs)]
mod generated {
    #[derive(pest_derive::Parser)]
    #[grammar = "../grammar/stockrule.pest"]
    pub struct StatementParser;
}

pub use generated::{Rule, StatementParser};

/// The words of the language, which as values must be quoted.
pub const KEYWORDS: &[&str] = &[
    "all", "where", "group", "and", "or", "not", "in", "like", "matches", "has", "from", "else", "sync", "on", "off", "level",
    "fixed", "buffer", "max", "share", "pack", "cutoff",
];

/// The steps by name, as suggestions and messages give them.
pub const STEPS: &[&str] = &["level", "fixed", "buffer", "max", "share", "pack", "cutoff"];

/// Whether a word is one of the language's own.
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// Whether a word begins something that a rule sets.
pub fn begins_setting(word: &str) -> bool {
    STEPS.contains(&word) || matches!(word, "from" | "sync")
}

/// Whether a character can stand in a name or a bare word; a dot can too, but two of them end the word.
pub fn is_name_char(c: char) -> bool {
    // The same set as `name_char` of the grammar: letters, marks and numbers of any script.
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/') || !c.is_ascii() && is_letter_mark_or_number(c)
}

fn is_letter_mark_or_number(c: char) -> bool {
    use pest::unicode::{LETTER, MARK, NUMBER};
    LETTER(c) || MARK(c) || NUMBER(c)
}

/// Whether a text can stand as a bare word.
pub fn is_bare(text: &str) -> bool {
    !text.is_empty() && !is_keyword(text) && !text.contains("..") && text.chars().all(|c| is_name_char(c) || c == '.')
}
