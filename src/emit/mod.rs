//! Decisions to files, whole or not at all, with a guard before them.

pub mod adjustments;
pub mod feed;
pub mod guard;
pub mod inventory_file;
pub mod quantities;
pub mod summary;
pub mod write;

/// A SKU that goes out, with its quantity and what Amazon has now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent<'a> {
    /// The variant.
    pub variant: usize,
    /// The SKU.
    pub sku: &'a str,
    /// The quantity that goes out.
    pub quantity: i64,
    /// The quantity of the listings report, where it has one.
    pub amazon: Option<i64>,
}

impl Sent<'_> {
    /// Whether Amazon already has this quantity.
    pub fn is_unchanged(&self) -> bool {
        self.amazon == Some(self.quantity)
    }
}

/// Everything that goes out, in catalog order.
pub fn sent<'a>(world: &crate::evaluate::World<'a>, decisions: &[crate::evaluate::Decision]) -> Vec<Sent<'a>> {
    let quantities = decisions.iter().enumerate().filter_map(|(variant, decision)| Some((variant, decision.quantity()?)));
    quantities
        .map(|(variant, quantity)| {
            let listing = world.listings.and_then(|listings| listings.of(variant));
            Sent { variant, sku: world.catalog.sku.get(variant), quantity, amazon: listing.and_then(|listing| listing.quantity) }
        })
        .collect()
}
