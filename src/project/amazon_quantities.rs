//! What Amazon has of a SKU now, as far as is known: the younger of what the listings report says and what was last sent.

use foldhash::{HashMap, HashSet};
use jiff::Timestamp;

use super::prepared_emission::sources;
use super::prepared_run::PreparedRun;
use super::settings::Settings;
use crate::clock;
use crate::emit::history::SentQuantity;
use crate::ids::OfferId;

/// What was last sent for some SKUs.
#[derive(Debug, Default)]
pub struct AmazonQuantities {
    by_sku: HashMap<String, SentQuantity>,
    /// When the listings report was made.
    report: Option<Timestamp>,
    /// Whether something of what was sent cannot be read.
    is_unreadable: bool,
}

/// A quantity that Amazon has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmazonQuantity {
    /// The listings report says so, and nothing was sent since, as far as is known.
    Reported(i64),
    /// It was sent after the report was made, or there is no report that tells.
    Sent(i64),
    /// Nothing tells.
    Unknown,
    /// What was sent last cannot be read; beside that, what the listings report says.
    Unreadable(Option<i64>),
}

impl AmazonQuantity {
    /// The quantity, where it is known.
    pub fn quantity(self) -> Option<i64> {
        match self {
            AmazonQuantity::Reported(quantity) | AmazonQuantity::Sent(quantity) => Some(quantity),
            AmazonQuantity::Unknown | AmazonQuantity::Unreadable(_) => None,
        }
    }
}

impl AmazonQuantities {
    /// Reads what was last sent for these offers.
    pub fn of(settings: &Settings, prepared: &PreparedRun, offers: &[OfferId]) -> Self {
        let context = prepared.context();
        let skus: HashSet<&str> = offers.iter().map(|&offer| context.sku(offer)).collect();
        let found = sources(settings).read(clock::now());
        let mut by_sku = HashMap::default();
        if let Some(last) = found.previous {
            let earlier = last.history.unsent.into_iter().filter(|(sku, _)| skus.contains(sku.as_str()));
            by_sku.extend(earlier);
            let sent = last.skus.iter().zip(&last.quantities).filter(|(sku, _)| skus.contains(sku));
            by_sku.extend(sent.map(|(sku, &quantity)| (sku.to_owned(), SentQuantity { quantity, time: last.time })));
        }
        AmazonQuantities { by_sku, report: prepared.inputs.listings_time, is_unreadable: !found.damage.is_empty() }
    }

    /// What Amazon has of an offer now. Of others than those that it was read for, only the listings report tells.
    pub fn on_amazon(&self, prepared: &PreparedRun, offer: OfferId) -> AmazonQuantity {
        let listing = prepared.inputs.listings.as_ref().and_then(|listings| listings.of(offer));
        let reported = listing.and_then(|listing| listing.quantity);
        let sent = self.by_sku.get(prepared.context().sku(offer));
        match (reported, sent) {
            _ if self.is_unreadable => AmazonQuantity::Unreadable(reported),
            (None, None) => AmazonQuantity::Unknown,
            (None, Some(sent)) => AmazonQuantity::Sent(sent.quantity),
            (Some(_), Some(sent)) if self.report.is_none_or(|report| report <= sent.time) => AmazonQuantity::Sent(sent.quantity),
            (Some(reported), _) => AmazonQuantity::Reported(reported),
        }
    }
}
