//! SKUs that the previous emission sent and this one does not: Amazon keeps the quantity that it has for them.

use crate::evaluate::Outcome;

/// A SKU that the previous emission sent and this one does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    /// The SKU.
    pub sku: String,
    /// The quantity that the previous emission sent, in units of the listing.
    pub quantity: i64,
    /// What was decided for its offer instead; `None` where the catalog no longer has the SKU.
    pub outcome: Option<Outcome>,
}
