//! Files beside the places in which they are to be put: `.stockrule-123-…`, with the number of the process that writes them.

use std::fs::File;
use std::io::{Result, Write};
use std::path::Path;
use std::thread::JoinHandle;
use std::time::SystemTime;

use tempfile::TempPath;

use crate::system;

/// What the names of such files begin with, before the number of the process.
const PREFIX: &str = ".stockrule-";

/// A file that was written in full beside its place. Unless it is put there, it is removed.
pub struct TemporaryFile {
    path: TempPath,
    /// The thread that waits for the disk to have it all; `None` once it has.
    syncing: Option<Syncing>,
}

/// A thread that waits for the disk.
type Syncing = JoinHandle<Result<()>>;

impl TemporaryFile {
    /// Writes content into a file beside `place`, in whose folder it stands; the folder is made where it is missing. With
    /// `modified`, the file counts as modified at that time. The disk may not have all of it yet: a thread waits for that.
    ///
    /// # Errors
    /// Those of the system; also that what stands in the place is a folder, a device or a pipe.
    pub fn write(
        place: &Path,
        modified: Option<SystemTime>,
        content: &mut dyn FnMut(&mut dyn Write) -> Result<()>,
    ) -> Result<Self> {
        may_be_replaced(place)?;
        let folder = folder_of(place);
        std::fs::create_dir_all(folder)?;
        let prefix = format!("{PREFIX}{}-", std::process::id());
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix);
        if let Some(permissions) = system::usual_permissions() {
            builder.permissions(permissions);
        }
        let file = builder.tempfile_in(folder)?;
        // A file that was there keeps who may read and write it.
        if let Ok(known) = std::fs::metadata(place) {
            file.as_file().set_permissions(known.permissions())?;
        }
        let (file, path) = file.into_parts();
        let mut file = SyncingFile { file, unsynced: 0, syncing: None };
        content(&mut file)?;
        if let Some(time) = modified {
            file.file.set_modified(time)?;
        }
        Ok(TemporaryFile { path, syncing: Some(file.finish()?) })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the disk may not have all of it yet.
    pub fn awaits_disk(&self) -> bool {
        self.syncing.is_some()
    }

    /// Waits until the disk has all of it.
    ///
    /// # Errors
    /// Those of the system.
    pub fn wait_for_disk(&mut self) -> Result<()> {
        wait(&mut self.syncing)
    }

    /// Waits until the disk has all of it, and puts the file in its place in one step.
    ///
    /// # Errors
    /// Those of the system; what was there before is then still there.
    pub fn put_in_place(mut self, place: &Path) -> Result<()> {
        self.wait_for_disk()?;
        self.path.persist(place).map_err(|problem| problem.error)
    }
}

/// A file whose bytes go to the disk while the next ones are still worked out.
struct SyncingFile {
    file: File,
    /// How many bytes were written since the disk was last told to take them.
    unsynced: usize,
    syncing: Option<Syncing>,
}

impl SyncingFile {
    /// How many bytes are worth a thread that waits for the disk.
    const WORTH_A_THREAD: usize = 1 << 21;

    /// Has the disk told to take everything; a thread waits until it has.
    fn finish(self) -> Result<Syncing> {
        let SyncingFile { file, mut syncing, .. } = self;
        // At once: what is on its way and what is not go to the disk together.
        std::thread::Builder::new().spawn(move || file.sync_all().and(wait(&mut syncing)))
    }
}

/// Waits for a thread that waits for the disk. The system tells of a failure only once: it must not be lost.
fn wait(syncing: &mut Option<Syncing>) -> Result<()> {
    let failed = |_| std::io::Error::other("the thread that waits for the disk has failed");
    syncing.take().map_or(Ok(()), |thread| thread.join().map_err(failed)?)
}

impl Write for SyncingFile {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let count = self.file.write(bytes)?;
        self.unsynced += count;
        if self.unsynced >= Self::WORTH_A_THREAD && self.syncing.as_ref().is_none_or(JoinHandle::is_finished) {
            wait(&mut self.syncing)?;
            let file = self.file.try_clone()?;
            self.syncing = Some(std::thread::Builder::new().spawn(move || file.sync_data())?);
            self.unsynced = 0;
        }
        Ok(count)
    }

    fn flush(&mut self) -> Result<()> {
        self.file.flush()
    }
}

/// Whether a path may be written to: only a regular file is replaced, or a link to one. In the place of a device or a pipe, or of a
/// link to one, somebody else waits for what we would put beside it.
///
/// # Errors
/// What stands there is a folder, a device, a pipe or a socket.
pub fn may_be_replaced(path: &Path) -> Result<()> {
    match std::fs::metadata(path) {
        Ok(data) if data.is_dir() => Err(std::io::Error::other("it is a folder")),
        Ok(data) if !data.is_file() => Err(std::io::Error::other("it is a device, a pipe or a socket, not a file")),
        _ => Ok(()),
    }
}

/// Whether names that differ only in case are one file in a folder, as on the disks of most Macs. A file is made there to find out;
/// where none can be, they count as one.
pub fn ignores_case(folder: &Path) -> bool {
    let probe = tempfile::Builder::new().prefix(".stockrule-probe-").tempfile_in(folder);
    probe.map_or(true, |probe| {
        let name = probe.path().file_name().map(|name| name.to_string_lossy().to_uppercase()).unwrap_or_default();
        probe.path().with_file_name(name).exists()
    })
}

/// Removes what killed processes have left beside a place: their half-written files.
pub fn remove_leftovers(place: &Path) {
    for entry in std::fs::read_dir(folder_of(place)).into_iter().flatten().flatten() {
        let is_left =
            process_of(&entry.path()).is_some_and(|process| process != std::process::id() && !system::is_alive(process));
        if is_left {
            // If it cannot be removed, it is no more in the way than before.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// The number of the process that writes a temporary file; `None` for any other file.
fn process_of(path: &Path) -> Option<u32> {
    let name = path.file_name()?.to_str()?.strip_prefix(PREFIX)?;
    name.split('-').next()?.parse().ok()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
