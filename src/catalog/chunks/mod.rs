//! A large product export, read in parts by all processors at once, and never held in memory as a whole.
//!
//! Whether a part begins inside quotes is guessed from its first bytes, since only one of both nearly always makes sense of
//! them. When parts are joined, in order, the part before tells: one that was guessed wrongly is then read again. A part owns
//! the records that follow the line ends in it. What cannot be read exactly so is left to the reader of whole files: quotes
//! inside of cells, a record with too many cells, a file that was cut off or is no UTF-8 text, a product whose rows do not stand
//! together.

mod joined;
mod taken;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::Catalog;
use super::product_columns::{Columns, doubled};
use super::shopify_products::Reading;
use crate::diagnostic::{Code, Diagnostic};
use crate::fields::Projection;
use crate::files::Fingerprint;
use crate::files::{FileKind, by_header, cut_number};
use crate::parallel;
use crate::table::long_records::LONGEST;
use crate::table::structural_index::{StructuralIndex, has_odd_quotes};
use crate::table::{Table, count_lines};
use joined::Joining;
use taken::{Part, Plan, Quotes, Taken};

/// How much is read and scanned at once, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// A part, which is read at once: with 2 MiB an emission takes 2 to 3% less time than with half or twice as much.
    pub part: usize,
    /// How much more is read at first, for the record that goes on in the next part.
    pub tail: usize,
    /// How much is scanned before its records are read: so little that it is still at hand.
    pub window: usize,
}

impl Sizes {
    /// Those for so many bytes: of a small file each processor gets several parts as well, so that all are done at once, as long
    /// as a part is long beside its tail.
    fn of(self, length: usize) -> Self {
        const PARTS: usize = 16;
        Sizes { part: self.part.min((length / PARTS).max(self.tail * 4)), ..self }
    }
}

/// The sizes that large files are read with.
pub const SIZES: Sizes = Sizes { part: 1 << 21, tail: 1 << 14, window: 1 << 14 };
/// The longest file of which odd cells are shown.
const QUOTED: usize = 2 << 30;
/// Within so much the header must end.
const HEAD: usize = 1 << 16;

/// Reads a file, `name` in messages and number `file` in places. `None` where it is no product export, or must be read as a
/// whole.
pub fn read(
    path: &Path,
    name: &Path,
    file: u16,
    wanted: &Projection,
    diagnostics: &mut Vec<Diagnostic>,
    sizes: Sizes,
) -> Option<Catalog> {
    // A pipe can be read only once, from its start to its end.
    let before = Fingerprint::of(path).filter(Fingerprint::is_of_file)?;
    let opened = File::open(path).ok()?;
    let length = usize::try_from(opened.metadata().ok()?.len()).ok()?;
    let mut head = vec![0; length.min(HEAD)];
    read_at(&opened, &mut head, 0).ok()?;
    let mark = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let mut marks = StructuralIndex::default();
    marks.scan(&head[mark..], false);
    marks.find_records(&head[mark..], 1);
    let header_end = marks.end_of(0)?;
    let header = std::str::from_utf8(head.get(mark..=mark + header_end)?).ok()?;
    let table = Table::open(name, header).ok()?;
    let is_products = matches!(by_header(table.headers()), Some(FileKind::Products | FileKind::Matrixify));
    if !table.is_plain() || !is_products || doubled(&table).is_some() {
        return None;
    }
    let mut base = Catalog::storing(wanted);
    let columns = Columns::find(&table, &mut base, wanted);
    let sizes = sizes.of(length - mark);
    let count = (length - mark).div_ceil(sizes.part).max(1);
    let read = Reading::columns_read(&table, &columns, wanted);
    let job = Job {
        sizes,
        opened: &opened,
        start: mark,
        length: length - mark,
        plan: Plan { table: &table, columns: &columns, read, wanted, file, base: &base },
        next: AtomicUsize::new(0),
        given_up: AtomicBool::new(false),
        joining: Joining::new(base.clone(), count),
    };
    if count == 1 {
        job.work();
    } else {
        parallel::broadcast(|| job.work());
    }
    job.join_rest()?;
    let joined = job.joining.finish()?;
    if job.given_up.load(Ordering::Relaxed) || Fingerprint::of(path)? != before {
        return None;
    }
    if !joined.odd.is_empty() {
        // Of a file that is too large to be read as a whole, places are told without an excerpt.
        let text = if length <= QUOTED { std::fs::read_to_string(path).ok()? } else { header.to_owned() };
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        joined.odd.report(&Table::open(name, text).ok()?, diagnostics);
    }
    if job.plan.read.last() == Some(&true) {
        let row = last_row(&opened, length)?;
        let cut = row.as_deref().and_then(|row| cut_number(name, joined.lines as usize + 1, row, ',', Code::CatalogOddity));
        diagnostics.extend(cut);
    }
    Some(joined.catalog)
}

