//! What can be told of a file's content without reading it.

use std::path::Path;
use std::time::{Duration, SystemTime};

/// What can be told of a file's content without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    length: u64,
    modified: Option<SystemTime>,
    identity: (u64, u64, i64),
}

/// File systems tell times in steps: within one, two changes look the same.
const STEP: Duration = Duration::from_millis(20);

impl Fingerprint {
    /// The fingerprint of a file; `None` where there is none.
    pub fn of(path: &Path) -> Option<Self> {
        let data = std::fs::metadata(path).ok()?;
        let modified = data.modified().ok();
        Some(Fingerprint { length: data.len(), modified, identity: identity(&data) })
    }

    /// Whether the file was modified so recently that a further change might leave the fingerprint as it is.
    pub fn is_fresh(&self) -> bool {
        self.modified.and_then(|time| SystemTime::now().duration_since(time).ok()).is_some_and(|age| age < STEP)
    }
}

#[cfg(unix)]
fn identity(data: &std::fs::Metadata) -> (u64, u64, i64) {
    use std::os::unix::fs::MetadataExt;
    (data.dev(), data.ino(), data.ctime_nsec())
}

#[cfg(not(unix))]
fn identity(_data: &std::fs::Metadata) -> (u64, u64, i64) {
    (0, 0, 0)
}
