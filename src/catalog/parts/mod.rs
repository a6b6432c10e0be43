//! A large product export, read in parts by all processors at once, and never held in memory as a whole.
//!
//! Whether a part begins inside quotes is guessed from its first bytes, since only one of both nearly always makes sense of
//! them. When parts are joined, in order, the part before tells: one that was guessed wrongly is then read again. A part owns
//! the records that follow the line ends in it. What cannot be read exactly so is left to the reader of whole files: quotes
//! inside of cells, a record with too many cells, a file that was cut off or is not UTF-8, a product whose rows do not stand
//! together.

mod joined;
mod taken;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::Catalog;
use super::files::{FileFormat, recognize};
use super::product_columns::Columns;
use super::scan::{Marks, has_odd_quotes};
use super::schema::Wanted;
use super::shopify_products::Reading;
use super::stretches::Stretch;
use super::table::{Table, count_lines};
use crate::diagnostic::Diagnostic;
use crate::fingerprint::Fingerprint;
use crate::parallel;
use joined::Joining;
use taken::{Part, Plan, Quotes, Taken};

/// How much is read and scanned at once, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// A part: large enough to be worth the bother, and so small that the processor has most of it at hand.
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
/// So many windows are read at once.
const WINDOWS: usize = 8;
/// The longest file of which odd cells are shown.
const QUOTED: usize = 2 << 30;
/// The longest record that is read with its part.
const RECORD: usize = 1 << 28;
/// Within so much the header must end.
const HEAD: usize = 1 << 16;

/// Reads a file, `name` in messages and number `file` in places. `None` where it is no product export, or must be read as a
/// whole.
pub fn read(
    path: &Path,
    name: &Path,
    file: u16,
    wanted: &Wanted,
    diagnostics: &mut Vec<Diagnostic>,
    sizes: Sizes,
) -> Option<Catalog> {
    if recognize(path, None) == Some(FileFormat::Snapshot) {
        return None;
    }
    let before = Fingerprint::of(path)?;
    let opened = File::open(path).ok()?;
    let length = usize::try_from(opened.metadata().ok()?.len()).ok()?;
    let mut head = Stretch::of(&opened);
    head.hold(0..length.min(HEAD), 0)?;
    let head = head.get(0..length.min(HEAD));
    let mark = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let mut marks = Marks::default();
    marks.scan(&head[mark..], false);
    marks.find_records(&head[mark..], 1);
    let header_end = marks.end_of(0)?;
    let header = std::str::from_utf8(head.get(mark..=mark + header_end)?).ok()?;
    let table = Table::open(name, header).ok()?;
    if recognize(path, Some(&table)) != Some(FileFormat::Products) {
        return None;
    }
    let mut base = Catalog::storing(wanted);
    let columns = Columns::find(&table, &mut base, wanted);
    let sizes = sizes.of(length - mark);
    let count = (length - mark).div_ceil(sizes.part).max(1);
    let read = Reading::columns_read(&table, &columns, wanted);
    let job = Job {
        sizes,
        file: &opened,
        start: mark,
        end: length,
        plan: Plan { table: &table, columns: &columns, read, wanted, file, base: &base },
        next: AtomicUsize::new(0),
        given_up: AtomicBool::new(false),
        joining: Joining::new(base.clone(), count),
    };
    if count == 1 {
        job.work();
    } else {
        parallel::by_all(|| job.work());
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
    Some(joined.catalog)
}

/// What the threads work on.
struct Job<'a> {
    sizes: Sizes,
    file: &'a File,
    /// Where the text starts in the file, and where it ends.
    start: usize,
    end: usize,
    plan: Plan<'a>,
    /// The part that nobody works on yet.
    next: AtomicUsize,
    given_up: AtomicBool,
    joining: Joining,
}

