//! One watcher a project.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

/// Holds the project for this process. The system gives the lock free when the process ends, however it ends: what a killed
/// watcher leaves is a file that nobody holds.
pub struct Lock {
    file: File,
    path: PathBuf,
}

/// Why the project cannot be held.
pub enum Taken {
    /// Another watcher holds it: its process, where the file tells.
    By(Option<u32>),
    /// The file cannot be written.
    Failed(std::io::Error),
}

/// The name of the file.
const NAME: &str = ".stockrule-watch.lock";

impl Lock {
    /// Holds the project of a folder.
    ///
    /// # Errors
    /// Another watcher holds it, or the file cannot be written.
    pub fn take(folder: &Path) -> Result<Self, Taken> {
        let path = if folder.as_os_str().is_empty() { PathBuf::from(NAME) } else { folder.join(NAME) };
        let open = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = open.map_err(Taken::Failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let _ = file.read_to_string(&mut text);
                return Err(Taken::By(text.trim().parse().ok()));
            }
            Err(TryLockError::Error(problem)) => return Err(Taken::Failed(problem)),
        }
        let write = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()));
        write.map_err(Taken::Failed)?;
        Ok(Lock { file, path })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while it is still held, so that nobody else's is.
        let _ = std::fs::remove_file(&self.path);
        let _ = self.file.unlock();
    }
}
