//! A project's state folder, `.stockrule/`: what its commands remember from one run to the next.

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Read, Result, Write};
use std::path::{Path, PathBuf};

use super::regular_file::{has_one_name, kind_in_words, open_regular_file};
use super::temporary_file::{TemporaryFile, may_be_replaced, remove_leftovers};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::files::Fingerprint;

/// The name of the state folder beside the project file.
pub const FOLDER: &str = ".stockrule";

/// The most bytes of a state file that are read: a last emission of ten million SKUs takes some 600 MB.
const MOST: u64 = 2 << 30;

/// A state folder, which need not exist yet. Neither it nor a file in it is ever reached through a symbolic link: a repository
/// that somebody else wrote could otherwise have files written, or read, that are none of the project's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateFolder {
    /// The folder in which the state folder stands; links on the way to it are followed.
    anchor: PathBuf,
    /// The folders below the anchor, one in the other, up to the state folder itself.
    below: PathBuf,
    /// Whether git is told to leave the folder out, also where it exists already.
    is_ours: bool,
}

/// A file of a state folder that stands beside its place in full.
pub struct StagedState {
    temporary: TemporaryFile,
    path: PathBuf,
}

impl StagedState {
    /// Puts the file in its place in one step.
    ///
    /// # Errors
    /// Those of the system; what was there before is then still there.
    pub fn put_in_place(self) -> Result<()> {
        self.temporary.put_in_place(&self.path)
    }
}

impl StateFolder {
    /// The state folder of a project file: `.stockrule/` beside `stockrule.yaml`, `.stockrule/north/` beside a `north.yaml`.
    pub fn of_project(file: &Path, usual_name: &str) -> Self {
        let anchor = file.parent().map(Path::to_path_buf).unwrap_or_default();
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let below = match name.strip_suffix(".yaml").unwrap_or(&name) {
            _ if name == usual_name => PathBuf::from(FOLDER),
            // No other name is written so.
            "" => Path::new(FOLDER).join("%yaml"),
            stem => Path::new(FOLDER).join(as_folder_name(stem)),
        };
        StateFolder { anchor, below, is_ours: true }
    }

    /// A state folder anywhere, as `state:` of the project file names it.
    pub fn at(path: &Path) -> Self {
        match (path.parent(), path.file_name()) {
            (Some(anchor), Some(name)) => {
                StateFolder { anchor: anchor.to_path_buf(), below: PathBuf::from(name), is_ours: false }
            }
            _ => StateFolder { anchor: path.to_path_buf(), below: PathBuf::new(), is_ours: false },
        }
    }

    /// The folder's path.
    pub fn path(&self) -> PathBuf {
        self.anchor.join(&self.below)
    }

    /// The path of a file in the folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// The content of a file in the folder; `None` only where there is no such file.
    ///
    /// # Errors
    /// Whatever else keeps it from being read: also that it, or the folder, is a symbolic link or no regular file, or that it is
    /// larger than 2 GiB.
    pub fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        if !self.exists()? {
            return Ok(None);
        }
        let path = self.file(name);
        let file = match open_regular_file(OpenOptions::new().read(true), &path) {
            Err(problem) if problem.kind() == ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let length = file.metadata()?.len();
        if length > MOST {
            return Err(ErrorKind::FileTooLarge.into());
        }
        let mut bytes = vec![];
        bytes
            .try_reserve_exact(usize::try_from(length).map_err(|_| ErrorKind::OutOfMemory)?)
            .map_err(|_| ErrorKind::OutOfMemory)?;
        file.take(MOST).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// Writes a file in the folder whole or not at all, in place of what is there. The folder is made where it is missing.
    ///
    /// # Errors
    /// Those of the system; also that the folder is a symbolic link.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.prepare(name, &mut |out| out.write_all(bytes))?.put_in_place()
    }

    /// Writes a file in the folder in full beside its place. The folder is made where it is missing.
    ///
    /// # Errors
    /// Those of the system; also that the folder is a symbolic link.
    pub fn prepare(&self, name: &str, content: &mut dyn FnMut(&mut dyn Write) -> Result<()>) -> Result<StagedState> {
        self.make()?;
        let path = self.file(name);
        remove_leftovers(&path);
        Ok(StagedState { temporary: TemporaryFile::write(&path, None, content)?, path })
    }

