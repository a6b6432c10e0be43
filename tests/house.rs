//! The order of the house: a module imports only from those before it, and only the command line prints.
#![allow(clippy::expect_used)] // a test that cannot set itself up fails

use std::path::{Path, PathBuf};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn data_flows_one_way() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let library = std::fs::read_to_string(root.join("lib.rs")).expect("lib.rs");
    let order: Vec<&str> =
        library.lines().filter_map(|line| line.strip_prefix("pub mod ")).map(|name| name.trim_end_matches(';')).collect();
    assert!(order.len() > 10, "lib.rs lists the stages");
    let mut all = vec![];
    files(&root, &mut all);
    let mut faults = vec![];
    for path in all {
        let below = path.strip_prefix(&root).expect("below src");
        let room = below.iter().next().and_then(|name| name.to_str()).expect("a name").trim_end_matches(".rs");
        let Some(own) = order.iter().position(|name| *name == room) else { continue };
        let text = std::fs::read_to_string(&path).expect("a file");
        for (line, code) in text.lines().enumerate().filter(|(_, code)| !code.trim_start().starts_with("//")) {
            for used in code.split("crate::").skip(1) {
                let name: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if order.iter().position(|known| **known == name).is_some_and(|at| at > own) {
                    faults.push(format!("{}:{}: {room} uses {name}, which comes later", below.display(), line + 1));
                }
            }
            if room != "cli" && (code.contains("println!") || code.contains("eprintln!") || code.contains("process::exit")) {
                faults.push(format!("{}:{}: only cli prints and exits", below.display(), line + 1));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn everything_printed_leaves_by_one_door() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut all = vec![];
    files(&root, &mut all);
    let door = root.join("cli/output.rs");
    let mut faults = vec![];
    for path in all.iter().filter(|path| **path != door && path.extension().is_some_and(|ending| ending == "rs")) {
        let text = std::fs::read_to_string(path).expect("a file");
        for (line, code) in text.lines().enumerate() {
            // Whether a person is there may be asked anywhere, and a program that we run may be given one of ours.
            let harmless = code.contains("is_terminal()") || code.contains(".stdout(");
            let prints = !harmless && ["stdout()", "stderr()"].iter().any(|stream| code.contains(stream));
            if prints || code.contains("print!(") || code.contains("println!(") {
                faults.push(format!("{}:{}: only cli/output.rs prints, since it escapes", path.display(), line + 1));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
