//! Workbooks of spreadsheet programs (`.xlsx`): the first sheet, its cells as the texts that a CSV of it would have.

use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, Xlsx, XlsxError};
use csv::StringRecord;
use rust_decimal::Decimal;

/// The first sheet of a workbook.
#[derive(Debug, Default)]
pub struct Sheet {
    /// The rows that have a cell, in their order, each with its number in the sheet, counted from 1.
    pub rows: Vec<(u32, StringRecord)>,
    /// The dates that stand where SKUs do.
    pub dates: Option<Dates>,
}

/// Dates in a column of SKUs: spreadsheet programs make them of SKUs such as `1-2`.
#[derive(Debug)]
pub struct Dates {
    /// The first one, as spreadsheet programs name it: `C5`.
    pub first: String,
    /// Its row, counted from 1.
    pub row: u32,
    /// How many there are.
    pub count: usize,
}

/// Why a workbook cannot be read.
pub enum WorkbookFailure {
    /// It is damaged, or written in a way that nobody knows.
    Damaged,
    /// It has no sheet with cells.
    NoSheet,
    /// Its cells need more memory than may be.
    TooLarge,
    /// Cells have no text.
    Cells(CellsWithoutText),
}

impl From<XlsxError> for WorkbookFailure {
    fn from(_: XlsxError) -> Self {
        WorkbookFailure::Damaged
    }
}

/// Cells whose text cannot be told.
pub struct CellsWithoutText {
    /// Why, and how to mend it.
    pub why: NoText,
    /// The first one, as spreadsheet programs name it: `C5`.
    pub first: String,
    /// Its row, counted from 1.
    pub row: u32,
    /// How many there are.
    pub count: usize,
}

/// Why a cell has no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoText {
    /// It holds an error, such as `#N/A`.
    Error(String),
    /// It holds a formula, and the program that wrote the file has not worked it out.
    NoResult,
    /// It holds a number with more digits than a workbook keeps.
    TooManyDigits,
}

/// As many rows and columns as Excel has.
const ROWS: u32 = 1 << 20;
const COLUMNS: u32 = 1 << 14;
/// What a cell needs beside its text, in bytes.
const CELL: u64 = 9;

/// Reads the first sheet of a workbook, whose cells may need at most `most` bytes.
pub fn read(bytes: &[u8], most: u64) -> Result<Sheet, WorkbookFailure> {
    // The library gives up on some workbooks that no program writes, such as one with a row of number 99999999999.
    std::panic::catch_unwind(|| read_first_sheet(bytes, most)).unwrap_or(Err(WorkbookFailure::Damaged))
}

fn read_first_sheet(bytes: &[u8], most: u64) -> Result<Sheet, WorkbookFailure> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
    let first = workbook.sheets_metadata().iter().find(|sheet| sheet.typ == SheetType::WorkSheet);
    let name = first.map(|sheet| sheet.name.clone()).ok_or(WorkbookFailure::NoSheet)?;
    let mut cells = workbook.worksheet_cells_reader(&name)?;
    let (mut sheet, mut row, mut number) = (Sheet::default(), vec![], 0);
    let mut faults: Option<CellsWithoutText> = None;
    let mut length = 0;
    while let Some(cell) = cells.next_cell_with_formula_metadata()? {
        let (at, column) = cell.pos;
        let is_date = matches!(&cell.value, DataRef::DateTime(time) if !time.is_duration());
        let text = match cell.value {
            DataRef::Empty if cell.formula.is_some() => Err(NoText::NoResult),
            DataRef::Empty => continue,
            value => text_of(value),
        };
        if at >= ROWS || column >= COLUMNS || at < number {
            return Err(WorkbookFailure::Damaged);
        }
        if at > number {
            sheet.add(number, &row);
            row.clear();
            number = at;
        }
        let column = column as usize;
        if column < row.len() {
            return Err(WorkbookFailure::Damaged);
        }
        let name = || format!("{}{}", letters(column), at + 1);
        if is_date && sheet.is_of_skus(column) {
            sheet.dates.get_or_insert_with(|| Dates { first: name(), row: at + 1, count: 0 }).count += 1;
        }
        let text = text.unwrap_or_else(|why| {
            let first = || CellsWithoutText { why, first: name(), row: at + 1, count: 0 };
            faults.get_or_insert_with(first).count += 1;
            String::new()
        });
        length += (column + 1 - row.len()) as u64 * CELL + text.len() as u64;
        if length > most {
            return Err(WorkbookFailure::TooLarge);
        }
        row.resize(column, String::new());
        row.push(text);
    }
    sheet.add(number, &row);
    match faults {
        Some(faults) => Err(WorkbookFailure::Cells(faults)),
        None if sheet.rows.is_empty() => Err(WorkbookFailure::NoSheet),
        None => Ok(sheet),
    }
}

