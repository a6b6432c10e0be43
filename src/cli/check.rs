//! `stockrule check`: reads everything, reports every error and warning, writes nothing.

use std::path::Path;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::common::{Common, status_of};
use super::progress::Progress;
use super::{Status, output};
use crate::project::{FILE_NAME, Session, prepare};
use crate::report::{github, json as report, result, sarif};

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// How to report
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    /// Annotations of a GitHub workflow
    Github,
    /// A SARIF log, for code scanning
    Sarif,
}

impl Check {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Status {
        let (settings, problems) = common.look();
        let (diagnostics, summary, orders) = if problems.is_empty() {
            let progress = Progress::of(common, "reading");
            let prepared = prepare(&settings, &[], &mut Session::default());
            progress.stage("working out quantities");
            let result = prepared.finish();
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
        if self.format != Format::Text {
            output::orders(common, orders.as_ref());
        }
        match self.format {
            Format::Json => {
                let found = json!({ "summary": report::summary(&summary), "diagnostics": report::diagnostics(&diagnostics) });
                output::json_with_orders(found, orders.as_ref());
            }
            Format::Github => output::result(&github::annotations(&diagnostics, &in_repository)),
            Format::Sarif => output::json_text(&sarif::log(&diagnostics, &project, &in_repository)),
            Format::Text => {
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

/// The path of a file as the repository has it: messages name the project's files relative to its folder, CI wants them relative
/// to the folder that was checked out, which it names in `GITHUB_WORKSPACE`, or else works in.
fn path_in_repository(root: &Path, file: &str) -> String {
    let full = std::path::absolute(root.join(file)).unwrap_or_else(|_| root.join(file));
    let workspace = std::env::var_os("GITHUB_WORKSPACE").filter(|folder| !folder.is_empty()).map(std::path::PathBuf::from);
    let folder = workspace.or_else(|| std::env::current_dir().ok()).unwrap_or_default();
    full.strip_prefix(&folder).unwrap_or(&full).display().to_string().replace('\\', "/")
}
