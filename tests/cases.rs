//! Runs every file of `tests/cases` on the built program, and holds what comes out in a snapshot.
//!
//! A case is YAML: `files`, a mapping of names to texts; `run`, a list of command lines; `show`, the files to look at afterwards.
//! It shows one behaviour, and its name begins with the stage that refuses, warns or decides. A new case is a new file; its snapshot
//! is written by `INSTA_UPDATE=always cargo test --test cases`, and read before it is committed.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::panic)] // a test that cannot set itself up fails

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::Command;

use rayon::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// Files whose bytes are not UTF-8: one character a byte.
    #[serde(default)]
    latin1: BTreeMap<String, String>,
    run: Vec<String>,
    #[serde(default)]
    show: Vec<String>,
}

/// Every file of a folder of the tests, by its name.
fn names(folder: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect()
}

#[test]
fn cases() {
    let names: Vec<String> = names("cases").into_iter().collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let stories: Vec<(&String, String)> = names
        .par_iter()
        .map(|name| {
            let text = std::fs::read_to_string(folder.join(name)).expect("a case");
            let case: Case = serde_yaml::from_str(&text).unwrap_or_else(|problem| panic!("{name}: {problem}"));
            (name, run(&case))
        })
        .collect();
    let mut failed = vec![];
    for (name, story) in stories {
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_snapshot_suffix(name);
        settings.set_input_file(format!("tests/cases/{name}"));
        let matches = || settings.bind(|| insta::assert_snapshot!("cases", story));
        if catch_unwind(AssertUnwindSafe(matches)).is_err() {
            failed.push(name.as_str());
        }
    }
    assert!(failed.is_empty(), "these print something else than their snapshots: {}", failed.join(", "));
}

/// The stages that refuse or warn; each case is named after the one that it is about.
const STAGES: [&str; 13] = [
    "files", "syntax", "project", "catalog", "listings", "orders", "resolve", "evaluate", "lint", "guard", "emit", "deliver",
    "cli",
];

#[test]
fn every_case_is_named_after_a_stage_and_every_snapshot_has_a_case() {
    let cases = names("cases");
    for name in &cases {
        let stage = name.split(['-', '.']).next().expect("a word");
        assert!(STAGES.contains(&stage), "tests/cases/{name}: the name begins with none of {}", STAGES.join(", "));
    }
    let wanted: BTreeSet<String> = cases.iter().map(|name| format!("cases@{name}.snap")).collect();
    let there: BTreeSet<String> = names("snapshots").into_iter().filter(|name| name.ends_with(".snap")).collect();
    let left_over: Vec<&String> = there.difference(&wanted).collect();
    assert!(left_over.is_empty(), "no case has these snapshots: {left_over:?}");
    let missing: Vec<&String> = wanted.difference(&there).collect();
    assert!(missing.is_empty(), "these cases have no snapshot: {missing:?}");
}

fn run(case: &Case) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    };
    for (name, text) in &case.files {
        write(name, text.as_bytes());
    }
    for (name, text) in &case.latin1 {
        let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("one byte a character")).collect();
        write(name, &bytes);
    }
    let mut story = String::new();
    for line in &case.run {
        writeln!(story, "$ stockrule {line}").expect("text");
        story.push_str(&command(folder.path(), line));
    }
    for name in &case.show {
        let text = std::fs::read_to_string(folder.path().join(name)).unwrap_or_else(|_| "(is not there)\n".to_owned());
        writeln!(story, "== {name}\n{text}").expect("text");
    }
    story
}

/// Words are parted by blanks; a word with blanks stands in single quotes.
fn command(folder: &Path, line: &str) -> String {
    let mut words = vec![];
    for (index, part) in line.split('\'').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    let done = Command::new(env!("CARGO_BIN_EXE_stockrule")).args(words).current_dir(folder).output().expect("the program");
    let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    let status = done.status.code().map_or("killed".to_owned(), |code| code.to_string());
    format!("{out}{}{err}[{status}]\n", if out.is_empty() || err.is_empty() { "" } else { "--\n" })
}
