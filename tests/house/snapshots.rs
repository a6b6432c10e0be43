//! No snapshot is left over. (Those of `tests/cases` are looked after by `tests/cases.rs`.)

use std::path::Path;

use super::source::files_of;

#[test]
fn every_named_snapshot_is_compared_by_a_test() {
    let tests = files_of("tests");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut faults = vec![];
    for folder in ["black_box", "unit"] {
        for entry in std::fs::read_dir(root.join(folder).join("snapshots")).expect("a folder") {
            let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
            let Some(named) = name.strip_suffix(".snap") else { continue };
            let asserts = format!("assert_snapshot!(\"{named}\"");
            if !tests.iter().any(|file| file.name.starts_with(folder) && file.text.contains(&asserts)) {
                faults.push(format!("no test compares tests/{folder}/snapshots/{name}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
