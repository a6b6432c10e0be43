//! Which rule decides which setting: the last one that matches the variant and sets it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::bind::Bound;
use super::decisions::{Decision, Decisions, NONE, Packer, Settings, Ways};
use super::index::{Frequencies, Index};
use super::{Outcome, SKU_LENGTH, World, quantity};
use crate::parallel;
use crate::resolve::checked::{Amount, Rule, Ruleset, StepKind, Steps};

/// Decides for every variant, in catalog order.
pub fn evaluate(ruleset: &Ruleset, bound: &Bound<'_>) -> Decisions {
    let mut frequencies = Frequencies::default();
    // Each setting is decided by itself: by the last rule that sets it, among few that can match.
    let mut index = |sets: &dyn Fn(&Rule) -> bool| {
        let rules = (0u32..).zip(&ruleset.rules).filter(|(_, rule)| sets(rule)).map(|(number, _)| number);
        Index::build(bound, &rules.collect::<Vec<_>>(), true, &mut frequencies)
    };
    let indexes = [index(&|rule| rule.source.is_some()), index(&|rule| rule.steps.is_some()), index(&|rule| rule.sync.is_some())];
    let ambiguous = &bound.world.catalog.ambiguous;
    let is_ambiguous =
        |variant| !ambiguous.is_empty() && u32::try_from(variant).is_ok_and(|variant| ambiguous.binary_search(&variant).is_ok());
    let ways = Ways::default();
    let walkers = || indexes.each_ref().map(|index| Walker::new(bound, index));
    let start = || (walkers(), Chosen::by(ruleset, Settings::DEFAULT), Packer::new(&ways));
    let each = parallel::numbers(bound.world.catalog.len(), start, |([source, steps, sync], chosen, packer), variant| {
        let product = bound.world.catalog.product_of(variant);
        let settings = Settings {
            source: source.last_match(variant, product),
            steps: steps.last_match(variant, product),
            sync: sync.last_match(variant, product),
        };
        // Mostly the same rules as for the variant before.
        if settings != chosen.settings {
            *chosen = Chosen::by(ruleset, settings);
        }
        packer.pack(decide(bound, variant, chosen, is_ambiguous(variant)))
    });
    ways.unite(each)
}

/// What the rules that decided say.
pub(super) struct Chosen<'r> {
    settings: Settings,
    pub(super) source: Option<&'r Amount>,
    pub(super) steps: Option<&'r Steps>,
    sync: bool,
}

impl<'r> Chosen<'r> {
    pub(super) fn by(ruleset: &'r Ruleset, settings: Settings) -> Self {
        let rule = |index: Option<usize>| index.and_then(|index| ruleset.rules.get(index));
        Chosen {
            settings,
            source: rule(settings.source()).and_then(|rule| rule.source.as_ref()),
            steps: rule(settings.steps()).and_then(|rule| rule.steps.as_ref()),
            sync: rule(settings.sync()).and_then(|rule| rule.sync).unwrap_or(true),
        }
    }
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
    /// The product whose rules are at hand; none has the greatest number.
    product: usize,
    /// The lists of rules that can match its variants, and behind them those of the variant at hand.
    lists: Vec<&'b [u32]>,
    of_product: usize,
    /// Whether what follows is of the product at hand.
    is_settled: bool,
    /// The last rules of the product's lists that only a variant can decide, from the last to the first.
    open: Vec<u32>,
    /// What comes before them: the last rule that matches all variants of the product, or what is left of the lists.
    then: Then<'b>,
    /// For so many variants from `walked` on, the rule is the first of `open` that matches, or else `rest`.
    reach: usize,
    rest: u32,
    /// The variant that was looked at last, and the first one from there on that may have lists of its own.
    walked: usize,
    next: usize,
    /// What is left of the lists for a variant.
    left: Vec<&'b [u32]>,
}

/// What comes before the rules of a product that only a variant can decide.
enum Then<'b> {
    /// This rule, which matches every variant of the product; [`NONE`] where no rule is left.
    Rule(u32),
    /// So many that they are better looked at for each variant.
    More(Vec<&'b [u32]>),
}

/// So many rules of a product are kept for its variants.
const OPEN: usize = 8;

impl<'b, 'a> Walker<'b, 'a> {
    fn new(bound: &'b Bound<'a>, index: &'b Index<'a>) -> Self {
        Walker {
            bound,
            index,
            product: usize::MAX,
            lists: vec![],
            of_product: 0,
            is_settled: false,
            open: vec![],
            then: Then::Rule(NONE),
            reach: 0,
            rest: NONE,
            walked: usize::MAX,
            next: 0,
            left: vec![],
        }
    }

    /// The lists of rules that can match a variant, each from the last rule to the first.
    fn lists(&mut self, variant: usize) -> &[&'b [u32]] {
        self.take_product(self.bound.world.catalog.product_of(variant));
        self.add_own(variant);
        &self.lists
    }

    fn take_product(&mut self, product: usize) {
        if self.product != product {
            self.product = product;
            self.lists.clear();
            self.index.of_product(product, &mut self.lists);
            self.of_product = self.lists.len();
            self.is_settled = false;
            self.reach = 0;
        }
    }

