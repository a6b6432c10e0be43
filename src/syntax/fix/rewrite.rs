//! A statement as the language writes it, and how it differs from what was typed.

use std::sync::Arc;

use super::meaning::{has_same_meaning, is_same_but_for_blanks};
use crate::diagnostic::{Advice, Edit, Fix};
use crate::source::{Source, Span};
use crate::syntax::raw_statements::cut;
use crate::syntax::tokens::{TokenKind, tokens};

/// The longest statement that is shown whole, in bytes.
pub const LONGEST_SHOWN: usize = 200;

/// A statement as it was meant.
#[derive(Debug)]
pub struct Rewrite {
    /// The statement, as the language writes it.
    pub text: String,
    /// What is written in another way, in order: where it stands in the statement, in bytes, and how it is to be written.
    pub changes: Vec<(Span, String)>,
    /// A rule that belongs above it, for what its `else` said.
    pub above: Option<String>,
}

impl Rewrite {
    /// What to write at a byte of the statement, or else at the first place that is wrong; the fix is the whole statement's.
    /// `statement` is where the statement stands in its source.
    pub fn advice(&self, source: &Arc<Source>, statement: Span, at: usize) -> Option<Advice> {
        let (_, first) = self.change_at(at).or(self.changes.first())?;
        let text = &self.text;
        let help = match &self.above {
            Some(above) => {
                format!("write two rules, of which the last that matches decides: `{above}`, and below it `{text}`")
            }
            None => {
                let more = self.changes.iter().any(|(_, other)| other != first) && text.len() <= LONGEST_SHOWN;
                if more { format!("write `{first}`: `{text}`") } else { format!("write `{first}`") }
            }
        };
        let title = match &self.above {
            None if text.len() <= LONGEST_SHOWN => format!("write `{text}`"),
            _ => help.clone(),
        };
        Some(Advice { fix: self.fix(source, statement, title), help })
    }

    /// What to write at a byte of the statement, where that is to be written in another way; the fix is of that place alone.
    pub fn advice_at(&self, source: &Arc<Source>, statement: Span, at: usize) -> Option<Advice> {
        let (span, written) = self.change_at(at)?;
        let help = format!("write `{written}`");
        let span = span.shifted(statement.start);
        let typed = source.slice(span);
        let fix = (!has_comment(typed)).then(|| {
            let is_sure = self.above.is_none() && has_same_meaning(typed, written);
            Fix::guess(&help, source, span, written).sure(is_sure)
        });
        Some(Advice { help, fix })
    }

    fn change_at(&self, at: usize) -> Option<&(Span, String)> {
        let before = self.changes.partition_point(|(span, _)| span.start <= at);
        before.checked_sub(1).map(|last| &self.changes[last]).filter(|(span, _)| at < span.end)
    }

    /// The whole rewrite as a fix; `None` where a comment within the statement would be lost.
    fn fix(&self, source: &Arc<Source>, statement: Span, title: String) -> Option<Fix> {
        let typed = source.slice(statement);
        let edit =
            |span: Span, text: &str| Edit { source: Arc::clone(source), span: span.shifted(statement.start), text: text.into() };
        let edits = match &self.above {
            None if self.changed(typed).is_some_and(|changed| self.is(&changed)) => {
                self.changes.iter().map(|(span, text)| edit(*span, text)).collect()
            }
            _ if has_comment(typed) => return None,
            None => vec![edit(Span::new(0, typed.len()), &self.text)],
            Some(above) => vec![edit(Span::new(0, typed.len()), &format!("{above}\n{}", self.text))],
        };
        let sure = self.above.is_none() && has_same_meaning(typed, &self.text);
        Some(Fix { title, edits, sure })
    }

    /// Whether a text is this one but for blanks and comments, and still one statement.
    fn is(&self, text: &str) -> bool {
        is_same_but_for_blanks(text, &self.text) && cut(text).len() == 1
    }

    /// The statement with the changes made; `None` where they overlap.
    fn changed(&self, typed: &str) -> Option<String> {
        let mut text = String::with_capacity(typed.len());
        let mut end = 0;
        for (span, written) in &self.changes {
            text.push_str(typed.get(end..span.start)?);
            text.push_str(written);
            end = span.end;
        }
        text.push_str(typed.get(end..)?);
        Some(text)
    }
}

fn has_comment(text: &str) -> bool {
    tokens(text).any(|token| token.kind == TokenKind::Comment)
}
