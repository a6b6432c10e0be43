//! Where files are read from: the disk, with an overlay of texts that an editor has not saved yet.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::document::Document;
use super::fingerprint::Fingerprint;
use super::open_file::OpenFile;
use super::read::{NamedFile, from_disk};
use super::role::FileRole;
use crate::diagnostic::Diagnostic;

/// Where files are read from: the disk, and before it an overlay of unsaved texts, by their paths. Copies share the overlay.
///
/// A text of the overlay is read in place of the file at its path, whichever of several paths to one file is asked for. A file that
/// is not on the disk yet is read where it is named, and no pattern finds it. Only what is read goes by the overlay: what is
/// written, and what was sent last, is always that of the disk.
#[derive(Debug, Clone, Default)]
pub struct Files {
    unsaved: Arc<HashMap<PathBuf, Arc<str>>>,
}

impl Files {
    /// The disk with these unsaved texts before it.
    pub fn with_unsaved(texts: impl IntoIterator<Item = (PathBuf, String)>) -> Self {
        let texts = texts.into_iter().map(|(path, text)| (one_path(&path), Arc::from(text)));
        Files { unsaved: Arc::new(texts.collect()) }
    }

    /// The bytes of a file; `None`, and an error among the diagnostics, where it cannot be read or has more than
    /// [`FileRole::most`]. The file is opened once, so that it may be a pipe.
    pub fn read(&self, named: &NamedFile, role: FileRole, diagnostics: &mut Vec<Diagnostic>) -> Option<Vec<u8>> {
        match self.unsaved(&named.path) {
            Some(text) => Some(text.as_bytes().to_vec()),
            None => from_disk(named, role, diagnostics),
        }
    }

    /// A file, read, unpacked and decoded; `None`, and an error among the diagnostics, where it cannot be read as this.
    pub fn document(&self, named: &NamedFile, role: FileRole, diagnostics: &mut Vec<Diagnostic>) -> Option<Document> {
        let bytes = self.read(named, role, diagnostics)?;
        Document::open(&named.name, role, bytes, diagnostics)
    }

    /// What tells whether a file holds what it held, without reading it; `None` where there is none.
    pub fn fingerprint(&self, path: &Path) -> Option<Fingerprint> {
        let Some(text) = self.unsaved(path) else { return Fingerprint::of(path) };
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        Some(Fingerprint::of_unsaved(text.len(), hasher.finish()))
    }

    /// A file opened to be read from any place; `None` where it has an unsaved text, or is none that can be read so.
    pub fn open(&self, path: &Path) -> Option<OpenFile> {
        if self.unsaved(path).is_some() { None } else { OpenFile::open(path) }
    }

    fn unsaved(&self, path: &Path) -> Option<&str> {
        // Outside of editors there are none, and no path need be resolved.
        if self.unsaved.is_empty() { None } else { self.unsaved.get(&one_path(path)).map(AsRef::as_ref) }
    }
}

/// The one path that all paths to a file have in common: with its links followed, or absolute where there is no file.
fn one_path(path: &Path) -> PathBuf {
    path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unsaved_text_is_read_in_place_of_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let [saved, new, other] = ["a.rules", "new.rules", "b.rules"].map(|name| folder.path().join(name));
        std::fs::write(&saved, "all: level").expect("a file");
        std::fs::write(&other, "all: fixed 1").expect("a file");
        let files = Files::with_unsaved([(saved.clone(), "all: fixed 5".to_owned()), (new.clone(), "all: fixed 6".to_owned())]);
        let text = |files: &Files, path: &Path| {
            let named = NamedFile { path: path.to_path_buf(), name: path.to_path_buf() };
            let mut problems = vec![];
            let document = files.document(&named, FileRole::Rules, &mut problems);
            document.map(|document| document.text().into_owned()).ok_or_else(|| problems[0].message.clone())
        };
        let roundabout = folder.path().join("..").join(folder.path().file_name().expect("a name")).join("a.rules");
        assert_eq!(text(&files, &saved).as_deref(), Ok("all: fixed 5"));
        assert_eq!(text(&files, &roundabout).as_deref(), Ok("all: fixed 5"), "by another path to the file");
        assert_eq!(text(&files, &new).as_deref(), Ok("all: fixed 6"), "of a file that is not on the disk");
        assert_eq!(text(&files, &other).as_deref(), Ok("all: fixed 1"), "of a file that has no unsaved text");
        assert_eq!(text(&Files::default(), &saved).as_deref(), Ok("all: level"), "without an overlay");
        assert!(text(&Files::default(), &new).is_err_and(|problem| problem.ends_with("it does not exist")));
        assert!(files.open(&saved).is_none() && files.open(&other).is_some());
    }

    #[test]
    fn an_unsaved_text_has_a_fingerprint_of_its_own() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.rules");
        std::fs::write(&path, "all: level").expect("a file");
        let print = |text: &str| Files::with_unsaved([(path.clone(), text.to_owned())]).fingerprint(&path);
        assert_eq!(print("all: level"), print("all: level"));
        assert_ne!(print("all: level"), print("all: fixed"), "of one length");
        assert_ne!(print("all: level"), Files::default().fingerprint(&path), "and not that of the disk");
        assert_eq!(Files::default().fingerprint(&folder.path().join("b.rules")), None);
    }
}
