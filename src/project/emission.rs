//! An emission: what goes out, checked by the guard, and written.

use std::path::PathBuf;

use super::preparation::prepare;
use super::{Evaluated, Loaded, Settings};
use crate::deliver::lock::EmissionTurn;
use crate::diagnostic::{Diagnostic, any_error, deny};
use crate::emit::previous_cache::PreviousCache;
use crate::emit::summary::Summary;
use crate::files::Fingerprint;

/// How an emission ended.
pub enum Emitted {
    /// The outputs are written.
    Written(Box<EmissionResult>),
    /// Something is wrong; nothing was written.
    Failed,
    /// The guard refused it; nothing was written.
    Refused,
}

/// What an emission came to.
#[derive(Default)]
pub struct EmissionResult {
    /// In numbers of SKUs, against what Amazon has, or else the last emission.
    pub summary: Summary,
    /// The same, against the last emission alone.
    pub since_last: Summary,
    /// The outputs that were changed or removed.
    pub changed: Vec<PathBuf>,
    /// All files that hold the emission, changed or not.
    pub files: Vec<PathBuf>,
    /// Those that were written anew, as they looked then, and those that were removed, without a fingerprint.
    pub fingerprints: Vec<(PathBuf, Option<Fingerprint>)>,
    /// Those of them that were removed: parts of an earlier, longer feed.
    pub removed: Vec<PathBuf>,
    /// The file in which the project keeps what was sent, if it was written anew.
    pub state: Option<PathBuf>,
    /// Whether nothing tells of an earlier emission.
    pub is_first: bool,
    /// Whether there is a listings report.
    pub has_listings: bool,
}

/// On which terms an emission goes out.
#[derive(Debug, Clone, Copy)]
pub struct EmitOptions {
    /// Whether it passes the guard in any case.
    pub yes: bool,
    /// Whether warnings stop it.
    pub deny_warnings: bool,
}

/// Works out the quantities of a run, checks and writes its outputs; `stage` is told what begins. Gives every error and warning
/// of the run. Warnings that stop nothing are looked for while the disk is waited for.
pub fn emit(settings: &Settings, loaded: Loaded, terms: EmitOptions, stage: impl Fn(&'static str)) -> (Emitted, Vec<Diagnostic>) {
    let mut diagnostics = loaded.diagnostics.clone();
    let warnings_stop = |diagnostics: &mut [Diagnostic]| {
        if terms.deny_warnings {
            deny(diagnostics);
        }
        any_error(diagnostics)
    };
    if any_error(&diagnostics) {
        warnings_stop(&mut diagnostics);
        return (Emitted::Failed, diagnostics);
    }
    stage("working out quantities");
    let run = loaded.run();
    run.decisions();
    if terms.deny_warnings {
        diagnostics.extend(run.lint());
        if warnings_stop(&mut diagnostics) {
            return (Emitted::Failed, diagnostics);
        }
    }
    stage("writing");
    let _turn = EmissionTurn::wait_for(settings.shared_state());
    let mut problems = vec![];
    let prepared = prepare(settings, &loaded, run.decisions(), &mut problems, terms.yes, None);
    if !terms.deny_warnings {
        diagnostics.extend(run.lint());
    }
    diagnostics.append(&mut problems);
    if prepared.as_ref().is_ok_and(|prepared| prepared.awaits_disk()) {
        drop(run);
        drop(loaded);
    } else {
        // The process ends right after: the system takes the memory back faster than we could give it.
        std::mem::forget(run);
        std::mem::forget(loaded);
    }
    let emitted = prepared.map_or_else(|refused| refused, |prepared| prepared.put_in_place(&mut diagnostics));
    (emitted, diagnostics)
}

/// Checks and writes the outputs of a run that was evaluated, in a process that goes on, with what an emission before has kept.
/// What is wrong with them joins the run's diagnostics. The caller has the turn, and has seen since that what it evaluated is
/// what is there.
pub fn emit_again(
    settings: &Settings,
    loaded: &Loaded,
    evaluated: &mut Evaluated,
    kept: &mut PreviousCache,
    _turn: &EmissionTurn,
) -> Emitted {
    let Evaluated { decisions, diagnostics } = evaluated;
    if any_error(diagnostics) {
        return Emitted::Failed;
    }
    match prepare(settings, loaded, decisions, diagnostics, false, Some(kept)) {
        Err(refused) => refused,
        Ok(prepared) => {
            let sent = prepared.sent.clone();
            let emitted = prepared.put_in_place(diagnostics);
            match (&emitted, sent) {
                (Emitted::Written(_), Some(sent)) => kept.keep(sent, &loaded.catalog, decisions),
                _ => kept.forget(),
            }
            emitted
        }
    }
}
