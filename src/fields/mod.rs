//! The fields of the rules language and their types: the one list of them.

use std::ops::Deref;

use foldhash::HashMap;

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

/// A field, with the names of dynamic ones resolved to their place in the [`Schema`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// `sku`
    Sku,
    /// `barcode`
    Barcode,
    /// `handle`
    Handle,
    /// `title`
    Title,
    /// `vendor`
    Vendor,
    /// `type`
    Type,
    /// `category`
    Category,
    /// `status`
    Status,
    /// `tag`
    Tag,
    /// `collection`
    Collection,
    /// `option.NAME`: an index into [`Schema::options`].
    Option(usize),
    /// `price`
    Price,
    /// `compare_at_price`
    CompareAtPrice,
    /// `cost`
    Cost,
    /// `weight`
    Weight,
    /// `inventory`
    Inventory,
    /// `location.NAME`: an index into [`Schema::locations`].
    Location(usize),
    /// `policy`
    Policy,
    /// `tracked`
    Tracked,
    /// `published`
    Published,
    /// `gift_card`
    GiftCard,
    /// `fulfillment`
    Fulfillment,
    /// `NAMESPACE.KEY`: an index into [`Schema::metafields`].
    Metafield(usize),
    /// `column."HEADER"`: an index into [`Schema::columns`].
    Column(usize),
    /// `amazon.quantity`
    AmazonQuantity,
    /// `amazon.price`
    AmazonPrice,
    /// `amazon.asin`
    AmazonAsin,
    /// `amazon.status`
    AmazonStatus,
    /// `amazon.channel`
    AmazonChannel,
    /// `amazon.listed`
    AmazonListed,
    /// `today`
    Today,
    /// `marketplace`
    Marketplace,
}

/// The fields with fixed names, in the order of the language's table.
pub const FIXED: &[(&str, Field)] = &[
    ("sku", Field::Sku),
    ("barcode", Field::Barcode),
    ("handle", Field::Handle),
    ("title", Field::Title),
    ("vendor", Field::Vendor),
    ("type", Field::Type),
    ("category", Field::Category),
    ("status", Field::Status),
    ("tag", Field::Tag),
    ("collection", Field::Collection),
    ("price", Field::Price),
    ("compare_at_price", Field::CompareAtPrice),
    ("cost", Field::Cost),
    ("weight", Field::Weight),
    ("inventory", Field::Inventory),
    ("policy", Field::Policy),
    ("tracked", Field::Tracked),
    ("published", Field::Published),
    ("gift_card", Field::GiftCard),
    ("fulfillment", Field::Fulfillment),
    ("amazon.quantity", Field::AmazonQuantity),
    ("amazon.price", Field::AmazonPrice),
    ("amazon.asin", Field::AmazonAsin),
    ("amazon.status", Field::AmazonStatus),
    ("amazon.channel", Field::AmazonChannel),
    ("amazon.listed", Field::AmazonListed),
    ("today", Field::Today),
    ("marketplace", Field::Marketplace),
];

/// The first parts of names that are not metafields' namespaces.
pub const OWN_NAMESPACES: &[&str] = &["option", "location", "column", "amazon", "metafield"];

impl Field {
    /// The type of its values.
    pub fn field_type(self) -> FieldType {
        match self {
            Field::Sku | Field::Barcode | Field::Handle => FieldType::ExactText,
            Field::Title | Field::Vendor | Field::Type | Field::Category | Field::Status | Field::Tag | Field::Collection => {
                FieldType::Text
            }
            Field::Option(_) | Field::Policy | Field::Fulfillment => FieldType::Text,
            Field::AmazonAsin | Field::AmazonStatus | Field::AmazonChannel | Field::Marketplace => FieldType::Text,
            Field::Price | Field::CompareAtPrice | Field::Cost | Field::Weight | Field::AmazonPrice => FieldType::Decimal,
            Field::Inventory | Field::Location(_) | Field::AmazonQuantity => FieldType::Count,
            Field::Tracked | Field::Published | Field::GiftCard | Field::AmazonListed => FieldType::YesNo,
            Field::Metafield(_) | Field::Column(_) => FieldType::ByUse,
            Field::Today => FieldType::Date,
        }
    }

