//! The git program: it knows every kind of repository, worktree and setting that its user has.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::diagnostic::{Code, Diagnostic};
use crate::text;

/// The git program, asked in a folder.
pub struct Git<'a> {
    /// The folder.
    pub folder: &'a Path,
}

/// Why git has not answered.
#[derive(Debug)]
pub enum GitFailure {
    /// There is no such program.
    NotInstalled,
    /// What it said, or why it cannot be run.
    Said(String),
}

/// Settings that hold whatever the repository's own say, which others may have written: nothing is run and nothing is fetched.
const SETTINGS: [&str; 3] = ["core.fsmonitor=false", "protocol.allow=never", "core.pager=cat"];

/// What git says is read, so it must say it in English; it asks nobody, locks nothing and fetches nothing.
const ENVIRONMENT: [(&str, &str); 5] =
    [("LC_ALL", "C"), ("LANGUAGE", "C"), ("GIT_TERMINAL_PROMPT", "0"), ("GIT_OPTIONAL_LOCKS", "0"), ("GIT_NO_LAZY_FETCH", "1")];

/// The variables of git's that stay: they say how the user has set git up. All others, such as `GIT_DIR` in a hook, would have it
/// look into another repository than the project's, or say more than it is asked.
fn stays(variable: &str) -> bool {
    const KEPT: [&str; 3] = ["GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_EXEC_PATH"];
    !variable.starts_with("GIT_") || variable.starts_with("GIT_CONFIG_") || KEPT.contains(&variable)
}

impl Git<'_> {
    /// What a command prints.
    ///
    /// # Errors
    /// What it says if it fails.
    pub fn bytes(&self, arguments: &[&str]) -> Result<Vec<u8>, GitFailure> {
        let mut command = Command::new("git");
        for (variable, _) in std::env::vars_os().filter(|(variable, _)| !stays(&variable.to_string_lossy())) {
            command.env_remove(variable);
        }
        command.envs(ENVIRONMENT).stdin(Stdio::null()).arg("-C").arg(self.folder).arg("--no-pager");
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        let done = command.args(arguments).output().map_err(|problem| match problem.kind() {
            std::io::ErrorKind::NotFound => GitFailure::NotInstalled,
            _ => GitFailure::Said(format!("the program cannot be run: {problem}")),
        })?;
        match done.status.success() {
            true => Ok(done.stdout),
            false => {
                let said = String::from_utf8_lossy(&done.stderr);
                let first = said.lines().find(|line| !line.starts_with("warning: ")).unwrap_or_default();
                Err(GitFailure::Said(first.trim_start_matches("fatal: ").trim_start_matches("error: ").to_owned()))
            }
        }
    }

    /// What a command prints, as text.
    ///
    /// # Errors
    /// What it says if it fails.
    pub fn text(&self, arguments: &[&str]) -> Result<String, GitFailure> {
        self.bytes(arguments).map(|bytes| String::from_utf8_lossy(&bytes).trim_end().to_owned())
    }

    /// The tree of a revision, by its name in the repository.
    ///
    /// # Errors
    /// A revision that is not known, with how to get it.
    pub fn tree_of(&self, revision: &str) -> Result<String, Box<Diagnostic>> {
        let tree = format!("{revision}^{{tree}}");
        self.text(&["rev-parse", "--verify", "--quiet", "--end-of-options", &tree]).map_err(|trouble| match trouble {
            GitFailure::Said(said) if said.is_empty() => match self.text(&["rev-parse", "--is-inside-work-tree"]) {
                Ok(_) => Box::new(self.unknown(revision)),
                Err(trouble) => failed(trouble),
            },
            trouble => failed(trouble),
        })
    }

    /// The error for a revision that the repository does not have.
    fn unknown(&self, revision: &str) -> Diagnostic {
        let is = |arguments: &[&str], answer: &str| self.text(arguments).is_ok_and(|said| said == answer);
        if self.text(&["rev-parse", "--verify", "--quiet", "HEAD"]).is_err() {
            let help = "commit the rules first, or compare with a file or folder: `--from PATH`";
            return Diagnostic::error(Code::Revision, "the repository has no commit yet to compare with").help(help);
        }
        let message = format!("git knows no revision `{revision}`");
        let remotes = self.text(&["remote"]).unwrap_or_default();
        if let Some((remote, branch)) =
            revision.split_once('/').filter(|(remote, _)| remotes.lines().any(|known| known == *remote))
        {
            // Clones of one branch, as continuous integration makes them, fetch no other without being told where to.
            let help = format!(
                "if it is a branch that this clone has not fetched: `git fetch {remote} {branch}:refs/remotes/{revision}` (in \
                 GitHub Actions: `fetch-depth: 0` of `actions/checkout` fetches all)"
            );
            return Diagnostic::error(Code::Revision, message).help(help);
        }
        if is(&["rev-parse", "--is-shallow-repository"], "true") {
            let help = "this clone is shallow, it lacks earlier commits and other branches: `git fetch --unshallow` fetches the \
                        commits (in GitHub Actions: `fetch-depth: 0` of `actions/checkout`)";
            return Diagnostic::error(Code::Revision, message).help(help);
        }
        let names = self.text(&["for-each-ref", "--format=%(refname:short)"]).unwrap_or_default();
        let remote = names.lines().find(|name| name.split_once('/').is_some_and(|(_, branch)| branch == revision));
        let help = match remote.or_else(|| text::nearest(revision, names.lines())) {
            _ if revision.contains("..") => "name one revision: what it is compared with are the rules as they stand".to_owned(),
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                "name a commit, a branch or a tag: `git log --oneline`, `git branch --all` and `git tag` list them".to_owned()
            }
        };
        Diagnostic::error(Code::Revision, message).help(help)
    }

    /// The content of a file that the repository holds under this name.
    ///
    /// # Errors
    /// What git says.
    pub fn file(&self, id: &str) -> Result<Vec<u8>, Box<Diagnostic>> {
        self.bytes(&["cat-file", "blob", id]).map_err(|trouble| {
            let mut error = failed(trouble);
            let lacks = self.text(&["config", "--get-regexp", r"^remote\..*\.promisor$"]).is_ok();
            if lacks {
                let help = "this clone is partial: `git fetch --refetch --no-filter` fetches the files that it lacks";
                error.help = Some(help.to_owned());
            }
            error
        })
    }
}

/// The error where git has not answered.
pub fn failed(trouble: GitFailure) -> Box<Diagnostic> {
    const FROM: &str = "compare with a file or folder instead: `--from PATH`";
    let (message, help) = match trouble {
        GitFailure::NotInstalled => ("git is not installed, or not in `PATH`".to_owned(), format!("install it, or {FROM}")),
        // Git refuses the repositories of other users, whose settings could run programs.
        GitFailure::Said(said) if said.contains("dubious ownership") => {
            let folder = said.split('\'').nth(1).unwrap_or(".").to_owned();
            let help =
                format!("it belongs to another user; if you trust it: `git config --global --add safe.directory '{folder}'`");
            (format!("git: {said}"), help)
        }
        GitFailure::Said(said) => (format!("git: {said}"), FROM.to_owned()),
    };
    Box::new(Diagnostic::error(Code::Revision, message).help(help))
}
