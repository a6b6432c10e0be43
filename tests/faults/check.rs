//! One check: what it is about, and the steps that it takes in a folder of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use serde_json::Value;

use super::content::Content;
use super::program::{Done, stockrule};

/// A file of `tests/faults/checks`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// What must hold.
    #[allow(dead_code)] // for those who read the file
    about: String,
    /// What is there at first.
    #[serde(default)]
    files: BTreeMap<String, Content>,
    /// When files were written, where it matters: a time, or how long ago.
    #[serde(default)]
    modified: BTreeMap<String, String>,
    /// Where there are several, the steps are taken once for each, in a new folder.
    #[serde(default)]
    each: Vec<Alternative>,
    steps: Vec<Step>,
}

/// What is different each time.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Alternative {
    #[serde(default)]
    name: String,
    /// What stands for `{how}` in a command.
    #[serde(default)]
    how: String,
    /// What a step `alternative: true` writes and removes.
    #[serde(default)]
    write: BTreeMap<String, Content>,
    #[serde(default)]
    remove: Vec<String>,
    /// The exit status of a step that has `exit: alternative`.
    exit: Option<Statuses>,
}

/// A step: files are removed and written, then a command is run, then it is looked at what it said and did.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    #[serde(default)]
    alternative: bool,
    #[serde(default)]
    remove: Vec<String>,
    #[serde(default)]
    write: BTreeMap<String, Content>,
    /// The words of a command.
    run: Option<String>,
    /// The words of a preview, whose JSON is read: what it says are then the diagnostics, one a line.
    preview: Option<String>,
    /// The folder that it is run in.
    #[serde(default, rename = "in")]
    folder: String,
    /// How many seconds it may take, if it is optimized.
    #[serde(default = "patience")]
    within: u64,
    /// With which exit status it may end; 0 if left out.
    exit: Option<Statuses>,
    /// Every SKU of the preview, with its quantity or its outcome.
    variants: Option<BTreeMap<String, Value>>,
    /// SKUs of the preview; there may be others.
    #[serde(default)]
    some_variants: BTreeMap<String, Value>,
    /// Every variant of the preview, in any order: trimmed SKU, outcome, quantity.
    rows: Option<Vec<(String, String, Option<i64>)>>,
    /// What must be found in its words, whatever the case.
    #[serde(default)]
    says: Vec<String>,
    /// What must not be found in them.
    #[serde(default)]
    never: Vec<String>,
    /// What must be found on standard output.
    #[serde(default)]
    prints: Vec<String>,
    /// What must not be found there.
    #[serde(default)]
    never_prints: Vec<String>,
    /// How many different texts of the words a pattern finds.
    #[serde(default)]
    counted: Vec<Counted>,
    /// The most lines that may stand on standard error.
    most_lines: Option<usize>,
    /// Diagnostics of the preview.
    #[serde(default)]
    reports: Vec<Reported>,
    /// Files that are as they were before the command.
    #[serde(default)]
    unchanged: Vec<String>,
    /// Files that are there, and that are not.
    #[serde(default)]
    there: Vec<String>,
    #[serde(default)]
    absent: Vec<String>,
    /// What lists of quantities hold.
    #[serde(default)]
    lists: BTreeMap<String, BTreeMap<String, i64>>,
    /// How many SKUs lists of quantities hold.
    #[serde(default)]
    list_lengths: BTreeMap<String, usize>,
    /// What feeds hold.
    #[serde(default)]
    feeds: BTreeMap<String, BTreeMap<String, i64>>,
    /// What must be found in files.
    #[serde(default)]
    holds: BTreeMap<String, Vec<String>>,
    /// What must not be found in files.
    #[serde(default)]
    holds_no: BTreeMap<String, Vec<String>>,
}

fn patience() -> u64 {
    20
}

