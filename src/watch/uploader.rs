//! `emit.on_change`: a program, such as an uploader, that is run with what the outputs hold until it succeeds.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::hook_event::HookEvent;
use super::output_hashes::{Output, OutputHashes, is_same};
use super::paths::FileStates;
use super::running_program::RunningProgram;
use super::supervisor;
use super::wait_scale::WaitScale;
use crate::deliver::delivered::Delivered;
use crate::deliver::state::StateFolder;
use crate::deliver::{lock, previous_file};
use crate::files::paths::metadata_of_link;
use crate::files::{Fingerprint, is_absence};
use crate::project::Program;

/// Gives outputs to a program, never twice at once, and again until it succeeds.
pub struct Uploader {
    program: Program,
    root: PathBuf,
    state: StateFolder,
    clock: WaitScale,
    delivered: Delivered,
    /// The outputs, as far as they are known.
    outputs: Vec<PathBuf>,
    hashes: OutputHashes,
    run: Option<(RunningProgram, Vec<Output>)>,
    /// What was written anew while a run had it: it may have read half of one content and half of the other.
    rewritten: BTreeSet<PathBuf>,
    /// What the run that failed last was given.
    failed: Vec<Output>,
    /// How many runs in a row have failed with that.
    failures: u32,
    /// How many have failed since one succeeded.
    failures_in_all: u32,
    /// When the next one is due.
    next: Instant,
    /// Whether a run of `watch` comes first, since outputs are not as it has left or found them.
    waits_for_run: bool,
    /// Whether `on_trouble` may have been run for its failures, and not yet for their end.
    in_trouble: bool,
    /// Whether a message said that this run takes long.
    reported_slow: bool,
    /// Whether a message said that the run of a watcher that is gone is waited for.
    reported_other: bool,
    /// Whether a message said that the state folder cannot be written to.
    reported_unkept: bool,
}

/// The time from the first failure to the next try, which doubles with each further failure.
const FIRST_RETRY: Duration = Duration::from_secs(60);

/// The longest time between two tries.
const LONGEST_RETRY: Duration = Duration::from_secs(60 * 60);

/// How long a run may take before a message says so.
const SLOW: Duration = Duration::from_secs(60 * 60);

/// How many failures in a row are trouble for which `on_trouble` is run.
const TROUBLE: u32 = 3;

/// How often it is looked whether a run that another watcher has left has ended.
const OTHER: Duration = Duration::from_millis(50);

impl Uploader {
    /// A program that is run in the project's folder. What it has taken is kept in the state folder; if that cannot be read, all
    /// is delivered again, and a message says so. `in_trouble`: `on_trouble` may have been run for failures,
    /// and not yet for their end.
    pub fn new(
        program: Program,
        root: &Path,
        state: StateFolder,
        clock: WaitScale,
        in_trouble: bool,
    ) -> (Self, Option<HookEvent>) {
        let (delivered, news) = match Delivered::read(&state, program.words()) {
            Ok(delivered) => (delivered, None),
            Err(problem) => {
                let message =
                    format!("it cannot be read what `on_change` was given last: {problem}; everything is given to it again");
                (Delivered::nothing(program.words()), Some(HookEvent::remark(message)))
            }
        };
        let outputs = delivered.files(root);
        let delivery = Uploader {
            program,
            root: root.to_path_buf(),
            state,
            clock,
            delivered,
            outputs,
            hashes: OutputHashes::default(),
            run: None,
            rewritten: BTreeSet::new(),
            failed: vec![],
            failures: 0,
            failures_in_all: 0,
            next: Instant::now(),
            waits_for_run: false,
            in_trouble,
            reported_slow: false,
            reported_other: false,
            reported_unkept: false,
        };
        (delivery, news)
    }

    /// Whether it is of this program and project.
    pub fn is_of(&self, program: &Program, root: &Path, state: &StateFolder) -> bool {
        self.program == *program && self.root == root && self.state == *state
    }

    /// An emission with these outputs has just succeeded: what was not delivered is tried at once.
    pub fn emitted(&mut self, outputs: &[PathBuf]) {
        self.note_rewritten();
        self.delivered.emitted(&self.root, outputs);
        self.outputs = outputs.to_vec();
        self.next = Instant::now();
    }

    /// Notes which of the files that a run has were written since it was given them.
    fn note_rewritten(&mut self) {
        let given = self.run.iter().flat_map(|(_, given)| given);
        let is_rewritten =
            |output: &&Output| Fingerprint::of(&output.path).is_some_and(|now| !now.is_unwritten_since(&output.fingerprint));
        self.rewritten.extend(given.filter(is_rewritten).map(|output| output.path.clone()));
    }

