//! Inputs that can be read only once, such as pipes.

use std::collections::BTreeMap;
use std::path::Path;

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::files::FileRole;

/// An error for each pipe that is named twice: its second reader would wait without end.
pub fn named_twice<'a>(inputs: impl Iterator<Item = (FileRole, &'a Path)>) -> Vec<Diagnostic> {
    let mut known: BTreeMap<(u64, u64), FileRole> = BTreeMap::new();
    let mut problems = vec![];
    for (role, path) in inputs {
        let Some(identity) = identity(path) else { continue };
        if let Some(first) = known.insert(identity, role) {
            let message =
                format!("`{}` can be read only once, and is named twice: as {} and as {}", path.display(), first.a(), role.a());
            let help = "write what comes through it into a file, and name that";
            problems.push(Diagnostic::error(Code::File, message).help(help).at(Place::file(path)));
        }
    }
    problems
}

/// The device and inode of a pipe; `None` for what is no pipe, or is not there.
#[cfg(unix)]
pub fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    let data = std::fs::metadata(path).ok()?;
    data.file_type().is_fifo().then(|| (data.dev(), data.ino()))
}

/// The device and inode of a pipe; `None` for what is no pipe, or is not there.
#[cfg(not(unix))]
pub fn identity(_path: &Path) -> Option<(u64, u64)> {
    None
}
