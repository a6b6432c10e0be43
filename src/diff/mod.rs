//! What other rules would make of one shop and account: which quantities change, and by which rules.

pub mod report;

use std::collections::BTreeMap;

use crate::evaluate::{DecidingRules, Decision, EffectiveSettings, Outcome, Run};
use crate::ids::{OfferId, RuleId};
use crate::resolve::checked::Ruleset;

/// What becomes of an offer under one of two sets of rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// What becomes of it.
    pub outcome: Outcome,
    /// The quantity that is sent.
    pub quantity: Option<i64>,
    /// Where the rule stands that decided what differs; `None` where no rule matches.
    pub rule: Option<String>,
}

/// How the quantity of an offer changes.
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

    /// Its name, in texts and JSON.
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

/// An offer of which something changes.
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

/// How many offers change in each way, in the order of [`Change::ALL`].
pub type ChangeCounts = [usize; Change::ALL.len()];

/// Everything that changes.
#[derive(Debug, Clone, Default)]
pub struct RulesDiff<'a> {
    /// The offers of which something changes, in their order.
    pub differences: Vec<Difference<'a>>,
    /// The sums of each rule as it stands, with its place and text, in the order of the rules; `None`, what no rule matches, comes
    /// last.
    pub rules: Vec<(Option<(String, String)>, ChangeCounts)>,
    /// The sums of all.
    pub total: ChangeCounts,
    /// How many offers there are.
    pub variants: usize,
}

/// What changes from one run to another whose offers are the same: other rules for one shop and account.
pub fn diff<'a>(before: &Run<'_>, after: &Run<'a>) -> RulesDiff<'a> {
    let mut diff = RulesDiff { variants: after.decisions().len(), ..RulesDiff::default() };
    // What no rule decided comes last.
    let mut by_rule: BTreeMap<(bool, Option<RuleId>), ChangeCounts> = BTreeMap::new();
    for (was, (offer, is)) in before.decisions().iter().zip(after.decisions().by_offer()) {
        let Some(change) = change(&was, &is) else { continue };
        let setting = ChangedSetting::that_differs(before, after, offer);
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

/// A setting that rules decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ChangedSetting {
    Source,
    Steps,
    Sync,
}

impl ChangedSetting {
    /// The rule that decided the setting; where it holds by default, the one that decided another.
    fn rule(self, decision: &Decision) -> Option<RuleId> {
        let DecidingRules { source, steps, sync } = decision.rules;
        let own = match self {
            ChangedSetting::Source => source,
            ChangedSetting::Steps => steps,
            ChangedSetting::Sync => sync,
        };
        own.or(steps).or(source).or(sync)
    }

    /// The setting of an offer that two runs decide differently: the one that a reader wants to see the rule of.
    fn that_differs(before: &Run<'_>, after: &Run<'_>, offer: OfferId) -> Self {
        let (was, is) = (before.settings(offer), after.settings(offer));
        let source = |run: &Run<'_>, settings: EffectiveSettings<'_>| settings.source.map(|amount| run.ruleset().text(amount.at));
        let steps = |settings: EffectiveSettings<'_>| settings.steps.map(|steps| steps.text.clone());
        if was.sync != is.sync {
            ChangedSetting::Sync
        } else if steps(was) != steps(is) || source(before, was) == source(after, is) {
            ChangedSetting::Steps
        } else {
            ChangedSetting::Source
        }
    }
}
