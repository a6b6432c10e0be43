//! `on_change` runs until it succeeds, with what the outputs hold.

use std::fs;
use std::process::Command;
use std::time::Duration;

use super::shop::{Shop, is_alive};

const PROGRAM: &str = "  on_change: [sh, ./up.sh]\n";

/// Both outputs, given to an uploader that did as `mode` says.
fn both(mode: &str) -> String {
    format!("{mode} out/f.json out/q.csv")
}

#[test]
fn it_is_tried_again_later_and_later_and_at_once_with_something_new() {
    let mut shop = Shop::new(PROGRAM);
    shop.write("mode", "fail");
    shop.start();
    shop.until("four failures", |shop| shop.calls().len() >= 4);
    let told: Vec<_> =
        shop.messages().iter().take(3).map(|message| message.replace("`sh ./up.sh` failed: exit status: 3; ", "")).collect();
    assert_eq!(told, ["it is tried again in 1 minute", "it is tried again in 2 minutes", "it is tried again in 4 minutes"]);
    let events = shop.events("hook");
    assert_eq!((&events[1]["failures"], &events[1]["retry_seconds"]), (&2.into(), &120.into()));
    // The next try would be minutes away.
    let before = shop.calls().len();
    shop.write("a.rules", "all: max 50\n");
    shop.until("a try with what is new", |shop| shop.calls().len() > before);
    shop.until("its failure is told", |shop| shop.messages().len() > before);
    assert_eq!(shop.messages().last().map(|message| message.ends_with("in 1 minute")), Some(true), "{:?}", shop.messages());
    shop.write("mode", "ok");
    shop.until_delivered("S60,50");
    shop.until("it is told that it works", |shop| shop.messages().last().is_some_and(|last| last == "`sh ./up.sh` works again"));
    let calls = shop.calls().len();
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(shop.calls().len(), calls, "run again after it succeeded");
}

#[test]
fn only_what_is_not_delivered_is_given_and_nothing_at_the_next_start() {
    let mut shop = Shop::new(PROGRAM);
    // Outputs that are there before the first watcher, and of which nobody knows that they were delivered.
    assert!(shop.emit(&[]));
    shop.start();
    shop.until_delivered("S60,60");
    assert_eq!(shop.calls(), [both("ok")]);
    shop.signal("-TERM");
    shop.start();
    shop.until("the second start", |shop| shop.events("emitted").len() == 2);
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(shop.calls().len(), 1);
    // What changes while nobody watches is delivered at the next start, however the project is named.
    shop.signal("-TERM");
    shop.write("a.rules", "all: max 59\n");
    assert!(shop.emit(&[]));
    shop.start_with(&["--project", "stockrule.yaml"]);
    shop.until_delivered("S60,59");
    assert_eq!(shop.calls(), [both("ok"), both("ok")]);
    // One output alone.
    shop.write("stockrule.yaml", &Shop::project(PROGRAM).replace("  feed: out/f.json\n", ""));
    shop.write("a.rules", "all: max 58\n");
    shop.until("one output", |shop| shop.calls().last().is_some_and(|call| call == "ok out/q.csv"));
}

#[test]
fn what_a_run_that_failed_may_have_delivered_is_delivered_again() {
    let mut shop = Shop::new(PROGRAM);
    shop.start();
    shop.until_delivered("S60,60");
    shop.write("mode", "late");
    shop.write("a.rules", "all: max 50\n");
    shop.until("a run that delivers and fails", |shop| shop.messages().len() == 1);
    // Back to what it last succeeded with: that is not what the uploader has.
    shop.signal("-KILL");
    shop.write("mode", "ok");
    shop.write("a.rules", "all: level\n");
    assert!(shop.read("remote/q.csv").contains("S60,50"));
    shop.start();
    shop.until_delivered("S60,60");
}

