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
    let mut file = File::open(path)?;
    let (mut hasher, mut buffer) = (Hasher::default(), vec![0; 1 << 18]);
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hasher.finish().0),
            count => hasher.update(&buffer[..count]),
        }
    }
}

/// A writer that hashes what goes through it.
pub struct Hashed<'w> {
    to: &'w mut dyn Write,
    hasher: Hasher,
}

impl<'w> Hashed<'w> {
    /// Hands over to a writer.
    pub fn new(to: &'w mut dyn Write) -> Self {
        Hashed { to, hasher: Hasher::default() }
    }

    /// The hash of all bytes so far, and their number.
    pub fn finish(&self) -> (u128, u64) {
        self.hasher.finish()
    }
}

impl Write for Hashed<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let count = self.to.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> Result<()> {
        self.to.flush()
    }
}
