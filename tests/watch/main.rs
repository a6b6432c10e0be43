//! The watcher: when it runs again, what it delivers, and how it ends.
#![cfg(target_os = "linux")]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::panic)] // a test that cannot set itself up fails

mod delivery;
mod watching;
