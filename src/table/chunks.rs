//! A large CSV file, read in chunks by all processors at once, and never held in memory as a whole.
//!
//! Whether a chunk begins inside quotes is guessed from its first bytes, since only one of both nearly always makes sense of
//! them. When chunks are merged, in order, the chunk before tells: one that was guessed wrongly is then read again. A chunk owns
//! the records that follow the line ends in it. What cannot be read exactly so is left to the reader of whole files: quotes
//! inside of cells, a file that was cut off or is no UTF-8 text, and whatever a [`ChunkReader`] refuses.

use super::lines::count_lines;
use super::long_records::LONGEST;
use super::records::Records;
use super::structural_index::{StructuralIndex, has_odd_quotes};
use crate::files::OpenFile;
use crate::parallel;

/// How much is read and indexed at once, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// A chunk, which is read at once: with 2 MiB an emission takes 2 to 3% less time than with half or twice as much.
    pub chunk: usize,
    /// How much more is read at first, for the record that goes on in the next chunk.
    pub tail: usize,
    /// How much is indexed before its records are read: so little that both stay in the processor's cache.
    pub window: usize,
}

/// The sizes that large files are read with.
pub const SIZES: Sizes = Sizes { chunk: 1 << 21, tail: 1 << 14, window: 1 << 14 };

impl Sizes {
    /// Those for a file of `length` bytes: of a small one each processor gets several chunks as well, so that all are done at once,
    /// as long as a chunk is long beside its tail.
    fn of(self, length: usize) -> Self {
        const CHUNKS: usize = 16;
        Sizes { chunk: self.chunk.min((length / CHUNKS).max(self.tail * 4)), ..self }
    }
}

/// The longest header that is read, in bytes.
const HEAD: usize = 1 << 16;

/// What makes something of the records of a chunk.
pub trait ChunkReader: Sync {
    /// What is made of the records of one chunk.
    type Chunk: Send;

    /// What is made of none.
    fn begin(&self) -> Self::Chunk;

    /// Adds the records of a part of the chunk, before which `lines` lines of the chunk end. `None` where the file must be read as
    /// a whole.
    fn read(&self, chunk: &mut Self::Chunk, records: &Records<'_>, lines: usize) -> Option<()>;
}

/// A file that can be read in chunks.
pub struct ChunkedFile {
    file: OpenFile,
    /// Where the text starts in the file: behind the byte order mark, if there is one.
    start: usize,
    /// How long the text is.
    length: usize,
    /// The first record, with its line end.
    pub header: String,
}

impl ChunkedFile {
    /// Reads the header of a file. `None` where the file must be read as a whole.
    pub fn of(file: OpenFile) -> Option<Self> {
        let mut head = vec![0; file.length().min(HEAD)];
        file.read_exact_at(&mut head, 0).ok()?;
        let start = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let mut index = StructuralIndex::default();
        index.scan(&head[start..], false, 1);
        let header = head.get(start..=start + index.end_of(0)?)?;
        let header = std::str::from_utf8(header).ok()?.to_owned();
        let length = file.length() - start;
        Some(ChunkedFile { file, start, length, header })
    }

    /// The length of the text, in bytes.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Whether the file looks as it did when it was opened.
    pub fn is_unchanged(&self) -> bool {
        self.file.is_unchanged()
    }

    /// Reads all chunks of a file whose records have `columns` cells, and has each merged, with the number of lines that end before it, in
    /// order. How many lines end in the file; `None` where it must be read as a whole, because of what stands in it, or because `merge`
    /// says so.
    pub fn read<R: ChunkReader>(
        &self,
        sizes: Sizes,
        columns: usize,
        reader: &R,
        mut merge: impl FnMut(R::Chunk, usize) -> Option<()>,
    ) -> Option<usize> {
        let work = Work { file: self, sizes: sizes.of(self.length), columns, reader };
        let count = self.length.div_ceil(work.sizes.chunk).max(1);
        let (mut lines, mut in_quotes, mut scratch) = (0, false, Scratch::default());
        let merge_next = |number: usize, chunk: Option<Chunk<R::Chunk>>| {
            let as_guessed = chunk.filter(|chunk| chunk.begins_in_quotes == in_quotes);
            let chunk = as_guessed.or_else(|| work.chunk(number, Some(in_quotes), &mut scratch)).ok_or(NeedsFallback)?;
            merge(chunk.content, lines).ok_or(NeedsFallback)?;
            (lines, in_quotes) = (lines + chunk.lines, chunk.ends_in_quotes);
            Ok::<(), NeedsFallback>(())
        };
        parallel::in_order(count, Scratch::default, |scratch, number| work.chunk(number, None, scratch), merge_next).ok()?;
        Some(lines)
    }

    /// The text.
    ///
    /// # Errors
    /// The disk fails, or the text is not UTF-8.
    pub fn text(&self) -> std::io::Result<String> {
        String::from_utf8(self.file.read_from(self.start)?).map_err(std::io::Error::other)
    }

