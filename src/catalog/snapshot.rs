//! Our own YAML snapshot: for small shops, tests and first tries.

use std::fmt;
use std::path::Path;
use std::sync::LazyLock;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

use super::field_columns::FieldValue;
use super::store::{Catalog, OPTIONS};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::fields::{Field, FieldRow, Projection, Storage, TABLE};
use crate::ids::FileId;
use crate::yaml::{self, Mapping, Scalar};
use crate::{number, text};
use rust_decimal::Decimal;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a mapping")]
struct Snapshot {
    as_of: Option<Time>,
    #[serde(default)]
    variants: Vec<Variant>,
}

/// A variant, as a snapshot or a test writes it.
#[derive(Default)]
pub struct Variant {
    /// What is written of the fields with fixed names, a place for each row of the [`TABLE`].
    by_place: Vec<Option<Written>>,
    options: Option<SnapshotOptions>,
    locations: Option<Mapping<Option<SnapshotCount>>>,
    metafields: Option<Mapping<Mapping<Option<Metafield>>>>,
    columns: Option<Mapping<Option<Scalar>>>,
}

/// What is written of a field.
enum Written {
    Text(String),
    Items(Vec<String>),
    Flag(bool),
    Count(i64),
}

/// The keys of what has a name of the catalog's own.
const OWN_KEYS: [&str; 4] = ["options", "locations", "metafields", "columns"];

/// Every key of a variant: those of the table, and then [`OWN_KEYS`].
static KEYS: LazyLock<Vec<&str>> = LazyLock::new(|| TABLE.iter().filter_map(|row| row.key).chain(OWN_KEYS).collect());

impl<'de> Deserialize<'de> for Variant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Variant;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a mapping")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Variant, A::Error> {
                let mut variant = Variant { by_place: TABLE.iter().map(|_| None).collect(), ..Variant::default() };
                let mut seen: Vec<&str> = vec![];
                while let Some(key) = map.next_key_seed(KeySeed)? {
                    if seen.contains(&key) {
                        return Err(A::Error::duplicate_field(key));
                    }
                    seen.push(key);
                    match (TABLE.iter().position(|row| row.key == Some(key)), key) {
                        (Some(place), _) => variant.by_place[place] = map.next_value_seed(FieldSeed(TABLE[place].storage))?,
                        (_, "options") => variant.options = map.next_value()?,
                        (_, "locations") => variant.locations = map.next_value()?,
                        (_, "metafields") => variant.metafields = map.next_value()?,
                        _ => variant.columns = map.next_value()?,
                    }
                }
                Ok(variant)
            }
        }
        deserializer.deserialize_map(Keys)
    }
}

/// A key of a variant, one of [`KEYS`].
struct KeySeed;

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = &'static str;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<&'static str, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for KeySeed {
    type Value = &'static str;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_str<E: Error>(self, key: &str) -> Result<&'static str, E> {
        KEYS.iter().find(|known| **known == key).copied().ok_or_else(|| E::unknown_field(key, &KEYS))
    }
}

/// The value of a field that is stored so.
struct FieldSeed(Storage);

impl<'de> DeserializeSeed<'de> for FieldSeed {
    type Value = Option<Written>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Written>, D::Error> {
        Ok(match self.0 {
            Storage::Skus | Storage::Text(_) => Option::deserialize(deserializer)?.map(|Scalar(text)| Written::Text(text)),
            Storage::List => Option::<Vec<Scalar>>::deserialize(deserializer)?
                .map(|items| Written::Items(items.into_iter().map(|Scalar(text)| text).collect())),
            Storage::Decimal => Option::deserialize(deserializer)?.map(|Number(value)| Written::Text(value.to_string())),
            Storage::Counts => Option::deserialize(deserializer)?.map(|SnapshotCount(count)| Written::Count(count)),
            Storage::Flag(_) => Option::deserialize(deserializer)?.map(Written::Flag),
            // Such a field has no key.
            Storage::Elsewhere => None,
        })
    }
}

