//! Any text as rules is answered; its layout says the same, and is its own layout.
#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;
use stockrule::syntax::{layout, parse_claim, parse_filter, says_the_same};
use std::sync::Arc;
use stockrule::source::Source;

fuzz_target!(|text: &str| {
    let tree = common::rules(text);
    let _ = stockrule::resolve::resolve(std::slice::from_ref(&tree), None);
    let (_, diagnostics) = stockrule::syntax::parse(Arc::new(Source::new("a.rules", text)));
    if diagnostics.is_empty() {
        let laid_out = layout(text);
        assert!(says_the_same(text, &laid_out), "{laid_out}");
        assert_eq!(layout(&laid_out), laid_out);
    }
    let source = Arc::new(Source::new("filter", text));
    let _ = parse_filter(&source);
    let _ = parse_claim(&source);
});