impl Sheet {
    /// Whether the header of a column speaks of SKUs.
    fn is_of_skus(&self, column: usize) -> bool {
        let header = self.rows.first().and_then(|(_, header)| header.get(column));
        header.is_some_and(|header| header.to_lowercase().contains("sku"))
    }

    /// Adds a row, unless it has no cell; its number is counted from 0.
    fn add(&mut self, number: u32, cells: &[String]) {
        if !cells.is_empty() {
            self.rows.push((number + 1, StringRecord::from(cells)));
        }
    }

    /// The sheet as text: a line a row, tabs between the cells. Tabs and line ends within cells become spaces.
    pub fn tab_separated(&self) -> String {
        let mut text = String::new();
        let mut line = 1;
        for (number, cells) in &self.rows {
            // A row that is missing is a blank line, so that lines have the numbers of their rows.
            text.extend((line..*number).map(|_| '\n'));
            for (column, cell) in cells.iter().enumerate() {
                if column > 0 {
                    text.push('\t');
                }
                text.extend(cell.chars().map(|c| if matches!(c, '\t' | '\n' | '\r') { ' ' } else { c }));
            }
            text.push('\n');
            line = number + 1;
        }
        text
    }
}

fn text_of(value: DataRef<'_>) -> Result<String, NoText> {
    Ok(match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text,
        DataRef::SharedString(text) => text.to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => return number_text(number),
        DataRef::Bool(yes) => if yes { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::DateTime(time) => return date_text(time),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text,
        DataRef::Error(error) => return Err(NoText::Error(error.to_string())),
    })
}

/// A number in digits, without an exponent: whole where it is whole, else with the 15 digits that spreadsheet programs show.
fn number_text(number: f64) -> Result<String, NoText> {
    /// From here on not every whole number has a value of its own.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if !number.is_finite() || number.abs() > EXACT {
        return Err(NoText::TooManyDigits);
    }
    if number == number.trunc() {
        // It lies among those that are exact.
        return Ok((number as i64).to_string());
    }
    let decimal = Decimal::from_scientific(&format!("{number:.14e}")).ok();
    Ok(decimal.map_or_else(|| number.to_string(), |decimal| decimal.normalize().to_string()))
}

/// A day as `2026-11-23`, a time as `2026-11-23T04:00:00`; a length of time as a number of days, which it is.
fn date_text(time: ExcelDateTime) -> Result<String, NoText> {
    if time.is_duration() {
        return number_text(time.as_f64());
    }
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    Ok(match (hour, minute, second, milli) {
        (0, 0, 0, 0) => date,
        _ => format!("{date}T{hour:02}:{minute:02}:{second:02}"),
    })
}

/// The name of a column, counted from 0: `A`, `B`, … `AA`.
pub fn letters(column: usize) -> String {
    let mut letters = vec![];
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_digits() {
        for (number, text) in [
            (1.0, "1"),
            (-3.0, "-3"),
            (19.9, "19.9"),
            (0.1 + 0.2, "0.3"),
            (850_064_060_010.0, "850064060010"),
            (123_456_789_012_345.0, "123456789012345"),
            (1e-7, "0.0000001"),
            (0.5, "0.5"),
        ] {
            assert_eq!(number_text(number), Ok(text.to_owned()));
        }
        assert_eq!(number_text(1e16), Err(NoText::TooManyDigits));
        assert_eq!(number_text(f64::NAN), Err(NoText::TooManyDigits));
    }

    #[test]
    fn columns_have_letters() {
        assert_eq!([0, 25, 26, 701, 702].map(letters), ["A", "Z", "AA", "ZZ", "AAA"]);
    }
}
