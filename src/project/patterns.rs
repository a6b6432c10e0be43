//! The files that a path or a pattern such as `rules/*.rules` names.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use glob::{MatchOptions, Pattern};

use crate::files::{NamedFile, paths};

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
    match paths::metadata_of_link(&plain) {
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
        if paths::metadata(&path).map_or(true, |data| data.is_file()) {
            files.push(NamedFile { name: path.strip_prefix(root).unwrap_or(&path).to_path_buf(), path });
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

fn is_nowhere(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidInput | ErrorKind::InvalidFilename)
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
}
