//! Files to catalog: every variant of the shop, with its attributes and counts.

mod across_files;
mod append;
pub mod columns;
mod extra_columns;
mod field_columns;
mod files;
mod inventory_items;
mod inventory_matching;
mod odd_skus;
mod option_order;
pub mod product_chunks;
mod product_columns;
mod shopify_inventory;
mod shopify_products;
mod sku_index;
mod skus;
mod snapshot;
mod store;
mod unknown_statuses;

pub use field_columns::FieldColumn;
pub use files::{CatalogContent, Input, load, read_in_chunks};
pub(crate) use skus::{is_destroyed, sku_of};
pub use snapshot::Variant;
pub use store::{Catalog, Counts, InventoryMatches};
