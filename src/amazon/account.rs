//! A seller account, as it is evaluated.

use super::listings::{Listing, Listings};
use super::offers::Offers;
use crate::ids::OfferId;

/// An account of one seller: the pool in which Amazon keeps one quantity for each SKU.
#[derive(Debug, Clone, Copy)]
pub struct Account<'a> {
    /// The marketplace that is evaluated, such as `amazon.de`.
    pub marketplace: &'a str,
    /// What the account lists there; `None` where no listings report is given.
    pub listings: Option<&'a Listings>,
    /// What the account sells.
    pub offers: Offers,
}

impl<'a> Account<'a> {
    /// What the listings report says of an offer; `None` where it has none, or no report is given.
    #[inline]
    pub fn listing(&self, offer: OfferId) -> Option<&'a Listing> {
        self.listings.and_then(|listings| listings.of(offer))
    }
}
