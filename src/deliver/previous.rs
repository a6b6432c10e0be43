//! What was sent last: by the state, by the outputs, or by both where they do not agree.

use std::io::Result;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::feed_parts;
use super::hash;
use super::previous_file::{self, WrittenFile};
use super::state::StateFolder;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::emit::artifact::ArtifactKind;
use crate::emit::artifacts::OutputPaths;
use crate::emit::guard::PASS;
use crate::emit::previous::PreviousEmission;
use crate::emit::{feed, inventory_file, quantities};
use crate::files::is_absence;

/// The files that tell what was sent last.
#[derive(Debug, Clone, Copy)]
pub struct PreviousSources<'a> {
    /// The project's state; `None` without a project, and where the command line names outputs: these alone count then.
    pub state: Option<&'a StateFolder>,
    /// The folder that paths in the state are relative to.
    pub root: &'a Path,
    /// The outputs that hold it: the list of quantities, the feed and the inventory file.
    pub outputs: OutputPaths<'a>,
}

/// What was sent last, as far as the files tell.
#[derive(Debug, Default)]
pub struct FoundPrevious {
    /// What was sent last; `None` where nothing tells, as before a first emission.
    pub previous: Option<PreviousEmission>,
    /// The files of earlier feeds that are known to be ours.
    pub feed_files: Vec<PathBuf>,
    /// An error for each file that should hold what was sent last, and cannot be read as stockrule writes it.
    pub damage: Vec<Diagnostic>,
    /// Whether there is a state that agrees with the outputs.
    pub has_state: bool,
}

impl PreviousSources<'_> {
    /// The files that tell what was sent last, the parts of a feed aside.
    pub fn files(&self) -> Vec<PathBuf> {
        let state = self.state.map(|state| state.file(previous_file::NAME));
        let outputs = [self.outputs.quantities, self.outputs.feed, self.outputs.inventory_file]
            .into_iter()
            .flatten()
            .map(Path::to_path_buf);
        state.into_iter().chain(outputs).collect()
    }

    /// Reads what was sent last, at this time. Where the state and an output do not agree, the output counts: a run was killed between the two,
    /// or somebody has put another file there.
    pub fn read(&self, now: Timestamp) -> FoundPrevious {
        let mut found = FoundPrevious::default();
        let files = self.read_state(&mut found);
        let state_time = found.previous.as_ref().map(|last| last.time);
        found.has_state = state_time.is_some();
        if let Some(path) = self.outputs.quantities {
            self.read_list(path, &files, &mut found);
        }
        for path in self.feed_files(&files, state_time, &mut found) {
            let is_ours = self.read_further(ArtifactKind::Feed, &path, &files, &mut found);
            found.feed_files.extend(is_ours.then_some(path));
        }
        if let Some(path) = self.outputs.inventory_file {
            self.read_further(ArtifactKind::InventoryFile, path, &files, &mut found);
        }
        if !found.damage.is_empty() {
            found.has_state = false;
            // What cannot be read may have said anything until now.
            found.previous.iter_mut().for_each(|last| last.history.settled = Some(now));
        }
        found
    }

    fn read_state(&self, found: &mut FoundPrevious) -> Vec<WrittenFile> {
        let Some(state) = self.state else { return vec![] };
        let path = state.file(previous_file::NAME);
        let read = match state.read(previous_file::NAME) {
            Ok(None) => return vec![],
            Ok(Some(bytes)) => previous_file::read(bytes),
            Err(problem) => Err(problem.to_string()),
        };
        match read {
            Ok((last, files)) => {
                found.previous = Some(last);
                files
            }
            Err(why) => {
                found.damage.push(match state.may_be_replaced(previous_file::NAME) {
                    Ok(()) => damaged(&path, &why),
                    Err(problem) => in_the_way(&path, &problem.to_string()),
                });
                vec![]
            }
        }
    }

    /// Reads the list of quantities, unless the state holds the same: it tells all that was sent with it.
    fn read_list(&self, path: &Path, files: &[WrittenFile], found: &mut FoundPrevious) {
        let (is_named, time) = match self.compare(ArtifactKind::Quantities, path, files) {
            Ok(OutputState::Missing | OutputState::Same) => return,
            Ok(OutputState::Other { is_named, modified }) => (is_named, modified),
            Err(problem) => return found.damage.push(damaged(path, &problem.to_string())),
        };
        let bytes = std::fs::read(path).map_err(|problem| problem.to_string());
        match bytes.and_then(|bytes| quantities::parse(&bytes)) {
            Err(why) => found.damage.push(damaged(path, &why)),
            // A list from before the project wrote there, which this emission is about to replace.
            Ok(_) if !is_named && found.previous.as_ref().is_some_and(|previous| previous.time >= time) => {}
            Ok(list) => {
                found.has_state = false;
                let mut previous = PreviousEmission { time, ..PreviousEmission::default() };
                previous.extend(list);
                previous.history.settled = Some(time);
                found.previous = Some(match found.previous.take() {
                    Some(earlier) => previous.after(earlier),
                    None => previous,
                });
            }
        }
    }

    /// The files of earlier feeds: the feed itself, and parts that the state names or that are recognized as ours.
    fn feed_files(&self, files: &[WrittenFile], state_time: Option<Timestamp>, found: &mut FoundPrevious) -> Vec<PathBuf> {
        let Some(feed) = self.outputs.feed else { return vec![] };
        let named = files.iter().filter(|file| file.kind == ArtifactKind::Feed).map(|file| self.root.join(&file.path));
        // Whoever wrote the state, only what can be a part of this feed is one.
        let mut parts: Vec<_> = named.filter(|path| feed_parts::is_part(feed, path)).collect();
        match feed_parts::recognized(feed, state_time) {
            Ok(ours) => parts.extend(ours),
            Err((path, why)) => found.damage.push(damaged(&path, &why)),
        }
        parts.sort_by_key(|path| (path.as_os_str().len(), path.clone()));
        parts.dedup();
        parts.retain(|part| ![self.outputs.quantities, self.outputs.inventory_file].contains(&Some(part)));
        std::iter::once(feed.to_path_buf()).chain(parts).collect()
    }

    /// Reads an output that need not hold all that was sent, unless the state or the list of quantities tells the same or
    /// something younger. Whether it is one that we wrote.
    fn read_further(&self, kind: ArtifactKind, path: &Path, files: &[WrittenFile], found: &mut FoundPrevious) -> bool {
        let (is_named, time) = match self.compare(kind, path, files) {
            Ok(OutputState::Missing) => return false,
            Ok(OutputState::Same) => return true,
            Ok(OutputState::Other { is_named, modified }) => (is_named, modified),
            Err(problem) => {
                found.damage.push(damaged(path, &problem.to_string()));
                return false;
            }
        };
        // Beside an emission that sent nothing, no feed of ours is left.
        let is_older = found.previous.as_ref().is_some_and(|last| last.time >= time && !last.is_empty());
        // A feed is large, and one as old as the list beside it was written with it.
        if is_older
            && !(is_named && found.has_state)
            && kind == ArtifactKind::Feed
            && feed_parts::messages_in(path).is_ok_and(|it| it.is_some())
        {
            return true;
        }
        let parse = if kind == ArtifactKind::Feed { feed::parse } else { inventory_file::parse };
        let bytes = std::fs::read(path).map_err(|problem| problem.to_string());
        match bytes.and_then(|bytes| parse(&bytes)) {
            Err(why) => {
                found.damage.push(damaged(path, &why));
                return false;
            }
            Ok(_) if is_older && !(is_named && found.has_state) => {}
            Ok((skus, quantities)) => {
                let last = found.previous.get_or_insert_with(|| PreviousEmission { time, ..PreviousEmission::default() });
                last.overlay(skus, quantities, time);
            }
        }
        true
    }

    /// What stands at an output's path, beside what the state says of it.
    fn compare(&self, kind: ArtifactKind, path: &Path, files: &[WrittenFile]) -> Result<OutputState> {
        let data = match std::fs::metadata(path) {
            Err(problem) if is_absence(&problem) => return Ok(OutputState::Missing),
            data => data?,
        };
        let modified = Timestamp::try_from(data.modified()?).map_err(std::io::Error::other)?;
        let Some(file) = files.iter().find(|file| file.kind == kind && self.root.join(&file.path) == path) else {
            return Ok(OutputState::Other { is_named: false, modified });
        };
        // A file whose time and length are as they were need not be read.
        let is_same = data.len() == file.length && (modified == file.modified || hash::of_file(path)? == file.hash);
        Ok(if is_same { OutputState::Same } else { OutputState::Other { is_named: true, modified } })
    }
}

