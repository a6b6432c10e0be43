//! Faults that were found once, each with the behaviour that was decided instead: see README.md, which names all of them.
//!
//! Most are data: a file of `checks` is a check, and `check.rs` says what may stand in it. Those that need a watcher, a terminal, a pipe
//! or a repository are written out.
#![cfg(unix)] // links, pipes and signals
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::panic)] // a test that cannot set itself up fails

mod check;
mod content;
mod exports;
mod numbered;
mod program;
mod special;
mod typed;
#[cfg(target_os = "linux")]
mod watching;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use rayon::prelude::*;

/// The names of the faults. None may be lost.
const NAMES: [&str; 73] = [
    "binary-named",
    "blank-sku",
    "blank-sku-all",
    "cancelled-blank-quantity",
    "changed-only-missing",
    "channel-missing",
    "checkouts-refused",
    "compressed",
    "count-thousand",
    "count-thousand-others",
    "cut-last-cell",
    "diff-linked-rules",
    "edited-order",
    "error-flood",
    "explain-off-held",
    "groups-doubling",
    "guard-all-held",
    "guard-nothing-left",
    "guard-state-file",
    "guard-summary",
    "guard-unsent",
    "guard-unsent-limit",
    "hidden-rule-file",
    "hook-hangs-stop",
    "init-keeps-files",
    "init-keeps-orders",
    "inventory-overlap",
    "join-against-sku",
    "join-held",
    "join-not-once",
    "last-list-unreadable",
    "last-state-unreadable",
    "listings-cut",
    "lock-follows-link",
    "long-statement",
    "lossy-sku",
    "no-counts",
    "not-windows-1252",
    "off-with-stock",
    "on-change-forms",
    "on-change-no-shell",
    "on-trouble",
    "orders-told",
    "orders-told-written",
    "output-over-input",
    "pipe-others",
    "preview-limit",
    "preview-sku",
    "product-across-files",
    "product-export-twice",
    "quote-in-cell",
    "raw-escapes",
    "renamed-option",
    "same-output-twice",
    "separators",
    "sku-outer-space",
    "sku-scientific",
    "sku-scientific-report",
    "special-file-replaced",
    "stale-deletes-others",
    "state-follows-link",
    "sync-off-advice",
    "text-after-quote",
    "tracker-missing",
    "typed-help",
    "unshipped-orders",
    "unshipped-others",
    "upload-lost-on-restart",
    "warning-flood",
    "wrong-place",
    "xlsx",
    "yes-never-uploaded",
    "yes-refused-again",
];

#[test]
fn every_check_of_the_data() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/checks");
    let mut paths: Vec<_> = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let faults: Vec<String> = paths
        .par_iter()
        .map(|path| {
            let name = path.file_stem().and_then(|name| name.to_str()).expect("a name");
            let text = fs::read_to_string(path).expect("a file");
            let check: check::Check = serde_yaml::from_str(&text).unwrap_or_else(|problem| panic!("{name}: {problem}"));
            check.faults().into_iter().map(|fault| format!("{name}: {fault}\n")).collect()
        })
        .collect();
    let faults = faults.concat();
    assert!(faults.is_empty(), "{faults}");
}

/// README.md has a row for each fault, and what it names is there.
#[test]
fn no_check_is_lost() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults");
    let readme = fs::read_to_string(folder.join("README.md")).expect("README.md");
    let mut named = BTreeSet::new();
    for row in readme.lines().filter_map(|line| line.strip_prefix("| `")) {
        let (name, place) = row.split_once("` | ").expect("a name and a place");
        for place in place.split(" | ").next().unwrap_or(place).split(", ") {
            let (file, test) = place.trim().trim_matches('`').split_once("::").unwrap_or((place.trim().trim_matches('`'), ""));
            let text = fs::read_to_string(folder.join(file)).unwrap_or_else(|problem| panic!("{name}: {file}: {problem}"));
            assert!(test.is_empty() || text.contains(&format!("#[test]\nfn {test}(")), "{name}: {file} has no test `{test}`");
        }
        named.insert(name);
    }
    assert_eq!(named.iter().copied().collect::<Vec<_>>(), NAMES);
    for entry in fs::read_dir(folder.join("checks")).expect("a folder") {
        let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
        assert!(readme.contains(&format!("`checks/{name}`")), "README.md has no row for checks/{name}");
    }
}

/// A check that expects what is not so finds a fault for each thing that it expects.
#[test]
fn a_check_can_fail() {
    let check = r#"
about: Nothing of this holds.
files: {c.yaml: {shop: 3}, a.rules: "all: level\n"}
steps:
  - {run: emit --catalog c.yaml --rules a.rules --quantities q.csv, exit: 3}
  - {run: emit --catalog c.yaml --rules a.rules --quantities q.csv, unchanged: [q.csv], says: [no such word]}
  - {write: {a.rules: "all: max 1\n"}, run: emit --catalog c.yaml --rules a.rules --quantities q.csv --yes, unchanged: [q.csv]}
  - {run: emit --catalog c.yaml --rules a.rules --quantities q.csv, never: [synced], there: [no.csv], absent: [q.csv]}
  - {run: check --catalog c.yaml --rules a.rules, lists: {q.csv: {K-1: 7}}, list_lengths: {q.csv: 7}, holds: {q.csv: [no]}, holds_no: {q.csv: [K-1]}}
  - {preview: --catalog c.yaml --rules a.rules, variants: {K-1: 7}, some_variants: {K-2: 7}, rows: [], reports: [{severity: error}]}
  - {preview: --catalog c.yaml --rules a.rules, prints: [no such word], never_prints: [K-1], counted: [{pattern: K, least: 9, most: 9}]}
  - {run: preview --catalog no.yaml --rules a.rules, exit: 1, most_lines: 0}
"#;
    let check: check::Check = serde_yaml::from_str(check).expect("a check");
    let faults = check.faults();
    let found = |step: usize| faults.iter().filter(|fault| fault.starts_with(&format!("step {step}: "))).count();
    // Each step with a fault also says what the program said.
    let found: Vec<usize> = (1..=8).map(found).collect();
    assert_eq!(found, [2, 2, 2, 4, 5, 5, 4, 3], "{faults:#?}");
}
