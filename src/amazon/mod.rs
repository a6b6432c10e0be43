//! What Amazon has of a merchant: accounts, their offers, the marketplaces, and the listings report.

pub mod account;
pub mod listings;
pub mod marketplaces;
pub mod offers;
