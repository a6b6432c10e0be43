//! Inputs that can be read only once, such as pipes.

use std::collections::BTreeMap;
use std::path::Path;

use crate::diagnostic::{Code, Diagnostic, Place};
use crate::files::FileRole;
use crate::files::paths::pipe_identity;

/// An error for each pipe that is named twice: its second reader would wait without end.
pub fn named_twice<'a>(inputs: impl Iterator<Item = (FileRole, &'a Path)>) -> Vec<Diagnostic> {
    let mut known: BTreeMap<(u64, u64), FileRole> = BTreeMap::new();
    let mut problems = vec![];
    for (role, path) in inputs {
        let Some(identity) = pipe_identity(path) else { continue };
        if let Some(first) = known.insert(identity, role) {
            let message =
                format!("`{}` can be read only once, and is named twice: as {} and as {}", path.display(), first.a(), role.a());
            let help = "write what comes through it into a file, and name that";
            problems.push(Diagnostic::error(Code::File, message).help(help).at(Place::file(path)));
        }
    }
    problems
}
