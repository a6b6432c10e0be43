//! `.stockrule/`: what was sent last, beside outputs that may tell something else, be named on the command line, or be gone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

struct Project(tempfile::TempDir);

impl Project {
    /// A project that writes a list and a feed, of the SKUs `S1`, `S2`, … up to a number, whose counts are 5.
    fn new(skus: usize, more: &str) -> Self {
        let project = Project(tempfile::tempdir().expect("a folder"));
        project.write("stockrule.yaml", &project_file("{quantities: out/q.csv, feed: out/f.json}", more));
        project.write("a.rules", "all: level\n");
        project.write("shop.csv", &shop(skus, 5));
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.path(name)).ok()
    }

    #[track_caller]
    fn emit(&self, arguments: &[&str], status: i32) -> String {
        let arguments: Vec<_> = ["emit"].iter().chain(arguments).collect();
        let done = Command::new(env!("CARGO_BIN_EXE_stockrule")).args(arguments).current_dir(self.0.path()).output();
        let done = done.expect("the program");
        let told = String::from_utf8_lossy(&done.stderr).into_owned() + &String::from_utf8_lossy(&done.stdout);
        let words: Vec<_> = told.split_whitespace().filter(|word| *word != "│").collect();
        assert_eq!(done.status.code(), Some(status), "{told}");
        words.join(" ")
    }
}

fn project_file(outputs: &str, more: &str) -> String {
    format!(
        "rules: [a.rules]\ncatalog: [shop.csv]\namazon: {{seller: A1, fulfillment: merchant}}\nemit: {outputs}\n\
         guard: {{changed: off}}\n{more}"
    )
}

fn shop(skus: usize, count: usize) -> String {
    let rows: String = (1..=skus).map(|sku| format!("h{sku},T,S{sku},{count}\n")).collect();
    format!("Handle,Title,Variant SKU,Variant Inventory Qty\n{rows}")
}

#[track_caller]
fn assert_says(told: &str, says: &str) {
    assert!(told.contains(says), "`{says}` is not told: {told}");
}

/// Copies files with their times, as a run finds them that was killed before it replaced them.
fn copy(from: &Path, to: &Path) {
    let done = Command::new("cp").args(["-p", "-r"]).arg(from).arg(to).status();
    assert!(done.is_ok_and(|status| status.success()));
}

#[test]
fn outputs_that_are_younger_than_the_state_count() {
    // Killed after all outputs were put in place, after the feed alone, after the list alone.
    for old in [vec![], vec!["out/q.csv"], vec!["out/f.json"]] {
        let project = Project::new(30, "");
        assert_says(&project.emit(&[], 0), "first emission");
        for name in ["out/q.csv", "out/f.json", ".stockrule/last.csv"] {
            copy(&project.path(name), &project.path(&(name.replace('/', "-") + ".old")));
        }
        project.write("a.rules", "all: max 2\n");
        assert_says(&project.emit(&[], 0), "30 lowered, 0 to zero, 0 no longer sent, 0 unchanged");
        for name in old.into_iter().chain([".stockrule/last.csv"]) {
            fs::remove_file(project.path(name)).expect("removed");
            copy(&project.path(&(name.replace('/', "-") + ".old")), &project.path(name));
        }
        assert_says(&project.emit(&[], 0), "0 lowered, 0 to zero, 0 no longer sent, 30 unchanged");
        // The state tells it again, without the outputs.
        fs::remove_dir_all(project.path("out")).expect("removed");
        assert_says(&project.emit(&[], 0), "0 no longer sent, 30 unchanged");
        project.write("a.rules", "all: fixed 0\n");
        project.emit(&[], 3);
    }
}

