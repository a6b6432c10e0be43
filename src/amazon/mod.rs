//! What Amazon has of a merchant: the marketplaces, and the listings report.

pub mod listings;
pub mod marketplaces;
