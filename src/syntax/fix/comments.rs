//! Comments as other languages write them.

use crate::source::Span;
use crate::syntax::tokens::{Token, TokenKind, tokens};

/// A comment of another language in a statement.
pub struct Comment {
    /// Where it stands in the statement, up to the end of the line.
    pub span: Span,
    /// How it is written in this language.
    pub text: String,
    /// Whether it ends with its line, so that nothing else is lost if it is written in this way.
    pub is_whole: bool,
}

/// The first comment of another language in a statement.
pub fn comment(text: &str) -> Option<Comment> {
    let starts = |token: &Token| {
        let written = &text[token.span.start..];
        token.kind == TokenKind::Word
            && (written.starts_with("//")
                || written.starts_with("/*")
                || written.starts_with("-- ")
                || written.starts_with("--\t"))
    };
    let start = tokens(text).find(starts)?.span.start;
    let line = text[start..].lines().next().unwrap_or("");
    let said = line.trim_start_matches(['/', '*', '-']).trim().trim_end_matches("*/").trim();
    let is_whole = !line.starts_with("/*") || line.find("*/").is_some_and(|end| line[end + 2..].trim().is_empty());
    Some(Comment { span: Span::new(start, start + line.len()), text: format!("# {said}"), is_whole })
}
