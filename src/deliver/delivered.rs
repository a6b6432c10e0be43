//! What the program of `on_change` has taken, kept from one run of `watch` to the next.
//!
//! Of each output, the hash of the content that the program last succeeded with. What an output holds now is compared with
//! that: so it does not matter who wrote it, or when a watcher was stopped. A file that the program is about to be given is
//! struck off before it starts: a run that fails, or is killed, may have delivered it or not.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Error, Result};
use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, percent_encode};
use serde::{Deserialize, Serialize};

use super::hash;
use super::state::StateFolder;

use crate::files::is_absence;

/// The name of the file in the state folder.
const NAME: &str = "delivered.json";

/// What a program has taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivered {
    /// The hash of the program and its arguments: another one has not taken anything.
    program: Hash,
    /// The outputs, by their paths relative to the project's folder, each with the hash of what was taken; without one where it
    /// is not known what was.
    files: BTreeMap<String, Option<Hash>>,
    /// Those of them that the program has moved away or removed when it took them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    moved: BTreeSet<String>,
}

/// 128 bits, as 32 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Hash(String);

impl From<u128> for Hash {
    fn from(hash: u128) -> Self {
        Hash(format!("{hash:032x}"))
    }
}

/// What in a path is escaped in the file, beside all that is not ASCII: no two paths become one.
const ESCAPED: &AsciiSet = &CONTROLS.add(b'%');

impl Delivered {
    /// A program that has taken nothing yet.
    pub fn nothing(program: &[String]) -> Self {
        Delivered { program: hash::of(program.join("\0").as_bytes()).into(), files: BTreeMap::new(), moved: BTreeSet::new() }
    }

    /// What a program has taken, as the state folder says; of another program than the one that it speaks of, only the outputs.
    ///
    /// # Errors
    /// The file cannot be read, or is not one that we wrote.
    pub fn read(folder: &StateFolder, program: &[String]) -> Result<Self> {
        let nothing = Delivered::nothing(program);
        let Some(bytes) = folder.read(NAME)? else { return Ok(nothing) };
        let mut kept: Delivered = serde_json::from_slice(&bytes).map_err(Error::from)?;
        if kept.program != nothing.program {
            kept.program = nothing.program;
            kept.files.values_mut().for_each(|hash| *hash = None);
            kept.moved.clear();
        }
        Ok(kept)
    }

    /// Writes it down; it is on the disk when this returns.
    ///
    /// # Errors
    /// Those of the system.
    pub fn write(&self, folder: &StateFolder) -> Result<()> {
        let mut text = serde_json::to_vec_pretty(self).map_err(Error::from)?;
        text.push(b'\n');
        folder.write(NAME, &text)?;
        sync(&folder.path())
    }

    /// The outputs that it speaks of, but for those whose names are not UTF-8: a project file names none.
    pub fn files(&self, root: &Path) -> Vec<PathBuf> {
        let path = |key: &String| Some(root.join(percent_decode_str(key).decode_utf8().ok()?.as_ref()));
        self.files.keys().filter_map(path).collect()
    }

    /// Whether the program has taken just this content of an output.
    pub fn has(&self, root: &Path, path: &Path, hash: u128) -> bool {
        self.files.get(&key(root, path)).is_some_and(|known| *known == Some(hash.into()))
    }

    /// Strikes an output off: it is not known what the program has of it. Whether that is news.
    pub fn strike(&mut self, root: &Path, path: &Path) -> bool {
        self.files.insert(key(root, path), None) != Some(None)
    }

    /// Notes an output that is there; what is known of it stays. Whether that is news.
    pub fn note(&mut self, root: &Path, path: &Path) -> bool {
        let key = key(root, path);
        let was_moved = self.moved.remove(&key);
        let is_new = !self.files.contains_key(&key);
        (is_new && self.strike(root, path)) || was_moved
    }

    /// The program has taken this content of an output.
    pub fn add(&mut self, root: &Path, path: &Path, hash: u128) {
        self.files.insert(key(root, path), Some(hash.into()));
    }

    /// The program has taken this content of an output, and the file with it: that it is gone then means nothing.
    pub fn add_moved(&mut self, root: &Path, path: &Path, hash: u128) {
        self.add(root, path, hash);
        self.moved.insert(key(root, path));
    }

    /// The outputs that the program has moved away or removed, and that nobody has written again.
    pub fn moved(&self, root: &Path) -> Vec<PathBuf> {
        self.files(root).into_iter().filter(|path| self.moved.contains(&key(root, path))).collect()
    }

    /// An emission is of these outputs: one that the program has moved away and that is not among them counts as removed.
    pub fn emitted(&mut self, root: &Path, outputs: &[PathBuf]) {
        let outputs: BTreeSet<String> = outputs.iter().map(|path| key(root, path)).collect();
        self.moved.retain(|known| outputs.contains(known));
    }

