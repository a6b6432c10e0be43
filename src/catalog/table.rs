//! Reading CSV files: encoding, header, records, and the place of every cell.

use std::borrow::Cow;
use std::path::Path;

use csv::StringRecord;

use super::long_records::{LONGEST, first_too_long};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::number::Short;
use crate::text;

/// A text as its file holds it, decoded. A file that is not UTF-8 is read as `fallback`, and a warning says so.
pub fn decode<'a>(
    path: &Path,
    bytes: &'a [u8],
    fallback: &'static encoding_rs::Encoding,
    diagnostics: &mut Vec<Diagnostic>,
) -> Cow<'a, str> {
    let (encoding, skip) = encoding_rs::Encoding::for_bom(bytes).unwrap_or((encoding_rs::UTF_8, 0));
    let body = &bytes[skip..];
    if encoding == encoding_rs::UTF_8
        && let Ok(text) = std::str::from_utf8(body)
    {
        return Cow::Borrowed(text);
    }
    let encoding = if encoding == encoding_rs::UTF_8 { fallback } else { encoding };
    let bad_line = std::str::from_utf8(body).err().map(|error| 1 + count_lines(&body[..error.valid_up_to()]));
    let (text, _) = encoding.decode_without_bom_handling(body);
    let name = match encoding.name() {
        "windows-1252" => "Windows-1252",
        other => other,
    };
    let mut place = Place::file(path);
    if let Some(line) = bad_line {
        let excerpt = text.lines().nth(line - 1).unwrap_or("");
        place = Place::new(&place.file, line, 1, excerpt.chars().count(), excerpt);
    }
    diagnostics.push(
        Diagnostic::warning(Code::Encoding, format!("this file is not UTF-8; it is read as {name}"))
            .help("check a name with an accent in `preview`; to be sure, export the file again as UTF-8")
            .at(place),
    );
    text
}

/// How many lines end in some bytes.
pub fn count_lines(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&b| b == b'\n').count()
}

/// The most columns that a file may have: as many as a sheet of the spreadsheet programs.
const COLUMNS: usize = 16_384;

/// A CSV file with a header.
pub struct Table<'a> {
    name: String,
    text: &'a str,
    headers: Vec<String>,
    /// The headers trimmed and in lower case, to find them by.
    folded: Vec<String>,
}

/// The cells of a record.
pub trait Cells: Copy {
    /// The text of a cell; blank where the record is shorter.
    fn cell(&self, index: usize) -> &str;

    /// The same as bytes, for who need not know that they are text.
    #[inline(always)]
    fn bytes(&self, index: usize) -> &[u8] {
        self.cell(index).as_bytes()
    }

    /// The same, where it is short and no pains are needed to look at what stands before it.
    #[inline(always)]
    fn short(&self, _index: usize) -> Option<Short> {
        None
    }
}

impl Cells for &StringRecord {
    fn cell(&self, index: usize) -> &str {
        self.get(index).unwrap_or("")
    }
}

/// A record of a table, with the line on which it starts: one that the library has read, or that our own scanner has found.
#[derive(Debug, Clone, Copy)]
pub struct Row<C> {
    /// The line in the file, counted from 1.
    pub line: u32,
    /// Its cells.
    pub cells: C,
}

/// A record that the library has read.
pub type CsvRow<'r> = Row<&'r StringRecord>;

impl<C: Cells> Row<C> {
    /// The text of a column; blank where there is no such column or the record is shorter.
    #[inline(always)]
    pub fn cell(&self, column: Option<usize>) -> &str {
        match column {
            Some(index) => self.cells.cell(index),
            None => "",
        }
    }

    /// The same as bytes.
    #[inline(always)]
    pub fn bytes(&self, column: Option<usize>) -> &[u8] {
        match column {
            Some(index) => self.cells.bytes(index),
            None => b"",
        }
    }

    /// The same where it is short, which may be `None` for short ones too.
    #[inline(always)]
    pub fn short(&self, column: Option<usize>) -> Option<Short> {
        self.cells.short(column?)
    }

