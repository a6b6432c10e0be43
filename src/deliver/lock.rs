//! Locks: one watcher a project, one run of its `on_change` at a time, one emission at a time.

use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};

use super::regular_file::has_one_name;
use super::state::StateFolder;
use crate::files::Fingerprint;

/// Holds a project for this process. The system gives the lock free when the process ends, however it ends: what a killed
/// watcher leaves is a file that nobody holds. Processes that this one starts do not hold it.
#[derive(Debug)]
pub struct WatchLock {
    /// The file stays where it is: were it removed, whoever has just opened it would hold what nobody else finds.
    file: File,
    folder: StateFolder,
}

/// Why a project cannot be held.
#[derive(Debug)]
pub enum LockFailure {
    /// Another watcher holds it: its process, where the file tells.
    By(Option<u32>),
    /// The file cannot be written.
    Failed(std::io::Error),
}

/// The file of a watcher's lock, which holds its process.
pub const WATCH: &str = "watch.lock";

/// The file of the lock of a run of `on_change`.
const RUN: &str = "run.lock";

impl WatchLock {
    /// Holds a project.
    ///
    /// # Errors
    /// Another watcher holds it, or the file cannot be written.
    pub fn take(folder: &StateFolder) -> Result<Self, LockFailure> {
        let mut file = folder.open_for_lock(WATCH).map_err(LockFailure::Failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                // Who holds it is only told: it may be about to write itself down.
                let mut text = String::new();
                let read = file.read_to_string(&mut text);
                return Err(LockFailure::By(read.ok().and_then(|_| text.trim().parse().ok())));
            }
            Err(TryLockError::Error(problem)) => return Err(LockFailure::Failed(problem)),
        }
        let write = refuse_other_names(&file)
            .and_then(|()| file.set_len(0))
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()));
        write.map_err(LockFailure::Failed)?;
        Ok(WatchLock { file, folder: folder.clone() })
    }

    /// Whether it is the lock of this state folder, and still keeps others out: somebody may have removed the file, or the folder.
    pub fn holds(&self, folder: &StateFolder) -> bool {
        let identity = |data: std::io::Result<std::fs::Metadata>| data.ok().map(|data| Fingerprint::of_data(&data));
        let in_place = identity(folder.file(WATCH).symlink_metadata());
        self.folder == *folder && in_place.is_some() && in_place == identity(self.file.metadata())
    }
}

/// The file of the lock of an emission.
const EMISSION: &str = "emission.lock";

/// The turn of one emission among those of all processes: from measuring it by what was sent last to writing down what it sent.
#[derive(Debug)]
pub struct EmissionTurn {
    /// `None` where there is nothing to be kept apart.
    _file: Option<File>,
}

impl EmissionTurn {
    /// Waits for the turn of an emission of a project. Where the state folder does not exist yet, or the file cannot be locked,
    /// nobody is waited for.
    pub fn wait_for(folder: Option<&StateFolder>) -> Self {
        let file = EmissionTurn::file(folder).filter(|file| file.lock().is_ok());
        EmissionTurn { _file: file }
    }

    /// The turn of an emission of a project, or `None` while another process has it.
    pub fn take(folder: Option<&StateFolder>) -> Option<Self> {
        let Some(file) = EmissionTurn::file(folder) else { return Some(EmissionTurn { _file: None }) };
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => None,
            Ok(()) | Err(TryLockError::Error(_)) => Some(EmissionTurn { _file: Some(file) }),
        }
    }

    fn file(folder: Option<&StateFolder>) -> Option<File> {
        // An emission that cannot write here says so when it writes down what it sent.
        folder.filter(|folder| folder.path().is_dir()).and_then(|folder| folder.open_for_lock(EMISSION).ok())
    }
}

/// An empty file, locked for a run of `on_change`; `None` while another run holds it, such as one that a killed watcher has left.
/// Whoever the file is given to holds the lock, too.
///
/// # Errors
/// The file cannot be opened or locked.
pub fn for_run(folder: &StateFolder) -> std::io::Result<Option<File>> {
    let file = folder.open_for_lock(RUN)?;
    match file.try_lock() {
        Ok(()) => refuse_other_names(&file).and_then(|()| file.set_len(0)).map(|()| Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(problem)) => Err(problem),
    }
}

