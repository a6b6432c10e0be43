//! Inventory rules as code: how many units of each Shopify product Amazon may sell.
//!
//! A merchant sells one stock on Shopify and Amazon. Rule files in git say how many units of it Amazon may sell; the program
//! `stockrule` reads them with exports of the shop, works the quantities out and writes what goes to Amazon. This library does the
//! same up to the quantities, for programs that want to ask instead of writing files:
//!
//! ```
//! use stockrule::{Outcome, Project};
//!
//! let project = Project::open("examples/small-shop")?.on(jiff::civil::date(2026, 11, 23));
//! let evaluation = project.evaluate()?;
//!
//! let poster = evaluation.decisions().find(|offer| offer.sku == "POSTER-1").expect("a SKU of the catalog");
//! assert_eq!((poster.outcome, poster.quantity), (Outcome::Held, None));
//! let units: i64 = evaluation.decisions().filter_map(|offer| offer.quantity).sum();
//! assert_eq!((evaluation.count(Outcome::Synced), units), (10, 130));
//!
//! let explanation = evaluation.explain("SOCKS-6")?;
//! assert!(explanation.contains("synced: Amazon may sell 18 (on Amazon now: 20)"));
//! assert!(explanation.contains("pack 6 → 18"));
//!
//! // An error carries every diagnostic: what is wrong, where, and what to write instead.
//! let error = evaluation.explain("SOCKS-7").expect_err("no such SKU");
//! assert_eq!(error.diagnostics()[0].help.as_deref(), Some("did you mean `SOCKS-1`?"));
//! # Ok::<(), stockrule::Error>(())
//! ```
//!
//! Quantities are whole units, money and percentages are decimals; nothing is a floating-point number. Equal files, days and
//! rules give equal quantities, whatever the number of threads.
//!
//! The language of the rules, the formats that are read and the files that are written are described in the repository's README;
//! how the modules below are laid out, in CONTRIBUTING. They stand in the order in which data flows through them, and each imports
//! only from those before it.
#![cfg_attr(test, allow(clippy::disallowed_methods))] // tests write the files that they read

// Numbers of products, variants, offers, rules, groups and files: a type each.
mod ids;
// A file's text, and positions in it.
mod source;
// Errors and warnings: where, what to write instead, and the fix as data.
mod diagnostic;
// What each operating system does in its own way.
mod system;
// How memory is had from the system.
mod memory;
// Work by all processors at once.
mod parallel;
// How texts are compared; the nearest known word.
mod text;
// Whole numbers and decimals, as files write them.
mod number;
// Days, as people and files write them.
mod days;
// The wall clock.
mod clock;
// One door for reading: limits, unpacking, encodings, kinds of files.
mod files;
// YAML read strictly.
mod yaml;
// Text to syntax tree.
mod syntax;
// The fields of the rules language, and which of them a run needs.
mod fields;
// Tables of CSV files and workbooks: records, cells, and their places.
mod table;
// Files of Shopify to catalog.
mod catalog;
// What Amazon has of the merchant: marketplaces and the listings report.
mod amazon;
// Order files to movements of counts.
mod orders;
// Tree and schema to checked rules.
mod resolve;
// Checked rules and catalog to one decision a variant.
mod evaluate;
// Warnings that need the catalog or the decisions.
mod lint;
// Decisions to the content of files.
mod emit;
// Files written whole or not at all; `.stockrule/`, where a project keeps what was sent and delivered last.
mod deliver;
// The project file, and the stages run on what it names.
mod project;
// The loop that runs again whenever something changes.
mod watch;
// Diagnostics and results, for people and machines.
mod report;
// What other rules would change.
mod diff;
// The tests of a project, run on its rules.
mod rule_tests;
// What programs that use this library are offered.
mod facade;
// One file a command; only here anything is printed.
mod cli;

pub use diagnostic::{Code, Diagnostic, Edit, Excerpt, Fix, Label, Place, Position, Severity};
pub use evaluate::Outcome;
pub use facade::{Error, Evaluation, OfferDecision, Project};
pub use source::{Source, Span};

#[doc(hidden)]
pub use cli::main;

#[cfg(any(test, feature = "internals"))]
#[doc(hidden)]
pub mod internals;

#[cfg(test)]
#[path = "../tests/unit/mod.rs"]
mod unit_tests;
