//! Whether the inputs are at rest: a run begins when they seem to be, and nothing is written or told before they are known to be.

use std::time::{Duration, Instant};

use super::events::{Events, Wait};
use super::paths::{FileStates, Inputs};

/// After so long without a further event, a burst of them is over.
const QUIET: Duration = Duration::from_millis(25);

/// After so long without a further event it mostly is: what a run works out meanwhile is there when [`QUIET`] has passed.
const PAUSE: Duration = Duration::from_millis(5);

/// A file that is still open for writing or has been emptied, and a checkout that git is still at, are waited for so long after
/// the last event.
const STILL_WRITING: Duration = Duration::from_secs(2);

/// Inputs that are at rest, or seem to be.
pub struct Debounced {
    /// As they are then.
    pub state: FileStates,
    /// When something happened last.
    pub since: Instant,
    /// They were waited for in vain: a file stays open, and what is there must do.
    pub in_vain: bool,
}

impl Debounced {
    /// Waits until a burst of changes seems to be over: nothing has happened for a moment, no file is still being written or has
    /// been emptied since the last run, and git is not in the middle of a checkout. A `soon` asks for a short moment, where
    /// events tell of all that happens after it. `None` if the process is to stop.
    pub fn wait(events: &mut Events, inputs: &Inputs, last_run: Option<&FileStates>, soon: bool) -> Option<Self> {
        let soon = soon && events.polls().is_none();
        let mut since = Instant::now();
        let mut state = FileStates::of(inputs);
        loop {
            if events.wait(Some(if soon { PAUSE } else { QUIET }), inputs) == Wait::Stop {
                return None;
            }
            let now = FileStates::of(inputs);
            if events.take_happened() || now != state {
                since = Instant::now();
                state = now;
                continue;
            }
            // On a busy machine a file can be seen empty before the system tells that it is open.
            let is_emptied = last_run.is_some_and(|last| now.was_emptied_since(last));
            let busy = is_emptied || is_at_work(events, inputs) || (!soon && now.is_unsettled());
            if !busy || since.elapsed() >= STILL_WRITING {
                events.forget_writing();
                return Some(Debounced { state, since, in_vain: busy });
            }
        }
    }
}

/// Whether somebody is still writing.
fn is_at_work(events: &Events, inputs: &Inputs) -> bool {
    events.is_writing() || inputs.git_is_busy()
}

/// The rest of the inputs during a run.
pub struct ChangeCheck<'a> {
    events: &'a mut Events,
    inputs: &'a Inputs,
    rest: Debounced,
    end: Option<Interruption>,
}

/// Why there is no calm any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Interruption {
    Disturbed,
    Stop,
}

impl<'a> ChangeCheck<'a> {
    /// Calm as of now.
    pub fn new(events: &'a mut Events, inputs: &'a Inputs, rest: Debounced) -> Self {
        ChangeCheck { events, inputs, rest, end: None }
    }

    /// Whether nothing has happened so far; does not wait. After a `false` a run has nothing to go on for.
    pub fn lasts(&mut self) -> bool {
        self.lasts_for(Duration::ZERO)
    }

    /// Whether the inputs are as they were when the run began, and no burst of changes is under way: waits until that is sure. A
    /// file that was being written in place may have been read half-way.
    pub fn is_sure(&mut self) -> bool {
        if !self.lasts_for(QUIET.saturating_sub(self.rest.since.elapsed())) {
            return false;
        }
        let is_same = || {
            let now = FileStates::of(self.inputs);
            now == self.rest.state && !now.is_unsettled()
        };
        if !self.rest.in_vain && (is_at_work(self.events, self.inputs) || !is_same()) {
            self.end = Some(Interruption::Disturbed);
        }
        self.end.is_none()
    }

    /// Whether the process is to stop.
    pub fn must_stop(&self) -> bool {
        self.end == Some(Interruption::Stop)
    }

    /// The state of the inputs that the run has read.
    pub fn into_state(self) -> FileStates {
        self.rest.state
    }

    fn lasts_for(&mut self, patience: Duration) -> bool {
        if self.end.is_none() && !self.rest.in_vain {
            self.end = match self.events.wait(Some(patience), self.inputs) {
                Wait::Timeout => None,
                Wait::Event | Wait::Output => Some(Interruption::Disturbed),
                Wait::Stop => Some(Interruption::Stop),
            };
        }
        self.end.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with one input, what is listened to, and the inputs.
    fn watched(poll: Option<Duration>) -> (tempfile::TempDir, Events, Inputs) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.rules");
        std::fs::write(&file, "all: level").expect("a file");
        let mut events = Events::new(poll).expect("events");
        let inputs = Inputs::new(vec![file.clone()], &[file], &[]);
        assert_eq!(events.listen(inputs.folders()), [] as [String; 0]);
        (folder, events, inputs)
    }

    #[test]
    fn a_run_begins_soon_and_is_sure_later() {
        let (_folder, mut events, inputs) = watched(None);
        let rest = Debounced::wait(&mut events, &inputs, None, true).expect("a rest");
        let since = rest.since;
        let mut check = ChangeCheck::new(&mut events, &inputs, rest);
        assert!(check.lasts());
        assert!(check.is_sure());
        assert!(since.elapsed() >= QUIET);
    }

    #[test]
    fn what_happens_during_a_run_disturbs_it() {
        for poll in [None, Some(Duration::from_secs(1))] {
            let (folder, mut events, inputs) = watched(poll);
            let rest = Debounced::wait(&mut events, &inputs, None, true).expect("a rest");
            let mut check = ChangeCheck::new(&mut events, &inputs, rest);
            std::fs::write(folder.path().join("a.rules"), "all: fixed 5").expect("a file");
            assert!(!check.is_sure());
            assert!(!check.lasts());
            assert!(!check.must_stop());
        }
    }

    #[test]
    fn other_files_do_not_disturb_it() {
        let (folder, mut events, inputs) = watched(None);
        let rest = Debounced::wait(&mut events, &inputs, None, true).expect("a rest");
        let mut check = ChangeCheck::new(&mut events, &inputs, rest);
        std::fs::write(folder.path().join("notes.txt"), "nothing of ours").expect("a file");
        assert!(check.is_sure());
    }
}
