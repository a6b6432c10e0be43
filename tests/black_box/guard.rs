//! What the guard measures by: everything by which a SKU can stop being sent, with the last emission known by the state, by the
//! outputs alone, or by neither as it should be, and with a listings report that is older or younger than it, or none.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cause {
    cause: String,
    files: BTreeMap<String, String>,
    #[serde(default)]
    says: String,
    #[serde(default)]
    reasons: String,
    #[serde(default)]
    is_error: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Known,
    Absent,
    Damaged,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Report {
    Older,
    Younger,
    None,
}

struct Project {
    folder: tempfile::TempDir,
    report: Report,
}

/// How a run ended, and what it told.
struct Done {
    status: Option<i32>,
    told: String,
}

const SHOP: &str = "Handle,Title,Variant SKU,Variant Inventory Qty\na,A,A,4\nb,B,B,3\nc,C,C,2\nd,D,D,1\n";
const ZEROS: &str = "Handle,Title,Variant SKU,Variant Inventory Qty\na,A,A,0\nb,B,B,0\nc,C,C,0\nd,D,D,0\n";
const REPORT: &str = "seller-sku\tquantity\tfulfillment-channel\nA\t4\tDEFAULT\nB\t3\tDEFAULT\nC\t2\tDEFAULT\nD\t1\tDEFAULT\n";
const QUANTITIES: &str = "sku,quantity\nA,4\nB,3\nC,2\nD,1\n";

impl Project {
    fn new(report: Report) -> Self {
        let project = Project { folder: tempfile::tempdir().expect("a folder"), report };
        project.put_back();
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The files as they were when the four SKUs were sent.
    fn put_back(&self) {
        let listings = if self.report == Report::None { "" } else { "listings: listings.txt, " };
        self.write_project(listings);
        self.write("a.rules", "all: level\n");
        self.write("shop.csv", SHOP);
        self.write_report(REPORT);
    }

    fn write_project(&self, listings: &str) {
        let text = format!(
            "rules: [a.rules]\ncatalog: [shop.csv]\namazon: {{{listings}seller: A1, fulfillment: merchant}}\n\
             emit: {{quantities: out/q.csv, feed: out/f.json}}\n"
        );
        self.write("stockrule.yaml", &text);
    }

    fn write_report(&self, text: &str) {
        self.write("listings.txt", text);
        let time = match self.report {
            Report::Older => SystemTime::now() - Duration::from_secs(3600),
            Report::Younger | Report::None => SystemTime::now(),
        };
        fs::File::options().write(true).open(self.path("listings.txt")).and_then(|file| file.set_modified(time)).expect("a time");
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn apply(&self, cause: &Cause) {
        for (name, text) in &cause.files {
            if name == "listings.txt" {
                self.write_project("listings: listings.txt, ");
                self.write_report(text);
            } else {
                self.write(name, text);
            }
        }
    }

    fn emit(&self, more: &[&str]) -> Done {
        stockrule(self.folder.path(), &[&["emit"], more].concat())
    }

    fn outputs(&self) -> [Option<Vec<u8>>; 3] {
        ["out/q.csv", "out/f.json", ".stockrule/last.csv"].map(|name| fs::read(self.path(name)).ok())
    }
}

fn stockrule(folder: &Path, arguments: &[&str]) -> Done {
    let done = Command::new(env!("CARGO_BIN_EXE_stockrule"))
        .args(arguments)
        .args(["--color", "never"])
        .current_dir(folder)
        .output()
        .expect("the program");
    let told = String::from_utf8_lossy(&done.stderr).into_owned() + &String::from_utf8_lossy(&done.stdout);
    // Messages are broken into lines.
    let words: Vec<_> = told.split_whitespace().filter(|word| *word != "│").collect();
    Done { status: done.status.code(), told: words.join(" ") }
}

#[track_caller]
fn expect(done: &Done, status: i32, says: &[&str], context: &str) {
    assert_eq!(done.status, Some(status), "{context}: {}", done.told);
    for says in says {
        assert!(done.told.contains(says), "{context}: `{says}` is not told: {}", done.told);
    }
}

#[test]
fn whatever_stops_skus_from_being_sent_is_measured_by_what_was_sent_last() {
    let causes: Vec<Cause> = serde_yaml::from_str(include_str!("guard.yaml")).expect("causes");
    for cause in &causes {
        for report in [Report::Older, Report::Younger, Report::None] {
            for state in [State::Known, State::Absent, State::Damaged] {
                check(cause, state, report);
            }
        }
    }
}

fn check(cause: &Cause, state: State, report: Report) {
    let context = format!("{}, the state {state:?}, the report {report:?}", cause.cause);
    let project = Project::new(report);
    expect(&project.emit(&[]), 0, &["first emission"], &context);
    assert_eq!(project.outputs()[0].as_deref(), Some(QUANTITIES.as_bytes()), "{context}");
    if report == Report::Younger {
        project.write_report(REPORT);
    }
    match state {
        State::Known => {}
        State::Absent => fs::remove_dir_all(project.path(".stockrule")).expect("removed"),
        State::Damaged => project.write(".stockrule/last.csv", "sku,quantity\nA,"),
    }
    let before = project.outputs();
    let damage = ["last.csv` cannot be read as what was sent last", "stockrule emit --yes"];

    // The cause is refused, and so are zeros after it; whatever is refused leaves everything as it was.
    project.apply(cause);
    let done = project.emit(&[]);
    match state {
        _ if cause.is_error => expect(&done, 1, &[], &context),
        State::Damaged => expect(&done, 3, &damage, &context),
        _ => expect(&done, 3, &[&cause.says, &cause.reasons, "`stockrule emit --yes` lets this emission pass"], &context),
    }
    project.put_back();
    project.write("shop.csv", ZEROS);
    expect(&project.emit(&[]), 3, &["--yes"], &context);
    assert_eq!(project.outputs(), before, "{context}");

    // The next right emission passes; after a damage, once it was let pass.
    project.put_back();
    if state == State::Damaged {
        expect(&project.emit(&[]), 3, &damage, &context);
        expect(&project.emit(&["--yes"]), 0, &["let pass: ", "0 no longer sent, 4 unchanged"], &context);
    }
    expect(&project.emit(&[]), 0, &["0 raised, 0 lowered, 0 to zero, 0 no longer sent, 4 unchanged"], &context);
    assert_eq!(project.outputs()[0].as_deref(), Some(QUANTITIES.as_bytes()), "{context}");

    // The cause let pass: what was sent before it is still known, so that zeros after it are refused, and what was there passes.
    project.apply(cause);
    if cause.is_error {
        return;
    }
    expect(&project.emit(&["--yes"]), 0, &["let pass: ", &cause.says, &cause.reasons], &context);
    if cause.reasons.is_empty() {
        return;
    }
    project.apply(cause);
    expect(&project.emit(&[]), 0, &["0 no longer sent"], &context);
    project.put_back();
    project.write("shop.csv", ZEROS);
    expect(&project.emit(&[]), 3, &["4 of 4 listings with stock would go to 0"], &context);
    project.put_back();
    expect(&project.emit(&[]), 0, &["0 raised, 0 lowered, 0 to zero, 0 no longer sent, 4 unchanged"], &context);
}
