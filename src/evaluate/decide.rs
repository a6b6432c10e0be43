//! Which rule decides which setting: the last one that matches the variant and sets it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::compile::CompiledRules;
use super::context::{Context, Subject};
use super::decisions::{DecidingRules, Decision, DecisionClasses, Decisions, Packer};
use super::few::{FEW, Few, FewWalker};
use super::groups::Kept;
use super::index::{Frequencies, Index};
use super::many::Walker;
use super::{Outcome, SKU_LENGTH, quantity};
use crate::amazon::listings::Listing;
use crate::ids::OfferId;
use crate::orders::Units;
use crate::parallel;
use crate::resolve::checked::{Amount, Rule, Ruleset, StepKind, Steps};

/// Decides for every offer, in their order.
pub fn decide_all(bound: &CompiledRules<'_>) -> Decisions {
    let ruleset = bound.ruleset;
    let mut frequencies = Frequencies::default();
    // Each setting is decided by itself: by the last rule that sets it.
    let setting = |sets: &dyn Fn(&Rule) -> bool| {
        let rules = (0u32..).zip(&ruleset.rules).filter(|(_, rule)| sets(rule)).map(|(number, _)| number);
        rules.collect::<Vec<_>>()
    };
    let sets =
        [setting(&|rule| rule.source.is_some()), setting(&|rule| rule.steps.is_some()), setting(&|rule| rule.sync.is_some())];
    if ruleset.rules.len() <= FEW {
        let few = Few::of(bound, &sets, &mut frequencies);
        return decide_by(bound, || FewWalker::new(&few));
    }
    let indexes = sets.each_ref().map(|rules| Index::build(bound, rules, true, &mut frequencies));
    decide_by(bound, || indexes.each_ref().map(|index| Walker::new(bound, index)))
}

/// Tells, for one variant after the other, which rules decide its rules.
trait Deciding {
    /// Those of a variant of a product.
    fn deciding_rules(&mut self, subject: Subject, product: usize) -> DecidingRules;
}

impl Deciding for [Walker<'_, '_>; 3] {
    #[inline]
    fn deciding_rules(&mut self, subject: Subject, product: usize) -> DecidingRules {
        DecidingRules::from(self.each_mut().map(|walker| walker.last_match(subject, product)))
    }
}

impl Deciding for FewWalker<'_, '_, '_> {
    #[inline]
    fn deciding_rules(&mut self, subject: Subject, product: usize) -> DecidingRules {
        DecidingRules::from(self.last_matches(subject, product))
    }
}

/// Decides for every variant, by what each thread is given for it.
fn decide_by<D: Deciding>(bound: &CompiledRules<'_>, deciding: impl Fn() -> D + Send + Sync) -> Decisions {
    let (context, ruleset) = (&bound.context, bound.ruleset);
    let classes = DecisionClasses::default();
    let start = || (deciding(), EffectiveSettings::by(ruleset, DecidingRules::DEFAULT), Packer::new(&classes));
    let each = parallel::fill_chunks(context.account.offers.len(), start, |(deciding, effective, packer), first, places| {
        for (offer, place) in OfferId::between(first..first + places.len()).zip(places) {
            let subject = context.subject(offer);
            let rules = deciding.deciding_rules(subject, context.shop.catalog.product_of(subject.variant.index()));
            // Mostly the same rules as for the offer before.
            if rules != effective.rules {
                *effective = EffectiveSettings::by(ruleset, rules);
            }
            *place = packer.pack(offer, decide(context, subject, effective));
        }
    });
    classes.unite(each)
}

/// What the rules that decided say.
pub(super) struct EffectiveSettings<'r> {
    rules: DecidingRules,
    pub(super) source: Option<&'r Amount>,
    pub(super) steps: Option<&'r Steps>,
    sync: bool,
}

