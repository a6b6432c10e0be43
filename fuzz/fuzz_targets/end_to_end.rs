//! The fast evaluation of any rules on any catalog equals that of the simple interpreter. The first section of the input is
//! rules, the second the catalog.
#![no_main]

mod common;
#[path = "../../tests/support/simple.rs"]
mod simple;

use libfuzzer_sys::fuzz_target;
use stockrule::diagnostic::any_error;
use stockrule::evaluate::{Today, World, bind, count, evaluate};

fuzz_target!(|text: &str| {
    let sections = common::sections(text);
    let [rules, snapshot] = sections[..] else { return };
    let tree = common::rules(&(simple::rules_that_match_nothing(snapshot.len() % 70) + rules));
    let name = if snapshot.starts_with("variants:") { "shop.yaml" } else { "shop.csv" };
    let (catalog, found) = common::catalog(&[(name, snapshot.as_bytes())], &common::wanted(&tree));
    if any_error(&found) {
        return;
    }
    let (ruleset, found) = common::checked(tree, &catalog);
    // Rules that are wrong are never evaluated.
    if any_error(&found) {
        return;
    }
    let today = Today::fixed(jiff::civil::date(2026, 11, 23));
    let world = World { catalog: &catalog, counts: &catalog.counts, listings: None, today: &today, marketplace: "amazon.com" };
    let bound = bind(&ruleset, world);
    let decisions = evaluate(&ruleset, &bound);
    for (variant, decision) in decisions.iter().enumerate() {
        let count = count(&ruleset, &world, variant, &decision);
        let answer = simple::Answer { outcome: decision.outcome, count, quantity: decision.quantity() };
        assert_eq!(answer, simple::interpret(&ruleset, &world, variant), "{} {}", variant, catalog.sku.get(variant));
    }
    common::check(&stockrule::lint::lint(&ruleset, &bound, &decisions));
});
