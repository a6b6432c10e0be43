//! The story of one variant: which rules matched, which decided, and the arithmetic step by step.

use super::compiled_rules::CompiledRules;
use super::context::Subject;
use super::decide::EffectiveSettings;
use super::decisions::Decision;
use super::groups::GroupMemo;
use super::outcome::SKU_LENGTH;
use super::quantity::{self, Cause};
use crate::fields::Field;
use crate::ids::RuleId;
use crate::resolve::checked::{Amount, At, StepKind, Steps, Term};

/// A step as it was applied.
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

/// Why a variant is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeldReason {
    /// An amount cannot be computed.
    Cause(Cause),
    /// The SKU is longer than Amazon allows.
    LongSku(usize),
    /// The listings report tells of others who fulfils them, and of this one not.
    NoChannel,
}

/// The story of one variant.
#[derive(Debug, Clone)]
pub struct OfferExplanation {
    /// The rules that match, in file order.
    pub matching: Vec<RuleId>,
    /// The steps of the deciding rule.
    pub steps: Vec<AppliedStep>,
    /// Why it is held, where it would be.
    pub held: Option<HeldReason>,
}

/// Tells the story of a variant.
pub fn explain(bound: &CompiledRules<'_>, subject: Subject, decision: &Decision) -> OfferExplanation {
    let ruleset = bound.ruleset;
    let mut memo = GroupMemo::default();
    let matching = ruleset.ids().filter(|&rule| bound.matches(rule, subject, &mut memo)).collect();
    let EffectiveSettings { source, steps, .. } = EffectiveSettings::by(ruleset, decision.rules);
    let mut applied = vec![];
    let count = quantity::source(&bound.context, subject, source);
    if let Some(steps) = steps {
        let skipped = steps.all().len() - steps.effective().len();
        let mut now = if steps.needs_source() { count.ok().map(|count| count.max(0)) } else { Some(0) };
        for (index, step) in steps.all().iter().enumerate() {
            let replaces = matches!(step.kind, StepKind::Fixed(_));
            let text = ruleset.text(step.at);
            let varying = step.kind.amount().filter(|amount| amount.literal().is_none());
            let amount = varying.and_then(|amount| quantity::amount(&bound.context, subject, amount).ok());
            if index < skipped {
                applied.push(AppliedStep { text, amount, replaces, before: None, after: None });
                continue;
            }
            let before = now;
            now = now.and_then(|count| quantity::step(&bound.context, subject, step, count).ok());
            applied.push(AppliedStep { text, amount, replaces, before, after: now });
        }
    }
    OfferExplanation { matching, steps: applied, held: held(bound, subject, decision) }
}

/// Why a variant cannot be sent, if that is so.
pub fn held(bound: &CompiledRules<'_>, subject: Subject, decision: &Decision) -> Option<HeldReason> {
    if bound.context.account.listing(subject.offer).is_some_and(|listing| listing.lacks_channel) {
        return Some(HeldReason::NoChannel);
    }
    let length = bound.context.sku(subject.offer).chars().count();
    if length > SKU_LENGTH {
        return Some(HeldReason::LongSku(length));
    }
    let EffectiveSettings { source, steps, .. } = EffectiveSettings::by(bound.ruleset, decision.rules);
    quantity::quantity(&bound.context, subject, source, steps).err().map(HeldReason::Cause)
}

/// Where the rules that decided a variant's quantity ask for a field of some: in the source or in an amount, up to the alternative
/// that can be computed. Where the source is the inventory by default, the rule that decided the steps does.
pub fn asks_for(bound: &CompiledRules<'_>, subject: Subject, decision: &Decision, wanted: &impl Fn(Field) -> bool) -> Option<At> {
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
            if quantity::amount(&bound.context, subject, &alone).is_ok() {
                return None;
            }
        }
        None
    };
    let EffectiveSettings { source, steps, .. } = EffectiveSettings::by(bound.ruleset, decision.rules);
    if steps.is_none_or(Steps::needs_source) {
        let by_default = || {
            let rule = decision.rules.iter().next().and_then(|rule| bound.ruleset.rule(rule));
            rule.filter(|_| wanted(Field::Inventory)).map(|rule| rule.at)
        };
        let found = source.map_or_else(by_default, in_amount);
        if found.is_some() {
            return found;
        }
    }
    steps.into_iter().flat_map(Steps::effective).filter_map(|step| step.kind.amount()).find_map(in_amount)
}
