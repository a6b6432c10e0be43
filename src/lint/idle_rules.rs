//! Rules that match nothing, and rules that decide nothing.

use super::findings::Findings;
use crate::diagnostic::{Code, Diagnostic};
use crate::evaluate::Run;
use crate::fields::Field;
use crate::ids::RuleId;
use crate::resolve::checked::{Condition, Rule, Ruleset};

/// Whether a rule decides anything, and why it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idle {
    /// It decides something.
    No,
    /// It matches, but later rules override it everywhere.
    DecidesNothing,
    /// It matches no variant.
    MatchesNothing,
}

/// Whether each rule decides anything, in the order of the rules.
pub fn find(run: &Run<'_>, findings: &Findings) -> Vec<Idle> {
    let idle = findings.decides.iter().map(|&decides| if decides { Idle::No } else { Idle::DecidesNothing });
    let mut idle: Vec<Idle> = idle.collect();
    let open: Vec<RuleId> = run.ruleset().ids().zip(&idle).filter(|(_, idle)| **idle != Idle::No).map(|(rule, _)| rule).collect();
    for (&rule, matched) in open.iter().zip(run.which_match(&open)) {
        if !matched {
            idle[rule.index()] = Idle::MatchesNothing;
        }
    }
    idle
}

/// Warns of idle rules; `explained` says of each whether a warning on a value in it says why it matches nothing.
pub fn warn(ruleset: &Ruleset, idle: &[Idle], explained: &[bool], diagnostics: &mut Vec<Diagnostic>) {
    let waiting = waiting_groups(ruleset);
    let overridden_for_now = overridden_for_now(ruleset, idle, &waiting);
    for (index, rule) in ruleset.rules.iter().enumerate() {
        let (code, message, help) = match idle[index] {
            Idle::No => continue,
            Idle::MatchesNothing if explained[index] => continue,
            // Reading an empty catalog warns; a rule for another day or marketplace waits for it.
            Idle::MatchesNothing if matches!(rule.condition, Condition::Always) || waits(&waiting, &rule.condition) => continue,
            Idle::MatchesNothing => {
                (Code::MatchesNothing, "this rule matches nothing", "look for a condition that no variant of the catalog meets")
            }
            // A rule that holds today only, or on this marketplace only, leaves it to the others on the other days.
            Idle::DecidesNothing if overridden_for_now[index] => continue,
            Idle::DecidesNothing => (
                Code::DecidesNothing,
                "this rule decides nothing: later rules override it on every variant that it matches",
                "the last match wins: move it below them, or remove it",
            ),
        };
        diagnostics.push(Diagnostic::warning(code, message).help(help).at(ruleset.place(rule.at)));
    }
}

/// The settings that a rule sets.
fn sets(rule: &Rule) -> [bool; 3] {
    [rule.source.is_some(), rule.steps.is_some(), rule.sync.is_some()]
}

/// Of each rule, whether what overrides it may be a later one that waits for a day or a marketplace, and sets the same.
fn overridden_for_now(ruleset: &Ruleset, idle: &[Idle], waiting: &[bool]) -> Vec<bool> {
    let mut set_later = [false; 3];
    let mut overridden: Vec<bool> = (ruleset.rules.iter().zip(idle).rev())
        .map(|(rule, idle)| {
            let sets = sets(rule);
            let is = sets.iter().zip(set_later).any(|(own, later)| *own && later);
            if *idle == Idle::No && waits(waiting, &rule.condition) {
                set_later.iter_mut().zip(sets).for_each(|(later, own)| *later |= own);
            }
            is
        })
        .collect();
    overridden.reverse();
    overridden
}

/// Of each group, whether it reads the day or the marketplace.
fn waiting_groups(ruleset: &Ruleset) -> Vec<bool> {
    let mut waiting = vec![];
    for group in &ruleset.groups {
        let is = waits(&waiting, &group.condition);
        waiting.push(is);
    }
    waiting
}

/// Whether a condition reads the day or the marketplace; `groups` says it of the groups that it uses.
fn waits(groups: &[bool], condition: &Condition) -> bool {
    match condition {
        Condition::Always => false,
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(|part| waits(groups, part)),
        Condition::Not(inner) => waits(groups, inner),
        Condition::Group(group) => groups.get(group.index()) == Some(&true),
        Condition::Comparison(test) => matches!(test.field, Field::Today | Field::Marketplace),
    }
}
