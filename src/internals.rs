//! What the fuzz targets, the benches and the library's own tests reach of its inside: functions of plain values, behind the feature
//! `internals`. This is no part of what is offered: it changes with the inside.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::panic, missing_docs)] // checks that fail, fail loudly

#[path = "../fuzz/checks/mod.rs"]
pub mod fuzz;
#[path = "../tests/support/read_back.rs"]
pub(crate) mod read_back;
#[path = "../benches/stages/shop.rs"]
pub mod stages;
#[path = "../tests/support/simple/mod.rs"]
pub(crate) mod simple;
