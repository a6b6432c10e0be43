//! Which rule decides which setting: the last one that matches the variant and sets it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::bind::Bound;
use super::index::{Frequencies, Index};
use super::{Decision, MISSING, Outcome, SKU_LENGTH, World, quantity};
use crate::parallel;
use crate::resolve::checked::{Rule, Ruleset, StepKind};
use crate::text;

const NONE: u32 = u32::MAX;

/// The rules that decided a variant's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    source: u32,
    steps: u32,
    sync: u32,
}

impl Settings {
    /// No rule decided anything.
    pub const DEFAULT: Settings = Settings { source: NONE, steps: NONE, sync: NONE };

    /// Whether any rule matched: each sets something.
    pub fn matched(&self) -> bool {
        *self != Settings::DEFAULT
    }

    /// The rule that decided the source.
    pub fn source(&self) -> Option<usize> {
        (self.source != NONE).then_some(self.source as usize)
    }

    /// The rule that decided the steps.
    pub fn steps(&self) -> Option<usize> {
        (self.steps != NONE).then_some(self.steps as usize)
    }

    /// The rule that decided sync.
    pub fn sync(&self) -> Option<usize> {
        (self.sync != NONE).then_some(self.sync as usize)
    }

    /// The rules that decided a setting, each once.
    pub fn deciding(&self) -> impl Iterator<Item = usize> {
        let (source, steps, sync) = (self.source(), self.steps(), self.sync());
        let steps = steps.filter(|_| steps != source);
        let sync = sync.filter(|_| sync != source && sync != self.steps());
        source.into_iter().chain(steps).chain(sync)
    }
}

/// Decides for every variant, in catalog order.
pub fn evaluate(ruleset: &Ruleset, bound: &Bound<'_>) -> Vec<Decision> {
    let mut frequencies = Frequencies::default();
    // Each setting is decided by itself: by the last rule that sets it, among few that can match.
    let mut index = |sets: &dyn Fn(&Rule) -> bool| {
        let rules = (0u32..).zip(&ruleset.rules).filter(|(_, rule)| sets(rule)).map(|(number, _)| number);
        Index::build(bound, &rules.collect::<Vec<_>>(), true, &mut frequencies)
    };
    let indexes = [index(&|rule| rule.source.is_some()), index(&|rule| rule.steps.is_some()), index(&|rule| rule.sync.is_some())];
    let ambiguous = &bound.world.catalog.ambiguous;
    let mut decisions = vec![Decision::NONE; bound.world.catalog.len()];
    parallel::fill(&mut decisions, |first, stretch| {
        let [mut source, mut steps, mut sync] = indexes.each_ref().map(|index| Walker::new(bound, index));
        for (variant, decision) in (first..).zip(stretch) {
            let settings =
                Settings { source: source.last_match(variant), steps: steps.last_match(variant), sync: sync.last_match(variant) };
            let shared = !ambiguous.is_empty() && ambiguous.binary_search(&u32::try_from(variant).unwrap_or(u32::MAX)).is_ok();
            *decision = decide(ruleset, bound, variant, settings, shared);
        }
    });
    decisions
}

