//! What was decided for every variant.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use foldhash::HashMap;

use super::Outcome;
use super::posting_lists::SETTINGS;
use crate::ids::{OfferId, RuleId};

/// The rules that decided the settings of an offer; `None` for a setting that no matching rule sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DecidingRules {
    /// The rule that decided the source.
    pub source: Option<RuleId>,
    /// The rule that decided the steps.
    pub steps: Option<RuleId>,
    /// The rule that decided sync.
    pub sync: Option<RuleId>,
}

impl From<[Option<RuleId>; SETTINGS]> for DecidingRules {
    #[inline]
    fn from([source, steps, sync]: [Option<RuleId>; SETTINGS]) -> Self {
        DecidingRules { source, steps, sync }
    }
}

impl DecidingRules {
    /// No rule decided anything.
    pub const DEFAULT: DecidingRules = DecidingRules { source: None, steps: None, sync: None };

    /// Whether any rule matched: each sets something.
    #[inline]
    pub fn matched(&self) -> bool {
        *self != DecidingRules::DEFAULT
    }

    /// A number that few others come to.
    fn mixed(&self) -> usize {
        let number = |rule: Option<RuleId>| rule.map_or(u32::MAX, RuleId::number);
        let all = number(self.source) ^ number(self.steps).rotate_left(11) ^ number(self.sync).rotate_left(22);
        (all.wrapping_mul(0x9e37_79b1) >> 16) as usize
    }

    /// The rules that decided a setting, each once.
    pub fn iter(&self) -> impl Iterator<Item = RuleId> {
        let DecidingRules { source, steps, sync } = *self;
        let sync = sync.filter(|_| sync != source && sync != steps);
        let steps = steps.filter(|_| steps != source);
        source.into_iter().chain(steps).chain(sync)
    }
}

/// What was decided for one variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// What becomes of it.
    pub outcome: Outcome,
    /// Which rules decided.
    pub rules: DecidingRules,
    /// The quantity that is sent; 0 unless it is synced.
    pub(super) amount: u64,
}

impl Decision {
    /// What there is for an offer that no one decided for.
    pub(super) const NONE: Decision = Decision { outcome: Outcome::Held, rules: DecidingRules::DEFAULT, amount: 0 };

    /// The quantity that is sent, where one is.
    pub fn quantity(&self) -> Option<i64> {
        if self.outcome == Outcome::Synced { i64::try_from(self.amount).ok() } else { None }
    }
}

/// The decisions for all variants, in catalog order.
///
/// Each takes four bytes: variants are many, and the ways in which rules decide together few.
#[derive(Debug, Clone, Default)]
pub struct Decisions {
    each: Vec<u32>,
    ways: Vec<DecisionClass>,
    /// How many were come to in each way.
    counts: Vec<usize>,
    /// The variants, in order, whose ways have numbers that are kept aside.
    aside: Vec<(usize, u32)>,
}

/// How many bits of an amount are its lower ones: they stand in the lower half of a packed decision, and in the upper one the
/// number of the way that it was come to.
const LOW: u32 = 16;
/// The number of ways that stands for those from here on: they are kept aside.
const ASIDE: u32 = if cfg!(test) { 9 } else { u32::MAX >> LOW };

/// What is the same for many variants: all of a decision but the lower bits of its amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct DecisionClass {
    outcome: Outcome,
    rules: DecidingRules,
    /// The amount without its lower bits.
    high: u64,
}

impl Decisions {
    /// How many there are: one a variant, or none at all.
    pub fn len(&self) -> usize {
        self.each.len()
    }

    /// That for a variant.
    pub fn get(&self, offer: OfferId) -> Option<Decision> {
        self.each.get(offer.index()).map(|&packed| self.unpack(offer.index(), packed))
    }

    /// Those for a range of variants, in order.
    pub fn within(&self, variants: Range<usize>) -> impl Iterator<Item = Decision> {
        self.packed(variants).map(|(variant, packed)| self.unpack(variant, packed))
    }

    /// The same, each with its variant's number.
    fn packed(&self, variants: Range<usize>) -> impl Iterator<Item = (usize, u32)> {
        let first = variants.start;
        (first..).zip(self.each.get(variants).unwrap_or_default().iter().copied())
    }

