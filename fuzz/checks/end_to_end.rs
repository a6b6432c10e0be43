//! The fast evaluation of any rules on any catalog equals that of the simple interpreter. The first section of the input is
//! rules, the second the catalog.

use super::common;
use crate::diagnostic::any_error;
use crate::evaluate::{Context, Run};
use crate::internals::read_back;
use crate::internals::simple;

/// Any text as rules and a catalog.
pub fn check(text: &str) {
    let sections = common::sections(text);
    let [rules, snapshot] = sections[..] else { return };
    let tree = common::rules(&(simple::rules_that_match_nothing(snapshot.len() % 70) + rules));
    let name = if snapshot.starts_with("variants:") { "shop.yaml" } else { "shop.csv" };
    let (catalog, found) = common::catalog(&[(name, snapshot.as_bytes())], &common::wanted(&tree));
    if any_error(&found) {
        return;
    }
    let read_rules = read_back::rules(std::slice::from_ref(&tree));
    // Rules that are wrong are never evaluated.
    let Some(ruleset) = common::checked(tree, &catalog) else { return };
    let shop = read_back::shop(&catalog, "2026-11-23", "amazon.com");
    let (answers, _) = simple::interpret(&read_rules.expect("rules that were found right"), &shop);
    let today = jiff::civil::date(2026, 11, 23);
    let context = Context::new(&catalog, None, "amazon.com", today);
    let run = Run::new(&ruleset, context);
    let decisions = run.decisions();
    assert_eq!(decisions.len(), answers.len());
    for ((offer, decision), answer) in decisions.by_offer().zip(answers) {
        let said = (decision.outcome.as_str(), run.count(offer), decision.quantity());
        assert_eq!(said, (answer.outcome, answer.count, answer.quantity), "{offer:?} {}", answer.sku);
    }
    common::check(&run.lint());
}
