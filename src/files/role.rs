//! What a file is read as: the place where the project file or the command line names it.

use crate::diagnostic::Code;

/// What a file is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// A file of the catalog: products, inventory, a snapshot.
    Catalog,
    /// A file of extra columns, `format: columns` in the project file.
    Columns,
    /// Amazon's listings report.
    Listings,
    /// A file of orders.
    Orders,
    /// A rule file.
    Rules,
    /// The project file.
    Project,
    /// A test file.
    Tests,
}

impl Role {
    /// What such a file is called in messages.
    pub fn what(self) -> &'static str {
        match self {
            Role::Catalog => "catalog file",
            Role::Columns => "file of extra columns",
            Role::Listings => "listings report",
            Role::Orders => "orders file",
            Role::Rules => "rule file",
            Role::Project => "project file",
            Role::Tests => "test file",
        }
    }

    /// The same with its article.
    pub fn a(self) -> String {
        let article = if self == Role::Orders { "an" } else { "a" };
        format!("{article} {}", self.what())
    }

    /// How a file is named as this, in words that follow "to use it, ".
    pub(super) fn how_to_name(self) -> &'static str {
        match self {
            Role::Catalog => "name it under `catalog:`, or with `--catalog FILE`",
            Role::Columns => "name it under `catalog:` as `{path: FILE, format: columns, key: SKU}`",
            Role::Listings => "name it as `listings:` under `amazon:`, or with `--listings FILE`",
            Role::Orders => "name it under `orders:`, or with `--orders FILE`",
            Role::Rules => "name it under `rules:`, or with `--rules FILE`",
            Role::Project => "name it with `--project FILE`",
            Role::Tests => "name it under `tests:`",
        }
    }

    /// The code of what is odd in such a file.
    pub(super) fn code(self) -> Code {
        match self {
            Role::Catalog | Role::Columns => Code::CatalogOddity,
            Role::Listings => Code::Listings,
            Role::Orders => Code::Orders,
            Role::Rules => Code::Syntax,
            Role::Project => Code::Project,
            Role::Tests => Code::TestFile,
        }
    }

    /// Whether people write such files by hand, always as UTF-8.
    pub(super) fn is_written(self) -> bool {
        matches!(self, Role::Rules | Role::Project | Role::Tests)
    }

    /// The most bytes that such a file may have, unpacked. Product exports are read in parts, and may be larger.
    pub fn most(self) -> u64 {
        if self.is_written() { 64 << 20 } else { 2 << 30 }
    }
}
