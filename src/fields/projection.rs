//! Which fields a run needs.

use super::Field;
use crate::text;

/// The fields that a run needs: a reader stores no others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Projection {
    /// Fields with fixed names, beside those that every run needs.
    pub fields: Vec<Field>,
    /// Whether the options of products are needed, whatever their names.
    pub options: bool,
    /// Whether all fields with fixed names are, and options.
    pub everything: bool,
    /// Metafields: namespace and key.
    pub metafields: Vec<(String, String)>,
    /// Headers of columns.
    pub columns: Vec<String>,
    /// Names of locations.
    pub locations: Vec<String>,
}

impl Projection {
    /// With the names in one order, each once: two projections that need the same fields are then equal.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        for names in [&mut self.columns, &mut self.locations] {
            names.sort();
            names.dedup();
        }
        self.metafields.sort();
        self.metafields.dedup();
        self.fields.sort();
        self.fields.dedup();
        self
    }

    /// All fields with fixed names, and options.
    pub fn everything() -> Self {
        Projection { everything: true, ..Projection::default() }
    }

    /// Whether a field with a fixed name is needed.
    pub fn field(&self, field: Field) -> bool {
        self.everything || self.fields.contains(&field) || field.row().is_some_and(|row| row.is_always_read)
    }

    /// Whether the options of products are needed.
    pub fn options(&self) -> bool {
        self.everything || self.options
    }

    /// Adds the field with a name of these parts, which dots part: `location` and `Hamburg`.
    pub fn add(&mut self, parts: &[String]) {
        let Some((first, rest)) = parts.split_first() else { return };
        match (first.as_str(), rest) {
            ("column", [header]) => self.columns.push(header.clone()),
            ("location", [name]) => self.locations.push(name.clone()),
            ("option", _) => self.options = true,
            ("amazon", _) => {}
            (name, []) => self.fields.extend(Field::named(name)),
            ("metafield", [namespace @ .., key]) if !namespace.is_empty() => {
                self.metafields.push((namespace.join("."), key.clone()));
            }
            (_, [more @ .., key]) => {
                let namespace = std::iter::once(first).chain(more).cloned().collect::<Vec<_>>().join(".");
                self.metafields.push((namespace, key.clone()));
            }
        }
    }

    /// Whether the rules speak of this metafield.
    pub fn metafield(&self, namespace: &str, key: &str) -> bool {
        self.metafields.iter().any(|(ns, k)| ns == namespace && k == key)
    }

    /// Whether the rules speak of the column with this header.
    pub fn column(&self, header: &str) -> bool {
        has_folded(&self.columns, header)
    }

    /// Whether the rules speak of the location with this name.
    pub fn location(&self, name: &str) -> bool {
        has_folded(&self.locations, name)
    }
}

fn has_folded(names: &[String], name: &str) -> bool {
    if names.is_empty() {
        return false;
    }
    let wanted = text::folded(name);
    names.iter().any(|known| text::folded(known) == wanted)
}
