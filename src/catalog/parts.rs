//! A large product export, read in parts by all processors at once, and never held in memory as a whole.
//!
//! Each part's quotes are counted first: whether a part begins inside quotes is known from the parity of those before it, so
//! that every part can be scanned on its own. A part owns the records that follow the line ends in it. What cannot be read
//! exactly so is left to the reader of whole files: quotes inside of cells, a record with too many cells, a file that was cut
//! off or is not UTF-8, a product whose rows do not stand together.

use std::collections::BTreeMap;
use std::fs::File;
use std::hash::BuildHasher;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Mutex, TryLockError};

use foldhash::fast::FixedState;

use super::Catalog;
use super::columns::Moved;
use super::files::{FileFormat, recognize};
use super::joining::{Hashes, repeated};
use super::product_columns::Columns;
use super::records::Scanned;
use super::scan::{Marks, has_odd_quotes};
use super::schema::Wanted;
use super::shopify_products::Reading;
use super::stretches::{Stretch, Stretches};
use super::table::{Oddities, Row, Table};
use crate::diagnostic::Diagnostic;
use crate::fingerprint::Fingerprint;
use crate::parallel;

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
pub const SIZES: Sizes = Sizes { part: 1 << 19, tail: 1 << 14, window: 1 << 14 };
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
    let stretches = Stretches::of(&opened, length);
    let mut head = Stretch::default();
    stretches.read(0, length.min(HEAD), &mut head)?;
    let mark = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let mut marks = Marks::default();
    marks.scan(&head[mark..], false);
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
    let job = Job {
        sizes,
        stretches: &stretches,
        start: mark,
        length: length - mark,
        table: &table,
        columns: &columns,
        read: Reading::columns_read(&table, &columns, wanted),
        wanted,
        number: file,
        base: &base,
        next: AtomicUsize::new(0),
        parities: (0..=count).map(|part| AtomicU8::new(if part == 0 { EVEN } else { UNKNOWN })).collect(),
        given_up: AtomicBool::new(false),
        waiting: Mutex::default(),
        joined: Mutex::new(Joined { catalog: base.clone(), ..Joined::default() }),
    };
    if count == 1 {
        job.work();
    } else {
        parallel::by_all(|| job.work());
    }
    let mut joined = job.joined.lock().ok()?;
    job.join_waiting(&mut joined)?;
    let joined = std::mem::take(&mut *joined);
    // Handles that differ can, at worst, make us read the file as a whole.
    let handles = |range: Range<usize>| Hashes::<u64>::of(joined.handles[range].iter().copied());
    let is_whole = !job.given_up.load(Ordering::Relaxed)
        && joined.next == count
        && repeated(&parallel::ranges(joined.handles.len(), handles)).is_empty();
    if !is_whole || Fingerprint::of(path)? != before {
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

const UNKNOWN: u8 = 0;
const EVEN: u8 = 1;
const ODD: u8 = 2;

/// What the threads work on.
struct Job<'a> {
    sizes: Sizes,
    stretches: &'a Stretches<'a>,
    /// Where the text starts in the file, and how long it is.
    start: usize,
    length: usize,
    /// The header alone.
    table: &'a Table<'a>,
    columns: &'a Columns,
    /// Of each column, whether its text counts.
    read: Vec<bool>,
    wanted: &'a Wanted,
    number: u16,
    /// A catalog without variants that has what the header declares.
    base: &'a Catalog,
    /// The part that nobody works on yet.
    next: AtomicUsize,
    /// Whether an odd number of quotes stands before each part.
    parities: Vec<AtomicU8>,
    given_up: AtomicBool,
    waiting: Mutex<Waiting>,
    joined: Mutex<Joined>,
}

/// Parts that are about to be joined, and those that have been.
#[derive(Default)]
struct Waiting {
    parts: BTreeMap<usize, Part>,
    spare: Vec<Part>,
}

/// The parts read so far, in their order.
#[derive(Default)]
struct Joined {
    next: usize,
    catalog: Catalog,
    odd: Oddities,
    /// A hash of each product's handle; blank ones aside.
    handles: Vec<u64>,
    last_handle: String,
    lines: u32,
}

/// What was read of a part. Its memory is used again for another one.
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