#[test]
fn an_output_that_was_there_before_the_project_wrote_to_it_is_no_state() {
    let project = Project::new(30, "");
    project.emit(&[], 0);
    // Older than the state, and of other SKUs: it is replaced. What is no list is not.
    project.write("out/new.csv", "sku,quantity\nX,1\nY,2\n");
    let long_ago = std::time::SystemTime::now() - Duration::from_secs(9_000);
    fs::File::options()
        .write(true)
        .open(project.path("out/new.csv"))
        .and_then(|file| file.set_modified(long_ago))
        .expect("a time");
    project.write("stockrule.yaml", &project_file("{quantities: out/new.csv}", ""));
    assert_says(&project.emit(&[], 0), "0 no longer sent, 30 unchanged");
    project.write("out/notes.csv", "my notes\n");
    project.write("stockrule.yaml", &project_file("{quantities: out/notes.csv}", ""));
    assert_says(&project.emit(&[], 3), "notes.csv` cannot be read as what was sent last: it does not begin with `sku,quantity`");
    assert_eq!(project.read("out/notes.csv").as_deref(), Some("my notes\n"));
}

#[test]
fn outputs_on_the_command_line_are_measured_by_themselves() {
    let project = Project::new(30, "");
    project.emit(&[], 0);
    let (state, list) = (project.read(".stockrule/last.csv"), project.read("out/q.csv"));
    project.write("a.rules", "all: max 2\n");
    let told = project.emit(&["--quantities", "mine.csv", "--feed", "mine.json"], 0);
    assert_says(&told, "first emission");
    assert!(!told.contains("last.csv"), "{told}");
    project.write("a.rules", "all: fixed 0\n");
    assert_says(&project.emit(&["--quantities", "mine.csv", "--feed", "mine.json"], 3), "S1` 2 → 0");
    // One of the project's is replaced, the state stays: the project then measures by what is there.
    project.write("a.rules", "all: max 2\n");
    project.emit(&["--quantities", "mine.csv"], 0);
    assert_eq!((project.read(".stockrule/last.csv"), project.read("out/q.csv")), (state, list));
    assert_says(&project.emit(&[], 0), "0 lowered, 0 to zero, 0 no longer sent, 30 unchanged");
}

#[test]
fn each_project_file_has_a_state_of_its_own() {
    let project = Project::new(30, "");
    project.write("north.yaml", &project_file("{quantities: out/north.csv}", ""));
    project.write("apart.yaml", &project_file("{quantities: out/apart.csv}", "state: elsewhere/apart\n"));
    for (file, state) in [("stockrule.yaml", ".stockrule"), ("north.yaml", ".stockrule/north"), ("apart.yaml", "elsewhere/apart")]
    {
        assert_says(&project.emit(&["--project", file], 0), "first emission");
        assert!(project.path(state).join("last.csv").is_file(), "{file}");
        assert_says(&project.emit(&["--project", file], 0), "no file is changed");
    }
    fs::remove_dir_all(project.path(".stockrule")).expect("removed");
    project.emit(&["--project", "apart.yaml"], 0);
    assert!(!project.path(".stockrule").exists());
}

#[test]
fn a_state_that_cannot_be_written_stops_the_emission() {
    let project = Project::new(3, "");
    project.write(".stockrule", "a file\n");
    let told = project.emit(&["-q"], 3);
    assert_says(&told, ".stockrule` is a file, not a folder");
    assert_says(&told, "move it away, or name another folder in the project file");
    assert!(!told.contains("--yes"), "{told}");
    assert_says(&project.emit(&["--yes"], 4), "name another one in the project file: `state: PATH`");
    assert_eq!((project.read("out/q.csv"), project.read(".stockrule").as_deref()), (None, Some("a file\n")));
    project.write("stockrule.yaml", &project_file("{quantities: out/q.csv}", "state: kept\n"));
    project.emit(&[], 0);
    assert!(project.path("kept/last.csv").is_file());
}