impl<'a> Job<'a> {
    fn work(&self) {
        let (mut stretch, mut marks) = (Stretch::of(self.file), Marks::default());
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.joining.count || self.given_up.load(Ordering::Relaxed) {
                return;
            }
            let part = self.part(number, None, &mut stretch, &mut marks);
            let again = |number, in_quotes| self.part(number, Some(in_quotes), &mut stretch, &mut marks);
            if self.joining.join(number, part, again).is_none() {
                self.given_up.store(true, Ordering::Relaxed);
                return;
            }
        }
    }

    fn join_rest(&self) -> Option<()> {
        let (mut stretch, mut marks) = (Stretch::of(self.file), Marks::default());
        self.joining.join_rest(|number, in_quotes| self.part(number, Some(in_quotes), &mut stretch, &mut marks))
    }

    /// Reads a part that begins inside quotes or not, which is guessed where it is not known. `None` where that cannot be done:
    /// because of a wrong guess, or because the file must be read as a whole.
    fn part(&self, number: usize, known: Option<bool>, stretch: &mut Stretch<'a>, marks: &mut Marks) -> Option<Part> {
        let begin = self.start + number * self.sizes.part;
        let own_end = self.end.min(begin + self.sizes.part);
        let in_quotes = match known {
            Some(in_quotes) => in_quotes,
            None => number > 0 && self.seems_in_quotes(begin..own_end, stretch, marks)?,
        };
        let spare = self.joining.spare().unwrap_or_else(|| Part::new(self.plan.base));
        let mut taken = Taken::new(&self.plan, spare);
        // The first record is the header, or began in the part before.
        let mut window = Window { start: begin, in_quotes, skips: 1 };
        let mut quotes = Quotes { before: in_quotes, after: in_quotes };
        while window.start <= own_end && window.start < self.end {
            let mut length = self.sizes.window;
            let next = loop {
                let end = self.end.min(window.start + length);
                self.hold(window.start..end, own_end, stretch)?;
                let bytes = stretch.get(window.start..end);
                match self.window(&mut taken, &window, bytes, own_end - window.start, end == self.end, marks)? {
                    Some(next) => break window.start + next,
                    // No record ends in the part: what stands in it is of one that began before, and is another part's.
                    None if window.skips > 0 && end > own_end => {
                        taken.set_lines(count_lines(stretch.get(begin..own_end)))?;
                        break end;
                    }
                    None if end == self.end => return None,
                    None => length *= 2,
                }
            };
            if next >= own_end {
                quotes.after = window.in_quotes != has_odd_quotes(stretch.get(window.start..own_end));
            }
            window = Window { start: next, in_quotes: false, skips: 0 };
        }
        Some(taken.into_part(quotes))
    }

    /// Whether a part seems to begin inside quotes, by its first bytes: they make no sense if it does not.
    fn seems_in_quotes(&self, own: Range<usize>, stretch: &mut Stretch<'a>, marks: &mut Marks) -> Option<bool> {
        let first = own.start..own.end.min(own.start + self.sizes.window);
        self.hold(first.clone(), own.end, stretch)?;
        marks.scan(stretch.get(first), false);
        Some(marks.strange)
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
        marks: &mut Marks,
    ) -> Option<Option<usize>> {
        marks.scan(bytes, window.in_quotes);
        if marks.strange {
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

    /// Has a range of the file at hand, and with it more of the part that ends there, or a little beyond. `None` where the file
    /// must be read as a whole.
    fn hold(&self, range: Range<usize>, own_end: usize, stretch: &mut Stretch<'a>) -> Option<()> {
        if range.len() > RECORD {
            return None;
        }
        let ahead = (range.start + self.sizes.window * WINDOWS).min(own_end + self.sizes.tail).min(self.end);
        stretch.hold(range, ahead)
    }

    /// The end of the file: it must not lie inside quotes, and a last line without a line end must have all its cells, unless
    /// its record `began_before`: then another part has looked at it.
    fn finish(&self, bytes: &[u8], marks: &mut Marks, began_before: bool) -> Option<()> {
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
