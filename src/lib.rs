//! Inventory rules as code: how many units of each Shopify product Amazon may sell.
//!
//! The modules stand in the order in which data flows through them; each imports only from those before it.

pub mod catalog;
pub mod cli;
pub mod diagnostic;
pub mod emit;
pub mod evaluate;
pub mod lint;
pub mod listings;
pub mod number;
pub mod project;
pub mod report;
pub mod resolve;
pub mod source;
pub mod syntax;
pub mod text;
pub mod yaml;
