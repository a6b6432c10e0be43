//! Which rule decides which setting: the last one that matches the variant and sets it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::compile::CompiledRules;
use super::decisions::{DecidingRules, Decision, DecisionClasses, Decisions, Packer};
use super::few::{FEW, Few, FewWalker};
use super::groups::Kept;
use super::index::{Frequencies, Index};
use super::many::Walker;
use super::{Context, Outcome, SKU_LENGTH, quantity};
use crate::orders::Units;
use crate::parallel;
use crate::resolve::checked::{Amount, Rule, Ruleset, StepKind, Steps};

/// Decides for every variant, in catalog order.
pub fn evaluate(ruleset: &Ruleset, bound: &CompiledRules<'_>) -> Decisions {
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
        return decide_all(ruleset, bound, || FewWalker::new(&few));
    }
    let indexes = sets.each_ref().map(|rules| Index::build(bound, rules, true, &mut frequencies));
    decide_all(ruleset, bound, || indexes.each_ref().map(|index| Walker::new(bound, index)))
}

/// Tells, for one variant after the other, which rules decide its rules.
trait Deciding {
    /// Those of a variant of a product.
    fn deciding_rules(&mut self, variant: usize, product: usize) -> DecidingRules;
}

impl Deciding for [Walker<'_, '_>; 3] {
    #[inline]
    fn deciding_rules(&mut self, variant: usize, product: usize) -> DecidingRules {
        DecidingRules::from(self.each_mut().map(|walker| walker.last_match(variant, product)))
    }
}

impl Deciding for FewWalker<'_, '_, '_> {
    #[inline]
    fn deciding_rules(&mut self, variant: usize, product: usize) -> DecidingRules {
        DecidingRules::from(self.last_matches(variant, product))
    }
}

/// Decides for every variant, by what each thread is given for it.
fn decide_all<D: Deciding>(ruleset: &Ruleset, bound: &CompiledRules<'_>, deciding: impl Fn() -> D + Send + Sync) -> Decisions {
    let ambiguous = &bound.context.catalog.ambiguous;
    let is_ambiguous =
        |variant| !ambiguous.is_empty() && u32::try_from(variant).is_ok_and(|variant| ambiguous.binary_search(&variant).is_ok());
    let ways = DecisionClasses::default();
    let start = || (deciding(), EffectiveSettings::by(ruleset, DecidingRules::DEFAULT), Packer::new(&ways));
    let catalog = bound.context.catalog;
    let each = parallel::fill_chunks(catalog.len(), start, |(deciding, effective, packer), first, places| {
        let variants = first..first + places.len();
        for ((variant, &product), place) in variants.clone().zip(catalog.products_of(variants)).zip(places) {
            let rules = deciding.deciding_rules(variant, product as usize);
            // Mostly the same rules as for the variant before.
            if rules != effective.rules {
                *effective = EffectiveSettings::by(ruleset, rules);
            }
            *place = packer.pack(variant, decide(bound, variant, effective, is_ambiguous(variant)));
        }
    });
    ways.unite(each)
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
pub fn which_match(ruleset: &Ruleset, bound: &CompiledRules<'_>, rules: &[u32]) -> Vec<bool> {
    let matched: Vec<AtomicBool> = ruleset.rules.iter().map(|_| AtomicBool::new(false)).collect();
    if !rules.is_empty() {
        let index = Index::build(bound, rules, false, &mut Frequencies::default());
        let open = AtomicUsize::new(rules.len());
        parallel::ranges(bound.context.catalog.len(), |range| {
            let mut walker = Walker::new(bound, &index);
            let kept = Kept::default();
            for variant in range {
                for &rule in walker.lists(variant).iter().copied().flatten() {
                    let known = &matched[rule as usize];
                    let holds = || bound.holds_keeping(&bound.rules[rule as usize], variant, &kept);
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
fn decide(bound: &CompiledRules<'_>, variant: usize, effective: &EffectiveSettings<'_>, ambiguous: bool) -> Decision {
    let context = &bound.context;
    let EffectiveSettings { rules, source, steps, sync } = *effective;
    let sku = &context.catalog.sku;
    let listing = context.listings.and_then(|listings| listings.of(variant));
    let amazon_tracked = context.catalog.amazon_tracked.get(variant).copied().unwrap_or(false);
    let mut amount = 0;
    let outcome = if sku.is_blank(variant) {
        Outcome::NoSku
    } else if ambiguous {
        Outcome::Ambiguous
    } else if context.listings.is_some() && listing.is_none() {
        Outcome::Unlisted
    } else if amazon_tracked || listing.is_some_and(crate::amazon::listings::Listing::is_fba) {
        Outcome::Fba
    } else if !rules.matched() {
        Outcome::Unmatched
    } else if !sync {
        Outcome::Off
    } else if listing.is_some_and(|listing| listing.lacks_channel)
        || sku.bytes(variant).len() > SKU_LENGTH && sku.get(variant).chars().count() > SKU_LENGTH
    {
        Outcome::Held
    } else {
        match quantity::quantity::<()>(context, variant, || quantity::source(context, variant, source), steps) {
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

/// The source's value as found, which may be negative; `None` where it is missing.
pub fn count(ruleset: &Ruleset, context: &Context<'_>, variant: usize, decision: &Decision) -> Option<i64> {
    quantity::source::<()>(context, variant, EffectiveSettings::by(ruleset, decision.rules).source).ok()
}

/// How many units of stock one unit of a variant's listing takes: the product of the packs among its steps, since one listing
/// sells that many. One pack whose size is missing makes it unknown; so does a product that is too large to be counted.
pub fn units_of_listing(ruleset: &Ruleset, context: &Context<'_>, variant: usize, decision: &Decision) -> Units {
    let EffectiveSettings { steps, sync, .. } = EffectiveSettings::by(ruleset, decision.rules);
    if !sync {
        return Units::Off;
    }
    let packs = steps.into_iter().flat_map(|steps| steps.all()).filter_map(|step| match &step.kind {
        StepKind::Pack(size) => Some(quantity::amount::<()>(context, variant, size).ok()),
        _ => None,
    });
    let product = packs.into_iter().try_fold(1_i64, |product, size| product.checked_mul(size?));
    product.map_or(Units::Unknown, Units::Of)
}
