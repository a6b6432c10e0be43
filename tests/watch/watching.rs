//! Watch mode: every way of saving, random edits, errors and recovery, idling, stopping. The tests wait for events.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::Value;

/// Longer than anything takes; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

struct Watching {
    child: Child,
    events: Receiver<Value>,
    folder: PathBuf,
}

impl Watching {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_stockrule"));
        program.args(["watch", "--format", "json"]).args(arguments);
        let mut watching = Watching::spawn(folder, program);
        assert_eq!(watching.next()["event"], "started");
        watching
    }

    fn spawn(folder: &Path, mut program: Command) -> Self {
        let mut child = program.current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program");
        let (sender, events) = channel();
        let out = BufReader::new(child.stdout.take().expect("its output"));
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                let event = serde_json::from_str(&line).expect("an event");
                if sender.send(event).is_err() {
                    return;
                }
            }
        });
        Watching { child, events, folder: folder.to_path_buf() }
    }

    fn next(&mut self) -> Value {
        self.events.recv_timeout(PATIENCE).expect("an event in time")
    }

    /// The next event, which must be of this kind.
    fn expect(&mut self, kind: &str) -> Value {
        let event = self.next();
        assert_eq!(event["event"], kind, "{event}");
        event
    }

    /// The next event of this kind, whatever comes before it.
    fn until_event(&mut self, kind: &str) -> Value {
        loop {
            let event = self.next();
            if event["event"] == kind {
                return event;
            }
        }
    }

    /// The next emission that changed a file; others, of a state between two writes, may come before it.
    fn until(&mut self, quantities: &str) {
        loop {
            if fs::read_to_string(self.folder.join("out/q.csv")).is_ok_and(|found| found == quantities) {
                return;
            }
            self.next();
        }
    }

    /// Nothing more happens for a while.
    fn expect_silence(&mut self) {
        match self.events.recv_timeout(Duration::from_millis(400)) {
            Err(RecvTimeoutError::Timeout) => {}
            other => panic!("woken by nothing: {other:?}"),
        }
    }

    fn signal(&mut self, signal: &str) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().expect("kill").success());
        self.child.wait().expect("an end").code()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    fs::write(path, text).expect("a file");
}

const PROJECT: &str = "rules: [rules/*.rules]\ncatalog: [exports/*.csv]\nemit: {quantities: out/q.csv}\n\
                       guard: {zeroed: off, changed: off, unsent: off}\n";

fn shop(counts: &[i64]) -> String {
    let rows: Vec<_> = counts.iter().enumerate().map(|(at, count)| format!("h{at},T,S{at},{count}\n")).collect();
    format!("Handle,Title,Variant SKU,Variant Inventory Qty\n{}", rows.concat())
}

fn quantities(counts: &[i64]) -> String {
    let rows: Vec<_> = counts.iter().enumerate().map(|(at, count)| format!("S{at},{count}\n")).collect();
    format!("sku,quantity\n{}", rows.concat())
}

/// A project of two variants with counts of 9 and 3.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "stockrule.yaml", PROJECT);
    write(folder.path(), "rules/a.rules", "all: level\n");
    write(folder.path(), "exports/shop.csv", &shop(&[9, 3]));
    folder
}

#[test]
fn every_way_of_saving() {
    let folder = project();
    let at = folder.path();
    let mut watching = Watching::start(at, &[]);
    watching.expect("emitted");
    watching.until(&quantities(&[9, 3]));

    // In place.
    write(at, "rules/a.rules", "all: max 8\n");
    watching.until(&quantities(&[8, 3]));
    // Renamed over.
    write(at, "rules/a.tmp", "all: max 7\n");
    fs::rename(at.join("rules/a.tmp"), at.join("rules/a.rules")).expect("renamed");
    watching.until(&quantities(&[7, 3]));
    // As vim does: the old file moved away, the new one written, the backup removed.
    fs::rename(at.join("rules/a.rules"), at.join("rules/a.rules~")).expect("renamed");
    write(at, "rules/a.rules", "all: max 6\n");
    fs::remove_file(at.join("rules/a.rules~")).expect("removed");
    watching.until(&quantities(&[6, 3]));
    // As VS Code does: truncated and written through one handle.
    let mut file = fs::File::options().write(true).open(at.join("rules/a.rules")).expect("open");
    file.set_len(0).expect("truncated");
    file.write_all(b"all: max 5\n").expect("written");
    drop(file);
    watching.until(&quantities(&[5, 3]));
    // A file deleted and put back.
    fs::remove_file(at.join("rules/a.rules")).expect("removed");
    watching.until_event("error");
    assert_eq!(fs::read_to_string(at.join("out/q.csv")).expect("kept"), quantities(&[5, 3]));
    write(at, "rules/a.rules", "all: max 4\n");
    assert_eq!(watching.until_event("emitted")["recovered"], true);
    watching.until(&quantities(&[4, 3]));
    // A new file that the pattern matches, and gone again.
    write(at, "rules/b.rules", "where sku=S1: fixed 1\n");
    watching.until(&quantities(&[4, 1]));
    fs::remove_file(at.join("rules/b.rules")).expect("removed");
    watching.until(&quantities(&[4, 3]));
    // The project file itself.
    write(at, "stockrule.yaml", &PROJECT.replace("rules/*.rules", "more/deep/*.rules"));
    watching.until_event("error");
    // A folder that appears later.
    write(at, "more/deep/c.rules", "all: max 2\n");
    watching.until(&quantities(&[2, 2]));
}

