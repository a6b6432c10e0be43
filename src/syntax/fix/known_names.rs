//! What is known of names beside the language's own.

/// What is known of names beside the language's own.
#[derive(Clone, Copy)]
pub struct KnownNames<'a> {
    /// What a name that is no field stands for in the catalog: `Size` for the option `option.Size`.
    pub own: &'a dyn Fn(&str) -> Option<String>,
    /// Whether it is a group's.
    pub is_group: &'a dyn Fn(&str) -> bool,
}

impl KnownNames<'_> {
    /// Where nothing is known of them: any may be a group's.
    pub const UNKNOWN: KnownNames<'static> = KnownNames { own: &|_| None, is_group: &|_| true };
}
