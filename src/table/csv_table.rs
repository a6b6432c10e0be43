//! A table with a header, its records, and the place of every cell.

use std::ops::Range;
use std::path::{Path, PathBuf};

use csv::StringRecord;

use super::csv_text::{CsvText, line_ends_at};
use super::lines::{LineCounter, count_lines};
use super::long_records::{LONGEST, first_too_long};
use super::record_length::{least_of_report, wrong_length};
use super::rows::{CsvRow, Row};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::files::{Body, Dialect, Document, Sheet, cut_number, detect_dialect, within_row};
use crate::text;

/// The most columns that a file may have: as many as a sheet of the spreadsheet programs.
const COLUMNS: usize = 16_384;

/// A table with a header.
pub struct Table<'a> {
    name: PathBuf,
    content: TableBody<'a>,
    headers: Vec<String>,
    /// The headers trimmed and in lower case, to find them by.
    folded: Vec<String>,
}

/// Where the records of a table stand.
enum TableBody<'a> {
    Text(CsvText<'a>),
    Sheet(&'a Sheet),
}

impl<'a> Table<'a> {
    /// Reads the header of a text.
    ///
    /// # Errors
    /// A text without one, or with one that is too long or has too many columns.
    pub fn open(name: &Path, text: &'a str) -> Result<Self, Box<Diagnostic>> {
        Table::of_text(name, text, detect_dialect(text))
    }

    /// Reads the header of a document: a text, or the first sheet of a workbook.
    ///
    /// # Errors
    /// A text without a header, or with one that is too long or has too many columns.
    pub fn of(document: &'a Document) -> Result<Self, Box<Diagnostic>> {
        match document.body() {
            Body::Text(text) => Table::of_text(document.name(), text, document.dialect()),
            Body::Sheet(sheet) => {
                let header: Vec<String> =
                    sheet.rows.first().map(|(_, cells)| cells.iter().map(str::to_owned).collect()).unwrap_or_default();
                Table::with(document.name(), TableBody::Sheet(sheet), header)
            }
        }
    }

    fn of_text(name: &Path, text: &'a str, dialect: Dialect) -> Result<Self, Box<Diagnostic>> {
        let text = CsvText::new(text, dialect);
        if first_too_long(text.body(), dialect, 1).is_some() {
            return Err(Box::new(too_long().at(text.at(name, text.line_at(0)))));
        }
        let headers = text.reader().headers().map(|headers| headers.iter().map(str::to_owned).collect());
        let headers = headers.map_err(|problem| {
            let message = format!("the header cannot be read: {problem}");
            Box::new(Diagnostic::error(Code::Catalog, message).at(Place::file(name)))
        })?;
        Table::with(name, TableBody::Text(text), headers)
    }

    fn with(name: &Path, content: TableBody<'a>, headers: Vec<String>) -> Result<Self, Box<Diagnostic>> {
        let error = |message: String, help: &str| {
            Err(Box::new(Diagnostic::error(Code::Catalog, message).help(help).at(Place::file(name))))
        };
        if headers.iter().all(|header| header.trim().is_empty()) {
            return error("this file is empty".to_owned(), "export it again: the first line must hold the columns' names");
        }
        if headers.len() > COLUMNS {
            let count = text::thousands(headers.len());
            let message = format!("this file has {count} columns, more than any spreadsheet program could hold");
            return error(message, "export it again, with the columns that the rules read");
        }
        let folded = headers.iter().map(|header| text::folded(header)).collect();
        Ok(Table { name: name.to_path_buf(), content, headers, folded })
    }

    /// The headers, as written.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The first column that has one of these headers, whatever its case.
    pub fn column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| {
            let wanted = text::folded(name);
            self.folded.iter().position(|header| *header == wanted)
        })
    }

    /// Whether one of these headers is there.
    pub fn has(&self, names: &[&str]) -> bool {
        self.column(names).is_some()
    }

    /// Whether commas part its cells, quotes stand around them, and the header stands on the first line, as programs export it.
    pub fn is_plain(&self) -> bool {
        matches!(&self.content, TableBody::Text(text) if text.dialect == Dialect::COMMAS)
    }

    /// Calls `visit` with every record, and reports those that are broken.
    pub fn for_each(&self, diagnostics: &mut Vec<Diagnostic>, mut visit: impl FnMut(&CsvRow<'_>, &mut Vec<Diagnostic>)) {
        match &self.content {
            TableBody::Text(text) => self.for_each_of_text(text, diagnostics, visit),
            TableBody::Sheet(sheet) => {
                for (line, cells) in sheet.rows.iter().skip(1) {
                    let row = Row { line: *line, cells };
                    if cells.len() > self.headers.len() {
                        let header = text::counted(self.headers.len(), "column");
                        let message = format!("this row has a cell in column {}, but the header has {header}", cells.len());
                        let help = "give the column a header, or clear the cell";
                        diagnostics.push(Diagnostic::error(Code::Catalog, message).help(help).at(self.at(*line)));
                    } else if !cells.iter().all(str::is_empty) {
                        visit(&row, diagnostics);
                    }
                }
            }
        }
    }

    fn for_each_of_text(
        &self,
        text: &CsvText<'_>,
        diagnostics: &mut Vec<Diagnostic>,
        mut visit: impl FnMut(&CsvRow<'_>, &mut Vec<Diagnostic>),
    ) {
        let (body, dialect) = (text.body(), text.dialect);
        if let Some(start) = first_too_long(body, dialect, usize::MAX) {
            diagnostics.push(too_long().at(self.at(text.line_at(start))));
            return;
        }
        let (mut sound, mut from) = (vec![], 0);
        for (broken, problem) in text.broken_records(&self.name) {
            sound.push((from..broken.start, Some(problem)));
            from = broken.end;
        }
        // Of a header that is broken nobody knows the columns.
        if let [(first, Some(_)), ..] = sound.as_slice()
            && body[first.clone()].trim().is_empty()
        {
            diagnostics.extend(sound.into_iter().filter_map(|(_, problem)| problem));
            return;
        }
        sound.push((from..body.len(), None));
        let mut lines = LineCounter { counted: 0, before: count_lines(&text.text.as_bytes()[..dialect.start]) as u64 };
        for (bytes, problem) in sound {
            self.for_each_of_bytes(text, &bytes, lines.before(body, bytes.start), diagnostics, &mut visit);
            diagnostics.extend(problem);
        }
    }

    /// Calls `visit` with the records in some bytes of the body, before which `before` lines of the file end.
    fn for_each_of_bytes(
        &self,
        text: &CsvText<'_>,
        bytes: &Range<usize>,
        before: u64,
        diagnostics: &mut Vec<Diagnostic>,
        visit: &mut impl FnMut(&CsvRow<'_>, &mut Vec<Diagnostic>),
    ) {
        let (body, width) = (text.body(), self.headers.len());
        let least = least_of_report(&self.folded);
        let mut reader = text.reader_of(bytes);
        let mut record = StringRecord::new();
        let ends_open = bytes.end == body.len() && !body.ends_with(['\n', '\r']);
        loop {
            match reader.read_record(&mut record) {
                Ok(false) => break,
                Ok(true) => {}
                Err(problem) => {
                    let message = format!("this file cannot be read as CSV: {problem}");
                    diagnostics.push(Diagnostic::error(Code::Catalog, message).at(self.at(1)));
                    return;
                }
            }
            let position = record.position();
            let start = position.map_or(0, |p| usize::try_from(p.byte()).unwrap_or(usize::MAX)).saturating_add(bytes.start);
            let line = before + position.map_or(0, |p| p.line()) + line_ends_at(body, start);
            let line = u32::try_from(line).unwrap_or(u32::MAX);
            if record.len() != width {
                // A file that was cut off has no line end behind its last record, which has too few cells.
                if record.len() < width && ends_open && reader.position().byte() >= bytes.len() as u64 {
                    diagnostics.push(within_row(self.at(line), Code::Catalog));
                    continue;
                }
                if let Some(problem) = wrong_length(&record, width, least, text.dialect) {
                    diagnostics.push(problem.at(self.at(line)));
                    continue;
                }
            }
            if record.iter().all(str::is_empty) {
                continue;
            }
            visit(&Row { line, cells: &record }, diagnostics);
        }
    }

    /// The error of the first record that has a quote or a carriage return where RFC 4180 has none.
    pub fn first_broken(&self) -> Option<Diagnostic> {
        match &self.content {
            TableBody::Text(text) => text.broken_records(&self.name).into_iter().next().map(|(_, problem)| problem),
            TableBody::Sheet(_) => None,
        }
    }

    /// Warns where no line end follows the last cell of the file and that is a number, in a column of which
    /// `is_read` says by its index that its cells are read: it may have been cut off.
    pub fn check_last_number(&self, is_read: impl Fn(usize) -> bool, diagnostics: &mut Vec<Diagnostic>) {
        let TableBody::Text(CsvText { text, dialect, .. }) = &self.content else { return };
        // A quote at the end closes the cell.
        let is_open = !text.ends_with(['\n', '\r', '"']) && text.len() > dialect.start;
        if is_open && is_read(self.headers.len() - 1) {
            let row = text.rsplit(['\n', '\r']).next().unwrap_or("");
            let line = count_lines(text.as_bytes()) + 1;
            let separator = char::from(dialect.separator);
            diagnostics.extend(cut_number(&self.name, line, row, separator, Code::CatalogOddity).filter(|_| line > 1));
        }
    }

    /// A line of the file as a place, or a row of the sheet.
    pub fn at(&self, line: u32) -> Place {
        match &self.content {
            TableBody::Text(text) => text.at(&self.name, line),
            TableBody::Sheet(sheet) => {
                let (row, _) = in_sheet(sheet, line, 0);
                Place::in_line(&self.name, line as usize, 1, row.chars().count().clamp(1, 300), &row)
            }
        }
    }

    /// A cell of a record as a place.
    pub fn cell_place(&self, line: u32, column: usize) -> Place {
        match &self.content {
            TableBody::Text(text) => text.cell_place(&self.name, line, column),
            TableBody::Sheet(sheet) => {
                let (row, before) = in_sheet(sheet, line, column);
                let length = row.chars().skip(before).collect::<String>();
                let length = length.split(BETWEEN).next().map_or(0, |cell| cell.chars().count());
                Place::in_line(&self.name, line as usize, before + 1, length, &row)
            }
        }
    }
}

/// What stands between the cells of a sheet's row where it is shown.
const BETWEEN: &str = " | ";

/// A row of a sheet as it is shown, and how many characters stand before one of its cells.
fn in_sheet(sheet: &Sheet, line: u32, column: usize) -> (String, usize) {
    let found = sheet.rows.binary_search_by_key(&line, |(number, _)| *number).ok().and_then(|at| sheet.rows.get(at));
    let cells: Vec<&str> = found.map(|(_, cells)| cells.iter().collect()).unwrap_or_default();
    let before = cells.iter().take(column).map(|cell| cell.chars().count() + BETWEEN.len()).sum();
    (cells.join(BETWEEN), before)
}

fn too_long() -> Diagnostic {
    let message = format!("this record has more than {} bytes, too many to be read", text::thousands(LONGEST));
    let help = "a quote that nothing closes makes one record of all that follows: export the file again";
    Diagnostic::error(Code::Catalog, message).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(text: &str) -> Vec<String> {
        let mut diagnostics = vec![];
        match Table::open(Path::new("x.csv"), text) {
            Ok(table) => table.for_each(&mut diagnostics, |_, _| {}),
            Err(problem) => diagnostics.push(*problem),
        }
        diagnostics.iter().map(|d| format!("{}: {}", d.place.as_ref().and_then(Place::line).unwrap_or(0), d.message)).collect()
    }

    #[test]
    fn broken_tables_are_errors() {
        assert_eq!(errors("a,b\n1,2\n"), Vec::<String>::new());
        assert_eq!(errors("a,b\n1,2"), Vec::<String>::new());
        assert_eq!(errors("a,b\n1,\"x\n\ny\"\n\n"), Vec::<String>::new());
        assert_eq!(errors("a,b\n1,\"x\"\"\"\n"), Vec::<String>::new());
        let never_closed = "the file ends within the cell that begins here: its quote is never closed";
        assert_eq!(errors("a,b\n1,2\n1,\"2\n3,4\n"), [format!("3: {never_closed}")]);
        assert_eq!(errors("a,b\n1,2\n3"), ["3: the file ends within this record"]);
        assert_eq!(errors("a,b\r\n1,2\r\n\r\n1,2,3\r\n"), ["4: this record has 3 cells, but the header has 2"]);
        assert_eq!(errors("a,b\r\n1,2\r\n\r\n1,\"2\r\n"), [format!("4: {never_closed}")]);
        assert_eq!(errors("a,b\n1,2,3\n"), ["2: this record has 3 cells, but the header has 2"]);
        assert_eq!(errors("a,b,c\n1,2,3\n\n4\n5,6,7\n"), ["4: this record has 1 cell, but the header has 3"]);
        let inside = "a quote stands inside a cell that does not begin with one";
        let follows = "text follows the quote that closes this cell";
        assert_eq!(
            errors("a,b\n1,2,3\n4\",5\n\"6\"x,7\n8\n9,0\n"),
            [
                "2: this record has 3 cells, but the header has 2".to_owned(),
                format!("3: {inside}"),
                format!("4: {follows}"),
                "5: this record has 1 cell, but the header has 2".to_owned()
            ]
        );
        let returns = "a carriage return stands here outside quotes and ends no line";
        assert_eq!(errors("a,b\n1,2\n3\r4,5\n"), [format!("3: {returns}")]);
        assert_eq!(errors("a\rb,c\n1,2\n"), [format!("1: {returns}")]);
        assert_eq!(errors("a,b\r1,2\r"), [] as [String; 0]);
        let report = "item-name\tseller-sku\tquantity\tstatus\tx\ty\nA\tA\t1\tActive\nB\tB\t1\nC\tC\nC\nC\tC\t1\tActive\t\t\n";
        let short = |line, cells| format!("{line}: this record has {cells}, but the header has 6");
        assert_eq!(errors(report), [short(4, "2 cells"), short(5, "1 cell")]);
        let report = "sku\tasin\tprice\tquantity\nA\tB0\t1\n";
        assert_eq!(errors(report), ["2: this record has 3 cells, but the header has 4"]);
        assert_eq!(errors(""), ["0: this file is empty"]);
    }

    #[test]
    fn records_that_are_too_long_are_errors() {
        let long = |length: usize| "x".repeat(length);
        for [before, after] in [["", ""], ["\"", "\""], ["\"", ""], ["\"\n,", ""]] {
            let text = format!("a,b\n1,2\r\n\n{before}{}{after}", long(LONGEST + 1));
            assert_eq!(errors(&text), ["4: this record has more than 65,536 bytes, too many to be read"], "{before}");
        }
        assert_eq!(errors(&long(LONGEST + 1)), ["1: this record has more than 65,536 bytes, too many to be read"]);
        let fits = format!("a,b\n1,\"{}\"\n", long(LONGEST - 100));
        assert_eq!(errors(&fits.repeat(2)), [] as [String; 0]);
        assert_eq!(errors(&format!("a,b\n{}", ",".repeat(LONGEST - 100))).len(), 1);
    }

    #[test]
    fn cells_have_places() {
        let text = "a,b,c\n\"x\ny\",\"q,r\",z\n";
        let place = Table::open(Path::new("x.csv"), text).map(|table| table.cell_place(2, 2));
        assert_eq!(
            place.ok().and_then(|place| place.position()),
            Some(crate::diagnostic::Position { line: 3, column: 10, length: 1 })
        );
        for text in ["a,b,c\nx,y\nz,z,z\n", "a,b,c\r\nx,y\r\nz,z,z\r\n", "a,b,c\nx,y"] {
            let place = Table::open(Path::new("x.csv"), text).map(|table| table.cell_place(2, 2));
            assert_eq!(place.ok().and_then(|place| place.position()).map(|at| (at.line, at.column)), Some((2, 4)), "{text:?}");
        }
    }
}
