//! `diff` against revisions of a git repository.
#![allow(clippy::expect_used)] // a test that cannot set itself up fails

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

fn git(folder: &Path, arguments: &[&str]) {
    let names = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"];
    let done = Command::new("git").args(names).args(arguments).current_dir(folder).output().expect("git");
    assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    fs::write(path, text).expect("a file");
}

/// Status, standard output and standard error.
fn stockrule(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_stockrule")).args(arguments).current_dir(folder).output().expect("the program");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (done.status.code().expect("a status"), text(&done.stdout), text(&done.stderr))
}

/// SKU, quantity before and after of everything that changes.
fn changes(folder: &Path, arguments: &[&str]) -> Vec<(String, Value, Value)> {
    let (status, out, err) = stockrule(folder, &[arguments, &["--format", "json"]].concat());
    assert_eq!(status, 0, "{out}{err}");
    let value: Value = serde_json::from_str(&out).expect("JSON");
    let list = value["differences"].as_array().expect("a list");
    list.iter()
        .map(|each| {
            let sku = each["sku"].as_str().expect("a SKU").to_owned();
            (sku, each["before"]["quantity"].clone(), each["after"]["quantity"].clone())
        })
        .collect()
}

/// A project in a folder of a repository, with two commits: `first` with one rule file, `main` with two.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    git(at, &["init", "--quiet"]);
    write(at, "shop/stockrule.yaml", "rules: [old.rules, ../common/*.rules]\ncatalog: [shop.yaml]\n");
    write(at, "shop/old.rules", "all: level\n");
    write(at, "common/a.rules", "where sku=A: max 2\n");
    write(at, "common/deeper/b.rules", "all: fixed 99\n");
    git(at, &["add", "."]);
    git(at, &["commit", "--quiet", "-m", "first"]);
    git(at, &["tag", "first"]);
    write(at, "shop/stockrule.yaml", "rules: [rules/*.rules]\ncatalog: [shop.yaml]\n");
    write(at, "shop/rules/1.rules", "all: buffer 1\n");
    write(at, "shop/rules/2.rules", "where sku=B: fixed 5\n");
    git(at, &["rm", "--quiet", "shop/old.rules"]);
    git(at, &["add", "."]);
    git(at, &["commit", "--quiet", "-m", "second"]);
    // What is in no commit: the export, and an edit.
    write(at, "shop/shop.yaml", "variants:\n  - {sku: A, inventory: 9}\n  - {sku: B, inventory: 9}\n");
    write(at, "shop/rules/2.rules", "where sku=B: fixed 6\n");
    folder
}

fn change(sku: &str, before: i64, after: i64) -> (String, Value, Value) {
    (sku.to_owned(), json!(before), json!(after))
}

#[test]
fn the_rules_of_a_revision_are_those_that_its_project_file_names() {
    let folder = repository();
    let shop = folder.path().join("shop");
    assert_eq!(changes(&shop, &["diff"]), [change("B", 5, 6)]);
    assert_eq!(changes(&shop, &["diff", "first"]), [change("A", 2, 8), change("B", 9, 6)]);
    assert_eq!(changes(&shop, &["diff", "HEAD~1"]), changes(&shop, &["diff", "first"]));
    assert_eq!(changes(folder.path(), &["diff", "--project", "shop"]), [change("B", 5, 6)]);
    // Rules on the command line are looked for where it was typed.
    let arguments = ["diff", "--catalog", "shop/shop.yaml", "--rules", "shop/rules/2.rules"];
    assert_eq!(changes(folder.path(), &arguments), [change("B", 5, 6)]);
}

#[test]
fn what_git_cannot_give_is_told() {
    let folder = repository();
    let shop = folder.path().join("shop");
    let (status, out, err) = stockrule(&shop, &["diff", "no-such"]);
    assert_eq!((status, out.as_str()), (1, ""));
    assert!(err.contains("git knows no revision `no-such`"), "{err}");
    let (status, _, err) = stockrule(&shop, &["diff", "--", "--output=x"]);
    assert_eq!(status, 1);
    assert!(err.contains("git knows no revision `--output=x`"), "{err}");
    write(&shop, "rules/2.rules", "where sku=B: fixd 6\n");
    git(folder.path(), &["commit", "--quiet", "-am", "broken"]);
    write(&shop, "rules/2.rules", "where sku=B: fixed 6\n");
    let (status, _, err) = stockrule(&shop, &["diff"]);
    assert_eq!(status, 1);
    assert!(err.contains("HEAD:rules/2.rules:1:14") && err.contains("did you mean `fixed`?"), "{err}");
    fs::remove_dir_all(folder.path().join(".git")).expect("a folder");
    let (status, _, err) = stockrule(&shop, &["diff"]);
    assert_eq!(status, 1);
    assert!(err.contains("not a git repository") && err.contains("--from PATH"), "{err}");
}
