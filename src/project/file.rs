//! `stockrule.yaml`, as it is written.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny};

use super::program::{self, Program};
use crate::amazon::marketplaces;
use crate::diagnostic::Diagnostic;
use crate::emit::guard::{Limit, Limits};
use crate::number;
use crate::yaml::{self, Scalar};

/// The name of a project file.
pub const FILE_NAME: &str = "stockrule.yaml";

/// The project file of a folder: its own, or that of the nearest folder above it. One that cannot be looked at, or is no file, is
/// the one all the same: reading it tells why, and another project's is not taken for it.
pub fn find(folder: &Path) -> Option<PathBuf> {
    let is_there = |path: &PathBuf| match path.symlink_metadata() {
        Ok(_) => true,
        Err(problem) => !matches!(problem.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
    };
    folder.ancestors().map(|folder| folder.join(FILE_NAME)).find(is_there)
}

/// Keys that were taken out, and what to write in their place.
const SUCCESSORS: [(&str, &str); 1] = [(
    "unknown key `missing`",
    "write `unsent` instead: of the SKUs of the last emission, how many this one may leave out, for whatever reason",
)];

/// What is wrong with a project file, with what to write in place of a key that was taken out.
pub fn with_successor(problem: Diagnostic) -> Diagnostic {
    let successor = SUCCESSORS.iter().find(|(what, _)| problem.message.ends_with(what));
    problem.maybe_help(successor.map(|(_, help)| (*help).to_owned()))
}

/// A project file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a mapping")]
pub struct ProjectFile {
    /// The rule files, in order.
    #[serde(deserialize_with = "paths")]
    pub rules: Vec<String>,
    /// The catalog's files.
    #[serde(deserialize_with = "catalog")]
    pub catalog: Vec<CatalogEntry>,
    /// The snapshot's time.
    #[serde(deserialize_with = "time")]
    pub as_of: Option<Timestamp>,
    /// Amazon's side.
    pub amazon: Amazon,
    /// The orders files.
    #[serde(deserialize_with = "paths")]
    pub orders: Vec<String>,
    /// Where counts move for orders that name no location.
    #[serde(deserialize_with = "text")]
    pub orders_location: Option<String>,
    /// The time zone in which days begin.
    #[serde(deserialize_with = "timezone")]
    pub timezone: Option<TimeZone>,
    /// What is written where.
    pub emit: Emit,
    /// The limits of an emission.
    pub guard: Guard,
    /// The folder of the project's state; `.stockrule` beside the project file if left out.
    #[serde(deserialize_with = "state")]
    pub state: Option<String>,
    /// The test files; `tests/*.yaml` if left out.
    #[serde(deserialize_with = "paths_option")]
    pub tests: Option<Vec<String>>,
}

/// What a comparison wants to know of a project file, whatever other keys the versions of before had.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, expecting = "a mapping")]
pub struct RulesOfProject {
    /// The rule files, in order.
    #[serde(deserialize_with = "paths")]
    pub rules: Vec<String>,
}

/// A file of the catalog.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CatalogEntry {
    /// Its path or pattern.
    pub path: String,
    /// Whether it holds extra columns, and in which column the SKU stands.
    key: Option<String>,
}

impl CatalogEntry {
    /// The column of SKUs, for a file of extra columns.
    pub fn columns_key(&self) -> Option<String> {
        self.key.clone()
    }
}

/// Amazon's side of a project.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a mapping")]
pub struct Amazon {
    /// The seller's ID.
    #[serde(deserialize_with = "text")]
    pub seller: Option<String>,
    /// The marketplace.
    #[serde(deserialize_with = "marketplace")]
    pub marketplace: Option<String>,
    /// The listings report.
    #[serde(deserialize_with = "text")]
    pub listings: Option<String>,
    /// The user's word that every SKU is merchant-fulfilled.
    #[serde(rename = "fulfillment", deserialize_with = "fulfillment")]
    pub merchant_fulfilled: bool,
    /// Further names of sources that mean Amazon, in Shopify's orders.
    #[serde(deserialize_with = "paths")]
    pub order_sources: Vec<String>,
}

/// What is written where.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a mapping")]
pub struct Emit {
    /// The list of quantities.
    #[serde(deserialize_with = "text")]
    pub quantities: Option<String>,
    /// Amazon's feed.
    #[serde(deserialize_with = "text")]
    pub feed: Option<String>,
    /// The file for manual upload.
    #[serde(deserialize_with = "text")]
    pub inventory_file: Option<String>,
    /// The adjustments for Shopify.
    #[serde(deserialize_with = "text")]
    pub adjustments: Option<String>,
    /// Whether only changed quantities are sent.
    pub changed_only: bool,
    /// A program that `watch` runs with the files that an emission changed.
    #[serde(deserialize_with = "program::deserialize")]
    pub on_change: Option<Program>,
    /// A program that `watch` runs when nothing goes out any more, and when that is over.
    #[serde(deserialize_with = "program::deserialize")]
    pub on_trouble: Option<Program>,
}

/// The limits of an emission, as far as the project sets them.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default, expecting = "a mapping")]
pub struct Guard {
    #[serde(deserialize_with = "limit")]
    zeroed: Limit,
    #[serde(deserialize_with = "limit")]
    changed: Limit,
    #[serde(deserialize_with = "limit")]
    unsent: Limit,
    #[serde(deserialize_with = "age")]
    listings_age: Option<SignedDuration>,
    #[serde(deserialize_with = "age")]
    catalog_age: Option<SignedDuration>,
}

impl Default for Guard {
    fn default() -> Self {
        let Limits { zeroed, changed, unsent, listings_age, catalog_age } = Limits::default();
        Guard { zeroed, changed, unsent, listings_age, catalog_age }
    }
}

