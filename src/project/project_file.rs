//! `stockrule.yaml` as it is written: its keys, with nothing looked up on the disk yet.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::catalog_entry::{self, CatalogEntry};
use super::program::{self, Program};
use super::values;
use crate::diagnostic::Diagnostic;
use crate::emit::guard::{Limit, Limits};
use crate::files::{is_absence, paths};

/// The name of a project file.
pub const FILE_NAME: &str = "stockrule.yaml";

/// The project file of a folder: its own, or that of the nearest folder above it. One that cannot be looked at, or is no file, is
/// the one all the same: reading it tells why, and another project's is not taken for it.
pub fn find(folder: &Path) -> Option<PathBuf> {
    let is_there = |path: &PathBuf| paths::metadata_of_link(path).map_or_else(|problem| !is_absence(&problem), |_| true);
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
    #[serde(deserialize_with = "values::paths")]
    pub rules: Vec<String>,
    /// The catalog's files.
    #[serde(deserialize_with = "catalog_entry::deserialize")]
    pub catalog: Vec<CatalogEntry>,
    /// The snapshot's time.
    #[serde(deserialize_with = "values::time")]
    pub as_of: Option<Timestamp>,
    /// What is known of the merchant's account at Amazon.
    pub amazon: AmazonKeys,
    /// The orders files.
    #[serde(deserialize_with = "values::paths")]
    pub orders: Vec<String>,
    /// Where counts move for orders that name no location.
    #[serde(deserialize_with = "values::text")]
    pub orders_location: Option<String>,
    /// The time zone in which days begin.
    #[serde(deserialize_with = "values::timezone")]
    pub timezone: Option<TimeZone>,
    /// What is written where.
    pub emit: EmitKeys,
    /// The limits of an emission.
    pub guard: GuardKeys,
    /// The folder of the project's state; `.stockrule` beside the project file if left out.
    #[serde(deserialize_with = "values::state")]
    pub state: Option<String>,
    /// The test files; `tests/*.yaml` if left out.
    #[serde(deserialize_with = "values::paths_option")]
    pub tests: Option<Vec<String>>,
}

/// What a comparison with an earlier revision reads of its project file, whatever other keys that version had.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, expecting = "a mapping")]
pub struct RulesOfProject {
    /// The rule files, in order.
    #[serde(deserialize_with = "values::paths")]
    pub rules: Vec<String>,
}

/// What stands under `amazon:`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a mapping")]
pub struct AmazonKeys {
    /// The seller's ID.
    #[serde(deserialize_with = "values::text")]
    pub seller: Option<String>,
    /// The marketplace.
    #[serde(deserialize_with = "values::marketplace")]
    pub marketplace: Option<String>,
    /// The listings report.
    #[serde(deserialize_with = "values::text")]
    pub listings: Option<String>,
    /// The user's word that every SKU is merchant-fulfilled.
    #[serde(rename = "fulfillment", deserialize_with = "values::fulfillment")]
    pub merchant_fulfilled: bool,
    /// Further names of sources that mean Amazon, in Shopify's orders.
    #[serde(deserialize_with = "values::paths")]
    pub order_sources: Vec<String>,
}

/// What stands under `emit:`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a mapping")]
pub struct EmitKeys {
    /// The list of quantities.
    #[serde(deserialize_with = "values::text")]
    pub quantities: Option<String>,
    /// Amazon's feed.
    #[serde(deserialize_with = "values::text")]
    pub feed: Option<String>,
    /// The file for manual upload.
    #[serde(deserialize_with = "values::text")]
    pub inventory_file: Option<String>,
    /// The adjustments for Shopify.
    #[serde(deserialize_with = "values::text")]
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

/// What stands under `guard:`; the limits that it does not set are those of [`Limits::default`].
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default, expecting = "a mapping")]
pub struct GuardKeys {
    #[serde(deserialize_with = "values::limit")]
    zeroed: Limit,
    #[serde(deserialize_with = "values::limit")]
    changed: Limit,
    #[serde(deserialize_with = "values::limit")]
    unsent: Limit,
    #[serde(deserialize_with = "values::age")]
    listings_age: Option<SignedDuration>,
    #[serde(deserialize_with = "values::age")]
    catalog_age: Option<SignedDuration>,
}

impl Default for GuardKeys {
    fn default() -> Self {
        let Limits { zeroed, changed, unsent, listings_age, catalog_age } = Limits::default();
        GuardKeys { zeroed, changed, unsent, listings_age, catalog_age }
    }
}

impl From<GuardKeys> for Limits {
    fn from(guard: GuardKeys) -> Self {
        let GuardKeys { zeroed, changed, unsent, listings_age, catalog_age } = guard;
        Limits { zeroed, changed, unsent, listings_age, catalog_age }
    }
}
