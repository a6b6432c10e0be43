//! `stockrule watch`: `emit`, then again whenever something changes.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use jiff::Zoned;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::common::Common;
use super::emit::Outgoing;
use super::{Status, output};
use crate::catalog::schema::Field;
use crate::deliver::lock::{Lock, Taken, WATCH};
use crate::deliver::state::StateFolder;
use crate::diagnostic::{Code, Diagnostic, Place, any_error};
use crate::emit::kept::Kept;
use crate::emit::summary::Summary;
use crate::orders::Told;
use crate::project::{Cache, Emitted, FILE_NAME, Settings, emit_again, load_again};
use crate::report::json as report;
use crate::text::thousands;
use crate::watch::clock::Clock;
use crate::watch::news::News;
use crate::watch::paths::{Inputs, State};
use crate::watch::programs::{Ending, Programs};
use crate::watch::rest::Calm;
use crate::watch::{Cause, Job, Options, watch};

/// Arguments of `watch`.
#[derive(Debug, Args)]
pub struct Watch {
    #[command(flatten)]
    outgoing: Outgoing,
    /// Look at the files in this interval, for file systems without events
    #[arg(long, value_name = "MS", num_args = 0..=1, default_missing_value = "1000")]
    poll: Option<u64>,
    /// Stop after so many milliseconds without a change, for tests and scripts
    #[arg(long, value_name = "MS")]
    once_idle: Option<u64>,
    /// How to report: json is one object an event
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

impl Watch {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Status {
        let clock = match Clock::of_environment() {
            Ok(clock) => clock,
            Err(problem) => {
                output::error(&problem);
                return Status::WrongInput;
            }
        };
        let mut watcher = Watcher::new(common, self, clock);
        let (settings, _) = common.look();
        if let Err(problem) = watcher.hold(&settings) {
            output::diagnostics(common, &[*problem]);
            return Status::Io;
        }
        let options = Options {
            poll: self.poll.map(|ms| Duration::from_millis(ms.max(10))),
            once_idle: self.once_idle.map(Duration::from_millis),
        };
        watcher.tell("started", "watching", json!({}));
        let end = watch(&mut watcher, options);
        watcher.finish();
        match end {
            Ok(()) => Status::Done,
            Err(problem) => {
                output::error(&format!("signals cannot be waited for: {problem}"));
                Status::Io
            }
        }
    }
}

/// The state that is carried from run to run.
struct Watcher<'a> {
    common: &'a Common,
    arguments: &'a Watch,
    cache: Cache,
    kept: Kept,
    clock: Clock,
    programs: Programs,
    /// Holds the project; `None` without a project, or where another watcher does.
    lock: Option<Lock>,
    /// The outputs as the last run has left or found them.
    outputs: State,
    /// The messages of the last run, so that the same ones are not told again.
    told: Vec<Diagnostic>,
    /// What the last run told of the orders.
    orders: Option<Told>,
    /// How the last run ended.
    last: Ended,
    /// The day of the last run, if the rules read it.
    day: Option<Date>,
    root: PathBuf,
    /// When a failed write is tried again.
    retry: Option<Instant>,
    settings: Settings,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Well,
    WithErrors,
    Refused,
}

/// After so long a write that failed is tried again: a full disk raises no event when it has room.
const RETRY: Duration = Duration::from_secs(10);

/// How often the loop looks whether the day has changed, where the rules read it.
const DAY: Duration = Duration::from_secs(20);

impl<'a> Watcher<'a> {
    fn new(common: &'a Common, arguments: &'a Watch, clock: Clock) -> Self {
        let settings = Settings::default();
        let root = PathBuf::new();
        Watcher {
            common,
            arguments,
            cache: Cache::default(),
            kept: Kept::default(),
            clock,
            programs: Programs::new(clock),
            lock: None,
            outputs: State::default(),
            told: vec![],
            orders: None,
            last: Ended::Well,
            day: None,
            root,
            retry: None,
            settings,
        }
    }

    /// Holds the project against other watchers.
    ///
    /// # Errors
    /// Another one holds it, or it cannot be held.
    fn hold(&mut self, settings: &Settings) -> Result<(), Box<Diagnostic>> {
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
        match Lock::take(&folder) {
            Ok(lock) => {
                self.lock = Some(lock);
                Ok(())
            }
            Err(Taken::By(process)) => {
                let by = process.map_or_else(String::new, |process| format!(" (process {process})"));
                let message = format!("another `stockrule watch` is at work on this project{by}");
                Err(Box::new(Diagnostic::error(Code::File, message)))
            }
            Err(Taken::Failed(problem)) => Err(Box::new(folder.cannot_write(WATCH, &problem))),
        }
    }

