//! No file imports from one that imports from it, on whatever way.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{SourceFile, files};

/// Which files each file uses. What a file only passes on, by `pub use`, it does not use; who imports it from there uses the file
/// that declares it.
fn graph(files: &[SourceFile]) -> BTreeMap<&str, BTreeSet<&str>> {
    let modules = files.iter().filter(|file| file.name != "main.rs" && file.name != "lib.rs");
    let by_module: BTreeMap<&[String], &str> = modules.map(|file| (file.module.as_slice(), file.name.as_str())).collect();
    let passed_on: BTreeMap<Vec<String>, Vec<String>> = files
        .iter()
        .flat_map(|file| file.paths().passed_on.into_iter().map(|path| (file.module.clone(), path)))
        .filter_map(|(module, path)| Some((module.into_iter().chain([path.last()?.clone()]).collect(), path)))
        .collect();
    let mut graph = BTreeMap::new();
    for file in files {
        let mut used = BTreeSet::new();
        for mut path in file.paths().used {
            // What is passed on may have been passed on to there.
            for _ in 0..8 {
                let step = (1..=path.len()).find_map(|length| Some((length, passed_on.get(&path[..length])?)));
                let Some((length, origin)) = step else { break };
                path.splice(..length, origin.iter().cloned());
            }
            // The file is the longest part of the path that names a module.
            let target = (1..=path.len()).rev().find_map(|length| by_module.get(&path[..length]));
            used.extend(target.filter(|name| **name != file.name));
        }
        graph.insert(file.name.as_str(), used);
    }
    graph
}

/// Everything that can be reached from a file, itself only if there is a way back.
fn reached<'a>(graph: &BTreeMap<&'a str, BTreeSet<&'a str>>, from: &str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = graph[from].iter().copied().collect();
    while let Some(name) = open.pop() {
        if found.insert(name) {
            open.extend(&graph[name]);
        }
    }
    found
}

#[test]
fn no_file_imports_from_one_that_imports_from_it() {
    let files = files();
    let graph = graph(&files);
    let reached: BTreeMap<&str, BTreeSet<&str>> = graph.keys().map(|name| (*name, reached(&graph, name))).collect();
    let mut circles = BTreeSet::new();
    for (name, others) in &reached {
        let circle: Vec<&str> = others.iter().copied().filter(|other| reached[other].contains(name)).collect();
        if others.contains(name) {
            circles.insert(circle);
        }
    }
    let mut faults = vec![];
    for circle in circles {
        if circle.iter().all(|name| KNOWN.contains(name)) {
            continue;
        }
        let edges = circle.iter().map(|name| {
            let used: Vec<&str> = graph[name].iter().copied().filter(|used| circle.contains(used)).collect();
            format!("  {name} uses {}", used.join(", "))
        });
        faults.push(edges.collect::<Vec<_>>().join("\n"));
    }
    assert!(faults.is_empty(), "these files import from one another:\n{}", faults.join("\n\n"));
}

/// A row of the table holds its field, and the table, which is its rows, defines the fields: one macro makes both.
const KNOWN: &[&str] = &["fields/row.rs", "fields/table.rs"];
