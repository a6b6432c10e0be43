//! Groups are looked at once a variant, however many use them and however deep they stand in one another.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::{read_back, simple};
use crate::catalog::{Catalog, Input, load};
use crate::evaluate::{Context, Decision, Run};
use crate::fields::Projection;
use crate::resolve::checked::Ruleset;
use crate::resolve::resolve;
use crate::source::Source;
use crate::syntax::tree::RuleFile;
use crate::syntax::{format, is_equivalent, parse};

/// Variants K-0, K-1, …, whose inventory is their number; every third one has the tag `three`.
fn shop(variants: usize) -> Catalog {
    let each =
        (0..variants).map(|n| format!("  - {{sku: K-{n}, inventory: {n}, tags: [{}]}}\n", if n % 3 == 0 { "three" } else { "" }));
    let text = format!("variants:\n{}", each.collect::<String>());
    let input = Input { path: PathBuf::from("shop.yaml"), columns_key: None };
    load(vec![(input, text.into_bytes().into())], &[PathBuf::from("shop.yaml")], &Projection::everything()).0
}

fn tree(rules: &str) -> RuleFile {
    let (tree, told) = parse(Arc::new(Source::new("a.rules", rules)));
    assert!(told.is_empty(), "{told:?}");
    tree
}

fn checked(tree: RuleFile, catalog: &Catalog) -> Ruleset {
    resolve(&[tree], Some(&catalog.schema)).expect("sound rules")
}

/// What the rules decide, and what the simple interpreter says of it.
fn decided(rules: &str, catalog: &Catalog) -> Vec<Decision> {
    let tree = tree(rules);
    let read = read_back::rules(std::slice::from_ref(&tree)).expect("rules that can be evaluated");
    let (answers, _) = simple::interpret(&read, &read_back::shop(catalog, "2026-11-23", "amazon.com"));
    let ruleset = checked(tree, catalog);
    let today = jiff::civil::date(2026, 11, 23);
    let context = Context::new(catalog, None, "amazon.com", today);
    let run = Run::new(&ruleset, context);
    let decisions = run.decisions();
    run.lint();
    assert_eq!(decisions.len(), answers.len());
    for (decision, answer) in decisions.iter().zip(answers) {
        assert_eq!(
            (decision.outcome.as_str(), decision.quantity()),
            (answer.outcome, answer.quantity),
            "{}\n{rules}",
            answer.sku
        );
    }
    decisions.iter().collect()
}

/// Fails where something takes so long that it cannot be linear.
fn within(seconds: u64, what: &str, act: impl FnOnce()) {
    let start = Instant::now();
    act();
    assert!(start.elapsed() < Duration::from_secs(seconds), "{what} took {:?}", start.elapsed());
}

#[test]
fn a_hundred_groups_that_use_the_one_before_twice() {
    let catalog = shop(200);
    let doubled = |joint: &str| {
        let groups: String = (1..=100).map(|n| format!("group g{n} = g{before} {joint} g{before}\n", before = n - 1)).collect();
        format!("group g0 = inventory > 10 and not tag=three\n{groups}all: level\nwhere g100: fixed 1\n")
    };
    for rules in [doubled("and"), doubled("or"), doubled("and not g0 or"), doubled("or not")] {
        for more in [0, 70] {
            let rules = simple::rules_that_match_nothing(more) + &rules;
            within(20, "evaluation", || drop(decided(&rules, &catalog)));
        }
        within(5, "layout", || assert!(is_equivalent(&rules, &format(&rules))));
    }
}

#[test]
fn a_hundred_thousand_groups_in_a_row() {
    let catalog = shop(3);
    let groups: String = (1..100_000).map(|n| format!("group g{n} = g{} or inventory = 1\n", n - 1)).collect();
    let rules = format!("group g0 = inventory = 2\n{groups}all: level\nwhere g99999: fixed 9\n");
    within(60, "all of it", || {
        let quantities: Vec<_> = decided(&rules, &catalog).iter().map(Decision::quantity).collect();
        assert_eq!(quantities, [Some(0), Some(9), Some(9)]);
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// Whether a group is looked at again or kept, what it comes to is the same.
    #[test]
    fn groups_of_any_size(
        bodies in proptest::collection::vec((0_usize..1000, 0_usize..1000, 0_usize..6, 0_usize..90), 1..60),
        used in proptest::collection::vec(0_usize..1000, 1..6),
        more in prop_oneof![Just(0_usize), Just(70)],
    ) {
        let mut rules = simple::rules_that_match_nothing(more);
        for (n, (one, other, kind, long)) in bodies.iter().enumerate() {
            let use_of = |other: usize| if n == 0 { "tag=three".to_owned() } else { format!("g{}", other % n) };
            let (one, other) = (use_of(*one), use_of(*other));
            let list: String = (0..*long).map(|k| format!(" or price={k}")).collect();
            rules.push_str(&match kind {
                0 => format!("group g{n} = {one} and {other}\n"),
                1 => format!("group g{n} = {one} or {other}{list}\n"),
                2 => format!("group g{n} = not {one} and ({other} or inventory < {long})\n"),
                3 => format!("group g{n} = not ({one} and {other}) and inventory > {long}\n"),
                4 => format!("group g{n} = {one} and inventory != {long}{list}\n"),
                _ => format!("group g{n} = inventory in (1, 5, {long}) or {one} and not {other}\n"),
            });
        }
        rules.push_str("all: level\n");
        for (n, group) in used.iter().enumerate() {
            rules.push_str(&format!("where g{}: fixed {}\n", group % bodies.len(), n + 1));
        }
        decided(&rules, &shop(40));
    }
}