    /// The outputs of which it means nothing that they are gone: the program has moved them away, or is at work on them.
    pub fn may_be_gone(&self) -> Vec<PathBuf> {
        let given = self.run.iter().flat_map(|(_, given)| given).map(|output| output.path.clone());
        self.delivered.moved(&self.root).into_iter().chain(given).collect()
    }

    /// Adds outputs that are in their places, but were not given by an emission of this process.
    pub fn found(&mut self, outputs: &[PathBuf]) {
        let new = outputs.iter().filter(|path| !self.outputs.contains(path));
        let new: Vec<PathBuf> = new.cloned().collect();
        self.outputs.extend(new);
    }

    /// Adds the outputs of the last emission, by whichever process, as far as the project's state names them.
    pub fn find_last(&mut self) {
        // A state that cannot be read is told by the runs that measure by it.
        let read = self.state.read(previous_file::NAME).ok().flatten().and_then(|bytes| previous_file::read(bytes).ok());
        let files = read.into_iter().flat_map(|(_, files)| files);
        let files: Vec<PathBuf> = files.map(|file| self.root.join(file.path)).collect();
        self.found(&files);
    }

    /// Whether the program is running.
    pub fn is_running(&self) -> bool {
        self.run.is_some()
    }

    /// Looks whether the program has ended, and whether it is to be run. `seen` are outputs as the last run of `watch` has left or
    /// found them: where one looks otherwise, the next run comes first. Returns what there is to say.
    pub fn look(&mut self, seen: &FileStates) -> Vec<HookEvent> {
        let mut news = vec![];
        self.note_rewritten();
        if let Some((running, _)) = &mut self.run {
            match running.ended() {
                None => {
                    news.extend(self.slow());
                    return news;
                }
                Some(ended) => self.ended(ended, &mut news),
            }
        }
        let Some((pending, unreadable)) = self.pending(seen, &mut news) else {
            self.waits_for_run = true;
            return news;
        };
        self.waits_for_run = false;
        let is_due = Instant::now() >= self.next;
        match unreadable {
            // What the run that failed was not given is a delivery of its own.
            _ if !pending.is_empty() && !is_same(&pending, &self.failed) => {
                self.failures = 0;
                self.start(pending, &mut news);
            }
            _ if !pending.is_empty() && is_due => self.start(pending, &mut news),
            Some(problem) if is_due => self.fail(problem, vec![], &mut news),
            None if pending.is_empty() => news.extend(self.all_delivered()),
            _ => {}
        }
        news
    }

    /// Everything is delivered: whether that is news.
    fn all_delivered(&mut self) -> Option<HookEvent> {
        let failed = std::mem::take(&mut self.failures_in_all);
        (self.failures, self.reported_other) = (0, false);
        self.failed.clear();
        let message = format!("`{}` works again", self.program.line());
        let trouble = (std::mem::take(&mut self.in_trouble)).then_some(false);
        (failed > 0 || trouble.is_some()).then_some(HookEvent { message, failures: 0, retry: None, trouble })
    }

    /// How long to wait before looking again; `None` until something happens.
    pub fn patience(&self) -> Option<Duration> {
        match &self.run {
            Some((running, _)) => Some(running.patience()),
            None if self.waits_for_run => None,
            None if self.reported_other => Some(OTHER),
            None => (self.failures > 0).then(|| self.next.saturating_duration_since(Instant::now())),
        }
    }

    /// Has a running program ended; does not wait for that. What it was given is given to it again at the next start.
    pub fn end(&mut self) {
        if let Some((running, _)) = &mut self.run {
            running.end();
        }
    }

    /// Waits until a program that was to end has ended. Returns what there is to say.
    pub fn wait_for_end(&mut self) -> Vec<HookEvent> {
        let Some((running, _)) = &mut self.run else { return vec![] };
        running.end_within(self.clock.shorten(supervisor::GRACE) + super::running_program::SLACK);
        let mut news = vec![];
        match running.ended() {
            Some(Ok(())) => self.ended(Ok(()), &mut news),
            _ => {
                let message =
                    format!("`{}` was ended: what it was given is given to it again at the next start", self.program.line());
                news.push(HookEvent::remark(message));
            }
        }
        news
    }

    fn slow(&mut self) -> Option<HookEvent> {
        let (running, _) = self.run.as_ref()?;
        if self.reported_slow || running.time() < self.clock.shorten(SLOW) {
            return None;
        }
        self.reported_slow = true;
        self.in_trouble = true;
        let message = format!("`{}` has been running for an hour: nothing is delivered until it ends", self.program.line());
        Some(HookEvent { message, failures: self.failures_in_all, retry: None, trouble: Some(true) })
    }

