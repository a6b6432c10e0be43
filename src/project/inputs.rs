//! Which files the paths and patterns of a project name: each once, in order.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern};

use crate::catalog::Input;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::files::{FileRole, NamedFile};

/// As a shell matches: `*` does not reach into folders below, and nothing but a dot matches the dot at the start of a name, so that
/// what editors and systems keep beside files is left alone.
const MATCHED: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };

/// Whether a path of the project file is a pattern.
pub fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?', '['])
}

/// The files that a path or pattern names, those of a pattern in name order; none where there is nothing.
///
/// # Errors
/// In words: a pattern that is not well-formed, a folder that cannot be looked into.
pub fn expand(root: &Path, pattern: &str) -> Result<Vec<NamedFile>, String> {
    let plain = root.join(pattern);
    match std::fs::symlink_metadata(&plain) {
        Err(problem) if is_nowhere(problem.kind()) || is_pattern(pattern) => {}
        // Whoever reads it says what is wrong with it.
        _ => return Ok(vec![NamedFile { path: plain, name: PathBuf::from(pattern) }]),
    }
    if !is_pattern(pattern) {
        return Ok(vec![]);
    }
    let escaped = Pattern::escape(&root.display().to_string());
    let is_of_root = escaped.is_empty() || Path::new(pattern).is_absolute();
    let full = if is_of_root { pattern.to_owned() } else { format!("{escaped}/{pattern}") };
    let found = glob::glob_with(&full, MATCHED)
        .map_err(|problem| format!("the pattern `{pattern}` is not well-formed: {}", problem.msg.to_lowercase()))?;
    let mut files = vec![];
    for path in found {
        let path = path.map_err(|problem| {
            let reason = match problem.error().kind() {
                ErrorKind::PermissionDenied => "permission denied".to_owned(),
                _ => problem.error().to_string(),
            };
            format!("`{}` cannot be looked into: {reason}", problem.path().display())
        })?;
        // A link that leads nowhere names a file that is missing, which is told when it is read.
        if std::fs::metadata(&path).map_or(true, |data| data.is_file()) {
            files.push(NamedFile { name: path.strip_prefix(root).unwrap_or(&path).to_path_buf(), path });
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

fn is_nowhere(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidInput | ErrorKind::InvalidFilename)
}

/// What a path leads to, links followed: two paths to one file are equal.
fn resolved(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_path_buf())
}

/// Files in the order of what names them, each of which is read once.
#[derive(Default)]
pub struct Chosen {
    files: Vec<ChosenFile>,
}

struct ChosenFile {
    named: NamedFile,
    columns_key: Option<String>,
    resolved: PathBuf,
    /// Whether it is named itself, not by a pattern.
    is_outright: bool,
}

/// What came of a file that is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is read.
    New,
    /// It was named before, in the same way, and is read once.
    Again,
    /// Two patterns match it, of which one has it read as extra columns, or by another column of SKUs.
    InTwoWays,
}

impl Chosen {
    /// Adds a file that a path or pattern names. Where two patterns match one file, the first counts. A path that names it goes
    /// before every pattern, and the file stands where the path does.
    pub fn add(&mut self, pattern: &str, named: NamedFile, columns_key: Option<String>) -> Added {
        let (resolved, is_outright) = (resolved(&named.path), !is_pattern(pattern));
        let file = ChosenFile { named, columns_key, resolved, is_outright };
        let same = |known: &ChosenFile| known.resolved == file.resolved;
        let same_way = |known: &ChosenFile| known.columns_key == file.columns_key;
        let is_of = |known: &&ChosenFile| same(known) && known.is_outright == is_outright;
        match self.files.iter().find(is_of) {
            Some(known) if same_way(known) => return Added::Again,
            Some(_) if !is_outright => return Added::InTwoWays,
            _ if !is_outright && self.files.iter().any(same) => return Added::Again,
            _ => {}
        }
        if is_outright {
            self.files.retain(|known| known.is_outright || known.resolved != file.resolved);
        }
        self.files.push(file);
        Added::New
    }

    /// Adds the files that a path or pattern names, each to be read once.
    pub fn add_all(&mut self, pattern: &str, files: Vec<NamedFile>) {
        for named in files {
            self.add(pattern, named, None);
        }
    }

