//! Diagnostics and results, for people and for machines.

pub mod codes;
pub mod terminal;
pub mod github;
pub mod json;
pub mod page;
pub mod result;
pub mod sarif;
pub mod explanation;
pub mod table;