    /// All of them with their offers, in order.
    pub fn by_offer(&self) -> impl Iterator<Item = (OfferId, Decision)> {
        OfferId::all(self.len()).zip(self.iter())
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = Decision> {
        self.within(0..self.len())
    }

    /// How many variants have each outcome.
    pub fn outcomes(&self) -> [usize; Outcome::ALL.len()] {
        let mut outcomes = [0; Outcome::ALL.len()];
        for (way, count) in self.ways.iter().zip(&self.counts) {
            outcomes[way.outcome as usize] += count;
        }
        outcomes
    }

    /// The outcomes and deciding rules that occur, each pair at least once: far fewer than variants.
    pub fn ways(&self) -> impl Iterator<Item = (Outcome, DecidingRules)> {
        self.ways.iter().map(|way| (way.outcome, way.rules))
    }

    /// Which of the ways each of a range of variants has, in order.
    pub fn ways_within(&self, variants: Range<usize>) -> impl Iterator<Item = usize> {
        self.packed(variants).map(|(variant, packed)| self.way(variant, packed))
    }

    #[inline]
    fn unpack(&self, variant: usize, packed: u32) -> Decision {
        // Every decision was packed by these ways.
        let DecisionClass { outcome, rules, high } = self.ways[self.way(variant, packed)];
        Decision { outcome, rules, amount: high << LOW | u64::from(packed & !(u32::MAX << LOW)) }
    }

    #[inline]
    fn way(&self, variant: usize, packed: u32) -> usize {
        match packed >> LOW {
            ASIDE => self.way_aside(variant),
            number => number as usize,
        }
    }

    #[cold]
    fn way_aside(&self, variant: usize) -> usize {
        let found = self.aside.binary_search_by_key(&variant, |(variant, _)| *variant);
        // Noted when it was packed; any other way would be another variant's quantity.
        self.aside[found.unwrap_or_else(|_| unreachable!("the way of a variant is kept"))].1 as usize
    }
}

/// The ways that decisions are come to, numbered as they are met, by many threads.
#[derive(Default)]
pub(super) struct DecisionClasses(Mutex<Met>);

#[derive(Default)]
struct Met {
    numbers: HashMap<DecisionClass, u32>,
    /// How many decisions were packed by each.
    counts: Vec<usize>,
    /// The variants whose ways have numbers that are kept aside.
    aside: Vec<(usize, u32)>,
}

impl Met {
    fn add(&mut self, counts: &[usize], aside: &mut Vec<(usize, u32)>) {
        self.counts.resize(self.counts.len().max(counts.len()), 0);
        self.counts.iter_mut().zip(counts).for_each(|(all, count)| *all += count);
        self.aside.append(aside);
    }
}

impl DecisionClasses {
    /// The number of a way, a new one for a new way.
    fn number(&self, way: DecisionClass) -> u32 {
        let mut met = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // There are at most as many as variants, which are rows in memory: far fewer than 2^32.
        let next = u32::try_from(met.numbers.len()).unwrap_or(u32::MAX);
        *met.numbers.entry(way).or_insert(next)
    }

    /// The decisions, which were all packed by these ways, by packers that are done.
    pub fn unite(self, each: Vec<u32>) -> Decisions {
        let Met { numbers, counts, mut aside } = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        debug_assert_eq!(counts.iter().sum::<usize>(), each.len());
        aside.sort_unstable();
        let mut ways: Vec<_> = numbers.into_iter().collect();
        ways.sort_unstable_by_key(|(_, number)| *number);
        Decisions { each, ways: ways.into_iter().map(|(way, _)| way).collect(), counts, aside }
    }
}

/// Packs decisions, with the ways at hand that were met last.
pub(super) struct Packer<'w> {
    ways: &'w DecisionClasses,
    last: Option<(DecisionClass, u32)>,
    recent: [Option<(DecisionClass, u32)>; RECENT],
    /// How many were packed by the last way, one behind the other.
    run: usize,
    /// How many before them, by each way.
    counts: Vec<usize>,
    /// The variants whose ways have numbers that are kept aside.
    aside: Vec<(usize, u32)>,
}

/// So many ways are at hand: each has its place.
const RECENT: usize = 64;

impl<'w> Packer<'w> {
    /// With no ways at hand yet.
    pub fn new(ways: &'w DecisionClasses) -> Self {
        Packer { ways, last: None, recent: [None; RECENT], run: 0, counts: vec![], aside: vec![] }
    }

