//! Fixes of a statement that the grammar refuses: each is offered only where the grammar takes what comes of it.

use std::sync::Arc;

use pest::Parser;

use crate::diagnostic::{Advice, Edit, Fix};
use crate::source::{Source, Span};
use crate::syntax::grammar::{Rule, StatementParser};
use crate::syntax::raw_statements::cut;
use crate::syntax::tokens::{TokenKind, tokens};

/// The statement that a fix would change.
pub struct Fixes<'a> {
    /// The source.
    pub source: &'a Arc<Source>,
    /// Where the statement stands in it.
    pub span: Span,
    /// Whether it stands in a rule file: a filter on the command line is changed in none.
    pub is_in_file: bool,
}

impl<'a> Fixes<'a> {
    /// The statement.
    pub fn statement(&self) -> &'a str {
        self.source.slice(self.span)
    }

    /// A fix that writes something else at a span of the statement; `None` where the statement could not be read then.
    pub fn replacing(&self, span: Span, text: &str) -> Option<Fix> {
        self.checked(format!("write `{text}`"), vec![(span, text.to_owned())])
    }

    /// ``did you mean `…`?``, with a fix of a span of the source where the statement can be read then.
    pub fn did_you_mean(&self, span: Span, text: &str) -> Advice {
        let fix = span.start.checked_sub(self.span.start).and_then(|start| {
            let within = Span::new(start, span.end - self.span.start);
            self.replacing(within, text)
        });
        Advice { help: format!("did you mean `{text}`?"), fix }
    }

    /// A fix that replaces each no-break space outside quotes by an ordinary one.
    pub fn spaces(&self, title: &str) -> Option<Fix> {
        let statement = self.statement();
        let in_quotes = |at: usize| {
            let mut quoted = tokens(statement).filter(|token| token.kind == TokenKind::Quoted);
            quoted.any(|token| token.span.start < at && at < token.span.end)
        };
        let spaces = statement.match_indices('\u{a0}').filter(|(at, _)| !in_quotes(*at));
        let edits = spaces.map(|(at, space)| (Span::new(at, at + space.len()), " ".to_owned())).collect();
        self.checked(title.to_owned(), edits).map(|fix| fix.sure(true))
    }

    fn checked(&self, title: String, edits: Vec<(Span, String)>) -> Option<Fix> {
        let mut text = self.statement().to_owned();
        for (span, written) in edits.iter().rev() {
            text.get(span.start..span.end)?;
            text.replace_range(span.start..span.end, written);
        }
        let edits = edits.into_iter().map(|(span, text)| Edit {
            source: Arc::clone(self.source),
            span: span.shifted(self.span.start),
            text,
        });
        (self.is_in_file && reads(&text)).then(|| Fix { title, edits: edits.collect(), sure: false })
    }
}

/// Whether a text is a statement, or nothing but a comment.
fn reads(text: &str) -> bool {
    match cut(text).as_slice() {
        [] => true,
        [whole] => {
            let statement = &text[whole.span.start..whole.span.end];
            whole.fault.is_none() && StatementParser::parse(Rule::statement, statement).is_ok()
        }
        _ => false,
    }
}