    /// Opens a file in the folder for reading and writing, for a lock; both are made where they are missing. A file that has other
    /// names, too, is replaced by a new one, unless somebody holds it.
    ///
    /// # Errors
    /// Those of the system; also that the file, or the folder, is a symbolic link or no regular file.
    pub fn open_for_lock(&self, name: &str) -> Result<File> {
        self.make()?;
        let path = self.file(name);
        for _ in 0..TRIES {
            let file = open_regular_file(OpenOptions::new().read(true).write(true).create(true).truncate(false), &path)?;
            // One that somebody holds is not written to, whatever its names.
            if has_one_name(&file)? || file.try_lock().is_err() {
                return Ok(file);
            }
            // The other name keeps the file, and what is in it.
            if Fingerprint::of_data(&path.symlink_metadata()?) == Fingerprint::of_data(&file.metadata()?) {
                std::fs::remove_file(&path)?;
            }
        }
        Err(Error::other("it is a hard link: the file has other names, too, and is not written to"))
    }

    /// Makes the folder where it is missing. Git leaves out what is in it.
    ///
    /// # Errors
    /// Those of the system; also that the folder is a symbolic link or a file.
    pub fn make(&self) -> Result<()> {
        let existed = self.exists()?;
        if !existed {
            std::fs::create_dir_all(self.path())?;
            self.exists()?;
        }
        // One at the top leaves out the folders below, too.
        let top = self.anchor.join(self.below.iter().next().unwrap_or_default());
        if self.is_ours || !existed {
            match OpenOptions::new().write(true).create_new(true).open(top.join(".gitignore")) {
                Err(problem) if problem.kind() == ErrorKind::AlreadyExists => {}
                opened => {
                    opened?.write_all(b"# What stockrule remembers of its own runs: of no use in another checkout.\n*\n")?
                }
            }
        }
        Ok(())
    }

    /// Whether the folder may be written to, as far as it can be told without that; it need not be there.
    ///
    /// # Errors
    /// It, or one above it, is a file, or what else is no folder; it, or a folder of its own on the way to it, is a symbolic link.
    pub fn may_be_written(&self) -> Result<()> {
        let above = self.anchor.ancestors().find(|folder| folder.symlink_metadata().is_ok());
        match above.map(|folder| (folder, folder.metadata())) {
            Some((folder, Ok(data))) if !data.is_dir() => {
                Err(Error::other(format!("`{}` is {}, not a folder", folder.display(), kind_in_words(&data))))
            }
            Some((folder, Err(problem))) => Err(Error::other(format!("`{}` leads nowhere: {problem}", folder.display()))),
            _ => self.exists().map(|_| ()),
        }
    }

    /// Whether a file in the folder may be replaced.
    ///
    /// # Errors
    /// The folder may not be written to, or what stands in the file's place is a folder, a device or a pipe.
    pub fn may_be_replaced(&self, name: &str) -> Result<()> {
        self.may_be_written()?;
        may_be_replaced(&self.file(name))
    }

    /// Whether the folder is there.
    ///
    /// # Errors
    /// It, or a folder of its own on the way to it, is a symbolic link or a file.
    fn exists(&self) -> Result<bool> {
        let mut path = self.anchor.clone();
        for part in &self.below {
            path.push(part);
            match path.symlink_metadata() {
                Ok(data) if data.is_dir() => {}
                Ok(data) => return Err(Error::other(format!("`{}` is {}, not a folder", path.display(), kind_in_words(&data)))),
                Err(problem) if problem.kind() == ErrorKind::NotFound => return Ok(false),
                Err(problem) => return Err(problem),
            }
        }
        Ok(true)
    }

    /// The error that the state cannot be written, with what to do.
    pub fn cannot_write(&self, name: &str, problem: &Error) -> Diagnostic {
        let path = self.file(name);
        let message = format!("the project's state cannot be written to `{}`: {problem}", path.display());
        let help = "a project keeps what it sent last in `.stockrule/` beside its project file; where that folder cannot be \
                    written, name another one in the project file: `state: PATH`";
        Diagnostic::error(Code::File, message).help(help).at(Place::file(&path))
    }
}

/// How often a lock file that has other names is replaced by a new one: others may put one there at that moment.
const TRIES: usize = 5;

