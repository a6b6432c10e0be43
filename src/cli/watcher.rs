//! What `watch` does whenever something changes: prepare, look whether it still holds, emit, log.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use jiff::civil::Date;
use serde_json::json;

use super::common::Common;
use super::emit::Outgoing;
use super::log::{Log, LogFormat, WatchedRun};
use crate::deliver::lock::{EmissionTurn, LockFailure, WATCH, WatchLock};
use crate::deliver::previous_cache::PreviousCache;
use crate::deliver::state::StateFolder;
use crate::diagnostic::{Code, Diagnostic, Place, any_error};
use crate::fields::Field;
use crate::orders::OrdersSummary;
use crate::project::{Emitted, FILE_NAME, Session, Settings, emit_again, prepare};
use crate::report::json as report;
use crate::watch::debounce::ChangeCheck;
use crate::watch::hook_event::HookEvent;
use crate::watch::hooks::{Hooks, RunOutcome};
use crate::watch::paths::{FileStates, Inputs};
use crate::watch::wait_scale::WaitScale;
use crate::watch::{RunCause, WatchJob};

/// What `watch` carries from run to run.
pub struct Watcher<'a> {
    common: &'a Common,
    outgoing: &'a Outgoing,
    /// What was read of files that have not changed since.
    session: Session,
    /// What was sent last.
    previous: PreviousCache,
    wait_scale: WaitScale,
    hooks: Hooks,
    /// Holds the project; `None` without a project, or where another watcher does.
    lock: Option<WatchLock>,
    /// The outputs as the last run left or found them.
    outputs: FileStates,
    /// When they were last written again after another program had changed them, and whether it has been logged since that it
    /// does so again and again.
    put_right: Option<(Instant, bool)>,
    log: Log<'a>,
    /// The day of the last run, if the rules read it.
    day: Option<Date>,
    /// The project's folder, which paths in the log are relative to.
    root: PathBuf,
    /// When a failed write is tried again.
    retry: Option<Instant>,
    /// The settings when it was last looked for inputs.
    settings: Settings,
}

/// After so long a write that failed is tried again: a full disk raises no event when it has room.
const RETRY: Duration = Duration::from_secs(10);

/// Outputs that another program writes again and again, such as another watcher's, are put right no more often.
const PUT_RIGHT: Duration = Duration::from_secs(60);

/// How often the loop looks whether the day has changed, where the rules read it.
const DAY: Duration = Duration::from_secs(20);

impl<'a> Watcher<'a> {
    /// One that has not run yet.
    pub fn new(common: &'a Common, outgoing: &'a Outgoing, format: LogFormat, wait_scale: WaitScale) -> Self {
        Watcher {
            common,
            outgoing,
            session: Session::default(),
            previous: PreviousCache::default(),
            wait_scale,
            hooks: Hooks::new(wait_scale),
            lock: None,
            outputs: FileStates::default(),
            put_right: None,
            log: Log::new(common, format),
            day: None,
            root: PathBuf::new(),
            retry: None,
            settings: Settings::default(),
        }
    }

    /// Holds the project against other watchers.
    ///
    /// # Errors
    /// Another one holds it, or it cannot be held.
    pub fn hold(&mut self, settings: &Settings) -> Result<(), Box<Diagnostic>> {
        let folder = match (&settings.state, &settings.file) {
            (Some(folder), _) => folder.clone(),
            // What the project file names instead is not known as long as it cannot be read.
            (None, Some(_)) if self.lock.is_some() => return Ok(()),
            (None, Some(file)) => StateFolder::of_project(file, FILE_NAME),
            (None, None) => {
                self.lock = None;
                return Ok(());
            }
        };
        if self.lock.as_ref().is_some_and(|lock| lock.holds(&folder)) {
            return Ok(());
        }
        self.lock = None;
        match WatchLock::take(&folder) {
            Ok(lock) => {
                self.lock = Some(lock);
                Ok(())
            }
            Err(LockFailure::By(process)) => {
                let by = process.map_or_else(String::new, |process| format!(" (process {process})"));
                let message = format!("another `stockrule watch` is at work on this project{by}");
                Err(Box::new(Diagnostic::error(Code::File, message)))
            }
            Err(LockFailure::Failed(problem)) => Err(Box::new(folder.cannot_write(WATCH, &problem))),
        }
    }

    /// Logs what happened to the programs that `watch` runs; the one for trouble hears of it, too.
    fn report_events(&mut self, all: Vec<HookEvent>) {
        for event in all {
            let object = self.log.event("hook", &event.message, event.json());
            self.hooks.logged(&event, object);
        }
    }

    /// Takes the programs that the project names, unless another watcher holds it.
    fn configure(&mut self, settings: &Settings) {
        if self.lock.is_some() {
            let events = self.hooks.configure(settings);
            self.report_events(events);
        }
    }

    /// How long outputs that another program has written are to stay as they are; `None` where they may be put right.
    fn waits_to_put_right(&self) -> Option<Duration> {
        let (time, _) = self.put_right?;
        self.wait_scale.shorten(PUT_RIGHT).checked_sub(time.elapsed()).filter(|left| !left.is_zero())
    }

