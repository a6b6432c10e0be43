//! Any text as a file of tests is answered, and its cases are run.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| stockrule::internals::fuzz::rule_tests::check(input));
