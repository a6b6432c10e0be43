//! Any text as rules is answered; its layout says the same, and is its own layout.

use super::common;
use crate::source::Source;
use crate::syntax::{format, is_equivalent, parse_claim, parse_filter};
use std::sync::Arc;

/// Any text as rules.
pub fn check(text: &str) {
    let tree = common::rules(text);
    let _ = crate::resolve::resolve(std::slice::from_ref(&tree), None);
    let (_, diagnostics) = crate::syntax::parse(Arc::new(Source::new("a.rules", text)));
    if diagnostics.is_empty() {
        let laid_out = format(text);
        assert!(is_equivalent(text, &laid_out), "{laid_out}");
        assert_eq!(format(&laid_out), laid_out);
    }
    let source = Arc::new(Source::new("filter", text));
    let _ = parse_filter(&source);
    let _ = parse_claim(&source);
}
