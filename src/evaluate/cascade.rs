//! Which rule decides which setting: the last one that matches the variant and sets it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::bind::{Bound, Truth};
use super::index::Index;
use super::{Decision, MISSING, Outcome, SKU_LENGTH, World, quantity};
use crate::parallel;
use crate::resolve::checked::{Rule, Ruleset, StepKind};
use crate::text;

/// Some of the three settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mask(u8);

impl Mask {
    /// None of them.
    pub const NONE: Mask = Mask(0);

    /// Whether every setting of the other is in this one, and this one is not empty.
    pub fn covers(self, other: Mask) -> bool {
        self.0 != 0 && self.0 & other.0 == other.0
    }

    /// The settings of both.
    pub fn with(self, other: Mask) -> Mask {
        Mask(self.0 | other.0)
    }
}

/// The settings that a rule sets.
pub fn mask_of(rule: &Rule) -> Mask {
    Mask(u8::from(rule.source.is_some()) | u8::from(rule.steps.is_some()) << 1 | u8::from(rule.sync.is_some()) << 2)
}

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

    /// Takes a rule that matches; rules come from the last to the first.
    pub fn take(&mut self, index: u32, rule: &Rule) {
        if rule.source.is_some() && self.source == NONE {
            self.source = index;
        }
        if rule.steps.is_some() && self.steps == NONE {
            self.steps = index;
        }
        if rule.sync.is_some() && self.sync == NONE {
            self.sync = index;
        }
    }

    fn decided(&self) -> Mask {
        Mask(u8::from(self.source != NONE) | u8::from(self.steps != NONE) << 1 | u8::from(self.sync != NONE) << 2)
    }
}

/// Decides for every variant, in catalog order.
pub fn evaluate(ruleset: &Ruleset, bound: &Bound<'_>) -> Vec<Decision> {
    let all: Vec<u32> = (0u32..).take(ruleset.rules.len()).collect();
    let index = Index::build(bound, ruleset, &all, true);
    let masks: Vec<Mask> = ruleset.rules.iter().map(mask_of).collect();
    let ambiguous = &bound.world.catalog.ambiguous;
    let mut decisions = vec![Decision::NONE; bound.world.catalog.len()];
    parallel::fill(&mut decisions, |first, stretch| {
        let mut walker = Walker::new(bound, &index);
        for (variant, decision) in (first..).zip(stretch) {
            let mut settings = Settings::DEFAULT;
            walker.walk(variant, |rule, holds| {
                // A rule that sets nothing but what is decided already need not be looked at.
                let mask = masks.get(rule as usize).copied().unwrap_or(Mask::NONE);
                if !settings.decided().covers(mask)
                    && holds()
                    && let Some(found) = ruleset.rules.get(rule as usize)
                {
                    settings.take(rule, found);
                }
            });
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
        let index = Index::build(bound, ruleset, rules, false);
        let open = AtomicUsize::new(rules.len());
        parallel::ranges(bound.world.catalog.len(), |range| {
            let mut walker = Walker::new(bound, &index);
            for variant in range {
                walker.walk(variant, |rule, holds| {
                    let known = &matched[rule as usize];
                    if !known.load(Ordering::Relaxed) && holds() && !known.swap(true, Ordering::Relaxed) {
                        open.fetch_sub(1, Ordering::Relaxed);
                    }
                });
                if open.load(Ordering::Relaxed) == 0 {
                    return;
                }
            }
        });
    }
    rules.iter().map(|&rule| matched[rule as usize].load(Ordering::Relaxed)).collect()
}

/// What is known of a rule and a product.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Nobody has asked yet.
    Nothing,
    /// This much.
    Truth(Truth),
}

/// Walks, for one variant after the other, the rules that can match it.
struct Walker<'b, 'a> {
    bound: &'b Bound<'a>,
    index: &'b Index<'a>,
    /// The product whose rules are at hand.
    product: Option<usize>,
    /// The rules that can match its variants, from the last to the first.
    rules: Vec<(u32, Known)>,
    candidates: Vec<u32>,
    further: Vec<u32>,
    /// Where the index's variants go on: those walked over come in order.
    cursor: usize,
}

impl<'b, 'a> Walker<'b, 'a> {
    fn new(bound: &'b Bound<'a>, index: &'b Index<'a>) -> Self {
        Walker { bound, index, product: None, rules: vec![], candidates: vec![], further: vec![], cursor: 0 }
    }

    /// Calls `visit` with each rule that can match, from the last to the first, and with the means to ask whether it does.
    fn walk(&mut self, variant: usize, mut visit: impl FnMut(u32, &mut dyn FnMut() -> bool)) {
        let Walker { bound, index, .. } = *self;
        let product = bound.world.catalog.product_of(variant);
        if self.product != Some(product) {
            self.product = Some(product);
            index.of_product(product, &mut self.candidates);
            self.rules.clear();
            self.rules.extend(self.candidates.iter().map(|&rule| (rule, Known::Nothing)));
        }
        index.of_variant(variant, &mut self.cursor, &mut self.further);
        if self.further.len() > 1 {
            self.further.sort_unstable_by(|a, b| b.cmp(a));
            self.further.dedup();
        }
        let mut own = self.further.iter().copied().peekable();
        for (rule, known) in &mut self.rules {
            while let Some(further) = own.next_if(|further| *further > *rule) {
                visit(further, &mut || bound.holds(&bound.rules[further as usize], variant));
            }
            let node = &bound.rules[*rule as usize];
            visit(*rule, &mut || {
                if *known == Known::Nothing {
                    *known = Known::Truth(bound.for_product(node, product));
                }
                match *known {
                    Known::Truth(Truth::Yes) => true,
                    Known::Truth(Truth::No) => false,
                    _ => bound.holds(node, variant),
                }
            });
        }
        for further in own {
            visit(further, &mut || bound.holds(&bound.rules[further as usize], variant));
        }
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