#[test]
fn what_changes_during_a_run_is_delivered_again() {
    let mut shop = Shop::new(PROGRAM);
    shop.start();
    shop.until_delivered("S60,60");
    // It is given one emission, reads another, and the first is back before it ends.
    shop.write("up.sh", "echo \"$*\" >> calls2; sleep 0.5; cp \"$@\" remote/; echo >> copied; sleep 0.5\n");
    shop.write("a.rules", "all: max 50\n");
    shop.until("the first run", |shop| !shop.read("calls2").is_empty());
    shop.write("a.rules", "all: level\n");
    shop.until("that it reads what is new", |shop| {
        !shop.read("copied").is_empty() && shop.read("remote/q.csv").contains("S60,60")
    });
    shop.write("a.rules", "all: max 50\n");
    shop.until("a second run", |shop| shop.read("calls2").lines().count() == 2);
    shop.until_delivered("S60,50");
}

#[test]
fn what_others_emit_is_delivered_without_another_save() {
    let mut shop = Shop::new(PROGRAM);
    shop.start();
    shop.until_delivered("S60,60");
    shop.write("a.rules", "all: fixed 0\n");
    shop.until("a refusal", |shop| shop.events("refused").len() == 1);
    assert!(shop.read("out/q.csv").contains("S60,60"));
    assert!(shop.emit(&["--yes"]));
    shop.until_delivered("S60,0");
    assert_eq!(shop.calls().len(), 2);
    // The watcher has seen it, and a younger one is measured by it.
    shop.until("no refusal any more", |shop| shop.events("emitted").len() == 2);
    // Only the watcher runs the program.
    shop.signal("-TERM");
    shop.write("a.rules", "all: fixed 1\n");
    assert!(shop.emit(&["--yes"]));
    assert_eq!(shop.calls().len(), 2);
}

#[test]
fn an_output_that_somebody_changed_or_removed_is_put_right_and_not_delivered() {
    let mut shop = Shop::new(PROGRAM);
    shop.start();
    shop.until_delivered("S60,60");
    shop.write("out/q.csv", "sku,quantity\nS60,9999\n");
    shop.until_delivered("S60,60");
    fs::remove_file(shop.path("out/q.csv")).expect("removed");
    shop.until_delivered("S60,60");
    assert!(!shop.read("calls").contains("9999") && !shop.read("remote/q.csv").contains("9999"));
}

#[test]
fn somebody_who_writes_outputs_again_and_again_is_not_fought_without_end() {
    let mut shop = Shop::new(PROGRAM);
    shop.start();
    shop.until_delivered("S60,60");
    // As another watcher would that has other rules; a minute takes 0.2 s.
    for _ in 0..30 {
        std::thread::sleep(Duration::from_millis(20));
        shop.write("out/q.csv", "sku,quantity\nS60,9999\n");
    }
    shop.until_delivered("S60,60");
    let put_right = shop.events("emitted").len() - 1;
    assert!(put_right <= 6, "put right {put_right} times");
    assert!(
        shop.events("remark")
            .iter()
            .any(|remark| remark["message"].as_str().is_some_and(|it| it.contains("no more than once a minute")))
    );
    assert!(!shop.read("remote/q.csv").contains("9999"));
}

#[test]
fn it_sleeps_while_nothing_is_to_be_delivered_yet() {
    let mut shop = Shop::with_clock(PROGRAM, "1");
    shop.start();
    shop.until_delivered("S60,60");
    let before = shop.ticks();
    std::thread::sleep(Duration::from_secs(1));
    assert!(shop.ticks() <= before + 1, "idling uses no CPU");
    // The next try is a minute away.
    shop.write("mode", "fail");
    shop.write("a.rules", "all: max 50\n");
    shop.until("a failure", |shop| shop.messages().len() == 1);
    let before = shop.ticks();
    std::thread::sleep(Duration::from_secs(1));
    assert!(shop.ticks() <= before + 1, "waiting uses no CPU");
    assert_eq!(shop.calls().len(), 2);
}

#[test]
fn another_program_has_taken_nothing_yet() {
    let mut shop = Shop::new(PROGRAM);
    shop.start();
    shop.until_delivered("S60,60");
    shop.write("second.sh", "cp \"$@\" second/\n");
    fs::create_dir(shop.path("second")).expect("a folder");
    shop.write("stockrule.yaml", &Shop::project("  on_change: sh ./second.sh\n"));
    shop.until("the second program has all", |shop| {
        shop.read("second/q.csv").contains("S60,60") && shop.path("second/f.json").exists()
    });
    // None at all.
    shop.write("stockrule.yaml", &Shop::project(""));
    shop.write("a.rules", "all: max 50\n");
    shop.until("an emission", |shop| shop.read("out/q.csv").contains("S60,50"));
    std::thread::sleep(Duration::from_millis(100));
    assert!(shop.read("second/q.csv").contains("S60,60"));
}

