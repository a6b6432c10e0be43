//! Any text as a file of tests is answered, and its cases are run.

use super::common;
use std::path::PathBuf;

use crate::files::NamedFile;
use crate::rule_tests::cases::Rules;
use crate::rule_tests::file::LoadedTestFile;

const RULES: &str =
    "all: level\nwhere tag=clearance: buffer 2; max 7\nwhere vendor=Acme: from custom.qty else 0\nwhere sku=X: sync off";

/// Any text as a file of tests.
pub fn check(text: &str) {
    let named = NamedFile { path: PathBuf::from("tests.yaml"), name: PathBuf::from("tests.yaml") };
    let test = match LoadedTestFile::from(&named, text) {
        Ok(test) => test,
        Err(problem) => return common::check(&[*problem]),
    };
    let Ok(rules) = Rules::check(&[common::rules(RULES)]) else { return };
    let today = jiff::civil::date(2026, 11, 23);
    for (index, case) in test.file.cases.iter().enumerate() {
        let mut touched = vec![false; 4];
        let _ = rules.run(case, test.place_of_case(index), today, "amazon.com", &mut touched);
    }
}
