//! Columns of texts, interned.

use super::{Dictionary, Offsets, rows_from};
use crate::text;

/// A column of texts, each a code of its dictionary.
#[derive(Debug, Clone, Default)]
pub struct TextColumn {
    /// A code a row; rows after the last one have none.
    pub codes: Vec<u32>,
    /// The distinct texts.
    pub dictionary: Dictionary,
}

impl TextColumn {
    /// Adds a row.
    pub fn push(&mut self, text: &str) {
        let code = match self.codes.last() {
            // Rows of one product, and products of one kind, stand together.
            Some(&last) if self.dictionary.is(last, text) => last,
            _ => self.dictionary.intern(text),
        };
        self.codes.push(code);
    }

    /// The code of a row; 0 where the value is missing.
    pub fn code(&self, row: usize) -> u32 {
        self.codes.get(row).copied().unwrap_or(0)
    }

    /// The text of a row, `None` where it is missing.
    pub fn get(&self, row: usize) -> Option<&str> {
        match self.code(row) {
            0 => None,
            code => Some(self.dictionary.text(code)),
        }
    }

    /// Adds the rows of another column from number `first` on.
    pub fn append(&mut self, other: &TextColumn, first: usize) {
        let codes = self.dictionary.merge(&other.dictionary);
        self.codes.extend(rows_from(&other.codes, first).iter().map(|&code| codes[code as usize]));
    }
}

/// A list column: any number of texts a row.
#[derive(Debug, Clone, Default)]
pub struct ListColumn {
    /// Where each row's codes lie.
    offsets: Offsets,
    codes: Vec<u32>,
    /// The distinct texts.
    pub dictionary: Dictionary,
}

impl ListColumn {
    /// Adds a row; blank texts are left out.
    pub fn push<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) {
        self.codes.extend(texts.into_iter().map(|text| self.dictionary.intern(text)).filter(|&code| code != 0));
        self.offsets.push(self.codes.len());
    }

    /// The codes of a row.
    pub fn codes(&self, row: usize) -> &[u32] {
        &self.codes[self.offsets.range(row)]
    }

    /// The codes of all rows.
    pub fn all_codes(&self) -> &[u32] {
        &self.codes
    }

    /// The texts of a row.
    pub fn get(&self, row: usize) -> impl Iterator<Item = &str> {
        self.codes(row).iter().map(|&code| self.dictionary.text(code))
    }

    /// Adds the rows of another column from number `first` on.
    pub fn append(&mut self, other: &ListColumn, first: usize) {
        let codes = self.dictionary.merge(&other.dictionary);
        self.offsets.append(&other.offsets, first);
        self.codes.extend(rows_from(&other.codes, other.offsets.start(first)).iter().map(|&code| codes[code as usize]));
    }
}

/// An override column: a text for each variant, its own or else its product's.
///
/// A list metafield is one text, `["a","b"]`; [`list_items`] takes it apart.
#[derive(Debug, Clone, Default)]
pub struct OverrideColumn {
    /// The variants' own codes; variants after the last one have none.
    pub variant: Vec<u32>,
    /// The products' codes; products after the last one have none.
    pub product: Vec<u32>,
    /// The distinct texts.
    pub dictionary: Dictionary,
}

impl OverrideColumn {
    /// Sets the value of a variant.
    pub fn set_variant(&mut self, row: usize, text: &str) {
        set(&mut self.variant, row, self.dictionary.intern(unprotected(text)));
    }

    /// Sets the value of a product.
    pub fn set_product(&mut self, row: usize, text: &str) {
        set(&mut self.product, row, self.dictionary.intern(unprotected(text)));
    }

    /// The code of a variant: its own, else its product's; 0 where both are missing.
    pub fn code(&self, variant: usize, product: usize) -> u32 {
        match self.variant.get(variant).copied().unwrap_or(0) {
            0 => self.product.get(product).copied().unwrap_or(0),
            own => own,
        }
    }

    /// The text of a variant.
    pub fn get(&self, variant: usize, product: usize) -> Option<&str> {
        match self.code(variant, product) {
            0 => None,
            code => Some(self.dictionary.text(code)),
        }
    }

    /// Adds another column's values behind `variants` variants and `products` products: those of all its variants, and of its
    /// products from number `first_product` on.
    pub fn append(&mut self, other: &OverrideColumn, (variants, products): (usize, usize), first_product: usize) {
        let codes = self.dictionary.merge(&other.dictionary);
        let layers = [
            (&mut self.variant, &other.variant[..], variants),
            (&mut self.product, rows_from(&other.product, first_product), products),
        ];
        for (own, rows, before) in layers.into_iter().filter(|(_, rows, _)| !rows.is_empty()) {
            own.resize(before, 0);
            own.extend(rows.iter().map(|&code| codes[code as usize]));
        }
    }
}

/// A text without the apostrophe that protects digits alone; white space around others stays, for what shows them.
fn unprotected(text: &str) -> &str {
    let trimmed = text.trim_start();
    if trimmed.starts_with('\'') { text::without_apostrophe(trimmed.trim_end()) } else { text }
}

fn set(codes: &mut Vec<u32>, row: usize, code: u32) {
    if row >= codes.len() {
        if code == 0 {
            return;
        }
        codes.resize(row + 1, 0);
    }
    codes[row] = code;
}

/// The values of a metafield's or extra column's text: the items of a JSON list, or else the text itself.
pub fn list_items(text: &str) -> Vec<String> {
    let scalar = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => Some(text),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Bool(yes) => Some(yes.to_string()),
        _ => None,
    };
    let trimmed = text.trim();
    if trimmed.starts_with('[')
        && trimmed.ends_with(']')
        && let Ok(items) = serde_json::from_str::<Vec<serde_json::Value>>(trimmed)
        && let Some(items) = items.into_iter().map(scalar).collect()
    {
        return items;
    }
    vec![text.to_owned()]
}