/// A file that has another name, too, is not written to.
fn refuse_other_names(file: &File) -> std::io::Result<()> {
    let linked = || std::io::Error::other("it is a hard link: the file has other names, too");
    if has_one_name(file)? { Ok(()) } else { Err(linked()) }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn one_holds_it_and_nobody_after_it_is_dropped() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = |name: &str| StateFolder::of_project(&folder.path().join(name), "stockrule.yaml");
        let (this, other) = (state("stockrule.yaml"), state("north.yaml"));
        let mut lock = WatchLock::take(&this).expect("the lock");
        assert!(lock.holds(&this) && !lock.holds(&other));
        let own = std::process::id();
        assert!(matches!(WatchLock::take(&this), Err(LockFailure::By(Some(process))) if process == own));
        WatchLock::take(&other).expect("the lock of another project in the folder");
        std::fs::remove_file(this.file(WATCH)).expect("removed");
        assert!(!lock.holds(&this));
        lock = WatchLock::take(&this).expect("the lock, which nobody else can see");
        drop(lock);
        assert!(this.file(WATCH).exists());
        WatchLock::take(&this).expect("the lock, again");
    }

    #[test]
    fn a_run_holds_its_lock_as_long_as_anybody_has_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = StateFolder::at(&folder.path().join("state"));
        let file = for_run(&state).expect("a file").expect("the lock");
        let other = file.try_clone().expect("the same file");
        drop(file);
        assert!(for_run(&state).expect("a file").is_none());
        drop(other);
        assert!(for_run(&state).expect("a file").is_some());
    }

    #[test]
    fn an_emission_has_its_turn_after_the_one_before() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = StateFolder::at(&folder.path().join("state"));
        let first = EmissionTurn::take(Some(&state)).expect("a turn");
        assert!(!state.path().exists() && EmissionTurn::take(Some(&state)).is_some(), "nothing is made for it");
        drop(first);
        state.make().expect("a folder");
        let turn = EmissionTurn::take(Some(&state)).expect("a turn");
        assert!(EmissionTurn::take(Some(&state)).is_none() && EmissionTurn::take(None).is_some());
        std::thread::scope(|scope| {
            let second = scope.spawn(|| drop(EmissionTurn::wait_for(Some(&state))));
            std::thread::sleep(std::time::Duration::from_millis(20));
            assert!(!second.is_finished());
            drop(turn);
        });
        assert!(EmissionTurn::take(Some(&state)).is_some());
    }

    #[cfg(unix)]
    #[test]
    fn a_lock_that_is_a_link_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let victim = folder.path().join("victim");
        std::fs::write(&victim, "precious").expect("a file");
        let state = StateFolder::at(&folder.path().join("state"));
        state.make().expect("a folder");
        for name in [WATCH, RUN] {
            std::os::unix::fs::symlink(Path::new("../victim"), state.file(name)).expect("a link");
        }
        assert!(matches!(WatchLock::take(&state), Err(LockFailure::Failed(_))));
        assert!(for_run(&state).is_err());
        // A hard link is replaced, and only as long as nobody holds the file.
        for name in [WATCH, RUN, EMISSION] {
            let _ = std::fs::remove_file(state.file(name));
            std::fs::hard_link(&victim, state.file(name)).expect("a link");
        }
        let holder = File::open(&victim).expect("a file");
        holder.lock().expect("the lock");
        assert!(matches!(WatchLock::take(&state), Err(LockFailure::By(None))));
        assert!(for_run(&state).expect("a file").is_none());
        drop(holder);
        let _lock = WatchLock::take(&state).expect("the lock");
        assert!(for_run(&state).expect("a file").is_some());
        assert!(EmissionTurn::take(Some(&state)).is_some());
        assert_eq!(std::fs::read(&victim).expect("a file"), b"precious");
    }
}