/// Exit statuses that are right.
#[derive(Deserialize, Clone)]
#[serde(untagged)]
enum Statuses {
    One(i32),
    AnyOf(Vec<i32>),
    Alternative(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Counted {
    pattern: String,
    least: usize,
    most: usize,
}

/// Diagnostics of a preview that have all of this.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reported {
    severity: Option<String>,
    code: Option<String>,
    line: Option<u64>,
    /// What is found in the message or the help.
    #[serde(default)]
    has: Vec<String>,
    /// What is not found in them.
    #[serde(default)]
    lacks: Vec<String>,
    /// How many there are; at least one if left out.
    times: Option<usize>,
}

impl Check {
    /// What is not as it must be.
    pub fn faults(&self) -> Vec<String> {
        let once = [Alternative::default()];
        let alternatives = if self.each.is_empty() { &once[..] } else { &self.each[..] };
        let mut faults = vec![];
        for alternative in alternatives {
            let folder = tempfile::tempdir().expect("a folder");
            write(folder.path(), &self.files);
            for (name, when) in &self.modified {
                let file = fs::File::options().append(true).open(folder.path().join(name)).expect("a file");
                file.set_modified(time(when)).expect("a time");
            }
            for (number, step) in (1..).zip(&self.steps) {
                let found = step.faults(folder.path(), alternative);
                let place = if alternative.name.is_empty() { String::new() } else { format!("{}, ", alternative.name) };
                faults.extend(found.into_iter().map(|fault| format!("{place}step {number}: {fault}")));
            }
        }
        faults
    }
}

fn time(when: &str) -> SystemTime {
    match when.strip_suffix(" seconds ago") {
        Some(seconds) => SystemTime::now() - Duration::from_secs(seconds.parse().expect("seconds")),
        None => when.parse::<Timestamp>().expect("a time").into(),
    }
}

fn write(folder: &Path, files: &BTreeMap<String, Content>) {
    for (name, content) in files {
        content.write(&folder.join(name));
    }
}

fn remove(folder: &Path, names: &[String]) {
    for name in names {
        let path = folder.join(name);
        if path.is_dir() {
            fs::remove_dir_all(path).expect("a folder");
        } else if path.exists() {
            fs::remove_file(path).expect("a file");
        }
    }
}

fn finds(pattern: &str, text: &str) -> bool {
    pattern_of(pattern).is_match(text)
}

fn pattern_of(pattern: &str) -> Regex {
    RegexBuilder::new(pattern).case_insensitive(true).dot_matches_new_line(true).build().expect("a pattern")
}

/// What stands in a list of quantities.
fn list(text: &str) -> BTreeMap<String, i64> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.expect("a SKU and its quantity")).collect()
}

/// What stands in a feed.
fn feed(text: &str) -> BTreeMap<String, i64> {
    let feed: Value = serde_json::from_str(text).expect("JSON");
    let messages = feed["messages"].as_array().expect("messages");
    let quantity = |message: &Value| message["patches"][0]["value"][0]["quantity"].as_i64().expect("a quantity");
    messages.iter().map(|message| (message["sku"].as_str().expect("a SKU").to_owned(), quantity(message))).collect()
}

impl Step {
    fn faults(&self, folder: &Path, alternative: &Alternative) -> Vec<String> {
        if self.alternative {
            remove(folder, &alternative.remove);
            write(folder, &alternative.write);
        }
        remove(folder, &self.remove);
        write(folder, &self.write);
        let Some(words) = self.run.as_ref().or(self.preview.as_ref()) else { return vec![] };
        let words = if self.preview.is_some() { format!("preview --format json {words}") } else { words.clone() };
        let words = shlex::split(&words.replace("{how}", &alternative.how)).expect("words");
        let before: Vec<Option<Vec<u8>>> = self.unchanged.iter().map(|name| fs::read(folder.join(name)).ok()).collect();
        let slower = if cfg!(debug_assertions) { 8 } else { 1 };
        let done = stockrule(&folder.join(&self.folder), &words, Duration::from_secs(self.within * slower));
        let mut faults = self.of_status(&done, alternative);
        self.of_words(&done, &mut faults);
        if self.preview.is_some() {
            self.of_preview(&done, &mut faults);
        }
        for (name, before) in self.unchanged.iter().zip(before) {
            if fs::read(folder.join(name)).ok() != before {
                faults.push(format!("`{name}` is not as it was"));
            }
        }
        self.of_files(folder, &mut faults);
        if !faults.is_empty() {
            faults.push(format!("after `{}`, {}", words.join(" "), done.shown()));
        }
        faults
    }

    fn of_status(&self, done: &Done, alternative: &Alternative) -> Vec<String> {
        let right = match &self.exit {
            None => vec![0],
            Some(Statuses::One(status)) => vec![*status],
            Some(Statuses::AnyOf(statuses)) => statuses.clone(),
            Some(Statuses::Alternative(_)) => match alternative.exit.clone().expect("an exit status") {
                Statuses::One(status) => vec![status],
                Statuses::AnyOf(statuses) => statuses,
                Statuses::Alternative(word) => panic!("`{word}` is no exit status"),
            },
        };
        match done.status {
            Some(status) if right.contains(&status) => vec![],
            Some(status) => vec![format!("exit status {status}, not one of {right:?}")],
            None => vec!["killed, or not done in time".to_owned()],
        }
    }

