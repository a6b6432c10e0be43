//! Which room may use which. Data flows one way: a room uses only rooms that stand before it.

use std::path::Path;

use super::source::files;

/// The rooms in the order of `src/lib.rs`, each with those that it may use. `syntax` knows texts and places in them; `resolve` knows
/// trees and fields, but no rows; `evaluate` reads no file and no clock; `emit` sees decisions, but no rules; `cli` alone may use
/// whatever it needs.
const ROOMS: &[(&str, &[&str])] = &[
    ("ids", &[]),
    ("source", &[]),
    ("diagnostic", &["source"]),
    ("system", &[]),
    ("memory", &[]),
    ("parallel", &[]),
    ("text", &[]),
    ("number", &["text"]),
    ("days", &[]),
    ("clock", &[]),
    ("files", &["diagnostic", "system", "text", "number", "clock"]),
    ("yaml", &["diagnostic", "source", "text"]),
    ("syntax", &["diagnostic", "parallel", "source", "text", "days"]),
    ("fields", &["text", "files"]),
    ("table", &["diagnostic", "parallel", "text", "number", "files"]),
    ("catalog", &["ids", "diagnostic", "parallel", "text", "number", "files", "yaml", "fields", "table"]),
    ("amazon", &["ids", "diagnostic", "text", "number", "files", "fields", "table", "catalog"]),
    ("orders", &["ids", "diagnostic", "source", "text", "number", "files", "fields", "table", "catalog"]),
    ("resolve", &["ids", "diagnostic", "source", "text", "number", "days", "syntax", "fields"]),
    ("evaluate", &["ids", "parallel", "text", "number", "syntax", "fields", "catalog", "amazon", "orders", "resolve"]),
    (
        "lint",
        &["ids", "diagnostic", "parallel", "text", "number", "syntax", "fields", "catalog", "amazon", "resolve", "evaluate"],
    ),
    ("emit", &["ids", "diagnostic", "parallel", "text", "catalog", "amazon", "orders", "evaluate"]),
    ("deliver", &["diagnostic", "system", "parallel", "clock", "files", "catalog", "emit"]),
    (
        "project",
        &[
            "ids",
            "diagnostic",
            "source",
            "text",
            "number",
            "clock",
            "files",
            "yaml",
            "syntax",
            "fields",
            "catalog",
            "amazon",
            "orders",
            "resolve",
            "evaluate",
            "lint",
            "emit",
            "deliver",
        ],
    ),
    ("watch", &["system", "memory", "text", "clock", "files", "deliver", "project"]),
    ("report", &["ids", "diagnostic", "text", "yaml", "catalog", "amazon", "orders", "resolve", "evaluate", "lint", "project"]),
    ("diff", &["ids", "diagnostic", "text", "resolve", "evaluate", "project", "report"]),
    (
        "rule_tests",
        &[
            "ids",
            "diagnostic",
            "source",
            "text",
            "number",
            "days",
            "files",
            "yaml",
            "syntax",
            "fields",
            "catalog",
            "amazon",
            "orders",
            "resolve",
            "evaluate",
            "project",
            "report",
        ],
    ),
    ("facade", &["diagnostic", "text", "files", "evaluate", "project", "report"]),
    (
        "cli",
        &[
            "ids",
            "diagnostic",
            "memory",
            "source",
            "text",
            "days",
            "clock",
            "files",
            "yaml",
            "syntax",
            "fields",
            "catalog",
            "amazon",
            "orders",
            "resolve",
            "evaluate",
            "emit",
            "deliver",
            "project",
            "watch",
            "report",
            "diff",
            "rule_tests",
        ],
    ),
];

/// Modules of `lib.rs` that are no rooms: doors for tests and benches.
const NO_ROOMS: [&str; 2] = ["unit_tests", "internals"];

#[test]
fn the_rooms_stand_in_the_order_of_the_library() {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs");
    let library = std::fs::read_to_string(library).expect("lib.rs");
    let declared = library.lines().filter_map(|line| line.strip_suffix(';')?.rsplit_once("mod "));
    let declared = declared.filter(|(before, _)| before.is_empty() || before.starts_with("pub"));
    let order: Vec<&str> = declared.map(|(_, name)| name).filter(|name| !NO_ROOMS.contains(name)).collect();
    let table: Vec<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    assert_eq!(table, order, "the table has a row for each room of src/lib.rs, in its order");
    for (at, (room, may_use)) in ROOMS.iter().enumerate() {
        let later = may_use.iter().find(|used| !table[..at].contains(used));
        assert_eq!(later, None, "`{room}` may use only rooms that stand before it");
    }
}

#[test]
fn a_room_uses_only_those_that_it_may() {
    let mut faults = vec![];
    for file in files() {
        let Some((room, may_use)) = ROOMS.iter().find(|(room, _)| *room == file.room()) else { continue };
        let paths = file.paths();
        for path in paths.used.iter().chain(&paths.passed_on) {
            let is_room = |name: &str| ROOMS.iter().any(|(room, _)| *room == name);
            if path.first().is_some_and(|used| used != room && is_room(used) && !may_use.contains(&used.as_str())) {
                faults.push(format!("src/{}: `{room}` may not use `{}`", file.name, path.join("::")));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
