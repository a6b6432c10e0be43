//! A large product export, read in parts by all processors at once, and never held in memory as a whole.
//!
//! Each part's quotes are counted first: whether a part begins inside quotes is known from the parity of those before it, so
//! that every part can be scanned on its own. A part owns the records that follow the line ends in it. What cannot be read
//! exactly so is left to the reader of whole files: quotes inside of cells, a record with too many cells, a file that was cut
//! off or is not UTF-8, a product whose rows do not stand together.

use std::collections::BTreeMap;
use std::fs::File;
use std::hash::BuildHasher;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};

use foldhash::fast::FixedState;

use super::files::{FileFormat, recognize};
use super::records::each_record;
use super::scan::{Marks, has_odd_quotes};
use super::schema::Wanted;
use super::shopify_products::{Columns, Reading};
use super::table::{Oddities, Row, Table};
use super::{Catalog, has_duplicates};
use crate::diagnostic::Diagnostic;
use crate::fingerprint::Fingerprint;

/// How long a part is: small enough for a processor's own memory, large enough to be worth the bother.
const PART: usize = 1 << 21;
/// How much more is read at first, for the record that goes on in the next part.
const TAIL: usize = 1 << 15;
/// Within so much the header must end.
const HEAD: usize = 1 << 16;

/// Reads a file. `None` where it is no product export, or must be read as a whole.
pub fn read(path: &Path, name: &Path, file: u16, wanted: &Wanted, diagnostics: &mut Vec<Diagnostic>) -> Option<Catalog> {
    if recognize(path, None) == Some(FileFormat::Snapshot) {
        return None;
    }
    let before = Fingerprint::of(path)?;
    let opened = File::open(path).ok()?;
    let length = usize::try_from(opened.metadata().ok()?.len()).ok()?;
    let mut head = vec![0; length.min(HEAD)];
    read_at(&opened, &mut head, 0).ok()?;
    let mark = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let mut marks = Marks::default();
    marks.scan(&head[mark..], false);
    let header_end = marks.cells.get((*marks.records.first()? as usize).checked_sub(1)?).copied()? as usize;
    let header = std::str::from_utf8(head.get(mark..=mark + header_end)?).ok()?;
    let table = Table::open(name, header).ok()?;
    if recognize(path, Some(&table)) != Some(FileFormat::Products) {
        return None;
    }
    let mut base = Catalog::storing(wanted);
    let columns = Columns::find(&table, &mut base, wanted);
    let count = (length - mark).div_ceil(PART).max(1);
    let job = Job {
        file: &opened,
        start: mark,
        length: length - mark,
        table: &table,
        columns: &columns,
        read: Reading::columns_read(&columns, wanted),
        wanted,
        number: file,
        base: &base,
        next: AtomicUsize::new(0),
        parities: (0..=count).map(|part| AtomicU8::new(if part == 0 { EVEN } else { UNKNOWN })).collect(),
        given_up: AtomicBool::new(false),
        joined: Mutex::new(Joined { catalog: base.clone(), ..Joined::default() }),
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(count);
    std::thread::scope(|scope| {
        (1..threads).for_each(|_| drop(scope.spawn(|| job.work())));
        job.work();
    });
    let joined = job.joined.into_inner().ok()?;
    // Handles that differ can, at worst, make us read the file as a whole.
    let is_whole = !job.given_up.into_inner() && joined.next == count && !has_duplicates(&joined.handles);
    if !is_whole || Fingerprint::of(path)? != before {
        return None;
    }
    if !joined.odd.is_empty() {
        let text = std::fs::read_to_string(path).ok()?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        joined.odd.report(&Table::open(name, text).ok()?, diagnostics);
    }
    Some(joined.catalog)
}

const UNKNOWN: u8 = 0;
const EVEN: u8 = 1;
const ODD: u8 = 2;

/// What the threads work on.
struct Job<'a> {
    file: &'a File,
    /// Where the text starts in the file, and how long it is.
    start: usize,
    length: usize,
    /// The header alone.
    table: &'a Table<'a>,
    columns: &'a Columns,
    read: Vec<usize>,
    wanted: &'a Wanted,
    number: u16,
    /// A catalog without variants that has what the header declares.
    base: &'a Catalog,
    /// The part that nobody works on yet.
    next: AtomicUsize,
    /// Whether an odd number of quotes stands before each part.
    parities: Vec<AtomicU8>,
    given_up: AtomicBool,
    joined: Mutex<Joined>,
}

/// The parts read so far, in their order.
#[derive(Default)]
struct Joined {
    next: usize,
    waiting: BTreeMap<usize, Part>,
    catalog: Catalog,
    odd: Oddities,
    /// A hash of each product's handle; blank ones aside.
    handles: Vec<u64>,
    last_handle: String,
    lines: u32,
}

/// What was read of a part.
struct Part {
    catalog: Catalog,
    odd: Oddities,
    handles: Vec<u64>,
    first_handle: String,
    last_handle: String,
    begins_with_variant: bool,
    /// How many line ends stand in the part.
    lines: u32,
}

