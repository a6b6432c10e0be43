//! Our own YAML snapshot: for small shops, tests and first tries.

use std::path::Path;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

use super::{Catalog, OPTIONS, ProductCells, Texts, VariantCells};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::fields::Projection;
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
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a mapping")]
pub struct Variant {
    sku: Option<Scalar>,
    handle: Option<Scalar>,
    title: Option<Scalar>,
    vendor: Option<Scalar>,
    #[serde(rename = "type")]
    product_type: Option<Scalar>,
    category: Option<Scalar>,
    status: Option<Scalar>,
    tags: Option<Vec<Scalar>>,
    collections: Option<Vec<Scalar>>,
    options: Option<Options>,
    price: Option<Number>,
    compare_at_price: Option<Number>,
    cost: Option<Number>,
    weight: Option<Number>,
    barcode: Option<Scalar>,
    inventory: Option<Count>,
    locations: Option<Mapping<Option<Count>>>,
    tracked: Option<bool>,
    policy: Option<Scalar>,
    fulfillment: Option<Scalar>,
    published: Option<bool>,
    gift_card: Option<bool>,
    metafields: Option<Mapping<Mapping<Option<Metafield>>>>,
    columns: Option<Mapping<Option<Scalar>>>,
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
struct Count(i64);

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        yaml::parsed(deserializer, |text| {
            let count = number::whole(text).filter(|&count| count != i64::MIN);
            count.map(Count).ok_or_else(|| format!("`{text}` is not a whole number"))
        })
    }
}

/// The options of a product: at most three.
struct Options(Vec<(String, Scalar)>);

impl<'de> Deserialize<'de> for Options {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Mapping(entries) = Mapping::<Scalar>::deserialize(deserializer)?;
        if entries.len() > OPTIONS {
            return Err(D::Error::custom(format!("a product has at most {OPTIONS} options in Shopify")));
        }
        Ok(Options(entries))
    }
}

/// A metafield's value: a text, a number, true or false, or a list of them.
struct Metafield(String);

impl<'de> Deserialize<'de> for Metafield {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Shapes;
        impl<'de> serde::de::Visitor<'de> for Shapes {
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
        deserializer.deserialize_any(Shapes)
    }
}

/// Reads a snapshot into the catalog.
pub fn read(name: &Path, text: &str, file: u16, catalog: &mut Catalog, wanted: &Projection, diagnostics: &mut Vec<Diagnostic>) {
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
        if variant.inventory.is_some() && variant.locations.is_some() {
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
fn same_location(Mapping(locations): &Mapping<Option<Count>>) -> Option<(&str, &str)> {
    let names = locations.iter().map(|(name, _)| name.as_str());
    let mut pairs = names.clone().enumerate().flat_map(|(at, one)| names.clone().skip(at + 1).map(move |other| (one, other)));
    pairs.find(|(one, other)| text::folded(one) == text::folded(other))
}

impl Catalog {
    /// The same catalog with one more variant, as a test writes it: with the SKU `sku` where it names none.
    #[must_use]
    pub fn with_variant(mut self, variant: &Variant, line: u32, sku: &str, wanted: &Projection) -> Self {
        self.schema.declare_all_fields();
        add(variant, sku, (0, line), &mut self, wanted);
        self
    }
}

fn text_of(scalar: Option<&Scalar>) -> &str {
    scalar.map_or("", |Scalar(text)| text)
}

fn add(variant: &Variant, default_sku: &str, (file, line): (u16, u32), catalog: &mut Catalog, wanted: &Projection) {
    let list =
        |items: Option<&Vec<Scalar>>| -> Vec<String> { items.into_iter().flatten().map(|Scalar(text)| text.clone()).collect() };
    let (tags, collections) = (list(variant.tags.as_ref()), list(variant.collections.as_ref()));
    let options = variant.options.as_ref().map_or(&[][..], |Options(entries)| entries);
    let option = |slot: usize| options.get(slot).map_or(("", ""), |(name, Scalar(value))| (name.as_str(), value.as_str()));
    let decimal = |number: Option<&Number>| number.map_or_else(String::new, |Number(value)| value.to_string());
    let (price, compare_at_price) = (decimal(variant.price.as_ref()), decimal(variant.compare_at_price.as_ref()));
    let (cost, weight) = (decimal(variant.cost.as_ref()), decimal(variant.weight.as_ref()));
    let product = catalog.add_product(&ProductCells {
        handle: text_of(variant.handle.as_ref()),
        title: text_of(variant.title.as_ref()),
        vendor: text_of(variant.vendor.as_ref()),
        product_type: text_of(variant.product_type.as_ref()),
        category: text_of(variant.category.as_ref()),
        status: text_of(variant.status.as_ref()),
        tags: Texts::Items(&tags),
        collections: Texts::Items(&collections),
        published: variant.published.unwrap_or(true),
        gift_card: variant.gift_card.unwrap_or(false),
        option_names: std::array::from_fn(|slot| option(slot).0),
    });
    let locations = variant.locations.as_ref().map_or(&[][..], |Mapping(entries)| entries);
    let mut counts = locations.iter().filter_map(|(_, count)| count.map(|Count(count)| count)).peekable();
    let sum = counts.peek().is_some().then(|| counts.try_fold(0_i64, i64::checked_add)).flatten();
    let (number, _) = catalog.add_variant(
        product,
        &VariantCells {
            file,
            line,
            sku: variant.sku.as_ref().map_or(default_sku, |Scalar(sku)| sku),
            barcode: text_of(variant.barcode.as_ref()),
            option_values: std::array::from_fn(|slot| option(slot).1),
            price: &price,
            compare_at_price: &compare_at_price,
            cost: &cost,
            weight: &weight,
            policy: text_of(variant.policy.as_ref()),
            fulfillment: text_of(variant.fulfillment.as_ref()),
            tracked: variant.tracked.unwrap_or(true),
            inventory: variant.inventory.map(|Count(count)| count).or(sum),
        },
    );
    for (location, count) in locations {
        catalog.set_location(number, location, count.map(|Count(count)| count), wanted);
    }
    let spaces = variant.metafields.as_ref().map_or(&[][..], |Mapping(spaces)| spaces);
    for (namespace, Mapping(keys)) in spaces {
        for (key, value) in keys {
            let field = catalog.schema.declare_metafield(namespace, key);
            if let Some(Metafield(value)) = value.as_ref().filter(|_| wanted.metafield(namespace, key)) {
                catalog.metafield_column(field).set_variant(number, value);
            }
        }
    }
    let columns = variant.columns.as_ref().map_or(&[][..], |Mapping(columns)| columns);
    for (header, value) in columns {
        let field = catalog.schema.declare_column(header);
        if let Some(Scalar(value)) = value.as_ref().filter(|Scalar(value)| wanted.column(header) && !value.trim().is_empty()) {
            catalog.header_column(field).set_variant(number, value);
        }
    }
}
