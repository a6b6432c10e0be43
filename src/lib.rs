//! Inventory rules as code: how many units of each Shopify product Amazon may sell.
//!
//! The modules stand in the order in which data flows through them; each imports only from those before it.

/// One type for every error and warning.
pub mod diagnostic;
/// What can be told of a file's content without reading it.
pub mod fingerprint;
/// How memory is had from the system.
pub mod memory;
/// Work by all processors at once.
pub mod parallel;
/// A file's text, and positions in it.
pub mod source;
/// How texts are compared; the nearest known word.
pub mod text;
/// Whole numbers and decimals, as files write them.
pub mod number;
/// Days, as people and files write them.
pub mod days;
/// Most things told at one look from some.
pub mod sieve;
/// The marketplaces of Amazon.
pub mod marketplaces;
/// One door for reading: limits, unpacking, encodings, kinds of files.
pub mod files;
/// YAML read strictly.
pub mod yaml;
/// Text to syntax tree.
pub mod syntax;
/// Files of Shopify to catalog; the list of fields.
pub mod catalog;
/// Amazon's listings report.
pub mod listings;
/// Order files to movements of counts.
pub mod orders;
/// Tree and schema to checked rules.
pub mod resolve;
/// Checked rules and catalog to one decision a variant.
pub mod evaluate;
/// Warnings that need the catalog or the decisions.
pub mod lint;
/// Decisions to the content of files.
pub mod emit;
/// Files written whole or not at all; `.stockrule/`, where a project keeps what was sent and delivered last.
pub mod deliver;
/// The project file, and the stages run on what it names.
pub mod project;
/// The loop that runs again whenever something changes.
pub mod watch;
/// Diagnostics and results, for people and machines.
pub mod report;
/// What other rules would change.
pub mod compare;
/// The tests of a project, run on its rules.
pub mod trial;
/// One file a command; only here anything is printed.
pub mod cli;
