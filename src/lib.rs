//! Inventory rules as code: how many units of each Shopify product Amazon may sell.
//!
//! The modules stand in the order in which data flows through them; each imports only from those before it.
#![cfg_attr(test, allow(clippy::disallowed_methods))] // tests write the files that they read

/// Numbers of products, variants, offers, rules, groups and files: a type each.
pub mod ids;
/// A file's text, and positions in it.
pub mod source;
/// Errors and warnings: where, what to write instead, and the fix as data.
pub mod diagnostic;
/// How memory is had from the system.
pub mod memory;
/// Work by all processors at once.
pub mod parallel;
/// How texts are compared; the nearest known word.
pub mod text;
/// Whole numbers and decimals, as files write them.
pub mod number;
/// Days, as people and files write them.
pub mod days;
/// The wall clock.
pub mod clock;
/// A set of numbers that says "certainly not in it" by one bit.
pub mod bloom_filter;
/// One door for reading: limits, unpacking, encodings, kinds of files.
pub mod files;
/// YAML read strictly.
pub mod yaml;
/// Text to syntax tree.
pub mod syntax;
/// The fields of the rules language, and which of them a run needs.
pub mod fields;
/// Tables of CSV files and workbooks: records, cells, and their places.
#[allow(clippy::disallowed_methods)] // until its reads are those of `files`
pub mod table;
/// Files of Shopify to catalog.
#[allow(clippy::disallowed_methods)] // until its reads are those of `files`
pub mod catalog;
/// What Amazon has of the merchant: marketplaces and the listings report.
pub mod amazon;
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
#[allow(clippy::disallowed_methods)] // until its reads are those of `files`
pub mod project;
/// The loop that runs again whenever something changes.
#[allow(clippy::disallowed_methods)] // until its reads are those of `files`
pub mod watch;
/// Diagnostics and results, for people and machines.
pub mod report;
/// What other rules would change.
pub mod diff;
/// The tests of a project, run on its rules.
pub mod rule_tests;
/// One file a command; only here anything is printed.
#[allow(clippy::disallowed_methods)] // until its reads are those of `files`
pub mod cli;

#[cfg(test)]
#[path = "../tests/unit/mod.rs"]
mod unit_tests;
