//! Decisions to the content of files, with a guard before them.

pub mod adjustments;
pub mod feed;
pub mod guard;
pub mod inventory_file;
pub mod previous_cache;
pub mod previous;
pub mod quantities;
pub mod summary;

use crate::evaluate::{Context, Decisions};
use crate::ids::OfferId;
use previous::AlreadyThere;

/// A SKU that goes out, with its quantity and what Amazon has now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Update<'a> {
    /// The offer.
    pub offer: OfferId,
    /// The SKU.
    pub sku: &'a str,
    /// The quantity that goes out.
    pub quantity: i64,
    /// The quantity of the listings report, where it has one.
    pub amazon: Option<i64>,
}

/// Everything that goes out, in catalog order.
#[derive(Clone, Copy)]
pub struct Updates<'a> {
    /// Where the SKUs and listings are.
    pub context: Context<'a>,
    /// What was decided.
    pub decisions: &'a Decisions,
    /// What is left out, where only changes go out.
    pub left_out: Option<AlreadyThere<'a>>,
}

impl<'a> Updates<'a> {
    /// What goes out of a range of offers.
    pub fn within(&self, offers: std::ops::Range<usize>) -> impl Iterator<Item = Update<'a>> {
        let Updates { context, decisions, left_out } = *self;
        OfferId::between(offers.clone()).zip(decisions.within(offers)).filter_map(move |(offer, decision)| {
            let quantity = decision.quantity()?;
            let listing = context.account.listing(offer);
            let amazon = listing.and_then(|listing| listing.quantity);
            let sent = Update { offer, sku: context.sku(offer), quantity, amazon };
            left_out.is_none_or(|unchanged| !unchanged.has(&sent)).then_some(sent)
        })
    }

    /// All that goes out.
    pub fn iter(&self) -> impl Iterator<Item = Update<'a>> {
        self.within(0..self.decisions.len())
    }
}