impl<'r> EffectiveSettings<'r> {
    pub(super) fn by(ruleset: &'r Ruleset, rules: DecidingRules) -> Self {
        let rule = |index: Option<usize>| index.and_then(|index| ruleset.rules.get(index));
        EffectiveSettings {
            rules,
            source: rule(rules.source()).and_then(|rule| rule.source.as_ref()),
            steps: rule(rules.steps()).and_then(|rule| rule.steps.as_ref()),
            sync: rule(rules.sync()).and_then(|rule| rule.sync).unwrap_or(true),
        }
    }
}

/// Which of these rules match any variant.
pub fn which_match(bound: &CompiledRules<'_>, rules: &[u32]) -> Vec<bool> {
    let matched: Vec<AtomicBool> = bound.ruleset.rules.iter().map(|_| AtomicBool::new(false)).collect();
    if !rules.is_empty() {
        let index = Index::build(bound, rules, false, &mut Frequencies::default());
        let open = AtomicUsize::new(rules.len());
        parallel::ranges(bound.context.account.offers.len(), |range| {
            let mut walker = Walker::new(bound, &index);
            let kept = Kept::default();
            for offer in OfferId::between(range) {
                let subject = bound.context.subject(offer);
                for &rule in walker.lists(subject.variant.index()).iter().copied().flatten() {
                    let known = &matched[rule as usize];
                    let holds = || bound.holds_keeping(&bound.rules[rule as usize], subject, &kept);
                    if !known.load(Ordering::Relaxed) && holds() && !known.swap(true, Ordering::Relaxed) {
                        open.fetch_sub(1, Ordering::Relaxed);
                    }
                }
                if open.load(Ordering::Relaxed) == 0 {
                    return;
                }
            }
        });
    }
    rules.iter().map(|&rule| matched[rule as usize].load(Ordering::Relaxed)).collect()
}

#[inline(always)]
fn decide(context: &Context<'_>, subject: Subject, effective: &EffectiveSettings<'_>) -> Decision {
    let EffectiveSettings { rules, source, steps, sync } = *effective;
    let (catalog, variant) = (context.shop.catalog, subject.variant.index());
    let listing = context.account.listing(subject.offer);
    let amazon_tracked = catalog.amazon_tracked.get(variant).copied().unwrap_or(false);
    let ambiguous = &catalog.ambiguous;
    let mut amount = 0;
    let outcome = if catalog.sku.is_blank(variant) {
        Outcome::NoSku
    } else if !ambiguous.is_empty() && ambiguous.binary_search(&subject.variant.number()).is_ok() {
        Outcome::Ambiguous
    } else if context.account.listings.is_some() && listing.is_none() {
        Outcome::Unlisted
    } else if amazon_tracked || listing.is_some_and(Listing::is_fba) {
        Outcome::Fba
    } else if !rules.matched() {
        Outcome::Unmatched
    } else if !sync {
        Outcome::Off
    } else if listing.is_some_and(|listing| listing.lacks_channel)
        || catalog.sku.bytes(variant).len() > SKU_LENGTH && catalog.sku.get(variant).chars().count() > SKU_LENGTH
    {
        Outcome::Held
    } else {
        match quantity::quantity::<()>(context, subject, || quantity::source(context, subject, source), steps) {
            Ok(quantity) => {
                // Never negative.
                amount = quantity.unsigned_abs();
                Outcome::Synced
            }
            Err(()) => Outcome::Held,
        }
    };
    Decision { outcome, rules, amount }
}

/// How many units of stock one unit of an offer takes: the product of the packs among its steps, since one listing sells that
/// many. One pack whose size is missing makes it unknown; so does a product that is too large to be counted.
pub fn units_of_offer(bound: &CompiledRules<'_>, subject: Subject, decision: &Decision) -> Units {
    let EffectiveSettings { steps, sync, .. } = EffectiveSettings::by(bound.ruleset, decision.rules);
    if !sync {
        return Units::Off;
    }
    let packs = steps.into_iter().flat_map(|steps| steps.all()).filter_map(|step| match &step.kind {
        StepKind::Pack(size) => Some(quantity::amount::<()>(&bound.context, subject, size).ok()),
        _ => None,
    });
    let product = packs.into_iter().try_fold(1_i64, |product, size| product.checked_mul(size?));
    product.map_or(Units::Unknown, Units::Of)
}
