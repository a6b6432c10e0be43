//! What stands at the place of an error.

use crate::source::{Source, Span};
use crate::syntax::grammar::is_name_char;
use crate::syntax::raw_statements::RawStatement;
use crate::syntax::tokens::{TokenKind, tokens};

/// What stands at the place of an error, and before it.
pub struct FoundToken<'a> {
    /// The token; `None` at the end of the statement.
    pub text: Option<&'a str>,
    /// Where it stands in the source; empty at the end of the statement.
    pub span: Span,
    /// The statement's text before the token.
    pub before: &'a str,
    /// The statement's text after the token.
    pub after: &'a str,
}

impl<'a> FoundToken<'a> {
    /// The token at a byte of the source, or the first one behind it.
    pub fn at(source: &'a Source, piece: &RawStatement, offset: usize) -> Self {
        let statement = source.slice(piece.span);
        let written = tokens(statement).filter(|token| !matches!(token.kind, TokenKind::LineEnd | TokenKind::Comment));
        let mut last = 0;
        for token in written {
            let span = token.span.shifted(piece.span.start);
            if span.end > offset {
                return FoundToken {
                    text: Some(source.slice(span)),
                    span,
                    before: &statement[..last],
                    after: source.slice(Span::new(span.end, piece.span.end)),
                };
            }
            last = token.span.end;
        }
        let end = piece.span.start + last;
        FoundToken { text: None, span: Span::new(end, end), before: &statement[..last], after: "" }
    }

    /// The word that ends right before the token, where it begins a value.
    pub fn word_before(&self) -> Option<&'a str> {
        let word = self.before.rsplit(|c| !(is_name_char(c) || c == '.')).next()?;
        let sign = self.before[..self.before.len() - word.len()].trim_end();
        (!word.is_empty() && sign.ends_with(['=', ',', '('])).then_some(word)
    }

    /// Whether it is a word, and no sign.
    pub fn is_word(&self) -> bool {
        self.text.is_some_and(|text| text.starts_with(is_name_char))
    }

    /// Where it stands in the statement.
    pub fn within(&self, statement: Span) -> Span {
        let start = |at: usize| at.saturating_sub(statement.start);
        Span::new(start(self.span.start), start(self.span.end))
    }
}
