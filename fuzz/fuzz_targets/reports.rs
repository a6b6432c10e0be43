//! Any bytes as a listings report or an orders file are answered, and orders move counts without harm.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| stockrule::internals::fuzz::reports::check(input));
