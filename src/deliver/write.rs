//! Writes files whole or not at all.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use std::time::SystemTime;

use tempfile::TempPath;

use super::hash::{self, HashingWriter};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::parallel;

/// Writes a file's content into a writer, the same each time.
pub type ContentWriter<'a> = Box<dyn Fn(&mut dyn Write) -> std::io::Result<()> + Send + Sync + 'a>;

/// Writes all files: each is first written beside its place in full, and only when all are, put there in one step.
/// A file that already holds the same is left alone. Returns the files that were changed.
///
/// # Errors
/// A file that cannot be written; none has then been replaced, unless one of the last steps failed.
pub fn all(files: &[(PathBuf, ContentWriter<'_>)]) -> Result<Vec<PathBuf>, Box<Diagnostic>> {
    let changed = prepare(files, &WriteOptions::default())?.put_in_place(&[])?;
    Ok(changed.written)
}

/// How files are written.
#[derive(Debug, Clone, Copy, Default)]
pub struct WriteOptions {
    /// The time at which they count as modified: one for all files of an emission. The time of writing if left out.
    pub modified: Option<SystemTime>,
    /// Whether their content is hashed.
    pub hashed: bool,
}

/// Files that stand beside their places in full. Unless they are put there, they are removed.
pub struct StagedFiles {
    files: Vec<StagedFile>,
}

/// A file that is to be put in its place.
pub struct StagedFile {
    /// Its place.
    pub path: PathBuf,
    /// What stands beside its place; `None` where the place holds the same already.
    fresh: Option<TemporaryFile>,
    /// The hash of its content, and its length in bytes, where they were asked for and the file is not the one that was there.
    hash: Option<(u128, u64)>,
}

impl StagedFile {
    /// Where the content is now.
    pub fn content_path(&self) -> &Path {
        self.fresh.as_ref().map_or(self.path.as_path(), |fresh| &fresh.path)
    }

    /// The hash of its content, and its length in bytes. A file that was there is read for it.
    ///
    /// # Errors
    /// Those of the system.
    pub fn hash(&self) -> std::io::Result<(u128, u64)> {
        self.hash.map_or_else(|| hash::with_length(&self.path), Ok)
    }
}

/// A file beside its place.
pub(super) struct TemporaryFile {
    path: TempPath,
    /// The thread that waits for the disk to have it all; `None` once it has.
    syncing: Option<Syncing>,
    /// What it replaces, held open.
    old: Option<File>,
}

/// A thread that waits for the disk.
type Syncing = JoinHandle<std::io::Result<()>>;

/// The files that were changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangedFiles {
    /// Those that are new, or hold something else now.
    pub written: Vec<PathBuf>,
    /// Those that were removed.
    pub removed: Vec<PathBuf>,
}

/// Writes each file in full beside its place, unless what is there holds the same already.
///
/// # Errors
/// A file that cannot be written.
pub fn prepare(files: &[(PathBuf, ContentWriter<'_>)], options: &WriteOptions) -> Result<StagedFiles, Box<Diagnostic>> {
    let prepared =
        parallel::map(files, |(path, content)| prepare_one(path, content, options).map_err(|problem| cannot(path, &problem)));
    Ok(StagedFiles { files: prepared.into_iter().collect::<Result<_, _>>()? })
}

fn prepare_one(path: &Path, content: &ContentWriter<'_>, options: &WriteOptions) -> std::io::Result<StagedFile> {
    may_be_replaced(path)?;
    remove_leftovers(path);
    let prepared = |fresh, hash| StagedFile { path: path.to_path_buf(), fresh, hash };
    let old = File::open(path).ok();
    if let Some(old) = &old {
        let mut compared = ComparingWriter { file: old, buffer: vec![] };
        if content(&mut compared).is_ok() && compared.is_at_end() {
            return Ok(prepared(None, None));
        }
    }
    let mut hash = None;
    let mut fresh = beside(path, options.modified, &mut |out| options.pass(content, out).map(|it| hash = it))?;
    // Windows does not replace a file that is open.
    fresh.old = old.filter(|_| cfg!(unix));
    Ok(prepared(Some(fresh), hash))
}

impl WriteOptions {
    /// Writes content, and gives its hash where that is asked for.
    fn pass(&self, content: &ContentWriter<'_>, out: &mut dyn Write) -> std::io::Result<Option<(u128, u64)>> {
        if !self.hashed {
            return content(out).map(|()| None);
        }
        let mut hashed = HashingWriter::new(out);
        content(&mut hashed)?;
        Ok(Some(hashed.finish()))
    }
}

impl StagedFiles {
    /// Whether there are any that the disk may not have yet.
    pub fn awaits_disk(&self) -> bool {
        self.files.iter().flat_map(|file| &file.fresh).any(|fresh| fresh.syncing.is_some())
    }

    /// Whether any file is to be changed.
    pub fn changes_any(&self) -> bool {
        self.files.iter().any(|file| file.fresh.is_some())
    }

    /// The files, those that stay as they are too.
    pub fn files(&self) -> &[StagedFile] {
        &self.files
    }

    /// Waits for the disk, puts each file in its place in one step, and removes the `stale` ones. Returns the files that were
    /// changed.
    ///
    /// # Errors
    /// A file that cannot be written; none has then been replaced, unless one of the last steps failed.
    pub fn put_in_place(mut self, stale: &[PathBuf]) -> Result<ChangedFiles, Box<Diagnostic>> {
        for StagedFile { path, fresh, .. } in &mut self.files {
            if let Some(fresh) = fresh {
                wait(&mut fresh.syncing).map_err(|problem| cannot(path, &problem))?;
            }
        }
        let mut changed = ChangedFiles::default();
        // The system takes its time to let go of a large file, unless somebody has it open: not before all are in place.
        let mut replaced = vec![];
        for StagedFile { path, fresh, .. } in self.files {
            let Some(fresh) = fresh else { continue };
            fresh.path.persist(&path).map_err(|problem| cannot(&path, &problem.error))?;
            replaced.push(fresh.old);
            changed.written.push(path);
        }
        // From the last one on, so that of a feed's parts the first ones are left if this is cut short.
        for path in stale.iter().rev() {
            match std::fs::remove_file(path) {
                Ok(()) => changed.removed.push(path.clone()),
                Err(problem) if problem.kind() == ErrorKind::NotFound => {}
                Err(problem) => return Err(cannot(path, &problem)),
            }
        }
        changed.removed.reverse();
        Ok(changed)
    }
}

/// Content that is at hand.
pub fn bytes<'a>(bytes: Vec<u8>) -> ContentWriter<'a> {
    Box::new(move |out| out.write_all(&bytes))
}

/// How much is compared at once.
const BUFFER: usize = 1 << 18;

/// A writer that fails as soon as what is written differs from a file.
struct ComparingWriter<'f> {
    file: &'f File,
    buffer: Vec<u8>,
}

impl ComparingWriter<'_> {
    /// Whether the file ends where what was written ends.
    fn is_at_end(&mut self) -> bool {
        self.file.read(&mut [0]).is_ok_and(|count| count == 0)
    }
}

impl Write for ComparingWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let length = bytes.len().min(BUFFER);
        self.buffer.resize(length, 0);
        self.file.read_exact(&mut self.buffer)?;
        if self.buffer == bytes[..length] { Ok(length) } else { Err(std::io::ErrorKind::InvalidData.into()) }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What the files that are being written begin with, before the number of the process that writes them.
const PREFIX: &str = ".stockrule-";

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether a path may be written to: only a regular file is replaced, or a link to one: in the place of a device or a pipe, or of a link to one, somebody else
/// waits for what we would put beside it.
///
/// # Errors
/// What stands there is a folder, a device, a pipe or a socket.
pub fn may_be_replaced(path: &Path) -> std::io::Result<()> {
    match std::fs::metadata(path) {
        Ok(data) if data.is_dir() => Err(std::io::Error::other("it is a folder")),
        Ok(data) if !data.is_file() => Err(std::io::Error::other("it is a device, a pipe or a socket, not a file")),
        _ => Ok(()),
    }
}

/// Writes a file in full beside its place. The disk may not have all of it yet: a thread waits for that.
///
/// # Errors
/// Those of the system; also that what stands in its place is a folder, a device or a pipe.
pub(super) fn beside(
    path: &Path,
    modified: Option<SystemTime>,
    content: &mut dyn FnMut(&mut dyn Write) -> std::io::Result<()>,
) -> std::io::Result<TemporaryFile> {
    may_be_replaced(path)?;
    let folder = folder_of(path);
    std::fs::create_dir_all(folder)?;
    let prefix = format!("{PREFIX}{}-", std::process::id());
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let file = builder.tempfile_in(folder)?;
    // A file that was there keeps who may read and write it.
    if let Ok(known) = std::fs::metadata(path) {
        file.as_file().set_permissions(known.permissions())?;
    }
    let (file, path) = file.into_parts();
    let mut written = SyncingFile { file, unsynced: 0, syncing: None };
    content(&mut written)?;
    if let Some(time) = modified {
        written.file.set_modified(time)?;
    }
    Ok(TemporaryFile { path, syncing: Some(written.finish()?), old: None })
}

impl TemporaryFile {
    /// Waits for the disk, and puts the file in its place in one step.
    ///
    /// # Errors
    /// Those of the system; what was there before is then still there.
    pub fn put_in_place(mut self, path: &Path) -> std::io::Result<()> {
        wait(&mut self.syncing)?;
        self.path.persist(path).map_err(|problem| problem.error)
    }
}

/// A file whose bytes go to the disk while the next ones are still worked out.
struct SyncingFile {
    file: File,
    unsynced: usize,
    syncing: Option<Syncing>,
}

impl SyncingFile {
    /// So many bytes are worth a thread that waits for the disk.
    const WORTH: usize = 1 << 21;

    /// Has the disk told to take everything; a thread waits until it has.
    fn finish(self) -> std::io::Result<Syncing> {
        let SyncingFile { file, mut syncing, .. } = self;
        // At once: what is on its way and what is not go to the disk together.
        std::thread::Builder::new().spawn(move || file.sync_all().and(wait(&mut syncing)))
    }
}

/// Waits for a thread that waits for the disk. The system tells of a failure only once: it must not be lost.
fn wait(syncing: &mut Option<Syncing>) -> std::io::Result<()> {
    let failed = |_| std::io::Error::other("the thread that waits for the disk has failed");
    syncing.take().map_or(Ok(()), |thread| thread.join().map_err(failed)?)
}

impl Write for SyncingFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.unsynced += count;
        if self.unsynced >= Self::WORTH && self.syncing.as_ref().is_none_or(JoinHandle::is_finished) {
            wait(&mut self.syncing)?;
            let file = self.file.try_clone()?;
            self.syncing = Some(std::thread::Builder::new().spawn(move || file.sync_data())?);
            self.unsynced = 0;
        }
        Ok(count)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// Removes what a process that was killed has left beside a file: half-written files of processes that are gone.
pub(super) fn remove_leftovers(path: &Path) {
    for entry in std::fs::read_dir(folder_of(path)).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let rest = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
        let Some(process) = rest.and_then(|rest| rest.split('-').next()).and_then(|number| number.parse::<u32>().ok()) else {
            continue;
        };
        if process != std::process::id() && !is_alive(process) {
            // If it cannot be removed, it is no more in the way than before.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Whether a process is running; where the system does not tell, it is taken to be.
fn is_alive(process: u32) -> bool {
    let processes = Path::new("/proc");
    !processes.join("self").exists() || processes.join(process.to_string()).exists()
}

fn cannot(path: &Path, problem: &std::io::Error) -> Box<Diagnostic> {
    let message = format!("`{}` cannot be written: {problem}", path.display());
    Box::new(Diagnostic::error(Code::File, message).at(Place::file(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_goes_to_the_disk_in_pieces_is_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("large");
        let piece: Vec<u8> = (0..700_001).map(|number: u32| number.to_le_bytes()[number as usize % 4]).collect();
        let pieces = |out: &mut dyn Write| (0..9).try_for_each(|_| out.write_all(&piece));
        let content: ContentWriter<'_> = Box::new(pieces);
        let files = [(path.clone(), content)];
        assert_eq!(all(&files).expect("written"), std::slice::from_ref(&path));
        assert_eq!(std::fs::read(&path).expect("a file"), piece.repeat(9));
        assert_eq!(all(&files).expect("left alone"), [] as [PathBuf; 0]);
    }
}
