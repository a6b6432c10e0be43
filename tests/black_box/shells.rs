//! What the program says of itself: help, completions, the manual.

use std::process::{Command, Output};

fn stockrule(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_stockrule")).args(arguments).output().expect("the program")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The commands that the help lists.
fn commands() -> Vec<String> {
    let help = text(&stockrule(&["--help"]).stdout);
    let list = help.split("Commands:").nth(1).and_then(|rest| rest.split("Options:").next()).expect("a list").to_owned();
    let is_command = |line: &&str| line.starts_with("  ") && !line.starts_with("   ");
    list.lines().filter(is_command).filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn every_command_is_completed_in_every_shell_and_stands_in_the_manual() {
    let commands = commands();
    assert!(commands.len() > 12, "{commands:?}");
    let page = text(&stockrule(&["man"]).stdout);
    for shell in ["bash", "zsh", "fish"] {
        let done = stockrule(&["completions", shell]);
        assert!(done.status.success());
        let script = text(&done.stdout);
        for command in &commands {
            assert!(script.contains(command.as_str()), "{shell} does not know {command}");
            let escaped = command.replace('-', "\\-");
            assert!(page.contains(&format!("stockrule\\-{escaped}(1)")), "the manual does not know {command}");
        }
        // A shell that is there must be able to read it.
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("script");
        std::fs::write(&path, &done.stdout).expect("a file");
        if let Ok(checked) = Command::new(shell).arg("-n").arg(&path).output() {
            assert!(checked.status.success(), "{shell}: {}", text(&checked.stderr));
        }
    }
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let to = folder.path().join("man");
    assert!(stockrule(&["man", "--to", to.to_str().expect("a path")]).status.success());
    for command in commands().iter().filter(|command| *command != "help") {
        assert!(to.join(format!("stockrule-{command}.1")).is_file(), "{command}");
    }
}
