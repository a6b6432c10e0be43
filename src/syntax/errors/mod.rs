//! Syntax errors in a person's words.

mod advice;
mod expected;
mod fixes;
mod found;

use std::sync::Arc;

use pest::error::{ErrorVariant, InputLocation};

use self::advice::{advice, rewritten};
use self::expected::expected;
use self::fixes::Fixes;
use self::found::FoundToken;
use super::grammar::Rule;
use super::raw_statements::{NESTING, RawStatement, TokenFault};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Source, Span};
use crate::text;

/// The error for a statement whose tokens alone are wrong.
pub fn fault(source: &Arc<Source>, fault: TokenFault) -> Diagnostic {
    let place = |at: usize| source.place(Span::new(at, at + 1));
    match fault {
        TokenFault::Unclosed(at) => Diagnostic::error(Code::Syntax, "this `(` is never closed")
            .help("write the `)` that belongs to it before the statement ends")
            .at(place(at)),
        TokenFault::UnclosedQuote(at) => Diagnostic::error(Code::Syntax, "this text is never closed")
            .help(r#"end it with `"` on the same line; a quote inside a text is written `\"`"#)
            .at(place(at)),
        TokenFault::TooDeep(at) => Diagnostic::error(Code::TooDeep, format!("nesting deeper than {NESTING}"))
            .help("give parts of the filter names of their own with `group NAME = FILTER`")
            .at(place(at)),
    }
}

/// The error for a statement that the grammar refuses.
pub fn syntax(source: &Arc<Source>, piece: &RawStatement, error: &pest::error::Error<Rule>, root: Rule) -> Diagnostic {
    let offset = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => piece.span.start + at,
    };
    let rules: &[Rule] = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives,
        ErrorVariant::CustomError { .. } => &[],
    };
    let found = FoundToken::at(source, piece, offset);
    let expected = expected(rules);
    let message = match &found.text {
        Some(text) if expected.is_empty() => format!("`{text}` does not belong here"),
        Some(text) => format!("expected {}, found `{text}`", text::one_of(&expected)),
        None if expected.is_empty() => "the statement ends too early".to_owned(),
        None => format!("expected {}, but the statement ends here", text::one_of(&expected)),
    };
    let fixes = Fixes { source, span: piece.span, is_in_file: root == Rule::statement };
    let advice = rewritten(offset - piece.span.start, root, &fixes).or_else(|| advice(rules, &found, &fixes));
    let error = Diagnostic::error(Code::Syntax, message).at(source.place(found.span));
    match advice {
        Some(advice) => error.advice(advice),
        None => error,
    }
}
