//! An emission: what goes out, checked by the guard, and written.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{Evaluated, Loaded, Settings};
use crate::deliver::write;
use crate::diagnostic::{Code, Diagnostic, any_error, deny};
use crate::emit::last::{Before, Kept};
use crate::emit::summary::Summary;
use crate::emit::{GoingOut, Sent, adjustments, feed, guard, inventory_file, quantities};
use crate::evaluate::{self, Decisions, World};
use crate::lint;

/// How an emission ended.
pub enum Emitted {
    /// The outputs are written.
    Written(Box<Written>),
    /// Something is wrong; nothing was written.
    Failed,
    /// The guard refused it; nothing was written.
    Refused,
}

/// What an emission came to.
pub struct Written {
    /// In numbers of SKUs, against what Amazon has, or else the last emission.
    pub summary: Summary,
    /// The same, against the last emission alone.
    pub since_last: Summary,
    /// The files that were changed or removed.
    pub changed: Vec<PathBuf>,
    /// All files that hold the emission, changed or not.
    pub files: Vec<PathBuf>,
}

/// On which terms an emission goes out.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// Whether it passes the guard in any case.
    pub yes: bool,
    /// Whether warnings stop it.
    pub deny_warnings: bool,
}

/// Works out the quantities of a run, checks and writes its outputs; `stage` is told what begins. Gives every error and warning
/// of the run. Warnings that stop nothing are looked for while the disk is waited for.
pub fn emit(settings: &Settings, loaded: Loaded, terms: Terms, stage: impl Fn(&'static str)) -> (Emitted, Vec<Diagnostic>) {
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
    let bound = loaded.bound();
    let decisions = evaluate::evaluate(&loaded.ruleset, &bound);
    let lint = || lint::lint(&loaded.ruleset, &bound, &decisions);
    if terms.deny_warnings {
        diagnostics.extend(lint());
        if warnings_stop(&mut diagnostics) {
            return (Emitted::Failed, diagnostics);
        }
    }
    stage("writing");
    let mut problems = vec![];
    let prepared = prepare(settings, &loaded, &decisions, &mut problems, terms.yes, None);
    if !terms.deny_warnings {
        diagnostics.extend(lint());
    }
    diagnostics.append(&mut problems);
    if prepared.as_ref().is_ok_and(|prepared| prepared.files.awaits_disk()) {
        drop((bound, decisions));
        drop(loaded);
    } else {
        // The process ends right after: the system takes the memory back faster than we could give it.
        std::mem::forget((bound, decisions));
        std::mem::forget(loaded);
    }
    let emitted = prepared.map_or_else(|refused| refused, |prepared| prepared.put_in_place(&mut diagnostics));
    (emitted, diagnostics)
}

/// Checks and writes the outputs of a run that was evaluated, in a process that goes on, with what an emission before has kept.
/// What is wrong with them joins the run's diagnostics.
pub fn emit_again(settings: &Settings, loaded: &Loaded, evaluated: &mut Evaluated, kept: &mut Kept) -> Emitted {
    let Evaluated { decisions, diagnostics } = evaluated;
    if any_error(diagnostics) {
        return Emitted::Failed;
    }
    match prepare(settings, loaded, decisions, diagnostics, false, Some(kept)) {
        Err(refused) => refused,
        Ok(prepared) => {
            let emitted = prepared.put_in_place(diagnostics);
            if let (Emitted::Written(_), Some(path)) = (&emitted, &settings.outputs.quantities) {
                kept.keep(path, &loaded.catalog, decisions);
            }
            emitted
        }
    }
}

/// An emission that has only to be put in place.
struct Prepared {
    files: write::Prepared,
    paths: Vec<PathBuf>,
    stale: Vec<PathBuf>,
    summary: Summary,
    since_last: Summary,
}

impl Prepared {
    fn put_in_place(self, diagnostics: &mut Vec<Diagnostic>) -> Emitted {
        let Prepared { files, paths, stale, summary, since_last } = self;
        match files.put_in_place(&stale) {
            Ok(changed) => Emitted::Written(Box::new(Written { summary, since_last, changed, files: paths })),
            Err(problem) => {
                diagnostics.push(*problem);
                Emitted::Failed
            }
        }
    }
}

/// Checks the outputs, and writes them beside their places. If they may not go out, the answer is why.
fn prepare(
    settings: &Settings,
    loaded: &Loaded,
    decisions: &Decisions,
    diagnostics: &mut Vec<Diagnostic>,
    yes: bool,
    kept: Option<&Kept>,
) -> Result<Prepared, Emitted> {
    let world = loaded.world();
    let going_out = GoingOut { world, decisions, changed_only: false };
    let outputs = &settings.outputs;
    let problems = demands(settings, &world, &going_out);
    if !problems.is_empty() {
        diagnostics.extend(problems);
        return Err(Emitted::Failed);
    }
    let listed = outputs.quantities.as_deref();
    let known = kept.and_then(|kept| kept.before(listed, &loaded.catalog));
    let before = known.unwrap_or_else(|| Before::read(listed, outputs.feed.as_deref(), &going_out));
    if !yes {
        let rule_of = |variant: usize| {
            let settings = decisions.get(variant).map(|decision| decision.settings);
            settings.and_then(|settings| settings.steps()).map(|rule| loaded.ruleset.rule_place(rule))
        };
        let emission = guard::Emission {
            going_out,
            before: &before,
            listings_time: loaded.listings_time,
            now: Timestamp::now(),
            rule_of: &rule_of,
        };
        let refusals = guard::check(&settings.limits, &emission);
        if !refusals.is_empty() {
            diagnostics.extend(refusals);
            return Err(Emitted::Refused);
        }
    }
    let to_amazon = GoingOut { changed_only: outputs.changed_only, ..going_out };
    let mut files: Vec<(PathBuf, write::Content<'_>)> = vec![];
    let mut stale = vec![];
    if let Some(path) = &outputs.feed {
        let seller = settings.seller.as_deref().unwrap_or_default();
        let parts = feed::files(path, &to_amazon);
        stale = feed::stale(path, &parts.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>());
        for (path, variants) in parts {
            files.push((path, Box::new(move |out| feed::document(seller, &to_amazon, &variants, out))));
        }
    }
    if let Some(path) = &outputs.inventory_file {
        files.push((path.clone(), write::bytes(inventory_file::tsv(&to_amazon, diagnostics))));
    }
    if let Some(path) = &outputs.adjustments {
        files.push((path.clone(), write::bytes(adjustments::csv(&loaded.catalog, &loaded.movements))));
    }
    // Last, since the guard measures the next emission by it.
    if let Some(path) = &outputs.quantities {
        files.push((path.clone(), Box::new(move |out| quantities::csv(&going_out, out))));
    }
    let paths = files.iter().map(|(path, _)| path.clone()).collect();
    let files = write::prepare(&files).map_err(|problem| {
        diagnostics.push(*problem);
        Emitted::Failed
    })?;
    let since_last = match before.is_empty() {
        true => Summary::all_new(&going_out),
        false => Summary::of(&going_out, |each| before.of(each.variant)),
    };
    let summary = match world.listings {
        None => since_last,
        Some(_) => Summary::of(&going_out, |each| each.amazon.or_else(|| before.of(each.variant))),
    };
    Ok(Prepared { files, paths, stale, summary, since_last })
}

/// What must be known before anything goes to Amazon.
fn demands(settings: &Settings, world: &World<'_>, going_out: &GoingOut<'_>) -> Vec<Diagnostic> {
    let outputs = &settings.outputs;
    let mut problems = vec![];
    if outputs.is_empty() {
        let help = "give `--quantities FILE` or `--feed FILE`, or name them in the project file, under `emit:`";
        problems.push(Diagnostic::error(Code::Project, "there is nothing to write").help(help));
    }
    let place = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let inputs: Vec<PathBuf> = settings.input_files().iter().map(|path| place(path)).collect();
    for output in outputs.files().iter().filter(|output| inputs.contains(&place(output))) {
        let message = format!("`{}` is read and written: an output must not be an input", output.display());
        let help = "name another file under `emit:`, or a pattern that does not match it";
        problems.push(Diagnostic::error(Code::Project, message).help(help));
    }
    if outputs.feed.is_some() && settings.seller.as_deref().is_none_or(|seller| seller.trim().is_empty()) {
        let help =
            "give `--seller ID`, or `seller:` under `amazon:` in the project file; Seller Central shows it under Account Info";
        problems.push(Diagnostic::error(Code::Project, "a feed needs the seller's ID").help(help));
    }
    if (outputs.feed.is_some() || outputs.inventory_file.is_some()) && !settings.merchant_fulfilled {
        let listing = |each: &Sent<'_>| world.listings.and_then(|listings| listings.of(each.variant));
        let mut unknown = going_out.iter().filter(|each| listing(each).is_none_or(|listing| listing.channel.is_none()));
        if let Some(first) = unknown.next() {
            let report = match world.listings {
                None => "there is no listings report",
                Some(_) => "the listings report names no channel for them",
            };
            let count = unknown.count() + 1;
            let message = format!("it is not known who fulfils {count} of the SKUs, such as `{}`: {report}", first.sku);
            let help = "a quantity would turn an FBA offer into a merchant-fulfilled one: give the All Listings Report, or your \
                        word that all are merchant-fulfilled, `--fulfillment merchant`";
            problems.push(Diagnostic::error(Code::UnknownFulfillment, message).help(help));
        }
    }
    problems
}