impl Job<'_> {
    fn work(&self) {
        let (mut buffer, mut marks) = (vec![], Marks::default());
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number + 1 >= self.parities.len() || self.given_up.load(Ordering::Relaxed) {
                return;
            }
            let done = self.part(number, &mut buffer, &mut marks).and_then(|part| self.join(number, part));
            if done.is_none() {
                self.given_up.store(true, Ordering::Relaxed);
                return;
            }
        }
    }

    /// Reads a part; `None` where the file must be read as a whole.
    fn part(&self, number: usize, buffer: &mut Vec<u8>, marks: &mut Marks) -> Option<Part> {
        let begin = number * PART;
        let own = PART.min(self.length - begin);
        let mut tail = TAIL;
        self.fill(buffer, begin, own + tail)?;
        let in_quotes = self.parity_before(number)?;
        let odd = has_odd_quotes(&buffer[..own]);
        self.parities[number + 1].store(if in_quotes == odd { EVEN } else { ODD }, Ordering::Release);
        loop {
            marks.scan(buffer, in_quotes);
            if marks.strange {
                return None;
            }
            let at_end = begin + buffer.len() == self.length;
            let last = marks.records.last().and_then(|&cells| marks.cells.get(cells as usize - 1));
            if at_end {
                self.finish(buffer, marks)?;
                break;
            }
            if last.is_some_and(|&last| last as usize >= own) {
                break;
            }
            // A record is longer than what was read of the next part.
            tail = tail.checked_mul(2)?;
            self.fill(buffer, begin, own + tail)?;
        }
        self.records(buffer, own, marks)
    }

    fn fill(&self, buffer: &mut Vec<u8>, begin: usize, length: usize) -> Option<()> {
        let length = length.min(self.length - begin);
        u32::try_from(length).ok()?;
        buffer.resize(length, 0);
        read_at(self.file, buffer, self.start + begin).ok()
    }

    fn parity_before(&self, number: usize) -> Option<bool> {
        loop {
            match self.parities[number].load(Ordering::Acquire) {
                UNKNOWN if self.given_up.load(Ordering::Relaxed) => return None,
                // Whoever has the part before is about to tell.
                UNKNOWN => std::thread::yield_now(),
                parity => return Some(parity == ODD),
            }
        }
    }

    /// The end of the file: it must not lie inside quotes, and a last line without a line end must have all its cells.
    fn finish(&self, buffer: &[u8], marks: &mut Marks) -> Option<()> {
        if marks.in_quotes {
            return None;
        }
        if buffer.last().is_some_and(|&last| last != b'\n') {
            let before = marks.records.last().map_or(0, |&cells| cells as usize);
            marks.cells.push(u32::try_from(buffer.len()).ok()?);
            marks.records.push(u32::try_from(marks.cells.len()).ok()?);
            let cells = marks.cells.len() - before;
            let is_short = cells < self.table.headers().len() && !buffer.ends_with(b"\r");
            // Where the record began in an earlier part, that one has all of it.
            return (!is_short || marks.records.len() == 1).then_some(());
        }
        Some(())
    }

    fn records(&self, buffer: &[u8], own: usize, marks: &Marks) -> Option<Part> {
        let mut part = Part {
            catalog: self.base.clone(),
            odd: Oddities::default(),
            handles: vec![],
            first_handle: String::new(),
            last_handle: String::new(),
            begins_with_variant: true,
            lines: 0,
        };
        let end_of = |record: usize| marks.records.get(record).and_then(|&cells| marks.cells.get(cells as usize - 1)).copied();
        let before_own = |ends: &[u32]| ends.partition_point(|&end| (end as usize) < own);
        let owned = marks.records.partition_point(|&cells| (marks.cells[cells as usize - 1] as usize) < own);
        part.lines = u32::try_from(owned + before_own(&marks.quoted_line_ends)).ok()?;
        // The first record is the header, or began in the part before; the last one follows the last line end of this part.
        let (Some(first), Some(last)) = (end_of(0), end_of(owned).or_else(|| end_of(owned.checked_sub(1)?))) else {
            return Some(part);
        };
        let offset = (first as usize + 1).min(buffer.len());
        let text = std::str::from_utf8(buffer.get(offset..(last as usize).max(offset))?).ok()?;
        let mut reading = Reading::new(self.table, self.columns, self.wanted, self.number);
        let hasher = FixedState::with_seed(0);
        let most = self.table.headers().len();
        let mut sound = true;
        each_record(marks, text, offset, 1, own, &self.read, |record, lines| {
            if record.len() > most {
                sound = false;
                return false;
            }
            if record.is_blank() {
                return true;
            }
            let row = Row::scanned(record, u32::try_from(lines + 1).unwrap_or(u32::MAX));
            if reading.row(&row, &mut part.catalog, |_| None).is_some() && !reading.handle.is_empty() {
                if part.handles.is_empty() && part.catalog.option_names.len() == 1 {
                    part.first_handle.clone_from(&reading.handle);
                }
                part.handles.push(hasher.hash_one(reading.handle.as_str()));
            }
            true
        });
        part.last_handle = reading.handle;
        part.begins_with_variant = reading.begins_with_variant;
        part.odd = reading.odd;
        sound.then_some(part)
    }

    /// Takes a part in, once those before it are.
    fn join(&self, number: usize, part: Part) -> Option<()> {
        let mut joined = self.joined.lock().ok()?;
        joined.waiting.insert(number, part);
        loop {
            let next = joined.next;
            let Some(part) = joined.waiting.remove(&next) else { return Some(()) };
            joined.append(part)?;
        }
    }
}

impl Joined {
    /// Adds the part that follows; `None` where its first rows would have been read otherwise after those before it.
    fn append(&mut self, part: Part) -> Option<()> {
        let same_product = !part.first_handle.is_empty() && part.first_handle == self.last_handle;
        if same_product && !part.begins_with_variant {
            return None;
        }
        let has_rows = !part.catalog.is_empty();
        self.handles.extend(part.handles.iter().skip(usize::from(same_product)));
        self.catalog.append(part.catalog, self.lines, same_product);
        self.odd.append(part.odd, self.lines);
        self.lines += part.lines;
        self.next += 1;
        if has_rows {
            self.last_handle = part.last_handle;
        }
        Some(())
    }
}

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
