//! What came of the tests: for people, for programs, and as JUnit XML.

use std::fmt::Write as _;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use serde_json::{Value, json};

use super::{Failure, Trial, Trials};
use crate::report::json::diagnostics;
use crate::text::{counted, thousands, visible};

/// The failures in full, what no test has touched (if that is asked for), and a last line that counts.
pub fn text(trials: &Trials, coverage: bool) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail, here and below.
    for trial in &trials.trials {
        if let Some(failure) = &trial.failure {
            let _ = writeln!(out, "FAILED {}  {}", visible(&trial.place.short()), visible(&trial.name));
            let _ = writeln!(out, "  expected {}", visible(&failure.expected));
            let _ = writeln!(out, "  found    {}", visible(&failure.found));
            for story in &failure.stories {
                out.push('\n');
                for line in story.lines() {
                    let _ = writeln!(out, "{}", format!("    {line}").trim_end());
                }
            }
            out.push('\n');
        }
    }
    if coverage {
        let touched = trials.coverage.iter().filter(|rule| rule.touched).count();
        let _ = writeln!(out, "{} of {} touched by a test", thousands(touched), counted(trials.coverage.len(), "rule"));
        for rule in trials.coverage.iter().filter(|rule| !rule.touched) {
            let _ = writeln!(out, "  untouched: {}  {}", visible(&rule.place.short()), visible(&rule.text));
        }
    }
    let failed = trials.failed();
    let (all, passed) = (counted(trials.trials.len(), "test"), thousands(trials.trials.len() - failed));
    let _ = writeln!(out, "{all}: {passed} passed, {} failed", thousands(failed));
    out
}

/// One object.
pub fn json(trials: &Trials) -> Value {
    let list = trials.trials.iter().map(|trial| {
        json!({
            "name": trial.name,
            "kind": trial.kind.as_str(),
            "file": trial.place.file,
            "line": line(trial),
            "passed": trial.failure.is_none(),
            "expected": trial.failure.as_ref().map(|failure| &failure.expected),
            "found": trial.failure.as_ref().map(|failure| &failure.found),
            "explanations": trial.failure.as_ref().map_or(&[][..], |failure| &failure.stories),
        })
    });
    let coverage =
        trials.coverage.iter().map(|rule| json!({ "rule": rule.place.short(), "text": rule.text, "touched": rule.touched }));
    json!({
        "tests": list.collect::<Vec<_>>(),
        "summary": { "passed": trials.trials.len() - trials.failed(), "failed": trials.failed() },
        "coverage": coverage.collect::<Vec<_>>(),
        "diagnostics": diagnostics(&trials.diagnostics),
    })
}

fn line(trial: &Trial) -> Option<usize> {
    (trial.place.line > 0).then_some(trial.place.line)
}

/// JUnit XML, in which nothing stands that XML forbids: a suite a test file; what is wrong with the tests themselves is an error of a suite of its own.
pub fn junit(trials: &Trials) -> String {
    let mut report = Report::new("stockrule");
    for of_file in trials.trials.chunk_by(|a, b| a.place.file == b.place.file) {
        let Some(first) = of_file.first() else { continue };
        let mut suite = TestSuite::new(visible(&first.place.file));
        for trial in of_file {
            let status = trial.failure.as_ref().map_or_else(TestCaseStatus::success, failed);
            let mut case = TestCase::new(visible(&trial.name), status);
            case.set_classname(format!("{}.{}", visible(&first.place.file), trial.kind.as_str()));
            if let Some(line) = line(trial) {
                case.extra.insert("file".into(), visible(&first.place.file).into());
                case.extra.insert("line".into(), line.to_string().into());
            }
            suite.add_test_case(case);
        }
        report.add_test_suite(suite);
    }
    if !trials.diagnostics.is_empty() {
        let mut suite = TestSuite::new("input");
        for problem in &trials.diagnostics {
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

fn failed(failure: &Failure) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(visible(&format!("expected {}, found {}", failure.expected, failure.found)));
    status.set_type("unexpected").set_description(failure.stories.join("\n"));
    status
}