#[test]
fn a_large_export_in_pieces_is_waited_for() {
    let folder = project();
    let at = folder.path();
    let mut watching = Watching::start(at, &[]);
    watching.expect("emitted");
    let text = shop(&[1, 2]);
    let mut file = fs::File::create(at.join("exports/shop.csv")).expect("truncated");
    for piece in text.as_bytes().chunks(text.len() / 3 + 1) {
        file.write_all(piece).expect("written");
        file.flush().expect("written");
        std::thread::sleep(Duration::from_millis(150));
    }
    drop(file);
    // One emission, of the whole; no error and no emission of a part before it.
    watching.expect("emitted");
    assert_eq!(fs::read_to_string(at.join("out/q.csv")).expect("quantities"), quantities(&[1, 2]));
    watching.expect_silence();
}

#[test]
fn a_link_that_is_switched() {
    let folder = project();
    let at = folder.path();
    fs::remove_file(at.join("exports/shop.csv")).expect("removed");
    write(at, "versions/1/shop.csv", &shop(&[1]));
    write(at, "versions/2/shop.csv", &shop(&[2]));
    let switch = |target: &str| {
        std::os::unix::fs::symlink(target, at.join("next")).expect("a link");
        fs::rename(at.join("next"), at.join("current")).expect("renamed");
    };
    switch("versions/1");
    std::os::unix::fs::symlink("../current/shop.csv", at.join("exports/shop.csv")).expect("a link");
    let mut watching = Watching::start(at, &[]);
    watching.until(&quantities(&[1]));
    switch("versions/2");
    watching.until(&quantities(&[2]));
    write(at, "versions/2/shop.csv", &shop(&[3]));
    watching.until(&quantities(&[3]));
}

#[test]
fn a_checkout_of_twenty_files() {
    let folder = project();
    let at = folder.path();
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"];
        let done = Command::new("git").args(identity).args(arguments).current_dir(at).output().expect("git");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    write(at, ".gitignore", "/out/\n.stockrule*\n");
    let rules = |limit: u32| {
        for number in 0..20 {
            write(at, &format!("rules/{number:02}.rules"), &format!("# {number}\nall: max {limit}\n"));
        }
    };
    fs::remove_file(at.join("rules/a.rules")).expect("removed");
    git(&["init", "-q"]);
    rules(8);
    git(&["add", "."]);
    git(&["commit", "-qm", "eight"]);
    rules(5);
    git(&["commit", "-qam", "five"]);
    let mut watching = Watching::start(at, &[]);
    watching.until(&quantities(&[5, 3]));
    git(&["checkout", "-q", "HEAD~1"]);
    watching.until(&quantities(&[8, 3]));
}

#[test]
fn a_file_that_was_emptied_is_waited_for() {
    let folder = project();
    let at = folder.path();
    let mut watching = Watching::start(at, &[]);
    watching.expect("emitted");
    write(at, "rules/a.rules", "");
    std::thread::sleep(Duration::from_millis(300));
    write(at, "rules/a.rules", "all: max 5\n");
    assert_eq!(watching.expect("emitted")["changes"]["unmatched"], 0);
    watching.until(&quantities(&[5, 3]));
    // Who means it is obeyed.
    write(at, "rules/a.rules", "");
    assert_eq!(watching.expect("emitted")["changes"]["unmatched"], 2);
}

