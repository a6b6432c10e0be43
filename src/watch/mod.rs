//! The loop: run, note what was read, wait for a change of it, run again.
//!
//! What wakes the loop is decided by path and content: an event only says that it is worth a look, and a run follows only
//! where what is there differs from what the last run read.

pub mod trouble_reporter;
pub mod wait_scale;
mod output_hashes;
pub mod uploader;
mod events;
pub mod hook_event;
pub mod paths;
pub mod hooks;
pub mod debounce;
mod running_program;
pub mod supervisor;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::memory;
use debounce::{ChangeCheck, Debounced};
use events::{Events, Wait};
use paths::{FileStates, Inputs};

/// What the loop runs.
pub trait WatchJob {
    /// What a run would read now, and what it writes.
    fn inputs(&mut self) -> Inputs;
    /// Runs once; `cause` says why. Before it writes or tells anything it asks `check` whether it is sure. If it is not, it leaves
    /// everything as it is and answers `false`.
    fn run(&mut self, cause: &RunCause, check: &mut ChangeCheck<'_>) -> bool;
    /// Whether another run is due although no input has changed: the day has, an output was changed by others, or a failed write
    /// is to be tried again. Looks after what goes on beside the runs.
    fn due(&mut self) -> Option<RunCause>;
    /// Whether something goes on beside the runs that is to end before the loop may end by itself.
    fn is_busy(&self) -> bool;
    /// How long the loop may sleep before it asks again whether a run is due; `None` for as long as nothing happens.
    fn patience(&self) -> Option<Duration>;
    /// Something that the watching itself has to say.
    fn remark(&mut self, message: &str);
}

/// Why there is a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunCause {
    /// The first one.
    Start,
    /// These files are new, changed or gone.
    Changed(Vec<PathBuf>),
    /// Another day has begun.
    Day,
    /// The last run could not write.
    Retry,
    /// Another process has written or removed outputs.
    Outputs,
}

/// How the loop watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct WatchOptions {
    /// Look at the files in this interval instead of waiting for events.
    pub poll: Option<Duration>,
    /// Stop after so long without a change.
    pub once_idle: Option<Duration>,
}

/// Runs the job, and again whenever its inputs change, until the process is told to stop.
///
/// # Errors
/// The signals that stop the loop cannot be waited for.
pub fn watch(job: &mut impl WatchJob, options: WatchOptions) -> std::io::Result<()> {
    memory::spare();
    let mut events = Events::new(options.poll)?;
    // What the last run read; there is none yet.
    let mut state: Option<FileStates> = None;
    let mut rest: Option<Debounced> = None;
    // Whether a run begins as soon as a burst seems to be over: not after one that was disturbed.
    let mut soon = true;
    let mut active = Instant::now();
    loop {
        // Taken anew after each run, and listened to before it is looked at, so that nothing falls between.
        let inputs = job.inputs();
        listen(&mut events, &inputs, job);
        let now = FileStates::of(&inputs);
        let cause = match state.as_ref().map(|last| now.changes_from(last)) {
            None => Some(RunCause::Start),
            Some(changed) if changed.is_empty() => job.due(),
            Some(changed) => Some(RunCause::Changed(changed)),
        };
        if let Some(cause) = cause {
            // Only what has come to rest is read, and what is there must be just that: a file may be changing again by now.
            let known = rest.take().filter(|rest| rest.in_vain || rest.state == now);
            let Some(known) = known else {
                rest = Debounced::wait(&mut events, &inputs, state.as_ref(), soon);
                if rest.is_none() {
                    return Ok(());
                }
                continue;
            };
            let mut check = ChangeCheck::new(&mut events, &inputs, Debounced { state: now, ..known });
            let has_run = job.run(&cause, &mut check);
            if check.must_stop() {
                return Ok(());
            }
            if has_run {
                state = Some(check.into_state());
                active = Instant::now();
            }
            soon = has_run;
            continue;
        }
        if job.is_busy() {
            active = Instant::now();
        }
        let idle = options.once_idle.map(|idle| idle.saturating_sub(active.elapsed()));
        if idle.is_some_and(|idle| idle.is_zero()) {
            return Ok(());
        }
        let patience = [idle, events.polls(), job.patience()].into_iter().flatten().min();
        match events.wait_for_any(patience, &inputs) {
            Wait::Stop => return Ok(()),
            Wait::Output => {}
            Wait::Timeout if Some(FileStates::of(&inputs)) == state => {}
            Wait::Event | Wait::Timeout => {
                rest = Debounced::wait(&mut events, &inputs, state.as_ref(), soon);
                if rest.is_none() {
                    return Ok(());
                }
            }
        }
    }
}

fn listen(events: &mut Events, inputs: &Inputs, job: &mut impl WatchJob) {
    for problem in events.listen(inputs.folders()) {
        job.remark(&problem);
    }
}