    /// Logs a run, and has the programs know of it.
    fn report(
        &mut self,
        cause: &RunCause,
        emitted: &Emitted,
        found: &[Diagnostic],
        orders: Option<OrdersSummary>,
        took: Duration,
    ) {
        let mut object = self.log.run(WatchedRun { cause, root: &self.root, took }, emitted, found, orders);
        let ending = match emitted {
            Emitted::Written(done) => RunOutcome::Emitted(&done.files),
            Emitted::Refused => RunOutcome::Refused,
            Emitted::Failed => RunOutcome::Errors,
        };
        if !matches!(emitted, Emitted::Written(_)) {
            // Whoever is told of trouble has not seen the messages that were logged before.
            object["diagnostics"] = json!(report::diagnostics(found));
        }
        self.hooks.ran(ending, object);
    }

    /// Logs that the watcher has started.
    pub fn start(&self) {
        self.log.event("started", "watching", json!({}));
    }

    /// Ends the programs that still run, and logs that the watcher has stopped.
    pub fn finish(&mut self) {
        let events = self.hooks.finish();
        self.report_events(events);
        self.log.event("stopped", "stopped", json!({}));
    }
}

impl WatchJob for Watcher<'_> {
    fn inputs(&mut self) -> Inputs {
        let (mut settings, _) = self.common.look();
        self.outgoing.apply(&mut settings);
        self.root.clone_from(&settings.root);
        let mut patterns = settings.patterns.clone();
        patterns.extend(settings.file.clone());
        let mut inputs = Inputs::new(settings.input_files(), &patterns, &settings.outputs.files());
        if self.hooks.are_any() {
            inputs = inputs.with_watched_outputs(&settings.outputs.files());
        }
        self.settings = settings;
        inputs
    }

    fn run(&mut self, cause: &RunCause, check: &mut ChangeCheck<'_>) -> bool {
        let started = Instant::now();
        let (mut settings, mut problems) = self.common.look();
        self.outgoing.apply(&mut settings);
        self.retry = None;
        if let Some(path) = settings.first_pipe() {
            let message = format!("`{}` can be read only once, and `watch` reads its files again and again", path.display());
            let help = "write what comes through it into a file, and name that; or run `stockrule emit`";
            problems.push(Diagnostic::error(Code::File, message).help(help).at(Place::file(&path)));
        }
        let outputs = FileStates::of_files(&settings.outputs.files());
        let held = self.hold(&settings);
        if held.is_err() {
            self.retry = Some(Instant::now() + self.wait_scale.shorten(RETRY));
        }
        let problems: Vec<Diagnostic> = held.err().map(|problem| *problem).into_iter().chain(problems).collect();
        if any_error(&problems) {
            let took = started.elapsed();
            let sure = check.is_sure();
            if sure {
                self.configure(&settings);
                self.outputs = outputs;
                self.report(cause, &Emitted::Failed, &problems, None, took);
            }
            return sure;
        }
        let prepared = prepare(&settings, &[], &mut self.session);
        if !check.lasts() {
            return false;
        }
        let mut result = prepared.finish();
        result.diagnostics = self.common.weigh(result.diagnostics);
        let took = started.elapsed();
        // What another process is emitting must not be replaced by what was read before: it is looked once more whether that holds.
        let Some(turn) = EmissionTurn::take(settings.shared_state()) else { return false };
        if !check.is_sure() {
            return false;
        }
        self.configure(&settings);
        let resumed = Instant::now();
        let sound = !any_error(&result.diagnostics);
        let emitted = emit_again(&settings, &prepared, &mut result, &mut self.previous, &turn);
        self.day = prepared.ruleset.reads(&|field| field == Field::Today).then_some(prepared.inputs.today);
        self.outputs = match &emitted {
            // What was left alone was as it was found.
            Emitted::Written(done) => outputs.with_files(&done.files).with(&done.fingerprints),
            _ => outputs,
        };
        if let (RunCause::Outputs, Emitted::Written(done)) = (cause, &emitted)
            && !done.changed.is_empty()
        {
            self.put_right = Some((Instant::now(), false));
        }
        if sound && matches!(emitted, Emitted::Failed) {
            // Some of them may have been written.
            self.outputs = FileStates::of_files(&settings.outputs.files());
            self.retry = Some(Instant::now() + self.wait_scale.shorten(RETRY));
        }
        self.report(cause, &emitted, &result.diagnostics, prepared.orders_summary.clone(), took + resumed.elapsed());
        true
    }

    fn due(&mut self) -> Option<RunCause> {
        if self.lock.is_some() {
            let events = self.hooks.look(&self.outputs);
            self.report_events(events);
        }
        if self.retry.is_some_and(|time| Instant::now() >= time) {
            return Some(RunCause::Retry);
        }
        if self.hooks.are_any() && !self.outputs.is_current(&self.hooks.may_be_gone()) {
            match self.waits_to_put_right() {
                None => return Some(RunCause::Outputs),
                Some(_) if matches!(self.put_right, Some((_, true))) => {}
                Some(_) => {
                    self.put_right = self.put_right.map(|(time, _)| (time, true));
                    self.remark("another program has written outputs again: they are put right, and delivered, no more than once a minute");
                }
            }
        }
        let fixed = self.settings.today.is_some();
        let new_day = self.day.is_some_and(|day| !fixed && day != self.settings.day());
        new_day.then_some(RunCause::Day)
    }

    fn is_busy(&self) -> bool {
        self.hooks.are_busy()
    }

    fn patience(&self) -> Option<Duration> {
        let day = self.day.is_some().then_some(DAY);
        let retry = self.retry.map(|time| time.saturating_duration_since(Instant::now()));
        [self.hooks.patience(), day, retry, self.waits_to_put_right()].into_iter().flatten().min()
    }

    fn remark(&mut self, message: &str) {
        self.log.event("remark", message, json!({ "message": message }));
    }
}