    /// Whether a column has nothing but white space: as a rule, one byte tells.
    #[inline(always)]
    pub fn is_blank(&self, column: Option<usize>) -> bool {
        match self.bytes(column) {
            [first, ..] if first.is_ascii_graphic() => false,
            [] => true,
            _ => text::is_blank(self.cell(column)),
        }
    }

    /// Whether a column holds exactly this, spaces at its ends aside.
    #[inline(always)]
    pub fn is(&self, column: Option<usize>, wanted: &str) -> bool {
        self.bytes(column).len() >= wanted.len() && text::trimmed(self.cell(column)) == wanted
    }
}

impl<'a> Table<'a> {
    /// Reads the header.
    ///
    /// # Errors
    /// A file without one, or with one that is too long or has too many columns.
    pub fn open(path: &Path, text: &'a str) -> Result<Self, Box<Diagnostic>> {
        let place = Place::file(path);
        if first_too_long(text, 1).is_some() {
            return Err(Box::new(too_long().at(Place { line: 1, column: 1, ..place })));
        }
        let mut reader = reader(text);
        let error = |message: String| Box::new(Diagnostic::error(Code::Catalog, message).at(Place::file(path)));
        let headers = reader.headers().map_err(|problem| error(format!("the header cannot be read: {problem}")))?;
        if headers.iter().all(|header| header.trim().is_empty()) {
            let help = "export it again: the first line must hold the columns' names";
            return Err(Box::new(Diagnostic::error(Code::Catalog, "this file is empty").help(help).at(place)));
        }
        if headers.len() > COLUMNS {
            let count = text::thousands(headers.len());
            let message = format!("this file has {count} columns, more than any spreadsheet program could hold");
            let help = "export it again, with the columns that the rules read";
            return Err(Box::new(Diagnostic::error(Code::Catalog, message).help(help).at(place)));
        }
        let headers: Vec<String> = headers.iter().map(str::to_owned).collect();
        let folded = headers.iter().map(|header| text::folded(header)).collect();
        Ok(Table { name: place.file, text, headers, folded })
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

    /// Calls `visit` with every record, and reports those that are broken.
    pub fn for_each(&self, diagnostics: &mut Vec<Diagnostic>, mut visit: impl FnMut(&CsvRow<'_>, &mut Vec<Diagnostic>)) {
        if let Some(start) = first_too_long(self.text, usize::MAX) {
            diagnostics.push(too_long().at(self.at(self.line_at(start))));
            return;
        }
        let mut reader = reader(self.text);
        let mut record = StringRecord::new();
        // Where the last record starts, and how many cells it has.
        let mut last = None;
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
            let start = position.map_or(0, |p| usize::try_from(p.byte()).unwrap_or(0));
            let line = position.map_or(0, |p| p.line()) + line_ends_at(self.text, start);
            let line = u32::try_from(line).unwrap_or(u32::MAX);
            last = Some((start, record.len()));
            if record.len() > self.headers.len() {
                let message = format!("this record has {} cells, but the header has {}", record.len(), self.headers.len());
                let help = "a comma or a line end inside a cell needs quotes around the cell; export the file again";
                diagnostics.push(Diagnostic::error(Code::Catalog, message).help(help).at(self.at(line)));
                continue;
            }
            if record.iter().all(str::is_empty) {
                continue;
            }
            visit(&Row { line, cells: &record }, diagnostics);
        }
        if let Some((start, cells)) = last {
            self.check_end(start, cells, diagnostics);
        }
    }

    /// Reports a file that was cut off: inside quotes, or with the last line's cells missing and no line end.
    fn check_end(&self, last_start: usize, cells: usize, diagnostics: &mut Vec<Diagnostic>) {
        let tail = self.text.get(last_start..).unwrap_or("");
        let in_quotes = {
            // A further line is a record of its own unless a quote is still open.
            let probe = format!("{tail}\nx");
            let mut records = reader_without_header(&probe).into_records();
            let count = records
                .by_ref()
                .take(3)
                .filter(|found| found.as_ref().is_ok_and(|r| r.len() > 1 || r.get(0) != Some("")))
                .count();
            count < 2
        };
        let short = cells < self.headers.len() && !self.text.ends_with(['\n', '\r']);
        if in_quotes || short {
            let help = "it was cut off while it was written or copied: export it again";
            let message = "the file ends within this record";
            diagnostics.push(Diagnostic::error(Code::Catalog, message).help(help).at(self.at(self.line_at(last_start))));
        }
    }

    /// The line on which a record starts, where the library says that it starts.
    fn line_at(&self, start: usize) -> u32 {
        let before = count_lines(&self.text.as_bytes()[..start.min(self.text.len())]);
        u32::try_from(before as u64 + 1 + line_ends_at(self.text, start)).unwrap_or(u32::MAX)
    }

    /// A line of the file as a place.
    pub fn at(&self, line: u32) -> Place {
        let excerpt = self.text.lines().nth((line as usize).saturating_sub(1)).unwrap_or("");
        Place::new(&self.name, line as usize, 1, excerpt.chars().count().clamp(1, 300), excerpt)
    }

    /// A cell of a record as a place.
    pub fn cell_place(&self, line: u32, column: usize) -> Place {
        let start: usize = self.text.split_inclusive('\n').take((line as usize).saturating_sub(1)).map(str::len).sum();
        let record = self.text.get(start..).unwrap_or("");
        let (mut quoted, mut index, mut cell_start, mut cell_end) = (false, 0, 0, record.len());
        for (at, c) in record.char_indices() {
            match c {
                '"' => quoted = !quoted,
                ',' | '\n' if !quoted => {
                    if index == column {
                        cell_end = at;
                        break;
                    }
                    index += 1;
                    cell_start = at + 1;
                }
                _ => {}
            }
        }
        let before = &record[..cell_start.min(record.len())];
        let line = line as usize + before.matches('\n').count();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let excerpt = record[line_start..].lines().next().unwrap_or("");
        let in_line = before[line_start..].chars().count();
        let length = record[cell_start..cell_end].trim_end().chars().count();
        Place::new(&self.name, line, in_line + 1, length, excerpt)
    }
}

/// How many line ends stand where the library says that a record starts: it counts blank lines to the record behind them, and
/// the second half of a line end of two characters.
fn line_ends_at(text: &str, start: usize) -> u64 {
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let ends = rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
    ends.map(|&byte| u64::from(byte == b'\n')).sum()
}

fn too_long() -> Diagnostic {
    let message = format!("this record has more than {} bytes, too many to be read", text::thousands(LONGEST));
    let help = "a quote that nothing closes makes one record of all that follows: export the file again";
    Diagnostic::error(Code::Catalog, message).help(help)
}

fn reader(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes())
}