    /// Whether all variants of a product have the same value, so that a comparison is settled once a product.
    /// Dynamic fields may differ from variant to variant.
    pub fn is_of_product(self) -> bool {
        use Field::{Category, Collection, GiftCard, Handle, Published, Status, Tag, Title, Type, Vendor};
        matches!(self, Handle | Title | Vendor | Type | Category | Status | Tag | Collection | Published | GiftCard)
    }

    /// The field with a fixed name.
    pub fn fixed(name: &str) -> Option<Field> {
        FIXED.iter().find(|(known, _)| *known == name).map(|(_, field)| *field)
    }
}

/// The fields with names of the catalog's own: what exists in the catalog at hand.
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
        FIXED.iter().for_each(|(_, field)| self.declare_field(*field));
    }

    /// The same as another schema declares.
    pub fn declare_fields_of(&mut self, other: &Schema) {
        other.given.iter().for_each(|field| self.declare_field(*field));
    }

    /// Whether any file of the catalog can tell a field: one that has a column for it, or a snapshot, which has a place for
    /// every field. Where none can, a comparison with it is false of every variant, whatever Shopify knows. Fields that
    /// no catalog file gives, such as `today` and those of the listing, and those with names of the catalog's own, always
    /// can be told.
    pub fn has_data(&self, field: Field) -> bool {
        use Field::{
            AmazonAsin, AmazonChannel, AmazonListed, AmazonPrice, AmazonQuantity, AmazonStatus, Column, Location, Marketplace,
            Metafield, Option, Today,
        };
        match field {
            Option(_) | Location(_) | Metafield(_) | Column(_) | Today | Marketplace => true,
            AmazonAsin | AmazonChannel | AmazonListed | AmazonPrice | AmazonQuantity | AmazonStatus => true,
            _ => self.given.contains(&field),
        }
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
        // Nearly always there are few, and the name is written alike.
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

fn has_folded(names: &[String], name: &str) -> bool {
    if names.is_empty() {
        return false;
    }
    let wanted = text::folded(name);
    names.iter().any(|known| text::folded(known) == wanted)
}

/// The fields that somebody asks for: a reader stores no others, beside what every run needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Projection {
    /// Fields with fixed names.
    pub fixed: Vec<Field>,
    /// Whether options are asked for.
    pub options: bool,
    /// Whether all fields are that are not dynamic.
    pub everything: bool,
    /// Metafields: namespace and key.
    pub metafields: Vec<(String, String)>,
    /// Headers of columns.
    pub columns: Vec<String>,
    /// Names of locations.
    pub locations: Vec<String>,
}

impl Projection {
    /// The same, in an order of its own, each name once: two that want the same are then equal.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        for names in [&mut self.columns, &mut self.locations] {
            names.sort();
            names.dedup();
        }
        self.metafields.sort();
        self.metafields.dedup();
        self.fixed.sort();
        self.fixed.dedup();
        self
    }

    /// All fields that are not dynamic.
    pub fn everything() -> Self {
        Projection { everything: true, ..Projection::default() }
    }

    /// Whether a field with a fixed name is asked for.
    pub fn field(&self, field: Field) -> bool {
        self.everything || self.fixed.contains(&field)
    }

    /// Adds the field with these name parts.
    pub fn add(&mut self, parts: &[String]) {
        let Some((first, rest)) = parts.split_first() else { return };
        match (first.as_str(), rest) {
            ("column", [header]) => self.columns.push(header.clone()),
            ("location", [name]) => self.locations.push(name.clone()),
            ("option", _) => self.options = true,
            ("amazon", _) => {}
            (name, []) => self.fixed.extend(Field::fixed(name)),
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
