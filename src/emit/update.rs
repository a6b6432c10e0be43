//! One quantity that an emission sends.

use crate::ids::OfferId;

/// A SKU that is sent, with the quantity that is sent for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Update<'a> {
    /// The offer whose SKU it is.
    pub offer: OfferId,
    /// The SKU.
    pub sku: &'a str,
    /// The quantity that is sent, in units of the listing, from 0.
    pub quantity: i64,
    /// The quantity that the listings report has for the SKU; `None` without a report, and where the report has none.
    pub reported: Option<i64>,
}