    /// Forgets outputs that are no longer there, unless the program has moved them away: if they come again, they are delivered
    /// again. Whether there were any.
    pub fn forget_removed(&mut self, root: &Path) -> bool {
        let before = self.files.len();
        let is_removed = |path: &PathBuf| path.symlink_metadata().is_err_and(|problem| is_absence(&problem));
        let removed: Vec<String> = self.files(root).iter().filter(|path| is_removed(path)).map(|path| key(root, path)).collect();
        self.files.retain(|known, _| self.moved.contains(known) || !removed.contains(known));
        self.files.len() < before
    }
}

/// Has the disk take what was put in place in a folder; where it cannot be asked to, a crash may undo that.
fn sync(folder: &Path) -> Result<()> {
    match std::fs::File::open(folder).and_then(|folder| folder.sync_all()) {
        Err(problem) if cfg!(unix) && problem.kind() != std::io::ErrorKind::InvalidInput => Err(problem),
        _ => Ok(()),
    }
}

/// The name of an output in the file.
fn key(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    percent_encode(relative.as_os_str().as_encoded_bytes(), ESCAPED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn it_is_read_as_it_was_written_and_belongs_to_one_program() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = StateFolder::at(&folder.path().join("state"));
        let root = Path::new("shop");
        let path = |name: &str| root.join(name);
        let mut delivered = Delivered::read(&state, &words("sh up.sh")).expect("nothing");
        assert_eq!(delivered, Delivered::nothing(&words("sh up.sh")));
        assert!(delivered.note(root, &path("a%b/größe.csv")) && !delivered.note(root, &path("a%b/größe.csv")));
        delivered.add(root, &path("q.csv"), 7);
        delivered.write(&state).expect("written");
        let again = Delivered::read(&state, &words("sh up.sh")).expect("what was written");
        assert_eq!(again, delivered);
        assert_eq!(again.files(root), [path("a%b/größe.csv"), path("q.csv")]);
        assert!(again.has(root, &path("q.csv"), 7) && !again.has(root, &path("q.csv"), 8));
        assert!(!again.has(root, &path("a%b/größe.csv"), 0));
        // Words are not only joined: `sh up.sh` is another program than one that is called so.
        for other in [words("sh up2.sh"), vec!["sh up.sh".to_owned()]] {
            let other = Delivered::read(&state, &other).expect("what was written");
            assert_eq!(other.files(root).len(), 2);
            assert!(!other.has(root, &path("q.csv"), 7));
        }
    }

    #[test]
    fn what_is_struck_off_or_removed_is_not_known() {
        let folder = tempfile::tempdir().expect("a folder");
        let (root, path) = (folder.path(), folder.path().join("q.csv"));
        let mut delivered = Delivered::nothing(&words("up"));
        delivered.add(root, &path, 7);
        assert!(delivered.strike(root, &path) && !delivered.strike(root, &path));
        assert!(!delivered.has(root, &path, 7));
        delivered.add(root, &path, 7);
        std::fs::write(&path, "x").expect("a file");
        assert!(!delivered.forget_removed(root));
        std::fs::remove_file(&path).expect("removed");
        assert!(delivered.forget_removed(root));
        assert_eq!(delivered, Delivered::nothing(&words("up")));
    }

    #[test]
    fn what_the_program_has_moved_away_is_known_until_an_emission_leaves_it_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let (root, path) = (folder.path(), folder.path().join("q.csv"));
        let mut delivered = Delivered::nothing(&words("up"));
        delivered.add_moved(root, &path, 7);
        assert!(!delivered.forget_removed(root) && delivered.has(root, &path, 7));
        delivered.emitted(root, std::slice::from_ref(&path));
        assert_eq!(delivered.moved(root), std::slice::from_ref(&path));
        // Written again, it is known as well, but its removal counts.
        assert!(delivered.note(root, &path) && delivered.has(root, &path, 7));
        assert!(delivered.moved(root).is_empty() && delivered.forget_removed(root));
        delivered.add_moved(root, &path, 7);
        delivered.emitted(root, &[]);
        assert!(delivered.forget_removed(root) && !delivered.has(root, &path, 7));
    }

    #[test]
    fn what_we_did_not_write_is_an_error_and_not_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = StateFolder::at(&folder.path().join("state"));
        for text in ["", "{", "[]", "{\"program\": \"1\"}", "{\"program\": \"1\", \"files\": {\"q.csv\": 7}}"] {
            state.write(NAME, text.as_bytes()).expect("written");
            assert!(Delivered::read(&state, &words("up")).is_err(), "{text}");
        }
    }
}