impl Variant {
    /// What is written of a field.
    fn value(&self, field: Field) -> Option<&Written> {
        self.by_place.get(field.place()?)?.as_ref()
    }

    /// The count that is written, unless the counts of locations are.
    fn inventory(&self) -> Option<i64> {
        match self.value(Field::Inventory) {
            Some(Written::Count(count)) => Some(*count),
            _ => None,
        }
    }
}

/// A point in time: `2026-11-23T04:00:00Z`.
struct Time(Timestamp);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        yaml::parsed(deserializer, |text| {
            text.trim().parse().map(Time).map_err(|_| format!("`{text}` is no time: write it as 2026-11-23T04:00:00Z"))
        })
    }
}

/// A decimal number, written as a number or in quotes.
struct Number(Decimal);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        yaml::parsed(deserializer, |text| number::decimal(text).map(Number).ok_or_else(|| format!("`{text}` is not a number")))
    }
}

/// A whole number, written as a number or in quotes.
#[derive(Clone, Copy)]
struct SnapshotCount(i64);

impl<'de> Deserialize<'de> for SnapshotCount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        yaml::parsed(deserializer, |text| {
            let count = number::whole(text).filter(|&count| count != i64::MIN);
            count.map(SnapshotCount).ok_or_else(|| format!("`{text}` is not a whole number"))
        })
    }
}

/// The options of a product: at most three.
struct SnapshotOptions(Vec<(String, Scalar)>);

impl<'de> Deserialize<'de> for SnapshotOptions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Mapping(entries) = Mapping::<Scalar>::deserialize(deserializer)?;
        if entries.len() > OPTIONS {
            return Err(D::Error::custom(format!("a product has at most {OPTIONS} options in Shopify")));
        }
        Ok(SnapshotOptions(entries))
    }
}

/// A metafield's value: a text, a number, true or false, or a list of them.
struct Metafield(String);

impl<'de> Deserialize<'de> for Metafield {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MetafieldShapes;
        impl<'de> serde::de::Visitor<'de> for MetafieldShapes {
            type Value = Metafield;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text, a number, true or false, or a list of them")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Metafield, E> {
                Ok(Metafield(text.to_owned()))
            }
            fn visit_bool<E: Error>(self, yes: bool) -> Result<Metafield, E> {
                Ok(Metafield(yes.to_string()))
            }
            fn visit_i64<E: Error>(self, number: i64) -> Result<Metafield, E> {
                Ok(Metafield(number.to_string()))
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<Metafield, E> {
                Ok(Metafield(number.to_string()))
            }
            fn visit_f64<E: Error>(self, number: f64) -> Result<Metafield, E> {
                // Only its text is kept; the shortest one that reads back as the same number.
                Ok(Metafield(number.to_string()))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Metafield, A::Error> {
                let mut texts = vec![];
                while let Some(Scalar(text)) = items.next_element()? {
                    texts.push(text);
                }
                serde_json::to_string(&texts).map(Metafield).map_err(A::Error::custom)
            }
        }
        deserializer.deserialize_any(MetafieldShapes)
    }
}

/// Reads a snapshot into the catalog.
pub fn read(
    name: &Path,
    text: &str,
    file: FileId,
    catalog: &mut Catalog,
    wanted: &Projection,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let snapshot: Snapshot = match yaml::read(name, text, Code::Catalog) {
        Ok(snapshot) => snapshot,
        Err(problem) => return diagnostics.push(*problem),
    };
    if let Some(Time(time)) = snapshot.as_of {
        catalog.as_of = Some(catalog.as_of.map_or(time, |known| known.min(time)));
    }
    catalog.schema.declare_all_fields();
    let lines = yaml::lines_of_items(text, "variants", snapshot.variants.len());
    for (index, variant) in snapshot.variants.iter().enumerate() {
        let line = lines.get(index).copied().unwrap_or(0);
        let mut wrong = |message: String, help: &str| {
            let excerpt = text.lines().nth((line as usize).saturating_sub(1)).unwrap_or("");
            let place = match line {
                0 => Place::file(name),
                line => Place::in_line(name, line as usize, 1, excerpt.chars().count(), excerpt),
            };
            diagnostics.push(Diagnostic::error(Code::Catalog, message).help(help).at(place));
        };
        if variant.inventory().is_some() && variant.locations.is_some() {
            let message = format!("variant {} has both `inventory` and `locations`", index + 1);
            wrong(message, "keep one of them: the inventory is the sum of the locations");
        }
        if let Some((one, other)) = variant.locations.as_ref().and_then(same_location) {
            let message = format!("variant {} has two counts at one location, `{one}` and `{other}`", index + 1);
            wrong(message, "location names ignore case: keep one of the two counts");
        }
        add(variant, "", (file, line), catalog, wanted);
    }
}

