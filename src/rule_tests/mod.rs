//! The tests of a project: what people expect of their rules, and whether it holds.

pub mod cases;
mod claim;
pub mod file;
pub mod report;
mod run;

use crate::diagnostic::{Diagnostic, Place};
use crate::orders::Told;

pub use run::{WithCatalog, run};

/// What came of a project's tests.
#[derive(Debug, Default)]
pub struct Trials {
    /// Every test, in the order of the files.
    pub trials: Vec<Trial>,
    /// The rules, in order, and whether a test has touched each.
    pub coverage: Vec<Covered>,
    /// How many order lines counted, where a test speaks of the catalog and there are orders.
    pub orders: Option<Told>,
    /// What is wrong with the tests, or with what they need: there are no trials then.
    pub diagnostics: Vec<Diagnostic>,
}

impl Trials {
    /// How many tests failed.
    pub fn failed(&self) -> usize {
        self.trials.iter().filter(|trial| trial.failure.is_some()).count()
    }
}

/// One test.
#[derive(Debug)]
pub struct Trial {
    /// What kind of test it is.
    pub kind: Kind,
    /// Its name, as people read it.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// Why it failed, if it did.
    pub failure: Option<Failure>,
}

/// The kinds of tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A variant of the test's own.
    Case,
    /// A SKU of the catalog.
    Expect,
    /// A claim that must be true of no variant of the catalog.
    Never,
}

impl Kind {
    /// The word that machine-readable results use.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Case => "case",
            Kind::Expect => "expect",
            Kind::Never => "never",
        }
    }
}

/// Why a test failed.
#[derive(Debug)]
pub struct Failure {
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// How what was found came about: the explanation of each variant concerned.
    pub stories: Vec<String>,
}

/// A rule, and whether a test has touched it: whether it decides a setting of a variant of which a test expects something.
#[derive(Debug)]
pub struct Covered {
    /// Where the rule stands.
    pub place: Place,
    /// The rule as written, on one line.
    pub text: String,
    /// Whether a test has touched it.
    pub touched: bool,
}
