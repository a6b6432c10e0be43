//! What earlier emissions sent, beside what goes out now.

use std::sync::Arc;

use foldhash::{HashMap, HashSet};
use jiff::{SignedDuration, Timestamp};

use super::{Update, Updates};
use crate::amazon::listings::Listings;
use crate::catalog::columns::{CountColumn, Strings};
use crate::evaluate::Outcome;
use crate::ids::OfferId;
use crate::parallel;

/// The SKUs and quantities of the last emission, in its order, and what is known of those before it.
#[derive(Debug, Clone, Default)]
pub struct PreviousEmission {
    /// The SKUs that it sent.
    pub skus: Strings,
    /// Their quantities.
    pub quantities: Vec<i64>,
    /// When it was sent.
    pub time: Timestamp,
    /// What was sent before it.
    pub history: History,
}

/// What is known of the emissions before the last one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// The SKUs that were sent once, but not by the last emission: Amazon still has their quantities.
    pub unsent: HashMap<String, SentQuantity>,
    /// For SKUs that were sent with another quantity after `settled`: when their last quantity was first sent.
    pub since: HashMap<String, Timestamp>,
    /// All other SKUs were sent with no other quantity after this time; `None` where no other is known to have been sent ever.
    pub settled: Option<Timestamp>,
}

/// A quantity that was sent before the last emission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentQuantity {
    /// The quantity.
    pub quantity: i64,
    /// When it was last sent.
    pub time: Timestamp,
}

impl PreviousEmission {
    /// How many SKUs the last emission sent.
    pub fn len(&self) -> usize {
        self.quantities.len()
    }

    /// Whether the last emission sent nothing.
    pub fn is_empty(&self) -> bool {
        self.quantities.is_empty()
    }

    /// Adds the pieces of a list that was read by several threads.
    pub fn extend(&mut self, pieces: Vec<(Strings, Vec<i64>)>) {
        self.quantities.reserve(pieces.iter().map(|(_, quantities)| quantities.len()).sum());
        for (skus, mut quantities) in pieces {
            self.skus.append(&skus);
            self.quantities.append(&mut quantities);
        }
    }

    /// This emission after an earlier one, whose state is not known to be of the time between: what only that one sent is no
    /// longer sent.
    #[must_use]
    pub fn in_place_of(mut self, earlier: PreviousEmission) -> Self {
        let own: HashSet<&str> = self.skus.iter().collect();
        let mut unsent = earlier.history.unsent;
        for (sku, &quantity) in earlier.skus.iter().zip(&earlier.quantities) {
            unsent.insert(sku.to_owned(), SentQuantity { quantity, time: earlier.time });
        }
        unsent.retain(|sku, _| !own.contains(sku.as_str()));
        self.history.unsent = unsent;
        self
    }

    /// Takes what an output says that is younger, or other, than the rest: it need not hold all SKUs.
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

    /// What goes out, found in it. Both mostly have their SKUs in one order, or this one has a feed's, which begins with what is
    /// sold out: only where that is not so is a SKU looked up.
    pub fn before(self, updates: &Updates<'_>) -> Baseline {
        let mut seen = vec![false; self.len()];
        let mut by_sku: Option<HashMap<&str, usize>> = None;
        let in_stock = self.quantities.iter().position(|&quantity| quantity != 0).unwrap_or(0);
        let mut next = [0, in_stock];
        let mut quantities = CountColumn::default();
        for sent in updates.iter() {
            let expected = next.iter().copied().find(|&next| next < self.len() && self.skus.bytes(next) == sent.sku.as_bytes());
            let found = expected.or_else(|| {
                let all = by_sku.get_or_insert_with(|| (0..self.len()).map(|number| (self.skus.get(number), number)).collect());
                all.get(sent.sku).copied()
            });
            let Some(found) = found else { continue };
            seen[found] = true;
            let run = if next[0] == found { 0 } else { usize::from(next[1] == found || found >= in_stock) };
            next[run] = found + 1;
            quantities.set(sent.offer.index(), Some(self.quantities[found]));
        }
        let gone = seen.iter().enumerate().filter(|(_, seen)| !**seen);
        let unsent = gone.map(|(number, _)| (self.skus.get(number).to_owned(), self.quantities[number])).collect();
        Baseline {
            sent: self.len(),
            time: Some(self.time),
            unsent: with_reasons(unsent, updates),
            quantities: Arc::new(quantities),
            history: Arc::new(self.history),
        }
    }
}

/// A SKU of the last emission that this one does not send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    /// The SKU.
    pub sku: String,
    /// The quantity that was sent last.
    pub quantity: i64,
    /// What became of its variant; `None` where the catalog no longer has the SKU.
    pub outcome: Option<Outcome>,
}