    /// The last line, where neither a line end nor a quote ends it, or what the last 64 KiB of the file hold of it; `None` where one
    /// does.
    ///
    /// # Errors
    /// The disk fails.
    pub fn last_row(&self) -> std::io::Result<Option<String>> {
        let mut tail = vec![0; self.length.min(HEAD)];
        let start = self.start + self.length - tail.len();
        self.file.read_exact_at(&mut tail, start)?;
        if tail.last().is_none_or(|last| matches!(last, b'\n' | b'\r' | b'"')) {
            return Ok(None);
        }
        let row = tail.rsplit(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
        Ok(Some(String::from_utf8_lossy(row).into_owned()))
    }
}

/// The file must be read as a whole.
struct NeedsFallback;

/// How a file is read.
struct Work<'a, R> {
    file: &'a ChunkedFile,
    sizes: Sizes,
    columns: usize,
    reader: &'a R,
}

/// A chunk that was read.
struct Chunk<C> {
    content: C,
    begins_in_quotes: bool,
    ends_in_quotes: bool,
    /// How many lines end in it.
    lines: usize,
}

/// Memory that a thread uses for one chunk after the other.
#[derive(Default)]
struct Scratch {
    buffer: Vec<u8>,
    index: StructuralIndex,
}

impl<R: ChunkReader> Work<'_, R> {
    /// Reads a chunk that begins inside quotes or not, which is guessed where it is not known. `None` where that cannot be done:
    /// because of a wrong guess, or because the file must be read as a whole.
    fn chunk(&self, number: usize, known: Option<bool>, scratch: &mut Scratch) -> Option<Chunk<R::Chunk>> {
        let begin = number * self.sizes.chunk;
        let own = self.sizes.chunk.min(self.file.length - begin);
        self.fill(&mut scratch.buffer, begin, own + self.sizes.tail)?;
        let begins_in_quotes = known.unwrap_or_else(|| {
            // Its first bytes make no sense outside quotes if it begins inside.
            scratch.index.scan(&scratch.buffer[..self.sizes.window.min(own)], false, self.columns);
            number > 0 && scratch.index.needs_fallback
        });
        // What stands before the first end of a record is the header, or was looked at with the chunk in which it began.
        self.index(scratch, begin, 0, begins_in_quotes, own)?;
        let mut start = scratch.index.end_of(0).map_or(scratch.buffer.len(), |end| end + 1);
        let before = &scratch.buffer[..start.min(own)];
        let ends_in_quotes = begins_in_quotes != has_odd_quotes(before);
        let mut chunk = Chunk { content: self.reader.begin(), begins_in_quotes, ends_in_quotes, lines: count_lines(before) };
        while start <= own && start < scratch.buffer.len() {
            let end = self.index(scratch, begin, start, false, usize::MAX)?;
            let Scratch { buffer, index } = &mut *scratch;
            let bytes = &buffer[start..end];
            if begin + end == self.file.length {
                self.finish(bytes, index)?;
            }
            let length = index.end_of(index.records.len().checked_sub(1)?)?;
            let text = simdutf8::basic::from_utf8(&bytes[..length]).ok()?;
            self.reader.read(&mut chunk.content, &Records::new(index, text, own - start), chunk.lines)?;
            let next = start + length + 1;
            if next <= own {
                chunk.lines += index.lines_before(index.records.len());
            } else {
                let rest = &buffer[start..own];
                chunk.lines += count_lines(rest);
                chunk.ends_in_quotes = has_odd_quotes(rest);
            }
            start = next;
        }
        Some(chunk)
    }

    /// Indexes a window from `start` on, so long that a record ends in it, or that it goes beyond `enough`, or to the end of the
    /// file. Where it ends; `None` where the file must be read as a whole.
    fn index(&self, scratch: &mut Scratch, begin: usize, start: usize, in_quotes: bool, enough: usize) -> Option<usize> {
        let mut length = self.sizes.window;
        loop {
            let Scratch { buffer, index } = &mut *scratch;
            let end = (start + length).min(buffer.len());
            let bytes = &buffer[start..end];
            index.scan(bytes, in_quotes, self.columns);
            // No text has a byte of zero: who reads the whole file says where it stands.
            if index.needs_fallback || memchr::memchr(0, bytes).is_some() {
                return None;
            }
            if !index.records.is_empty() || begin + end == self.file.length || end > enough {
                return Some(end);
            }
            if end < buffer.len() {
                length *= 2;
            } else {
                // A record is longer than what was read of the next chunk.
                let more = buffer.len().checked_mul(2)?;
                self.fill(buffer, begin, more)?;
            }
        }
    }

    /// Reads bytes from a place of the text on, `length` or as many as there are. `None` where that is more than a record may have,
    /// or where the disk fails.
    fn fill(&self, buffer: &mut Vec<u8>, begin: usize, length: usize) -> Option<()> {
        let length = length.min(self.file.length - begin);
        if length > LONGEST {
            return None;
        }
        buffer.resize(length, 0);
        self.file.file.read_exact_at(buffer, self.file.start + begin).ok()
    }

    /// The end of the file: it must not lie inside quotes, and a last line without a line end must have all its cells.
    fn finish(&self, bytes: &[u8], index: &mut StructuralIndex) -> Option<()> {
        if index.in_quotes {
            return None;
        }
        if bytes.last().is_some_and(|&last| last != b'\n') {
            let before = index.records.last().map_or(0, |&last| last as usize);
            index.end_record(bytes.len())?;
            let is_short = index.ends().len() - 1 - before < self.columns && !bytes.ends_with(b"\r");
            return (!is_short).then_some(());
        }
        Some(())
    }
}
