//! An emission: what goes out, checked by the guard, and written.

use super::emission_result::{EmitOptions, Emitted};
use super::prepared_emission;
use super::prepared_run::{PreparedRun, RunResult};
use super::settings::Settings;
use crate::deliver::lock::EmissionTurn;
use crate::deliver::previous_cache::PreviousCache;
use crate::diagnostic::{Diagnostic, any_error, deny};
use crate::emit::updates::Updates;

/// Works out the quantities of a run, checks and writes its outputs; `stage` is told what begins. Gives every error and warning
/// of the run. Warnings that stop nothing are looked for while the disk is waited for.
pub fn emit(
    settings: &Settings,
    prepared: PreparedRun,
    options: EmitOptions,
    stage: impl Fn(&'static str),
) -> (Emitted, Vec<Diagnostic>) {
    let mut diagnostics = prepared.diagnostics.clone();
    let warnings_stop = |diagnostics: &mut [Diagnostic]| {
        if options.deny_warnings {
            deny(diagnostics);
        }
        any_error(diagnostics)
    };
    if any_error(&diagnostics) {
        warnings_stop(&mut diagnostics);
        return (Emitted::Failed, diagnostics);
    }
    stage("working out quantities");
    let run = prepared.run();
    run.decisions();
    if options.deny_warnings {
        diagnostics.extend(run.lint());
        if warnings_stop(&mut diagnostics) {
            return (Emitted::Failed, diagnostics);
        }
    }
    stage("writing");
    let _turn = EmissionTurn::wait_for(settings.shared_state());
    let mut problems = vec![];
    let ready = prepared_emission::prepare(settings, &prepared, run.decisions(), &mut problems, options.yes, None);
    if !options.deny_warnings {
        diagnostics.extend(run.lint());
    }
    diagnostics.append(&mut problems);
    if ready.as_ref().is_ok_and(|ready| ready.awaits_disk()) {
        drop(run);
        drop(prepared);
    } else {
        // The process ends right after: the system takes the memory back faster than we could give it.
        std::mem::forget(run);
        std::mem::forget(prepared);
    }
    let emitted = ready.map_or_else(|refused| refused, |ready| ready.put_in_place(&mut diagnostics));
    (emitted, diagnostics)
}

/// Checks and writes the outputs of a run that was evaluated, in a process that goes on, with what an emission before has kept.
/// What is wrong with them joins the run's diagnostics. The caller has the turn, and has seen since that what it evaluated is
/// what is there.
pub fn emit_again(
    settings: &Settings,
    prepared: &PreparedRun,
    result: &mut RunResult,
    kept: &mut PreviousCache,
    _turn: &EmissionTurn,
) -> Emitted {
    let RunResult { decisions, diagnostics } = result;
    if any_error(diagnostics) {
        return Emitted::Failed;
    }
    match prepared_emission::prepare(settings, prepared, decisions, diagnostics, false, Some(kept)) {
        Err(refused) => refused,
        Ok(ready) => {
            let sent = ready.sent.clone();
            let emitted = ready.put_in_place(diagnostics);
            match (&emitted, sent) {
                (Emitted::Written(_), Some(sent)) => {
                    kept.keep(sent, &prepared.inputs.catalog, &Updates { context: prepared.context(), decisions, left_out: None })
                }
                _ => kept.forget(),
            }
            emitted
        }
    }
}
