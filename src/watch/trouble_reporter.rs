//! `emit.on_trouble`: a program that is run when nothing goes out any more, and when that is over.

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::hook_event::HookEvent;
use super::running_program::{self, RunningProgram};
use super::supervisor;
use super::wait_scale::WaitScale;
use crate::deliver::reported_trouble::{ReportedTrouble, Trouble};
use crate::deliver::state::StateFolder;
use crate::project::Program;

/// Runs a program once when a trouble begins, and once when it is over, across restarts of `watch`, too. The loop never waits for it.
pub struct TroubleReporter {
    program: Program,
    root: PathBuf,
    state: StateFolder,
    clock: WaitScale,
    /// The troubles for which the program was run, as the state folder keeps them.
    reported: ReportedTrouble,
    /// The troubles that will have been reported, and not their end, once all messages that wait are reported.
    known: BTreeSet<Trouble>,
    /// The troubles that a watcher which is gone may have reported.
    doubtful: BTreeSet<Trouble>,
    waiting: VecDeque<TroubleMessage>,
    running: Option<(RunningProgram, TroubleMessage)>,
    /// Whether the program takes too long with its message.
    late: bool,
    /// Since when there are errors, and the last of them.
    errors: Option<(Instant, Value)>,
    /// Whether a message said that the program fails.
    failed: bool,
}

/// A message to the program: its standard input.
#[derive(Debug, Clone, PartialEq)]
struct TroubleMessage {
    /// The troubles that begin or end.
    troubles: Vec<Trouble>,
    over: bool,
    object: Value,
}

/// Errors that are gone sooner are no trouble: somebody is editing a file.
const PATIENCE: Duration = Duration::from_secs(60);

/// The time that the program has.
const LIMIT: Duration = Duration::from_secs(60);

impl TroubleReporter {
    /// A program that is run in the project's folder. What was reported is kept in the state folder; if that cannot be
    /// read, every trouble is reported again.
    pub fn new(program: Program, root: &Path, state: StateFolder, clock: WaitScale) -> (Self, Option<HookEvent>) {
        let (reported, news) = match ReportedTrouble::read(&state) {
            Ok(reported) => (reported, None),
            Err(problem) => {
                let message = format!("it cannot be read what `on_trouble` was told last: {problem}; it may be told again");
                (ReportedTrouble::default(), Some(HookEvent::remark(message)))
            }
        };
        let alarm = TroubleReporter {
            program,
            root: root.to_path_buf(),
            state,
            clock,
            known: reported.begun.clone(),
            doubtful: reported.unsure.clone(),
            reported,
            waiting: VecDeque::new(),
            running: None,
            late: false,
            errors: None,
            failed: false,
        };
        (alarm, news)
    }

    /// Whether it is of this program and project.
    pub fn is_of(&self, program: &Program, root: &Path, state: &StateFolder) -> bool {
        self.program == *program && self.root == root && self.state == *state
    }

    /// Whether the program knows of a trouble, or may, and not that it is over.
    pub fn may_know_of(&self, trouble: Trouble) -> bool {
        self.known.contains(&trouble) || self.doubtful.contains(&trouble)
    }

    /// Whether the program is running, or a message waits for it.
    pub fn is_busy(&self) -> bool {
        self.running.is_some() || !self.waiting.is_empty()
    }

    /// The guard has refused an emission; the object is what was logged.
    pub fn refused(&mut self, object: Value) {
        self.errors = None;
        self.tell(Trouble::Refused, object);
    }

    /// There are errors; the object is what was logged.
    pub fn errors(&mut self, object: Value) {
        let since = self.errors.as_ref().map_or_else(Instant::now, |(since, _)| *since);
        self.errors = Some((since, object));
    }

    /// An emission has succeeded; the object is what was logged.
    pub fn emitted(&mut self, object: Value) {
        self.errors = None;
        self.over(&[Trouble::Refused, Trouble::Errors], object);
    }

    /// Nothing is delivered, or is again; the object is what was logged.
    pub fn delivery(&mut self, over: bool, object: Value) {
        if over { self.over(&[Trouble::Delivery], object) } else { self.tell(Trouble::Delivery, object) }
    }

    fn tell(&mut self, trouble: Trouble, object: Value) {
        if self.known.insert(trouble) {
            self.doubtful.remove(&trouble);
            self.waiting.push_back(TroubleMessage { troubles: vec![trouble], over: false, object });
        }
    }

