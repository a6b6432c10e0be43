//! What `watch` logs: one line an event for people, one object an event for programs.

use std::path::Path;
use std::time::Duration;

use clap::ValueEnum;
use serde_json::{Value, json};

use super::common::Common;
use super::output;
use crate::clock;
use crate::diagnostic::Diagnostic;
use crate::emit::summary::Summary;
use crate::orders::OrdersSummary;
use crate::project::Emitted;
use crate::report::json as report;
use crate::text::{counted, thousands};
use crate::watch::RunCause;

/// How to log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

/// What is logged, and what of it was logged before.
pub struct Log<'a> {
    common: &'a Common,
    format: LogFormat,
    /// The messages of the last run, so that the same ones are not told again.
    told: Vec<Diagnostic>,
    /// What the last run told of the orders.
    orders: Option<OrdersSummary>,
    /// How the last run ended.
    last: Ended,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    Well,
    WithErrors,
    Refused,
}

impl<'a> Log<'a> {
    /// Nothing is logged so far.
    pub fn new(common: &'a Common, format: LogFormat) -> Self {
        Log { common, format, told: vec![], orders: None, last: Ended::Well }
    }

    /// One line for people, or one object for machines. Returns the object.
    pub fn event(&self, event: &str, line: &str, more: Value) -> Value {
        let mut object = json!({ "event": event, "time": clock::now().to_string() });
        if let (Value::Object(object), Value::Object(more)) = (&mut object, more) {
            object.extend(more);
        }
        match self.format {
            LogFormat::Json => {
                output::json_text(&format!("{object}\n"));
            }
            LogFormat::Text => output::remark(self.common, &format!("{} {line}", clock::local().strftime("%H:%M:%S"))),
        }
        object
    }

    /// Why there is a run, in a few words.
    fn why(cause: &RunCause, root: &Path) -> String {
        let short = |path: &Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
        match cause {
            RunCause::Start => "started".to_owned(),
            RunCause::Day => "a new day".to_owned(),
            RunCause::Retry => "tried again".to_owned(),
            RunCause::Outputs => "another program wrote outputs".to_owned(),
            RunCause::Changed(paths) => match paths.as_slice() {
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

    /// A run of a project in a folder, how it ended, and what it found. Returns the object that was logged.
    pub fn run(&mut self, run: WatchedRun<'_>, emitted: &Emitted, found: &[Diagnostic], orders: Option<OrdersSummary>) -> Value {
        let why = Self::why(run.cause, run.root);
        let new = self.new_messages(found);
        if self.format == LogFormat::Text {
            output::diagnostics(self.common, &new);
            if let Some(told) = orders.as_ref().filter(|told| self.orders.as_ref() != Some(*told)) {
                self.event("orders", &told.line(), json!({}));
            }
        }
        let told_of_orders = orders.as_ref().map(report::orders);
        self.orders = orders.or(self.orders.take());
        let ms = u64::try_from(run.took.as_millis()).unwrap_or(u64::MAX);
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
                self.event("emitted", &format!("{again}{why}: {first}{change}, {ms} ms"), object)
            }
            Emitted::Failed => {
                self.last = Ended::WithErrors;
                let errors = found.iter().filter(|diagnostic| diagnostic.is_error()).count();
                let line = format!("{why}: {}; the last good output stays", counted(errors, "error"));
                self.event("error", &line, json!({ "cause": why, "ms": ms, "diagnostics": messages }))
            }
            Emitted::Refused => {
                self.last = Ended::Refused;
                let project =
                    self.common.project.as_ref().map_or_else(String::new, |path| format!(" --project {}", path.display()));
                let line = format!(
                    "{why}: refused by the guard; the last good output stays; `stockrule emit --yes{project}` lets it pass"
                );
                self.event("refused", &line, json!({ "cause": why, "ms": ms, "diagnostics": messages }))
            }
        }
    }
}

/// A run that is logged.
pub struct WatchedRun<'r> {
    /// Why there is one.
    pub cause: &'r RunCause,
    /// The project's folder.
    pub root: &'r Path,
    /// How long it took.
    pub took: Duration,
}

/// What an emission changed, in a few words.
fn change_line(summary: &Summary) -> String {
    let new = if summary.new > 0 { format!(", {} new", thousands(summary.new)) } else { String::new() };
    let [lowered, raised, to_zero, unsent] =
        [summary.lowered, summary.raised, summary.to_zero, summary.no_longer_sent].map(thousands);
    format!("{lowered} lowered, {raised} raised, {to_zero} to zero, {unsent} no longer sent{new}")
}
