//! What an emission sent, offer by offer.

use std::sync::Arc;

use jiff::Timestamp;

use super::baseline::Baseline;
use super::history::History;
use super::unsent::Unsent;
use super::updates::Updates;
use crate::catalog::columns::CountColumn;
use crate::ids::OfferId;
use crate::parallel;

/// What an emission sent, offer by offer: for the next emission of the same catalog, which need not look up SKUs.
#[derive(Debug)]
pub struct SentByOffer {
    /// How many SKUs were sent.
    count: usize,
    time: Timestamp,
    quantities: Arc<CountColumn>,
    history: Arc<History>,
}

impl SentByOffer {
    /// What these updates sent at a time, and what was sent before them.
    pub fn of(updates: &Updates<'_>, time: Timestamp, history: History) -> Self {
        let decisions = updates.decisions;
        let chunks = parallel::ranges(decisions.len(), |range| {
            let (mut quantities, mut count) = (CountColumn::default(), 0);
            for decision in decisions.within(range) {
                quantities.push(decision.quantity());
                count += usize::from(decision.quantity().is_some());
            }
            (quantities, count)
        });
        let (mut quantities, mut count, mut before) = (CountColumn::default(), 0, 0);
        for (chunk, in_chunk) in chunks {
            quantities.append(&chunk, before);
            (before, count) = (before + chunk.len(), count + in_chunk);
        }
        SentByOffer { count, time, quantities: Arc::new(quantities), history: Arc::new(history) }
    }

    /// The baseline of an emission with these updates, which must be of the same catalog.
    pub fn baseline(&self, updates: &Updates<'_>) -> Baseline {
        Baseline {
            sent: self.count,
            time: Some(self.time),
            unsent: self.unsent(updates),
            quantities: Arc::clone(&self.quantities),
            history: Arc::clone(&self.history),
        }
    }

    /// The SKUs that were sent and now are not: their offers are there, since the catalog is the same.
    fn unsent(&self, updates: &Updates<'_>) -> Vec<Unsent> {
        let Updates { context, decisions, .. } = *updates;
        let chunks = parallel::ranges(decisions.len(), |range| {
            let all = OfferId::between(range.clone()).zip(decisions.within(range));
            let unsent = all.filter_map(|(offer, decision)| {
                let quantity = self.quantities.get(offer.index()).filter(|_| decision.quantity().is_none())?;
                Some(Unsent { sku: context.sku(offer).to_owned(), quantity, outcome: Some(decision.outcome) })
            });
            unsent.collect::<Vec<_>>()
        });
        chunks.into_iter().flatten().collect()
    }
}
