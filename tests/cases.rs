//! Runs every file of `tests/cases` on the built program, and holds what comes out in a snapshot.
//!
//! A case is YAML: `files`, a mapping of names to texts; `run`, a list of command lines; `show`, the files to look at afterwards.
#![allow(clippy::expect_used)] // a test that cannot set itself up fails

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

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

#[test]
fn cases() {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::glob!("cases/*.yaml", |path| {
            let case: Case = serde_yaml::from_str(&std::fs::read_to_string(path).expect("a case")).expect("a case");
            insta::assert_snapshot!(run(&case));
        });
    });
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