#[cfg(unix)]
#[test]
fn where_yes_is_promised_it_passes() {
    // What stands at a path, what makes it, and whether `--yes` puts a state in its place.
    let cases = [
        (".stockrule/last.csv", "mkdir -p .stockrule/last.csv", false),
        (".stockrule/last.csv", "mkdir .stockrule; mkfifo .stockrule/last.csv", false),
        (".stockrule/last.csv", "mkdir .stockrule; ln -s nowhere .stockrule/last.csv", true),
        (".stockrule/last.csv", "mkdir .stockrule; ln -s ../shop.csv .stockrule/last.csv", true),
        (".stockrule/last.csv", "mkdir .stockrule; echo x > .stockrule/last.csv", true),
        (".stockrule", "ln -s nowhere .stockrule", false),
        (".stockrule", "mkdir kept; ln -s kept .stockrule", false),
        (".stockrule", "echo x > .stockrule", false),
    ];
    for (path, make, passes) in cases {
        let project = Project::new(3, "");
        assert!(Command::new("sh").args(["-c", make]).current_dir(project.0.path()).status().is_ok_and(|done| done.success()));
        let told = project.emit(&[], 3);
        assert_eq!(told.contains("--yes"), passes, "{make}: {told}");
        project.emit(&["--yes"], if passes { 0 } else { 4 });
        assert_eq!(project.read("out/q.csv").is_some(), passes, "{make}");
        assert_eq!(project.read("shop.csv"), Some(shop(3, 5)));
        if !passes {
            // As the help says.
            fs::rename(project.path(path), project.path("away")).expect("moved away");
            project.emit(&[], 0);
        }
    }
}

#[test]
fn a_state_folder_is_a_folder_of_its_own() {
    let refused = |more: &str, says: &str| {
        let project = Project::new(3, "");
        project.write("stockrule.yaml", &project_file("{quantities: out/q.csv}", more));
        let told = project.emit(&[], 1);
        assert_says(&told, says);
        project.emit(&["--yes"], 1);
        let mut watch = Command::new(env!("CARGO_BIN_EXE_stockrule"));
        watch.args(["watch", "--once-idle", "50"]).current_dir(project.0.path()).stderr(Stdio::null()).stdout(Stdio::null());
        watch.status().expect("the program");
        assert!(!project.path("out").exists(), "{more}");
    };
    refused("state: out/q.csv\n", "the output `out/q.csv` stands where the folder of the project's state is to be, `out/q.csv`");
    refused("state: ./out/q.csv/kept\n", "the output `out/q.csv` stands where");
    refused("state: \"\"\n", "no folder is named");
    refused("state: \" \"\n", "no folder is named");
    refused("state: shop.csv\n", "`shop.csv` cannot be the folder of the project's state");
    refused("state: a.rules/x\n", "a.rules` is a file, not a folder");
    refused("state: a.rules/x/y\n", "a.rules` is a file, not a folder");
}

#[test]
fn of_an_earlier_feed_only_our_own_parts_are_removed() {
    let project = Project::new(25_001, "");
    let own = |number: usize| project.path(&format!("out/f.{number}.json"));
    assert_says(&project.emit(&[], 0), "written: out/f.1.json, out/f.2.json, out/q.csv, .stockrule/last.csv");
    copy(&own(1), &own(3));
    project.write("out/f.20261124.json", "my archive\n");
    project.write("shop.csv", &shop(25_000, 5));
    assert_says(
        &project.emit(&[], 0),
        "written: out/f.json, out/q.csv, .stockrule/last.csv; removed: out/f.1.json, out/f.2.json",
    );
    assert!(!own(1).exists() && !own(2).exists() && own(3).exists());
    assert_eq!(project.read("out/f.20261124.json").as_deref(), Some("my archive\n"));
    // A part whose name the list has.
    project.write("stockrule.yaml", &project_file("{quantities: out/f.1.json, feed: out/f.json}", ""));
    project.emit(&[], 0);
    project.write("shop.csv", &shop(25_001, 5));
    assert_says(&project.emit(&[], 1), "two outputs are to be written to");
}

