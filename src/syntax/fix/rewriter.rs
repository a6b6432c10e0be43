//! The reader that knows what people type, and what it has found so far.

use super::known_names::KnownNames;
use super::meaning::is_same_but_for_blanks;
use super::reader::Reader;
use crate::source::Span;

/// Reads a statement as people type it, and writes it as the language does.
pub struct Rewriter<'a> {
    /// The words, and how far they have been read.
    pub reader: Reader<'a>,
    /// What is to be written in another way, and where it stands.
    pub changes: Vec<(Span, String)>,
    /// What is known of names.
    pub names: KnownNames<'a>,
    /// Whether the comparison that is read has no blank behind its field.
    pub is_tight: bool,
    /// How deep the condition stands that is read.
    pub depth: usize,
    /// The field of the last comparison with a value.
    pub last_field: Option<String>,
    /// Whether it was compared by `=`.
    pub last_is_equal: bool,
    /// Whether `else` says what to do with all others, and no amount to use.
    pub else_is_otherwise: bool,
    /// The rule for all others, which belongs above.
    pub above: Option<String>,
}

impl<'a> Rewriter<'a> {
    /// A rewriter at the start of a statement.
    pub fn of(text: &'a str, names: KnownNames<'a>) -> Self {
        let (reader, changes) = (Reader::of(text), vec![]);
        Rewriter {
            reader,
            changes,
            names,
            is_tight: false,
            depth: 0,
            last_field: None,
            last_is_equal: false,
            else_is_otherwise: false,
            above: None,
        }
    }

    /// Notes that what was read from a word on is to be written in another way.
    pub fn change(&mut self, from: usize, written: &str) {
        self.changes.push((self.reader.span_from(from), written.to_owned()));
    }

    /// Notes that what was read from a word on is to be written in another way, unless it differs in blanks alone.
    pub fn change_if_other(&mut self, from: usize, written: &str) {
        if !is_same_but_for_blanks(self.reader.text_from(from), written) {
            // What stands within it, noted last, is part of this change.
            let start = self.reader.span_from(from).start;
            while self.changes.pop_if(|(other, _)| other.start >= start).is_some() {}
            self.change(from, written);
        }
    }

    /// Whether what was read so far is a keyword, in whatever case.
    pub fn is_keyword_at_start(&mut self, keyword: &str) -> bool {
        let written = self.reader.text_from(0);
        let is = written.eq_ignore_ascii_case(keyword);
        if is && written != keyword {
            self.change(0, keyword);
        }
        is
    }
}
