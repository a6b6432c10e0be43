//! One name for one type, and no file that is too long to be read.

use std::collections::BTreeMap;

use super::source::files;

#[test]
fn no_two_types_have_one_name() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in files() {
        for name in file.types() {
            places.entry(name).or_default().push(file.name.clone());
        }
    }
    let twice = places.iter().filter(|(_, files)| files.len() > 1);
    let faults: Vec<String> = twice.map(|(name, files)| format!("`{name}`: {}", files.join(", "))).collect();
    assert!(faults.is_empty(), "these names are of more than one type:\n{}", faults.join("\n"));
}

/// Lines of a file, with its comments and tests.
const MOST_LINES: usize = 400;

#[test]
fn no_file_is_longer_than_can_be_read_at_once() {
    let mut faults = vec![];
    for file in files() {
        let lines = file.text.lines().count();
        if lines > MOST_LINES {
            faults.push(format!("src/{} has {lines} lines", file.name));
        }
    }
    assert!(faults.is_empty(), "a file holds one thing, in at most {MOST_LINES} lines:\n{}", faults.join("\n"));
}
