//! Files that are read as a whole, up to a size.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::Named;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::fingerprint::Fingerprint;

/// The most bytes of a file that people write: rules, tests, the project.
pub const WRITTEN: u64 = 64 << 20;
/// The most bytes of a file that programs write: an export, a report. Product exports are read in parts, and may be larger.
pub const EXPORTED: u64 = 2 << 30;

/// The bytes of a file, at most so many; `None`, and an error told, where it cannot be read.
pub fn read(named: &Named, what: &str, most: u64, diagnostics: &mut Vec<Diagnostic>) -> Option<Vec<u8>> {
    let path = named.name.display();
    let (problem, help) = match bytes(&named.path, most) {
        Ok(Some(bytes)) => return Some(bytes),
        Ok(None) => {
            ("cannot be read: it is being written to".to_owned(), Some("run this again when the file is complete".to_owned()))
        }
        Err(problem) => {
            let told = match problem.kind() {
                ErrorKind::FileTooLarge => format!("is larger than {} MB, and stockrule reads no larger one", most >> 20),
                ErrorKind::OutOfMemory => "is larger than the memory that is left".to_owned(),
                ErrorKind::NotFound => "cannot be read: it does not exist".to_owned(),
                ErrorKind::PermissionDenied => "cannot be read: permission denied".to_owned(),
                _ if named.path.is_dir() => "cannot be read: it is a folder".to_owned(),
                _ => format!("cannot be read: {problem}"),
            };
            (told, None)
        }
    };
    let error = Diagnostic::error(Code::File, format!("the {what} `{path}` {problem}")).maybe_help(help);
    diagnostics.push(error.at(Place::file(&named.name)));
    None
}

/// The bytes of a file; `None` where somebody writes to it again and again while it is read: it would be neither what it was
/// nor what it becomes.
///
/// # Errors
/// Those of the system; one with more than `most`, or more than there is memory.
fn bytes(path: &Path, most: u64) -> std::io::Result<Option<Vec<u8>>> {
    const TRIES: usize = 3;
    for _ in 0..TRIES {
        let file = File::open(path)?;
        let before = file.metadata()?;
        let mut bytes = vec![];
        if before.len() > most {
            return Err(ErrorKind::FileTooLarge.into());
        }
        // Most of the memory is asked for at once, so that its lack is an answer and not the end of the program.
        let expected = usize::try_from(before.len()).map_err(|_| ErrorKind::OutOfMemory)?;
        bytes.try_reserve_exact(expected).map_err(|_| ErrorKind::OutOfMemory)?;
        // A pipe does not say how long it is.
        (&file).take(most + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            return Err(ErrorKind::FileTooLarge.into());
        }
        // What is read from a pipe cannot be read again.
        if !before.is_file() || Fingerprint::of_data(&before) == Fingerprint::of_data(&file.metadata()?) {
            return Ok(Some(bytes));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn a_file_that_grows_while_it_is_read_is_refused() {
        let mut written = tempfile::NamedTempFile::new().expect("a file");
        written.write_all(&vec![b'x'; 1 << 22]).expect("bytes");
        let named = Named { path: written.path().to_path_buf(), name: "shop.csv".into() };
        let mut told = vec![];
        assert_eq!(read(&named, "catalog file", EXPORTED, &mut told).map(|bytes| bytes.len()), Some(1 << 22));
        let is_done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !is_done.load(Ordering::Relaxed) {
                    written.write_all(b"x").expect("a byte");
                }
            });
            // The writer may have to wait for a processor.
            let found = (0..1000).any(|_| read(&named, "catalog file", EXPORTED, &mut told).is_none());
            is_done.store(true, Ordering::Relaxed);
            assert!(found);
        });
        assert_eq!(told[0].message, "the catalog file `shop.csv` cannot be read: it is being written to");
        assert!(read(&named, "catalog file", EXPORTED, &mut told).is_some());
    }
}
