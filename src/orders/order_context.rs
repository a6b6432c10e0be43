//! What decides, beside the orders, what they move.

use jiff::Timestamp;

use super::order_line::Sale;
use crate::catalog::Catalog;

/// What decides, beside the orders, which of them count and which counts they move.
pub struct OrderContext<'a> {
    /// The variants.
    pub catalog: &'a Catalog,
    /// Only orders after this time count.
    pub as_of: Option<Timestamp>,
    /// Where counts move for orders that name no location.
    pub orders_location: Option<&'a str>,
    /// Whether the rules read counts of locations.
    pub rules_read_locations: bool,
}

impl OrderContext<'_> {
    /// Whether a sale was made after the snapshot.
    pub fn counts(&self, sale: &Sale) -> bool {
        self.as_of.is_none_or(|time| sale.time > time)
    }
}
