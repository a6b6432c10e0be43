//! All quantities that an emission sends.

use std::ops::Range;

use super::baseline::AlreadyOnAmazon;
use super::update::Update;
use crate::evaluate::{Context, Decisions};
use crate::ids::OfferId;

/// The SKUs that an emission sends, with their quantities, in the order of the offers. They are worked out from the decisions each time
/// that they are asked for, so that a million of them need no memory.
#[derive(Clone, Copy)]
pub struct Updates<'a> {
    /// The catalog with the SKUs, and the listings.
    pub context: Context<'a>,
    /// What was decided for each offer.
    pub decisions: &'a Decisions,
    /// With `changed_only`: what is left out since Amazon has it already.
    pub left_out: Option<AlreadyOnAmazon<'a>>,
}

impl<'a> Updates<'a> {
    /// The updates of a range of offers.
    pub fn within(&self, offers: Range<usize>) -> impl Iterator<Item = Update<'a>> {
        let Updates { context, decisions, left_out } = *self;
        OfferId::between(offers.clone()).zip(decisions.within(offers)).filter_map(move |(offer, decision)| {
            let quantity = decision.quantity()?;
            let reported = context.account.listing(offer).and_then(|listing| listing.quantity);
            let update = Update { offer, sku: context.sku(offer), quantity, reported };
            left_out.is_none_or(|already| !already.holds(&update)).then_some(update)
        })
    }

    /// The update of one offer; `None` where none is sent for it.
    pub fn of(&self, offer: OfferId) -> Option<Update<'a>> {
        self.within(offer.index()..offer.index() + 1).next()
    }

    /// All updates.
    pub fn iter(&self) -> impl Iterator<Item = Update<'a>> {
        self.within(0..self.decisions.len())
    }
}
