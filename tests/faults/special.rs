//! Pipes, devices, links, a terminal, and revisions of a repository.

use std::fs;
use std::os::unix::fs::{FileTypeExt, symlink};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::content::Shop;
use super::program::{Done, stockrule};

fn put(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    fs::write(path, text).expect("a file");
}

fn run(folder: &Path, words: &str) -> Done {
    stockrule(folder, &shlex::split(words).expect("words"), Duration::from_secs(10))
}

fn pipe(folder: &Path, name: &str) {
    assert!(Command::new("mkfifo").arg(folder.join(name)).status().expect("mkfifo").success());
}

fn is_pipe(folder: &Path, name: &str) -> bool {
    fs::symlink_metadata(folder.join(name)).is_ok_and(|data| data.file_type().is_fifo())
}

/// A preview while somebody writes these texts into pipes.
fn preview_of_pipes(folder: &Path, words: &str, pipes: &[(&str, &str)]) -> Done {
    for (name, text) in pipes {
        let (path, text) = (folder.join(name), (*text).to_owned());
        // Nobody waits for a writer whose pipe nobody opens.
        std::thread::spawn(move || fs::write(path, text));
    }
    run(folder, &format!("preview --format csv -q {words}"))
}

#[test]
fn special_files_are_not_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    put(folder, "c.yaml", &Shop::Numbered(3).text());
    put(folder, "a.rules", "all: level\n");
    pipe(folder, "pipe");
    fs::create_dir(folder.join("folder")).expect("a folder");
    symlink("/dev/null", folder.join("link-to-device")).expect("a link");
    // Only root makes devices; the link to one is there for everybody.
    let made =
        Command::new("mknod").args(["-m", "600"]).arg(folder.join("device")).args(["c", "1", "3"]).output().expect("mknod");
    let devices: &[&str] = if made.status.success() { &["device", "link-to-device"] } else { &["link-to-device"] };
    for name in devices.iter().chain(&["pipe", "folder"]) {
        let done = run(folder, &format!("emit --catalog c.yaml --rules a.rules --quantities {name}"));
        assert!(matches!(done.status, Some(1 | 2 | 4)), "{name}: {}", done.shown());
        assert!(!fs::symlink_metadata(folder.join(name)).expect("it is there").is_file(), "{name} has become a file");
    }
    let done = preview_of_pipes(folder, "--catalog c.yaml --rules pipe", &[("pipe", "all: max 2\n")]);
    assert_eq!(
        quantities(&done),
        [("K-1", "1"), ("K-2", "2"), ("K-3", "2")].map(|(sku, quantity)| (sku.to_owned(), quantity.to_owned()))
    );
}

/// The SKUs of a CSV preview, with their quantities, or their outcomes where none is sent.
fn quantities(done: &Done) -> Vec<(String, String)> {
    assert_eq!(done.status, Some(0), "{}", done.shown());
    let mut reader = csv::Reader::from_reader(done.out.as_bytes());
    let rows = reader.records().map(|row| row.expect("a row"));
    rows.map(|row| (row[0].to_owned(), if &row[1] == "synced" { row[2].to_owned() } else { row[1].to_owned() })).collect()
}

#[test]
fn pipes_are_read_once_and_never_written_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    put(folder, "c.yaml", &Shop::Numbered(3).text());
    put(folder, "a.rules", "all: level\n");
    for name in ["pipe", "c.csv", "l.txt"] {
        pipe(folder, name);
    }
    symlink("pipe", folder.join("feed.json")).expect("a link");
    let done = run(folder, "emit --catalog c.yaml --rules a.rules --feed feed.json --seller A --fulfillment merchant");
    assert!(matches!(done.status, Some(0 | 1 | 2 | 4)), "a link to a pipe: {}", done.shown());
    assert!(done.status != Some(0) || folder.join("feed.json").exists());
    assert!(is_pipe(folder, "pipe"));
    let products = "Handle,Title,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty\nmug,Mug,MUG-1,shopify,5\ncup,Cup,CUP-1,shopify,6\n";
    let listings = "seller-sku\tquantity\tfulfillment-channel\nMUG-1\t3\tDEFAULT\n";
    let done =
        preview_of_pipes(folder, "--catalog c.csv --rules a.rules --listings l.txt", &[("c.csv", products), ("l.txt", listings)]);
    assert_eq!(quantities(&done), [("MUG-1", "5"), ("CUP-1", "unlisted")].map(|(sku, is)| (sku.to_owned(), is.to_owned())));
    let done = run(folder, "emit --catalog c.yaml --rules a.rules --adjustments pipe --quantities q.csv");
    assert!(matches!(done.status, Some(1 | 2 | 4)), "adjustments to a pipe: {}", done.shown());
    assert!(is_pipe(folder, "pipe") && !folder.join("q.csv").exists());
}