#[test]
fn without_a_state_parts_are_told_by_what_is_in_them() {
    let project = Project::new(25_001, "");
    let emit = |status: i32| project.emit(&["--feed", "f.json"], status);
    emit(0);
    // Measured by both parts.
    assert_says(&emit(0), "0 no longer sent, 25,001 unchanged");
    project.write("f.3.json", "my archive\n");
    project.write("shop.csv", &shop(24_000, 5));
    assert_says(&emit(0), "removed: f.1.json, f.2.json");
    assert_eq!(project.read("f.3.json").as_deref(), Some("my archive\n"));
    // A file of somebody else's where a part is to be written.
    project.write("shop.csv", &shop(25_001, 5));
    project.write("f.2.json", "my archive\n");
    assert_says(&emit(3), "f.2.json` cannot be read as what was sent last: it is no part of a feed");
    fs::remove_file(project.path("f.2.json")).expect("removed");
    // A copy that somebody made is no part: a first part is full.
    copy(&project.path("f.json"), &project.path("f.1.json"));
    project.write("shop.csv", &shop(23_999, 5));
    emit(0);
    assert!(project.path("f.1.json").exists());
}

#[test]
fn outputs_are_files_of_their_own() {
    let project = Project::new(3, "tests: [checks/*.yaml]\n");
    project.write("checks/a.yaml", "cases: []\n");
    project.write("exports/b.csv", &shop(2, 1));
    let refused = |outputs: &str, more: &str, says: &str| {
        project.write("stockrule.yaml", &project_file(outputs, more));
        assert_says(&project.emit(&[], 1), says);
    };
    let input = "is read and written: an output must not be an input";
    refused("{quantities: checks/a.yaml}", "tests: [checks/*.yaml]\n", input);
    refused("{quantities: checks/new.yaml}", "tests: [checks/*.yaml]\n", input);
    refused("{quantities: stockrule.yaml}", "", input);
    refused("{quantities: .stockrule/last.csv}", "", "stands where stockrule keeps what it sent last");
    refused("{quantities: kept/q.csv}", "state: kept\n", "stands where stockrule keeps what it sent last");
    refused("{quantities: out/q.csv, adjustments: out/../out/q.csv}", "", "two outputs are to be written to");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("exports", project.path("link")).expect("a link");
        std::os::unix::fs::symlink("../shop.csv", project.path("exports/shop.csv")).expect("a link");
        refused("{quantities: exports/shop.csv}", "", input);
        refused("{quantities: exports/q.csv, adjustments: link/q.csv}", "", "two outputs are to be written to");
        fs::remove_file(project.path("exports/b.csv")).expect("removed");
        let text = project_file("{quantities: link/new.csv}", "").replace("shop.csv", "exports/*.csv");
        project.write("stockrule.yaml", &text);
        assert_says(&project.emit(&[], 1), input);
    }
    assert_eq!(project.read("shop.csv"), Some(shop(3, 5)));
    project.write("stockrule.yaml", &project_file("{quantities: out/q.csv}", "").replace("changed:", "missing:"));
    assert_says(&project.emit(&[], 1), "write `unsent` instead");
}

#[test]
fn a_snapshot_may_be_too_old() {
    let project = Project::new(3, "as_of: 2026-01-01T00:00:00Z\n");
    let guard = |limit: &str| {
        let text = project_file("{quantities: out/q.csv}", "as_of: 2026-01-01T00:00:00Z\n");
        project.write("stockrule.yaml", &text.replace("changed: off", &format!("changed: off, catalog_age: {limit}")));
    };
    guard("72h");
    assert_says(&project.emit(&[], 3), "`catalog_age` allows 72 hours");
    guard("off");
    project.emit(&[], 0);
}