/// Which of these rules match any variant.
pub fn which_match(ruleset: &Ruleset, bound: &Bound<'_>, rules: &[u32]) -> Vec<bool> {
    let matched: Vec<AtomicBool> = ruleset.rules.iter().map(|_| AtomicBool::new(false)).collect();
    if !rules.is_empty() {
        let index = Index::build(bound, rules, false, &mut Frequencies::default());
        let open = AtomicUsize::new(rules.len());
        parallel::ranges(bound.world.catalog.len(), |range| {
            let mut walker = Walker::new(bound, &index);
            for variant in range {
                for &rule in walker.lists(variant).iter().copied().flatten() {
                    let known = &matched[rule as usize];
                    let holds = || bound.holds(&bound.rules[rule as usize], variant);
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

/// Walks, for one variant after the other, the rules that can match it.
struct Walker<'b, 'a> {
    bound: &'b Bound<'a>,
    index: &'b Index<'a>,
    /// The product whose rules are at hand.
    product: Option<usize>,
    /// The lists of rules that can match its variants, and behind them those of the variant at hand.
    lists: Vec<&'b [u32]>,
    of_product: usize,
    /// What is left of the lists.
    left: Vec<&'b [u32]>,
    /// Where the index's variants go on: those walked over come in order.
    cursor: usize,
}

impl<'b, 'a> Walker<'b, 'a> {
    fn new(bound: &'b Bound<'a>, index: &'b Index<'a>) -> Self {
        Walker { bound, index, product: None, lists: vec![], of_product: 0, left: vec![], cursor: 0 }
    }

    /// The lists of rules that can match a variant, each from the last rule to the first.
    fn lists(&mut self, variant: usize) -> &[&'b [u32]] {
        let product = self.bound.world.catalog.product_of(variant);
        if self.product != Some(product) {
            self.product = Some(product);
            self.lists.clear();
            self.index.of_product(product, &mut self.lists);
            self.of_product = self.lists.len();
        }
        self.lists.truncate(self.of_product);
        self.index.of_variant(variant, &mut self.cursor, &mut self.lists);
        &self.lists
    }

    /// The last rule that matches a variant; [`NONE`] where none does.
    fn last_match(&mut self, variant: usize) -> u32 {
        let bound = self.bound;
        self.lists(variant);
        self.left.clear();
        self.left.extend_from_slice(&self.lists);
        while let Some(&rule) = self.left.iter().filter_map(|list| list.first()).max() {
            if bound.holds(&bound.rules[rule as usize], variant) {
                return rule;
            }
            for list in &mut self.left {
                if list.first() == Some(&rule) {
                    *list = &list[1..];
                }
            }
        }
        NONE
    }
}

fn decide(ruleset: &Ruleset, bound: &Bound<'_>, variant: usize, settings: Settings, ambiguous: bool) -> Decision {
    let world = &bound.world;
    let rule = |index: Option<usize>| index.and_then(|index| ruleset.rules.get(index));
    let source = rule(settings.source()).and_then(|rule| rule.source.as_ref());
    let count = quantity::source(world, variant, source);
    let found = count.as_ref().ok().copied().unwrap_or(MISSING);
    let sku = world.catalog.sku.get(variant);
    let listing = world.listings.and_then(|listings| listings.of(variant));
    let amazon_tracked = world.catalog.amazon_tracked.get(variant).copied().unwrap_or(false);
    let sync = rule(settings.sync()).and_then(|rule| rule.sync).unwrap_or(true);
    let mut amount = 0;
    let outcome = if text::is_blank(sku) {
        Outcome::NoSku
    } else if ambiguous {
        Outcome::Ambiguous
    } else if world.listings.is_some() && listing.is_none() {
        Outcome::Unlisted
    } else if amazon_tracked || listing.is_some_and(crate::listings::Listing::is_fba) {
        Outcome::Fba
    } else if !settings.matched() {
        Outcome::Unmatched
    } else if !sync {
        Outcome::Off
    } else if sku.len() > SKU_LENGTH && sku.chars().count() > SKU_LENGTH {
        Outcome::Held
    } else {
        let steps = rule(settings.steps()).and_then(|rule| rule.steps.as_ref());
        match quantity::quantity(world, variant, count, steps) {
            Ok(quantity) => {
                amount = quantity;
                Outcome::Synced
            }
            Err(_) => Outcome::Held,
        }
    };
    Decision { outcome, settings, amount, count: found }
}

/// How many units of stock one unit of a variant's listing takes: the product of the packs among its steps, since one listing
/// sells that many. `None` where sync is off.
pub fn units_of_listing(ruleset: &Ruleset, world: &World<'_>, variant: usize, decision: &Decision) -> Option<i64> {
    let rule = |index: Option<usize>| index.and_then(|index| ruleset.rules.get(index));
    if !rule(decision.settings.sync()).and_then(|rule| rule.sync).unwrap_or(true) {
        return None;
    }
    let steps = rule(decision.settings.steps()).and_then(|rule| rule.steps.as_ref());
    let packs = steps.into_iter().flat_map(|steps| &steps.steps).filter_map(|step| match &step.kind {
        StepKind::Pack(size) => quantity::amount(world, variant, size).ok(),
        _ => None,
    });
    packs.into_iter().try_fold(1_i64, i64::checked_mul)
}
