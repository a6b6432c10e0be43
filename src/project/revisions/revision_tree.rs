//! The files of a git revision, found by patterns as those of a folder are, links followed within the revision.

use std::collections::{BTreeMap, VecDeque};

use glob::{MatchOptions, Pattern};

use super::git::Git;
use crate::diagnostic::{Code, Diagnostic};

/// The folders, files and links of a revision.
pub struct RevisionTree<'g> {
    git: &'g Git<'g>,
    /// The revision, as the user named it.
    revision: &'g str,
    top: TreeEntry,
}

/// What stands under a name.
enum TreeEntry {
    Folder(BTreeMap<String, TreeEntry>),
    /// A file, by the name of its content in the repository.
    File(String),
    /// A link, by the name of its content.
    Link(String),
    /// Another repository, of which this one holds no files.
    Submodule,
}

/// A file that a pattern has found.
pub struct RevisionFile {
    /// Its path, as the pattern leads to it.
    pub path: String,
    /// The name of its content in the repository.
    pub id: String,
}

/// Where a path leads, links followed.
enum PathTarget<'t> {
    /// To this, which really stands at this path.
    To(Vec<String>, &'t TreeEntry),
    /// To nothing.
    ToNothing,
    /// To a link whose target, this, is nothing.
    Nowhere(String),
}

/// The most links that are followed one after another, as Linux does: more of them lead in a circle.
const HOPS: usize = 40;

/// `*` does not reach into folders below, and matches no hidden file.
const MATCHED: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };

impl<'g> RevisionTree<'g> {
    /// Takes what `git ls-tree -r -z` lists.
    pub fn of(git: &'g Git<'g>, revision: &'g str, listed: &[u8]) -> Self {
        let mut top = BTreeMap::new();
        for line in String::from_utf8_lossy(listed).split('\0') {
            let Some((about, path)) = line.split_once('\t') else { continue };
            let mut about = about.split(' ');
            let (mode, id) = (about.next().unwrap_or_default(), about.nth(1).unwrap_or_default().to_owned());
            let entry = match mode {
                "120000" => TreeEntry::Link(id),
                "160000" => TreeEntry::Submodule,
                _ => TreeEntry::File(id),
            };
            insert(&mut top, &path.split('/').collect::<Vec<_>>(), entry);
        }
        RevisionTree { git, revision, top: TreeEntry::Folder(top) }
    }

    /// The content of a file.
    ///
    /// # Errors
    /// What git says.
    pub fn read(&self, found: &RevisionFile) -> Result<Vec<u8>, Box<Diagnostic>> {
        self.git.file(&found.id)
    }

    /// The files that a path or a pattern finds from a folder, in name order.
    ///
    /// # Errors
    /// A link on the way that leads nowhere, out of the repository or in a circle; a submodule; a pattern that is none.
    pub fn find(&self, folder: &str, pattern: &str) -> Result<Vec<RevisionFile>, Box<Diagnostic>> {
        let from: Vec<&str> = parts(folder).collect();
        let rest: Vec<&str> = parts(pattern).collect();
        if let PathTarget::To(_, TreeEntry::File(id)) = self.follow(&[], &[from.as_slice(), &rest].concat(), pattern)? {
            return Ok(vec![RevisionFile { path: pattern.to_owned(), id: id.clone() }]);
        }
        let mut found = vec![];
        if let PathTarget::To(at, _) = self.follow(&[], &from, folder)? {
            self.walk(&at, "", &rest, &mut found)?;
        }
        found.sort_by(|a, b| parts(&a.path).cmp(parts(&b.path)));
        found.dedup_by(|a, b| a.path == b.path);
        Ok(found)
    }

