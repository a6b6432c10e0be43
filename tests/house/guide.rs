//! CONTRIBUTING names files that there are.

use std::path::Path;

use super::source::files;

/// The paths that a piece of code in the text names: `syntax/{tree,lower}.rs` names two.
fn paths(code: &str) -> Vec<String> {
    match code.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?))) {
        Some((before, (names, behind))) => names.split(',').map(|name| format!("{before}{name}{behind}")).collect(),
        None => vec![code.to_owned()],
    }
}

#[test]
fn every_file_that_contributing_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("CONTRIBUTING.md")).expect("CONTRIBUTING.md");
    let known: Vec<String> = files().into_iter().map(|file| format!("/{}", file.name)).collect();
    let named = text.split('`').skip(1).step_by(2).filter(|code| code.ends_with(".rs") && !code.contains(' '));
    let named: Vec<String> = named.flat_map(paths).collect();
    assert!(named.len() > 40, "{named:?}");
    let is_there = |path: &&String| root.join(path).exists() || known.iter().any(|file| file.ends_with(&format!("/{path}")));
    let missing: Vec<&String> = named.iter().filter(|path| !is_there(path)).collect();
    assert!(missing.is_empty(), "CONTRIBUTING names files that are not there: {missing:?}");
}