impl<'a> Job<'a> {
    fn work(&self) {
        let (mut buffer, mut marks) = (Stretch::default(), Marks::default());
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
    fn part(&self, number: usize, buffer: &mut Stretch<'a>, marks: &mut Marks) -> Option<Part> {
        let begin = number * self.sizes.part;
        let own = self.sizes.part.min(self.length - begin);
        self.fill(buffer, begin, own + self.sizes.tail)?;
        let in_quotes = self.parity_before(number)?;
        let odd = has_odd_quotes(&buffer[..own]);
        self.parities[number + 1].store(if in_quotes == odd { EVEN } else { ODD }, Ordering::Release);
        let mut taken = Taken::new(self);
        // The first record is the header, or began in the part before.
        let mut window = Window { start: 0, in_quotes, skips: 1 };
        while window.start <= own && window.start < buffer.len() {
            let mut length = self.sizes.window;
            loop {
                let end = (window.start + length).min(buffer.len());
                let at_end = begin + end == self.length;
                match self.window(&mut taken, &window, &buffer[window.start..end], own - window.start, at_end, marks)? {
                    Some(next) => {
                        window = Window { start: window.start + next, in_quotes: false, skips: 0 };
                        break;
                    }
                    // No record ends in the part: what stands in it is of one that began before, and is another part's.
                    None if window.skips > 0 && end > own => {
                        taken.part.lines =
                            u32::try_from(marks.quoted_line_ends.partition_point(|&at| (at as usize) < own)).ok()?;
                        return Some(taken.into_part());
                    }
                    None if end < buffer.len() => length *= 2,
                    // A record is longer than what was read of the next part.
                    None => {
                        let more = buffer.len().checked_mul(2)?;
                        self.fill(buffer, begin, more)?;
                    }
                }
            }
        }
        Some(taken.into_part())
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
        if at_end {
            self.finish(bytes, marks, window.skips > 0)?;
        }
        let Some(last) = marks.records.len().checked_sub(1).and_then(|last| marks.end_of(last)) else { return Some(None) };
        let text = &bytes[..last.min(bytes.len())];
        // In the first window, what stands before the first line end is another part's, which has looked at it.
        let offset = match window.skips {
            0 => 0,
            _ => marks.end_of(0)? + 1,
        };
        let text = simdutf8::basic::from_utf8(text.get(offset.min(text.len())..)?).ok()?;
        taken.records(marks, bytes, (offset, text), window.skips, own)?;
        Some(Some(last + 1))
    }

    fn fill(&self, buffer: &mut Stretch<'a>, begin: usize, length: usize) -> Option<()> {
        let length = length.min(self.length - begin);
        if length > RECORD {
            return None;
        }
        self.stretches.read(self.start + begin, length, buffer)
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

    /// The end of the file: it must not lie inside quotes, and a last line without a line end must have all its cells, unless
    /// its record `began_before`: then another part has looked at it.
    fn finish(&self, bytes: &[u8], marks: &mut Marks, began_before: bool) -> Option<()> {
        if marks.in_quotes {
            return None;
        }
        if bytes.last().is_some_and(|&last| last != b'\n') {
            let before = marks.records.last().copied().unwrap_or(0);
            let last = u32::try_from(marks.ends.len()).ok()?;
            marks.ends.push(u32::try_from(bytes.len()).ok()?);
            marks.records.push(last);
            let is_short = ((last - before) as usize) < self.table.headers().len() && !bytes.ends_with(b"\r");
            return (!is_short || began_before && marks.records.len() == 1).then_some(());
        }
        Some(())
    }

    /// Has a part joined, once those before it are: by another thread, if one is joining, since threads that wait for each
    /// other here would do so again with the next parts.
    fn join(&self, number: usize, part: Part) -> Option<()> {
        self.waiting.lock().ok()?.parts.insert(number, part);
        match self.joined.try_lock() {
            Ok(mut joined) => self.join_waiting(&mut joined),
            Err(TryLockError::WouldBlock) => Some(()),
            Err(TryLockError::Poisoned(_)) => None,
        }
    }

    /// Joins the parts that wait and follow.
    fn join_waiting(&self, joined: &mut Joined) -> Option<()> {
        loop {
            let next = self.waiting.lock().ok()?.parts.remove(&joined.next);
            let Some(mut part) = next else { return Some(()) };
            joined.append(&mut part, self.parities.len() - 2 - joined.next)?;
            self.waiting.lock().ok()?.spare.push(part);
        }
    }
}

/// Where a window starts in its part, whether inside quotes, and how many of its records are not read.
struct Window {
    start: usize,
    in_quotes: bool,
    skips: usize,
}

/// What was taken from a part so far.
struct Taken<'j> {
    job: &'j Job<'j>,
    reading: Reading<'j>,
    part: Part,
    /// How many line ends stand before the window.
    lines: usize,
    hasher: FixedState,
}

impl<'j> Taken<'j> {
    fn new(job: &'j Job<'j>) -> Self {
        let spare = job.waiting.lock().ok().and_then(|mut waiting| waiting.spare.pop());
        let part = spare.unwrap_or_else(|| Part {
            catalog: job.base.clone(),
            odd: Oddities::default(),
            handles: vec![],
            first_handle: String::new(),
            last_handle: String::new(),
            begins_with_variant: true,
            lines: 0,
        });
        let reading = Reading::new(job.table, job.columns, job.wanted, job.number);
        Taken { job, reading, part, lines: 0, hasher: FixedState::with_seed(0) }
    }