fn reader_without_header(text: &str) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes())
}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn errors(text: &str) -> Vec<String> {
        let mut diagnostics = vec![];
        match Table::open(Path::new("x.csv"), text) {
            Ok(table) => table.for_each(&mut diagnostics, |_, _| {}),
            Err(problem) => diagnostics.push(*problem),
        }
        diagnostics.iter().map(|d| format!("{}: {}", d.place.as_ref().map_or(0, |p| p.line), d.message)).collect()
    }

    #[test]
    fn broken_tables_are_errors() {
        assert_eq!(errors("a,b\n1,2\n"), Vec::<String>::new());
        assert_eq!(errors("a,b\n1,2"), Vec::<String>::new());
        assert_eq!(errors("a,b\n1,\"x\n\ny\"\n\n"), Vec::<String>::new());
        assert_eq!(errors("a,b\n1,\"x\"\"\"\n"), Vec::<String>::new());
        assert_eq!(errors("a,b\n1,2\n1,\"2\n3,4\n"), ["3: the file ends within this record"]);
        assert_eq!(errors("a,b\n1,2\n3"), ["3: the file ends within this record"]);
        assert_eq!(errors("a,b\r\n1,2\r\n\r\n1,2,3\r\n"), ["4: this record has 3 cells, but the header has 2"]);
        assert_eq!(errors("a,b\r\n1,2\r\n\r\n1,\"2\r\n"), ["4: the file ends within this record"]);
        assert_eq!(errors("a,b\n1,2,3\n"), ["2: this record has 3 cells, but the header has 2"]);
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
        assert_eq!(place.map(|p| (p.line, p.column, p.length)).ok(), Some((3, 10, 1)));
    }
}
