//! What was sent before, offer by offer: what an emission is compared with.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::history::{History, SentQuantity};
use super::unsent::Unsent;
use super::update::Update;
use crate::catalog::columns::CountColumn;

/// What was sent before an emission, joined to the offers that it sends.
#[derive(Debug, Clone, Default)]
pub struct Baseline {
    /// How many SKUs the previous emission sent.
    pub sent: usize,
    /// When the previous emission was; `None` where none is known.
    pub time: Option<Timestamp>,
    /// The SKUs of the previous emission that this one does not send.
    pub unsent: Vec<Unsent>,
    /// The quantity that the previous emission sent, by offer of this one.
    pub quantities: Arc<CountColumn>,
    /// What was sent before the previous emission.
    pub history: Arc<History>,
}

impl Baseline {
    /// Whether no quantity of any SKU is known to have been sent.
    pub fn knows_nothing(&self) -> bool {
        self.sent == 0 && self.history.unsent.is_empty()
    }

    /// The quantity that was last sent for the SKU of an update.
    #[inline]
    pub fn last_quantity(&self, update: &Update<'_>) -> Option<i64> {
        // Nearly always the previous emission sent it.
        self.quantities.get(update.offer.index()).or_else(|| self.sent_earlier(update).map(|earlier| earlier.quantity))
    }

    /// The quantity that Amazon has for the SKU of an update, as far as is known: the younger of what the listings report says and
    /// what was last sent. `report` is the time of the report; where that is not known, what was sent counts as younger.
    #[inline]
    pub fn quantity_on_amazon(&self, update: &Update<'_>, report: Option<Timestamp>) -> Option<i64> {
        let Some(reported) = update.reported else { return self.last_quantity(update) };
        match self.last_sent(update) {
            Some(last) if report.is_none_or(|report| report <= last.time) => Some(last.quantity),
            _ => Some(reported),
        }
    }

    /// What was last sent for the SKU of an update, and when.
    fn last_sent(&self, update: &Update<'_>) -> Option<SentQuantity> {
        match (self.quantities.get(update.offer.index()), self.time) {
            (Some(quantity), Some(time)) => Some(SentQuantity { quantity, time }),
            _ => self.sent_earlier(update),
        }
    }

    /// What an emission before the previous one sent, if that did not.
    #[cold]
    fn sent_earlier(&self, update: &Update<'_>) -> Option<SentQuantity> {
        if self.history.unsent.is_empty() { None } else { self.history.unsent.get(update.sku).copied() }
    }

    /// Whether no quantity but that of the update is known to have been sent for its SKU after a time.
    fn is_settled(&self, update: &Update<'_>, after: Timestamp) -> bool {
        let differs = self.last_quantity(update).is_some_and(|last| last != update.quantity);
        let since = match self.history.since.is_empty() {
            true => None,
            false => self.history.since.get(update.sku).copied(),
        };
        !differs && since.or(self.history.settled).is_none_or(|since| since <= after)
    }
}

/// How old the quantities in a listings report may be at the time that the report has.
pub const REPORT_LAG: SignedDuration = SignedDuration::from_hours(6);

/// What `changed_only` leaves out of the feed and the inventory file: what Amazon has already.
#[derive(Debug, Clone, Copy)]
pub struct AlreadyOnAmazon<'a> {
    baseline: &'a Baseline,
    /// Nothing else may have been sent after this time.
    settled: Timestamp,
}

impl<'a> AlreadyOnAmazon<'a> {
    /// What Amazon has by a listings report of this time.
    pub fn by_report(baseline: &'a Baseline, report: Timestamp) -> Self {
        AlreadyOnAmazon { baseline, settled: report.checked_sub(REPORT_LAG).unwrap_or(Timestamp::MIN) }
    }

    /// Whether Amazon has the quantity of an update: the report says so, and no other was sent after what the report knows.
    pub fn holds(&self, update: &Update<'_>) -> bool {
        update.reported == Some(update.quantity) && self.baseline.is_settled(update, self.settled)
    }
}
