//! What a run reads, where it stands, and whether it has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use crate::files::Fingerprint;
use crate::files::paths::{folders_in, is_folder, is_there, link_target};

/// What a run reads and writes.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// The files that are there.
    files: Vec<PathBuf>,
    /// The folders in which something can happen that matters.
    folders: BTreeSet<PathBuf>,
    /// The paths that matter: the files, and the folders and links on the way to them.
    paths: BTreeSet<PathBuf>,
    /// Patterns that new files may match.
    patterns: Vec<glob::Pattern>,
    /// Folders below which anything may matter, since a pattern reaches into folders that do not exist yet.
    deep: Vec<PathBuf>,
    /// The files that runs write: they never have the loop run.
    outputs: Vec<PathBuf>,
    /// The outputs that the loop looks after, since other programs may write them, too.
    watched_outputs: Vec<PathBuf>,
}

/// How many links in a row are followed.
const LINKS: usize = 40;

impl Inputs {
    /// Takes what a run reads: the files that are there, files and patterns whether anything is there or not, and the files
    /// that it writes.
    pub fn new(files: Vec<PathBuf>, patterns: &[PathBuf], outputs: &[PathBuf]) -> Self {
        let mut inputs = Inputs { outputs: outputs.iter().map(|path| absolute(path)).collect(), ..Inputs::default() };
        for path in files.iter().chain(patterns) {
            let is_wild = |part: &Component<'_>| part.as_os_str().to_string_lossy().contains(['*', '?', '[']);
            let plain: PathBuf = path.components().take_while(|part| !is_wild(part)).collect();
            let wild = path.components().skip_while(|part| !is_wild(part)).count();
            inputs.add(&plain, wild > 0);
            if wild > 0 {
                inputs.patterns.extend(glob::Pattern::new(&absolute(path).to_string_lossy()));
            }
            if wild > 1 {
                let depth = if path.to_string_lossy().contains("**") { 16 } else { wild - 1 };
                inputs.add_below(&absolute(&plain), depth);
                inputs.deep.push(absolute(&plain));
            }
        }
        inputs.files = files;
        inputs
    }

    /// Has the loop woken by changes of outputs, too.
    #[must_use]
    pub fn with_watched_outputs(mut self, outputs: &[PathBuf]) -> Self {
        self.watched_outputs = outputs.iter().map(|path| absolute(path)).collect();
        for path in &self.watched_outputs {
            let folder = path.parent().and_then(|folder| folder.ancestors().find(|folder| is_folder(folder)));
            self.folders.extend(folder.map(Path::to_path_buf));
        }
        self
    }

    /// Whether a path may be an output that is looked after, a part of it, or a folder on the way to it.
    pub fn may_be_watched_output(&self, path: &Path) -> bool {
        let path = absolute(path);
        let is_part = |output: &PathBuf| {
            let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
            let stem = output.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            path.parent() == output.parent() && name(&path).zip(stem).is_some_and(|(name, stem)| name.starts_with(&stem))
        };
        self.watched_outputs.iter().any(|output| is_part(output) || output.starts_with(&path))
    }

    /// The folders in which something can happen that matters: those of the files, of what links on the way to them, and of
    /// places where files would appear. Of a folder that is not there, the nearest one above that is.
    pub fn folders(&self) -> &BTreeSet<PathBuf> {
        &self.folders
    }

    /// Whether a path may be something that a run reads.
    pub fn may_be_input(&self, path: &Path) -> bool {
        let path = absolute(path);
        let matters = self.paths.contains(&path)
            || self.patterns.iter().any(|pattern| pattern.matches_path(&path))
            || self.deep.iter().any(|folder| path.starts_with(folder));
        matters && !self.outputs.contains(&path)
    }

    /// Whether git is at work in a folder of the inputs, or above: its files are then on their way.
    pub fn git_is_busy(&self) -> bool {
        self.folders.iter().any(|folder| folder.ancestors().any(|folder| is_there(&folder.join(".git/index.lock"))))
    }

    /// Adds a path, the folders on the way to it, and every link on the way to what it names.
    fn add(&mut self, path: &Path, names_folder: bool) {
        let mut path = absolute(path);
        for _ in 0..LINKS {
            self.paths.extend(path.ancestors().map(Path::to_path_buf));
            let folder = if names_folder { Some(path.as_path()) } else { path.parent() };
            self.folders
                .extend(folder.and_then(|folder| folder.ancestors().find(|folder| is_folder(folder))).map(Path::to_path_buf));
            // The link that comes last on the way; those before it are found once it is followed.
            let link = path.ancestors().find_map(|part| Some((part.to_path_buf(), link_target(part)?)));
            let Some((link, target)) = link else { return };
            let Some(beside) = link.parent() else { return };
            self.folders.insert(beside.to_path_buf());
            let Ok(rest) = path.strip_prefix(&link) else { return };
            path = if rest.as_os_str().is_empty() { beside.join(target) } else { beside.join(target).join(rest) };
        }
    }

    /// Adds the folders below a folder.
    fn add_below(&mut self, folder: &Path, depth: usize) {
        if depth == 0 {
            return;
        }
        for path in folders_in(folder).into_iter().filter(|path| !path.ends_with(".git")) {
            self.add_below(&path, depth - 1);
            self.folders.insert(path);
        }
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

/// The inputs, or other files, as they are at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileStates {
    files: BTreeMap<PathBuf, Option<Fingerprint>>,
}

impl FileStates {
    /// The inputs as they are now.
    pub fn of(inputs: &Inputs) -> Self {
        FileStates::of_files(&inputs.files)
    }

    /// Files as they are now.
    pub fn of_files(files: &[PathBuf]) -> Self {
        FileStates { files: files.iter().map(|path| (path.clone(), Fingerprint::of(path))).collect() }
    }

    /// Adds further files as they are now, where they are none of these.
    #[must_use]
    pub fn with_files(mut self, files: &[PathBuf]) -> Self {
        for path in files {
            self.files.entry(path.clone()).or_insert_with(|| Fingerprint::of(path));
        }
        self
    }

    /// Takes files of which it is known how they looked in place of what was noted of them.
    #[must_use]
    pub fn with(mut self, known: &[(PathBuf, Option<Fingerprint>)]) -> Self {
        self.files.extend(known.iter().cloned());
        self
    }

    /// Whether all files still look the same, where it means nothing that some of them are `gone`.
    pub fn is_current(&self, gone: &[PathBuf]) -> bool {
        self.files.iter().all(|(path, known)| {
            let now = Fingerprint::of(path);
            now == *known || (now.is_none() && gone.contains(path))
        })
    }

    /// Whether a file that is one of these looked otherwise.
    pub fn contradicts(&self, path: &Path, fingerprint: &Fingerprint) -> bool {
        self.files.get(path).is_some_and(|known| known.as_ref() != Some(fingerprint))
    }

    /// The files that are new, changed or gone since an earlier state.
    pub fn changes_from(&self, earlier: &FileStates) -> Vec<PathBuf> {
        let changed = self.files.iter().filter(|(path, now)| earlier.files.get(*path) != Some(*now));
        let gone = earlier.files.keys().filter(|path| !self.files.contains_key(*path));
        changed.map(|(path, _)| path).chain(gone).cloned().collect()
    }

    /// Whether a file holds nothing that held something, or that was not there: most programs that save a file empty it first.
    pub fn was_emptied_since(&self, earlier: &FileStates) -> bool {
        let is_empty = |file: &Option<Fingerprint>| file.as_ref().is_some_and(Fingerprint::is_empty);
        self.files.iter().any(|(path, now)| is_empty(now) && earlier.files.get(path).is_some_and(|file| !is_empty(file)))
    }

    /// Whether a file was modified so recently that a change may not show yet.
    pub fn is_unsettled(&self) -> bool {
        self.files.values().flatten().any(Fingerprint::is_fresh)
    }
}
