//! Decisions to files.

pub mod quantities;
pub mod write;
