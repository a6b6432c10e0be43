//! What the program says of the files of a project.

use std::fmt::Write as _;
use std::path::Path;

use crate::diagnostic::{Code, Diagnostic, Place, any_error};
use crate::emit::adjustments;
use crate::project::{PreparedRun, ProjectFile, Settings};
use crate::report::result;
use crate::yaml;

use super::comparing::{Fault, read_adjustments};
use super::simple::Answer;
use super::simple::orders::Adjustment;

pub fn error_text(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).fold(String::new(), |mut all, diagnostic| {
        let place = diagnostic.place.as_ref();
        let _ = writeln!(
            all,
            "{}:{}: {}",
            place.map_or("", Place::file_name),
            place.and_then(Place::line).unwrap_or(0),
            diagnostic.message
        );
        all
    })
}

/// The settings of a project file, as the command line reads them.
pub fn settings(path: &Path, today: &str) -> Result<Settings, Fault> {
    let text = std::fs::read_to_string(path).expect("the project file");
    let file: ProjectFile = yaml::read(path, &text, Code::Project).map_err(|problem| Fault::Refused(error_text(&[*problem])))?;
    let mut diagnostics = vec![];
    let mut settings = Settings::from_file(&file, path, &text, &mut diagnostics);
    settings.today = Some(today.parse().expect("a day"));
    if diagnostics.is_empty() { Ok(settings) } else { Err(Fault::Refused(error_text(&diagnostics))) }
}

/// What the program says of the variants and of the adjustments.
pub fn answers_and_adjustments(prepared: &PreparedRun) -> Result<(Vec<Answer>, Vec<Adjustment>), Fault> {
    let result = prepared.finish();
    if any_error(&result.diagnostics) {
        return Err(Fault::Refused(error_text(&result.diagnostics)));
    }
    let run = prepared.run().with_decisions(result.decisions);
    let answers = run.context().account.offers.iter().map(|offer| {
        let row = result::row(&run, offer);
        let (outcome, steps) = (row.outcome.as_str(), row.steps.to_owned());
        Answer {
            sku: row.sku.to_owned(),
            outcome,
            quantity: row.quantity,
            count: row.count,
            rule: row.rule,
            steps,
            amazon: row.amazon,
        }
    });
    Ok((answers.collect(), read_adjustments(&adjustments::csv(&prepared.inputs.catalog, &prepared.movements))))
}
