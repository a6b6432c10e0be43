//! What a row of the table of fields says.

use std::borrow::Cow;

use super::Field;
use crate::text;

/// What kind of value a field has, which decides how it can be compared and used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// Text compared with case: `sku`, `barcode`, `handle`.
    ExactText,
    /// Text compared without case.
    Text,
    /// A decimal number.
    Decimal,
    /// A whole number of units.
    Count,
    /// Yes or no: stands alone in a filter.
    YesNo,
    /// Text, decimal or count, as the rules use it: metafields and columns.
    ByUse,
    /// A day.
    Date,
}

/// What has one value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// A product: all of its variants share the value, so that a comparison is settled once a product.
    Product,
    /// A variant.
    Variant,
    /// An offer on Amazon: the listings report gives the value.
    Offer,
    /// A run of the program: every offer has the same value.
    Run,
}

/// How the catalog stores a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storage {
    /// As SKUs: one after the other, since hardly two are alike.
    Skus,
    /// As a column of texts, each distinct text once. What becomes of a cell on its way there:
    Text(TextCell),
    /// As a column of several texts a product. A file parts them by commas; each is trimmed, and loses the apostrophe of a
    /// spreadsheet.
    List,
    /// As a column of decimal numbers. A cell that holds no number counts as missing, and a warning says so.
    Decimal,
    /// As the counts, which orders move.
    Counts,
    /// As a column of yes and no. What a cell says:
    Flag(FlagCell),
    /// Nowhere: the value is not the catalog's.
    Elsewhere,
}

/// What becomes of a cell of text before it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextCell {
    /// Nothing.
    AsWritten,
    /// It loses the apostrophe by which a spreadsheet keeps digits from becoming a number.
    WithoutApostrophe,
    /// It loses white space at its ends, and then the apostrophe.
    Code,
    /// It loses white space at its ends; a blank cell is this word.
    Word(&'static str),
    /// It loses white space at its ends, and upper case; a blank cell is this word.
    LowerWord(&'static str),
}

impl TextCell {
    /// The text of a cell, as it is stored.
    #[inline]
    pub fn stored(self, cell: &str) -> Cow<'_, str> {
        fn or_else<'t>(text: &'t str, word: &'static str) -> &'t str {
            if text.is_empty() { word } else { text }
        }
        Cow::Borrowed(match self {
            TextCell::AsWritten => cell,
            TextCell::WithoutApostrophe => text::without_apostrophe(cell),
            TextCell::Code => text::without_apostrophe(text::trimmed(cell)),
            TextCell::Word(word) => or_else(text::trimmed(cell), word),
            TextCell::LowerWord(word) => {
                let text = or_else(text::trimmed(cell), word);
                if text.bytes().any(|byte| !byte.is_ascii() || byte.is_ascii_uppercase()) {
                    return Cow::Owned(text.to_lowercase());
                }
                text
            }
        })
    }
}

/// What a cell says of a field that is yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlagCell {
    /// `true`, `yes` or `1`, and `false`, `no` or `0`, whatever their case. A blank cell counts as this, and so does any other
    /// one, of which a warning tells.
    YesNo(bool),
    /// Yes if it is not blank. Without such a column all are yes.
    Filled,
}

impl FlagCell {
    /// What a cell says; `None` where it says neither yes nor no.
    pub fn read(self, cell: &str) -> Option<bool> {
        match self {
            FlagCell::Filled => Some(!text::is_blank(cell)),
            FlagCell::YesNo(_) => match cell.trim().to_ascii_lowercase().as_str() {
                "true" | "yes" | "1" => Some(true),
                "false" | "no" | "0" => Some(false),
                _ => None,
            },
        }
    }

    /// What a row has where the file does not say it.
    pub fn default(self) -> bool {
        match self {
            FlagCell::YesNo(default) => default,
            FlagCell::Filled => true,
        }
    }
}

/// What a warning says where the rules read a field that no file of the catalog has.
#[derive(Debug, Clone, Copy)]
pub struct Lacking {
    /// What the catalog has none of, in the plural.
    pub nouns: &'static str,
    /// The header of Shopify's column that has it.
    pub header: &'static str,
    /// What every variant counts as; `None` where the value is missing.
    pub counts_as: Option<&'static str>,
}

/// A field with a fixed name: all that the program knows of it.
#[derive(Debug, Clone, Copy)]
pub struct FieldRow {
    /// The field.
    pub field: Field,
    /// Its name in the language: `compare_at_price`.
    pub name: &'static str,
    /// What it is, in Markdown, for people who write rules.
    #[cfg_attr(not(test), allow(dead_code))] // a test holds that each field has one
    pub doc: &'static str,
    /// How it is compared.
    pub field_type: FieldType,
    /// What has one value of it.
    pub level: Level,
    /// How the catalog stores it.
    pub storage: Storage,
    /// The headers of its column in Shopify's product exports, old and new, and Matrixify's; or in Amazon's listings report, in
    /// its languages. The first one that a file has counts, or, for [`Storage::List`], each.
    pub headers: &'static [&'static str],
    /// The headers of its column in Shopify's inventory export.
    pub inventory_headers: &'static [&'static str],
    /// Its key in a YAML snapshot; `None` for what a snapshot does not have.
    pub key: Option<&'static str>,
    /// What a value of it is called; `None` for fields whose values are no texts of the catalog.
    pub noun: Option<&'static str>,
    /// All values that it may have, where these are few.
    pub values: &'static [&'static str],
    /// What a warning says where no file has it.
    pub lacking: Option<Lacking>,
    /// Whether every run needs it, whatever the rules read.
    pub is_always_read: bool,
}

impl FieldRow {
    /// A row with what every field has: no headers, no noun, and in a snapshot, if the catalog has it, the key that is its name.
    pub(super) const fn new(
        (field, name, doc): (Field, &'static str, &'static str),
        field_type: FieldType,
        level: Level,
        storage: Storage,
    ) -> Self {
        let key = match storage {
            Storage::Elsewhere => None,
            _ => Some(name),
        };
        FieldRow {
            field,
            name,
            doc,
            field_type,
            level,
            storage,
            headers: &[],
            inventory_headers: &[],
            key,
            noun: None,
            values: &[],
            lacking: None,
            is_always_read: false,
        }
    }
}
