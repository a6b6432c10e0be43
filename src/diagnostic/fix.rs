//! Changes to files that take a message away.

use std::sync::Arc;

use super::place::Position;
use crate::source::{Source, Span};

/// A change to files after which a message is gone, as data: programs show it, editors offer it, `check --fix` makes those that
/// are sure.
///
/// **When a fix is sure.** `check --fix` makes sure fixes without asking, in files that decide how many units are sold. A fix is
/// sure only where what was written can have one meaning, and all three hold:
///
/// 1. The statement reads without a syntax error afterwards, and nothing outside it is changed.
/// 2. Every number, name and value of the statement stays as it was written, in its order: only signs, words of the language,
///    quotes and blanks are changed, each for what means the same (`==` for `=`, `AND` for `and`, `max=7` for `max 7`).
/// 3. A name is changed only in its case, or where one letter of a field or a step is wrong and nothing else is as near.
///
/// Never sure is what adds or changes a number or its unit (`share 50` may mean 50% or 50 units), what drops or adds a rule, a
/// step or a condition, and every guess at a name that the merchant chose: a group, a tag, a metafield, a location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as one would tell a colleague: ``write `max 7` ``.
    pub title: String,
    /// The changes, in the order of their places; they do not overlap.
    pub edits: Vec<Edit>,
    /// Whether it may be made without asking.
    pub sure: bool,
}

/// A stretch of a file's text, and what stands there instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The file.
    pub source: Arc<Source>,
    /// What is replaced, in bytes of the text; where it is empty, the text is inserted.
    pub span: Span,
    /// What stands there instead.
    pub text: String,
}

impl Edit {
    /// Where it begins and how long it is, as people count: line and column from 1, in characters. The length is that of the whole
    /// text that is replaced, line ends included; 0 where text is inserted.
    pub fn position(&self) -> Position {
        let Edit { source, span, .. } = self;
        let (line, column) = source.position(span.start);
        Position { line, column, length: source.characters_between(span.start, span.end) }
    }

    /// Whether it changes or touches text that another edit changes.
    pub fn overlaps(&self, other: &Edit) -> bool {
        self.span.start <= other.span.end && other.span.start <= self.span.end
    }

    /// Line and column of the character behind what is replaced, counted from 1 in characters.
    pub fn end(&self) -> (usize, usize) {
        self.source.position(self.span.end)
    }
}

impl Fix {
    /// A fix of one edit that is not sure.
    pub fn guess(title: impl Into<String>, source: &Arc<Source>, span: Span, text: impl Into<String>) -> Self {
        Fix { title: title.into(), edits: vec![Edit { source: Arc::clone(source), span, text: text.into() }], sure: false }
    }

    /// Sets whether it may be made without asking.
    #[must_use]
    pub fn sure(mut self, sure: bool) -> Self {
        self.sure = sure;
        self
    }
}

/// What a message advises: in words, and, where the program could do it, as a fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The help of the message.
    pub help: String,
    /// The change to the file.
    pub fix: Option<Fix>,
}

impl Advice {
    /// ``did you mean `…`?``, with a fix that writes it at a place and is not sure.
    pub fn did_you_mean(source: &Arc<Source>, span: Span, text: &str) -> Self {
        Advice { help: format!("did you mean `{text}`?"), fix: Some(Fix::guess(format!("write `{text}`"), source, span, text)) }
    }

    /// Sets whether the fix may be made without asking.
    #[must_use]
    pub fn sure(mut self, sure: bool) -> Self {
        self.fix = self.fix.map(|fix| fix.sure(sure));
        self
    }
}

impl From<String> for Advice {
    fn from(help: String) -> Self {
        Advice { help, fix: None }
    }
}

impl From<&str> for Advice {
    fn from(help: &str) -> Self {
        help.to_owned().into()
    }
}