#[test]
fn a_thousand_random_edits() {
    let folder = project();
    let at = folder.path();
    let mut watching = Watching::start(at, &[]);
    watching.expect("emitted");
    let mut state = 1_u64;
    let mut random = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let (mut rules_ok, mut shop_ok) = (true, true);
    let mut limit = 1_000_000;
    let mut counts = vec![9, 3];
    let mut last = quantities(&counts);
    for round in 0..1_000_i64 {
        match random(4) {
            0 => {
                limit = i64::try_from(random(50)).expect("small");
                rules_ok = true;
                write(at, "rules/a.rules", &format!("# {round}\nall: max {limit}\n"));
            }
            1 => {
                rules_ok = false;
                write(at, "rules/a.rules", &format!("# {round}\nall: mox {limit}\n"));
            }
            2 => {
                counts = (0..=random(4)).map(|_| i64::try_from(random(60)).expect("small")).collect();
                shop_ok = true;
                write(at, "exports/new", &format!("{}h,T,X{round},1\n", shop(&counts)));
                fs::rename(at.join("exports/new"), at.join("exports/shop.csv")).expect("renamed");
            }
            _ => {
                shop_ok = false;
                write(at, "exports/shop.csv", &format!("Handle,Title,Variant SKU,Variant Inventory Qty\nh,T,{round},\"1"));
            }
        }
        let event = watching.next();
        let good = rules_ok && shop_ok;
        assert_eq!(event["event"], if good { "emitted" } else { "error" }, "round {round}: {event}");
        let found = fs::read_to_string(at.join("out/q.csv")).expect("quantities");
        if good {
            let out = at.join("fresh.csv");
            let fresh = Command::new(env!("CARGO_BIN_EXE_stockrule"))
                .args(["emit", "-q", "--quantities"])
                .arg(&out)
                .current_dir(at)
                .status()
                .expect("the program");
            assert!(fresh.success());
            last = fs::read_to_string(&out).expect("quantities");
        }
        assert_eq!(found, last, "round {round}");
    }
}

#[test]
fn reading_and_its_own_writing_never_wake_it() {
    let folder = project();
    let at = folder.path();
    let mut watching = Watching::start(at, &[]);
    watching.expect("emitted");
    for name in ["stockrule.yaml", "rules/a.rules", "exports/shop.csv", "out/q.csv"] {
        fs::read(at.join(name)).expect("read");
    }
    // The same bytes again are another write, but no change of what goes out.
    write(at, "out/q.csv", "overwritten by hand\n");
    write(at, "unrelated.txt", "x\n");
    write(at, "rules/notes.md", "x\n");
    watching.expect_silence();
    let ticks = |pid: u32| -> u64 {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("stat");
        let fields: Vec<&str> = stat.rsplit(')').next().expect("fields").split_whitespace().collect();
        fields[11].parse::<u64>().expect("user") + fields[12].parse::<u64>().expect("system")
    };
    let before = ticks(watching.child.id());
    std::thread::sleep(Duration::from_secs(2));
    assert!(ticks(watching.child.id()) <= before + 1, "idling uses no CPU");
}

#[test]
fn it_stops_cleanly_and_leaves_nothing() {
    for signal in ["-INT", "-TERM"] {
        let folder = project();
        let mut watching = Watching::start(folder.path(), &[]);
        watching.expect("emitted");
        assert_eq!(watching.signal(signal), Some(0));
        assert_eq!(watching.expect("stopped")["event"], "stopped");
        let left = |folder: &Path| {
            let names = fs::read_dir(folder).expect("entries").map(|entry| entry.expect("entry").file_name());
            let mut names: Vec<_> = names.map(|name| name.to_string_lossy().into_owned()).collect();
            names.sort();
            names
        };
        assert_eq!(left(folder.path()), [".stockrule", "exports", "out", "rules", "stockrule.yaml"]);
        assert_eq!(left(&folder.path().join("out")), ["q.csv"]);
    }
}

#[test]
fn two_watchers_do_not_fight_and_a_stale_lock_is_no_lock() {
    let folder = project();
    let mut first = Watching::start(folder.path(), &[]);
    first.expect("emitted");
    let second =
        Command::new(env!("CARGO_BIN_EXE_stockrule")).arg("watch").current_dir(folder.path()).output().expect("the program");
    assert_eq!(second.status.code(), Some(4));
    let told = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(told.contains(&format!("process {}", first.child.id())), "{told}");
    // Killed, it leaves its file, which nobody holds any more.
    first.child.kill().expect("killed");
    first.child.wait().expect("gone");
    assert!(folder.path().join(".stockrule/watch.lock").exists());
    let mut third = Watching::start(folder.path(), &[]);
    third.expect("emitted");
}

#[test]
fn polling_sees_what_events_would_tell() {
    let folder = project();
    let mut watching = Watching::start(folder.path(), &["--poll", "50"]);
    watching.until(&quantities(&[9, 3]));
    write(folder.path(), "rules/a.rules", "all: max 2\n");
    watching.until(&quantities(&[2, 2]));
}

