//! Inventory rules as code: how many units of each Shopify product Amazon may sell.
//!
//! The modules stand in the order in which data flows through them; each imports only from those before it.

pub mod diagnostic;
pub mod source;
pub mod number;
pub mod text;
pub mod yaml;
pub mod syntax;
pub mod catalog;
pub mod listings;
pub mod resolve;
pub mod evaluate;
pub mod lint;
pub mod project;