#[test]
fn a_program_that_cannot_be_run_says_why() {
    let mut shop = Shop::new("  on_change: ./upload\n");
    shop.start();
    let expect = |shop: &Shop, words: &str| {
        shop.until(words, |shop| shop.messages().last().is_some_and(|message| message.contains(words)));
    };
    expect(&shop, "`./upload` failed: it cannot be run: No such file or directory");
    // Relative to the project, not to where it is watched from; not a program yet; without a first line that names one.
    shop.write("upload", "echo \"$*\" >> calls\n");
    expect(&shop, "`chmod +x` makes a script a program");
    assert!(Command::new("chmod").arg("+x").arg(shop.path("upload")).status().expect("chmod").success());
    expect(&shop, "first line must say what runs it");
    shop.write("upload", "#!/bin/sh\necho \"ok $*\" >> calls\n");
    assert!(Command::new("chmod").arg("+x").arg(shop.path("upload")).status().expect("chmod").success());
    shop.until("it runs", |shop| shop.calls() == [both("ok")]);
}

#[test]
fn a_stop_signal_ends_a_run_and_whatever_it_started() {
    for (mode, signal) in [("hang", "-TERM"), ("stubborn", "-INT")] {
        let mut shop = Shop::new(PROGRAM);
        shop.write("mode", mode);
        shop.start();
        shop.until("a run", |shop| !shop.read("running").is_empty());
        // Time to become stubborn.
        std::thread::sleep(Duration::from_millis(100));
        let process = shop.read("running");
        assert!(is_alive(&process));
        assert!(shop.signal(signal) < Duration::from_secs(3));
        assert!(!is_alive(&process), "{mode} outlives the watcher");
        assert_eq!(shop.calls().len(), 1);
        assert!(shop.messages().last().is_some_and(|message| message.contains("given to it again at the next start")));
        shop.write("mode", "ok");
        shop.start();
        shop.until_delivered("S60,60");
        assert_eq!(shop.read("overlaps"), "");
    }
}

#[test]
fn a_killed_watcher_leaves_no_run_beside_that_of_the_next_one() {
    let mut shop = Shop::new(PROGRAM);
    shop.write("mode", "stubborn");
    shop.start();
    shop.until("a run", |shop| !shop.read("running").is_empty());
    let process = shop.read("running");
    shop.write("mode", "ok");
    shop.signal("-KILL");
    shop.start();
    shop.until_delivered("S60,60");
    shop.until("two runs", |shop| shop.calls().len() == 2);
    assert!(!is_alive(&process));
    assert_eq!(shop.read("overlaps"), "");
}

#[test]
fn what_a_run_leaves_behind_does_not_hold_the_project() {
    let mut shop = Shop::new("  on_change: [sh, -c, 'sleep 60 & echo $! > left; cp \"$@\" remote/', sh]\n");
    shop.start();
    shop.until_delivered("S60,60");
    let left = shop.read("left");
    shop.signal("-KILL");
    assert!(is_alive(&left), "who wants its children ended ends them");
    shop.write("a.rules", "all: max 50\n");
    shop.start();
    shop.until_delivered("S60,50");
    for process in [left, shop.read("left")] {
        assert!(Command::new("kill").arg(process.trim()).status().expect("kill").success());
    }
}

#[test]
fn what_cannot_be_known_is_delivered_again() {
    let mut shop = Shop::new(PROGRAM);
    shop.start();
    shop.until_delivered("S60,60");
    shop.signal("-TERM");
    shop.write(".stockrule/delivered.json", "{\"program\": ");
    shop.start();
    shop.until("a second run", |shop| shop.calls() == [both("ok"), both("ok")]);
    assert!(shop.messages()[0].contains("everything is given to it again"), "{:?}", shop.messages());
    // Somebody cleans up under a watcher that is running: it goes on, and others stay out.
    fs::remove_dir_all(shop.path(".stockrule")).expect("removed");
    shop.write("a.rules", "all: max 50\n");
    shop.until_delivered("S60,50");
    let second = shop.program().arg("watch").output().expect("the program");
    assert_eq!(second.status.code(), Some(4), "{}", String::from_utf8_lossy(&second.stderr));
}

