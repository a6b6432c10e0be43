//! Quotes where RFC 4180 has none. The `csv` crate takes them, and makes something of what follows them: cells would shift, or be
//! joined, without a word.

use std::path::Path;

use memchr::memchr;

use super::Dialect;
use crate::diagnostic::{Code, Diagnostic, Place};

/// A quote that is wrong; places are bytes of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    /// It stands inside a cell that does not begin with one.
    Inside {
        /// The quote.
        at: usize,
    },
    /// It closes a cell that goes on.
    Followed {
        /// What follows it.
        at: usize,
        /// The quote that opens the cell.
        opened: usize,
    },
    /// Nothing closes it.
    NeverClosed {
        /// The quote.
        opened: usize,
    },
}

/// The error of the first quote of a CSV text that RFC 4180 does not have there.
pub fn wrong_quote(name: &Path, text: &str, dialect: Dialect, code: Code) -> Option<Diagnostic> {
    let Dialect { separator, quoted, start } = dialect;
    let wrong = if quoted { first_wrong(text.get(start..)?, separator) } else { None };
    wrong.map(|wrong| wrong.report(code, |at| place_at(name, text, start + at)))
}

/// A character of a text as a place.
fn place_at(name: &Path, text: &str, at: usize) -> Place {
    let before = text.get(..at).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let excerpt = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or("");
    let line = memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1;
    Place::new(&Place::file(name).file, line, before[start..].chars().count() + 1, 1, excerpt)
}

/// The first quote of a CSV text that is wrong.
fn first_wrong(text: &str, separator: u8) -> Option<Wrong> {
    let text = text.as_bytes();
    let is_edge = |byte: Option<&u8>| byte.is_none_or(|byte| *byte == separator || matches!(byte, b'\n' | b'\r'));
    let mut at = 0;
    while let Some(found) = memchr(b'"', &text[at..]) {
        let opened = at + found;
        if !is_edge(opened.checked_sub(1).and_then(|before| text.get(before))) {
            return Some(Wrong::Inside { at: opened });
        }
        let mut inside = opened + 1;
        let closed = loop {
            let Some(found) = memchr(b'"', &text[inside..]) else { return Some(Wrong::NeverClosed { opened }) };
            if text.get(inside + found + 1) != Some(&b'"') {
                break inside + found;
            }
            inside += found + 2;
        };
        at = closed + 1;
        if !is_edge(text.get(at)) {
            return Some(Wrong::Followed { at, opened });
        }
    }
    None
}

impl Wrong {
    /// The error; `place` gives the place of a byte.
    fn report(self, code: Code, place: impl Fn(usize) -> Place) -> Diagnostic {
        let (message, help, at) = match self {
            Wrong::Inside { at } => {
                let help = "put quotes around the whole cell and double those within it, as in `\"TV 32\"\" wide\"`; or export the \
                            file again";
                ("a quote stands inside a cell that does not begin with one", help, at)
            }
            Wrong::Followed { at, .. } => {
                let help = "double the quotes within a cell, as in `\"TV \"\"Smart\"\" 55 in\"`; or export the file again";
                ("text follows the quote that closes this cell", help, at)
            }
            Wrong::NeverClosed { opened } => {
                let help = "it was cut off while it was written or copied, or a quote is missing: export it again";
                ("the file ends within the cell that begins here: its quote is never closed", help, opened)
            }
        };
        let error = Diagnostic::error(code, message).help(help).at(place(at));
        match self {
            Wrong::Followed { opened, .. } => error.related(place(opened), "the cell begins at"),
            _ => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_that_are_wrong_are_found() {
        for (text, wrong) in [
            ("a,b\n\"x\",\"\"\n\"a\"\"b\",\"\"\"\"\r\n", None),
            ("a,\"b\"", None),
            ("a,b\"c\n", Some(Wrong::Inside { at: 3 })),
            ("a, \"b\"\n", Some(Wrong::Inside { at: 3 })),
            ("\"a\"b,c\n", Some(Wrong::Followed { at: 3, opened: 0 })),
            ("\"a\" ,c\n", Some(Wrong::Followed { at: 3, opened: 0 })),
            ("a,\"b\nc", Some(Wrong::NeverClosed { opened: 2 })),
            ("a,\"", Some(Wrong::NeverClosed { opened: 2 })),
            ("a,\"\"\"", Some(Wrong::NeverClosed { opened: 2 })),
            ("a;\"b\";c", Some(Wrong::Inside { at: 2 })),
        ] {
            assert_eq!(first_wrong(text, b','), wrong, "{text:?}");
        }
        assert_eq!(first_wrong("a;\"b\";c", b';'), None);
    }
}