    /// One line for people, or one object for machines. Returns the object.
    fn tell(&self, event: &str, line: &str, more: Value) -> Value {
        let mut object = json!({ "event": event, "time": jiff::Timestamp::now().to_string() });
        if let (Value::Object(object), Value::Object(more)) = (&mut object, more) {
            object.extend(more);
        }
        match self.arguments.format {
            Format::Json => {
                output::json_text(&format!("{object}\n"));
            }
            Format::Text => output::remark(self.common, &format!("{} {line}", Zoned::now().strftime("%H:%M:%S"))),
        }
        object
    }

    /// Tells what the programs give to say, and the one that is told of trouble, too.
    fn tell_news(&mut self, all: Vec<News>) {
        for news in all {
            let object = self.tell("hook", &news.message, news.json());
            self.programs.told(&news, object);
        }
    }

    /// Takes the programs that the project names, unless another watcher holds it.
    fn configure(&mut self, settings: &Settings) {
        if self.lock.is_some() {
            let news = self.programs.configure(settings);
            self.tell_news(news);
        }
    }

    fn finish(&mut self) {
        let news = self.programs.finish();
        self.tell_news(news);
        self.tell("stopped", "stopped", json!({}));
    }

    /// Why there is a run, in a few words.
    fn why(&self, cause: &Cause) -> String {
        let short = |path: &Path| path.strip_prefix(&self.root).unwrap_or(path).display().to_string();
        match cause {
            Cause::Start => "started".to_owned(),
            Cause::Day => "a new day".to_owned(),
            Cause::Retry => "tried again".to_owned(),
            Cause::Outputs => "another program wrote outputs".to_owned(),
            Cause::Changed(paths) => match paths.as_slice() {
                [one] => format!("{} changed", short(one)),
                [one, other] => format!("{}, {} changed", short(one), short(other)),
                [one, rest @ ..] => format!("{} and {} other files changed", short(one), rest.len()),
                [] => "changed".to_owned(),
            },
        }
    }

    /// The messages that the run before has not told.
    fn new_messages(&mut self, found: &[Diagnostic]) -> Vec<Diagnostic> {
        let new = found.iter().filter(|diagnostic| !self.told.contains(diagnostic)).cloned().collect();
        self.told = found.to_vec();
        new
    }

    fn report(&mut self, cause: &Cause, found: &[Diagnostic], orders: Option<Told>, emitted: &Emitted, took: Duration) {
        let why = self.why(cause);
        let new = self.new_messages(found);
        if self.arguments.format == Format::Text {
            output::diagnostics(self.common, &new);
            if let Some(told) = orders.as_ref().filter(|told| self.orders.as_ref() != Some(*told)) {
                self.tell("orders", &told.line(), json!({}));
            }
        }
        let told_of_orders = orders.as_ref().map(report::orders);
        self.orders = orders.or(self.orders.take());
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let messages = report::diagnostics(&new);
        let before = self.last;
        match emitted {
            Emitted::Written(done) => {
                self.last = Ended::Well;
                let recovered = before != Ended::Well;
                let again = match before {
                    Ended::Well => "",
                    Ended::WithErrors => "recovered: ",
                    Ended::Refused => "no longer refused: ",
                };
                let files: Vec<_> = done.changed.iter().map(|path| path.display().to_string()).collect();
                let change = if files.is_empty() { "nothing to write".to_owned() } else { change_line(&done.since_last) };
                let first = if done.is_first { "first emission: " } else { "" };
                let object = json!({
                    "cause": why, "recovered": recovered, "changes": done.since_last.json(), "summary": done.summary.json(),
                    "files": files, "ms": ms, "orders": told_of_orders, "diagnostics": messages,
                });
                let object = self.tell("emitted", &format!("{again}{why}: {first}{change}, {ms} ms"), object);
                self.outputs = State::of_files(&done.files);
                self.programs.ran(Ending::Emitted(&done.files), object);
            }
            Emitted::Failed => {
                self.last = Ended::WithErrors;
                let errors = found.iter().filter(|diagnostic| diagnostic.is_error()).count();
                let line = format!("{why}: {}; the last good output stays", crate::text::counted(errors, "error"));
                let object = self.tell("error", &line, json!({ "cause": why, "ms": ms, "diagnostics": messages }));
                self.programs.ran(Ending::Errors, with_all(object, found));
            }
            Emitted::Refused => {
                self.last = Ended::Refused;
                let project =
                    self.common.project.as_ref().map_or_else(String::new, |path| format!(" --project {}", path.display()));
                let line = format!(
                    "{why}: refused by the guard; the last good output stays; `stockrule emit --yes{project}` lets it pass"
                );
                let object = self.tell("refused", &line, json!({ "cause": why, "ms": ms, "diagnostics": messages }));
                self.programs.ran(Ending::Refused, with_all(object, found));
            }
        }
    }
}