    /// Takes the records of a window, save the first ones that are skipped, and those that follow a line end from `own` on.
    fn records(&mut self, marks: &Marks, bytes: &[u8], text: (usize, &str), skips: usize, own: usize) -> Option<()> {
        let Taken { job, reading, part, lines: before, hasher } = self;
        let most = job.table.headers().len();
        let scanned = Scanned::new(marks, bytes, text, skips, own, &job.read);
        let mut variants = Vec::with_capacity(scanned.records().len());
        for (record, lines) in scanned.records() {
            if record.len() > most {
                return None;
            }
            let row = Row { line: u32::try_from(*before + lines as usize + 1).unwrap_or(u32::MAX), cells: record };
            let Some(found) = reading.product(row, &mut part.catalog, |_| None) else { continue };
            if found.is_new && !reading.handle.is_empty() {
                if part.handles.is_empty() && part.catalog.products() == 1 {
                    part.first_handle.clone_from(&reading.handle);
                }
                part.handles.push(hasher.hash_one(reading.handle.as_str()));
            }
            if found.has_variant {
                variants.push((row, found.product));
            }
        }
        reading.variants(&variants, &mut part.catalog);
        let records_in_own = marks.records.partition_point(|&last| (marks.ends[last as usize] as usize) < own);
        let in_own = records_in_own + marks.quoted_line_ends.partition_point(|&end| (end as usize) < own);
        part.lines = u32::try_from(*before + in_own).ok()?;
        *before += marks.records.len() + marks.quoted_line_ends.len() - behind(marks);
        Some(())
    }

    fn into_part(self) -> Part {
        let Taken { reading, mut part, .. } = self;
        part.last_handle = reading.handle;
        part.begins_with_variant = reading.begins_with_variant;
        part.odd = reading.odd;
        part
    }
}

/// How many line ends inside quotes stand behind the last record.
fn behind(marks: &Marks) -> usize {
    let last = marks.records.last().map_or(0, |&last| marks.ends[last as usize]);
    marks.quoted_line_ends.len() - marks.quoted_line_ends.partition_point(|&end| end < last)
}

impl Joined {
    /// Adds the part that follows, before so many others; `None` where its first rows would have been read otherwise after those before it.
    fn append(&mut self, part: &mut Part, ahead: usize) -> Option<()> {
        let same_product = !part.first_handle.is_empty() && part.first_handle == self.last_handle;
        if same_product && !part.begins_with_variant {
            return None;
        }
        let has_rows = !part.catalog.is_empty();
        let of_product = Moved { from: usize::from(same_product), ahead };
        of_product.take(&mut self.handles, &mut part.handles, |hash| hash);
        self.catalog.append(&mut part.catalog, self.lines, same_product, ahead);
        self.odd.append(std::mem::take(&mut part.odd), self.lines);
        self.lines += part.lines;
        self.next += 1;
        if has_rows {
            self.last_handle.clone_from(&part.last_handle);
        }
        part.first_handle.clear();
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::catalog::{Input, load};
    use crate::diagnostic::any_error;

    /// Everything that a catalog says of its variants, in words.
    fn told(catalog: &Catalog) -> Vec<String> {
        let world_of = |variant: usize| {
            let product = catalog.product_of(variant);
            let texts = [&catalog.handle, &catalog.title, &catalog.vendor, &catalog.product_type, &catalog.status];
            let of_product: Vec<_> = texts.iter().map(|column| column.get(product)).collect();
            let tags: Vec<_> = catalog.tags.get(product).collect();
            let options = catalog.option_names.get(product).map(|names| {
                let values = names.iter().zip(&catalog.option_values);
                values
                    .map(|(name, value)| (name.map(|name| &catalog.schema.options[usize::from(name)]), value.get(variant)))
                    .collect::<Vec<_>>()
            });
            let metafields: Vec<_> = catalog.metafields.iter().map(|column| column.get(variant, product)).collect();
            format!(
                "{product} {:?} {:?} {of_product:?} {tags:?} {options:?} {:?} {:?} {:?} {metafields:?} {:?}",
                catalog.sku.get(variant),
                catalog.lines[variant],
                catalog.price.get(variant),
                catalog.counts.inventory.get(variant),
                catalog.tracked[variant],
                catalog.ambiguous,
            )
        };
        (0..catalog.len()).map(world_of).collect()
    }

    /// Reads a text in parts of a size, and as a whole.
    #[allow(clippy::type_complexity)] // what each way says, how many warnings it gives, and whether one is an error
    fn both_ways(text: &str, sizes: Sizes) -> (Option<(Vec<String>, usize)>, (Vec<String>, usize, bool)) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("shop.csv");
        std::fs::write(&path, text).expect("a file");
        let mut wanted = Wanted::everything();
        wanted.metafields.push(("custom".to_owned(), "x".to_owned()));
        let mut diagnostics = vec![];
        let parts = read(&path, &path, 0, &wanted, &mut diagnostics, sizes);
        let parts = parts.map(|mut catalog| {
            catalog.find_ambiguous();
            (told(&catalog), diagnostics.len())
        });
        let input = Input { path: path.clone(), columns_key: None };
        let (whole, found) = load(vec![(input, text.as_bytes().to_vec().into())], &[path], &wanted);
        (parts, (told(&whole), found.len(), any_error(&found)))
    }