    fn ended(&mut self, ended: Result<(), String>, news: &mut Vec<HookEvent>) {
        let Some((_, given)) = self.run.take() else { return };
        let rewritten = std::mem::take(&mut self.rewritten);
        match ended {
            Err(problem) => self.fail(problem, given, news),
            Ok(()) => {
                for Output { path, fingerprint, hash } in given {
                    match metadata_of_link(&path) {
                        // One that was changed since may have been read half before and half after that.
                        _ if rewritten.contains(&path) => {}
                        Ok(_) if Fingerprint::of(&path).is_some_and(|now| now.is_unwritten_since(&fingerprint)) => {
                            self.delivered.add(&self.root, &path, hash);
                        }
                        Err(problem) if is_absence(&problem) => self.delivered.add_moved(&self.root, &path, hash),
                        _ => {}
                    }
                }
                self.keep(news);
                // What is pending now was changed meanwhile.
                self.next = Instant::now();
            }
        }
    }

    fn fail(&mut self, problem: String, given: Vec<Output>, news: &mut Vec<HookEvent>) {
        let doubled = 1_u32.checked_shl(self.failures).map_or(LONGEST_RETRY, |factor| FIRST_RETRY.saturating_mul(factor));
        let retry = doubled.min(LONGEST_RETRY);
        self.failures = self.failures.saturating_add(1);
        self.failures_in_all = self.failures_in_all.saturating_add(1);
        self.next = Instant::now() + self.clock.shorten(retry);
        self.failed = given;
        let minutes = crate::text::counted(usize::try_from(retry.as_secs() / 60).unwrap_or(usize::MAX), "minute");
        let message = format!("`{}` failed: {problem}; it is tried again in {minutes}", self.program.line());
        let is_trouble = self.failures_in_all >= TROUBLE;
        self.in_trouble |= is_trouble;
        news.push(HookEvent { message, failures: self.failures_in_all, retry: Some(retry), trouble: is_trouble.then_some(true) });
    }

    /// The outputs that hold what the program has not taken, as far as is known, and what keeps one from being read. `None` where
    /// one is not as it was seen.
    fn pending(&mut self, seen: &FileStates, news: &mut Vec<HookEvent>) -> Option<(Vec<Output>, Option<String>)> {
        if !seen.is_current(&self.delivered.moved(&self.root)) {
            return None;
        }
        let mut is_new = self.delivered.forget_removed(&self.root);
        let (mut pending, mut unreadable) = (vec![], None);
        for path in self.outputs.clone() {
            match self.hashes.look(&path) {
                Ok(None) => {}
                Ok(Some(output)) if seen.contradicts(&path, &output.fingerprint) => return None,
                Ok(Some(output)) => {
                    is_new |= self.delivered.note(&self.root, &path);
                    if !self.delivered.has(&self.root, &path, output.hash) {
                        pending.push(output);
                    }
                }
                Err(problem) => unreadable = Some(format!("`{}` cannot be read: {problem}", path.display())),
            }
        }
        if is_new {
            self.keep(news);
        }
        Some((pending, unreadable))
    }

    fn start(&mut self, outputs: Vec<Output>, news: &mut Vec<HookEvent>) {
        let file = match lock::for_run(&self.state) {
            Ok(Some(file)) => file,
            Ok(None) => {
                if !std::mem::replace(&mut self.reported_other, true) {
                    let message =
                        format!("`{}` is still running for a watcher that is gone: it is waited for", self.program.line());
                    news.push(HookEvent::remark(message));
                }
                return;
            }
            Err(problem) => return self.fail(format!("its lock cannot be had: {problem}"), outputs, news),
        };
        self.reported_other = false;
        let mut struck = false;
        for output in &outputs {
            struck |= self.delivered.strike(&self.root, &output.path);
        }
        if struck {
            self.keep(news);
        }
        let files: Vec<PathBuf> = outputs.iter().map(|output| output.path.clone()).collect();
        match RunningProgram::start(&self.program, &self.root, &files, "", file) {
            Ok(running) => {
                self.run = Some((running, outputs));
                self.reported_slow = false;
            }
            Err(problem) => self.fail(format!("it cannot be run: {problem}"), outputs, news),
        }
    }

    /// Writes down what was delivered.
    fn keep(&mut self, news: &mut Vec<HookEvent>) {
        match self.delivered.write(&self.state) {
            Ok(()) => self.reported_unkept = false,
            Err(problem) if !std::mem::replace(&mut self.reported_unkept, true) => {
                let path = self.state.path();
                let message = format!("what is delivered cannot be kept in `{}`: {problem}", path.display());
                news.push(HookEvent::remark(message));
            }
            Err(_) => {}
        }
    }
}