#[test]
fn a_program_may_take_the_files_themselves() {
    for take in ["mv \"$f\" sent/", "rm \"$f\"", "ln -f \"$f\" sent/", "chmod g-w \"$f\""] {
        let mut shop = Shop::with_clock("  on_change: [sh, ./take.sh]\n", "1000");
        fs::create_dir(shop.path("sent")).expect("a folder");
        shop.write("take.sh", &format!("echo \"$*\" >> calls\nfor f; do cp \"$f\" remote/; {take}; sleep 0.1; done\n"));
        shop.start();
        let delivered = |shop: &Shop, line: &str| shop.read("remote/q.csv").contains(line) && shop.knows();
        let rests = |shop: &Shop, calls: usize| {
            std::thread::sleep(Duration::from_millis(600));
            assert_eq!(shop.calls().len(), calls, "{take}: run again after it succeeded\n{}", shop.story());
        };
        shop.until("the first", |shop| delivered(shop, "S60,60"));
        rests(&shop, 1);
        shop.write("a.rules", "all: max 50\n");
        shop.until("the second", |shop| delivered(shop, "S60,50"));
        rests(&shop, 2);
        // The outputs are there again, but nothing else is in them.
        shop.write("a.rules", "all: max 50 # as before\n");
        shop.until("a third emission", |shop| shop.events("emitted").len() >= 3 && shop.path("out/q.csv").exists());
        rests(&shop, 2);
        shop.signal("-TERM");
        shop.start();
        rests(&shop, 2);
        shop.write("a.rules", "all: max 40\n");
        shop.until("the last", |shop| delivered(shop, "S60,40"));
        rests(&shop, 3);
    }
}

#[test]
fn a_file_that_a_run_takes_and_fails_is_written_and_given_to_it_again() {
    let mut shop = Shop::new("  on_change: [sh, ./take.sh]\n");
    shop.write("take.sh", "echo \"$*\" >> calls\nmv \"$@\" .; test -e works && cp f.json q.csv remote/\n");
    shop.start();
    shop.until("three failures", |shop| shop.messages().len() >= 3);
    shop.write("works", "");
    shop.until("it is delivered", |shop| shop.read("remote/q.csv").contains("S60,60") && shop.knows());
}

#[test]
fn a_narrow_feed_that_was_not_delivered_is_in_the_next_one() {
    let emit = format!("  changed_only: true\n{PROGRAM}");
    let mut shop = Shop::new(&emit);
    let header = "seller-sku\tquantity\tfulfillment-channel\n";
    let report: Vec<_> = (1..=super::shop::VARIANTS).map(|count| format!("S{count}\t{count}\tDEFAULT\n")).collect();
    shop.write("report.txt", &format!("{header}{}", report.concat()));
    shop.write("stockrule.yaml", &Shop::project(&emit).replace("seller: A1,", "seller: A1, listings: report.txt,"));
    shop.start();
    // Amazon has it all: there is no feed.
    shop.until("the list alone", |shop| shop.calls() == ["ok out/q.csv"]);
    assert!(!shop.path("out/f.json").exists());
    shop.write("mode", "fail");
    shop.write("a.rules", "all: level\nwhere sku = S7: fixed 5\n");
    shop.until("a failure", |shop| shop.calls().last().is_some_and(|call| call == "fail out/f.json out/q.csv"));
    // Another one takes its place; both SKUs are in it.
    shop.write("mode", "ok");
    shop.write("a.rules", "all: level\nwhere sku = S7: fixed 5\nwhere sku = S9: fixed 4\n");
    shop.until("a feed of both", |shop| {
        let feed = shop.read("remote/f.json");
        feed.contains("\"S7\"") && feed.contains("\"S9\"")
    });
    assert_eq!(shop.read("remote/f.json").matches("messageId").count(), 2);
}
