//! `stockrule check`: reads everything, reports every error and warning, writes nothing.

use clap::{Args, ValueEnum};
use serde_json::json;

use super::common::{Common, status_of};
use super::{Status, output};
use crate::project::load;
use crate::report::{json as report, result};

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
}

impl Check {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Status {
        let (diagnostics, summary) = match common.settings() {
            Err(diagnostics) => (diagnostics, vec![]),
            Ok(settings) => {
                let evaluated = load(&settings, &[]).evaluate();
                (evaluated.diagnostics, result::counts(&evaluated.decisions))
            }
        };
        let diagnostics = common.weigh(diagnostics);
        let status = status_of(&diagnostics);
        match self.format {
            Format::Json => {
                output::json(&json!({ "summary": report::summary(&summary), "diagnostics": report::diagnostics(&diagnostics) }));
            }
            Format::Text => {
                output::diagnostics(common, &diagnostics);
                if status == Status::Done {
                    output::remark(common, &result::summary_line(&summary));
                }
            }
        }
        status
    }
}