impl From<Guard> for Limits {
    fn from(guard: Guard) -> Self {
        let Guard { zeroed, changed, unsent, listings_age, catalog_age } = guard;
        Limits { zeroed, changed, unsent, listings_age, catalog_age }
    }
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Scalar>::deserialize(deserializer)?.map(|Scalar(text)| text))
}

fn state<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    yaml::parsed_option(deserializer, |text| match text.trim() {
        "" => Err("no folder is named: write it as `state: .stockrule`, or leave the key out".to_owned()),
        _ => Ok(text.to_owned()),
    })
}

/// One path or a list of them.
fn paths<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    struct Paths;
    impl<'de> serde::de::Visitor<'de> for Paths {
        type Value = Vec<String>;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a text or a list of texts")
        }
        fn visit_str<E: Error>(self, path: &str) -> Result<Vec<String>, E> {
            Ok(vec![path.to_owned()])
        }
        fn visit_unit<E: Error>(self) -> Result<Vec<String>, E> {
            Ok(vec![])
        }
        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Vec<String>, A::Error> {
            let mut paths = vec![];
            while let Some(Scalar(path)) = items.next_element()? {
                paths.push(path);
            }
            Ok(paths)
        }
    }
    deserializer.deserialize_any(Paths)
}

fn paths_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    paths(deserializer).map(Some)
}

/// One entry or a list of them; an entry is a path, or a mapping with more to say.
fn catalog<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<CatalogEntry>, D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields, expecting = "a mapping")]
    struct Mapped {
        path: Scalar,
        format: Option<Scalar>,
        key: Option<Scalar>,
        as_of: Option<IgnoredAny>,
    }
    struct Entry(CatalogEntry);
    impl<'de> Deserialize<'de> for Entry {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_any(Entries).map(|mut entries| Entry(entries.pop().unwrap_or_default()))
        }
    }
    struct Entries;
    impl<'de> serde::de::Visitor<'de> for Entries {
        type Value = Vec<CatalogEntry>;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a path, or `path:` with `format:` and `key:`, or a list of them")
        }
        fn visit_str<E: Error>(self, path: &str) -> Result<Self::Value, E> {
            Ok(vec![CatalogEntry { path: path.to_owned(), ..CatalogEntry::default() }])
        }
        fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            let mapped = Mapped::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
            if mapped.as_of.is_some() {
                return Err(A::Error::custom(
                    "`as_of` belongs to the project, not to one file of its catalog: write it at the start of a line, beside \
                     `catalog:`, with the time of the oldest export",
                ));
            }
            let key = match (mapped.format.as_ref().map(|Scalar(text)| text.as_str()), mapped.key) {
                (Some("columns"), Some(Scalar(key))) => Some(key),
                (Some("columns"), None) => Some("SKU".to_owned()),
                (None, None) => None,
                (None, Some(_)) => return Err(A::Error::custom("`key` goes with `format: columns`")),
                (Some(other), _) => {
                    return Err(A::Error::custom(format!("unknown format `{other}`: the only one to be named is `columns`")));
                }
            };
            Ok(vec![CatalogEntry { path: mapped.path.0, key }])
        }
        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
            let mut entries = vec![];
            while let Some(Entry(entry)) = items.next_element()? {
                entries.push(entry);
            }
            Ok(entries)
        }
    }
    deserializer.deserialize_any(Entries)
}

fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    yaml::parsed_option(deserializer, |text| {
        text.trim().parse().map_err(|_| format!("`{text}` is no time: write it as 2026-11-23T04:00:00Z"))
    })
}

fn timezone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<TimeZone>, D::Error> {
    yaml::parsed_option(deserializer, |text| {
        TimeZone::get(text.trim()).map_err(|_| format!("`{text}` is no time zone: write it as America/New_York"))
    })
}

fn fulfillment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let word = yaml::parsed_option(deserializer, |text| match text {
        "merchant" => Ok(true),
        _ => Err(format!("`{text}` is no word on fulfillment: the only one is `merchant`")),
    })?;
    Ok(word.unwrap_or(false))
}

fn limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Limit, D::Error> {
    yaml::parsed(deserializer, |text| {
        if text == "off" {
            return Ok(Limit { percent: None, handful: 0 });
        }
        let percent = text.strip_suffix('%').and_then(number::decimal);
        match percent.filter(|percent| *percent >= Decimal::ZERO && *percent <= Decimal::ONE_HUNDRED) {
            Some(percent) => Ok(Limit { percent: Some(percent), handful: 0 }),
            None => Err(format!("`{text}` is no limit: write a percentage from 0% to 100%, or `off`")),
        }
    })
}

fn age<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SignedDuration>, D::Error> {
    yaml::parsed(deserializer, |text| {
        if text == "off" {
            return Ok(None);
        }
        let hours = [("h", 1), ("d", 24)].iter().find_map(|(unit, hours)| Some((text.strip_suffix(unit)?, *hours)));
        let number = hours.and_then(|(number, hours)| Some((number.parse::<i64>().ok()?, hours)));
        match number.filter(|(number, _)| (0..=100_000).contains(number)) {
            Some((number, hours)) => Ok(Some(SignedDuration::from_hours(number * hours))),
            None => Err(format!("`{text}` is no age: write hours or days, `24h` or `2d`, or `off`")),
        }
    })
}

/// A marketplace by its name.
pub fn marketplace<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    yaml::parsed_option(deserializer, |name| {
        marketplaces::named(name).map(str::to_owned).map_err(|help| format!("`{name}` is no marketplace: {help}"))
    })
}
