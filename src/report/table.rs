//! Tables for people: as wide as the terminal, and never at the price of a broken SKU or number.

use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Table, TableStyle, Width, presets};
use unicode_width::UnicodeWidthStr;

use crate::text::visible;

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its head.
    pub head: &'static str,
    /// How its cells are laid out.
    pub cells: CellLayout,
    /// Which columns are left out where there is no room: that with 1 first. `None` stays whatever happens.
    pub gives_way: Option<u8>,
}

/// How the cells of a column are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellLayout {
    /// In one piece: SKUs, places in the rules.
    Whole,
    /// In one piece, at the right.
    Number,
    /// On several lines if need be, broken between words.
    Words,
}

/// A table that has been drawn.
#[derive(Debug)]
pub struct DrawnTable {
    /// The lines.
    pub text: String,
    /// The heads of the columns that there was no room for.
    pub left_out: Vec<&'static str>,
}

/// Draws a table, no wider than `width`; in its full width where none is given.
///
/// Where it is too wide, words are wrapped first, then columns are left out in their order. Where even those that stay are too
/// wide, the first cell of a row stands on a line of its own, and the others below it.
pub fn draw(columns: &[Column], rows: &[Vec<String>], width: Option<usize>) -> DrawnTable {
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| visible(cell)).collect()).collect();
    let mut kept: Vec<usize> = (0..columns.len()).collect();
    let sizes: Vec<Size> = columns.iter().enumerate().map(|(index, column)| Size::of(index, column, &rows)).collect();
    let least = |kept: &[usize], frame: &Frame| kept.iter().map(|&index| sizes[index].least + frame.a_column).sum::<usize>();
    let Some(width) = width else {
        let text = lines(columns, &rows, &kept, &sizes, usize::MAX, &FULL);
        return DrawnTable { text, left_out: vec![] };
    };
    while FULL.more + least(&kept, &FULL) > width {
        let ways = kept.iter().enumerate().filter_map(|(at, &index)| Some((columns[index].gives_way?, at)));
        let Some((_, next)) = ways.min() else { break };
        kept.remove(next);
    }
    let left_out = (0..columns.len()).filter(|index| !kept.contains(index)).map(|index| columns[index].head).collect();
    let frame = [&FULL, &BARE].into_iter().find(|frame| frame.more + least(&kept, frame) <= width);
    let text = match frame {
        Some(frame) => lines(columns, &rows, &kept, &sizes, width, frame),
        None => stacked(columns, &rows, &kept, width),
    };
    DrawnTable { text, left_out }
}

/// How wide a column can be.
struct Size {
    /// Its cells and its head on one line each.
    whole: usize,
    /// As little as it takes without breaking what must not be broken.
    least: usize,
}

impl Size {
    fn of(index: usize, column: &Column, rows: &[Vec<String>]) -> Self {
        let longest_word = |text: &str| text.split(' ').map(UnicodeWidthStr::width).max().unwrap_or(0);
        let cells = || rows.iter().filter_map(|row| row.get(index));
        let widest = cells().map(|cell| cell.width()).max().unwrap_or(0);
        let least = match column.cells {
            CellLayout::Whole | CellLayout::Number => widest,
            CellLayout::Words => cells().map(|cell| longest_word(cell)).max().unwrap_or(0),
        };
        Size { whole: widest.max(column.head.width()), least: least.max(longest_word(column.head)) }
    }
}

/// What stands between the columns.
struct Frame {
    style: TableStyle,
    /// What a column takes beside its content.
    a_column: usize,
    /// What the table takes beside its columns.
    more: usize,
}

const FULL: Frame = Frame { style: presets::UTF8_FULL_CONDENSED, a_column: 3, more: 1 };
const BARE: Frame = Frame { style: presets::NOTHING, a_column: 2, more: 0 };

