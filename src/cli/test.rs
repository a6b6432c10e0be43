//! `stockrule test`: the project's own tests of its rules.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::common::Common;
use super::output;
use super::status::{Status, status_of};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::files::NamedFile;
use crate::project::Settings;
use crate::rule_tests::{TestRun, report, run};

/// Arguments of `test`.
#[derive(Debug, Args)]
pub struct TestCommand {
    /// The test files; the project's, tests/*.yaml, if left out
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// List the rules that no test has touched
    #[arg(long)]
    coverage: bool,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    format: TestFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TestFormat {
    Text,
    Json,
    Junit,
}

impl TestCommand {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Status {
        let tests = self.tests(common);
        match self.format {
            TestFormat::Json => output::json(&report::json(&tests)),
            TestFormat::Junit => output::result(&report::junit(&tests)),
            TestFormat::Text if tests.diagnostics.is_empty() => output::prose(&report::text(&tests, self.coverage)),
            TestFormat::Text => output::diagnostics(common, &tests.diagnostics),
        }
        output::orders(common, tests.orders.as_ref());
        match status_of(&tests.diagnostics) {
            Status::Done if tests.failed() > 0 => Status::WrongInput,
            status => status,
        }
    }

    fn tests(&self, common: &Common) -> TestRun {
        let wrong = |diagnostics| TestRun { diagnostics, ..TestRun::default() };
        let settings = match common.settings_of_rules() {
            Ok(settings) => settings,
            Err(diagnostics) => return wrong(diagnostics),
        };
        let files = match self.files.as_slice() {
            [] => settings.tests.clone(),
            named => named.iter().map(|path| NamedFile { path: path.clone(), name: path.clone() }).collect(),
        };
        if files.is_empty() {
            let help = "write some into `tests/`, as in the README's example, or name files";
            return wrong(vec![Diagnostic::error(Code::TestFile, "there are no tests").help(help)]);
        }
        // Each file of tests reads the rules, and the catalog and reports if it speaks of them.
        let read_again = |settings: &Settings| {
            let path = settings.first_pipe()?;
            let message = format!("`{}` can be read only once, and tests read their files again and again", path.display());
            let help = "write what comes through it into a file, and name that";
            Some(vec![Diagnostic::error(Code::File, message).help(help).at(Place::file(&path))])
        };
        if let Some(problems) = read_again(&settings) {
            return wrong(problems);
        }
        // Tests of cases alone run where the exports are not: on a machine that checks a pull request.
        let catalog = || {
            let whole = common.settings()?;
            read_again(&whole).map_or(Ok(()), Err)?;
            Ok(Settings { everything: true, ..whole })
        };
        run(&settings, &catalog, &files)
    }
}
