//! Random sequences of failures, kills, restarts, refusals and `emit --yes`: in the end the uploader has what the outputs hold.

use std::fmt::Write;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::shop::Shop;

/// How many sequences there are.
const SEQUENCES: u64 = 100;

/// How many are run at a time: most of each is waiting.
const AT_A_TIME: usize = 6;

struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        let at = self.below(words.len() as u64);
        words[usize::try_from(at).expect("small")]
    }
}

/// One sequence; `story` tells what was done.
fn sequence(seed: u64, shop: &mut Shop, story: &mut String) {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let rules = ["all: level\n", "all: max 58\n", "all: buffer 1\n"];
    for _ in 0..4 + random.below(8) {
        let action = random.pick(&[
            "save", "save", "save", "refused", "error", "mode", "mode", "mode", "start", "start", "start", "kill", "stop",
            "emit", "yes", "yes", "remove", "wait",
        ]);
        write!(story, "{action} ").expect("text");
        match action {
            "save" => shop.write("a.rules", random.pick(&rules)),
            "refused" => shop.write("a.rules", "all: fixed 0\n"),
            "error" => shop.write("a.rules", "all: mox 5\n"),
            "mode" => {
                let mode = random.pick(&["ok", "fail", "late", "late", "half", "slow", "hang", "stubborn"]);
                write!(story, "({mode}) ").expect("text");
                shop.write("mode", mode);
            }
            "start" => shop.start(),
            "kill" => drop(shop.signal("-KILL")),
            "stop" => drop(shop.signal("-TERM")),
            "emit" => drop(shop.emit(&[])),
            "yes" => drop(shop.emit(&["--yes"])),
            "remove" => drop(fs::remove_file(shop.path("out/q.csv"))),
            _ => {}
        }
        std::thread::sleep(Duration::from_millis(random.below(150)));
    }
    // Everything works again: the rules are sound and let pass, the uploader does what it is to do. One that hangs is ended
    // with its watcher.
    shop.write("mode", "ok");
    shop.write("a.rules", random.pick(&rules));
    shop.emit(&["--yes"]);
    let may_hang = story.contains("hang") || story.contains("stubborn");
    if may_hang || random.below(3) == 0 {
        shop.signal(random.pick(&["-TERM", "-INT", "-KILL"]));
    }
    shop.start();
    shop.until("everything is delivered", Shop::is_delivered);
    shop.until("the watcher has seen the rules as they are", |shop| {
        let events = shop.events("emitted");
        events.last().is_some_and(|event| event["summary"]["synced"].as_u64() == Some(super::shop::VARIANTS as u64))
    });
    // It stays so, and it is what the rules say.
    std::thread::sleep(Duration::from_millis(100));
    shop.until("everything is delivered", Shop::is_delivered);
    let fresh = shop.path("fresh.csv");
    assert!(shop.emit(&["--yes", "--feed", "fresh.json", "--quantities", "fresh.csv"]));
    assert_eq!(shop.read("out/q.csv"), fs::read_to_string(fresh).expect("a list"), "the outputs are out of date");
    assert_eq!(shop.read("overlaps"), "", "two runs at once");
    shop.until("no run is under way", |shop| shop.read("running").is_empty());
    shop.until("it is known", Shop::knows);
    shop.signal("-TERM");
    // And that is known: nothing is delivered again at the next start.
    let calls = shop.calls().len();
    let emitted = shop.events("emitted").len();
    shop.start();
    shop.until("the watcher has started", |shop| shop.events("emitted").len() > emitted);
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(shop.calls().len(), calls, "delivered again");
}

#[test]
fn in_the_end_the_uploader_has_what_the_outputs_hold() {
    let only: Option<u64> = std::env::var("SEQUENCE").ok().map(|seed| seed.parse().expect("a number"));
    let next = AtomicU64::new(only.unwrap_or(0));
    let end = only.map_or(SEQUENCES, |seed| seed + 1);
    let failures = Mutex::new(vec![]);
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end {
                        return;
                    }
                    let mut story = String::new();
                    let mut shop = Shop::new("  on_change: [sh, ./up.sh]\n");
                    let done = catch_unwind(AssertUnwindSafe(|| sequence(seed, &mut shop, &mut story)));
                    if done.is_err() {
                        let told = format!("SEQUENCE={seed}: {story}\n{}", shop.story());
                        failures.lock().expect("no other panic").push(told);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().expect("no panic");
    assert!(failures.is_empty(), "{} of {SEQUENCES} sequences:\n{}", failures.len(), failures.join("\n\n"));
}
