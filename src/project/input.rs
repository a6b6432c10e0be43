//! Files that are read as a whole, up to a size.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::Named;
use crate::diagnostic::{Code, Diagnostic, Place};

/// The most bytes of a file that people write: rules, tests, the project.
pub const WRITTEN: u64 = 64 << 20;
/// The most bytes of a file that programs write: an export, a report. Product exports are read in parts, and may be larger.
pub const EXPORTED: u64 = 2 << 30;

/// The bytes of a file, at most so many; `None`, and an error told, where it cannot be read.
pub fn read(named: &Named, what: &str, most: u64, diagnostics: &mut Vec<Diagnostic>) -> Option<Vec<u8>> {
    match bytes(&named.path, most) {
        Ok(bytes) => Some(bytes),
        Err(problem) => {
            let path = named.name.display();
            let message = match problem.kind() {
                ErrorKind::FileTooLarge => {
                    format!("the {what} `{path}` is larger than {} MB, and stockrule reads no larger one", most >> 20)
                }
                ErrorKind::OutOfMemory => format!("the {what} `{path}` is larger than the memory that is left"),
                ErrorKind::NotFound => format!("the {what} `{path}` cannot be read: it does not exist"),
                ErrorKind::PermissionDenied => format!("the {what} `{path}` cannot be read: permission denied"),
                _ if named.path.is_dir() => format!("the {what} `{path}` cannot be read: it is a folder"),
                _ => format!("the {what} `{path}` cannot be read: {problem}"),
            };
            diagnostics.push(Diagnostic::error(Code::File, message).at(Place::file(&named.name)));
            None
        }
    }
}

/// The bytes of a file.
///
/// # Errors
/// Those of the system; one with more than `most`, or more than there is memory.
fn bytes(path: &Path, most: u64) -> std::io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut bytes = vec![];
    if length > most {
        return Err(ErrorKind::FileTooLarge.into());
    }
    // Most of the memory is asked for at once, so that its lack is an answer and not the end of the program.
    let expected = usize::try_from(length).map_err(|_| ErrorKind::OutOfMemory)?;
    bytes.try_reserve_exact(expected).map_err(|_| ErrorKind::OutOfMemory)?;
    // A pipe does not say how long it is.
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}
