//! How the decision for one offer came about: which rules match, the arithmetic step by step, and why it is held.

use super::compiled_rules::CompiledRules;
use super::context::Subject;
use super::decisions::Decision;
use super::effective_settings::EffectiveSettings;
use super::groups::GroupMemo;
use super::outcome::SKU_LENGTH;
use super::quantity::{self, MissingValue};
use crate::fields::Field;
use crate::ids::RuleId;
use crate::resolve::checked::{Amount, At, StepKind, Steps, Term};

/// A step as it was applied. Counts are whole units, or packs after a `pack`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedStep {
    /// The step as written.
    pub text: String,
    /// Its amount, where that is not written as a number.
    pub amount: Option<i64>,
    /// Whether it is a `fixed`, which replaces the count before it.
    pub replaces: bool,
    /// The count before it; `None` where it was not evaluated.
    pub before: Option<i64>,
    /// The count after it; `None` where it was not evaluated, or could not be.
    pub after: Option<i64>,
}

/// Why an offer is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeldReason {
    /// An amount cannot be computed.
    MissingValue(MissingValue),
    /// The SKU has this many characters, more than Amazon allows.
    LongSku(usize),
    /// The listings report has a column that says who fulfils an offer, and does not say it of this one.
    NoChannel,
}

/// How the decision for one offer came about.
#[derive(Debug, Clone)]
pub struct OfferExplanation {
    /// The rules that match, in file order.
    pub matching: Vec<RuleId>,
    /// The steps of the deciding rule.
    pub steps: Vec<AppliedStep>,
    /// Why it would be held, unless an outcome that goes before holds; `None` where its quantity can be computed and sent.
    pub held: Option<HeldReason>,
}

/// Explains the decision for an offer.
pub fn explain(rules: &CompiledRules<'_>, subject: Subject, decision: &Decision) -> OfferExplanation {
    let ruleset = rules.ruleset;
    let mut memo = GroupMemo::default();
    let matching = ruleset.ids().filter(|&rule| rules.matches(rule, subject, &mut memo)).collect();
    let EffectiveSettings { source, steps, .. } = EffectiveSettings::by(ruleset, decision.rules);
    let mut applied = vec![];
    let count = quantity::source(&rules.context, subject, source);
    if let Some(steps) = steps {
        let skipped = steps.all().len() - steps.effective().len();
        let mut now = if steps.needs_source() { count.ok().map(|count| count.max(0)) } else { Some(0) };
        for (index, step) in steps.all().iter().enumerate() {
            let replaces = matches!(step.kind, StepKind::Fixed(_));
            let text = ruleset.text(step.at);
            let varying = step.kind.amount().filter(|amount| amount.literal().is_none());
            let amount = varying.and_then(|amount| quantity::amount(&rules.context, subject, amount).ok());
            if index < skipped {
                applied.push(AppliedStep { text, amount, replaces, before: None, after: None });
                continue;
            }
            let before = now;
            now = now.and_then(|count| quantity::step(&rules.context, subject, step, count).ok());
            applied.push(AppliedStep { text, amount, replaces, before, after: now });
        }
    }
    OfferExplanation { matching, steps: applied, held: held(rules, subject, decision) }
}

/// Why the quantity of an offer cannot be computed or sent; `None` where it can.
pub fn held(rules: &CompiledRules<'_>, subject: Subject, decision: &Decision) -> Option<HeldReason> {
    if rules.context.account.listing(subject.offer).is_some_and(|listing| listing.lacks_channel) {
        return Some(HeldReason::NoChannel);
    }
    let length = rules.context.sku(subject.offer).chars().count();
    if length > SKU_LENGTH {
        return Some(HeldReason::LongSku(length));
    }
    let EffectiveSettings { source, steps, .. } = EffectiveSettings::by(rules.ruleset, decision.rules);
    quantity::quantity(&rules.context, subject, source, steps).err().map(HeldReason::MissingValue)
}

/// Where the rules that decided an offer's quantity ask for one of the fields for which `wanted` is true: in the source or in an
/// amount, up to the alternative that can be computed. A source that is the inventory by default is asked for by the first rule
/// that decided something.
pub fn asks_for(rules: &CompiledRules<'_>, subject: Subject, decision: &Decision, wanted: &impl Fn(Field) -> bool) -> Option<At> {
    let in_amount = |amount: &Amount| {
        for sum in &amount.alternatives {
            for (_, term) in &sum.terms {
                if let Term::Field(field, at) = term
                    && wanted(*field)
                {
                    return Some(*at);
                }
            }
            let alone = Amount::new(amount.at, vec![sum.clone()], (amount.least, amount.greatest));
            if quantity::amount(&rules.context, subject, &alone).is_ok() {
                return None;
            }
        }
        None
    };
    let EffectiveSettings { source, steps, .. } = EffectiveSettings::by(rules.ruleset, decision.rules);
    if steps.is_none_or(Steps::needs_source) {
        let by_default = || {
            let rule = decision.rules.iter().next().and_then(|rule| rules.ruleset.rule(rule));
            rule.filter(|_| wanted(Field::Inventory)).map(|rule| rule.at)
        };
        let found = source.map_or_else(by_default, in_amount);
        if found.is_some() {
            return found;
        }
    }
    steps.into_iter().flat_map(Steps::effective).filter_map(|step| step.kind.amount()).find_map(in_amount)
}
