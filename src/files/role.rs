//! What a file is read as: the place where the project file or the command line names it.

use crate::diagnostic::Code;

/// What a file is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileRole {
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

impl FileRole {
    /// What such a file is called in messages.
    pub fn what(self) -> &'static str {
        match self {
            FileRole::Catalog => "catalog file",
            FileRole::Columns => "file of extra columns",
            FileRole::Listings => "listings report",
            FileRole::Orders => "orders file",
            FileRole::Rules => "rule file",
            FileRole::Project => "project file",
            FileRole::Tests => "test file",
        }
    }

    /// What such a file is called in messages, with its article: `an orders file`.
    pub fn a(self) -> String {
        let article = if self == FileRole::Orders { "an" } else { "a" };
        format!("{article} {}", self.what())
    }

    /// How a file is named as this, in words that follow "to use it, ".
    pub(super) fn how_to_name(self) -> &'static str {
        match self {
            FileRole::Catalog => "name it under `catalog:`, or with `--catalog FILE`",
            FileRole::Columns => "name it under `catalog:` as `{path: FILE, format: columns, key: SKU}`",
            FileRole::Listings => "name it as `listings:` under `amazon:`, or with `--listings FILE`",
            FileRole::Orders => "name it under `orders:`, or with `--orders FILE`",
            FileRole::Rules => "name it under `rules:`, or with `--rules FILE`",
            FileRole::Project => "name it with `--project FILE`",
            FileRole::Tests => "name it under `tests:`",
        }
    }

    /// The code of what is odd in such a file.
    pub(super) fn code(self) -> Code {
        match self {
            FileRole::Catalog | FileRole::Columns => Code::CatalogOddity,
            FileRole::Listings => Code::Listings,
            FileRole::Orders => Code::Orders,
            FileRole::Rules => Code::Syntax,
            FileRole::Project => Code::Project,
            FileRole::Tests => Code::TestFile,
        }
    }

    /// Whether people write such files by hand, always as UTF-8.
    pub(super) fn is_written(self) -> bool {
        matches!(self, FileRole::Rules | FileRole::Project | FileRole::Tests)
    }

    /// The most bytes that such a file may have, unpacked. Product exports are read in parts, and may be larger.
    pub fn most(self) -> u64 {
        if self.is_written() { 64 << 20 } else { 2 << 30 }
    }
}
