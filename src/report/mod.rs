//! Diagnostics and results, for people and for machines.

pub mod excerpt;
pub mod json;
pub mod result;
pub mod story;
