//! Text that can be broken over lines: rows, places where a line may end, and groups that are broken whole or not at all.

use unicode_width::UnicodeWidthStr;

/// A word of a statement, and the comments around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentedWord {
    /// As written.
    pub text: String,
    /// Whether a blank line stands before it.
    pub blank: bool,
    /// The comments on lines of their own before it, each with whether a blank line stands before the comment.
    pub before: Vec<(bool, String)>,
    /// The comments behind it on its line.
    pub behind: Vec<String>,
}

/// A text that can be broken.
#[derive(Debug, Clone)]
pub enum Doc<'a> {
    /// A word, the comments before it left to [`Doc::CommentsBefore`].
    WordAlone(&'a CommentedWord),
    /// The comments before a word.
    CommentsBefore(&'a CommentedWord),
    /// A blank.
    Space,
    /// A line's end in a broken group, otherwise a blank.
    Line,
    /// A line's end in a broken group, otherwise nothing.
    Soft,
    /// A comma in a broken group, otherwise nothing.
    CommaIfBroken,
    /// One after the other.
    Row(Vec<Doc<'a>>),
    /// A layout whose lines after the first are indented, by a number of columns.
    Nest(usize, Vec<Doc<'a>>),
    /// Broken, unless it fits on the line together with a number of further columns; the width, unless a comment breaks it anyway.
    Group(Vec<Doc<'a>>, usize, Option<usize>),
}

impl<'a> Doc<'a> {
    /// A word with its comments.
    pub fn word(word: &'a CommentedWord) -> Self {
        Doc::Row(vec![Doc::CommentsBefore(word), Doc::WordAlone(word)])
    }

    /// A group; `reserve` columns are taken by what follows it.
    pub fn group(docs: Vec<Doc<'a>>, reserve: usize) -> Self {
        let width = total(&docs);
        Doc::Group(docs, reserve, width)
    }

    /// The width on one line; `None` if a comment breaks it.
    fn width(&self) -> Option<usize> {
        match self {
            Doc::WordAlone(word) => word.behind.is_empty().then(|| word.text.width()),
            Doc::CommentsBefore(word) => word.before.is_empty().then_some(0),
            Doc::Space | Doc::Line => Some(1),
            Doc::Soft | Doc::CommaIfBroken => Some(0),
            Doc::Row(docs) | Doc::Nest(_, docs) => total(docs),
            Doc::Group(_, _, width) => *width,
        }
    }
}

fn total(docs: &[Doc<'_>]) -> Option<usize> {
    docs.iter().try_fold(0_usize, |sum, doc| Some(sum + doc.width()?))
}

/// The text, its lines no wider than `width` where that can be.
pub fn print(doc: &Doc<'_>, width: usize) -> String {
    let mut printer = Printer { width, ..Printer::default() };
    printer.doc(doc, 0, true);
    printer.comments(0);
    printer.out
}

#[derive(Default)]
struct Printer {
    width: usize,
    out: String,
    column: usize,
    /// Whether a line's end, or a blank, stands before what comes next.
    line_end: bool,
    space: bool,
    /// Comments that go behind this line.
    behind: Vec<String>,
}

impl Printer {
    fn doc(&mut self, doc: &Doc<'_>, indent: usize, broken: bool) {
        match doc {
            Doc::WordAlone(word) => {
                // These belong to the word before them, whatever comment stands between.
                if matches!(word.text.as_str(), "," | ";" | ":") && !self.line_end {
                    self.put(&word.text);
                } else {
                    self.text(&word.text, indent, word.blank);
                }
                self.behind.extend(word.behind.iter().cloned());
            }
            Doc::CommentsBefore(word) => {
                for (blank, comment) in &word.before {
                    self.line_end = true;
                    self.text(comment, indent, *blank);
                    self.line_end = true;
                }
            }
            Doc::Space => self.space = true,
            Doc::Line if broken => self.line_end = true,
            Doc::Line => self.space = true,
            Doc::Soft => self.line_end |= broken,
            Doc::CommaIfBroken if broken => self.put(","),
            Doc::CommaIfBroken => {}
            Doc::Row(docs) => docs.iter().for_each(|doc| self.doc(doc, indent, broken)),
            Doc::Nest(more, docs) => docs.iter().for_each(|doc| self.doc(doc, indent + more, broken)),
            Doc::Group(docs, reserve, width) => {
                let column =
                    if self.line_end || !self.behind.is_empty() { indent } else { self.column + usize::from(self.space) };
                let fits = width.is_some_and(|width| column + width + reserve <= self.width);
                docs.iter().for_each(|doc| self.doc(doc, indent, !fits));
            }
        }
    }

    /// Writes a text where it belongs: on this line, or on the next one.
    fn text(&mut self, text: &str, indent: usize, blank: bool) {
        let ends = (self.line_end || !self.behind.is_empty()) && !self.out.is_empty();
        if ends {
            self.comments(indent);
            self.out.push_str(if blank { "\n\n" } else { "\n" });
            self.out.extend(std::iter::repeat_n(' ', indent));
            self.column = indent;
        } else if self.space {
            self.put(" ");
        }
        (self.line_end, self.space) = (false, false);
        self.put(text);
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.width();
    }

    /// Writes the comments that wait for the line's end: the first behind it, more on lines of their own.
    fn comments(&mut self, indent: usize) {
        for (index, comment) in std::mem::take(&mut self.behind).into_iter().enumerate() {
            match index {
                0 => self.out.push_str("  "),
                _ => {
                    self.out.push('\n');
                    self.out.extend(std::iter::repeat_n(' ', indent));
                }
            }
            self.out.push_str(&comment);
        }
    }
}
