//! Events of the file system and signals, on one channel.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, EventKind, ModifyKind};
use notify::{RecursiveMode, Watcher};

use super::paths::Inputs;
use crate::system;

/// The interval of polling where the system has no events left to give.
const POLL: Duration = Duration::from_secs(1);

/// What comes in.
enum Event {
    /// The process is to stop.
    Stop,
    /// Something happened to files, or the system lost count of what did.
    Files(notify::Result<notify::Event>),
}

/// How waiting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// The process is to stop.
    Stop,
    /// Something happened to a file that may matter.
    Event,
    /// Something happened to an output that is looked after.
    Output,
    /// Nothing happened for so long.
    Timeout,
}

/// Events, and what is being listened to.
pub struct Events {
    channel: Receiver<Event>,
    watcher: Option<notify::RecommendedWatcher>,
    /// Why the system gives no events of files, until a message has said so.
    trouble: Option<String>,
    listening: BTreeSet<PathBuf>,
    refused: BTreeSet<PathBuf>,
    poll: Option<Duration>,
    writing: BTreeSet<PathBuf>,
    happened: bool,
}

impl Events {
    /// Listens to signals; to folders as [`Events::listen`] names them.
    pub fn new(poll: Option<Duration>) -> std::io::Result<Self> {
        let (sender, channel) = channel();
        let stopper = sender.clone();
        system::on_stop_signals(false, move || {
            // The loop has ended if nobody receives.
            let _ = stopper.send(Event::Stop);
        })?;
        let files = move |event| {
            // The loop has ended if nobody receives.
            let _ = sender.send(Event::Files(event));
        };
        let (watcher, poll, trouble) = match poll {
            Some(interval) => (None, Some(interval), None),
            None => match notify::recommended_watcher(files) {
                Ok(watcher) => (Some(watcher), None, None),
                Err(problem) => {
                    let trouble =
                        format!("the system gives no events of files ({problem}): they are looked at every second instead");
                    (None, Some(POLL), Some(trouble))
                }
            },
        };
        let (listening, refused, writing) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        Ok(Events { channel, watcher, trouble, listening, refused, poll, writing, happened: false })
    }

    /// The interval in which the files must be looked at, where events do not tell.
    pub fn polls(&self) -> Option<Duration> {
        self.poll
    }

    /// Listens to these folders and to no others. Returns what could not be done, in words.
    pub fn listen(&mut self, folders: &BTreeSet<PathBuf>) -> Vec<String> {
        let mut problems: Vec<String> = self.trouble.take().into_iter().collect();
        let Some(watcher) = &mut self.watcher else { return problems };
        for gone in self.listening.difference(folders) {
            // A folder that was removed is no longer watched anyway.
            let _ = watcher.unwatch(gone);
        }
        self.listening.retain(|folder| folders.contains(folder));
        for folder in folders {
            // Asked for again each time: a folder that was replaced by another of its name is another one.
            match watcher.watch(folder, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    self.listening.insert(folder.clone());
                    self.refused.remove(folder);
                }
                Err(problem) if self.refused.insert(folder.clone()) => {
                    let limit = matches!(problem.kind, notify::ErrorKind::MaxFilesWatch);
                    let reason = if limit { "the system's limit of watches is reached".to_owned() } else { problem.to_string() };
                    problems.push(format!(
                        "`{}` cannot be watched: {reason}; its files are looked at every second instead",
                        folder.display()
                    ));
                }
                Err(_) => {}
            }
        }
        self.refused.retain(|folder| folders.contains(folder));
        self.poll = if self.refused.is_empty() { None } else { Some(POLL) };
        problems
    }

    /// Waits for the next event that may matter to a run, and so long at most.
    pub fn wait(&mut self, patience: Option<Duration>, inputs: &Inputs) -> Wait {
        let end = patience.map(|patience| Instant::now() + patience);
        loop {
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            match self.wait_for_any(left, inputs) {
                Wait::Output => {}
                other => return other,
            }
        }
    }

    /// Waits for the next event that may matter, also of an output, and so long at most.
    pub fn wait_for_any(&mut self, patience: Option<Duration>, inputs: &Inputs) -> Wait {
        let end = patience.map(|patience| Instant::now() + patience);
        loop {
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            let event = match left {
                Some(left) => self.channel.recv_timeout(left),
                None => self.channel.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            match event {
                Ok(Event::Stop) | Err(RecvTimeoutError::Disconnected) => return Wait::Stop,
                Err(RecvTimeoutError::Timeout) => return Wait::Timeout,
                Ok(Event::Files(event)) => {
                    let is_output = |path: &PathBuf| inputs.may_be_watched_output(path);
                    let of_output =
                        event.as_ref().is_ok_and(|event| !event.kind.is_access() && event.paths.iter().any(is_output));
                    if self.concerns(event, inputs) {
                        return Wait::Event;
                    }
                    if of_output {
                        return Wait::Output;
                    }
                }
            }
        }
    }

    /// Whether an event may matter: it is no reading, and of no file that we write ourselves.
    fn concerns(&mut self, event: notify::Result<notify::Event>, inputs: &Inputs) -> bool {
        let concerns = match event {
            Err(_) => true,
            Ok(event) if event.need_rescan() => true,
            Ok(event) => {
                let closed = event.kind == EventKind::Access(AccessKind::Close(AccessMode::Write));
                let paths: Vec<_> = event.paths.iter().filter(|path| inputs.may_be_input(path)).cloned().collect();
                let moved = matches!(event.kind, EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)));
                if closed || moved {
                    self.writing.retain(|path| !paths.contains(path));
                } else if matches!(event.kind, EventKind::Modify(ModifyKind::Data(_))) {
                    self.writing.extend(paths.iter().cloned());
                }
                !paths.is_empty() && (closed || !event.kind.is_access())
            }
        };
        self.happened |= concerns;
        concerns
    }

    /// Whether anything that may matter has happened since this was last asked.
    pub fn take_happened(&mut self) -> bool {
        std::mem::take(&mut self.happened)
    }

    /// Whether a file has been written to, and not been closed yet.
    pub fn is_writing(&self) -> bool {
        !self.writing.is_empty()
    }

    /// Waits no longer for files to be closed.
    pub fn forget_writing(&mut self) {
        self.writing.clear();
    }
}
