//! `stockrule diff`: what the rules as they stand change against those of another revision.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::common::Common;
use super::output;
use super::screen::{self, LeftOutRows};
use super::status::{Status, status_of};
use crate::diagnostic::{Diagnostic, any_error};
use crate::diff::{RulesDiff, diff, report};
use crate::project::{EarlierRules, Session, Settings, prepare, rules_at, rules_from};
use crate::syntax;
use crate::syntax::tree::RuleFile;
use crate::text::counted;

/// Arguments of `diff`.
#[derive(Debug, Args)]
pub struct DiffCommand {
    /// The git revision to compare with
    #[arg(value_name = "REV", default_value = "HEAD")]
    revision: String,
    /// Compare with this rule file, or with the rules of this folder, instead of a git revision
    #[arg(long, value_name = "PATH", conflicts_with = "revision")]
    from: Option<PathBuf>,
    /// Show only so many SKUs of the table
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    format: DiffFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    Text,
    Csv,
    Json,
    Markdown,
}

impl DiffCommand {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Status {
        match common.settings().and_then(|settings| Ok((self.rules_before(common, &settings)?, settings))) {
            Ok(((trees, remarks), settings)) => self.diff(common, &settings, &trees, &remarks),
            Err(diagnostics) => self.fail(common, &diagnostics),
        }
    }

    /// The rules to compare with, and what a reader should know of them.
    fn rules_before(&self, common: &Common, settings: &Settings) -> Result<(Vec<RuleFile>, Vec<Diagnostic>), Vec<Diagnostic>> {
        let EarlierRules { sources, remarks } = match &self.from {
            Some(path) => rules_from(path)?,
            // Rules named on the command line are relative to where it was typed.
            None if !common.rules.is_empty() => rules_at(&self.revision, &PathBuf::new(), &common.rules, None)?,
            None => {
                let names: Vec<PathBuf> = settings.rules.iter().map(|named| named.name.clone()).collect();
                rules_at(&self.revision, &settings.root, &names, settings.file.as_deref())?
            }
        };
        let (mut trees, mut problems) = (vec![], vec![]);
        for source in sources {
            let (tree, found) = syntax::parse(Arc::new(source));
            trees.push(tree);
            problems.extend(found);
        }
        if problems.is_empty() { Ok((trees, remarks)) } else { Err(self.of_before(problems)) }
    }

    fn diff(&self, common: &Common, settings: &Settings, trees: &[RuleFile], remarks: &[Diagnostic]) -> Status {
        let mut fields = vec![];
        for tree in trees {
            tree.for_each_field(&mut |name| fields.push(name.clone()));
        }
        let after = prepare(settings, &fields, &mut Session::default());
        let is = after.finish();
        let mut diagnostics = common.weigh(is.diagnostics);
        if any_error(&diagnostics) {
            return self.fail(common, &diagnostics);
        }
        let before = after.with_rules(settings, trees);
        if any_error(&before.diagnostics) {
            diagnostics = self.of_before(before.diagnostics);
            return self.fail(common, &diagnostics);
        }
        if self.format != DiffFormat::Json {
            output::diagnostics(common, remarks);
        }
        let orders = after.orders_summary.as_ref();
        output::orders(common, orders);
        let found = diff(&before.run(), &after.run().with_decisions(is.decisions));
        match self.format {
            DiffFormat::Json => {
                let all = [diagnostics, remarks.to_vec()].concat();
                output::json_with_orders(report::json(&found, &all), orders);
            }
            DiffFormat::Csv => output::result(&report::csv(&found)),
            DiffFormat::Markdown => output::result(&report::markdown(&found, &self.against())),
            DiffFormat::Text => {
                let differences = &found.differences;
                if !differences.is_empty() {
                    let ways = "`--format csv` lists them for a spreadsheet";
                    let rest = LeftOutRows { noun: "SKU", limit: self.limit, ways };
                    let cells = |index: usize| differences.get(index).map(report::cells).unwrap_or_default();
                    output::result(&screen::table(&report::COLUMNS, differences.len(), cells, &rest));
                }
                output::prose(&report::sums(&found));
                if !diagnostics.is_empty() {
                    let warnings = counted(diagnostics.len(), "warning");
                    output::remark(common, &format!("{warnings}, which `stockrule check` shows"));
                }
            }
        }
        Status::Done
    }

    /// What is compared with, in the user's words.
    fn against(&self) -> String {
        self.from.as_ref().map_or_else(|| self.revision.clone(), |path| path.display().to_string())
    }

    /// Problems of the rules to compare with, named as theirs.
    fn of_before(&self, mut problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
        if self.from.is_none() {
            for problem in &mut problems {
                let place = problem.place.take();
                problem.place = place.map(|place| place.in_file(format!("{}:{}", self.revision, place.file_name())));
                // What was committed stays as it is.
                problem.fix = None;
            }
        }
        problems
    }

    fn fail(&self, common: &Common, diagnostics: &[Diagnostic]) -> Status {
        match self.format {
            DiffFormat::Json => output::json(&report::json(&RulesDiff::default(), diagnostics)),
            DiffFormat::Text | DiffFormat::Csv | DiffFormat::Markdown => output::diagnostics(common, diagnostics),
        }
        status_of(diagnostics)
    }
}
