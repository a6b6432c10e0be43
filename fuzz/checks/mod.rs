//! What must hold for any input, a check a file. `fuzz_targets` hands each of them what the fuzzer makes up; `cargo test` hands them the
//! corpus.

pub mod catalog;
mod common;
pub mod end_to_end;
pub mod products;
pub mod project;
pub mod reports;
pub mod rule_tests;
pub mod rules;