    const HEADER: &str = "Handle,Title,Body (HTML),Vendor,Type,Tags,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,\
                          Variant Inventory Qty,Variant Price,Status,X (product.metafields.custom.x)\n";

    fn row() -> impl Strategy<Value = String> {
        let pick = |texts: &'static [&'static str]| prop::sample::select(texts);
        (
            // Most rows continue the product before them; one in many is of a product that has been seen.
            prop_oneof![6 => Just("same"), 6 => Just("next"), 1 => Just("a-1"), 1 => Just("")],
            pick(&["", "T", "\"T, \"\"x\"\"\"", "é"]),
            pick(&["", "<p>", "\"<p>\n,</p>\n\"", "\"a \"\"b\"\"\n\r\n\"", "\"long long long long long long long long, long\""]),
            pick(&["", "Acme", "\"Acme, Inc.\""]),
            pick(&["\"a, b\"", "a", "", "\"b,\""]),
            pick(&["S", "\"M\"", ""]),
            pick(&["K", "K", "K", "\"'0042\"", "", "\"Q\"\"\""]),
            pick(&["7", "-2", "", "many", "7.0"]),
            pick(&["4.50", "", "1e3", "12345678901234.123456"]),
            pick(&["\n", "\n", "\r\n", "\n\n"]),
        )
            .prop_map(|(handle, title, body, vendor, tags, size, sku, count, price, end)| {
                format!(
                    "{handle}|{title},{body},{vendor},T,{tags},Size,{size},{sku},shopify,{count},{price},active,\"x{count}\"{end}"
                )
            })
    }

    /// Rows with handles and SKUs of their own.
    fn shop(rows: &[String]) -> String {
        let mut product = 0;
        let mut text = HEADER.to_owned();
        for (number, row) in rows.iter().enumerate() {
            let (handle, rest) = row.split_once('|').expect("a handle");
            product += usize::from(handle == "next");
            let handle = if matches!(handle, "next" | "same") { format!("h{product}") } else { handle.to_owned() };
            text.push_str(&format!("{handle},{}", rest.replace(",K,", &format!(",K{number},"))));
        }
        text
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn parts_say_what_the_whole_says(
            rows in prop::collection::vec(row(), 0..40),
            part in 40_usize..900,
            tail in 1_usize..80,
            window in 8_usize..300,
            cut in 0_usize..60,
        ) {
            let mut text = shop(&rows);
            if cut < 30 {
                // Cut off anywhere, or without its last line end.
                text.truncate(text.floor_char_boundary(text.len().saturating_sub(cut)).max(HEADER.len()));
            }
            let (parts, (whole, found, wrong)) = both_ways(&text, Sizes { part, tail, window });
            if let Some((parts, told)) = parts {
                prop_assert!(!wrong || whole.is_empty(), "the whole has errors, and the parts have none\n{}", text);
                prop_assert_eq!(parts, whole, "{}", text);
                prop_assert!(told <= found, "{}", text);
            }
        }
    }

    #[test]
    fn a_sound_file_is_read_in_parts() {
        let rows: Vec<String> = (0..200)
            .map(|number| {
                let handle = if number % 3 == 0 { "next" } else { "same" };
                format!("{handle}|T,\"<p>\n\"\"{number}\"\",</p>\",Acme,T,\"a, b\",Size,S,K,shopify,{number},1.50,active,x\n")
            })
            .collect();
        for part in [50, 333, 4096, 1 << 20] {
            let (parts, (whole, ..)) = both_ways(&shop(&rows), Sizes { part, tail: 7, window: 64 });
            assert_eq!(parts.map(|(told, _)| told), Some(whole), "{part}");
        }
    }
}
