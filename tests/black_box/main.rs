//! The built program as its users meet it: arguments, files and standard input in; outputs, messages and an exit status out.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::panic, clippy::print_stderr)] // a test that cannot set itself up fails, or says what it leaves out

mod coverage;
mod codes;
#[path = "../support/comparing.rs"]
mod comparing;
mod comparison;
mod diff;
mod emission;
#[cfg(unix)] // elsewhere files cannot be named so
mod escapes;
mod guard;
mod hostile;
mod init;
mod inputs;
mod last_emission;
mod page;
mod readme;
mod shells;
#[path = "../support/shops/mod.rs"]
mod shops;
#[path = "../support/simple/mod.rs"]
mod simple;
mod streams;
#[cfg(target_os = "linux")]
mod terminal;
