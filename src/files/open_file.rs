//! A file that is read from any place, by several threads at once.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::fingerprint::Fingerprint;
use crate::system;

/// An ordinary file that is open and is read from any place, by several threads at once.
#[derive(Debug)]
pub struct OpenFile {
    file: File,
    path: PathBuf,
    /// What the file looked like before it was opened.
    fingerprint: Fingerprint,
    length: usize,
}

impl OpenFile {
    /// Opens a file. `None` where there is none, or what stands there is a pipe, which can be read only once and from its start.
    pub fn open(path: &Path) -> Option<Self> {
        let fingerprint = Fingerprint::of(path).filter(Fingerprint::is_of_file)?;
        let file = File::open(path).ok()?;
        let length = usize::try_from(file.metadata().ok()?.len()).ok()?;
        Some(OpenFile { file, path: path.to_path_buf(), fingerprint, length })
    }

    /// Its length when it was opened, in bytes.
    pub fn length(&self) -> usize {
        self.length
    }

    /// Fills a buffer with its bytes, from the byte `at` on.
    ///
    /// # Errors
    /// Those of the system; also that the file ends before the buffer is full.
    pub fn read_exact_at(&self, buffer: &mut [u8], at: usize) -> std::io::Result<()> {
        system::read_exact_at(&self.file, buffer, at as u64)
    }

    /// Its bytes from the byte `at` on.
    ///
    /// # Errors
    /// Those of the system.
    pub fn read_from(&self, at: usize) -> std::io::Result<Vec<u8>> {
        let mut bytes = vec![0; self.length.saturating_sub(at)];
        self.read_exact_at(&mut bytes, at)?;
        Ok(bytes)
    }

    /// Whether what stands at its path looks as the file did when it was opened.
    pub fn is_unchanged(&self) -> bool {
        Fingerprint::of(&self.path).as_ref() == Some(&self.fingerprint)
    }
}
