//! The text of a CSV file, and the places of its lines and cells.

use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::files::{Dialect, broken_records};

use super::lines::count_lines;

/// The text of a CSV file.
pub struct CsvText<'a> {
    /// The whole text.
    pub text: &'a str,
    /// How it is written.
    pub dialect: Dialect,
    /// Where each line starts: found when the first place is asked for.
    lines: OnceLock<Vec<usize>>,
}

impl<'a> CsvText<'a> {
    /// Takes a text and how it is written.
    pub fn new(text: &'a str, dialect: Dialect) -> Self {
        CsvText { text, dialect, lines: OnceLock::new() }
    }

    /// The text from the header on.
    pub fn body(&self) -> &'a str {
        self.text.get(self.dialect.start..).unwrap_or_default()
    }

    /// A reader of the records, which takes any number of cells.
    pub fn reader(&self) -> csv::Reader<&'a [u8]> {
        self.builder().from_reader(self.body().as_bytes())
    }

    /// A reader of the records of some bytes of the body; the first one is the header where they begin with it.
    pub fn reader_of(&self, bytes: &Range<usize>) -> csv::Reader<&'a [u8]> {
        let part = self.body().get(bytes.clone()).unwrap_or_default();
        self.builder().has_headers(bytes.start == 0).from_reader(part.as_bytes())
    }

    fn builder(&self) -> csv::ReaderBuilder {
        let Dialect { separator, quoted, .. } = self.dialect;
        let mut builder = csv::ReaderBuilder::new();
        builder.flexible(true).delimiter(separator).quoting(quoted);
        builder
    }

    /// The errors of the records that have a quote or a carriage return where RFC 4180 has none, with their bytes in the body.
    pub fn broken_records(&self, name: &Path) -> Vec<(Range<usize>, Diagnostic)> {
        broken_records(name, self.text, self.dialect, Code::Catalog)
    }

    /// The line on which a record starts, where the library says that it starts in the body.
    pub fn line_at(&self, start: usize) -> u32 {
        let at = (self.dialect.start + start).min(self.text.len());
        let before = count_lines(&self.text.as_bytes()[..at]);
        u32::try_from(before as u64 + 1 + line_ends_at(self.text, at)).unwrap_or(u32::MAX)
    }

    /// Where a line starts that is counted from 1.
    fn start_of(&self, line: u32) -> usize {
        let starts = || std::iter::once(0).chain(memchr::memchr_iter(b'\n', self.text.as_bytes()).map(|at| at + 1)).collect();
        let lines: &Vec<usize> = self.lines.get_or_init(starts);
        lines.get((line as usize).saturating_sub(1)).copied().unwrap_or(self.text.len())
    }

    /// A line as a place.
    pub fn at(&self, name: &Path, line: u32) -> Place {
        let excerpt = self.text.get(self.start_of(line)..).and_then(|rest| rest.lines().next()).unwrap_or("");
        Place::in_line(name, line as usize, 1, excerpt.chars().count().clamp(1, 300), excerpt)
    }

    /// A cell of the record that starts on a line as a place.
    pub fn cell_place(&self, name: &Path, line: u32, column: usize) -> Place {
        let separator = char::from(self.dialect.separator);
        let record = self.text.get(self.start_of(line)..).unwrap_or("");
        let (mut in_quotes, mut index, mut cell_start, mut cell_end) = (false, 0, 0, record.len());
        for (at, c) in record.char_indices() {
            match c {
                '"' if self.dialect.quoted => in_quotes = !in_quotes,
                c if !in_quotes && (c == separator || c == '\n') => {
                    if index == column {
                        cell_end = at;
                        break;
                    }
                    if c == '\n' {
                        // The record is shorter: its end is shown.
                        (cell_start, cell_end) = (at, at);
                        break;
                    }
                    index += 1;
                    cell_start = at + 1;
                }
                _ => {}
            }
        }
        if index < column && cell_end == record.len() {
            cell_start = cell_end;
        }
        let before = record[..cell_start.min(record.len())].trim_end_matches('\r');
        let line = line as usize + before.matches('\n').count();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let excerpt = record[line_start..].lines().next().unwrap_or("");
        let in_line = before[line_start..].chars().count();
        let length = record[cell_start..cell_end].trim_end().chars().count();
        Place::in_line(name, line, in_line + 1, length, excerpt)
    }
}

/// How many line ends stand where the library says that a record starts: it counts blank lines to the record behind them, and
/// the second half of a line end of two characters.
pub fn line_ends_at(text: &str, start: usize) -> u64 {
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let ends = rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
    ends.map(|&byte| u64::from(byte == b'\n')).sum()
}