    /// Adds the lists that are the variant's own; whether there are any.
    fn add_own(&mut self, variant: usize) -> bool {
        if !(self.walked..=self.next).contains(&variant) {
            self.next = self.index.next_variant(variant);
        }
        self.walked = variant;
        self.reach = 0;
        self.lists.truncate(self.of_product);
        if variant == self.next {
            self.index.of_variant(variant, &mut self.lists);
        }
        self.lists.len() > self.of_product
    }

    /// Looks once at what is the same for all variants of a product, one of which this is.
    fn settle(&mut self, variant: usize) {
        let bound = self.bound;
        self.is_settled = true;
        self.open.clear();
        self.left.clear();
        self.left.extend_from_slice(&self.lists);
        self.then = Then::Rule(NONE);
        while let Some(rule) = take_last(&mut self.left) {
            if !bound.is_of_product[rule as usize] {
                self.open.push(rule);
                if self.open.len() == OPEN {
                    self.then = Then::More(self.left.clone());
                    return;
                }
            } else if bound.holds(&bound.rules[rule as usize], variant) {
                self.then = Then::Rule(rule);
                return;
            }
        }
    }

    /// The last rule that matches a variant; [`NONE`] where none does.
    #[inline]
    fn last_match(&mut self, variant: usize, product: usize) -> u32 {
        // Nearly always the product has been looked at, and no list is the variant's own.
        if self.product == product && variant.wrapping_sub(self.walked) < self.reach {
            return self.open_match(variant).unwrap_or(self.rest);
        }
        self.search(variant, product)
    }

    /// The last of the product's open rules that matches a variant.
    #[inline]
    fn open_match(&self, variant: usize) -> Option<u32> {
        self.open.iter().copied().find(|&rule| self.bound.holds(&self.bound.rules[rule as usize], variant))
    }

    #[inline(never)]
    fn search(&mut self, variant: usize, product: usize) -> u32 {
        let bound = self.bound;
        let holds = |rule: u32| bound.holds(&bound.rules[rule as usize], variant);
        self.take_product(product);
        if !self.add_own(variant) {
            if !self.is_settled {
                self.settle(variant);
            }
            if let Then::Rule(rule) = self.then {
                (self.reach, self.rest) = (self.next - self.walked, rule);
            }
            if let Some(rule) = self.open_match(variant) {
                return rule;
            }
            match &self.then {
                Then::Rule(rule) => return *rule,
                Then::More(left) => self.left.clone_from(left),
            }
        } else {
            self.left.clone_from(&self.lists);
        }
        while let Some(rule) = take_last(&mut self.left) {
            if holds(rule) {
                return rule;
            }
        }
        NONE
    }
}

/// Takes the last rule off the lists, each of which goes from the last to the first; a rule can stand in several.
fn take_last(lists: &mut [&[u32]]) -> Option<u32> {
    let rule = lists.iter().filter_map(|list| list.first()).max().copied()?;
    for list in lists {
        if list.first() == Some(&rule) {
            *list = &list[1..];
        }
    }
    Some(rule)
}

#[inline(always)]
fn decide(bound: &Bound<'_>, variant: usize, chosen: &Chosen<'_>, ambiguous: bool) -> Decision {
    let world = &bound.world;
    let Chosen { settings, source, steps, sync } = *chosen;
    let sku = &world.catalog.sku;
    let listing = world.listings.and_then(|listings| listings.of(variant));
    let amazon_tracked = world.catalog.amazon_tracked.get(variant).copied().unwrap_or(false);
    let mut amount = 0;
    let outcome = if sku.is_blank(variant) {
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
    } else if sku.bytes(variant).len() > SKU_LENGTH && sku.get(variant).chars().count() > SKU_LENGTH {
        Outcome::Held
    } else {
        match quantity::quantity::<()>(world, variant, || quantity::source(world, variant, source), steps) {
            Ok(quantity) => {
                // Never negative.
                amount = quantity.unsigned_abs();
                Outcome::Synced
            }
            Err(()) => Outcome::Held,
        }
    };
    Decision { outcome, settings, amount }
}

/// The source's value as found, which may be negative; `None` where it is missing.
pub fn count(ruleset: &Ruleset, world: &World<'_>, variant: usize, decision: &Decision) -> Option<i64> {
    quantity::source::<()>(world, variant, Chosen::by(ruleset, decision.settings).source).ok()
}

/// How many units of stock one unit of a variant's listing takes: the product of the packs among its steps, since one listing
/// sells that many. `None` where sync is off.
pub fn units_of_listing(ruleset: &Ruleset, world: &World<'_>, variant: usize, decision: &Decision) -> Option<i64> {
    let Chosen { steps, sync, .. } = Chosen::by(ruleset, decision.settings);
    if !sync {
        return None;
    }
    let packs = steps.into_iter().flat_map(|steps| steps.all()).filter_map(|step| match &step.kind {
        StepKind::Pack(size) => quantity::amount::<()>(world, variant, size).ok(),
        _ => None,
    });
    packs.into_iter().try_fold(1_i64, i64::checked_mul)
}
