//! Tests that need more than one room of the library from the inside. `src/lib.rs` compiles them as a part of its own tests, so
//! that nothing has to be public for them: `cargo test --lib unit_tests`.
#![allow(clippy::expect_used, clippy::panic)] // a test that cannot set itself up fails

mod changed_only;
mod codes;
#[path = "../support/comparing.rs"]
mod comparing;
mod comparison;
mod corpora;
mod fields;
mod fixes;
mod groups;
mod packed;
mod properties;
mod random_rules;
mod program;
#[path = "../support/shops/mod.rs"]
mod shops;
mod typed;

use crate::internals::{read_back, simple};
