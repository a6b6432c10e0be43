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
    /// Runs once; `cause` says why.
    fn run(&mut self, cause: &Cause);
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

/// A file that is still open for writing, and a checkout that git is still at, are waited for so long after the last event.
const STILL_WRITING: Duration = Duration::from_secs(2);

/// The interval of polling where the system has no events left to give.
const POLL: Duration = Duration::from_secs(1);

/// Runs the job, and again whenever its inputs change, until the process is told to stop.
///
/// # Errors
/// The signals that stop the loop cannot be waited for.
pub fn watch(job: &mut impl Job, options: Options) -> std::io::Result<()> {
    memory::give_back();
    let mut events = Events::new(options.poll)?;
    let mut inputs = job.inputs();
    listen(&mut events, &inputs, job);
    if settle(&mut events, &inputs) == Wait::Stop {
        return Ok(());
    }
    let mut state = State::of(&inputs);
    job.run(&Cause::Start);
    let mut active = Instant::now();
    let mut settled = false;
    loop {
        // Taken anew after each run, and listened to before it is looked at, so that nothing falls between.
        inputs = job.inputs();
        listen(&mut events, &inputs, job);
        let now = State::of(&inputs);
        let cause = match now.changes_from(&state) {
            changed if changed.is_empty() => job.due(),
            // Changed while the last run was at work, perhaps by something that is not done yet.
            _ if !settled => {
                if settle(&mut events, &inputs) == Wait::Stop {
                    return Ok(());
                }
                settled = true;
                continue;
            }
            changed => Some(Cause::Changed(changed)),
        };
        settled = false;
        if let Some(cause) = cause {
            state = now;
            job.run(&cause);
            active = Instant::now();
            continue;
        }
        let idle = options.once_idle.map(|idle| idle.saturating_sub(active.elapsed()));
        if idle.is_some_and(|idle| idle.is_zero()) {
            return Ok(());
        }
        let patience = [idle, events.polls(), job.patience()].into_iter().flatten().min();
        let woken = events.wait(patience, &inputs);
        let end = match woken {
            Wait::Timeout if State::of(&inputs) == state => Wait::Timeout,
            Wait::Event | Wait::Timeout => settle(&mut events, &inputs),
            Wait::Stop => Wait::Stop,
        };
        settled = end == Wait::Event;
        if end == Wait::Stop {
            return Ok(());
        }
    }
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

/// Waits until a burst of changes is over: nothing has happened for a moment, no file is still being written, and git is not
/// in the middle of a checkout.
fn settle(events: &mut Events, inputs: &Inputs) -> Wait {
    let mut last = Instant::now();
    let mut state = State::of(inputs);
    loop {
        if events.wait(Some(QUIET), inputs) == Wait::Stop {
            return Wait::Stop;
        }
        let now = State::of(inputs);
        if events.take_happened() || now != state {
            last = Instant::now();
            state = now;
            continue;
        }
        let busy = events.is_writing() || inputs.git_is_busy() || now.is_unsettled();
        if !busy || last.elapsed() >= STILL_WRITING {
            events.forget_writing();
            return Wait::Event;
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
