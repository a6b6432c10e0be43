//! The fuzzer's checks hold for its corpus.

use std::fs;
use std::path::Path;

use crate::internals::fuzz;

/// The files of a corpus.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let files = fs::read_dir(folder).expect("a folder").map(|entry| fs::read(entry.expect("an entry").path()).expect("a file"));
    let files: Vec<Vec<u8>> = files.collect();
    assert!(!files.is_empty(), "the corpus `{name}` has files");
    files
}

fn each_text(name: &str, check: impl Fn(&str)) {
    for bytes in corpus(name) {
        check(std::str::from_utf8(&bytes).expect("UTF-8"));
    }
}

#[test]
fn texts() {
    each_text("rules", fuzz::rules::check);
    each_text("project", fuzz::project::check);
    each_text("tests", fuzz::rule_tests::check);
    each_text("end_to_end", fuzz::end_to_end::check);
}

#[test]
fn files_of_bytes() {
    corpus("catalog").iter().for_each(|bytes| fuzz::catalog::check(bytes));
    corpus("reports").iter().for_each(|bytes| fuzz::reports::check(bytes));
    for bytes in corpus("products") {
        for (chunk, tail, window) in [(0, 0, 0), (3, 40, 9), (255, 255, 255)] {
            fuzz::products::check((chunk, tail, window, &bytes));
        }
    }
}
