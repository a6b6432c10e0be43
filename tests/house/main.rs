//! The order of the house: which room may use which, one name for one type, no circles between files, files and doc comments that
//! a stranger can read.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::print_stderr)] // a test that cannot set itself up fails

mod circles;
mod guide;
mod names;
mod printing;
mod rooms;
mod snapshots;
mod source;
mod words;
