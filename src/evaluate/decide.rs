//! One decision for each offer, in parallel; which rules match at all; and the units of offers, for orders.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::compiled_rules::CompiledRules;
use super::context::{Context, Subject};
use super::decisions::{DecidingRules, Decision, Decisions, DecisionsBuilder};
use super::effective_settings::EffectiveSettings;
use super::matcher::{AllCandidates, Matcher};
use super::outcome::{Outcome, SKU_LENGTH};
use super::quantity;
use super::rule_index::RuleIndex;
use crate::amazon::listings::Listing;
use crate::ids::{OfferId, RuleId};
use crate::orders::Units;
use crate::parallel;
use crate::resolve::checked::StepKind;

/// Decides for every offer, in their order: the same decisions, whatever the number of threads.
pub fn decide_all(rules: &CompiledRules<'_>) -> Decisions {
    let index = RuleIndex::of_deciding(rules);
    let context = &rules.context;
    let builder = DecisionsBuilder::default();
    let start = || {
        let effective = EffectiveSettings::by(rules.ruleset, DecidingRules::DEFAULT);
        (Matcher::new(rules, &index), effective, builder.for_thread())
    };
    let entries = parallel::fill_chunks(context.account.offers.len(), start, |(matcher, effective, thread), first, places| {
        for (offer, place) in OfferId::between(first..first + places.len()).zip(places) {
            let subject = context.subject(offer);
            let deciding = matcher.deciding_rules(subject);
            // Mostly the same rules as for the offer before.
            if deciding != effective.rules {
                *effective = EffectiveSettings::by(rules.ruleset, deciding);
            }
            *place = thread.pack(decide(context, subject, effective));
        }
    });
    builder.finish(entries)
}

/// Of some rules, in their order, whether each matches any offer.
pub fn which_match(rules: &CompiledRules<'_>, wanted: &[RuleId]) -> Vec<bool> {
    let matched: Vec<AtomicBool> = rules.predicates.iter().map(|_| AtomicBool::new(false)).collect();
    let is_matched = |rule: RuleId| matched.get(rule.index()).is_some_and(|matched| matched.load(Ordering::Relaxed));
    if !wanted.is_empty() {
        let index = RuleIndex::of_some(rules, wanted);
        let open = AtomicUsize::new(wanted.len());
        parallel::ranges(rules.context.account.offers.len(), |range| {
            let mut candidates = AllCandidates::new(rules, &index);
            for offer in OfferId::between(range) {
                candidates.for_each_match(rules.context.subject(offer), is_matched, |rule| {
                    if !matched[rule.index()].swap(true, Ordering::Relaxed) {
                        open.fetch_sub(1, Ordering::Relaxed);
                    }
                });
                if open.load(Ordering::Relaxed) == 0 {
                    return;
                }
            }
        });
    }
    wanted.iter().map(|&rule| is_matched(rule)).collect()
}

/// Decides for an offer by the settings that hold for the variant that it is made of.
fn decide(context: &Context<'_>, subject: Subject, effective: &EffectiveSettings<'_>) -> Decision {
    let EffectiveSettings { rules, source, steps, sync } = *effective;
    let (catalog, variant) = (context.shop.catalog, subject.variant.index());
    let listing = context.account.listing(subject.offer);
    let amazon_tracked = catalog.amazon_tracked.get(variant).copied().unwrap_or(false);
    let mut sent = 0;
    let outcome = if catalog.skus.is_blank(variant) {
        Outcome::NoSku
    } else if catalog.is_ambiguous(subject.variant) {
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
        || catalog.skus.bytes(variant).len() > SKU_LENGTH && catalog.sku(subject.variant).chars().count() > SKU_LENGTH
    {
        Outcome::Held
    } else {
        match quantity::quantity(context, subject, source, steps) {
            Ok(quantity) => {
                // A quantity is never negative.
                sent = quantity.unsigned_abs();
                Outcome::Synced
            }
            Err(_) => Outcome::Held,
        }
    };
    Decision { outcome, rules, quantity: sent }
}

/// How many units of stock one unit of an offer takes: the product of the packs among its steps, since one listing sells that
/// many. One pack whose size is missing makes it unknown; so does a product that is too large to be counted.
pub fn units_of_offer(rules: &CompiledRules<'_>, subject: Subject, decision: &Decision) -> Units {
    let EffectiveSettings { steps, sync, .. } = EffectiveSettings::by(rules.ruleset, decision.rules);
    if !sync {
        return Units::Off;
    }
    let packs = steps.into_iter().flat_map(|steps| steps.all()).filter_map(|step| match &step.kind {
        StepKind::Pack(size) => Some(quantity::amount(&rules.context, subject, size).ok()),
        _ => None,
    });
    let product = packs.into_iter().try_fold(1_i64, |product, size| product.checked_mul(size?));
    product.map_or(Units::Unknown, Units::Of)
}
