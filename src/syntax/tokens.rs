//! The tokens of a rule file, comments and line ends among them: what cutting, layout, display and messages work on.

use super::grammar::is_name_char;
use crate::source::Span;
use crate::text;

/// A token, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub span: Span,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
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
    /// A bracket, an operator, or anything else; `..` is one, and so are operators without a blank between them.
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
            '\n' => (TokenKind::LineEnd, 1),
            '#' => (TokenKind::Comment, rest.find('\n').unwrap_or(rest.len())),
            '"' => quoted(rest),
            _ if rest.starts_with("..") => (TokenKind::Sign, 2),
            _ if is_name_char(first) || first == '.' => (TokenKind::Word, word(rest)),
            _ if is_operator(first) => (TokenKind::Sign, rest.find(|c| !is_operator(c)).unwrap_or(rest.len())),
            _ => (TokenKind::Sign, first.len_utf8()),
        };
        self.at = start + length;
        Some(Token { kind, span: Span::new(start, self.at) })
    }
}

/// Whether a character is one that operators are made of, those of other languages included.
pub fn is_operator(c: char) -> bool {
    matches!(c, '=' | '<' | '>' | '!' | '&' | '|')
}

/// A part of a rule file on one line, as people and programs are shown it: comments left out, what stands between two tokens
/// one blank, texts in quotes as they are, and characters that a terminal would obey as the language's own escapes.
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut end = 0;
    for token in tokens(text).filter(|token| !matches!(token.kind, TokenKind::LineEnd | TokenKind::Comment)) {
        if token.span.start > end && !line.is_empty() {
            line.push(' ');
        }
        end = token.span.end;
        // A carriage return has no short escape in the language.
        let shown: Vec<_> = text[token.span.start..end].split('\r').map(text::visible).collect();
        line.push_str(&shown.join("\\u{d}"));
    }
    line
}

/// The name of a group that a statement begins to declare.
pub fn group_name(statement: &str) -> Option<String> {
    let mut words = tokens(statement).filter(|token| token.kind == TokenKind::Word);
    let mut next = || words.next().map(|token| &statement[token.span.start..token.span.end]);
    (next()?.eq_ignore_ascii_case("group")).then(|| next().map(str::to_owned))?
}

/// A text in quotes, and its length with them; up to the end of the line if they are not closed.
fn quoted(text: &str) -> (TokenKind, usize) {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return (TokenKind::Unclosed, at),
            '"' if !escaped => return (TokenKind::Quoted, at + 1),
            _ => escaped = c == '\\' && !escaped,
        }
    }
    (TokenKind::Unclosed, text.len())
}

/// The length of the word at the start of a text; two dots end it.
fn word(text: &str) -> usize {
    let ends = |(at, c): (usize, char)| !(is_name_char(c) || c == '.' && !text[at..].starts_with(".."));
    text.char_indices().find(|&found| ends(found)).map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_keeps_what_is_written() {
        for (text, line) in [
            ("where  tag=a\r\n  and vendor=\"A   # b\": # all: fixed 99\n\tmax 3", "where tag=a and vendor=\"A   # b\": max 3"),
            ("where (\n# only\ntag=a\n): level", "where ( tag=a ): level"),
            ("a=\"\\\"  x\"  b", "a=\"\\\"  x\" b"),
            ("a=\"tab\there\u{1b}[31m\u{202e}\"", "a=\"tab\\there\\u{1b}[31m\\u{202e}\""),
            ("price in 1..\n2", "price in 1.. 2"),
        ] {
            assert_eq!(one_line(text), line);
        }
    }

    #[test]
    fn operators_are_whole() {
        let words = |text: &str| tokens(text).map(|token| text[token.span.start..token.span.end].to_owned()).collect::<Vec<_>>();
        assert_eq!(words("a<=b !== c&&d"), ["a", "<=", "b", "!==", "c", "&&", "d"]);
        assert_eq!(words("in 1..2.5%"), ["in", "1", "..", "2.5", "%"]);
        assert_eq!(words(r#"a="x \" y" b"#), ["a", "=", r#""x \" y""#, "b"]);
    }
}