/// An object as it was logged, with all diagnostics: whoever is told of trouble has not seen those that were logged before.
fn with_all(mut object: Value, found: &[Diagnostic]) -> Value {
    object["diagnostics"] = json!(report::diagnostics(found));
    object
}

/// What an emission changed, in a few words.
fn change_line(summary: &Summary) -> String {
    let new = if summary.new > 0 { format!(", {} new", thousands(summary.new)) } else { String::new() };
    let [lowered, raised, to_zero, unsent] =
        [summary.lowered, summary.raised, summary.to_zero, summary.no_longer_sent].map(thousands);
    format!("{lowered} lowered, {raised} raised, {to_zero} to zero, {unsent} no longer sent{new}")
}

impl Job for Watcher<'_> {
    fn inputs(&mut self) -> Inputs {
        let (mut settings, _) = self.common.look();
        self.arguments.outgoing.apply(&mut settings);
        self.root.clone_from(&settings.root);
        let mut patterns = settings.patterns.clone();
        patterns.extend(settings.file.clone());
        let mut inputs = Inputs::new(settings.input_files(), &patterns, &settings.outputs.files());
        if self.programs.are_any() {
            inputs = inputs.with_watched_outputs(&settings.outputs.files());
        }
        self.settings = settings;
        inputs
    }

    fn run(&mut self, cause: &Cause, calm: &mut Calm<'_>) -> bool {
        let started = Instant::now();
        let (mut settings, mut problems) = self.common.look();
        self.arguments.outgoing.apply(&mut settings);
        self.retry = None;
        if let Some(path) = settings.stream() {
            let message = format!("`{}` can be read only once, and `watch` reads its files again and again", path.display());
            let help = "write what comes through it into a file, and name that; or run `stockrule emit`";
            problems.push(Diagnostic::error(Code::File, message).help(help).at(Place::file(&path)));
        }
        let outputs = State::of_files(&settings.outputs.files());
        let held = self.hold(&settings);
        if held.is_err() {
            self.retry = Some(Instant::now() + self.clock.shorten(RETRY));
        }
        let problems: Vec<Diagnostic> = held.err().map(|problem| *problem).into_iter().chain(problems).collect();
        if any_error(&problems) {
            let took = started.elapsed();
            let sure = calm.is_sure();
            if sure {
                self.configure(&settings);
                self.outputs = outputs;
                self.report(cause, &problems, None, &Emitted::Failed, took);
            }
            return sure;
        }
        let loaded = load_again(&settings, &[], &mut self.cache);
        if !calm.lasts() {
            return false;
        }
        let mut evaluated = loaded.evaluate();
        evaluated.diagnostics = self.common.weigh(evaluated.diagnostics);
        let took = started.elapsed();
        if !calm.is_sure() {
            return false;
        }
        self.configure(&settings);
        let resumed = Instant::now();
        let sound = !any_error(&evaluated.diagnostics);
        let emitted = emit_again(&settings, &loaded, &mut evaluated, &mut self.kept);
        self.day = loaded.ruleset.reads(&|field| field == Field::Today).then(|| loaded.today.date());
        self.outputs = outputs;
        if sound && matches!(emitted, Emitted::Failed) {
            // Some of them may have been written.
            self.outputs = State::of_files(&settings.outputs.files());
            self.retry = Some(Instant::now() + self.clock.shorten(RETRY));
        }
        self.report(cause, &evaluated.diagnostics, loaded.orders_told.clone(), &emitted, took + resumed.elapsed());
        true
    }

    fn due(&mut self) -> Option<Cause> {
        if self.lock.is_some() {
            let news = self.programs.look(&self.outputs);
            self.tell_news(news);
        }
        if self.retry.is_some_and(|time| Instant::now() >= time) {
            return Some(Cause::Retry);
        }
        if self.programs.are_any() && !self.outputs.is_current() {
            return Some(Cause::Outputs);
        }
        let fixed = self.settings.today.is_some();
        let new_day = self.day.is_some_and(|day| !fixed && day != self.settings.day().date());
        new_day.then_some(Cause::Day)
    }

    fn is_busy(&self) -> bool {
        self.programs.are_busy()
    }

    fn patience(&self) -> Option<Duration> {
        let day = self.day.is_some().then_some(DAY);
        let retry = self.retry.map(|time| time.saturating_duration_since(Instant::now()));
        [self.programs.patience(), day, retry].into_iter().flatten().min()
    }

    fn remark(&mut self, message: &str) {
        self.tell("remark", message, json!({ "message": message }));
    }
}
