//! What was decided for every offer.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use foldhash::HashMap;
use foldhash::fast::RandomState;
use indexmap::IndexSet;

use super::outcome::Outcome;
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

    /// The rules that decided a setting, each once.
    pub fn iter(&self) -> impl Iterator<Item = RuleId> {
        let DecidingRules { source, steps, sync } = *self;
        let sync = sync.filter(|_| sync != source && sync != steps);
        let steps = steps.filter(|_| steps != source);
        source.into_iter().chain(steps).chain(sync)
    }
}

/// What was decided for one offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// What becomes of it.
    pub outcome: Outcome,
    /// Which rules decided.
    pub rules: DecidingRules,
    /// The quantity that is sent, which fits into 63 bits; 0 unless it is synced.
    pub(super) quantity: u64,
}

impl Decision {
    /// What stands for an offer that nothing was decided for.
    pub(super) const NONE: Decision = Decision { outcome: Outcome::Held, rules: DecidingRules::DEFAULT, quantity: 0 };

    /// The quantity that is sent, where one is.
    #[inline]
    pub fn quantity(&self) -> Option<i64> {
        if self.outcome == Outcome::Synced { i64::try_from(self.quantity).ok() } else { None }
    }
}

/// The decisions for all offers, in their order.
///
/// Each takes eight bytes, where a [`Decision`] takes forty: offers are many, and classes of decisions few.
#[derive(Debug, Clone, Default)]
pub struct Decisions {
    /// In the upper half the number of the decision's class, in the lower one the lower 32 bits of its quantity.
    entries: Vec<u64>,
    classes: IndexSet<DecisionClass, RandomState>,
}

/// What many decisions have in common: outcome and deciding rules. (Quantities of 2³² and more are so few that their upper bits
/// belong to the class.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct DecisionClass {
    outcome: Outcome,
    rules: DecidingRules,
    quantity_above: u32,
}

impl Decisions {
    /// How many there are: one an offer, or none at all.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// The one for an offer.
    #[inline]
    pub fn get(&self, offer: OfferId) -> Option<Decision> {
        self.unpack(*self.entries.get(offer.index())?)
    }

    /// Those for the offers at some places, in order.
    pub fn within(&self, offers: Range<usize>) -> impl Iterator<Item = Decision> {
        // Each entry's class is there: both come from the same builder.
        self.entries.get(offers).unwrap_or_default().iter().filter_map(|&entry| self.unpack(entry))
    }

    /// All of them with their offers, in order.
    pub fn by_offer(&self) -> impl Iterator<Item = (OfferId, Decision)> {
        OfferId::all(self.len()).zip(self.iter())
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = Decision> {
        self.within(0..self.len())
    }

    /// How many offers have each outcome, by [`Outcome`] as a number.
    pub fn outcomes(&self) -> [usize; Outcome::ALL.len()] {
        let mut of_class = vec![0; self.classes.len()];
        self.entries.iter().for_each(|&entry| of_class[class_of(entry)] += 1);
        let mut outcomes = [0; Outcome::ALL.len()];
        for (class, count) in self.classes.iter().zip(of_class) {
            outcomes[class.outcome as usize] += count;
        }
        outcomes
    }

    /// The outcome and deciding rules of each class of decisions: far fewer than offers.
    pub fn classes(&self) -> impl Iterator<Item = (Outcome, DecidingRules)> {
        self.classes.iter().map(|class| (class.outcome, class.rules))
    }

    /// Which of the classes the decisions for the offers at some places have, in order.
    pub fn classes_within(&self, offers: Range<usize>) -> impl Iterator<Item = usize> {
        self.entries.get(offers).unwrap_or_default().iter().map(|&entry| class_of(entry))
    }

    #[inline]
    fn unpack(&self, entry: u64) -> Option<Decision> {
        let DecisionClass { outcome, rules, quantity_above } = *self.classes.get_index(class_of(entry))?;
        let quantity = u64::from(quantity_above) << u32::BITS | entry & u64::from(u32::MAX);
        Some(Decision { outcome, rules, quantity })
    }
}

#[inline]
fn class_of(entry: u64) -> usize {
    (entry >> u32::BITS) as usize
}

/// Packs decisions, by many threads at once.
#[derive(Default)]
pub(super) struct DecisionsBuilder(Mutex<IndexSet<DecisionClass, RandomState>>);

impl DecisionsBuilder {
    /// What one thread needs.
    pub fn for_thread(&self) -> ThreadEntries<'_> {
        ThreadEntries { classes: &self.0, known: HashMap::default(), last: None }
    }

    /// The decisions that were packed into these entries.
    pub fn finish(self, entries: Vec<u64>) -> Decisions {
        Decisions { entries, classes: self.0.into_inner().unwrap_or_else(PoisonError::into_inner) }
    }
}

/// Packs the decisions of one thread, which asks the others once for each class.
pub(super) struct ThreadEntries<'p> {
    classes: &'p Mutex<IndexSet<DecisionClass, RandomState>>,
    known: HashMap<DecisionClass, u32>,
    last: Option<(DecisionClass, u32)>,
}

impl ThreadEntries<'_> {
    /// The entry of a decision.
    #[inline]
    pub fn pack(&mut self, decision: Decision) -> u64 {
        let Decision { outcome, rules, quantity } = decision;
        let class = DecisionClass { outcome, rules, quantity_above: (quantity >> u32::BITS) as u32 };
        let number = match self.last {
            // Mostly the one of the decision before.
            Some((last, number)) if last == class => number,
            _ => self.number(class),
        };
        u64::from(number) << u32::BITS | quantity & u64::from(u32::MAX)
    }

    fn number(&mut self, class: DecisionClass) -> u32 {
        let number = *self.known.entry(class).or_insert_with(|| {
            let mut classes = self.classes.lock().unwrap_or_else(PoisonError::into_inner);
            // There are no more classes than offers, which have numbers of 32 bits.
            u32::try_from(classes.insert_full(class).0).unwrap_or(u32::MAX)
        });
        self.last = Some((class, number));
        number
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