/// Files of somebody else that stand where a feed is about to be written, which is not known to be ours.
pub fn foreign(files: &[PathBuf]) -> Vec<Diagnostic> {
    let is_foreign =
        |path: &&PathBuf| path.symlink_metadata().is_ok() && !feed_parts::messages_in(path).is_ok_and(|it| it.is_some());
    let foreign = files.iter().filter(is_foreign);
    foreign.map(|path| damaged(path, "it is no part of a feed as stockrule writes it")).collect()
}

/// What stands at an output's path.
enum OutputState {
    /// Nothing.
    Missing,
    /// What the state says was written there.
    Same,
    /// Something else.
    Other {
        /// Whether the state names the path.
        is_named: bool,
        /// When it was written.
        modified: Timestamp,
    },
}

/// The error that something stands in the place of the state that is none of ours, and that no emission replaces.
fn in_the_way(path: &Path, why: &str) -> Diagnostic {
    let message = format!("`{}` cannot be read as what was sent last: {why}", path.display());
    let help = "what stands there is not from stockrule, and is left alone: move it away, or name another folder in the project \
                file, such as `state: .stockrule-state`";
    Diagnostic::error(Code::Guard, message).help(help).at(Place::file(path))
}

/// The error that a file which tells what was sent last cannot be read.
fn damaged(path: &Path, why: &str) -> Diagnostic {
    let message = format!("`{}` cannot be read as what was sent last: {why}", path.display());
    let help = format!(
        "without it nobody can tell what changes on Amazon: see what would be sent with `stockrule preview`, or put the file back \
         as it was{PASS} and writes the file anew"
    );
    Diagnostic::error(Code::Guard, message).help(help).at(Place::file(path))
}
