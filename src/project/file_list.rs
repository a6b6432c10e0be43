//! The files that the paths and patterns of a project name: each once, in order.

use std::path::{Path, PathBuf};

use super::patterns::is_pattern;
use crate::catalog::Input;
use crate::files::{NamedFile, paths};

/// What a path leads to, links followed: two paths to one file are equal.
fn resolved(path: &Path) -> PathBuf {
    paths::resolve(path).unwrap_or_else(|_| path.to_path_buf())
}

/// Files in the order of the paths and patterns that name them, each of which is read once.
#[derive(Default)]
pub struct FileList {
    files: Vec<ListedFile>,
}

struct ListedFile {
    named: NamedFile,
    columns_key: Option<String>,
    resolved: PathBuf,
    /// Whether it is named itself, not by a pattern.
    is_outright: bool,
}

/// Whether a file joined the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addition {
    /// It is read.
    New,
    /// It was named before, in the same way, and is read once.
    Again,
    /// Two patterns match it, of which one has it read as extra columns, or by another column of SKUs.
    InTwoWays,
}

impl FileList {
    /// Adds a file that a path or pattern names. Where two patterns match one file, the first counts. A path that names it goes
    /// before every pattern, and the file stands where the path does.
    pub fn add(&mut self, pattern: &str, named: NamedFile, columns_key: Option<String>) -> Addition {
        let (resolved, is_outright) = (resolved(&named.path), !is_pattern(pattern));
        let file = ListedFile { named, columns_key, resolved, is_outright };
        let same = |known: &ListedFile| known.resolved == file.resolved;
        let same_way = |known: &ListedFile| known.columns_key == file.columns_key;
        let is_of = |known: &&ListedFile| same(known) && known.is_outright == is_outright;
        match self.files.iter().find(is_of) {
            Some(known) if same_way(known) => return Addition::Again,
            Some(_) if !is_outright => return Addition::InTwoWays,
            _ if !is_outright && self.files.iter().any(same) => return Addition::Again,
            _ => {}
        }
        if is_outright {
            self.files.retain(|known| known.is_outright || known.resolved != file.resolved);
        }
        self.files.push(file);
        Addition::New
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
        let input = |ListedFile { named, columns_key, .. }| (Input { path: named.path, columns_key }, named.name);
        self.files.into_iter().map(input).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_listed_once() {
        let mut list = FileList::default();
        let mut add = |pattern: &str, path: &str, key: Option<&str>| {
            list.add(pattern, NamedFile { path: path.into(), name: path.into() }, key.map(str::to_owned))
        };
        assert_eq!(add("*.csv", "a.csv", None), Addition::New);
        assert_eq!(add("*.csv", "b.csv", None), Addition::New);
        assert_eq!(add("a*", "a.csv", None), Addition::Again);
        assert_eq!(add("b*", "b.csv", Some("SKU")), Addition::InTwoWays);
        assert_eq!(add("a.csv", "a.csv", Some("SKU")), Addition::New);
        assert_eq!(add("*.*", "a.csv", None), Addition::Again);
        assert_eq!(add("a.csv", "a.csv", Some("SKU")), Addition::Again);
        assert_eq!(add("a.csv", "a.csv", None), Addition::New);
        let names: Vec<_> =
            list.catalog().into_iter().map(|(input, name)| (name.display().to_string(), input.columns_key)).collect();
        let expected = [("b.csv", None), ("a.csv", Some("SKU")), ("a.csv", None)];
        assert_eq!(names, expected.map(|(name, key)| (name.to_owned(), key.map(str::to_owned))));
    }
}
