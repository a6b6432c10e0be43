//! Hashes of what was written: they tell a file that was changed since by accident or on purpose, not one that somebody forged.

use std::fs::File;
use std::io::{Read, Result, Write};
use std::path::Path;

use twox_hash::XxHash3_128;

/// XXH3 with 128 bits, of bytes that come piece by piece.
pub struct Hasher {
    hash: XxHash3_128State,
    length: u64,
}

type XxHash3_128State = twox_hash::xxhash3_128::Hasher;

impl Default for Hasher {
    fn default() -> Self {
        Hasher { hash: XxHash3_128State::new(), length: 0 }
    }
}

impl Hasher {
    /// Takes further bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.hash.write(bytes);
        self.length += bytes.len() as u64;
    }

    /// The hash of all bytes so far, and their number.
    pub fn finish(&self) -> (u128, u64) {
        (self.hash.finish_128(), self.length)
    }
}

/// The hash of bytes.
pub fn of(bytes: &[u8]) -> u128 {
    XxHash3_128::oneshot(bytes)
}

/// The hash of a file.
///
/// # Errors
/// Those of the system.
pub fn of_file(path: &Path) -> Result<u128> {
    Ok(with_length(path)?.0)
}

/// The hash of a file, and its length in bytes.
///
/// # Errors
/// Those of the system.
pub fn with_length(path: &Path) -> Result<(u128, u64)> {
    let mut hashed = HashingWriter::new(std::io::sink());
    copy(path, &mut hashed)?;
    Ok(hashed.finish())
}

/// Copies a file into a writer, in large pieces: the library's own copy hands over 8 KB at a time where it does not know the
/// writer.
///
/// # Errors
/// Those of the system, and of the writer.
pub fn copy(path: &Path, to: &mut dyn Write) -> Result<()> {
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 1 << 18];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(()),
            count => to.write_all(&buffer[..count])?,
        }
    }
}

/// A writer that hashes what goes through it.
pub struct HashingWriter<W> {
    to: W,
    hasher: Hasher,
}

impl<W: Write> HashingWriter<W> {
    /// Hands over to a writer.
    pub fn new(to: W) -> Self {
        HashingWriter { to, hasher: Hasher::default() }
    }

    /// The hash of all bytes so far, and their number.
    pub fn finish(&self) -> (u128, u64) {
        self.hasher.finish()
    }
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let count = self.to.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> Result<()> {
        self.to.flush()
    }
}