/// Two names of one location.
fn same_location(Mapping(locations): &Mapping<Option<SnapshotCount>>) -> Option<(&str, &str)> {
    let names = locations.iter().map(|(name, _)| name.as_str());
    let mut pairs = names.clone().enumerate().flat_map(|(at, one)| names.clone().skip(at + 1).map(move |other| (one, other)));
    pairs.find(|(one, other)| text::folded(one) == text::folded(other))
}

impl Catalog {
    /// The catalog with one more variant, as a test writes it: with the SKU `sku` where it names none.
    #[must_use]
    pub fn with_variant(mut self, variant: &Variant, line: u32, sku: &str, wanted: &Projection) -> Self {
        self.schema.declare_all_fields();
        add(variant, sku, (FileId::saturating(0), line), &mut self, wanted);
        self.sku_index.push(&self.skus, self.skus.len() - 1);
        self
    }
}

fn add(variant: &Variant, default_sku: &str, (file, line): (FileId, u32), catalog: &mut Catalog, wanted: &Projection) {
    let value = |row: &FieldRow| match variant.value(row.field) {
        Some(Written::Text(text)) => FieldValue::Text(text),
        Some(Written::Items(items)) => FieldValue::Items(items),
        Some(Written::Flag(yes)) => FieldValue::Flag(*yes),
        None if row.field == Field::Sku => FieldValue::Text(default_sku),
        Some(Written::Count(_)) | None => FieldValue::Missing,
    };
    let options = variant.options.as_ref().map_or(&[][..], |SnapshotOptions(entries)| entries);
    let option = |slot: usize| options.get(slot).map_or(("", ""), |(name, Scalar(value))| (name.as_str(), value.as_str()));
    let product = catalog.add_product(std::array::from_fn(|slot| option(slot).0), value);
    let number = catalog.add_variant(product, (file, line), std::array::from_fn(|slot| option(slot).1), value);
    let locations = variant.locations.as_ref().map_or(&[][..], |Mapping(entries)| entries);
    let mut counts = locations.iter().filter_map(|(_, count)| count.map(|SnapshotCount(count)| count)).peekable();
    let sum = counts.peek().is_some().then(|| counts.try_fold(0_i64, i64::checked_add)).flatten();
    catalog.counts.inventory.set(number.index(), variant.inventory().or(sum));
    for (location, count) in locations {
        catalog.set_location(number, location, count.map(|SnapshotCount(count)| count), wanted);
    }
    let spaces = variant.metafields.as_ref().map_or(&[][..], |Mapping(spaces)| spaces);
    for (namespace, Mapping(keys)) in spaces {
        for (key, value) in keys {
            let field = catalog.schema.declare_metafield(namespace, key);
            if let Some(Metafield(value)) = value.as_ref().filter(|_| wanted.metafield(namespace, key)) {
                catalog.metafield_column(field).set_variant(number.index(), value);
            }
        }
    }
    let columns = variant.columns.as_ref().map_or(&[][..], |Mapping(columns)| columns);
    for (header, value) in columns {
        let field = catalog.schema.declare_column(header);
        if let Some(Scalar(value)) = value.as_ref().filter(|Scalar(value)| wanted.column(header) && !value.trim().is_empty()) {
            catalog.header_column(field).set_variant(number.index(), value);
        }
    }
}
