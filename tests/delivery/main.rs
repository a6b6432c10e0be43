#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, clippy::panic)] // a test that cannot set itself up fails
//! `emit.on_change` and `emit.on_trouble`: what is emitted is delivered, whatever happens meanwhile, and trouble is told.

mod delivered;
mod random;
mod shop;
mod trouble;