/// The last line of a file, where neither a line end nor a quote ends it, or what its last bytes hold of it; the inner `None` where
/// one does, the outer where the disk fails.
#[allow(clippy::option_option)] // the outer one is for files that must be read as a whole
fn last_row(opened: &File, length: usize) -> Option<Option<String>> {
    let mut tail = vec![0; length.min(HEAD)];
    let start = length - tail.len();
    read_at(opened, &mut tail, start).ok()?;
    if tail.last().is_none_or(|last| matches!(last, b'\n' | b'\r' | b'"')) {
        return Some(None);
    }
    let row = tail.rsplit(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    Some(Some(String::from_utf8_lossy(row).into_owned()))
}

/// What the threads work on.
struct Job<'a> {
    sizes: Sizes,
    opened: &'a File,
    /// Where the text starts in the file, and how long it is.
    start: usize,
    length: usize,
    plan: Plan<'a>,
    /// The part that nobody works on yet.
    next: AtomicUsize,
    given_up: AtomicBool,
    joining: Joining,
}

impl Job<'_> {
    fn work(&self) {
        let (mut buffer, mut marks) = (vec![], StructuralIndex::default());
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.joining.count || self.given_up.load(Ordering::Relaxed) {
                return;
            }
            let part = self.part(number, None, &mut buffer, &mut marks);
            let again = |number, in_quotes| self.part(number, Some(in_quotes), &mut buffer, &mut marks);
            if self.joining.join(number, part, again).is_none() {
                self.given_up.store(true, Ordering::Relaxed);
                return;
            }
        }
    }

    fn join_rest(&self) -> Option<()> {
        let (mut buffer, mut marks) = (vec![], StructuralIndex::default());
        self.joining.join_rest(|number, in_quotes| self.part(number, Some(in_quotes), &mut buffer, &mut marks))
    }

    /// Reads a part that begins inside quotes or not, which is guessed where it is not known. `None` where that cannot be done:
    /// because of a wrong guess, or because the file must be read as a whole.
    fn part(&self, number: usize, known: Option<bool>, buffer: &mut Vec<u8>, marks: &mut StructuralIndex) -> Option<Part> {
        let begin = number * self.sizes.part;
        let own = self.sizes.part.min(self.length - begin);
        self.fill(buffer, begin, own + self.sizes.tail)?;
        let in_quotes = known.unwrap_or_else(|| number > 0 && self.seems_in_quotes(&buffer[..own], marks));
        let spare = self.joining.spare().unwrap_or_else(|| Part::new(self.plan.base));
        let mut taken = Taken::new(&self.plan, spare);
        // The first record is the header, or began in the part before.
        let mut window = Window { start: 0, in_quotes, skips: 1 };
        let mut quotes = Quotes { before: in_quotes, after: in_quotes };
        while window.start <= own && window.start < buffer.len() {
            let mut length = self.sizes.window;
            let next = loop {
                let end = (window.start + length).min(buffer.len());
                let at_end = begin + end == self.length;
                match self.window(&mut taken, &window, &buffer[window.start..end], own - window.start, at_end, marks)? {
                    Some(next) => break window.start + next,
                    // No record ends in the part: what stands in it is of one that began before, and is another part's.
                    None if window.skips > 0 && end > own => {
                        taken.set_lines(count_lines(&buffer[..own]))?;
                        break buffer.len();
                    }
                    None if end < buffer.len() => length *= 2,
                    // A record is longer than what was read of the next part.
                    None => {
                        let more = buffer.len().checked_mul(2)?;
                        self.fill(buffer, begin, more)?;
                    }
                }
            };
            if next >= own {
                quotes.after = window.in_quotes != has_odd_quotes(&buffer[window.start..own]);
            }
            window = Window { start: next, in_quotes: false, skips: 0 };
        }
        Some(taken.into_part(quotes))
    }

    /// Whether a part seems to begin inside quotes, by its first bytes: they make no sense if it does not.
    fn seems_in_quotes(&self, bytes: &[u8], marks: &mut StructuralIndex) -> bool {
        marks.scan(&bytes[..self.sizes.window.min(bytes.len())], false);
        marks.strange
    }

    /// Reads the records that end in a window. Where the next one starts, in the window; `None` where no record ends in it.
    #[allow(clippy::option_option)] // the outer one is for files that must be read as a whole
    fn window(
        &self,
        taken: &mut Taken<'_>,
        window: &Window,
        bytes: &[u8],
        own: usize,
        at_end: bool,
        marks: &mut StructuralIndex,
    ) -> Option<Option<usize>> {
        marks.scan(bytes, window.in_quotes);
        // No text has a byte of zero: who reads the whole file says where it stands.
        if marks.strange || memchr::memchr(0, bytes).is_some() {
            return None;
        }
        marks.find_records(bytes, self.plan.table.headers().len());
        if at_end {
            self.finish(bytes, marks, window.skips > 0)?;
        }
        let Some(last) = marks.records.len().checked_sub(1).and_then(|last| marks.end_of(last)) else { return Some(None) };
        // In the first window, what stands before the first line end is another part's, which has looked at it.
        let offset = match window.skips {
            0 => 0,
            _ => marks.end_of(0)? + 1,
        };
        // SAFETY: these are the bytes that were scanned above.
        #[allow(unsafe_code)]
        let text = unsafe { marks.text(bytes, offset.min(last), last) }?;
        taken.records(marks, bytes, (offset, text), window.skips, own)?;
        Some(Some(last + 1))
    }

    /// Reads so many bytes from a place of the text on, or as many as there are. `None` where that is more than a record may have,
    /// or where the disk fails.
    fn fill(&self, buffer: &mut Vec<u8>, begin: usize, length: usize) -> Option<()> {
        let length = length.min(self.length - begin);
        if length > LONGEST {
            return None;
        }
        buffer.resize(length, 0);
        read_at(self.opened, buffer, self.start + begin).ok()
    }

    /// The end of the file: it must not lie inside quotes, and a last line without a line end must have all its cells, unless
    /// its record `began_before`: then another part has looked at it.
    fn finish(&self, bytes: &[u8], marks: &mut StructuralIndex, began_before: bool) -> Option<()> {
        if marks.in_quotes {
            return None;
        }
        if bytes.last().is_some_and(|&last| last != b'\n') {
            let before = marks.records.last().map_or(0, |&last| last as usize);
            marks.end_record(bytes.len())?;
            let is_short = marks.ends.len() - 1 - before < self.plan.table.headers().len() && !bytes.ends_with(b"\r");
            return (!is_short || began_before && marks.records.len() == 1).then_some(());
        }
        Some(())
    }
}

/// Where a window starts in its part, whether inside quotes, and how many of its records are not read.
struct Window {
    start: usize,
    in_quotes: bool,
    skips: usize,
}

/// Reads bytes from a place of a file on, until the buffer is full.
#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: usize) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, at as u64)
}

#[cfg(windows)]
fn read_at(file: &File, mut buffer: &mut [u8], at: usize) -> std::io::Result<()> {
    let mut at = at as u64;
    while !buffer.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, buffer, at)?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        (buffer, at) = (&mut buffer[read..], at + read as u64);
    }
    Ok(())
}
