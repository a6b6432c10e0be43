//! The previous emission, as it is read back, and the baseline that it gives for this one.

use std::sync::Arc;

use foldhash::{HashMap, HashSet};
use jiff::Timestamp;

use super::baseline::Baseline;
use super::history::{History, SentQuantity};
use super::unsent::Unsent;
use super::updates::Updates;
use crate::catalog::columns::{CountColumn, Strings};
use crate::evaluate::Outcome;

/// The previous emission: the SKUs and quantities that it sent, in the order of the file that tells them.
#[derive(Debug, Clone, Default)]
pub struct PreviousEmission {
    /// The SKUs that it sent.
    pub skus: Strings,
    /// Their quantities, in units of the listing.
    pub quantities: Vec<i64>,
    /// When it was sent.
    pub time: Timestamp,
    /// What was sent before it.
    pub history: History,
}

impl PreviousEmission {
    /// How many SKUs it sent.
    pub fn len(&self) -> usize {
        self.quantities.len()
    }

    /// Whether it sent nothing.
    pub fn is_empty(&self) -> bool {
        self.quantities.is_empty()
    }

    /// Adds the chunks of a list that was read by several threads.
    pub fn extend(&mut self, chunks: Vec<(Strings, Vec<i64>)>) {
        self.quantities.reserve(chunks.iter().map(|(_, quantities)| quantities.len()).sum());
        for (skus, mut quantities) in chunks {
            self.skus.append(&skus);
            self.quantities.append(&mut quantities);
        }
    }

    /// This emission, which followed an `earlier` one, where nothing tells what was sent between them: what only the earlier one
    /// sent counts as no longer sent.
    #[must_use]
    pub fn after(mut self, earlier: PreviousEmission) -> Self {
        let own: HashSet<&str> = self.skus.iter().collect();
        let mut unsent = earlier.history.unsent;
        for (sku, &quantity) in earlier.skus.iter().zip(&earlier.quantities) {
            unsent.insert(sku.to_owned(), SentQuantity { quantity, time: earlier.time });
        }
        unsent.retain(|sku, _| !own.contains(sku.as_str()));
        self.history.unsent = unsent;
        self
    }

    /// Takes over what an output says that was written at `time` and disagrees with the rest; the output need not hold all SKUs.
    pub fn overlay(&mut self, skus: Strings, quantities: Vec<i64>, time: Timestamp) {
        let known: HashMap<&str, usize> = self.skus.iter().zip(0..).collect();
        let places: Vec<_> = skus.iter().map(|sku| known.get(sku).copied()).collect();
        for ((sku, quantity), place) in skus.iter().zip(quantities).zip(places) {
            match place.and_then(|place| self.quantities.get_mut(place)) {
                Some(known) => *known = quantity,
                None => {
                    self.history.unsent.remove(sku);
                    self.skus.push(sku);
                    self.quantities.push(quantity);
                }
            }
        }
        self.time = self.time.max(time);
        self.history.settled = self.history.settled.max(Some(self.time));
    }

    /// The baseline of an emission with these updates.
    pub fn baseline(self, updates: &Updates<'_>) -> Baseline {
        let mut is_sent_again = vec![false; self.len()];
        let mut quantities = CountColumn::default();
        let mut search = SkuSearch::new(&self);
        for update in updates.iter() {
            let Some(found) = search.find(update.sku) else { continue };
            is_sent_again[found] = true;
            quantities.set(update.offer.index(), Some(self.quantities[found]));
        }
        let gone = is_sent_again.iter().enumerate().filter(|(_, is_sent_again)| !**is_sent_again);
        let unsent = gone.map(|(place, _)| (self.skus.get(place).to_owned(), self.quantities[place])).collect();
        Baseline {
            sent: self.len(),
            time: Some(self.time),
            unsent: with_outcomes(unsent, updates),
            quantities: Arc::new(quantities),
            history: Arc::new(self.history),
        }
    }
}

/// Finds SKUs in a previous emission, one after the other.
///
/// Nearly always both emissions have their SKUs in catalog order, or the previous one was read from a feed, which has those with
/// a quantity of 0 first and then the others, each in catalog order. So the SKU behind the one that was found last is tried first,
/// in either of the two runs; only where neither is the one is a hash table of all SKUs made, which costs 60 bytes a SKU.
struct SkuSearch<'a> {
    previous: &'a PreviousEmission,
    /// Where the second run of a feed begins: at the first quantity that is not 0.
    second_run: usize,
    /// The place to try next in each run.
    next: [usize; 2],
    by_sku: Option<HashMap<&'a str, usize>>,
}

impl<'a> SkuSearch<'a> {
    fn new(previous: &'a PreviousEmission) -> Self {
        let second_run = previous.quantities.iter().position(|&quantity| quantity != 0).unwrap_or(0);
        SkuSearch { previous, second_run, next: [0, second_run], by_sku: None }
    }

    /// The place of a SKU.
    fn find(&mut self, sku: &str) -> Option<usize> {
        let skus = &self.previous.skus;
        let is_at = |&place: &usize| place < skus.len() && skus.bytes(place) == sku.as_bytes();
        let found = self.next.iter().copied().find(is_at).or_else(|| {
            let all = || (0..skus.len()).map(|place| (skus.get(place), place)).collect();
            self.by_sku.get_or_insert_with(all).get(sku).copied()
        })?;
        let run = if self.next[0] == found { 0 } else { usize::from(self.next[1] == found || found >= self.second_run) };
        self.next[run] = found + 1;
        Some(found)
    }
}

/// Finds what was decided for SKUs that are no longer sent; each comes with the quantity that was sent.
fn with_outcomes(unsent: Vec<(String, i64)>, updates: &Updates<'_>) -> Vec<Unsent> {
    let mut outcomes: HashMap<&str, Option<Outcome>> = unsent.iter().map(|(sku, _)| (sku.as_str(), None)).collect();
    if !outcomes.is_empty() {
        for offer in updates.context.account.offers.iter() {
            if let Some(outcome) = outcomes.get_mut(updates.context.sku(offer)) {
                *outcome = updates.decisions.get(offer).map(|decision| decision.outcome);
            }
        }
    }
    let outcomes: Vec<_> = unsent.iter().map(|(sku, _)| outcomes.get(sku.as_str()).copied().flatten()).collect();
    unsent.into_iter().zip(outcomes).map(|((sku, quantity), outcome)| Unsent { sku, quantity, outcome }).collect()
}
