//! What other rules would make of the same catalog: which quantities change, and by which rules.

pub mod report;

use std::collections::BTreeMap;

use crate::evaluate::{Decision, Outcome, Run};
use crate::ids::RuleId;
use crate::resolve::checked::{Rule, Ruleset};

/// What becomes of a variant under one of two sets of rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// What becomes of it.
    pub outcome: Outcome,
    /// The quantity that is sent.
    pub quantity: Option<i64>,
    /// Where the rule stands that decided what differs; `None` where no rule matches.
    pub rule: Option<String>,
}

/// How the quantity of a variant changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It goes up.
    Raised,
    /// It goes down, but not to 0.
    Lowered,
    /// It goes to 0.
    ToZero,
    /// It is sent, and was not.
    On,
    /// It is not sent, and was.
    Off,
    /// It is not sent either way, for another reason.
    Outcome,
}

impl Change {
    /// Every kind, in the order in which sums list them.
    pub const ALL: [Change; 6] = [Change::Raised, Change::Lowered, Change::ToZero, Change::On, Change::Off, Change::Outcome];

    /// Its name, the same everywhere.
    pub fn as_str(self) -> &'static str {
        match self {
            Change::Raised => "raised",
            Change::Lowered => "lowered",
            Change::ToZero => "to zero",
            Change::On => "newly on",
            Change::Off => "newly off",
            Change::Outcome => "other outcome",
        }
    }
}

/// A variant of which something changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference<'a> {
    /// Its SKU.
    pub sku: &'a str,
    /// What changes.
    pub change: Change,
    /// Under the rules to compare with.
    pub before: Side,
    /// Under the rules as they stand.
    pub after: Side,
}

/// Sums of a rule: how many variants of each kind of change, in the order of [`Change::ALL`].
pub type Sums = [usize; Change::ALL.len()];

/// Everything that changes.
#[derive(Debug, Clone, Default)]
pub struct RulesDiff<'a> {
    /// The variants of which something changes, in catalog order.
    pub differences: Vec<Difference<'a>>,
    /// The sums of each rule as it stands, in the order of the rules; `None`, what no rule matches, comes last.
    pub rules: Vec<(Option<(String, String)>, Sums)>,
    /// The sums of all.
    pub total: Sums,
    /// How many variants there are.
    pub variants: usize,
}

/// What changes from one run to another whose offers are the same: other rules for one shop and account.
pub fn diff<'a>(before: &Run<'_>, after: &Run<'a>) -> RulesDiff<'a> {
    let mut diff = RulesDiff { variants: after.decisions().len(), ..RulesDiff::default() };
    // What no rule decided comes last.
    let mut by_rule: BTreeMap<(bool, Option<RuleId>), Sums> = BTreeMap::new();
    for (was, (offer, is)) in before.decisions().iter().zip(after.decisions().by_offer()) {
        let Some(change) = change(&was, &is) else { continue };
        let setting = what_differs(before.ruleset(), &was, after.ruleset(), &is);
        let deciding = setting.rule(&is);
        let side = |ruleset: &Ruleset, decision: &Decision| Side {
            outcome: decision.outcome,
            quantity: decision.quantity(),
            rule: setting.rule(decision).map(|rule| ruleset.rule_place(rule)),
        };
        let sums = by_rule.entry((deciding.is_none(), deciding)).or_default();
        for sums in [sums, &mut diff.total] {
            sums[change as usize] += 1;
        }
        diff.differences.push(Difference {
            sku: after.context().sku(offer),
            change,
            before: side(before.ruleset(), &was),
            after: side(after.ruleset(), &is),
        });
    }
    let ruleset = after.ruleset();
    let named = |rule: RuleId| {
        let at = ruleset.rule(rule)?.at;
        Some((ruleset.rule_place(rule), ruleset.text(at)))
    };
    diff.rules = by_rule.into_iter().map(|((_, rule), sums)| (rule.and_then(named), sums)).collect();
    diff
}

fn change(was: &Decision, is: &Decision) -> Option<Change> {
    match (was.quantity(), is.quantity()) {
        (Some(was), Some(is)) if was == is => None,
        (Some(_), Some(0)) => Some(Change::ToZero),
        (Some(was), Some(is)) => Some(if is > was { Change::Raised } else { Change::Lowered }),
        (None, Some(_)) => Some(Change::On),
        (Some(_), None) => Some(Change::Off),
        (None, None) => (was.outcome != is.outcome).then_some(Change::Outcome),
    }
}

/// The settings of a variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Setting {
    Source,
    Steps,
    Sync,
}

impl Setting {
    /// The rule that decided the setting; where it holds by default, the one that decided another.
    fn rule(self, decision: &Decision) -> Option<RuleId> {
        let settings = &decision.rules;
        let own = match self {
            Setting::Source => settings.source,
            Setting::Steps => settings.steps,
            Setting::Sync => settings.sync,
        };
        own.or(settings.steps).or(settings.source).or(settings.sync)
    }
}

/// The setting that two sets of rules decide differently: the one that a reader wants to see the rule of.
fn what_differs(before: &Ruleset, was: &Decision, after: &Ruleset, is: &Decision) -> Setting {
    fn rule(ruleset: &Ruleset, id: Option<RuleId>) -> Option<&Rule> {
        id.and_then(|id| ruleset.rule(id))
    }
    let sync =
        |ruleset: &Ruleset, decision: &Decision| rule(ruleset, decision.rules.sync).and_then(|rule| rule.sync).unwrap_or(true);
    let source = |ruleset: &Ruleset, decision: &Decision| {
        let amount = rule(ruleset, decision.rules.source).and_then(|rule| rule.source.as_ref());
        amount.map(|amount| ruleset.text(amount.at))
    };
    let steps = |ruleset: &Ruleset, decision: &Decision| {
        rule(ruleset, decision.rules.steps).and_then(|rule| rule.steps.as_ref()).map(|steps| steps.text.clone())
    };
    if sync(before, was) != sync(after, is) {
        Setting::Sync
    } else if steps(before, was) != steps(after, is) {
        Setting::Steps
    } else if source(before, was) != source(after, is) {
        Setting::Source
    } else {
        Setting::Steps
    }
}