    /// Adds what the rest of a pattern finds in a folder; `shown` is how the pattern leads there.
    fn walk(&self, at: &[String], shown: &str, rest: &[&str], found: &mut Vec<RevisionFile>) -> Result<(), Box<Diagnostic>> {
        let below = |name: &str| if shown.is_empty() { name.to_owned() } else { format!("{shown}/{name}") };
        let Some((&head, after)) = rest.split_first() else { return Ok(()) };
        let names: Vec<&str> = match self.entry(at) {
            Some(TreeEntry::Folder(_)) if !head.contains(['*', '?', '[']) => vec![head],
            Some(TreeEntry::Folder(entries)) => {
                let pattern = Pattern::new(head).map_err(|problem| self.wrong(&below(head), problem.msg))?;
                entries.keys().map(String::as_str).filter(|name| pattern.matches_with(name, MATCHED)).collect()
            }
            _ => vec![],
        };
        let any_depth = head == "**";
        if any_depth {
            self.walk(at, shown, after, found)?;
        }
        for name in names {
            let path = below(name);
            match self.follow(at, &[name], &path)? {
                PathTarget::To(_, TreeEntry::File(id)) if after.is_empty() && !any_depth => {
                    found.push(RevisionFile { path, id: id.clone() })
                }
                // A link back to a folder on the way would be followed for ever.
                PathTarget::To(real, TreeEntry::Folder(_)) if any_depth && !at.starts_with(&real) => {
                    self.walk(&real, &path, rest, found)?
                }
                PathTarget::To(real, TreeEntry::Folder(_)) if !any_depth => self.walk(&real, &path, after, found)?,
                PathTarget::Nowhere(target) if !any_depth => {
                    return Err(self.wrong(&path, &format!("is a link to `{target}`, which that revision does not have")));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn entry(&self, at: &[String]) -> Option<&TreeEntry> {
        at.iter().try_fold(&self.top, |entry, name| match entry {
            TreeEntry::Folder(entries) => entries.get(name),
            _ => None,
        })
    }

    /// What a path from a folder leads to, links followed. `shown` is the path in messages.
    fn follow(&self, from: &[String], path: &[&str], shown: &str) -> Result<PathTarget<'_>, Box<Diagnostic>> {
        let mut at = from.to_vec();
        let mut ahead: VecDeque<String> = path.iter().map(|&part| part.to_owned()).collect();
        // The last link's target, and how many parts of the path come behind the first link.
        let (mut target, mut behind) = (None::<String>, usize::MAX);
        let out = |target: &str| self.wrong(shown, &format!("is a link that leads out of the repository, to `{target}`"));
        let mut hops = 0;
        while let Some(part) = ahead.pop_front() {
            if part == ".." {
                if at.pop().is_none() {
                    return Err(target.map_or_else(|| self.wrong(shown, "leads out of the repository"), |target| out(&target)));
                }
                continue;
            }
            at.push(part);
            match self.entry(&at) {
                Some(TreeEntry::Link(_)) if hops >= HOPS => {
                    return Err(self.wrong(shown, "is a link that leads in a circle"));
                }
                Some(TreeEntry::Link(id)) => {
                    let leads_to = String::from_utf8_lossy(&self.git.file(id)?).into_owned();
                    if leads_to.starts_with('/') {
                        return Err(out(&leads_to));
                    }
                    at.pop();
                    hops += 1;
                    behind = behind.min(ahead.len());
                    parts(&leads_to).rev().for_each(|part| ahead.push_front(part.to_owned()));
                    target = Some(leads_to);
                }
                Some(TreeEntry::Submodule) => {
                    return Err(self.wrong(shown, "lies in a submodule, whose files the repository does not hold"));
                }
                Some(_) => {}
                None => return Ok(target.filter(|_| ahead.len() >= behind).map_or(PathTarget::ToNothing, PathTarget::Nowhere)),
            }
        }
        Ok(self.entry(&at).map_or(PathTarget::ToNothing, |entry| PathTarget::To(at, entry)))
    }

    fn wrong(&self, path: &str, how: &str) -> Box<Diagnostic> {
        let error = Diagnostic::error(Code::Revision, format!("`{path}` of {} {how}", self.revision));
        Box::new(error.help("compare with a file or folder instead: `--from PATH`"))
    }
}

fn insert(folder: &mut BTreeMap<String, TreeEntry>, names: &[&str], entry: TreeEntry) {
    match names {
        [] => {}
        [name] => {
            folder.insert((*name).to_owned(), entry);
        }
        [name, below @ ..] => {
            let folder = folder.entry((*name).to_owned()).or_insert_with(|| TreeEntry::Folder(BTreeMap::new()));
            // Git holds nothing below a file.
            if let TreeEntry::Folder(entries) = folder {
                insert(entries, below, entry);
            }
        }
    }
}

/// The names of a path, without those that lead nowhere.
fn parts(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty() && *part != ".")
}
