//! `stockrule emit`: writes the outputs once.

use std::path::PathBuf;

use clap::Args;

use super::common::{Common, status_of};
use super::{Status, output};
use crate::diagnostic::{Code, Diagnostic, any_error};
use crate::emit::{quantities, write};
use crate::project::load;
use crate::report::result;

/// Arguments of `emit`.
#[derive(Debug, Args)]
pub struct Emit {
    /// Where to write the quantities
    #[arg(long, value_name = "FILE")]
    quantities: Option<PathBuf>,
}

impl Emit {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Status {
        let mut settings = match common.settings() {
            Ok(settings) => settings,
            Err(diagnostics) => return fail(common, &diagnostics),
        };
        settings.outputs.quantities = self.quantities.clone().or(settings.outputs.quantities);
        if settings.outputs.quantities.is_none() {
            let help = "give `--quantities FILE`, or name it in the project file: `emit:` with `quantities:`";
            return fail(common, &[Diagnostic::error(Code::Project, "there is nothing to write").help(help)]);
        }
        let loaded = load(&settings, &[]);
        let evaluated = loaded.evaluate();
        let diagnostics = common.weigh(evaluated.diagnostics);
        output::diagnostics(common, &diagnostics);
        if any_error(&diagnostics) {
            return status_of(&diagnostics);
        }
        let mut files = vec![];
        if let Some(path) = &settings.outputs.quantities {
            files.push((path.clone(), quantities::csv(&loaded.catalog, &evaluated.decisions)));
        }
        if let Err(problem) = write::all(&files) {
            return fail(common, &[*problem]);
        }
        output::remark(common, &result::summary_line(&result::counts(&evaluated.decisions)));
        Status::Done
    }
}

fn fail(common: &Common, diagnostics: &[Diagnostic]) -> Status {
    output::diagnostics(common, diagnostics);
    status_of(diagnostics)
}
