//! Offers: what an Amazon account sells, each an Amazon SKU that is made of variants of the catalog.
//!
//! Decisions are taken for offers. Rules are evaluated for each pair of an offer and one of its components: the component's
//! fields of Shopify, the offer's fields of Amazon.

use crate::catalog::Catalog;
use crate::ids::{OfferId, VariantId};

/// The offers of one account: every variant has one of its own, with the SKU that it has in Shopify, made of one unit of it.
/// Since an offer then has its variant's number, nothing is stored per offer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Offers {
    count: usize,
}

/// A variant that an offer is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Component {
    /// The variant.
    pub variant: VariantId,
    /// How many units of it one unit of the offer takes from stock; at least 1.
    pub units: u32,
}

impl Offers {
    /// One offer for each variant of a catalog, in the catalog's order.
    pub fn own(catalog: &Catalog) -> Self {
        Offers { count: catalog.len() }
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.count
    }

    /// All of them, in order.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = OfferId> + ExactSizeIterator + Clone {
        OfferId::all(self.count)
    }

    /// The variant that an offer is made of.
    #[inline]
    pub fn component(self, offer: OfferId) -> Component {
        Component { variant: VariantId::from_number(offer.number()), units: 1 }
    }

    /// The SKU of an offer on Amazon.
    #[inline]
    pub fn sku(self, catalog: &Catalog, offer: OfferId) -> &str {
        catalog.sku(self.component(offer).variant)
    }
}
