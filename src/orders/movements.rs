//! What orders took off the counts.

use foldhash::HashMap;

use super::order_line::Channel;
use crate::ids::VariantId;

/// What one order line took off a variant's count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// The variant.
    pub variant: VariantId,
    /// Where the order was placed.
    pub channel: Channel,
    /// The order.
    pub order: String,
    /// How many units were taken.
    pub units: i64,
    /// From which location, where that is known.
    pub location: Option<String>,
}

/// All movements of a run, in the order of the files.
#[derive(Debug, Clone, Default)]
pub struct Movements {
    all: Vec<Movement>,
    /// The indexes of each variant's, for who asks for one variant after the other.
    by_variant: HashMap<VariantId, Vec<usize>>,
    /// How many lines could have counted, but have a SKU that no variant has alone.
    pub unknown_skus: usize,
    /// How many lines could have counted, but take nothing: sync is off, or the inventory is not tracked.
    pub taking_nothing: usize,
    /// How many lines could have counted, but are of 0 units.
    pub of_nothing: usize,
    /// How many of Shopify's lines could have counted, but have no SKU, as items have that are not of the catalog.
    pub without_sku: usize,
    /// How many lines could have counted, but are of packs whose size is missing.
    pub of_unknown_packs: usize,
}

impl Movements {
    /// The movements: one for each order line that counts.
    pub fn all(&self) -> &[Movement] {
        &self.all
    }

    /// The movements of a variant.
    pub fn of(&self, variant: VariantId) -> impl Iterator<Item = &Movement> {
        let indexes = self.by_variant.get(&variant).map_or(&[][..], Vec::as_slice);
        indexes.iter().filter_map(|&index| self.all.get(index))
    }

    pub(super) fn add(&mut self, movement: Movement) {
        self.by_variant.entry(movement.variant).or_default().push(self.all.len());
        self.all.push(movement);
    }
}

/// How many units of stock one unit of a variant's listing takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Units {
    /// The number of units of stock that one unit of the offer takes.
    Of(i64),
    /// None: sync is off, and the Shopify count is left alone.
    Off,
    /// Nobody knows: a pack's size is missing.
    Unknown,
}
