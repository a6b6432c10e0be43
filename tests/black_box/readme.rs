//! What the README shows is what the program prints: every `console` block is run in a copy of the example.
//!
//! `README=update cargo test --test black_box readme` writes the output of today into it.

use std::fs;
use std::path::Path;
use std::process::Command;

/// The example's rules read the day; an ordinary one is shown.
const TODAY: &str = "2026-11-23";

fn shell(folder: &Path, path: &str, line: &str) -> String {
    let done = Command::new("sh")
        .args(["-c", &format!("{line} 2>&1")])
        .current_dir(folder)
        .env("PATH", path)
        .env_remove("GITHUB_WORKSPACE")
        .output()
        .expect("a shell");
    String::from_utf8_lossy(&done.stdout).into_owned()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() { copy(&path, &target) } else { fs::copy(&path, &target).map(|_| ()).expect("a file") }
    }
}

#[cfg(unix)]
#[test]
fn every_command_of_the_readme_prints_what_it_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().expect("a folder");
    let (shop, programs) = (folder.path().join("small-shop"), folder.path().join("bin"));
    copy(&root.join("examples/small-shop"), &shop);
    let _ = fs::remove_dir_all(shop.join("out"));
    fs::create_dir_all(&programs).expect("a folder");
    let wrapper = format!("#!/bin/sh\nexec '{}' \"$@\" --today {TODAY}\n", env!("CARGO_BIN_EXE_stockrule"));
    fs::write(programs.join("stockrule"), wrapper).expect("a file");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(programs.join("stockrule"), mode).expect("permissions");
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").expect("a path"));
    shell(&shop, &path, "git init -q && git add . && git -c user.name=x -c user.email=x@example.com commit -qm first");

    let readme = fs::read_to_string(root.join("README.md")).expect("the README");
    let mut made = String::new();
    let mut rest = readme.as_str();
    let mut commands = 0;
    while let Some((before, block)) = rest.split_once("```console\n") {
        let (block, after) = block.split_once("```\n").expect("the end of the block");
        made.push_str(before);
        made.push_str("```console\n");
        for line in block.lines().filter_map(|line| line.strip_prefix("$ ")) {
            let out = shell(&shop, &path, line);
            made.push_str(&format!("$ {line}\n{out}{}", if out.is_empty() || out.ends_with('\n') { "" } else { "\n" }));
            commands += 1;
        }
        made.push_str("```\n");
        rest = after;
    }
    made.push_str(rest);
    assert!(commands > 8, "the README shows commands");
    if std::env::var("README").is_ok_and(|wish| wish == "update") {
        fs::write(root.join("README.md"), made).expect("the README");
    } else {
        assert!(
            made == readme,
            "the README shows what is no longer so; `README=update cargo test --test black_box readme` renews it"
        );
    }
}

#[test]
fn the_example_runs_as_the_readme_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let done = Command::new(env!("CARGO_BIN_EXE_stockrule"))
        .args(["preview", "--project", "examples/small-shop", "--today", "2026-11-23", "--format", "csv", "-q"])
        .current_dir(root)
        .output()
        .expect("the program");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("example", String::from_utf8_lossy(&done.stdout));
    });
}
