//! What stands at a path, without reading it.

use std::fs::Metadata;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::system;

/// What the system tells of what a path leads to, links followed.
///
/// # Errors
/// Those of the system; by [`is_absence`], that there is nothing.
pub fn metadata(path: &Path) -> std::io::Result<Metadata> {
    std::fs::metadata(path)
}

/// What the system tells of what stands at a path; of a link, not of what it leads to.
///
/// # Errors
/// Those of the system; by [`is_absence`], that there is nothing.
pub fn metadata_of_link(path: &Path) -> std::io::Result<Metadata> {
    std::fs::symlink_metadata(path)
}

/// Whether the system says that there is no such file: also where a file stands in the place of its folder.
pub fn is_absence(problem: &std::io::Error) -> bool {
    matches!(problem.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Whether anything stands at a path, be it a link that leads nowhere.
pub fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Whether a path leads to an ordinary file.
pub fn is_file(path: &Path) -> bool {
    path.is_file()
}

/// Whether a path leads to a folder.
pub fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// The path of what a path leads to, with every link on the way followed.
///
/// # Errors
/// There is nothing, or it cannot be looked at.
pub fn resolve(path: &Path) -> std::io::Result<PathBuf> {
    path.canonicalize()
}

/// What a link names; `None` for what is no link.
pub fn link_target(path: &Path) -> Option<PathBuf> {
    std::fs::read_link(path).ok()
}

/// The folders in a folder; none where it cannot be looked into.
pub fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

/// When a file was last written; `None` where there is none, or the system does not tell.
pub fn modified(path: &Path) -> Option<Timestamp> {
    let time = std::fs::metadata(path).and_then(|data| data.modified()).ok()?;
    Timestamp::try_from(time).ok()
}

/// What identifies a named pipe: its device and inode; `None` for what is no pipe.
pub fn pipe_identity(path: &Path) -> Option<(u64, u64)> {
    std::fs::metadata(path).ok().as_ref().and_then(system::pipe_identity)
}
