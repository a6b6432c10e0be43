//! The rules as they were: of a git revision, or of another file or folder.

mod git;
mod revision_tree;

use std::path::{Path, PathBuf};

use super::patterns::expand;
use super::project_file::{FILE_NAME, RulesOfProject};
use super::rule_files::rule_source;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::files::paths::{is_file, is_folder, resolve};
use crate::files::{Document, FileRole, Files, NamedFile};
use crate::source::Source;
use crate::yaml;
use git::Git;
use revision_tree::RevisionTree;

/// The rules as they were.
pub struct EarlierRules {
    /// The rule files.
    pub sources: Vec<Source>,
    /// What a reader of the comparison should know of them.
    pub remarks: Vec<Diagnostic>,
}

/// The rule files of a git revision: those that the project file of that revision names, or else these patterns. Patterns are
/// relative to the root. Links are followed within the revision.
///
/// # Errors
/// What git says, a link that leads out of the repository, or a rule file that is not UTF-8.
pub fn rules_at(
    revision: &str,
    root: &Path,
    patterns: &[PathBuf],
    project: Option<&Path>,
) -> Result<EarlierRules, Vec<Diagnostic>> {
    let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    let git = Git { folder: root };
    let one = |problem: Box<Diagnostic>| vec![*problem];
    let tree = git.tree_of(revision).map_err(one)?;
    let from = git.text(&["rev-parse", "--show-prefix"]).map_err(|trouble| one(git::failed(trouble)))?;
    let listed = git.bytes(&["ls-tree", "-r", "-z", "--full-tree", &tree]).map_err(|trouble| one(git::failed(trouble)))?;
    let tree = RevisionTree::of(&git, revision, &listed);
    let mut remarks = vec![];
    let mut remark = |message: String, help: &str| remarks.push(Diagnostic::warning(Code::Revision, message).help(help));
    let project = project.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let project_then = match &project {
        Some(name) => tree.find(&from, name).map_err(one)?.pop(),
        None => None,
    };
    let named = match &project_then {
        Some(file) => project_rules(&format!("{revision}:{}", file.path), tree.read(file).map_err(one)?)?,
        None => None,
    };
    if let (None, Some(name)) = (&named, &project) {
        let lacks = if project_then.is_some() { "names no rules in" } else { "has no" };
        let help = "what moved or was renamed since is then missing from the comparison";
        remark(format!("{revision} {lacks} `{name}`: its rules are those that are named now"), help);
    }
    let (mut sources, mut problems) = (vec![], vec![]);
    let are_its_own = named.is_some();
    for pattern in named.unwrap_or_else(|| patterns.to_vec()) {
        let pattern = pattern.to_string_lossy().replace('\\', "/");
        let found = match Path::new(&pattern).is_absolute() {
            true => tree.find("", &within(&git, &pattern).map_err(one)?).map_err(one)?,
            false => tree.find(&from, &pattern).map_err(one)?,
        };
        if found.is_empty() {
            let by = if are_its_own { " by its own project file" } else { "" };
            remark(format!("{revision} has no rule file `{pattern}`, which is named{by}"), "the comparison is without it");
        }
        for file in found {
            match String::from_utf8(tree.read(&file).map_err(one)?) {
                Ok(text) => sources.push(Source::new(file.path, text)),
                Err(_) => problems.push(
                    Diagnostic::error(Code::Encoding, format!("the rule file of {revision} is not UTF-8"))
                        .help("compare with a later revision, or with a file or folder: `--from PATH`")
                        .at(Place::file(&file.path)),
                ),
            }
        }
    }
    if sources.is_empty() && problems.is_empty() {
        let help = "name a later revision, or compare with a file or folder: `--from PATH`";
        problems.push(Diagnostic::error(Code::Revision, format!("{revision} has no rule files of this project")).help(help));
    }
    if problems.is_empty() { Ok(EarlierRules { sources, remarks }) } else { Err(problems) }
}

/// A whole path or pattern, as a path within the repository.
fn within(git: &Git<'_>, pattern: &str) -> Result<String, Box<Diagnostic>> {
    let top = git.text(&["rev-parse", "--show-toplevel"]).map_err(git::failed)?;
    // Folders on the way may be links, but not what a pattern stands for.
    let is_wild = |part: &Path| part.to_string_lossy().contains(['*', '?', '[']);
    let existing = Path::new(pattern).ancestors().find(|part| !is_wild(part) && is_folder(part));
    let real = existing.and_then(|part| Some(resolve(part).ok()?.join(Path::new(pattern).strip_prefix(part).ok()?)));
    let inside = real.and_then(|real| Some(real.strip_prefix(&top).ok()?.to_string_lossy().replace('\\', "/")));
    inside.ok_or_else(|| {
        let error = Diagnostic::error(Code::Revision, format!("the rule file `{pattern}` lies outside of the git repository"));
        Box::new(error.help("compare with a file or folder instead: `--from PATH`"))
    })
}

/// The rule files of another place: of a file, of a project's folder, or of any folder with `.rules` files.
///
/// # Errors
/// A place without rules, or a file that cannot be read.
pub fn rules_from(path: &Path) -> Result<EarlierRules, Vec<Diagnostic>> {
    let project = path.join(FILE_NAME);
    let named = |path: PathBuf| NamedFile { name: path.clone(), path };
    let mut problems = vec![];
    let files: Vec<NamedFile> = if is_folder(path) && is_file(&project) {
        let Some(bytes) = Files::default().read(&named(project.clone()), FileRole::Project, &mut problems) else {
            return Err(problems);
        };
        let mut files = vec![];
        for pattern in project_rules(&project.display().to_string(), bytes)?.unwrap_or_default() {
            let pattern = pattern.display().to_string();
            let found = expand(path, &pattern).map_err(|problem| vec![Diagnostic::error(Code::File, problem)])?;
            if found.is_empty() {
                let message = format!("`{}` names the rule file `{pattern}`, which does not exist", project.display());
                problems.push(Diagnostic::error(Code::File, message).help("compare with a rule file of it alone: `--from FILE`"));
            }
            files.extend(found);
        }
        files
    } else if is_folder(path) {
        let found = expand(path, "*.rules").map_err(|problem| vec![Diagnostic::error(Code::File, problem)])?;
        found.into_iter().map(|file| named(file.path)).collect()
    } else {
        vec![named(path.to_path_buf())]
    };
    if files.is_empty() && problems.is_empty() {
        let message = format!("`{}` has no rule files", path.display());
        let help = "name a rule file, a project's folder, or one with `.rules` files";
        problems.push(Diagnostic::error(Code::File, message).help(help));
    }
    let sources = files.iter().filter_map(|file| rule_source(&Files::default(), file, &mut problems)).collect();
    if problems.is_empty() { Ok(EarlierRules { sources, remarks: vec![] }) } else { Err(problems) }
}

/// The patterns of rule files that a project file names.
fn project_rules(name: &str, bytes: Vec<u8>) -> Result<Option<Vec<PathBuf>>, Vec<Diagnostic>> {
    let name = PathBuf::from(name);
    let mut problems = vec![];
    let Some(document) = Document::open(&name, FileRole::Project, bytes, &mut problems) else { return Err(problems) };
    let text = document.text();
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(None);
    }
    let file: RulesOfProject = yaml::read(&name, &text, Code::Project).map_err(|problem| vec![*problem])?;
    Ok((!file.rules.is_empty()).then(|| file.rules.iter().map(PathBuf::from).collect()))
}
