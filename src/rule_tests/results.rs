//! What came of tests.

use crate::diagnostic::{Diagnostic, Place};
use crate::orders::OrdersSummary;

/// What came of a project's tests.
#[derive(Debug, Default)]
pub struct TestRun {
    /// Every test, in the order of the files.
    pub results: Vec<TestResult>,
    /// The rules, in order, and whether a test has touched each.
    pub coverage: Vec<RuleCoverage>,
    /// How many order lines counted, where a test speaks of the catalog and there are orders.
    pub orders: Option<OrdersSummary>,
    /// What is wrong with the tests, or with what they need: there are no tests then.
    pub diagnostics: Vec<Diagnostic>,
}

impl TestRun {
    /// How many tests failed.
    pub fn failed(&self) -> usize {
        self.results.iter().filter(|result| result.failure.is_some()).count()
    }
}

/// One test.
#[derive(Debug)]
pub struct TestResult {
    /// What kind of test it is.
    pub kind: TestKind,
    /// Its name, as people read it.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// Why it failed, if it did.
    pub failure: Option<TestFailure>,
}

/// The kinds of tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestKind {
    /// A variant of the test's own.
    Case,
    /// A SKU of the catalog.
    Expect,
    /// A claim that must be true of no variant of the catalog.
    Never,
}

impl TestKind {
    /// The word that machine-readable results use.
    pub fn as_str(self) -> &'static str {
        match self {
            TestKind::Case => "case",
            TestKind::Expect => "expect",
            TestKind::Never => "never",
        }
    }
}

/// Why a test failed.
#[derive(Debug)]
pub struct TestFailure {
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// How what was found came about: the explanation of each variant concerned.
    pub explanations: Vec<String>,
}

/// A rule, and whether a test has touched it: whether it decides a setting of a variant of which a test expects something.
#[derive(Debug)]
pub struct RuleCoverage {
    /// Where the rule stands.
    pub place: Place,
    /// The rule as written, on one line.
    pub text: String,
    /// Whether a test has touched it.
    pub touched: bool,
}