/// A text as the name of a folder that no file of a state has: those have a full stop in their names.
fn as_folder_name(text: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');
    utf8_percent_encode(text, KEPT).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_file_has_a_state_folder_of_its_own() {
        let path = |file: &str| StateFolder::of_project(Path::new(file), "stockrule.yaml").path();
        assert_eq!(path("shop/stockrule.yaml"), Path::new("shop/.stockrule"));
        assert_eq!(path("stockrule.yaml"), Path::new(".stockrule"));
        assert_eq!(path("shop/north.yaml"), Path::new("shop/.stockrule/north"));
        assert_eq!(path("shop/north.yml"), Path::new("shop/.stockrule/north%2Eyml"));
        assert_eq!(path("shop/last.csv.yaml"), Path::new("shop/.stockrule/last%2Ecsv"));
        assert_eq!(path("shop/.yaml"), Path::new("shop/.stockrule/%yaml"));
        assert_eq!(path("shop/.yaml.yaml"), Path::new("shop/.stockrule/%2Eyaml"));
        assert_eq!(StateFolder::at(Path::new("/var/lib/north")).path(), Path::new("/var/lib/north"));
        assert_eq!(StateFolder::at(Path::new("shop/.")).path(), Path::new("shop"));
    }

    #[test]
    fn what_is_written_is_read_back_and_git_leaves_it_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = StateFolder::of_project(&folder.path().join("north.yaml"), "stockrule.yaml");
        assert_eq!(state.read("last.csv").expect("nothing"), None);
        for text in ["first", "second, which is longer", "3"] {
            state.write("last.csv", text.as_bytes()).expect("written");
            assert_eq!(state.read("last.csv").expect("a file").as_deref(), Some(text.as_bytes()));
        }
        let ignored = std::fs::read_to_string(folder.path().join(".stockrule/.gitignore")).expect("a file for git");
        assert!(ignored.lines().any(|line| line == "*"));
        assert_eq!(std::fs::read_dir(state.path()).expect("a folder").count(), 1, "nothing is left beside the file");
    }

    #[test]
    fn a_folder_that_the_user_names_and_made_gets_no_file_for_git() {
        let folder = tempfile::tempdir().expect("a folder");
        let [made, new] = ["made", "new/one"].map(|name| StateFolder::at(&folder.path().join(name)));
        std::fs::create_dir(made.path()).expect("a folder");
        for state in [&made, &new] {
            state.write("last.csv", b"x").expect("written");
        }
        assert!(!made.file(".gitignore").exists());
        assert!(new.file(".gitignore").exists());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().expect("a folder");
        let victim = folder.path().join("victim");
        std::fs::write(&victim, "precious").expect("a file");
        let state = StateFolder::of_project(&folder.path().join("p/stockrule.yaml"), "stockrule.yaml");
        state.write("other", b"x").expect("written");
        symlink(&victim, state.file("last.csv")).expect("a link");
        symlink(folder.path().join("nowhere"), state.file("lock")).expect("a link");
        assert!(state.read("last.csv").is_err());
        assert!(state.open_for_lock("last.csv").is_err());
        assert!(state.open_for_lock("lock").is_err());
        assert!(!folder.path().join("nowhere").exists());
        state.write("last.csv", b"state").expect("the link is replaced");
        assert_eq!(state.read("last.csv").expect("a file").as_deref(), Some(b"state".as_slice()));
        // The folder itself, and the one that holds it.
        for (link, file) in [("q/.stockrule", "q/stockrule.yaml"), ("r/.stockrule", "r/north.yaml")] {
            let (link, state) = (folder.path().join(link), StateFolder::of_project(&folder.path().join(file), "stockrule.yaml"));
            std::fs::create_dir_all(folder.path().join("elsewhere/north")).expect("a folder");
            std::fs::create_dir_all(link.parent().expect("a folder")).expect("a folder");
            symlink(folder.path().join("elsewhere"), &link).expect("a link");
            assert!(state.read("last.csv").is_err());
            assert!(state.write("last.csv", b"x").is_err());
            assert!(state.open_for_lock("lock").is_err());
        }
        assert_eq!(std::fs::read_dir(folder.path().join("elsewhere")).expect("a folder").count(), 1);
        assert_eq!(std::fs::read(&victim).expect("a file"), b"precious");
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_no_state_and_is_not_waited_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = StateFolder::at(&folder.path().join("state"));
        state.make().expect("a folder");
        let made = std::process::Command::new("mkfifo").arg(state.file("last.csv")).status();
        assert!(made.is_ok_and(|status| status.success()));
        assert!(state.read("last.csv").is_err());
        assert!(state.open_for_lock("last.csv").is_err());
    }
}
