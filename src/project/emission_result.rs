//! How an emission ended, and what it came to.

use std::path::PathBuf;

use crate::emit::summary::Summary;
use crate::files::Fingerprint;

/// How an emission ended.
pub enum Emitted {
    /// The outputs are written.
    Written(Box<EmissionResult>),
    /// Something is wrong; nothing was written.
    Failed,
    /// The guard refused it; nothing was written.
    Refused,
}

/// What an emission came to.
#[derive(Default)]
pub struct EmissionResult {
    /// In numbers of SKUs, against what Amazon has, or else the last emission.
    pub summary: Summary,
    /// In numbers of SKUs, against the last emission alone.
    pub since_last: Summary,
    /// The outputs that were changed or removed.
    pub changed: Vec<PathBuf>,
    /// All files that hold the emission, changed or not.
    pub files: Vec<PathBuf>,
    /// Those that were written anew, as they looked then, and those that were removed, without a fingerprint.
    pub fingerprints: Vec<(PathBuf, Option<Fingerprint>)>,
    /// Those of them that were removed: parts of an earlier, longer feed.
    pub removed: Vec<PathBuf>,
    /// The file in which the project keeps what was sent, if it was written anew.
    pub state: Option<PathBuf>,
    /// Whether nothing tells of an earlier emission.
    pub is_first: bool,
    /// Whether there is a listings report.
    pub has_listings: bool,
}

/// On which options an emission goes out.
#[derive(Debug, Clone, Copy)]
pub struct EmitOptions {
    /// Whether it passes the guard in any case.
    pub yes: bool,
    /// Whether warnings stop it.
    pub deny_warnings: bool,
}
