//! The loop: run, note what was read, wait for a change of it, run again.
//!
//! What wakes the loop is decided by path and content: an event only says that it is worth a look, and a run follows only
//! where what is there differs from what the last run read.

mod events;
pub mod hook;
pub mod lock;
mod memory;
pub mod paths;

use std::path::PathBuf;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use events::{Event, Events};
use paths::{Inputs, State};

/// What the loop runs.
pub trait Job {
    /// What a run would read now, and what it writes.
    fn inputs(&mut self) -> Inputs;
    /// Runs once; `cause` says why. Before it writes or tells anything it asks `still` whether its inputs are as they were when
    /// it began: one that is being written in place may have been read half-way. If they are not, it leaves everything as it
    /// is and answers `false`.
    fn run(&mut self, cause: &Cause, still: &dyn Fn() -> bool) -> bool;
    /// Whether time alone makes another run due: the day has changed, or a failed write is to be tried again.
    fn due(&mut self) -> Option<Cause>;
    /// How long the loop may sleep before it asks again whether a run is due; `None` for as long as nothing happens.
    fn patience(&self) -> Option<Duration>;
    /// Something that the watching itself has to say.
    fn remark(&mut self, message: &str);
}

/// Why there is a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The first one.
    Start,
    /// These files are new, changed or gone.
    Changed(Vec<PathBuf>),
    /// Another day has begun.
    Day,
    /// The last run could not write.
    Retry,
}

/// How the loop watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Look at the files in this interval instead of waiting for events.
    pub poll: Option<Duration>,
    /// Stop after so long without a change.
    pub once_idle: Option<Duration>,
}

/// After so long without a further event, a burst of them is over.
const QUIET: Duration = Duration::from_millis(25);

/// A file that is still open for writing or has been emptied, and a checkout that git is still at, are waited for so long after
/// the last event.
const STILL_WRITING: Duration = Duration::from_secs(2);

/// The interval of polling where the system has no events left to give.
const POLL: Duration = Duration::from_secs(1);

/// Runs the job, and again whenever its inputs change, until the process is told to stop.
///
/// # Errors
/// The signals that stop the loop cannot be waited for.
pub fn watch(job: &mut impl Job, options: Options) -> std::io::Result<()> {
    memory::spare();
    let mut events = Events::new(options.poll)?;
    // What the last run read; there is none yet.
    let mut state: Option<State> = None;
    let mut rest: Option<Rest> = None;
    let mut active = Instant::now();
    loop {
        // Taken anew after each run, and listened to before it is looked at, so that nothing falls between.
        let inputs = job.inputs();
        listen(&mut events, &inputs, job);
        let now = State::of(&inputs);
        let cause = match state.as_ref().map(|last| now.changes_from(last)) {
            None => Some(Cause::Start),
            Some(changed) if changed.is_empty() => job.due(),
            Some(changed) => Some(Cause::Changed(changed)),
        };
        if let Some(cause) = cause {
            let is_new = matches!(cause, Cause::Start | Cause::Changed(_));
            // Only what has come to rest is read, and what is there must be just that: a file may be changing again by now.
            if is_new && !rest.as_ref().is_some_and(|rest| rest.in_vain || rest.state == now) {
                rest = settle(&mut events, &inputs, state.as_ref());
                if rest.is_none() {
                    return Ok(());
                }
                continue;
            }
            let in_vain = rest.take().is_some_and(|rest| rest.in_vain);
            if job.run(&cause, &|| in_vain || State::of(&inputs) == now) {
                state = Some(now);
                active = Instant::now();
            }
            continue;
        }
        let idle = options.once_idle.map(|idle| idle.saturating_sub(active.elapsed()));
        if idle.is_some_and(|idle| idle.is_zero()) {
            return Ok(());
        }
        let patience = [idle, events.polls(), job.patience()].into_iter().flatten().min();
        match events.wait(patience, &inputs) {
            Wait::Stop => return Ok(()),
            Wait::Timeout if Some(State::of(&inputs)) == state => {}
            Wait::Event | Wait::Timeout => {
                rest = settle(&mut events, &inputs, state.as_ref());
                if rest.is_none() {
                    return Ok(());
                }
            }
        }
    }
}

/// The inputs at rest.
struct Rest {
    state: State,
    /// They were waited for in vain: a file stays open, and what is there must do.
    in_vain: bool,
}

/// How waiting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wait {
    /// The process is to stop.
    Stop,
    /// Something happened to a file that may matter.
    Event,
    /// Nothing happened for so long.
    Timeout,
}

fn listen(events: &mut Events, inputs: &Inputs, job: &mut impl Job) {
    for problem in events.listen(inputs.folders()) {
        job.remark(&problem);
    }
}

/// Waits until a burst of changes is over: nothing has happened for a moment, no file is still being written or has been emptied
/// since the last run, and git is not in the middle of a checkout. `None` if the process is to stop.
fn settle(events: &mut Events, inputs: &Inputs, last_run: Option<&State>) -> Option<Rest> {
    let mut last = Instant::now();
    let mut state = State::of(inputs);
    loop {
        if events.wait(Some(QUIET), inputs) == Wait::Stop {
            return None;
        }
        let now = State::of(inputs);
        if events.take_happened() || now != state {
            last = Instant::now();
            state = now;
            continue;
        }
        // On a busy machine a file can be seen empty before the system tells that it is open.
        let is_emptied = last_run.is_some_and(|last| now.was_emptied_since(last));
        let busy = is_emptied || events.is_writing() || inputs.git_is_busy() || now.is_unsettled();
        if !busy || last.elapsed() >= STILL_WRITING {
            events.forget_writing();
            return Some(Rest { state, in_vain: busy });
        }
    }
}

impl Events {
    /// Waits for the next event that may matter.
    fn wait(&mut self, patience: Option<Duration>, inputs: &Inputs) -> Wait {
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
                    if self.concerns(event, inputs) {
                        return Wait::Event;
                    }
                }
            }
        }
    }
}