/// A row a line, or on several where words are wrapped.
fn lines(columns: &[Column], rows: &[Vec<String>], kept: &[usize], sizes: &[Size], width: usize, frame: &Frame) -> String {
    let least = kept.iter().map(|&index| sizes[index].least + frame.a_column).sum::<usize>();
    let mut room = width.saturating_sub(frame.more + least);
    let mut widths: Vec<usize> = kept.iter().map(|&index| sizes[index].least).collect();
    // Heads of a few words can stand on two lines as well as words in cells, and more cheaply.
    for is_words in [true, false] {
        for (width, &index) in
            widths.iter_mut().zip(kept).filter(|(_, index)| (columns[**index].cells == CellLayout::Words) == is_words)
        {
            let more = (sizes[index].whole - *width).min(room);
            *width += more;
            room -= more;
        }
    }
    let mut table = Table::new();
    table.load_style(frame.style).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    table.set_header(kept.iter().map(|&index| columns[index].head));
    for row in rows {
        table.add_row(kept.iter().map(|&index| {
            let alignment = if columns[index].cells == CellLayout::Number { CellAlignment::Right } else { CellAlignment::Left };
            Cell::new(row.get(index).map_or("", String::as_str)).set_alignment(alignment)
        }));
    }
    for (column, width) in widths.iter().enumerate() {
        if let Some(column) = table.column_mut(column) {
            // A blank at either side counts.
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(u16::try_from(width + 2).unwrap_or(u16::MAX))));
        }
    }
    let text = table.to_string();
    text.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

/// The first cell of each row on a line of its own, the others with their heads below it.
fn stacked(columns: &[Column], rows: &[Vec<String>], kept: &[usize], width: usize) -> String {
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (at, &index) in kept.iter().enumerate() {
            let cell = row.get(index).map_or("", String::as_str);
            if at == 0 {
                text.push_str(cell);
                text.push('\n');
                continue;
            }
            if cell.is_empty() {
                continue;
            }
            let item = format!("{} {cell}", columns[index].head);
            if !line.is_empty() && line.width() + 3 + item.width() > width {
                text.push_str(&line);
                text.push_str(";\n");
                line.clear();
            }
            line.push_str(if line.is_empty() { "  " } else { "; " });
            line.push_str(&item);
        }
        text.push_str(&line);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 4] = [
        Column { head: "SKU", cells: CellLayout::Whole, gives_way: None },
        Column { head: "Shopify count", cells: CellLayout::Number, gives_way: None },
        Column { head: "steps", cells: CellLayout::Words, gives_way: Some(2) },
        Column { head: "rule", cells: CellLayout::Whole, gives_way: Some(1) },
    ];

    #[test]
    fn nothing_is_broken_at_any_width() {
        let long = ["TEE-RE/D-S".to_owned(), "A B-".repeat(10), "商品-赤い-".repeat(4), "e\u{301}-".repeat(9)];
        for sku in long {
            let row = |sku: &str, count: &str| {
                vec![
                    sku.to_owned(),
                    count.to_owned(),
                    "buffer custom.safety_stock else 1; max 7".to_owned(),
                    "rules/a.rules:21".to_owned(),
                ]
            };
            let rows = [row(&sku, "1,234,567,890"), row("X", "7")];
            for width in 40..=200 {
                let DrawnTable { text, left_out } = draw(&COLUMNS, &rows, Some(width));
                assert!(text.contains(&sku) && text.contains("1,234,567,890"), "{width}\n{text}");
                let widest = text.lines().map(UnicodeWidthStr::width).max().unwrap_or(0);
                assert!(widest <= width.max(sku.width()), "{widest} > {width}\n{text}");
                assert!(!left_out.contains(&"steps") || left_out.contains(&"rule"), "{left_out:?}");
                for (head, words) in [("steps", "custom.safety_stock"), ("rule", "rules/a.rules:21")] {
                    assert_eq!(text.contains(words), !left_out.contains(&head), "{width}\n{text}");
                }
            }
            let whole = draw(&COLUMNS, &rows, None);
            assert!(
                whole.left_out.is_empty() && whole.text.contains("buffer custom.safety_stock else 1; max 7"),
                "{}",
                whole.text
            );
        }
    }
}
