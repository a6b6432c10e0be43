//! What becomes of results where nobody takes them, and that JSON is one object whatever goes wrong.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).expect("a file");
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stockrule"));
    // No repository around the folder of temporary files is looked into.
    command.args(arguments).current_dir(folder).env("GIT_CEILING_DIRECTORIES", std::env::temp_dir());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("the program")
}

fn shop(variants: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let mut export = "Handle,Title,Variant SKU,Variant Inventory Qty\n".to_owned();
    (1..=variants).for_each(|number| export.push_str(&format!("h{number},T,S{number},{number}\n")));
    write(folder.path(), "shop.csv", &export);
    write(folder.path(), "a.rules", "all: level\n");
    write(folder.path(), "stockrule.yaml", "rules: [a.rules]\ncatalog: [shop.csv]\nemit: {quantities: q.csv}\n");
    folder
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let folder = shop(20_000);
    write(folder.path(), "b.rules", "all: max 1\n");
    for arguments in [
        ["preview", "-q", "--format", "text"],
        ["preview", "-q", "--format", "json"],
        ["preview", "-q", "--format", "csv"],
        ["diff", "-q", "--from", "b.rules"],
    ] {
        let mut child =
            command(folder.path(), &arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program");
        let mut first = [0; 10];
        child.stdout.take().expect("a pipe").read_exact(&mut first).expect("some bytes");
        let done = child.wait_with_output().expect("the program");
        assert_eq!(
            (done.status.code(), String::from_utf8_lossy(&done.stderr).into_owned()),
            (Some(0), String::new()),
            "{arguments:?}"
        );
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error_of_every_command() {
    let folder = shop(3);
    write(folder.path(), "b.rules", "all: max 1\n");
    for arguments in [
        ["preview", "--format", "text"].as_slice(),
        &["preview", "--format", "json"],
        &["preview", "--format", "csv"],
        &["check", "--format", "json"],
        &["check", "--format", "sarif"],
        &["explain", "S1"],
        &["explain-code"],
        &["diff", "--from", "b.rules"],
        &["man"],
        &["completions", "bash"],
    ] {
        let full = std::fs::File::options().write(true).open("/dev/full").expect("/dev/full");
        let done = command(folder.path(), arguments).stdout(full).output().expect("the program");
        let told = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(4), "{arguments:?}: {told}");
        assert!(told.contains("the result cannot be written: No space left on device"), "{arguments:?}: {told}");
    }
}

#[test]
fn json_is_one_object_whatever_goes_wrong() {
    let folder = shop(30);
    let at = folder.path();
    assert!(run(at, &["emit", "-q"]).status.success());
    write(at, "bad.rules", "where vendr=x: level\n");
    write(at, "bad.csv", "Handle,Title\na");
    write(at, "bad.yaml", "rules: [a.rules\n");
    write(at, "unknown.yaml", "rules: [a.rules]\ncatalog: [shop.csv]\nrulez: 1\n");
    write(at, "gone.yaml", "rules: [no/*.rules]\ncatalog: [gone.csv]\n");
    write(at, "zero.rules", "all: fixed 0\n");
    write(at, "tests.yaml", "expect: {NOPE: 1}\n");
    let wrongs: [&[&str]; 9] = [
        &["--project", "none.yaml"],
        &["--project", "bad.yaml"],
        &["--project", "unknown.yaml"],
        &["--project", "gone.yaml"],
        &["--rules", "bad.rules"],
        &["--catalog", "bad.csv"],
        &["--catalog", "none.csv"],
        &["--orders", "none.csv"],
        &["--listings", "shop.csv"],
    ];
    let commands: [&[&str]; 7] = [
        &["check"],
        &["preview"],
        &["preview", "--amazon-only"],
        &["explain", "S1"],
        &["diff", "--from", "a.rules"],
        &["test", "tests.yaml"],
        &["emit"],
    ];
    let mut all: Vec<(Vec<&str>, i32)> = vec![
        (vec!["preview", "--sku", "NOPE"], 1),
        (vec!["preview", "--where", "vendr=x"], 1),
        (vec!["preview", "--where", "((("], 1),
        (vec!["explain", "NOPE"], 1),
        (vec!["explain", "S1", "NOPE"], 1),
        (vec!["explain-code", "nope"], 1),
        (vec!["diff", "no-such"], 1),
        (vec!["test", "none.yaml"], 4),
        (vec!["emit", "--rules", "zero.rules"], 3),
        (vec!["emit", "--quantities", "."], 4),
        (vec!["preview", "--amazon-only"], 1),
    ];
    for command in commands {
        for wrong in wrongs {
            all.push(([command, wrong].concat(), -1));
        }
    }
    for (arguments, status) in all {
        let done = run(at, &[arguments.as_slice(), &["--format", "json"]].concat());
        let (code, out) = (done.status.code().unwrap_or(-1), String::from_utf8_lossy(&done.stdout));
        let told = String::from_utf8_lossy(&done.stderr);
        let value: Value = serde_json::from_str(&out).unwrap_or(Value::Null);
        assert!(value.is_object(), "{arguments:?} [{code}]: {out}\n{told}");
        let is_test_of_cases = arguments[0] == "test" && code == 1;
        let errors =
            value["diagnostics"].as_array().expect("diagnostics").iter().filter(|each| each["severity"] == "error").count();
        assert!(errors > 0 || is_test_of_cases, "{arguments:?} [{code}]: {out}");
        assert!(code == status || status < 0 && [1, 4].contains(&code), "{arguments:?} [{code}]: {out}");
    }
}