    fn over(&mut self, troubles: &[Trouble], object: Value) {
        let mut heard: Vec<Trouble> = troubles.iter().copied().filter(|trouble| self.doubtful.remove(trouble)).collect();
        for trouble in troubles.iter().copied().filter(|trouble| self.known.remove(trouble)) {
            // Whoever has not heard of it yet need not hear that it is over.
            match self.waiting.iter().position(|message| !message.over && message.troubles.contains(&trouble)) {
                Some(at) => drop(self.waiting.remove(at)),
                None => heard.push(trouble),
            }
        }
        if !heard.is_empty() {
            self.waiting.push_back(TroubleMessage { troubles: heard, over: true, object });
        }
    }

    /// Looks whether the program has ended, and whether it is to be run. Returns what there is to say.
    pub fn look(&mut self) -> Vec<HookEvent> {
        let mut news = vec![];
        if let Some((since, object)) = &self.errors
            && since.elapsed() >= self.clock.shorten(PATIENCE)
        {
            let object = object.clone();
            self.tell(Trouble::Errors, object);
        }
        if let Some((running, _)) = &mut self.running {
            match running.ended() {
                None if !self.late && running.time() >= self.clock.shorten(LIMIT) => {
                    running.end();
                    self.late = true;
                }
                None => {}
                Some(ended) => {
                    let late = || format!("it took longer than {} seconds, and was ended", LIMIT.as_secs());
                    let ended = if self.late { Err(late()) } else { ended };
                    self.ended(ended, &mut news);
                }
            }
        }
        if self.running.is_none()
            && let Some(message) = self.waiting.pop_front()
        {
            self.start(message, &mut news);
        }
        news
    }

    fn start(&mut self, message: TroubleMessage, news: &mut Vec<HookEvent>) {
        let mut object = message.object.clone();
        if let Value::Object(object) = &mut object {
            object.insert("over".to_owned(), Value::Bool(message.over));
        }
        self.late = false;
        if !message.over {
            self.reported.unsure.extend(&message.troubles);
            self.keep(news);
        }
        let report = tempfile::tempfile();
        match report.and_then(|report| RunningProgram::start(&self.program, &self.root, &[], &object.to_string(), report)) {
            Ok(running) => self.running = Some((running, message)),
            Err(problem) => {
                self.note(&message, news);
                self.fail(&format!("it cannot be run: {problem}"), news);
            }
        }
    }

    fn ended(&mut self, ended: Result<(), String>, news: &mut Vec<HookEvent>) {
        let Some((_, message)) = self.running.take() else { return };
        self.note(&message, news);
        match ended {
            Ok(()) => self.failed = false,
            Err(problem) => self.fail(&problem, news),
        }
    }

    /// Notes in the state folder that a message was reported.
    fn note(&mut self, message: &TroubleMessage, news: &mut Vec<HookEvent>) {
        for trouble in &message.troubles {
            self.reported.unsure.remove(trouble);
            if message.over {
                self.reported.begun.remove(trouble);
            } else {
                self.reported.begun.insert(*trouble);
            }
        }
        self.keep(news);
    }

    fn keep(&mut self, news: &mut Vec<HookEvent>) {
        if let Err(problem) = self.reported.write(&self.state) {
            self.fail(&format!("what it was told cannot be kept: {problem}"), news);
        }
    }

    /// Tells once that the program fails.
    fn fail(&mut self, problem: &str, news: &mut Vec<HookEvent>) {
        if !std::mem::replace(&mut self.failed, true) {
            let message = format!("`{}`, which is told of trouble, failed: {problem}", self.program.line());
            news.push(HookEvent::remark(message));
        }
    }

    /// How long to wait before looking again; `None` until something happens.
    pub fn patience(&self) -> Option<Duration> {
        let running = match &self.running {
            Some((running, _)) => Some(running.patience()),
            None => (!self.waiting.is_empty()).then_some(Duration::ZERO),
        };
        let errors = self.errors.as_ref().filter(|_| !self.known.contains(&Trouble::Errors));
        let errors = errors.map(|(since, _)| self.clock.shorten(PATIENCE).saturating_sub(since.elapsed()));
        [running, errors].into_iter().flatten().min()
    }

    /// Has a running program ended, and does not wait for that. Its message is reported again at the next start.
    pub fn end(&mut self) {
        if let Some((running, _)) = &mut self.running {
            running.end();
        }
    }

    /// Waits until a program that was to end has ended.
    pub fn wait_for_end(&mut self) {
        if let Some((running, _)) = &mut self.running {
            running.end_within(self.clock.shorten(supervisor::GRACE) + running_program::SLACK);
        }
    }
}
