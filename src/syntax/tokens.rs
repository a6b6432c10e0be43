//! The tokens of a rule file, comments and line ends among them: what cutting and layout work on.

use super::grammar::is_name_char;
use crate::source::Span;

/// A token, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub span: Span,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A word: a keyword, a name, a bare value, a number.
    Word,
    /// A text in quotes.
    Quoted,
    /// A text in quotes that its line ends before its quote does.
    Unclosed,
    /// `#` up to the end of the line.
    Comment,
    /// `\n`.
    LineEnd,
    /// An operator or a bracket; `..` and `<=` are one.
    Sign,
}

/// The tokens of a text, in order; blanks between them are left out.
pub struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

/// Reads the tokens of a text.
pub fn tokens(text: &str) -> Tokens<'_> {
    Tokens { text, at: 0 }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let rest = &self.text[self.at..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
        let start = self.at + blank;
        let rest = &self.text[start..];
        let first = rest.chars().next()?;
        let (kind, length) = match first {
            '\n' => (Kind::LineEnd, 1),
            '#' => (Kind::Comment, rest.find('\n').unwrap_or(rest.len())),
            '"' => quoted(rest),
            _ if rest.starts_with("..") => (Kind::Sign, 2),
            _ if is_name_char(first) || first == '.' => (Kind::Word, word(rest)),
            '<' | '>' | '!' if rest[1..].starts_with('=') => (Kind::Sign, 2),
            _ => (Kind::Sign, first.len_utf8()),
        };
        self.at = start + length;
        Some(Token { kind, span: Span::new(start, self.at) })
    }
}

/// A text in quotes, and its length with them; up to the end of the line if they are not closed.
fn quoted(text: &str) -> (Kind, usize) {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return (Kind::Unclosed, at),
            '"' if !escaped => return (Kind::Quoted, at + 1),
            _ => escaped = c == '\\' && !escaped,
        }
    }
    (Kind::Unclosed, text.len())
}

/// The length of the word at the start of a text; two dots end it.
fn word(text: &str) -> usize {
    let ends = |(at, c): (usize, char)| !(is_name_char(c) || c == '.' && !text[at..].starts_with(".."));
    text.char_indices().find(|&found| ends(found)).map_or(text.len(), |(at, _)| at)
}
