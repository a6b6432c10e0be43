//! Tables as a person is shown them: no more than a screenful, and how to see the rest.

use super::output;
use crate::report::table::{Column, DrawnTable, draw};
use crate::text::{counted, thousands};

/// How many lines of the screen are left for what stands below a table, and for the next prompt.
const BELOW: usize = 7;

/// The fewest lines that a table gets, however low the terminal is.
const LEAST: usize = 8;

/// What is said of rows that are not shown.
pub struct LeftOutRows<'a> {
    /// What a row is: `variant`.
    pub noun: &'a str,
    /// How many rows the user wants, if that is said.
    pub limit: Option<usize>,
    /// How to see the others, without `--limit` and `| less`: "`--where FILTER` narrows them".
    pub ways: &'a str,
}

/// A table of at most a number of rows, and below it what it leaves out. `cells` gives those of a row. A file or a pipe gets every row and
/// every column, a terminal no more rows than it has lines, unless the user said how many.
pub fn table(columns: &[Column], total: usize, cells: impl Fn(usize) -> Vec<String>, rest: &LeftOutRows<'_>) -> String {
    let terminal = output::terminal();
    let wanted = rest.limit.unwrap_or(usize::MAX).min(total);
    let (drawn, shown) = match (terminal, rest.limit) {
        (Some((width, height)), None) => fitting(columns, wanted, &cells, width, height),
        (size, _) => {
            let rows: Vec<_> = (0..wanted).map(cells).collect();
            (draw(columns, &rows, size.map(|(width, _)| width)), wanted)
        }
    };
    let mut text = drawn.text;
    let mut add = |line: String| text.push_str(&output::fitted(&(line + "\n")));
    if shown < total {
        let more = counted(total - shown, &format!("more {}", rest.noun));
        add(match rest.limit {
            Some(_) => format!("… and {more}"),
            None => {
                format!("… and {more}: `--limit {total}` shows all {}, {}, `| less` turns pages", thousands(total), rest.ways)
            }
        });
    }
    if !drawn.left_out.is_empty() {
        let (columns, verb) = (drawn.left_out.join(", "), if drawn.left_out.len() == 1 { "is" } else { "are" });
        add(format!("{columns} {verb} left out, since the terminal is narrow; `| less -S` shows every column"));
    }
    text
}

/// As many rows as the terminal has lines for.
fn fitting(
    columns: &[Column],
    total: usize,
    cells: &impl Fn(usize) -> Vec<String>,
    width: usize,
    height: usize,
) -> (DrawnTable, usize) {
    let room = height.saturating_sub(BELOW).max(LEAST);
    let rows: Vec<_> = (0..total.min(room)).map(cells).collect();
    let mut shown = rows.len();
    loop {
        let drawn = draw(columns, &rows[..shown], Some(width));
        let lines = drawn.text.lines().count();
        if lines <= room || shown <= 1 {
            return (drawn, shown);
        }
        // Rows may take several lines each: at least one row fewer fits.
        shown -= ((lines - room) / (lines / shown + 1)).clamp(1, shown - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::table::CellLayout;

    #[test]
    fn a_terminal_is_given_no_more_than_a_screenful() {
        let columns = [
            Column { head: "SKU", cells: CellLayout::Whole, gives_way: None },
            Column { head: "steps", cells: CellLayout::Words, gives_way: Some(1) },
        ];
        for height in [0, 10, 24, 80] {
            for words in [1, 30, 900] {
                let cells = |row: usize| vec![format!("SKU-{row}"), "max 7; ".repeat(words)];
                let (drawn, shown) = fitting(&columns, 3000, &cells, 60, height);
                let lines = drawn.text.lines().count();
                assert!(shown >= 1 && (lines <= height.saturating_sub(BELOW).max(LEAST) || shown == 1), "{lines} of {height}");
            }
            assert_eq!(fitting(&columns, 3, &|row| vec![row.to_string(), "level".to_owned()], 60, height).1, 3);
        }
    }
}
