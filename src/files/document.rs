//! A file that was read, unpacked and decoded, and that is what it was given out for.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::binary::{self, Binary};
use super::detect_dialect::detect_dialect;
use super::dialect::{Dialect, HEAD};
use super::kind::FileKind;
use super::recognize::recognize;
use super::role::FileRole;
use super::unpack::{self, Unpacked, unpack};
use super::workbook::{self, CellsWithoutText, Dates, NoText, Sheet};
use super::{decode, first_records, kind_columns};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::text;

/// A file that was read, unpacked and decoded, and that is what it was given out for.
#[derive(Debug)]
pub struct Document {
    name: PathBuf,
    is_yaml: bool,
    content: DocumentContent,
    dialect: Dialect,
    kind: Option<FileKind>,
}

#[derive(Debug)]
enum DocumentContent {
    /// A text, and where it starts: behind a byte order mark.
    Text(String, usize),
    Sheet(Sheet),
}

/// What a document holds.
#[derive(Debug, Clone, Copy)]
pub enum Body<'a> {
    /// A text, without a byte order mark.
    Text(&'a str),
    /// The first sheet of a workbook.
    Sheet(&'a Sheet),
}

/// How the text of a sheet is written.
const SHEET: Dialect = Dialect { separator: b'\t', quoted: false, start: 0 };

/// The most bytes that a workbook may have when it is unpacked, 1 GiB: it needs several times as much memory.
const WORKBOOK: u64 = 1 << 30;

impl Document {
    /// Makes a document of a file's bytes: unpacks `.gz` and `.zip`, reads the first sheet of an `.xlsx`, decodes the text.
    /// `None`, and an error among the diagnostics, for a file that is damaged or no text, and for one of a kind that is known and
    /// cannot be read as this: it is named, and where it belongs.
    pub fn open(name: &Path, role: FileRole, bytes: Vec<u8>, diagnostics: &mut Vec<Diagnostic>) -> Option<Self> {
        match Document::try_open(name, role, bytes, diagnostics) {
            Ok(document) => Some(document),
            Err(problem) => {
                diagnostics.push(*problem);
                None
            }
        }
    }

    fn try_open(name: &Path, role: FileRole, bytes: Vec<u8>, warnings: &mut Vec<Diagnostic>) -> Result<Self, Box<Diagnostic>> {
        let errors = FileErrors { name, role };
        if role.is_written() && unpack::is_packed(&bytes) {
            // `fmt` writes a rule file where it was read.
            let message = format!("this {} is packed", role.what());
            return Err(errors.error(Code::WrongFile, message, "unpack it, and name the text in it"));
        }
        let Unpacked { bytes, name: inner, is_workbook } =
            unpack(name, bytes, role.most()).map_err(|problem| errors.unpacked(problem))?;
        if let Some(binary) = binary::named(&bytes) {
            return Err(errors.binary(binary));
        }
        let ending = inner.extension().map(|ending| ending.to_ascii_lowercase());
        let is_yaml = ending.is_some_and(|ending| ending == "yaml" || ending == "yml");
        let (content, dialect, kind) = if is_workbook {
            unpack::measure(&bytes, WORKBOOK).map_err(|problem| errors.unpacked(problem))?;
            let sheet = workbook::read(&bytes, role.most()).map_err(|problem| errors.workbook(problem))?;
            warnings.extend(sheet.dates.as_ref().map(|dates| errors.dates(dates)));
            let header = sheet.rows.first().map(|(_, cells)| cells.iter().map(str::to_owned).collect::<Vec<_>>());
            let kind = header.and_then(|header| kind_as(role, kind_columns::by_header(&header), || header));
            (DocumentContent::Sheet(sheet), SHEET, kind)
        } else {
            let is_utf8 = role.is_written() || role == FileRole::Catalog && is_yaml;
            let decoded = decode::decode(name, role, is_utf8, bytes)?;
            warnings.extend(decoded.warning);
            let text = &decoded.text[decoded.start..];
            let mut dialect = detect_dialect(text);
            let kind = recognize(text, dialect);
            let kind = kind_as(role, kind, || first_records::first(text::start(text, HEAD), dialect));
            // What Amazon writes has no quotes, also where its columns are none that are known.
            if matches!(role, FileRole::Listings | FileRole::Orders)
                && dialect.separator == b'\t'
                && kind != Some(FileKind::ShopifyOrders)
            {
                dialect.quoted = false;
            }
            (DocumentContent::Text(decoded.text, decoded.start), dialect, kind)
        };
        let document = Document { name: name.to_path_buf(), is_yaml, content, dialect, kind };
        // A snapshot may be written as JSON, which is YAML.
        let is_flow = is_yaml && kind.is_some_and(FileKind::is_json);
        match kind.filter(|kind| !kind.fits(role) && !is_flow) {
            Some(kind) => Err(errors.misplaced(kind, document.header())),
            None => Ok(document),
        }
    }

    /// The name of the file in messages.
    pub fn name(&self) -> &Path {
        &self.name
    }

    /// Whether the name says that it is YAML, that of the file in an archive where it is one.
    pub fn is_yaml(&self) -> bool {
        self.is_yaml
    }

    /// The kind of file that it is, where its content tells.
    pub fn kind(&self) -> Option<FileKind> {
        self.kind
    }

    /// How its cells are parted, if it is a table; those of a sheet, in [`Document::text`], by tabs without quotes.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The text, without a byte order mark. Of a workbook, a line for each row of the first sheet, with tabs between the cells, as
    /// Amazon's reports have them.
    pub fn text(&self) -> Cow<'_, str> {
        match &self.content {
            DocumentContent::Text(text, start) => Cow::Borrowed(&text[*start..]),
            DocumentContent::Sheet(sheet) => Cow::Owned(sheet.tab_separated()),
        }
    }

    /// The error that names the kind of this document, where it is known and is not to be read as this after all.
    pub fn misplaced(&self, role: FileRole) -> Option<Diagnostic> {
        let errors = FileErrors { name: &self.name, role };
        self.kind.map(|kind| *errors.misplaced(kind, self.header()))
    }

    /// The line of the header with its number, where it is a table.
    fn header(&self) -> Option<(usize, &str)> {
        let DocumentContent::Text(text, start) = &self.content else { return None };
        let (before, body) = text[*start..].split_at_checked(self.dialect.start)?;
        kind_columns::is_table(self.kind?).then(|| (before.matches('\n').count() + 1, body.lines().next().unwrap_or("")))
    }

    /// The text, or the sheet where it is a workbook.
    pub fn body(&self) -> Body<'_> {
        match &self.content {
            DocumentContent::Text(text, start) => Body::Text(&text[*start..]),
            DocumentContent::Sheet(sheet) => Body::Sheet(sheet),
        }
    }
}

