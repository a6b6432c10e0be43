//! What is to be remembered of earlier emissions once another one is sent.

use jiff::{SignedDuration, Timestamp};

use super::baseline::{Baseline, REPORT_LAG};
use super::history::{History, SentQuantity};
use super::unsent::Unsent;
use super::updates::Updates;
use crate::ids::OfferId;
use crate::parallel;

/// How long it is remembered when a SKU was last sent with another quantity: longer than listings reports are of use.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(72);

/// The most SKUs of which that is remembered. Beyond, all count as changed just now, so that `changed_only` sends them until a
/// younger report is there; else the state of a large shop would grow by a line for each of its SKUs.
const MOST_REMEMBERED: usize = 50_000;

/// What is known of earlier emissions once these updates are sent at the time `now`. `baseline` is what was sent before them,
/// and `report` the time of the listings report.
pub fn history_after(updates: &Updates<'_>, baseline: &Baseline, now: Timestamp, report: Option<Timestamp>) -> History {
    let earlier = &*baseline.history;
    let listings = updates.context.account.listings;
    let is_reported = |sku: &str, sent: Timestamp| {
        // A report that is only a little younger may not know yet what was sent.
        let may_know = report.is_some_and(|report| report.duration_since(sent) > REPORT_LAG);
        may_know && listings.and_then(|listings| listings.sku(sku)?.quantity).is_some()
    };
    let mut unsent = earlier.unsent.clone();
    unsent.retain(|sku, sent| !is_reported(sku, sent.time));
    let oldest = now.checked_sub(REMEMBERED).unwrap_or(Timestamp::MIN);
    let mut since = earlier.since.clone();
    since.retain(|_, since| *since > oldest);
    // What is forgotten counts as changed at the latest time at which it can have been.
    let mut settled = earlier.settled.max(Some(oldest).filter(|_| since.len() < earlier.since.len()));
    let Differences { changed, again } = Differences::of(updates, baseline);
    let sku = |offer: OfferId| updates.context.sku(offer);
    for offer in again {
        unsent.remove(sku(offer));
    }
    for Unsent { sku, quantity, .. } in &baseline.unsent {
        if let Some(time) = baseline.time.filter(|time| !is_reported(sku, *time)) {
            unsent.insert(sku.clone(), SentQuantity { quantity: *quantity, time });
        }
    }
    if since.len() + changed.len() > MOST_REMEMBERED {
        since.clear();
        settled = Some(now);
    } else {
        since.extend(changed.into_iter().map(|offer| (sku(offer).to_owned(), now)));
    }
    History { unsent, since, settled }
}

/// In what the updates of an emission differ from what was sent before.
#[derive(Default)]
struct Differences {
    /// The offers for which another quantity was last sent.
    changed: Vec<OfferId>,
    /// The offers that the previous emission did not send, but one before it did.
    again: Vec<OfferId>,
}

impl Differences {
    fn of(updates: &Updates<'_>, baseline: &Baseline) -> Self {
        let mut differences = Differences::default();
        if baseline.knows_nothing() {
            return differences;
        }
        let chunks = parallel::ranges(updates.decisions.len(), |range| {
            let mut chunk = Differences::default();
            for update in updates.within(range) {
                let Some(last) = baseline.last_quantity(&update) else { continue };
                chunk.changed.extend((last != update.quantity).then_some(update.offer));
                chunk.again.extend(baseline.quantities.get(update.offer.index()).is_none().then_some(update.offer));
            }
            chunk
        });
        for mut chunk in chunks {
            differences.changed.append(&mut chunk.changed);
            differences.again.append(&mut chunk.again);
        }
        differences
    }
}
