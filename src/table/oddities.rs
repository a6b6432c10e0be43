//! Odd cells, gathered so that each kind is told once.

use super::csv_table::Table;
use crate::diagnostic::{Code, Diagnostic};
use crate::text;

/// Odd cells of one column, gathered into one warning with their number and the first one's place.
#[derive(Debug, Default)]
pub struct Oddities {
    seen: Vec<Odd>,
}

#[derive(Debug)]
struct Odd {
    what: String,
    count: usize,
    line: u32,
    column: usize,
}

impl Oddities {
    /// Notes odd cells of a column, the first one on a line.
    pub fn note(&mut self, what: &str, count: usize, line: u32, column: usize) {
        match self.seen.iter_mut().find(|odd| odd.what == what) {
            Some(odd) => odd.count += count,
            None => self.seen.push(Odd { what: what.to_owned(), count, line, column }),
        }
    }

    /// Adds those of a later part of the same file, whose lines are counted from `lines` on.
    pub fn append(&mut self, other: Oddities, lines: u32) {
        for Odd { what, count, line, column } in other.seen {
            self.note(&what, count, line + lines, column);
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// One warning a kind, in the order of their first cells.
    pub fn report(mut self, table: &Table<'_>, diagnostics: &mut Vec<Diagnostic>) {
        self.seen.sort_by_key(|odd| (odd.line, odd.column));
        for Odd { what, count, line, column } in self.seen {
            let times =
                if count == 1 { String::new() } else { format!(" ({} cells, this is the first)", text::thousands(count)) };
            let place = table.cell_place(line, column);
            diagnostics.push(Diagnostic::warning(Code::CatalogOddity, format!("{what}{times}")).at(place));
        }
    }
}
