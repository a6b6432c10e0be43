//! `stockrule check`: reads everything, reports every error and warning; writes nothing, unless `--fix` asks for the sure fixes.

use std::path::Path;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::common::Common;
use super::output;
use super::progress::Progress;
use super::status::{Status, status_of};
use crate::project::{FILE_NAME, FixedFile, ROUNDS, Session, fix_rules, not_fixable, prepare};
use crate::report::{github, json as report, result, sarif};
use crate::text::thousands;

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckCommand {
    /// How to report
    #[arg(long, value_enum, default_value = "text")]
    format: CheckFormat,
    /// Make the sure fixes in the rule files, then report what is left
    #[arg(long)]
    fix: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CheckFormat {
    Text,
    Json,
    /// Annotations of a GitHub workflow
    Github,
    /// A SARIF log, for code scanning
    Sarif,
}

impl CheckCommand {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Status {
        let (settings, mut problems) = common.look();
        if self.fix {
            problems.extend(not_fixable(&settings));
        }
        let mut fixed = vec![];
        let (diagnostics, summary, orders) = if problems.is_empty() {
            let progress = Progress::of(common, "reading");
            let mut session = Session::default();
            let mut prepared = prepare(&settings, &[], &mut session);
            progress.stage("working out quantities");
            let mut result = prepared.finish();
            if self.fix {
                let mut unfixed = vec![];
                for _ in 0..ROUNDS {
                    match fix_rules(&settings, &result.diagnostics) {
                        Ok(files) if files.is_empty() => break,
                        Ok(files) => add(&mut fixed, files),
                        Err(problems) => {
                            unfixed = problems;
                            break;
                        }
                    }
                    prepared = prepare(&settings, &[], &mut session);
                    result = prepared.finish();
                }
                result.diagnostics.extend(unfixed);
            }
            drop(progress);
            output::matches(common, prepared.inputs.catalog.matches);
            (result.diagnostics, result::counts(&result.decisions), prepared.orders_summary)
        } else {
            (problems, vec![], None)
        };
        let project = settings.file.as_ref().map_or_else(|| FILE_NAME.to_owned(), |path| path.display().to_string());
        let in_repository =
            |file: &str| path_in_repository(if common.names(file) { Path::new("") } else { &settings.root }, file);
        let diagnostics = common.weigh(diagnostics);
        let status = status_of(&diagnostics);
        if self.format != CheckFormat::Text {
            output::orders(common, orders.as_ref());
        }
        let done = |file: &FixedFile| {
            let fixes = if file.fixes == 1 { "fix" } else { "fixes" };
            format!("{}: {} {fixes} made", file.name.display(), thousands(file.fixes))
        };
        match self.format {
            CheckFormat::Text => fixed.iter().for_each(|file| output::result(&format!("{}\n", done(file)))),
            CheckFormat::Github | CheckFormat::Sarif => fixed.iter().for_each(|file| output::remark(common, &done(file))),
            CheckFormat::Json => {}
        }
        match self.format {
            CheckFormat::Json => {
                let mut found = json!({ "summary": report::summary(&summary), "diagnostics": report::diagnostics(&diagnostics) });
                if self.fix {
                    let file = |file: &FixedFile| json!({ "file": file.name.display().to_string(), "fixes": file.fixes });
                    found["fixed"] = fixed.iter().map(file).collect();
                }
                output::json_with_orders(found, orders.as_ref());
            }
            CheckFormat::Github => output::result(&github::annotations(&diagnostics, &in_repository)),
            CheckFormat::Sarif => output::json_text(&sarif::log(&diagnostics, &project, &in_repository)),
            CheckFormat::Text => {
                output::diagnostics(common, &diagnostics);
                output::orders(common, orders.as_ref());
                if status == Status::Done {
                    output::remark(common, &result::summary_line(&summary));
                }
            }
        }
        status
    }
}

/// Adds what was fixed in one round to what was before.
fn add(fixed: &mut Vec<FixedFile>, files: Vec<FixedFile>) {
    for file in files {
        match fixed.iter_mut().find(|known| known.name == file.name) {
            Some(known) => known.fixes += file.fixes,
            None => fixed.push(file),
        }
    }
}

/// The path of a file as the repository has it: messages name the project's files relative to its folder, CI wants them relative
/// to the folder that was checked out, which it names in `GITHUB_WORKSPACE`, or else works in.
fn path_in_repository(root: &Path, file: &str) -> String {
    let full = std::path::absolute(root.join(file)).unwrap_or_else(|_| root.join(file));
    let workspace = std::env::var_os("GITHUB_WORKSPACE").filter(|folder| !folder.is_empty()).map(std::path::PathBuf::from);
    let folder = workspace.or_else(|| std::env::current_dir().ok()).unwrap_or_default();
    full.strip_prefix(&folder).unwrap_or(&full).display().to_string().replace('\\', "/")
}
