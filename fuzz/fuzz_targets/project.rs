//! Any text as a project file is answered, and no output is written outside of the project.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| stockrule::internals::fuzz::project::check(input));
