//! What is asked of a field.

/// What is asked of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// `like "*…*"`
    Contains,
    /// `like "…*"`
    StartsWith,
    /// `like "*…"`
    EndsWith,
    /// `in`
    In,
    /// `not … in`
    NotIn,
    /// `like`
    Like,
    /// `matches`
    Matches,
    /// `in A..B`
    Between,
    /// `not has …`
    Blank,
    /// `has …`
    Present,
}
