//! What is known of the emissions before the previous one.

use foldhash::HashMap;
use jiff::Timestamp;

/// What is known of the emissions before the previous one: as much as it takes to tell what Amazon has, in a size that follows
/// the number of changes and not that of SKUs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// The SKUs that an earlier emission sent, but not the previous one, with the quantity that Amazon still has for them.
    pub unsent: HashMap<String, SentQuantity>,
    /// For SKUs that were sent with another quantity after `settled`: when their present quantity was first sent.
    pub since: HashMap<String, Timestamp>,
    /// The time after which no SKU that is missing in `since` was sent with another quantity; `None` where no SKU is known to have
    /// ever been sent with another quantity.
    pub settled: Option<Timestamp>,
}

/// A quantity that an emission sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentQuantity {
    /// The quantity, in units of the listing.
    pub quantity: i64,
    /// When it was last sent.
    pub time: Timestamp,
}
