//! Files that are read as a whole, once, up to a size.

use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::fingerprint::Fingerprint;
use super::role::FileRole;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::system;

/// A file, and the name under which messages speak of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its name in messages.
    pub name: PathBuf,
}

/// The bytes of a file on the disk; `None`, and an error among the diagnostics, where it cannot be read or has more than [`FileRole::most`].
/// The file is opened once, so that it may be a pipe.
pub fn from_disk(named: &NamedFile, role: FileRole, diagnostics: &mut Vec<Diagnostic>) -> Option<Vec<u8>> {
    let most = role.most();
    let (problem, help) = match bytes(&named.path, most) {
        Ok(bytes) => return Some(bytes),
        Err(ReadFailure::IsWrittenTo) => {
            ("cannot be read: it is being written to".to_owned(), Some("run this again when the file is complete".to_owned()))
        }
        Err(ReadFailure::Is(what)) => (format!("cannot be read: it is {what}"), None),
        Err(ReadFailure::System(problem)) => {
            let told = match problem.kind() {
                ErrorKind::FileTooLarge => format!("is larger than {} MB, and stockrule reads no larger one", most >> 20),
                ErrorKind::OutOfMemory => "is larger than the memory that is left".to_owned(),
                ErrorKind::NotFound => "cannot be read: it does not exist".to_owned(),
                ErrorKind::PermissionDenied => "cannot be read: permission denied".to_owned(),
                _ => format!("cannot be read: {problem}"),
            };
            (told, None)
        }
    };
    let message = format!("the {} `{}` {problem}", role.what(), named.name.display());
    diagnostics.push(Diagnostic::error(Code::File, message).maybe_help(help).at(Place::file(&named.name)));
    None
}

/// Why a file has no bytes to give.
enum ReadFailure {
    /// Somebody writes to it again and again while it is read: it would be neither what it was nor what it becomes.
    IsWrittenTo,
    /// It is something that holds no file: in words.
    Is(&'static str),
    /// The system's own problem; a file with more bytes than asked for, or than there is memory.
    System(std::io::Error),
}

impl From<std::io::Error> for ReadFailure {
    fn from(problem: std::io::Error) -> Self {
        ReadFailure::System(problem)
    }
}

fn bytes(path: &Path, most: u64) -> Result<Vec<u8>, ReadFailure> {
    const TRIES: usize = 3;
    for _ in 0..TRIES {
        // Looked at before it is opened, since to open a device can do something.
        if let Some(what) = no_file(&std::fs::metadata(path)?) {
            return Err(ReadFailure::Is(what));
        }
        let file = File::open(path)?;
        let before = file.metadata()?;
        if let Some(what) = no_file(&before) {
            return Err(ReadFailure::Is(what));
        }
        if before.len() > most {
            return Err(ReadFailure::System(ErrorKind::FileTooLarge.into()));
        }
        let mut bytes = vec![];
        // Most of the memory is asked for at once, so that its lack is an answer and not the end of the program.
        let expected = usize::try_from(before.len()).map_err(|_| std::io::Error::from(ErrorKind::OutOfMemory))?;
        bytes.try_reserve_exact(expected).map_err(|_| std::io::Error::from(ErrorKind::OutOfMemory))?;
        // A pipe does not say how long it is.
        (&file).take(most + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            return Err(ReadFailure::System(ErrorKind::FileTooLarge.into()));
        }
        // What is read from a pipe cannot be read again.
        if !before.is_file() || Fingerprint::of_data(&before) == Fingerprint::of_data(&file.metadata()?) {
            return Ok(bytes);
        }
    }
    Err(ReadFailure::IsWrittenTo)
}

/// What something is that is neither a file nor a pipe.
fn no_file(data: &Metadata) -> Option<&'static str> {
    if data.is_dir() { Some("a folder") } else { system::device_or_socket(data.file_type()) }
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
        let named = NamedFile { path: written.path().to_path_buf(), name: "shop.csv".into() };
        let mut told = vec![];
        assert_eq!(from_disk(&named, FileRole::Catalog, &mut told).map(|bytes| bytes.len()), Some(1 << 22));
        let is_done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !is_done.load(Ordering::Relaxed) {
                    written.write_all(b"x").expect("a byte");
                }
            });
            // The writer may have to wait for a processor.
            let start = std::time::Instant::now();
            let found = std::iter::repeat_with(|| from_disk(&named, FileRole::Catalog, &mut told).is_none())
                .take_while(|_| start.elapsed().as_secs() < 30)
                .any(|is_refused| is_refused);
            is_done.store(true, Ordering::Relaxed);
            assert!(found);
        });
        assert_eq!(told[0].message, "the catalog file `shop.csv` cannot be read: it is being written to");
        assert!(from_disk(&named, FileRole::Catalog, &mut told).is_some());
    }
}
