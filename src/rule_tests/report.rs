//! What came of the tests: for people, for programs, and as JUnit XML.

use std::fmt::Write as _;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use serde_json::{Value, json};

use super::results::{TestFailure, TestResult, TestRun};
use crate::report::json::diagnostics;
use crate::text::{counted, thousands, visible};

/// The failures in full, what no test has touched (if that is asked for), and a last line that counts.
pub fn text(tests: &TestRun, coverage: bool) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail, here and below.
    for result in &tests.results {
        if let Some(failure) = &result.failure {
            let _ = writeln!(out, "FAILED {}  {}", visible(&result.place.short()), visible(&result.name));
            let _ = writeln!(out, "  expected {}", visible(&failure.expected));
            let _ = writeln!(out, "  found    {}", visible(&failure.found));
            for explanation in &failure.explanations {
                out.push('\n');
                for line in explanation.lines() {
                    let _ = writeln!(out, "{}", format!("    {line}").trim_end());
                }
            }
            out.push('\n');
        }
    }
    if coverage {
        let touched = tests.coverage.iter().filter(|rule| rule.touched).count();
        let _ = writeln!(out, "{} of {} touched by a test", thousands(touched), counted(tests.coverage.len(), "rule"));
        for rule in tests.coverage.iter().filter(|rule| !rule.touched) {
            let _ = writeln!(out, "  untouched: {}  {}", visible(&rule.place.short()), visible(&rule.text));
        }
    }
    let failed = tests.failed();
    let (all, passed) = (counted(tests.results.len(), "test"), thousands(tests.results.len() - failed));
    let _ = writeln!(out, "{all}: {passed} passed, {} failed", thousands(failed));
    out
}

/// One object.
pub fn json(tests: &TestRun) -> Value {
    let list = tests.results.iter().map(|result| {
        json!({
            "name": result.name,
            "kind": result.kind.as_str(),
            "file": result.place.file_name(),
            "line": line(result),
            "passed": result.failure.is_none(),
            "expected": result.failure.as_ref().map(|failure| &failure.expected),
            "found": result.failure.as_ref().map(|failure| &failure.found),
            "explanations": result.failure.as_ref().map_or(&[][..], |failure| &failure.explanations),
        })
    });
    let coverage =
        tests.coverage.iter().map(|rule| json!({ "rule": rule.place.short(), "text": rule.text, "touched": rule.touched }));
    json!({
        "tests": list.collect::<Vec<_>>(),
        "summary": { "passed": tests.results.len() - tests.failed(), "failed": tests.failed() },
        "coverage": coverage.collect::<Vec<_>>(),
        "diagnostics": diagnostics(&tests.diagnostics),
    })
}

fn line(result: &TestResult) -> Option<usize> {
    result.place.line()
}

/// JUnit XML, in which nothing stands that XML forbids: a suite a test file; what is wrong with the tests themselves is an error of a suite of its own.
pub fn junit(tests: &TestRun) -> String {
    let mut report = Report::new("stockrule");
    for of_file in tests.results.chunk_by(|a, b| a.place.file_name() == b.place.file_name()) {
        let Some(first) = of_file.first() else { continue };
        let mut suite = TestSuite::new(visible(first.place.file_name()));
        for result in of_file {
            let status = result.failure.as_ref().map_or_else(TestCaseStatus::success, failed);
            let mut case = TestCase::new(visible(&result.name), status);
            case.set_classname(format!("{}.{}", visible(first.place.file_name()), result.kind.as_str()));
            if let Some(line) = line(result) {
                case.extra.insert("file".into(), visible(first.place.file_name()).into());
                case.extra.insert("line".into(), line.to_string().into());
            }
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    if !tests.diagnostics.is_empty() {
        let mut suite = TestSuite::new("input");
        for problem in &tests.diagnostics {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(visible(&problem.message)).set_type(problem.code.as_str());
            let place = problem.place.as_ref().map_or_else(|| problem.code.as_str().to_owned(), |place| place.short());
            suite.add_test_case(TestCase::new(visible(&place), status));
        }
        report.add_test_suite(suite);
    }
    // It serializes texts into memory, which cannot fail.
    report.to_string().unwrap_or_default()
}

fn failed(failure: &TestFailure) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(visible(&format!("expected {}, found {}", failure.expected, failure.found)));
    status.set_type("unexpected").set_description(failure.explanations.join("\n"));
    status
}