    /// Packs the decision for a variant.
    #[inline(always)]
    pub fn pack(&mut self, offer: OfferId, decision: Decision) -> u32 {
        let Decision { outcome, rules, amount } = decision;
        let way = DecisionClass { outcome, rules, high: amount >> LOW };
        // Mostly the same as for the variant before.
        let number = match self.last {
            Some((last, number)) if last == way => number,
            _ => self.number(way),
        };
        self.run += 1;
        if number >= ASIDE {
            self.aside.push((offer.index(), number));
        }
        #[allow(clippy::cast_possible_truncation)] // meant
        let low = amount as u32 & !(u32::MAX << LOW);
        number.min(ASIDE) << LOW | low
    }

    #[inline(never)]
    fn number(&mut self, way: DecisionClass) -> u32 {
        self.end_run();
        let place = way.rules.mixed().wrapping_add(way.outcome as usize).wrapping_add(way.high as usize);
        let recent = &mut self.recent[place % RECENT];
        let number = match *recent {
            Some((known, number)) if known == way => number,
            _ => self.ways.number(way),
        };
        *recent = Some((way, number));
        self.last = *recent;
        number
    }

    fn end_run(&mut self) {
        if let Some((_, number)) = self.last {
            let number = number as usize;
            self.counts.resize(self.counts.len().max(number + 1), 0);
            self.counts[number] += self.run;
        }
        self.run = 0;
    }
}

impl Drop for Packer<'_> {
    fn drop(&mut self) {
        self.end_run();
        self.ways.0.lock().unwrap_or_else(PoisonError::into_inner).add(&self.counts, &mut self.aside);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::catalog::{Input, load};
    use crate::evaluate::{Context, Outcome, Run};
    use crate::fields::Projection;
    use crate::ids::OfferId;
    use crate::resolve::resolve;
    use crate::source::Source;
    use crate::syntax::parse;

    #[test]
    fn decisions_are_given_back_as_they_were_made() {
        const VARIANTS: i64 = 300;
        // Counts come from files, and may be large.
        let amount = |number: i64| match number % 4 {
            0 => number,
            1 => (u32::MAX as i64) - 2 + number / 100,
            2 => (number << 32) + number,
            _ => i64::MAX - number,
        };
        let (mut rules, mut shop) = ("all: level\n".to_owned(), "variants:\n".to_owned());
        for number in 0..VARIANTS {
            let (inventory, is_tracked) = (amount(number), number % 7 > 0);
            shop.push_str(&format!("  - {{sku: S{number}, inventory: {inventory}, tracked: {is_tracked}}}\n"));
            match number % 5 {
                0 => rules.push_str(&format!("where sku=S{number}: sync off\n")),
                1 => {}
                _ => rules.push_str(&format!("where sku=S{number}: level\n")),
            }
        }
        let input = Input { path: "shop.yaml".into(), columns_key: None };
        let (catalog, _) = load(vec![(input, shop.into_bytes().into())], &["shop.yaml".into()], &Projection::default());
        let tree = parse(Arc::new(Source::new("a.rules", rules.clone()))).0;
        let ruleset = resolve(&[tree], Some(&catalog.schema)).expect("sound rules");
        let today = jiff::civil::date(2026, 11, 23);
        let context = Context::new(&catalog, None, "amazon.com", today);
        let decisions = Run::new(&ruleset, context).into_decisions();
        assert_eq!(decisions.len(), 300);
        for (number, decision) in (0..VARIANTS).zip(decisions.iter()) {
            assert_eq!(decisions.get(OfferId::from_number(u32::try_from(number).expect("small"))), Some(decision));
            let expected = match (number % 5, number % 7) {
                (0, _) => (Outcome::Off, None),
                (_, 0) => (Outcome::Held, None),
                _ => (Outcome::Synced, Some(amount(number))),
            };
            assert_eq!((decision.outcome, decision.quantity()), expected, "{number}");
            let line = decision.rules.iter().last().and_then(|rule| rules.lines().nth(rule.index())).expect("a rule");
            assert_eq!(line == "all: level", number % 5 == 1, "{number} {line}");
            assert!(line == "all: level" || line.contains(&format!("S{number}:")), "{number} {line}");
        }
        assert_eq!(decisions.get(OfferId::from_number(300)), None);
        for outcome in Outcome::ALL {
            let count = decisions.iter().filter(|decision| decision.outcome == outcome).count();
            assert_eq!(decisions.outcomes()[outcome as usize], count, "{outcome:?}");
        }
    }
}
