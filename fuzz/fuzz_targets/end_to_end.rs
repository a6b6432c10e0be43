//! The fast evaluation of any rules on any catalog equals that of the simple interpreter. The first section of the input is
//! rules, the second the catalog.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| stockrule::internals::fuzz::end_to_end::check(input));
