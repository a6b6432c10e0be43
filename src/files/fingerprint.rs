//! What can be told of a file's content without reading it.

use std::fs::Metadata;
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::system;

use crate::clock;

/// What can be told of a file's content without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    length: u64,
    modified: Option<SystemTime>,
    identity: (u64, u64, i64),
    is_file: bool,
}

/// File systems tell times in steps: within one, two changes look the same.
const STEP: Duration = Duration::from_millis(20);

impl Fingerprint {
    /// The fingerprint of a file; `None` where there is none.
    pub fn of(path: &Path) -> Option<Self> {
        std::fs::metadata(path).ok().map(|data| Fingerprint::of_data(&data))
    }

    /// The fingerprint of what the system tells of a file.
    pub fn of_data(data: &Metadata) -> Self {
        Fingerprint {
            length: data.len(),
            modified: data.modified().ok(),
            identity: system::file_identity(data),
            is_file: data.is_file(),
        }
    }

    /// The fingerprint of an unsaved text, by its length in bytes and a hash of it.
    pub fn of_unsaved(length: usize, hash: u64) -> Self {
        // No device has this number.
        Fingerprint { length: length as u64, modified: None, identity: (u64::MAX, hash, 0), is_file: true }
    }

    /// Whether a file that looked otherwise was the same one, and was not written since: more links to it, or other rights, mean
    /// nothing.
    pub fn is_unwritten_since(&self, earlier: &Fingerprint) -> bool {
        let inode = |it: &Fingerprint| (it.identity.0, it.identity.1);
        (self.length, self.modified, inode(self)) == (earlier.length, earlier.modified, inode(earlier))
    }

    /// Whether it is an ordinary file, which can be read again: no folder, pipe or device.
    pub fn is_of_file(&self) -> bool {
        self.is_file
    }

    /// Whether the file holds nothing.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Whether the file was modified so recently that a further change might leave the fingerprint as it is.
    pub fn is_fresh(&self) -> bool {
        self.modified.and_then(|time| SystemTime::from(clock::now()).duration_since(time).ok()).is_some_and(|age| age < STEP)
    }
}