    /// The files.
    pub fn files(self) -> Vec<NamedFile> {
        self.files.into_iter().map(|file| file.named).collect()
    }

    /// The files as those of a catalog, with their names in messages.
    pub fn catalog(self) -> Vec<(Input, PathBuf)> {
        let input = |ChosenFile { named, columns_key, .. }| (Input { path: named.path, columns_key }, named.name);
        self.files.into_iter().map(input).collect()
    }
}

/// What is wrong with inputs that can be read only once, such as pipes: one that is named twice would be waited for without end.
pub fn named_twice<'a>(inputs: impl Iterator<Item = (FileRole, &'a Path)>) -> Vec<Diagnostic> {
    let mut known: BTreeMap<(u64, u64), FileRole> = BTreeMap::new();
    let mut problems = vec![];
    for (role, path) in inputs {
        let Some(identity) = stream(path) else { continue };
        if let Some(first) = known.insert(identity, role) {
            let message =
                format!("`{}` can be read only once, and is named twice: as {} and as {}", path.display(), first.a(), role.a());
            let help = "write what comes through it into a file, and name that";
            problems.push(Diagnostic::error(Code::File, message).help(help).at(Place::file(path)));
        }
    }
    problems
}

/// What identifies a pipe; `None` for a file.
#[cfg(unix)]
pub fn stream(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    let data = std::fs::metadata(path).ok()?;
    data.file_type().is_fifo().then(|| (data.dev(), data.ino()))
}

/// What identifies a pipe; `None` for a file.
#[cfg(not(unix))]
pub fn stream(_path: &Path) -> Option<(u64, u64)> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_no_hidden_files() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["rules/.hidden/a.rules", "rules/.b.rules", "rules/b.rules", "rules/c/d.rules", ".top/e.rules"] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            std::fs::write(path, "").expect("a file");
        }
        let names = |pattern: &str| {
            let found = expand(folder.path(), pattern).expect("files");
            found.into_iter().map(|named| named.name.display().to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names("rules/*.rules"), ["rules/b.rules"]);
        assert_eq!(names("rules/?b.rules"), [] as [&str; 0]);
        assert_eq!(names("rules/[.]b.rules"), [] as [&str; 0]);
        assert_eq!(names("**/*.rules"), ["rules/b.rules", "rules/c/d.rules"]);
        assert_eq!(names("*/*.rules"), ["rules/b.rules"]);
        assert_eq!(names("rules/.b.rules"), ["rules/.b.rules"]);
        assert_eq!(names("nothing.rules"), [] as [&str; 0]);
        assert_eq!(names(&format!("{}/rules/b*", Pattern::escape(&folder.path().display().to_string()))), ["rules/b.rules"]);
        assert!(expand(folder.path(), "rules/[a.rules").is_err_and(|problem| problem.contains("not well-formed")));
    }

    #[test]
    fn a_file_is_chosen_once() {
        let mut chosen = Chosen::default();
        let mut add = |pattern: &str, path: &str, key: Option<&str>| {
            chosen.add(pattern, NamedFile { path: path.into(), name: path.into() }, key.map(str::to_owned))
        };
        assert_eq!(add("*.csv", "a.csv", None), Added::New);
        assert_eq!(add("*.csv", "b.csv", None), Added::New);
        assert_eq!(add("a*", "a.csv", None), Added::Again);
        assert_eq!(add("b*", "b.csv", Some("SKU")), Added::InTwoWays);
        assert_eq!(add("a.csv", "a.csv", Some("SKU")), Added::New);
        assert_eq!(add("*.*", "a.csv", None), Added::Again);
        assert_eq!(add("a.csv", "a.csv", Some("SKU")), Added::Again);
        assert_eq!(add("a.csv", "a.csv", None), Added::New);
        let names: Vec<_> =
            chosen.catalog().into_iter().map(|(input, name)| (name.display().to_string(), input.columns_key)).collect();
        let expected = [("b.csv", None), ("a.csv", Some("SKU")), ("a.csv", None)];
        assert_eq!(names, expected.map(|(name, key)| (name.to_owned(), key.map(str::to_owned))));
    }
}