/// The kind of a file that is read as this; none where a table of extra columns only looks like one of the kind.
fn kind_as(role: FileRole, kind: Option<FileKind>, header: impl FnOnce() -> Vec<String>) -> Option<FileKind> {
    kind.filter(|kind| role != FileRole::Columns || !kind_columns::may_be_own(*kind, &header()))
}

/// What is said of a file that cannot be read.
struct FileErrors<'a> {
    name: &'a Path,
    role: FileRole,
}

impl FileErrors<'_> {
    fn error(&self, code: Code, message: String, help: impl Into<String>) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(code, message).help(help).at(Place::file(self.name)))
    }

    fn binary(&self, binary: Binary) -> Box<Diagnostic> {
        let help =
            if self.role.is_written() { "rules, tests and the project file are text: name the right file" } else { binary.help };
        self.error(Code::WrongFile, format!("this is {}, not {}", binary.name, self.role.a()), help)
    }

    fn misplaced(&self, kind: FileKind, header: Option<(usize, &str)>) -> Box<Diagnostic> {
        let own = match self.role {
            FileRole::Columns if kind_columns::is_table(kind) => "; if it is a table of your own, give its columns other names",
            _ => "",
        };
        let message = format!("this is {}, not {}", kind.name(), self.role.a());
        let mut error = self.error(Code::WrongFile, message, format!("{}{own}", kind.help()));
        if let Some((line, header)) = header {
            error.place = Some(Place::in_line(self.name, line, 1, header.chars().count(), header));
        }
        error
    }

    fn dates(&self, dates: &Dates) -> Diagnostic {
        let Dates { first, row, count } = dates;
        let more = if *count == 1 {
            String::new()
        } else {
            format!(" ({} cells are dates, this is the first)", text::thousands(*count))
        };
        let message = format!("the cell {first} is a date and stands where a SKU does{more}");
        let help =
            "the spreadsheet program has made it of a SKU such as `1-2`: make the column one of text, and enter the SKU again";
        let place = Place::line_alone(self.name, Some(*row as usize));
        Diagnostic::warning(self.role.code(), message).help(help).at(place)
    }

    fn unpacked(&self, problem: unpack::UnpackFailure) -> Box<Diagnostic> {
        match problem {
            unpack::UnpackFailure::Damaged(told, help) => {
                let message = format!("the {} `{}` {told}", self.role.what(), self.name.display());
                self.error(Code::File, message, help)
            }
            unpack::UnpackFailure::NotOne(told, help) => {
                self.error(Code::WrongFile, format!("this is no {}: {told}", self.role.what()), help)
            }
            unpack::UnpackFailure::Other(binary) => self.binary(binary),
        }
    }

    fn workbook(&self, problem: workbook::WorkbookFailure) -> Box<Diagnostic> {
        const CSV: &str = "save it again in the spreadsheet program, or as CSV (UTF-8)";
        match problem {
            workbook::WorkbookFailure::Damaged => {
                let message =
                    format!("the {} `{}` cannot be read: the workbook is damaged", self.role.what(), self.name.display());
                self.error(Code::File, message, CSV)
            }
            workbook::WorkbookFailure::NoSheet => {
                self.error(Code::WrongFile, "the first sheet of this workbook is empty".to_owned(), CSV)
            }
            workbook::WorkbookFailure::TooLarge => {
                let most = self.role.most() >> 20;
                let message =
                    format!("the {} `{}` is larger than {most} MB when it is unpacked", self.role.what(), self.name.display());
                self.error(Code::File, message, "export less at once")
            }
            workbook::WorkbookFailure::Cells(CellsWithoutText { why, first, row, count }) => {
                let (what, help) = match why {
                    NoText::Error(error) => (
                        format!("holds the error `{error}`"),
                        "mend or clear the cell in the spreadsheet program, and save the file",
                    ),
                    NoText::NoResult => (
                        "holds a formula that was not worked out".to_owned(),
                        "open the file in a spreadsheet program and save it, so that it holds the results",
                    ),
                    NoText::TooManyDigits => (
                        "holds a number of more than 15 digits, and a workbook keeps no more of them".to_owned(),
                        "make the column one of text, and enter the number again",
                    ),
                };
                let times = match count {
                    1 => String::new(),
                    count => format!(" ({} cells have no value that can be read, this is the first)", text::thousands(count)),
                };
                let place = Place::line_alone(self.name, Some(row as usize));
                Box::new(Diagnostic::error(Code::WrongFile, format!("the cell {first} {what}{times}")).help(help).at(place))
            }
        }
    }
}
