//! An emission: what goes out, checked by the guard, and written.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::demands::{demands, feed_collides};
use super::{Evaluated, Loaded, Outputs, Settings};
use crate::deliver::last::{Found, Sources};
use crate::deliver::last_file::{self, Kind, WrittenFile};
use crate::deliver::state::{PreparedState, StateFolder};
use crate::deliver::write;
use crate::diagnostic::{Diagnostic, any_error, deny};
use crate::emit::kept::{Kept, KeptSent};
use crate::emit::last::{Before, History, Unchanged};
use crate::emit::summary::Summary;
use crate::emit::{GoingOut, adjustments, feed, guard, inventory_file, quantities};
use crate::evaluate::{self, Decisions};
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
#[derive(Default)]
pub struct Written {
    /// In numbers of SKUs, against what Amazon has, or else the last emission.
    pub summary: Summary,
    /// The same, against the last emission alone.
    pub since_last: Summary,
    /// The outputs that were changed or removed.
    pub changed: Vec<PathBuf>,
    /// All files that hold the emission, changed or not.
    pub files: Vec<PathBuf>,
    /// Those of them that were removed: parts of an earlier, longer feed.
    pub removed: Vec<PathBuf>,
    /// Where it is kept what was sent, if it was written anew.
    pub state: Option<PathBuf>,
    /// Whether nothing tells of an earlier emission.
    pub is_first: bool,
    /// Whether there is a listings report.
    pub has_listings: bool,
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

/// An emission that has only to be put in place.
struct Prepared {
    files: write::Prepared,
    stale: Vec<PathBuf>,
    state: Option<(StateFolder, PreparedState)>,
    written: Written,
    /// What was sent, for the next emission of this process.
    sent: Option<KeptSent>,
}

impl Prepared {
    fn put_in_place(self, diagnostics: &mut Vec<Diagnostic>) -> Emitted {
        let Prepared { files, stale, state, mut written, .. } = self;
        match files.put_in_place(&stale) {
            Ok(changed) => {
                written.changed = [changed.written, changed.removed.clone()].concat();
                written.removed = changed.removed;
            }
            Err(problem) => {
                diagnostics.push(*problem);
                return Emitted::Failed;
            }
        }
        // After the outputs: if it ends here, they are what counts.
        if let Some((folder, state)) = state {
            if let Err(problem) = state.put_in_place() {
                diagnostics.push(folder.cannot_write(last_file::NAME, &problem));
                return Emitted::Failed;
            }
            written.state = Some(folder.file(last_file::NAME));
        }
        Emitted::Written(Box::new(written))
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
    let going_out = GoingOut { world, decisions, left_out: None };
    let problems = demands(settings, &world, &going_out);
    if !problems.is_empty() {
        diagnostics.extend(problems);
        return Err(Emitted::Failed);
    }
    let outputs = &settings.outputs;
    let sources = sources(settings);
    let earlier = earlier(&sources, loaded, &going_out, yes, kept, diagnostics)?;
    let before = &earlier.before;
    // To the millisecond, which is enough to tell reports from emissions.
    let now = Timestamp::now();
    let now = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
    pass_guard(settings, loaded, going_out, before, now, yes, diagnostics)?;
    let unchanged = loaded.listings_time.filter(|_| outputs.changed_only).map(|time| Unchanged::since(before, time));
    let to_amazon = GoingOut { left_out: unchanged, ..going_out };
    let mut files: Vec<(PathBuf, write::Content<'_>)> = vec![];
    let mut stale = vec![];
    if let Some(path) = &outputs.feed {
        let seller = settings.seller.as_deref().unwrap_or_default();
        let parts = feed::files(path, &to_amazon);
        let names: Vec<_> = parts.iter().map(|(path, _)| path.clone()).collect();
        if let Some(problem) = feed_collides(outputs, &names) {
            diagnostics.push(problem);
            return Err(Emitted::Failed);
        }
        stale = earlier.feed_files.iter().filter(|file| !names.contains(file)).cloned().collect();
        for (path, variants) in parts {
            files.push((path, Box::new(move |out| feed::document(seller, &to_amazon, &variants, out))));
        }
    }
    let feed_files: Vec<_> = files.iter().map(|(path, _)| path.clone()).collect();
    if let Some(path) = &outputs.inventory_file {
        files.push((path.clone(), write::bytes(inventory_file::tsv(&to_amazon, diagnostics))));
    }
    if let Some(path) = &outputs.adjustments {
        files.push((path.clone(), write::bytes(adjustments::csv(&loaded.catalog, &loaded.movements))));
    }
    // Last, since it holds all that was sent: a feed that is younger than it tells that an emission was cut short.
    if let Some(path) = &outputs.quantities {
        files.push((path.clone(), Box::new(move |out| quantities::csv(&going_out, out))));
    }
    let options = write::Options { modified: Some(now.into()), hashed: sources.state.is_some() };
    let files = write::prepare(&files, &options).map_err(|problem| {
        diagnostics.push(*problem);
        Emitted::Failed
    })?;
    let mut since_last = match before.knows_nothing() {
        true => Summary::all_new(&going_out),
        false => Summary::of(&going_out, |each| before.last_sent(each).map(|last| last.quantity)),
    };
    since_last.no_longer_sent = before.unsent.len();
    let mut summary = since_last;
    if world.listings.is_some() {
        summary = Summary::of(&going_out, |each| before.on_amazon(each, loaded.listings_time));
        summary.no_longer_sent = before.unsent.len();
    }
    let says_the_same = before.sent == since_last.synced && since_last.unchanged == since_last.synced;
    let is_sent = files.changes_any() || !stale.is_empty() || !says_the_same;
    let mut prepared = Prepared { files, stale, state: None, written: Written::default(), sent: None };
    let paths = prepared.files.files().iter().map(|file| file.path.clone()).collect();
    prepared.written = Written {
        summary,
        since_last,
        files: paths,
        is_first: earlier.is_first,
        has_listings: world.listings.is_some(),
        ..Written::default()
    };
    let said_by = [sources.files(), feed_files].concat();
    let kept_sent = |time, history| Some(KeptSent { files: said_by, time, history });
    let Some(state) = sources.state else {
        let history = History { settled: Some(now), ..History::default() };
        prepared.sent = if is_sent {
            kept_sent(now, history)
        } else {
            before.time.and_then(|time| kept_sent(time, (*before.history).clone()))
        };
        return Ok(prepared);
    };
    if !is_sent && earlier.has_state {
        prepared.sent = before.time.and_then(|time| kept_sent(time, (*before.history).clone()));
        return Ok(prepared);
    }
    let history = before.history_after(&going_out, now, loaded.listings_time);
    let written = written_files(&prepared.files, outputs, &sources);
    let list = outputs.quantities.as_ref().and_then(|list| prepared.files.files().iter().find(|file| file.path == *list));
    let list = |out: &mut dyn Write| match list {
        Some(file) => std::io::copy(&mut File::open(file.content_path())?, out).map(|_| ()),
        None => quantities::csv(&going_out, out),
    };
    let ready = written
        .and_then(|written| state.prepare(last_file::NAME, &mut |out| last_file::write(now, &list, &written, &history, out)));
    match ready {
        Ok(ready) => prepared.state = Some((state.clone(), ready)),
        Err(problem) => {
            diagnostics.push(state.cannot_write(last_file::NAME, &problem));
            return Err(Emitted::Failed);
        }
    }
    prepared.sent = kept_sent(now, history);
    Ok(prepared)
}

/// Where it is told what was sent last. Outputs that the command line names are measured by themselves.
fn sources(settings: &Settings) -> Sources<'_> {
    let Outputs { quantities, feed, inventory_file, are_overridden, .. } = &settings.outputs;
    let sends = quantities.is_some() || feed.is_some() || inventory_file.is_some();
    Sources {
        state: settings.state.as_ref().filter(|_| sends && !are_overridden),
        root: &settings.root,
        quantities: quantities.as_deref(),
        feed: feed.as_deref(),
        inventory_file: inventory_file.as_deref(),
    }
}

/// What was sent before.
struct Earlier {
    before: Before,
    /// The files of earlier feeds that are known to be ours.
    feed_files: Vec<PathBuf>,
    /// Whether the project has a state that agrees with its outputs.
    has_state: bool,
    /// Whether nothing tells of an earlier emission.
    is_first: bool,
}

/// Finds out what was sent before: by what the process remembers, or else by the state and the outputs. What cannot be read is
/// an error, unless the user lets it pass.
fn earlier(
    sources: &Sources<'_>,
    loaded: &Loaded,
    going_out: &GoingOut<'_>,
    yes: bool,
    kept: Option<&Kept>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Earlier, Emitted> {
    if let Some(kept) = kept
        && let Some((before, feed_files)) = kept.before(&sources.files(), &loaded.catalog, going_out.decisions)
    {
        return Ok(Earlier { before, feed_files, has_state: sources.state.is_some(), is_first: false });
    }
    let Found { last, feed_files, damage, has_state } = sources.read();
    let is_first = last.is_none() && damage.is_empty();
    let unknown = || {
        // Nothing is known to have been sent, or nothing is known.
        let settled = (!damage.is_empty()).then(Timestamp::now);
        Before { history: Arc::new(History { settled, ..History::default() }), ..Before::default() }
    };
    let before = last.map_or_else(unknown, |last| last.before(going_out));
    match yes {
        false if !damage.is_empty() => {
            diagnostics.extend(damage);
            return Err(Emitted::Refused);
        }
        _ => diagnostics.extend(damage.into_iter().map(guard::let_pass)),
    }
    Ok(Earlier { before, feed_files, has_state, is_first })
}

/// Asks the guard.
fn pass_guard(
    settings: &Settings,
    loaded: &Loaded,
    going_out: GoingOut<'_>,
    before: &Before,
    now: Timestamp,
    yes: bool,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<(), Emitted> {
    let rule_of = |variant: usize| {
        let settings = going_out.decisions.get(variant).map(|decision| decision.settings);
        settings.and_then(|settings| settings.steps()).map(|rule| loaded.ruleset.rule_place(rule))
    };
    let emission =
        guard::Emission { going_out, before, listings_time: loaded.listings_time, as_of: loaded.as_of, now, rule_of: &rule_of };
    let refusals = guard::check(&settings.limits, &emission);
    if yes {
        diagnostics.extend(refusals.into_iter().map(guard::let_pass));
        return Ok(());
    }
    let is_refused = !refusals.is_empty();
    diagnostics.extend(refusals);
    if is_refused { Err(Emitted::Refused) } else { Ok(()) }
}

/// What was written of the outputs that hold quantities.
fn written_files(files: &write::Prepared, outputs: &Outputs, sources: &Sources<'_>) -> std::io::Result<Vec<WrittenFile>> {
    let kind_of = |path: &PathBuf| match Some(path) {
        path if path == outputs.quantities.as_ref() => Some(Kind::Quantities),
        path if path == outputs.inventory_file.as_ref() => Some(Kind::InventoryFile),
        path if path == outputs.adjustments.as_ref() => None,
        _ => Some(Kind::Feed),
    };
    let mut written = vec![];
    for file in files.files() {
        let (Some(kind), Some((hash, length))) = (kind_of(&file.path), file.hash) else { continue };
        let modified = std::fs::metadata(file.content_path())?.modified()?;
        let modified = Timestamp::try_from(modified).map_err(std::io::Error::other)?;
        let path = file.path.strip_prefix(sources.root).unwrap_or(&file.path).to_path_buf();
        written.push(WrittenFile { kind, path, modified, length, hash });
    }
    Ok(written)
}
