//! Phrases that tell a reader nothing unless the code is read too.

use super::source::files_of;

/// What none of them says: the same as what? at whose hand? how many?
const EMPTY: [&str; 4] = ["The same", "at hand", "what is told", "so many"];

#[test]
fn doc_comments_make_sense_without_the_code() {
    let mut faults = vec![];
    let places = ["src", "tests", "benches", "fuzz"];
    let all = places.iter().flat_map(|folder| files_of(folder).into_iter().map(move |file| (folder, file)));
    for (folder, file) in all {
        if *folder == "src" && HELP.contains(&file.name.as_str()) || file.name == "house/words.rs" {
            continue;
        }
        for (number, line) in file.text.lines().enumerate() {
            let line = line.trim_start();
            if !line.starts_with("///") && !line.starts_with("//!") {
                continue;
            }
            for phrase in EMPTY.iter().filter(|phrase| line.contains(**phrase)) {
                faults.push(format!("{folder}/{}:{}: `{phrase}`", file.name, number + 1));
            }
        }
    }
    assert!(faults.is_empty(), "say what is meant, in terms of its own:\n{}", faults.join("\n"));
}

/// Files whose doc comments are the help of the command line, where a placeholder before the text says how many.
const HELP: &[&str] = &["cli/diff.rs", "cli/preview.rs", "cli/watch.rs"];
