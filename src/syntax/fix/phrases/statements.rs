//! What people type around filters and settings.

/// What begins a rule for some variants.
pub const WHERES: &[&str] = &["where", "when", "if", "whenever", "for", "select", "filter", "on", "case"];
/// What stands for all variants.
pub const ALLS: &[&str] = &[
    "all",
    "everything",
    "default",
    "defaults",
    "any",
    "anything",
    "always",
    "every",
    "everyone",
    "*",
    "all products",
    "all items",
    "all skus",
    "all variants",
    "every product",
    "every item",
    "every sku",
    "every variant",
    "true",
    "global",
];
/// What stands for the variants that no rule above it matches, in languages where the first match wins.
pub const OTHERWISE: &[&str] =
    &["else", "otherwise", "elseif", "elsif", "elif", "rest", "other", "others", "the rest", "all others", "fallback"];
/// What begins a group.
pub const GROUPS: &[&str] = &["group", "let", "define", "def", "segment", "var", "const"];
/// What stands between a filter and what it sets.
pub const THENS: &[&str] = &[":", "then", "then :", "- >", "-- >", "=>", "→", "do", "{", "::"];
/// What parts settings.
pub const PARTS: &[&str] = &[";", ",", "and then", "and", "then", "&", "&&", "|", "plus", "also", ".", "but", "- >", "=>"];
