//! What goes out: large feeds, files whole or not at all, a guard that holds.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

fn stockrule(folder: &Path, arguments: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_stockrule")).args(arguments).current_dir(folder).output().expect("the program")
}

fn catalog(skus: usize, count: usize) -> String {
    (0..skus).fold("Handle,Title,Variant SKU,Variant Inventory Qty\n".to_owned(), |mut text, number| {
        writeln!(text, "h{number},T,S{number},{count}").expect("text");
        text
    })
}

const FEED: [&str; 12] = [
    "emit",
    "-q",
    "--yes",
    "--catalog",
    "shop.csv",
    "--rules",
    "r.rules",
    "--feed",
    "out/feed.json",
    "--seller",
    "A1",
    "--fulfillment=merchant",
];

#[test]
fn a_long_feed_is_split_and_a_shorter_one_leaves_no_parts() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("r.rules", "all: level\n");
    write("shop.csv", &catalog(60_001, 3));
    assert!(stockrule(folder.path(), &FEED).status.success());
    let mut skus = HashSet::new();
    let mut sizes = vec![];
    for part in 1..=3 {
        let bytes = std::fs::read(folder.path().join(format!("out/feed.{part}.json"))).expect("a part");
        let feed: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
        let messages = feed["messages"].as_array().expect("messages");
        sizes.push(messages.len());
        for (index, message) in messages.iter().enumerate() {
            assert_eq!(message["messageId"], index + 1);
            assert!(skus.insert(message["sku"].as_str().expect("a SKU").to_owned()), "every SKU once");
        }
    }
    assert_eq!(sizes, [25_000, 25_000, 10_001]);
    assert_eq!(skus.len(), 60_001);
    assert!(!folder.path().join("out/feed.json").exists());
    write("shop.csv", &catalog(2, 3));
    assert!(stockrule(folder.path(), &FEED).status.success());
    let left: Vec<_> =
        std::fs::read_dir(folder.path().join("out")).expect("out").map(|e| e.expect("entry").file_name()).collect();
    assert_eq!(left, ["feed.json"]);
}

#[test]
fn killed_at_any_moment_each_output_is_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("r.rules", "all: level\n");
    let arguments = [
        "emit",
        "-q",
        "--yes",
        "--catalog",
        "shop.csv",
        "--rules",
        "r.rules",
        "--quantities",
        "out/q.csv",
        "--feed",
        "out/feed.json",
        "--seller",
        "A1",
        "--fulfillment=merchant",
    ];
    let states: Vec<Vec<u8>> = [3, 4]
        .iter()
        .map(|count| {
            write("shop.csv", &catalog(5_000, *count));
            assert!(stockrule(folder.path(), &arguments).status.success());
            std::fs::read(folder.path().join("out/q.csv")).expect("quantities")
        })
        .collect();
    let started = std::time::Instant::now();
    assert!(stockrule(folder.path(), &arguments).status.success());
    let whole = started.elapsed();
    for round in 0..60_u32 {
        write("shop.csv", &catalog(5_000, 3 + (round as usize % 2)));
        let mut child = Command::new(env!("CARGO_BIN_EXE_stockrule"))
            .args(arguments)
            .current_dir(folder.path())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program");
        // Spread over the whole run, and a little past it.
        std::thread::sleep(whole.mul_f64(f64::from(round * 37 % 60) / 50.0).min(Duration::from_secs(2)));
        let _ = child.kill();
        let _ = child.wait();
        let found = std::fs::read(folder.path().join("out/q.csv")).expect("quantities");
        assert!(states.contains(&found), "round {round}: the list is the old one or the new one");
        let feed = std::fs::read(folder.path().join("out/feed.json")).expect("a feed");
        assert!(serde_json::from_slice::<serde_json::Value>(&feed).is_ok(), "round {round}: the feed is whole");
    }
    assert!(stockrule(folder.path(), &arguments).status.success());
    let left = std::fs::read_dir(folder.path().join("out")).expect("out").count();
    assert_eq!(left, 2, "no temporary files pile up");
}

#[test]
fn a_catalog_that_shrank_or_was_cut_leaves_the_outputs_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    write("r.rules", "all: level\n");
    let good = catalog(1_000, 3);
    write("shop.csv", &good);
    let arguments = ["emit", "--catalog", "shop.csv", "--rules", "r.rules", "--quantities", "q.csv"];
    assert!(stockrule(folder.path(), &arguments).status.success());
    let before = std::fs::read(folder.path().join("q.csv")).expect("quantities");
    let header = good.lines().next().expect("a header").to_owned();
    let cut = &good[..good.len() - 5];
    for (text, status) in
        [(catalog(100, 3), 3), (header.clone() + "\n", 1), (String::new(), 1), (cut.to_owned(), 1), (format!("{good}h,\"T"), 1)]
    {
        write("shop.csv", &text);
        let done = stockrule(folder.path(), &arguments);
        assert_eq!(done.status.code(), Some(status), "{}", String::from_utf8_lossy(&done.stderr));
        assert_eq!(std::fs::read(folder.path().join("q.csv")).expect("quantities"), before);
    }
}