#[test]
fn where_the_system_gives_no_events_it_says_so_and_polls() {
    // Limits of a user namespace of our own; where none can be made, there is nothing to try this with.
    if !Command::new("unshare").args(["-Ur", "true"]).status().is_ok_and(|status| status.success()) {
        return;
    }
    for limit in ["max_inotify_watches", "max_inotify_instances"] {
        let folder = project();
        let script = format!("echo 0 > /proc/sys/user/{limit} && exec \"$0\" watch --format json");
        let mut program = Command::new("unshare");
        program.args(["-Ur", "sh", "-c", &script, env!("CARGO_BIN_EXE_stockrule")]);
        let mut watching = Watching::spawn(folder.path(), program);
        let told = watching.until_event("remark");
        assert!(told["message"].as_str().expect("words").contains("looked at every second instead"), "{told}");
        watching.until_event("emitted");
        write(folder.path(), "rules/a.rules", "all: max 4\n");
        watching.until(&quantities(&[4, 3]));
    }
}

#[test]
fn once_idle_ends_it() {
    let folder = project();
    let mut watching = Watching::start(folder.path(), &["--once-idle", "200"]);
    watching.expect("emitted");
    watching.expect("stopped");
    assert_eq!(watching.child.wait().expect("an end").code(), Some(0));
}

#[test]
fn a_refusal_is_a_state_until_its_cause_is_gone() {
    let folder = project();
    let at = folder.path();
    write(at, "stockrule.yaml", &PROJECT.replace("zeroed: off", "zeroed: 10%"));
    let mut watching = Watching::start(at, &[]);
    watching.expect("emitted");
    write(at, "rules/a.rules", "all: fixed 0\n");
    watching.expect("refused");
    assert_eq!(fs::read_to_string(at.join("out/q.csv")).expect("kept"), quantities(&[9, 3]));
    write(at, "rules/a.rules", "all: fixed 0 # still\n");
    watching.expect("refused");
    write(at, "rules/a.rules", "all: max 8\n");
    assert_eq!(watching.expect("emitted")["recovered"], true);
    watching.until(&quantities(&[8, 3]));
}

#[test]
fn a_command_runs_after_each_emission_that_changed_something() {
    let folder = project();
    let at = folder.path();
    let script = "#!/bin/sh\n[ -e fail ] && exit 3\nfor f in \"$@\"; do echo \"$f\" >> uploaded; done\n";
    write(at, "upload.sh", script);
    write(at, "stockrule.yaml", &PROJECT.replace("out/q.csv}", "out/q.csv, on_change: sh upload.sh}"));
    let mut watching = Watching::start(at, &[]);
    watching.expect("emitted");
    let uploads = |count: usize| {
        for _ in 0..400 {
            let text = fs::read_to_string(at.join("uploaded")).unwrap_or_default();
            if text.lines().count() == count && text.lines().all(|line| line.ends_with("out/q.csv")) {
                return;
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        panic!("{count} uploads were expected: {:?}", fs::read_to_string(at.join("uploaded")));
    };
    uploads(1);
    write(at, "fail", "");
    write(at, "rules/a.rules", "all: max 8\n");
    watching.expect("emitted");
    let failed = watching.expect("hook");
    assert_eq!(failed["message"], "`sh upload.sh` failed: exit status: 3; it is tried again in 1 minute");
    assert_eq!((&failed["failures"], &failed["retry_seconds"]), (&1.into(), &60.into()));
    fs::remove_file(at.join("fail")).expect("removed");
    write(at, "rules/a.rules", "all: max 7\n");
    watching.expect("emitted");
    assert!(watching.expect("hook")["message"].as_str().expect("a message").contains("works again"));
    uploads(2);
    // An emission that changes nothing runs nothing.
    write(at, "rules/a.rules", "all: max 7 # the same\n");
    watching.expect("emitted");
    watching.expect_silence();
    uploads(2);
}

#[test]
fn memory_does_not_grow() {
    let folder = project();
    let at = folder.path();
    let counts: Vec<i64> = (0..20_000).map(|number| number % 70).collect();
    write(at, "exports/shop.csv", &shop(&counts));
    let mut watching = Watching::start(at, &[]);
    watching.expect("emitted");
    let mut after = vec![];
    for round in 1..=200 {
        if round % 5 == 0 {
            write(at, "exports/new", &shop(&counts));
            fs::rename(at.join("exports/new"), at.join("exports/shop.csv")).expect("renamed");
        } else {
            write(at, "rules/a.rules", &format!("all: max {round}\n"));
        }
        watching.expect("emitted");
        if round % 10 == 0 {
            let status = fs::read_to_string(format!("/proc/{}/status", watching.child.id())).expect("status");
            let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("memory").to_owned();
            after.push(line.split_whitespace().nth(1).expect("a number").parse::<u64>().expect("a number"));
        }
    }
    let (early, late) = (after[..3].iter().min().expect("some"), after[after.len() - 3..].iter().min().expect("some"));
    assert!(late * 100 <= early * 110, "{after:?}");
}
