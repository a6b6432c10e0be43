//! A run: the rules, compiled for a shop and an account on a day, and what they decide there.

use std::sync::{Arc, OnceLock};

use super::compile;
use super::compiled_rules::CompiledRules;
use super::context::Context;
use super::decide;
use super::decisions::{Decision, Decisions};
use super::effective_settings::EffectiveSettings;
use super::explanation::{self, HeldReason, OfferExplanation};
use super::groups::GroupMemo;
use super::quantity;
use crate::fields::Field;
use crate::ids::{OfferId, RuleId};
use crate::orders::Units;
use crate::resolve::checked::{At, Condition, Ruleset};

/// The rules of a project, compiled for what they are evaluated against. Decisions are taken when first asked for, and once.
pub struct Run<'a> {
    pub(super) rules: CompiledRules<'a>,
    decisions: OnceLock<Arc<Decisions>>,
}

impl<'a> Run<'a> {
    /// Compiles rules for a shop and an account on a day.
    pub fn new(ruleset: &'a Ruleset, context: Context<'a>) -> Self {
        Run { rules: compile::compile(ruleset, context), decisions: OnceLock::new() }
    }

    /// This run with decisions that an equal run has taken before.
    #[must_use]
    pub fn with_decisions(self, decisions: Arc<Decisions>) -> Self {
        Run { decisions: OnceLock::from(decisions), ..self }
    }

    /// The rules as they are written.
    pub fn ruleset(&self) -> &'a Ruleset {
        self.rules.ruleset
    }

    /// What the rules are evaluated against.
    pub fn context(&self) -> &Context<'a> {
        &self.rules.context
    }

    /// The rules, compiled.
    pub fn rules(&self) -> &CompiledRules<'a> {
        &self.rules
    }

    /// One decision for each offer, in the order of the offers.
    pub fn decisions(&self) -> &Decisions {
        self.decisions.get_or_init(|| Arc::new(decide::decide_all(&self.rules)))
    }

    /// One decision for each offer, in the order of the offers, where the run is no longer needed.
    pub fn into_decisions(self) -> Arc<Decisions> {
        self.decisions();
        self.decisions.into_inner().unwrap_or_default()
    }

    /// The decision for an offer. Offers of another account have none: they count as held.
    pub fn decision(&self, offer: OfferId) -> Decision {
        self.decisions().get(offer).unwrap_or(Decision::NONE)
    }

    /// What the rules that decided an offer's settings say.
    pub fn settings(&self, offer: OfferId) -> EffectiveSettings<'a> {
        EffectiveSettings::by(self.ruleset(), self.decision(offer).rules)
    }

    /// How the decision for an offer came about: which rules match, and the arithmetic step by step.
    pub fn explain(&self, offer: OfferId) -> OfferExplanation {
        explanation::explain(&self.rules, self.context().subject(offer), &self.decision(offer))
    }

    /// Why an offer cannot be sent, if that is so.
    pub fn held_reason(&self, offer: OfferId) -> Option<HeldReason> {
        explanation::held(&self.rules, self.context().subject(offer), &self.decision(offer))
    }

    /// The value of an offer's source as found, which may be negative; `None` where it is missing.
    pub fn count(&self, offer: OfferId) -> Option<i64> {
        quantity::source(self.context(), self.context().subject(offer), self.settings(offer).source).ok()
    }

    /// Where the rules that decided an offer's quantity ask for a field of some: in the source or in an amount, up to the
    /// alternative that can be computed. Where the source is the inventory by default, the rule that decided the steps does.
    pub fn asks_for(&self, offer: OfferId, wanted: &impl Fn(Field) -> bool) -> Option<At> {
        explanation::asks_for(&self.rules, self.context().subject(offer), &self.decision(offer), wanted)
    }

    /// How many units of stock one unit of each offer takes, in the order of the offers: the product of the packs among its steps.
    /// Orders are counted by it, before any quantity is worked out.
    pub fn units_of_offers(&self) -> Vec<Units> {
        let (context, decisions) = (self.context(), self.decisions().iter());
        let offers = context.account.offers.iter().zip(decisions);
        offers.map(|(offer, decision)| decide::units_of_offer(&self.rules, context.subject(offer), &decision)).collect()
    }

    /// A condition compiled for what the run is evaluated against; its groups are those of the rules.
    pub fn filter(&self, condition: &Condition) -> CompiledFilter<'a> {
        CompiledFilter::new(condition, self.ruleset(), *self.context())
    }

    /// Which of these rules match any variant.
    pub fn which_match(&self, rules: &[RuleId]) -> Vec<bool> {
        decide::which_match(&self.rules, rules)
    }
}

/// A condition that stands alone, compiled.
pub struct CompiledFilter<'a>(CompiledRules<'a>);

impl<'a> CompiledFilter<'a> {
    /// Compiles a condition with the groups of a set of rules.
    pub fn new(condition: &Condition, ruleset: &'a Ruleset, context: Context<'a>) -> Self {
        CompiledFilter(compile::compile_filter(condition, ruleset, context))
    }

    /// Whether the condition holds for an offer.
    pub fn holds(&self, offer: OfferId) -> bool {
        let subject = self.0.context.subject(offer);
        let condition = self.0.predicates.first();
        condition.is_some_and(|condition| self.0.holds(condition, subject, &mut GroupMemo::default()))
    }
}