#[test]
fn a_state_that_is_a_link_is_not_written_through() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    put(folder, "victim", "precious\n");
    put(folder, "p/c.yaml", &Shop::Numbered(30).text());
    put(folder, "p/a.rules", "all: level\n");
    put(folder, "p/stockrule.yaml", "rules: [a.rules]\ncatalog: [c.yaml]\nemit: {quantities: q.csv}\n");
    let done = run(&folder.join("p"), "emit");
    assert_eq!(done.status, Some(0), "{}", done.shown());
    let state = folder.join("p/.stockrule");
    let files: Vec<_> = fs::read_dir(&state).expect("a state").map(|entry| entry.expect("an entry").path()).collect();
    let mut links = 0;
    for path in files.iter().filter(|path| path.is_file()) {
        fs::remove_file(path).expect("removed");
        symlink("../../victim", path).expect("a link");
        links += 1;
    }
    assert!(links > 0, "no state is kept in .stockrule");
    put(folder, "p/a.rules", "all: max 29\n");
    // Whatever becomes of the emission.
    run(&folder.join("p"), "emit --yes");
    assert_eq!(fs::read_to_string(folder.join("victim")).expect("a file"), "precious\n");
}

/// What the program prints on a terminal of 40 lines and 120 columns.
#[cfg(target_os = "linux")]
fn on_a_terminal(folder: &Path, words: &str) -> String {
    let line = format!("stty rows 40 cols 120; NO_COLOR=1 '{}' {words}", env!("CARGO_BIN_EXE_stockrule"));
    let mut script = Command::new("script");
    script.args(["-qec", &line, "/dev/null"]).current_dir(folder).stdin(std::process::Stdio::null());
    String::from_utf8_lossy(&script.output().expect("script, of util-linux").stdout).into_owned()
}

#[cfg(target_os = "linux")]
#[test]
fn a_preview_says_how_many_rows_it_leaves_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    put(folder, "c.yaml", &Shop::Numbered(3000).text());
    put(folder, "a.rules", "all: level\n");
    let finds = |pattern: &str, text: &str| regex::Regex::new(pattern).expect("a pattern").is_match(text);
    let done = run(folder, "preview --rules a.rules --catalog c.yaml --limit 20");
    let all = done.out + &done.err;
    assert!(finds(r"2,?980 more|\b20 of (the |these )?3,?000\b", &all), "{all}");
    let done = run(folder, "preview --rules a.rules --catalog c.yaml");
    assert!(done.out.lines().count() > 3000, "a pipe is given all the rows");
    let seen = on_a_terminal(folder, "preview --rules a.rules --catalog c.yaml");
    assert!(seen.lines().count() <= 60 && seen.contains("K-1"), "a terminal is given a screenful: {seen}");
    assert!(finds("--limit|--where|--html|less", &seen), "and told how to see the rest: {seen}");
}

fn git(folder: &Path, words: &str) {
    let names = ["-c", "user.email=test@example.com", "-c", "user.name=Test", "-c", "protocol.file.allow=always"];
    let done = Command::new("git").args(names).args(words.split(' ')).current_dir(folder).output().expect("git");
    assert!(done.status.success(), "git {words}: {}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn a_revision_has_the_files_that_its_links_lead_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let w = folder.join("w");
    put(&w, "shared/base.rules", "all: level\n");
    fs::create_dir(w.join("rules")).expect("a folder");
    symlink("../shared/base.rules", w.join("rules/a.rules")).expect("a link");
    put(&w, "c.yaml", "variants:\n  - {sku: A, inventory: 5}\n");
    put(&w, "stockrule.yaml", "rules: [rules/*.rules]\ncatalog: [c.yaml]\n");
    git(&w, "init -q");
    git(&w, "add -A");
    git(&w, "commit -qm 1");
    let done = run(&w, "diff --format json");
    assert!(done.status == Some(0) && !done.out.contains("\"A\""), "no change: {}", done.shown());
    put(&w, "shared/base.rules", "all: max 3\n");
    let done = run(&w, "diff --format json");
    assert!(done.status == Some(0) && done.out.contains("\"A\""), "a change: {}", done.shown());
    let answer = done.answer().expect("JSON").to_string();
    assert!(answer.contains('5') && answer.contains('3'), "{answer}");
    git(&w, "add -A");
    git(&w, "commit -qm 2");
    git(folder, &format!("clone -q --depth 1 file://{} shallow", w.display()));
    let done = run(&folder.join("shallow"), "diff HEAD~1");
    assert!(matches!(done.status, Some(1 | 2 | 4)), "a shallow clone: {}", done.shown());
    let all = done.out + &done.err;
    let says_how = ["shallow", "unshallow", "fetch-depth", "--depth", "--deepen"].iter().any(|word| all.contains(word));
    assert!(says_how, "the help says how to fetch more: {all}");
}
