//! What rules are evaluated against: a shop, an account and a day.

use jiff::civil::Date;

use crate::amazon::account::Account;
use crate::amazon::listings::Listings;
use crate::amazon::offers::Offers;
use crate::catalog::{Catalog, Counts};
use crate::ids::{OfferId, VariantId};

/// What Shopify has: the catalog, and its counts as orders since the snapshot have moved them.
#[derive(Debug, Clone, Copy)]
pub struct Shop<'a> {
    /// The products and variants.
    pub catalog: &'a Catalog,
    /// The counts of the variants: the catalog's own where no orders are given.
    pub counts: &'a Counts,
}

/// The evaluation context: everything that rules read.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// What Shopify has.
    pub shop: Shop<'a>,
    /// What Amazon has of the account that is evaluated.
    pub account: Account<'a>,
    /// The day of evaluation.
    pub today: Date,
}

/// What a rule is evaluated for: an offer, whose fields are Amazon's, and one of the variants that it is made of, whose fields are
/// Shopify's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// The offer.
    pub offer: OfferId,
    /// The variant.
    pub variant: VariantId,
}

impl<'a> Context<'a> {
    /// A catalog with the counts that stand in it, and each variant's own offer.
    pub fn new(catalog: &'a Catalog, listings: Option<&'a Listings>, marketplace: &'a str, today: Date) -> Self {
        let account = Account { marketplace, listings, offers: Offers::own(catalog) };
        Context { shop: Shop { catalog, counts: &catalog.counts }, account, today }
    }

    /// This context with other counts, as orders have moved them.
    #[must_use]
    pub fn with_counts(self, counts: &'a Counts) -> Self {
        Context { shop: Shop { counts, ..self.shop }, ..self }
    }

    /// The pair of an offer and the variant that it is made of.
    #[inline]
    pub fn subject(&self, offer: OfferId) -> Subject {
        Subject { offer, variant: self.account.offers.component(offer).variant }
    }

    /// The SKU of an offer on Amazon.
    #[inline]
    pub fn sku(&self, offer: OfferId) -> &'a str {
        self.account.offers.sku(self.shop.catalog, offer)
    }

    /// Where the variant that an offer is made of stands in the catalog's files.
    pub fn place(&self, offer: OfferId) -> String {
        self.shop.catalog.place_of(self.subject(offer).variant)
    }
}
