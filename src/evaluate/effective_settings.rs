//! Effective settings: what the rules that decided an offer's settings say.

use super::decisions::DecidingRules;
use crate::ids::RuleId;
use crate::resolve::checked::{Amount, Ruleset, Steps};

/// The source, the steps and sync that hold for an offer.
#[derive(Debug, Clone, Copy)]
pub struct EffectiveSettings<'r> {
    /// The rules that decided them.
    pub rules: DecidingRules,
    /// Where the count comes from; `None` for the inventory, which holds by default.
    pub source: Option<&'r Amount>,
    /// What is made of the count; `None` for nothing, which holds by default.
    pub steps: Option<&'r Steps>,
    /// Whether the quantity is sent: by default it is.
    pub sync: bool,
}

impl<'r> EffectiveSettings<'r> {
    /// What some rules of a rule set say.
    pub fn by(ruleset: &'r Ruleset, rules: DecidingRules) -> Self {
        let rule = |id: Option<RuleId>| id.and_then(|id| ruleset.rule(id));
        EffectiveSettings {
            rules,
            source: rule(rules.source).and_then(|rule| rule.source.as_ref()),
            steps: rule(rules.steps).and_then(|rule| rule.steps.as_ref()),
            sync: rule(rules.sync).and_then(|rule| rule.sync).unwrap_or(true),
        }
    }
}
