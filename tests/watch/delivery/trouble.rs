//! `on_trouble`: told once, and once that it is over.

use std::time::Duration;

use serde_json::Value;

use super::shop::Shop;

const PROGRAM: &str = "  on_trouble: [sh, -c, 'cat >> told']\n";

/// A minute takes 2 s, which is what the program has: enough on a machine that is busy.
const CLOCK: &str = "30";

/// What the program was told: the event, and whether it is over.
fn told(shop: &Shop) -> Vec<(String, bool)> {
    let all = shop.read("told");
    let objects = all.lines().map(|line| serde_json::from_str::<Value>(line).expect("an object"));
    objects.map(|object| (object["event"].as_str().expect("an event").to_owned(), object["over"] == true)).collect()
}

fn expect(shop: &Shop, expected: &[(&str, bool)]) {
    let is_so = |shop: &Shop| told(shop).iter().map(|(event, over)| (event.as_str(), *over)).eq(expected.iter().copied());
    shop.until(&format!("told {expected:?}"), is_so);
    // And no more.
    std::thread::sleep(Duration::from_millis(300));
    assert!(is_so(shop), "{:?}", told(shop));
}

#[test]
fn a_refusal_is_told_at_once_and_that_it_is_over_also_after_a_restart() {
    let mut shop = Shop::with_clock(PROGRAM, CLOCK);
    shop.start();
    shop.until("an emission", |shop| shop.events("emitted").len() == 1);
    shop.write("a.rules", "all: fixed 0\n");
    expect(&shop, &[("refused", false)]);
    // What was logged, and `over`.
    let mut object: Value = serde_json::from_str(&shop.read("told")).expect("an object");
    object.as_object_mut().expect("an object").remove("over");
    assert_eq!(shop.events("refused"), [object]);
    shop.write("a.rules", "all: fixed 0 # still\n");
    shop.until("another refusal", |shop| shop.events("refused").len() == 2);
    shop.signal("-KILL");
    shop.start();
    shop.until("a third one", |shop| shop.events("refused").len() == 3);
    expect(&shop, &[("refused", false)]);
    shop.signal("-TERM");
    shop.write("a.rules", "all: level\n");
    shop.start();
    expect(&shop, &[("refused", false), ("emitted", true)]);
    shop.write("a.rules", "all: fixed 0\n");
    expect(&shop, &[("refused", false), ("emitted", true), ("refused", false)]);
    // What others let pass ends it, too.
    assert!(shop.emit(&["--yes"]));
    expect(&shop, &[("refused", false), ("emitted", true), ("refused", false), ("emitted", true)]);
}

#[test]
fn errors_are_told_after_a_minute_with_all_that_is_wrong() {
    let mut shop = Shop::with_clock(PROGRAM, CLOCK);
    shop.write("a.rules", "all: mox 5\n");
    shop.start();
    shop.until("an error", |shop| shop.events("error").len() == 1);
    shop.write("a.rules", "all: level\n");
    shop.until("an emission", |shop| shop.events("emitted").len() == 1);
    expect(&shop, &[]);
    shop.write("a.rules", "all: mox 5\n");
    expect(&shop, &[("error", false)]);
    let object: Value = serde_json::from_str(&shop.read("told")).expect("an object");
    assert_eq!(object["diagnostics"].as_array().map(Vec::len), Some(1), "{object}");
    shop.write("a.rules", "all: fixed 0\n");
    expect(&shop, &[("error", false), ("refused", false)]);
    shop.write("a.rules", "all: level\n");
    expect(&shop, &[("error", false), ("refused", false), ("emitted", true)]);
}

#[test]
fn a_delivery_that_fails_three_times_is_trouble() {
    let mut shop = Shop::with_clock(&format!("{PROGRAM}  on_change: [sh, ./up.sh]\n"), CLOCK);
    shop.write("mode", "fail");
    shop.start();
    shop.until("three failures", |shop| shop.calls().len() >= 3);
    expect(&shop, &[("hook", false)]);
    assert!(shop.read("told").contains("\"failures\":3"), "{}", shop.read("told"));
    shop.signal("-TERM");
    shop.write("mode", "ok");
    shop.start();
    expect(&shop, &[("hook", false), ("hook", true)]);
    assert_eq!(shop.messages().last().map(String::as_str), Some("`sh ./up.sh` works again"));
}

#[test]
fn a_program_that_hangs_or_fails_holds_nothing_up() {
    for (program, word) in [("sleep 60", "it took longer than 60 seconds, and was ended"), ("exit 7", "exit status: 7")] {
        let mut shop = Shop::with_clock(&format!("  on_trouble: [sh, -c, 'echo x >> told; {program}']\n"), CLOCK);
        shop.start();
        shop.until("an emission", |shop| shop.events("emitted").len() == 1);
        shop.write("a.rules", "all: fixed 0\n");
        shop.until("it is told", |shop| shop.read("told") == "x\n");
        shop.write("a.rules", "all: max 55\n");
        shop.until("an emission", |shop| shop.read("out/q.csv").contains("S60,55"));
        shop.until("that it is over", |shop| shop.read("told") == "x\nx\n");
        // The second time, too.
        std::thread::sleep(Duration::from_millis(2500));
        let messages = shop.messages();
        assert_eq!(messages.len(), 1, "its failure is told once: {messages:?}");
        assert!(messages[0].ends_with(word), "{messages:?}");
    }
}

#[test]
fn what_may_have_been_heard_is_told_again_or_that_it_is_over() {
    for (rules, expected) in
        [("all: fixed 0\n", [("refused", false), ("refused", false)]), ("all: level\n", [("refused", false), ("emitted", true)])]
    {
        // It hears, and the watcher is killed before it knows that.
        let mut shop = Shop::with_clock("  on_trouble: [sh, -c, 'cat >> told; sleep 1']\n", CLOCK);
        shop.start();
        shop.until("an emission", |shop| shop.events("emitted").len() == 1);
        shop.write("a.rules", "all: fixed 0\n");
        shop.until("it is told", |shop| told(shop).len() == 1);
        shop.signal("-KILL");
        shop.write("a.rules", rules);
        shop.start();
        expect(&shop, &expected);
    }
}
