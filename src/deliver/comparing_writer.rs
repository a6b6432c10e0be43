//! A writer that compares instead of writing.

use std::fs::File;
use std::io::{ErrorKind, Read, Result, Write};

/// How many bytes are compared at once.
const BUFFER: usize = 1 << 18;

/// A writer that fails as soon as what is written to it differs from a file.
pub struct ComparingWriter<'f> {
    file: &'f File,
    buffer: Vec<u8>,
}

impl<'f> ComparingWriter<'f> {
    /// Compares with a file, from where it is read next.
    pub fn new(file: &'f File) -> Self {
        ComparingWriter { file, buffer: vec![] }
    }

    /// Whether the file ends where what was written ends.
    pub fn is_at_end(&mut self) -> bool {
        self.file.read(&mut [0]).is_ok_and(|count| count == 0)
    }
}

impl Write for ComparingWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let length = bytes.len().min(BUFFER);
        self.buffer.resize(length, 0);
        self.file.read_exact(&mut self.buffer)?;
        if self.buffer == bytes[..length] { Ok(length) } else { Err(ErrorKind::InvalidData.into()) }
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}
