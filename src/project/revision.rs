//! The rules as they were: of a git revision, or of another file or folder.

use std::path::{Component, Path, PathBuf};
use std::process::Command;

use super::file::{FILE_NAME, ProjectFile};
use super::{Named, expand, rule_source};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::source::Source;
use crate::yaml;

type Failed = Vec<Diagnostic>;

/// The rule files of a git revision: those that the project file of that revision names, or else these patterns. Patterns are
/// relative to the root.
///
/// # Errors
/// What git says, or a rule file that is not UTF-8.
pub fn rules_at(revision: &str, root: &Path, patterns: &[PathBuf], project: Option<&Path>) -> Result<Vec<Source>, Failed> {
    let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    let git = Git { root };
    let tree =
        git.text(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{tree}}")]).map_err(|said| {
            let inside = git.text(&["rev-parse", "--show-toplevel"]);
            let (message, help) = match (inside, said.is_empty()) {
                (Ok(_), true) => (format!("git knows no revision `{revision}`"), "name a commit, a branch or a tag"),
                (Ok(_), false) => (format!("git: {said}"), "compare with a file or folder instead: `--from PATH`"),
                (Err(said), _) => (format!("git: {said}"), "compare with a file or folder instead: `--from PATH`"),
            };
            vec![Diagnostic::error(Code::Revision, message).help(help)]
        })?;
    let failed = |said: String| vec![Diagnostic::error(Code::Revision, format!("git: {said}"))];
    let prefix = PathBuf::from(git.text(&["rev-parse", "--show-prefix"]).map_err(failed)?);
    let listed = git.bytes(&["ls-tree", "-r", "-z", "--full-tree", "--name-only", &tree]).map_err(failed)?;
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let known: Vec<&str> = listed.split('\0').filter(|name| !name.is_empty()).collect();
    let show = |path: &str| git.bytes(&["cat-file", "blob", &format!("{tree}:{path}")]);
    let project = project.and_then(Path::file_name).map(|name| plain(&prefix.join(name)));
    let named = match project.filter(|project| known.contains(&project.as_str())) {
        Some(project) => project_rules(revision, &show(&project).map_err(failed)?)?,
        None => None,
    };
    let patterns = named.unwrap_or_else(|| patterns.to_vec());
    let mut sources = vec![];
    let mut problems = vec![];
    for pattern in &patterns {
        let full = plain(&prefix.join(pattern));
        let matches = |name: &str| glob::Pattern::new(&full).is_ok_and(|glob| glob.matches_with(name, SEPARATED));
        let mut paths: Vec<&str> = match known.contains(&full.as_str()) {
            true => vec![&full],
            false => known.iter().copied().filter(|name| matches(name)).collect(),
        };
        paths.sort_unstable();
        for path in paths {
            let own = Path::new(path).strip_prefix(&prefix).unwrap_or(Path::new(path)).display().to_string();
            match String::from_utf8(show(path).map_err(failed)?) {
                Ok(text) => sources.push(Source::new(own, text)),
                Err(_) => problems.push(
                    Diagnostic::error(Code::Encoding, format!("the rule file of {revision} is not UTF-8"))
                        .at(Place::file(Path::new(&own))),
                ),
            }
        }
    }
    if sources.is_empty() && problems.is_empty() {
        let help = "name a later revision, or compare with a file or folder: `--from PATH`";
        problems.push(Diagnostic::error(Code::Revision, format!("{revision} has no rule files of this project")).help(help));
    }
    if problems.is_empty() { Ok(sources) } else { Err(problems) }
}

/// As files of a folder are matched: `*` does not reach into folders below.
const SEPARATED: glob::MatchOptions =
    glob::MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: false };

/// The rule files of another place: of a file, of a project's folder, or of any folder with `.rules` files.
///
/// # Errors
/// A place without rules, or a file that cannot be read.
pub fn rules_from(path: &Path) -> Result<Vec<Source>, Failed> {
    let project = path.join(FILE_NAME);
    let named = |path: PathBuf| Named { name: path.clone(), path };
    let files: Vec<Named> = if path.is_dir() && project.is_file() {
        let text = std::fs::read(&project).unwrap_or_default();
        let patterns = project_rules(&path.display().to_string(), &text)?.unwrap_or_default();
        patterns.iter().flat_map(|pattern| expand(path, &pattern.display().to_string())).collect()
    } else if path.is_dir() {
        expand(path, "*.rules").into_iter().map(|file| named(file.path)).collect()
    } else {
        vec![named(path.to_path_buf())]
    };
    if files.is_empty() {
        let message = format!("`{}` has no rule files", path.display());
        return Err(vec![
            Diagnostic::error(Code::File, message).help("name a rule file, a project's folder, or one with `.rules` files"),
        ]);
    }
    let mut problems = vec![];
    let sources = files.iter().filter_map(|file| rule_source(file, &mut problems)).collect();
    if problems.is_empty() { Ok(sources) } else { Err(problems) }
}

/// The patterns of rule files that a project file names.
fn project_rules(of: &str, bytes: &[u8]) -> Result<Option<Vec<PathBuf>>, Failed> {
    let name = PathBuf::from(format!("{of}:{FILE_NAME}"));
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(vec![Diagnostic::error(Code::Encoding, "the project file is not UTF-8").at(Place::file(&name))]);
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(None);
    }
    let file: ProjectFile = yaml::read(&name, text, Code::Project).map_err(|problem| vec![*problem])?;
    Ok((!file.rules.is_empty()).then(|| file.rules.iter().map(PathBuf::from).collect()))
}

/// A path as git writes it: with slashes, `.` and `..` resolved by name.
fn plain(path: &Path) -> String {
    let mut parts: Vec<String> = vec![];
    for part in path.components() {
        match part {
            Component::ParentDir => {
                parts.pop();
            }
            Component::Normal(name) => parts.push(name.to_string_lossy().into_owned()),
            _ => {}
        }
    }
    parts.join("/")
}

/// The git program: it knows every kind of repository, worktree and setting that its user has.
struct Git<'a> {
    root: &'a Path,
}

impl Git<'_> {
    /// What a command prints; what it says if it fails.
    fn bytes(&self, arguments: &[&str]) -> Result<Vec<u8>, String> {
        let mut command = Command::new("git");
        let done = command.arg("-C").arg(self.root).args(arguments).output();
        let done = done.map_err(|problem| format!("the program cannot be run: {problem}"))?;
        match done.status.success() {
            true => Ok(done.stdout),
            false => {
                let said = String::from_utf8_lossy(&done.stderr);
                Err(said.lines().next().unwrap_or("").trim_start_matches("fatal: ").to_owned())
            }
        }
    }

    fn text(&self, arguments: &[&str]) -> Result<String, String> {
        self.bytes(arguments).map(|bytes| String::from_utf8_lossy(&bytes).trim_end().to_owned())
    }
}
