//! Any files as a catalog are answered: by variants or by an error, never by silence. Sections of the input are files: the first
//! byte of each says which kind it is given out for.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| stockrule::internals::fuzz::catalog::check(input));
