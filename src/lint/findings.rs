//! The findings that the warnings on decisions are made of, in one pass over all decisions.

use crate::evaluate::{Context, DecidingRules, Outcome, Run, quantity};
use crate::fields::Field;
use crate::ids::{OfferId, RuleId};
use crate::parallel;
use crate::resolve::checked::{Amount, At, Rule, Ruleset, StepKind};
use crate::text::{counted, folded};

/// How many SKUs a warning on several offers names.
const NAMED: usize = 10;

/// The offers of one warning: their number, and the first ones, which it names.
#[derive(Default, Clone)]
pub struct Sample {
    /// How many there are.
    pub count: usize,
    /// The first ones.
    pub first: Vec<OfferId>,
}

impl Sample {
    /// Adds an offer.
    pub fn add(&mut self, offer: OfferId) {
        self.count += 1;
        if self.first.len() < NAMED {
            self.first.push(offer);
        }
    }

    /// Adds offers that come later.
    fn append(&mut self, later: &Sample) {
        self.count += later.count;
        self.first.extend(later.first.iter().take(NAMED - self.first.len()));
    }

    /// `3 variants (`A`, `B`, `C`)`
    pub fn text(&self, context: &Context<'_>) -> String {
        let more = if self.count > self.first.len() { " …" } else { "" };
        let skus: Vec<_> = self.first.iter().map(|&offer| format!("`{}`", context.sku(offer))).collect();
        format!("{} ({}{more})", counted(self.count, "variant"), skus.join(", "))
    }

    /// The verb that follows the text.
    pub fn verb(&self) -> &'static str {
        if self.count == 1 { "is" } else { "are" }
    }
}

/// What warnings are made of, by rule where a rule is to blame.
#[derive(Default)]
pub struct Findings {
    /// Of each rule, whether it decides a setting of any offer.
    pub decides: Vec<bool>,
    /// Of each rule, the offers for which it sends a fixed quantity that is above their variant's inventory.
    pub fixed_above_inventory: Vec<Sample>,
    /// Of each rule, the offers of draft and archived products that it sends with a quantity above 0.
    pub not_active: Vec<Sample>,
    /// Of each rule, the offers that it switches sync off for and that have stock on Amazon.
    pub off_with_stock: Vec<Sample>,
    /// The offers whose SKU two variants have, in order.
    pub ambiguous: Vec<OfferId>,
    /// Those without a SKU, of which only the first ones are sample.
    pub no_sku: Sample,
    /// Those that are held, in order.
    pub held: Vec<OfferId>,
    /// Those that the listings report does not have, in order.
    pub unlisted: Vec<OfferId>,
}

impl Findings {
    /// Goes through all decisions, in parallel.
    pub fn collect(run: &Run<'_>) -> Self {
        let (ruleset, context, decisions) = (run.ruleset(), run.context(), run.decisions());
        let catalog = context.shop.catalog;
        let statuses = catalog.fields.texts(Field::Status);
        // By the code of the status.
        let is_not_active: Vec<bool> = statuses.map_or_else(Vec::new, |statuses| {
            let texts = std::iter::once("").chain(statuses.dictionary.iter().map(|(_, text)| text));
            texts.map(|text| matches!(folded(text).as_str(), "draft" | "archived")).collect()
        });
        let rules = ruleset.rules.len();
        let classes: Vec<_> = decisions.classes().map(|(outcome, deciding)| ClassFacts::of(ruleset, outcome, deciding)).collect();
        let parts = parallel::ranges(decisions.len(), |range| {
            let none = vec![Sample::default(); rules];
            let mut findings = Findings {
                fixed_above_inventory: none.clone(),
                not_active: none.clone(),
                off_with_stock: none,
                ..Findings::default()
            };
            for (offer, class) in OfferId::between(range.clone()).zip(decisions.classes_within(range)) {
                let subject = context.subject(offer);
                let ClassFacts { outcome, sent_by, fixed, off_by } = &classes[class];
                match outcome {
                    Outcome::Synced => {
                        if let Some((rule, amount)) = *fixed
                            && let Ok(amount) = quantity::amount(context, subject, amount)
                            && let Ok(inventory) = context.whole(Field::Inventory, subject)
                            && inventory.max(0) < amount
                        {
                            findings.fixed_above_inventory[rule.index()].add(offer);
                        }
                        let product = catalog.product_of(subject.variant).index();
                        let status = statuses.map_or(0, |statuses| statuses.code(product));
                        if is_not_active.get(status as usize) == Some(&true)
                            && let Some(rule) = *sent_by
                            && decisions.get(offer).and_then(|decision| decision.quantity()).is_some_and(|sent| sent > 0)
                        {
                            findings.not_active[rule.index()].add(offer);
                        }
                    }
                    Outcome::Ambiguous => findings.ambiguous.push(offer),
                    Outcome::Held => findings.held.push(offer),
                    Outcome::Unlisted => findings.unlisted.push(offer),
                    Outcome::NoSku => findings.no_sku.add(offer),
                    Outcome::Off => {
                        if let Some(rule) = *off_by
                            && let Some(quantity) = context.account.listing(offer).and_then(|listing| listing.quantity)
                            && quantity > 0
                        {
                            findings.off_with_stock[rule.index()].add(offer);
                        }
                    }
                    Outcome::Fba | Outcome::Unmatched => {}
                }
            }
            findings
        });
        let mut parts = parts.into_iter();
        let mut all = parts.next().unwrap_or_default();
        parts.for_each(|later| all.append(later));
        all.decides = vec![false; rules];
        for (_, deciding) in decisions.classes() {
            deciding.iter().for_each(|rule| all.decides[rule.index()] = true);
        }
        all
    }

    /// Adds the findings of offers that come later.
    fn append(&mut self, later: Findings) {
        let samples = self.fixed_above_inventory.iter_mut().chain(&mut self.not_active).chain(&mut self.off_with_stock);
        let others = later.fixed_above_inventory.iter().chain(&later.not_active).chain(&later.off_with_stock);
        samples.zip(others).for_each(|(all, later)| all.append(later));
        self.no_sku.append(&later.no_sku);
        self.ambiguous.extend(later.ambiguous);
        self.held.extend(later.held);
        self.unlisted.extend(later.unlisted);
    }
}

/// What all decisions of a class have in common.
struct ClassFacts<'r> {
    outcome: Outcome,
    /// The rule that sends them: it decided the steps, or else another setting.
    sent_by: Option<RuleId>,
    /// The rule that sends a fixed quantity, and the quantity.
    fixed: Option<(RuleId, &'r Amount)>,
    /// The rule that switches sync off.
    off_by: Option<RuleId>,
}

impl<'r> ClassFacts<'r> {
    fn of(ruleset: &'r Ruleset, outcome: Outcome, deciding: DecidingRules) -> Self {
        let steps = deciding.steps;
        let fixed = steps.and_then(|rule| Some((rule, fixed(ruleset.rule(rule)?)?.1)));
        ClassFacts { outcome, sent_by: steps.or_else(|| deciding.iter().next()), fixed, off_by: deciding.sync }
    }
}

/// The amount of the `fixed` that a rule's steps begin with, and where that step stands.
pub fn fixed(rule: &Rule) -> Option<(At, &Amount)> {
    let step = rule.steps.as_ref()?.effective().first()?;
    match &step.kind {
        StepKind::Fixed(amount) => Some((step.at, amount)),
        _ => None,
    }
}
