//! Any text as rules is answered; its layout says the same, and is its own layout.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| stockrule::internals::fuzz::rules::check(input));
