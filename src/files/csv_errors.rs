//! Quotes and carriage returns where RFC 4180 has none. The `csv` crate takes them, and makes something of what follows them: cells
//! would shift, or be joined, or a record would become two, without a word.

use std::ops::Range;
use std::path::Path;

use memchr::{memchr, memchr2, memchr2_iter, memchr3};

use super::dialect::Dialect;
use crate::diagnostic::{Code, Diagnostic, Place};

/// How many broken records of one file are reported, so that its errors fit into memory.
const TOLD: usize = 10_000;

/// A quote or a carriage return that is wrong; places are bytes of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WrongByte {
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
    /// A carriage return outside quotes that ends no line, in a text whose lines end otherwise.
    Return {
        /// The carriage return.
        at: usize,
    },
}

/// The errors of the records of a CSV text that have a quote or a carriage return where RFC 4180 has none, each with the bytes from
/// the header on that cannot be read because of it: from where the record starts to the next line end behind what is wrong, or to the
/// end of the text where a quote is never closed.
pub fn broken_records(name: &Path, text: &str, dialect: Dialect, code: Code) -> Vec<(Range<usize>, Diagnostic)> {
    let body = text.get(dialect.start..).unwrap_or_default();
    let mut places = PlaceCounter { name, text, counted: 0, lines: 1 };
    let found = all_wrong(body, dialect).into_iter();
    let told = found.map(|(bytes, wrong)| (bytes, wrong.report(code, dialect, |at| places.of(dialect.start + at))));
    told.collect()
}

/// Places in a text, asked for in the order of the text, so that its lines are counted once.
struct PlaceCounter<'a> {
    name: &'a Path,
    text: &'a str,
    /// How many bytes have been counted.
    counted: usize,
    /// The line on which they end.
    lines: usize,
}

impl PlaceCounter<'_> {
    /// A character of the text as a place.
    fn of(&mut self, at: usize) -> Place {
        let before = self.text.get(..at).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let excerpt = self.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or("");
        self.lines += memchr::memchr_iter(b'\n', before.get(self.counted..).unwrap_or_default().as_bytes()).count();
        self.counted = self.counted.max(at);
        Place::in_line(self.name, self.lines, before[start..].chars().count() + 1, 1, excerpt)
    }
}

/// What is wrong with the records of a CSV text, and the bytes that cannot be read because of it.
fn all_wrong(text: &str, dialect: Dialect) -> Vec<(Range<usize>, WrongByte)> {
    let text = text.as_bytes();
    let has_return = has_bare_return(text);
    if !(has_return || dialect.quoted && has_wrong_quote(text, dialect.separator)) {
        return vec![];
    }
    let lines = CsvLines { text, dialect, returns_end: has_return && !has_line_feed(text, dialect) };
    let (mut found, mut start) = (vec![], 0);
    while start < text.len() {
        match lines.record(start) {
            Ok(end) => start = end,
            Err(wrong) => {
                let end = match wrong {
                    WrongByte::NeverClosed { .. } => text.len(),
                    // What is behind would no longer fit into memory.
                    _ if found.len() + 1 == TOLD => text.len(),
                    WrongByte::Inside { at } | WrongByte::Followed { at, .. } | WrongByte::Return { at } => lines.next_line(at),
                };
                found.push((start..end, wrong));
                start = end;
            }
        }
    }
    found
}

/// Whether some quote of a text is wrong: as a rule none is, which is soon found.
fn has_wrong_quote(text: &[u8], separator: u8) -> bool {
    let is_edge = |byte: Option<&u8>| byte.is_none_or(|byte| *byte == separator || matches!(byte, b'\n' | b'\r'));
    let mut at = 0;
    while let Some(found) = memchr(b'"', &text[at..]) {
        let opened = at + found;
        if !is_edge(opened.checked_sub(1).and_then(|before| text.get(before))) {
            return true;
        }
        match closing(text, opened) {
            Some(closed) if is_edge(text.get(closed + 1)) => at = closed + 1,
            _ => return true,
        }
    }
    false
}

/// The quote that closes a cell.
fn closing(text: &[u8], opened: usize) -> Option<usize> {
    let mut inside = opened + 1;
    loop {
        let quote = inside + memchr(b'"', &text[inside..])?;
        if text.get(quote + 1) != Some(&b'"') {
            return Some(quote);
        }
        inside = quote + 2;
    }
}

/// Whether some carriage return stands neither before a line feed nor at the end.
fn has_bare_return(text: &[u8]) -> bool {
    memchr::memchr_iter(b'\r', text).any(|at| line_end(text, at).is_none())
}

/// Where the line end is over that begins with a carriage return, if it is one: a line feed follows, or the text ends. Several
/// returns before a line feed come of a file that was converted twice.
fn line_end(text: &[u8], at: usize) -> Option<usize> {
    let returns = text[at..].iter().take_while(|byte| **byte == b'\r').count();
    match text.get(at + returns) {
        None => Some(at + returns),
        Some(b'\n') => Some(at + returns + 1),
        Some(_) => None,
    }
}

/// Whether a line feed stands outside quotes.
fn has_line_feed(text: &[u8], dialect: Dialect) -> bool {
    let mut in_quotes = false;
    memchr2_iter(b'"', b'\n', text).any(|at| {
        in_quotes ^= text[at] == b'"' && dialect.quoted;
        text[at] == b'\n' && !in_quotes
    })
}

/// A text and what ends its lines.
struct CsvLines<'a> {
    text: &'a [u8],
    dialect: Dialect,
    /// Whether carriage returns alone end them, as old programs of the Macintosh write it.
    returns_end: bool,
}