#[test]
fn what_is_left_on_amazon_is_told_by_the_younger_of_report_and_emission() {
    let project = Project::new(3, "");
    let explained = |project: &Project| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_stockrule"));
        let done = program.args(["explain", "S1"]).current_dir(project.0.path()).output().expect("the program");
        String::from_utf8_lossy(&done.stdout).lines().nth(1).unwrap_or_default().trim().to_owned()
    };
    let off = "off: a.rules:1 switches sync off, so nothing is sent: ";
    project.write("a.rules", "all: sync off\n");
    assert_eq!(explained(&project), format!("{off}whatever Amazon has stays as it is"));
    project.write("a.rules", "all: level\n");
    project.emit(&[], 0);
    assert_eq!(explained(&project), "synced: Amazon may sell 5 (as it is on Amazon)");
    project.write("a.rules", "all: sync off\n");
    assert_eq!(explained(&project), format!("{off}Amazon goes on selling the 5 that it was last sent"));
    // It is sent no longer, and Amazon still has it.
    project.emit(&["--yes"], 0);
    assert_eq!(explained(&project), format!("{off}Amazon goes on selling the 5 that it was last sent"));
    // A report of before and one of after.
    project.write("report.txt", "seller-sku\tquantity\tfulfillment-channel\nS1\t9\tDEFAULT\nS2\t\tDEFAULT\n");
    let text = project_file("{quantities: out/q.csv, feed: out/f.json}", "");
    project.write("stockrule.yaml", &text.replace("seller: A1,", "seller: A1, listings: report.txt,"));
    let made = |hours: u64, before: bool| {
        let (now, time) = (std::time::SystemTime::now(), Duration::from_secs(hours * 3600));
        let time = if before { now - time } else { now + time };
        let file = fs::File::options().write(true).open(project.path("report.txt")).expect("a file");
        file.set_modified(time).expect("a time");
    };
    made(2, true);
    assert_eq!(explained(&project), format!("{off}Amazon goes on selling the 5 that it was last sent"));
    made(2, false);
    assert_eq!(explained(&project), format!("{off}Amazon goes on selling the 9 that it has"));
    project.write(".stockrule/last.csv", "what is that?\n");
    let told = "Amazon keeps what it has; the listings report says 9, but what it was last sent cannot be read";
    assert_eq!(explained(&project), format!("{off}{told}"));
}

#[test]
fn json_names_every_file() {
    let project = Project::new(3, "");
    let told: serde_json::Value = serde_json::from_str(&project.emit(&["-q", "--format", "json"], 0)).expect("JSON");
    assert_eq!(told["files"], serde_json::json!(["out/f.json", "out/q.csv"]));
    assert_eq!((&told["state"], &told["first"]), (&".stockrule/last.csv".into(), &true.into()));
}

#[test]
fn killed_at_any_moment_the_next_emission_measures_rightly() {
    let project = Project::new(3_000, "");
    let emit = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stockrule"));
        command.args(["emit", "-q"]).current_dir(project.0.path()).stderr(Stdio::null());
        command
    };
    project.emit(&[], 0);
    let started = std::time::Instant::now();
    project.write("a.rules", "all: max 4\n");
    assert!(emit().status().expect("the program").success());
    let whole = started.elapsed();
    for round in 0..60_u32 {
        let limit = 3 + round % 2;
        project.write("a.rules", &format!("all: max {limit}\n"));
        let mut child = emit().spawn().expect("the program");
        // Spread over the whole run, and a little past it.
        std::thread::sleep(whole.mul_f64(f64::from(round * 37 % 60) / 50.0).min(Duration::from_secs(2)));
        let _ = child.kill();
        let _ = child.wait();
        // Whatever was put in place: zeros are measured by it, and what is sent now is either there already or not.
        project.write("a.rules", "all: fixed 0\n");
        assert_says(&project.emit(&[], 3), "3,000 of 3,000 listings with stock would go to 0");
        project.write("a.rules", &format!("all: max {limit}\n"));
        let told = project.emit(&[], 0);
        assert!(told.contains("3,000 unchanged") || told.contains(" 0 unchanged"), "round {round}: {told}");
        assert_eq!(project.read("out/q.csv").map(|list| list.matches(&format!(",{limit}\n")).count()), Some(3_000));
    }
    for folder in ["out", ".stockrule"] {
        let names = fs::read_dir(project.path(folder)).expect("a folder").map(|entry| entry.expect("an entry").file_name());
        let left: Vec<_> = names.filter(|name| name.to_string_lossy().starts_with(".stockrule-")).collect();
        assert!(left.is_empty(), "temporary files pile up in {folder}: {left:?}");
    }
}