    fn of_words(&self, done: &Done, faults: &mut Vec<String>) {
        let said = if self.preview.is_some() { done.diagnostics_as_text() } else { done.out.clone() + &done.err };
        faults
            .extend(self.says.iter().filter(|pattern| !finds(pattern, &said)).map(|pattern| format!("does not say `{pattern}`")));
        faults.extend(self.never.iter().filter(|pattern| finds(pattern, &said)).map(|pattern| format!("says `{pattern}`")));
        let unprinted = self.prints.iter().filter(|pattern| !finds(pattern, &done.out));
        faults.extend(unprinted.map(|pattern| format!("does not print `{pattern}`")));
        let printed = self.never_prints.iter().filter(|pattern| finds(pattern, &done.out));
        faults.extend(printed.map(|pattern| format!("prints `{pattern}`")));
        for Counted { pattern, least, most } in &self.counted {
            let found: BTreeSet<&str> = pattern_of(pattern).find_iter(&said).map(|found| found.as_str()).collect();
            if !(*least..=*most).contains(&found.len()) {
                faults.push(format!("`{pattern}` is found {} times, not {least} to {most}", found.len()));
            }
        }
        if self.most_lines.is_some_and(|most| done.err.lines().count() > most) {
            faults.push(format!("{} lines on standard error", done.err.lines().count()));
        }
    }

    fn of_preview(&self, done: &Done, faults: &mut Vec<String>) {
        let Some(answer) = done.answer() else { return faults.push("no JSON on standard output".to_owned()) };
        let variants = answer["variants"].as_array().expect("variants");
        let sku = |variant: &Value| variant["sku"].as_str().unwrap_or("").to_owned();
        let said = |variant: &Value| {
            if variant["outcome"] == "synced" { variant["quantity"].clone() } else { variant["outcome"].clone() }
        };
        let got: BTreeMap<String, Value> = variants.iter().map(|variant| (sku(variant), said(variant))).collect();
        if self.variants.as_ref().is_some_and(|expected| *expected != got) {
            faults.push(format!("the variants are {got:?}"));
        }
        for (sku, value) in &self.some_variants {
            if got.get(sku) != Some(value) {
                faults.push(format!("`{sku}` is {:?}", got.get(sku)));
            }
        }
        if let Some(rows) = &self.rows {
            let row = |variant: &Value| {
                let outcome = variant["outcome"].as_str().unwrap_or("").to_owned();
                (sku(variant).trim().to_owned(), outcome, variant["quantity"].as_i64())
            };
            let (mut got, mut rows): (Vec<_>, Vec<_>) = (variants.iter().map(row).collect(), rows.clone());
            got.sort();
            rows.sort();
            if got != rows {
                faults.push(format!("the variants are {got:?}"));
            }
        }
        for wanted in &self.reports {
            let found = done.diagnostics().iter().filter(|diagnostic| wanted.is(diagnostic)).count();
            if wanted.times.map_or(found == 0, |times| found != times) {
                faults.push(format!(
                    "{found} reports of {:?} {:?} {:?} {:?}",
                    wanted.severity, wanted.code, wanted.line, wanted.has
                ));
            }
        }
    }

    fn of_files(&self, folder: &Path, faults: &mut Vec<String>) {
        let read = |name: &String| fs::read_to_string(folder.join(name)).ok();
        faults.extend(self.there.iter().filter(|name| !folder.join(name).exists()).map(|name| format!("`{name}` is not there")));
        faults.extend(self.absent.iter().filter(|name| folder.join(name).exists()).map(|name| format!("`{name}` is there")));
        for (name, expected) in &self.lists {
            let got = read(name).map(|text| list(&text));
            if got.as_ref() != Some(expected) {
                faults.push(format!("`{name}` holds {got:?}"));
            }
        }
        for (name, expected) in &self.list_lengths {
            let got = read(name).map(|text| list(&text).len());
            if got != Some(*expected) {
                faults.push(format!("`{name}` has {got:?} SKUs, not {expected}"));
            }
        }
        for (name, expected) in &self.feeds {
            let got = read(name).map(|text| feed(&text));
            if got.as_ref() != Some(expected) {
                faults.push(format!("`{name}` holds {got:?}"));
            }
        }
        for (name, patterns) in &self.holds {
            let text = read(name).unwrap_or_default();
            faults.extend(
                patterns
                    .iter()
                    .filter(|pattern| !finds(pattern, &text))
                    .map(|pattern| format!("`{name}` lacks `{pattern}`: {text}")),
            );
        }
        for (name, patterns) in &self.holds_no {
            let text = read(name).unwrap_or_default();
            faults.extend(
                patterns.iter().filter(|pattern| finds(pattern, &text)).map(|pattern| format!("`{name}` has `{pattern}`")),
            );
        }
    }
}

impl Reported {
    fn is(&self, diagnostic: &Value) -> bool {
        let text = |key: &str| diagnostic[key].as_str().unwrap_or("");
        let words = format!("{} {}", text("message"), text("help"));
        self.severity.as_ref().is_none_or(|severity| severity == text("severity"))
            && self.code.as_ref().is_none_or(|code| code == text("code"))
            && self.line.is_none_or(|line| diagnostic["line"] == line)
            && self.has.iter().all(|pattern| finds(pattern, &words))
            && !self.lacks.iter().any(|pattern| finds(pattern, &words))
    }
}
