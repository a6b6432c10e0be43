//! The fields that a catalog has: names that only its files know.

use std::ops::Deref;

use foldhash::HashMap;

use super::{Field, Storage, TABLE};
use crate::text;

/// What fields a catalog has: those with names of its own, such as its options and metafields, and those with fixed names that
/// one of its files has a column for.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    /// Metafields: namespace and key.
    pub metafields: Vec<(String, String)>,
    /// Options: `Size`, `Color`.
    pub options: Names,
    /// Locations that have counts.
    pub locations: Names,
    /// The headers of the catalog's files.
    pub columns: Names,
    /// The fields with fixed names that a file has a column for.
    given: Vec<Field>,
}

impl Schema {
    /// The metafield with exactly this namespace and key.
    pub fn metafield(&self, namespace: &str, key: &str) -> Option<usize> {
        self.metafields.iter().position(|(ns, k)| ns == namespace && k == key)
    }

    /// The option with this name, whatever its case.
    pub fn option(&self, name: &str) -> Option<usize> {
        self.options.find(name)
    }

    /// The location with this name, whatever its case.
    pub fn location(&self, name: &str) -> Option<usize> {
        self.locations.find(name)
    }

    /// The column with this header, whatever its case.
    pub fn column(&self, header: &str) -> Option<usize> {
        self.columns.find(header)
    }

    /// The option with this name, declared if it is new.
    pub fn declare_option(&mut self, name: &str) -> usize {
        self.options.declare(name)
    }

    /// The location with this name, declared if it is new.
    pub fn declare_location(&mut self, name: &str) -> usize {
        self.locations.declare(name)
    }

    /// The column with this header, declared if it is new.
    pub fn declare_column(&mut self, header: &str) -> usize {
        self.columns.declare(header)
    }

    /// Notes that a file has a column for a field with a fixed name.
    pub fn declare_field(&mut self, field: Field) {
        if !self.given.contains(&field) {
            self.given.push(field);
        }
    }

    /// Notes that a file has a place for every field, as a snapshot does.
    pub fn declare_all_fields(&mut self) {
        TABLE.iter().for_each(|row| self.declare_field(row.field));
    }

    /// Notes that there is a column for each field with a fixed name that another schema has one for.
    pub fn declare_fields_of(&mut self, other: &Schema) {
        other.given.iter().for_each(|field| self.declare_field(*field));
    }

    /// Whether any file of the catalog can tell a field: one that has a column for it, or a snapshot, which has a place for
    /// every field. Where none can, a comparison with it is false of every variant, whatever Shopify knows. Fields that
    /// no catalog file gives, such as `today` and those of the listing, and those with names of the catalog's own, always
    /// can be told.
    pub fn has_data(&self, field: Field) -> bool {
        field.storage() == Storage::Elsewhere || self.given.contains(&field)
    }

    /// Whether nothing has been declared.
    pub fn is_empty(&self) -> bool {
        let names = [&self.options, &self.locations, &self.columns];
        self.metafields.is_empty() && self.given.is_empty() && names.iter().all(|names| names.is_empty())
    }

    /// The metafield with this namespace and key, declared if it is new.
    pub fn declare_metafield(&mut self, namespace: &str, key: &str) -> usize {
        self.metafield(namespace, key).unwrap_or_else(|| {
            self.metafields.push((namespace.to_owned(), key.to_owned()));
            self.metafields.len() - 1
        })
    }
}

/// Names, each once whatever its case.
#[derive(Debug, Clone, Default)]
pub struct Names {
    list: Vec<String>,
    /// Where each stands, by the form in which names are compared.
    places: HashMap<String, usize>,
}

impl Names {
    /// Where a name stands.
    pub fn find(&self, name: &str) -> Option<usize> {
        // Nearly always there are few, and the name is written in one way.
        const FEW: usize = 8;
        let alike = self.list.iter().take(FEW).position(|known| known == name);
        alike.or_else(|| if self.list.is_empty() { None } else { self.places.get(&text::folded(name)).copied() })
    }

    /// Where a name stands, added if it is new.
    pub fn declare(&mut self, name: &str) -> usize {
        self.find(name).unwrap_or_else(|| {
            self.places.insert(text::folded(name), self.list.len());
            self.list.push(name.trim().to_owned());
            self.list.len() - 1
        })
    }
}

impl Deref for Names {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.list
    }
}
