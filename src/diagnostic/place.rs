//! Where something stands: in memory a file and a span of bytes; lines and columns are counted where they are shown.

use std::path::Path;
use std::sync::Arc;

use crate::source::{Source, Span};

/// The longest excerpt of a line that a message shows, in characters.
const LONGEST: usize = 300;

/// Where in which file something stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// A file as a whole, by the name that the user gave it.
    File(String),
    /// A span of a text that is kept in memory, such as that of a rule file.
    Span(Arc<Source>, Span),
    /// A stretch of a line of a file whose text is not kept, such as a row of an export with a million of them.
    Line(Excerpt),
}

/// A stretch of one line, as people count: what editors and programs are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1 in characters.
    pub column: usize,
    /// The length in characters, at least 1. Of what goes on below its first line, only the part on that line counts.
    pub length: usize,
}

/// A stretch of one line, and what a message shows of the line: at most 300 characters of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Excerpt {
    /// The file, by the name that the user gave it.
    pub file: String,
    /// The line, column and length.
    pub position: Position,
    /// The line's text, with `…` where its start or its end is left out; empty where it is not known.
    pub text: String,
    /// How many characters of the line are left out before the excerpt, which then begins with `…`.
    pub left_out: usize,
}

impl Place {
    /// A file as a whole.
    pub fn file(path: impl AsRef<Path>) -> Self {
        Place::File(path.as_ref().display().to_string())
    }

    /// A stretch of a line whose text is known: line and column are counted from 1, the column and the length in characters.
    pub fn in_line(file: impl AsRef<Path>, line: usize, column: usize, length: usize, text: &str) -> Self {
        let at = text.char_indices().nth(column.saturating_sub(1)).map_or(text.len(), |(at, _)| at);
        let position = Position { line, column, length: length.max(1) };
        Place::Line(Excerpt::around(file.as_ref().display().to_string(), position, text.split_at(at)))
    }

    /// A line, counted from 1, whose text is not known any more; the file as a whole where the line is not known either.
    pub fn line_alone(file: impl AsRef<Path>, line: Option<usize>) -> Self {
        match line {
            Some(line) => Place::in_line(file, line, 1, 1, ""),
            None => Place::file(file),
        }
    }

    /// The file, by the name that the user gave it.
    pub fn file_name(&self) -> &str {
        match self {
            Place::File(file) => file,
            Place::Span(source, _) => source.name(),
            Place::Line(excerpt) => &excerpt.file,
        }
    }

    /// Line, column and length; `None` for a file as a whole.
    pub fn position(&self) -> Option<Position> {
        match self {
            Place::File(_) => None,
            Place::Span(source, span) => Some(source.position_of(*span).0),
            Place::Line(excerpt) => Some(excerpt.position),
        }
    }

    /// The line, counted from 1; `None` for a file as a whole.
    pub fn line(&self) -> Option<usize> {
        self.position().map(|position| position.line)
    }

    /// What a message shows of the line; `None` for a file as a whole.
    pub fn excerpt(&self) -> Option<Excerpt> {
        match self {
            Place::File(_) => None,
            Place::Span(source, span) => {
                let (position, line) = source.position_of(*span);
                let text = source.slice(line);
                // A span may begin behind the line's last character.
                let sides = text.split_at_checked(span.start.min(line.end) - line.start).unwrap_or((text, ""));
                Some(Excerpt::around(source.name().to_owned(), position, sides))
            }
            Place::Line(excerpt) => Some(excerpt.clone()),
        }
    }

    /// `file:line`, or the file alone.
    pub fn short(&self) -> String {
        let file = self.file_name();
        self.line().map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"))
    }

    /// This place under another name of its file.
    #[must_use]
    pub fn in_file(&self, file: String) -> Self {
        self.excerpt().map_or_else(|| Place::File(file.clone()), |excerpt| Place::Line(Excerpt { file: file.clone(), ..excerpt }))
    }
}

impl Excerpt {
    /// An excerpt of a line that is given as what stands before the column and what follows: however long it is, only what is
    /// shown is looked at.
    fn around(file: String, position: Position, (before, behind): (&str, &str)) -> Self {
        let column = position.column;
        // Rows of exports are long: what is shown is around the column.
        let is_long = before.len() + behind.len() > LONGEST;
        let left_out = if column > LONGEST / 2 && is_long { column - LONGEST / 4 } else { 0 };
        let mut text: String = if left_out > 0 { "…".to_owned() } else { String::new() };
        let kept = column.saturating_sub(1 + left_out);
        let start =
            if left_out > 0 { before.char_indices().rev().nth(kept.saturating_sub(1)).map_or(0, |(at, _)| at) } else { 0 };
        let mut rest = before[start..].chars().chain(behind.chars());
        text.extend(rest.by_ref().take(LONGEST));
        if rest.next().is_some() {
            text.push('…');
        }
        Excerpt { file, position, text, left_out }
    }
}

impl Source {
    /// A span as a place.
    pub fn place(self: &Arc<Self>, span: Span) -> Place {
        Place::Span(Arc::clone(self), span)
    }

    /// A span as people count, and the line on which it begins, without its line end.
    fn position_of(&self, span: Span) -> (Position, Span) {
        let (line, column) = self.position(span.start);
        let whole = self.line_span(line);
        let length = self.characters_between(span.start.min(whole.end), span.end.min(whole.end));
        (Position { line, column, length: length.max(1) }, whole)
    }
}