/// Finds out what became of SKUs that are not sent.
fn with_reasons(unsent: Vec<(String, i64)>, updates: &Updates<'_>) -> Vec<Unsent> {
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

/// What was sent before, beside what goes out.
#[derive(Debug, Clone, Default)]
pub struct Baseline {
    /// How many SKUs the last emission sent.
    pub sent: usize,
    /// When; `None` where no earlier emission is known.
    pub time: Option<Timestamp>,
    /// Those of its SKUs that this emission does not send.
    pub unsent: Vec<Unsent>,
    /// The quantity that the last emission sent for each variant that goes out.
    pub quantities: Arc<CountColumn>,
    /// What was sent before the last emission.
    pub history: Arc<History>,
}

impl Baseline {
    /// Whether no quantity of any SKU is known.
    pub fn knows_nothing(&self) -> bool {
        self.sent == 0 && self.history.unsent.is_empty()
    }

    /// What was last sent for a SKU that goes out, and when.
    fn last_sent(&self, sent: &Update<'_>) -> Option<SentQuantity> {
        match (self.quantities.get(sent.offer.index()), self.time) {
            (Some(quantity), Some(time)) => Some(SentQuantity { quantity, time }),
            _ => self.sent_earlier(sent),
        }
    }

    /// The quantity that was last sent for a SKU that goes out.
    #[inline]
    pub fn last_quantity(&self, sent: &Update<'_>) -> Option<i64> {
        // Nearly always the last emission sent it.
        self.quantities.get(sent.offer.index()).or_else(|| self.sent_earlier(sent).map(|earlier| earlier.quantity))
    }

    #[cold]
    fn sent_earlier(&self, sent: &Update<'_>) -> Option<SentQuantity> {
        if self.history.unsent.is_empty() { None } else { self.history.unsent.get(sent.sku).copied() }
    }

    /// The quantity that Amazon has of a SKU that goes out, as far as is known: the younger of what the listings report says and
    /// what was last sent.
    #[inline]
    pub fn on_amazon(&self, sent: &Update<'_>, report: Option<Timestamp>) -> Option<i64> {
        let Some(reported) = sent.amazon else { return self.last_quantity(sent) };
        match self.last_sent(sent) {
            Some(last) if report.is_none_or(|report| report <= last.time) => Some(last.quantity),
            _ => Some(reported),
        }
    }

    /// Whether nothing but this quantity is known to have been sent for a SKU after a time.
    fn is_settled(&self, sent: &Update<'_>, after: Timestamp) -> bool {
        let differs = self.last_quantity(sent).is_some_and(|last| last != sent.quantity);
        let since = match self.history.since.is_empty() {
            true => None,
            false => self.history.since.get(sent.sku).copied(),
        };
        !differs && since.or(self.history.settled).is_none_or(|since| since <= after)
    }

    /// What is known of earlier emissions once this one is sent.
    pub fn history_after(&self, updates: &Updates<'_>, now: Timestamp, report: Option<Timestamp>) -> History {
        let History { unsent, since, settled } = &*self.history;
        let settled = *settled;
        let listings = updates.context.account.listings;
        // A report that is only a little younger may not know yet what was sent.
        let is_told = |sku: &str, time: Timestamp| {
            let knows = report.is_some_and(|report| report.duration_since(time) > REPORTS_LAG);
            knows && listings.and_then(|listings| quantity_in(listings, sku)).is_some()
        };
        let oldest = now.checked_sub(REMEMBERED).unwrap_or(Timestamp::MIN);
        let mut still = unsent.clone();
        still.retain(|sku, earlier| !is_told(sku, earlier.time));
        let mut since = since.clone();
        since.retain(|_, since| *since > oldest);
        // What is forgotten counts as changed at the latest time at which it can have been.
        let mut settled = settled.max(Some(oldest).filter(|_| since.len() < self.history.since.len()));
        let (changed, again) = self.sent_anew(updates);
        let sku = |offer: OfferId| updates.context.sku(offer);
        for offer in again {
            still.remove(sku(offer));
        }
        for Unsent { sku, quantity, .. } in &self.unsent {
            if let Some(time) = self.time.filter(|time| !is_told(sku, *time)) {
                still.insert(sku.clone(), SentQuantity { quantity: *quantity, time });
            }
        }
        if since.len() + changed.len() > MOST_REMEMBERED {
            since.clear();
            settled = Some(now);
        } else {
            since.extend(changed.into_iter().map(|offer| (sku(offer).to_owned(), now)));
        }
        History { unsent: still, since, settled }
    }
}

impl Baseline {
    /// The offers for which another quantity was last sent; and those that the last emission did not send, but one before it
    /// did.
    fn sent_anew(&self, updates: &Updates<'_>) -> (Vec<OfferId>, Vec<OfferId>) {
        if self.knows_nothing() {
            return (vec![], vec![]);
        }
        let parts = parallel::ranges(updates.decisions.len(), |range| {
            let (mut changed, mut again) = (vec![], vec![]);
            for sent in updates.within(range) {
                let Some(last) = self.last_quantity(&sent) else { continue };
                changed.extend((last != sent.quantity).then_some(sent.offer));
                again.extend(self.quantities.get(sent.offer.index()).is_none().then_some(sent.offer));
            }
            (changed, again)
        });
        let (changed, again): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
        (changed.concat(), again.concat())
    }
}

/// So long it is remembered when a SKU was last sent with another quantity: longer than reports are of use.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(72);

/// Of so many SKUs at most. Beyond, all count as changed just now, so that `changed_only` sends them until a younger report is
/// there; else the state of a large shop would grow by a line for each of its SKUs.
const MOST_REMEMBERED: usize = 50_000;

/// How old the quantities in Amazon's reports may be when they come.
const REPORTS_LAG: SignedDuration = SignedDuration::from_hours(6);

fn quantity_in(listings: &Listings, sku: &str) -> Option<i64> {
    listings.sku(sku).and_then(|listing| listing.quantity)
}

/// What `changed_only` leaves out of the feed and the inventory file.
#[derive(Debug, Clone, Copy)]
pub struct AlreadyThere<'a> {
    before: &'a Baseline,
    /// The time from which on nothing else may have been sent.
    settled: Timestamp,
}

impl<'a> AlreadyThere<'a> {
    /// What can be left out by a report of this time.
    pub fn since(before: &'a Baseline, report: Timestamp) -> Self {
        AlreadyThere { before, settled: report.checked_sub(REPORTS_LAG).unwrap_or(Timestamp::MIN) }
    }

    /// Whether Amazon has a quantity already: the report says so, and nothing else was sent after what the report knows.
    pub fn has(&self, sent: &Update<'_>) -> bool {
        sent.amazon == Some(sent.quantity) && self.before.is_settled(sent, self.settled)
    }
}
