//! Where something stands in the rule files.

use crate::source::Span;

/// A span of one of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    /// The file: an index into [`Ruleset::sources`](super::Ruleset::sources).
    pub file: usize,
    /// The span.
    pub span: Span,
}
