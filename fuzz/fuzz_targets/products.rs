//! A product export read in chunks, whatever their sizes, says what it says read as a whole.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: (u8, u8, u8, &[u8])| stockrule::internals::fuzz::products::check(input));