impl CsvLines<'_> {
    /// Where the line after a place starts.
    fn next_line(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        let end = if self.returns_end { memchr2(b'\r', b'\n', rest) } else { memchr(b'\n', rest) };
        end.map_or(self.text.len(), |end| at + end + 1)
    }

    /// Where a record ends, behind its line end, or what is wrong with it.
    fn record(&self, start: usize) -> Result<usize, WrongByte> {
        let CsvLines { text, dialect: Dialect { separator, quoted, .. }, .. } = *self;
        let mut cell = start;
        loop {
            let opened = (quoted && text.get(cell) == Some(&b'"')).then_some(cell);
            let at = match opened {
                Some(opened) => closing(text, opened).ok_or(WrongByte::NeverClosed { opened })? + 1,
                None => {
                    let rest = text.get(cell..).unwrap_or_default();
                    let plain = memchr3(separator, b'\n', b'\r', rest).unwrap_or(rest.len());
                    cell + memchr(b'"', &rest[..plain]).filter(|_| quoted).unwrap_or(plain)
                }
            };
            match text.get(at) {
                None => return Ok(text.len()),
                Some(byte) if *byte == separator => cell = at + 1,
                Some(b'\n') => return Ok(at + 1),
                Some(b'\r') => match line_end(text, at) {
                    Some(end) => return Ok(end),
                    None if self.returns_end => return Ok(at + 1),
                    None => return Err(WrongByte::Return { at }),
                },
                Some(_) => return Err(opened.map_or(WrongByte::Inside { at }, |opened| WrongByte::Followed { at, opened })),
            }
        }
    }
}

impl WrongByte {
    /// The error; `place` gives the place of a byte, and is asked in the order of the text.
    fn report(self, code: Code, dialect: Dialect, mut place: impl FnMut(usize) -> Place) -> Diagnostic {
        let cell = if let WrongByte::Followed { opened, .. } = self { Some(place(opened)) } else { None };
        let (message, help, at) = match self {
            WrongByte::Inside { at } => {
                let help = "put quotes around the whole cell and double those within it, as in `\"TV 32\"\" wide\"`; or export the \
                            file again";
                ("a quote stands inside a cell that does not begin with one", help, at)
            }
            WrongByte::Followed { at, .. } => {
                let help = "double the quotes within a cell, as in `\"TV \"\"Smart\"\" 55 in\"`; or export the file again";
                ("text follows the quote that closes this cell", help, at)
            }
            WrongByte::NeverClosed { opened } => {
                let help = "it was cut off while it was written or copied, or a quote is missing: export it again";
                ("the file ends within the cell that begins here: its quote is never closed", help, opened)
            }
            WrongByte::Return { at } => {
                let help = match dialect.quoted {
                    true => "a line end inside a cell needs quotes around the cell; export the file again",
                    false => "a line end inside a cell parts it in two: download the report again",
                };
                ("a carriage return stands here outside quotes and ends no line", help, at)
            }
        };
        let error = Diagnostic::error(code, message).help(help).at(place(at));
        match cell {
            Some(cell) => error.related(cell, "the cell begins at"),
            None => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, separator: u8, quoted: bool) -> Vec<(Range<usize>, WrongByte)> {
        all_wrong(text, Dialect { separator, quoted, start: 0 })
    }

    #[test]
    fn quotes_that_are_wrong_are_found() {
        for (text, wrong) in [
            ("a,b\n\"x\",\"\"\n\"a\"\"b\",\"\"\"\"\r\n", None),
            ("a,\"b\"", None),
            ("a,b\"c\n", Some(WrongByte::Inside { at: 3 })),
            ("a, \"b\"\n", Some(WrongByte::Inside { at: 3 })),
            ("\"a\"b,c\n", Some(WrongByte::Followed { at: 3, opened: 0 })),
            ("\"a\" ,c\n", Some(WrongByte::Followed { at: 3, opened: 0 })),
            ("a,\"b\nc", Some(WrongByte::NeverClosed { opened: 2 })),
            ("a,\"", Some(WrongByte::NeverClosed { opened: 2 })),
            ("a,\"\"\"", Some(WrongByte::NeverClosed { opened: 2 })),
            ("a;\"b\";c", Some(WrongByte::Inside { at: 2 })),
        ] {
            assert_eq!(found(text, b',', true).first().map(|(_, wrong)| *wrong), wrong, "{text:?}");
        }
        assert_eq!(found("a;\"b\";c", b';', true), []);
    }

    #[test]
    fn every_record_that_is_broken_is_found() {
        let text = "a,b\n1\",2\n3,4\n\"5\"x,\"\n6\"\n7,8\n9,\"\n";
        let wrong = [
            (4..9, WrongByte::Inside { at: 5 }),
            (13..20, WrongByte::Followed { at: 16, opened: 13 }),
            (20..23, WrongByte::Inside { at: 21 }),
            (27..31, WrongByte::NeverClosed { opened: 29 }),
        ];
        assert_eq!(found(text, b',', true), wrong);
    }

    #[test]
    fn carriage_returns_end_all_lines_or_none() {
        for text in ["a,b\r1,2\r", "a,b\r1,\"2\n3\"\r", "a,b\r\n1,2\r\n", "a,b\r\r\n1,2\r\r\n", "a,b\n1,\"2\r3\"\n", "a,b\n1,2\r"]
        {
            assert_eq!(found(text, b',', true), [], "{text:?}");
        }
        for quoted in [true, false] {
            assert_eq!(found("a,b\n1\rx,2\n3,4\n", b',', quoted), [(4..10, WrongByte::Return { at: 5 })]);
            assert_eq!(found("a,b\r\n1\rx\ry,2\r\n", b',', quoted), [(5..14, WrongByte::Return { at: 6 })]);
        }
    }
}
