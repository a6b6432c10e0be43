//! Only the command line prints and exits, and all it prints leaves by one file, which escapes what a terminal would obey.

use super::source::files;

const DOOR: &str = "cli/output.rs";

#[test]
fn everything_printed_leaves_by_one_door() {
    let mut faults = vec![];
    for file in files().iter().filter(|file| file.name != DOOR) {
        for (line, code) in file.code.lines().enumerate() {
            // Whether a person is there may be asked anywhere, and a program that we run may be given one of ours.
            let harmless = code.contains("is_terminal()") || code.contains(".stdout(");
            let prints = !harmless && ["stdout()", "stderr()"].iter().any(|stream| code.contains(stream));
            if prints || code.contains("print!(") || code.contains("println!(") {
                faults.push(format!("src/{}:{}: only {DOOR} prints, since it escapes", file.name, line + 1));
            }
            if file.room() != "cli" && file.name != "main.rs" && code.contains("process::exit") {
                faults.push(format!("src/{}:{}: only cli exits", file.name, line + 1));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
