//! A large file, read a stretch at a time.
//!
//! Only so much is held as is being looked at, so that the processor has it at hand from when the system copies it here until
//! the last look. Measured: a mapping of the file, under a lease that keeps others from cutting it, is no faster at a million
//! variants (341 MB) than copies of an eighth of a megabyte.

use std::fs::File;
use std::ops::Range;

/// Some bytes of a file. Their memory is used again for the next ones.
pub struct Stretch<'f> {
    file: &'f File,
    /// Which bytes of the file are at hand.
    held: Range<usize>,
    /// They, and behind them what may be written over.
    bytes: Vec<u8>,
}

impl<'f> Stretch<'f> {
    /// None yet.
    pub fn of(file: &'f File) -> Self {
        Stretch { file, held: 0..0, bytes: vec![] }
    }

    /// Has a range of bytes at hand, and lets go those before it. If some must be read, those up to `ahead` are as well.
    /// `None` where the disk fails or the file is shorter.
    pub fn hold(&mut self, range: Range<usize>, ahead: usize) -> Option<()> {
        if self.held.start <= range.start && range.end <= self.held.end {
            return Some(());
        }
        let mut known = 0;
        if self.held.contains(&range.start) {
            known = self.held.end - range.start;
            self.bytes.copy_within(self.held.len() - known..self.held.len(), 0);
        }
        self.held = range.start..range.start + known;
        let end = range.end.max(ahead);
        let length = end - range.start;
        if self.bytes.len() < length {
            self.bytes.resize(length, 0);
        }
        read_at(self.file, &mut self.bytes[known..length], self.held.end).ok()?;
        self.held.end = end;
        Some(())
    }

    /// The bytes of a range, as far as they are at hand.
    pub fn get(&self, range: Range<usize>) -> &[u8] {
        let place = |at: usize| at.clamp(self.held.start, self.held.end) - self.held.start;
        &self.bytes[place(range.start)..place(range.end)]
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
