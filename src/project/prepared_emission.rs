//! An emission up to the moment at which it is put in place: checked, and written beside the last one.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

use super::emission_result::{EmissionResult, Emitted};
use super::prepared_run::PreparedRun;
use super::requirements::{feed_collides, requirements};
use super::settings::{Outputs, Settings};
use crate::clock;
use crate::deliver::previous::{self, FoundPrevious, PreviousSources};
use crate::deliver::previous_file::{self, ListSource, OutputKind, WrittenFile};
use crate::deliver::state::{StagedState, StateFolder};
use crate::deliver::write::{self, ContentWriter};
use crate::diagnostic::Diagnostic;
use crate::emit::previous::{AlreadyThere, Baseline, History};
use crate::emit::previous_cache::{EmissionRecord, PreviousCache};
use crate::emit::summary::Summary;
use crate::emit::{Updates, adjustments, feed, guard, inventory_file, quantities};
use crate::evaluate::Decisions;
use crate::files::Fingerprint;
use crate::ids::OfferId;

/// An emission that has only to be put in place.
pub struct StagedEmission {
    files: write::StagedFiles,
    stale: Vec<PathBuf>,
    state: Option<(StateFolder, StagedState)>,
    written: EmissionResult,
    /// What was sent, for the next emission of this process.
    pub sent: Option<EmissionRecord>,
}

impl StagedEmission {
    /// Whether there are files that the disk may not have yet.
    pub fn awaits_disk(&self) -> bool {
        self.files.awaits_disk()
    }

    /// Puts the outputs in their places, and then what tells the next run of them.
    pub fn put_in_place(self, diagnostics: &mut Vec<Diagnostic>) -> Emitted {
        let StagedEmission { files, stale, state, mut written, .. } = self;
        match files.put_in_place(&stale) {
            Ok(changed) => {
                // At once, so that what others do to them later shows.
                let looks = changed.written.iter().map(|path| (path.clone(), Fingerprint::of(path)));
                written.fingerprints = looks.chain(changed.removed.iter().map(|path| (path.clone(), None))).collect();
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
                diagnostics.push(folder.cannot_write(previous_file::NAME, &problem));
                return Emitted::Failed;
            }
            written.state = Some(folder.file(previous_file::NAME));
        }
        Emitted::Written(Box::new(written))
    }
}

/// Checks the outputs, and writes them beside their places. If they may not go out, the answer is why.
pub fn prepare(
    settings: &Settings,
    prepared: &PreparedRun,
    decisions: &Decisions,
    diagnostics: &mut Vec<Diagnostic>,
    yes: bool,
    kept: Option<&PreviousCache>,
) -> Result<StagedEmission, Emitted> {
    let context = prepared.context();
    let updates = Updates { context, decisions, left_out: None };
    let problems = requirements(settings, &context, &updates);
    if !problems.is_empty() {
        diagnostics.extend(problems);
        return Err(Emitted::Failed);
    }
    let sources = sources(settings);
    let now = clock::now_to_the_millisecond();
    let earlier = earlier(&sources, prepared, &updates, now, yes, kept, diagnostics)?;
    let emission = PendingEmission { settings, prepared, updates, sources, earlier: &earlier, now };
    emission.pass_guard(yes, diagnostics)?;
    let unchanged = prepared.inputs.listings_time.filter(|_| settings.outputs.changed_only);
    let left_out = unchanged.map(|time| AlreadyThere::since(&earlier.before, time));
    let to_amazon = Updates { left_out, ..updates };
    let contents = emission.contents(to_amazon, yes, diagnostics)?;
    let files: Vec<_> = contents.iter().map(|(path, _)| path.clone()).collect();
    let is_of_feed = |path: &&PathBuf| kind_of(path, &settings.outputs) == Some(OutputKind::Feed);
    let feed_files: Vec<_> = files.iter().filter(is_of_feed).cloned().collect();
    let options = write::WriteOptions { modified: Some(now.into()), hashed: sources.state.is_some() };
    let on_disk = write::prepare(&contents, &options).map_err(|problem| {
        diagnostics.push(*problem);
        Emitted::Failed
    })?;
    let stale = earlier.feed_files.iter().filter(|file| !feed_files.contains(file)).cloned().collect();
    let (summary, since_last) = emission.summaries();
    let written = EmissionResult {
        summary,
        since_last,
        files,
        is_first: earlier.is_first,
        has_listings: context.account.listings.is_some(),
        ..EmissionResult::default()
    };
    let staged = StagedEmission { files: on_disk, stale, state: None, written, sent: None };
    emission.keep(staged, feed_files).map_err(|problem| {
        diagnostics.push(*problem);
        Emitted::Failed
    })
}

/// An emission, and all that it is measured by.
struct PendingEmission<'a> {
    settings: &'a Settings,
    prepared: &'a PreparedRun,
    updates: Updates<'a>,
    sources: PreviousSources<'a>,
    earlier: &'a EarlierEmission,
    now: Timestamp,
}

impl<'a> PendingEmission<'a> {
    /// Asks the guard. What it refuses is only told where the user lets it pass.
    fn pass_guard(&self, yes: bool, diagnostics: &mut Vec<Diagnostic>) -> Result<(), Emitted> {
        let rule_of = |offer: OfferId| {
            let rules = self.updates.decisions.get(offer).map(|decision| decision.rules);
            rules.and_then(|rules| rules.steps).map(|rule| self.prepared.ruleset.rule_place(rule))
        };
        let emission = guard::GuardedEmission {
            updates: self.updates,
            before: &self.earlier.before,
            listings_time: self.prepared.inputs.listings_time,
            as_of: self.prepared.inputs.snapshot_time.time,
            now: self.now,
            rule_of: &rule_of,
        };
        told_or_refused(guard::check(&self.settings.limits, &emission), yes, diagnostics)
    }

    /// The files with what they are to hold, those of the feed first.
    fn contents(
        &self,
        to_amazon: Updates<'a>,
        yes: bool,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<Vec<(PathBuf, ContentWriter<'a>)>, Emitted> {
        let (outputs, updates) = (&self.settings.outputs, self.updates);
        let mut files: Vec<(PathBuf, ContentWriter<'a>)> = vec![];
        if let Some(path) = &outputs.feed {
            let seller = self.settings.seller.as_deref().unwrap_or_default();
            for (path, variants) in feed::files(path, &to_amazon) {
                files.push((path, Box::new(move |out| feed::document(seller, &to_amazon, &variants, out))));
            }
        }
        let feed_files: Vec<_> = files.iter().map(|(path, _)| path.clone()).collect();
        if let Some(problem) = feed_collides(self.settings, &feed_files) {
            diagnostics.push(problem);
            return Err(Emitted::Failed);
        }
        let others: Vec<_> = feed_files.into_iter().filter(|file| !self.earlier.feed_files.contains(file)).collect();
        told_or_refused(previous::foreign(&others), yes, diagnostics)?;
        if let Some(path) = &outputs.inventory_file {
            files.push((path.clone(), write::bytes(inventory_file::tsv(&to_amazon, diagnostics))));
        }
        if let Some(path) = &outputs.adjustments {
            files.push((path.clone(), write::bytes(adjustments::csv(&self.prepared.inputs.catalog, &self.prepared.movements))));
        }
        // Last, since it holds all that was sent: a feed that is younger than it tells that an emission was cut short.
        if let Some(path) = &outputs.quantities {
            files.push((path.clone(), Box::new(move |out| quantities::csv(&updates, out))));
        }
        Ok(files)
    }

    /// What the emission comes to, against what Amazon has or else the last emission, and against the last emission alone.
    fn summaries(&self) -> (Summary, Summary) {
        let (before, updates) = (&self.earlier.before, &self.updates);
        let mut since_last = match before.knows_nothing() {
            true => Summary::all_new(updates),
            false => Summary::of(updates, |each| before.last_quantity(each)),
        };
        let mut summary = match updates.context.account.listings {
            None => since_last,
            Some(_) => Summary::of(updates, |each| before.on_amazon(each, self.prepared.inputs.listings_time)),
        };
        since_last.no_longer_sent = before.unsent.len();
        summary.no_longer_sent = before.unsent.len();
        (summary, since_last)
    }

    /// Adds what tells the next emission of this one: the project's state, and what this process remembers.
    fn keep(&self, mut staged: StagedEmission, feed_files: Vec<PathBuf>) -> Result<StagedEmission, Box<Diagnostic>> {
        let (before, since_last) = (&self.earlier.before, &staged.written.since_last);
        let says_the_same = before.sent == since_last.synced && since_last.unchanged == since_last.synced;
        let is_sent = staged.files.changes_any() || !staged.stale.is_empty() || !says_the_same;
        let files = [self.sources.files(), feed_files].concat();
        let state = self.sources.state.filter(|_| is_sent || !self.earlier.has_state);
        let (time, history) = match (state, before.time) {
            (Some(_), _) => (self.now, before.history_after(&self.updates, self.now, self.prepared.inputs.listings_time)),
            // Nothing was sent: what was sent before still is the last.
            (None, Some(time)) if !is_sent => (time, (*before.history).clone()),
            (None, _) => (self.now, History { settled: Some(self.now), ..History::default() }),
        };
        if let Some(state) = state {
            let ready = self.prepare_state(state, &staged.files, &history);
            let ready = ready.map_err(|problem| Box::new(state.cannot_write(previous_file::NAME, &problem)))?;
            staged.state = Some((state.clone(), ready));
        }
        staged.sent = Some(EmissionRecord { files, time, history });
        Ok(staged)
    }

    fn prepare_state(&self, state: &StateFolder, files: &write::StagedFiles, history: &History) -> std::io::Result<StagedState> {
        let outputs = &self.settings.outputs;
        let written = written_files(files, outputs, &self.sources)?;
        let file = outputs.quantities.as_ref().and_then(|list| files.files().iter().find(|file| file.path == *list));
        let content = |out: &mut dyn Write| quantities::csv(&self.updates, out);
        // What was just written need not be put together again.
        let list = match file {
            Some(file) => ListSource::File(file.content_path(), file.hash()?),
            None => ListSource::Content(&content),
        };
        state.prepare(previous_file::NAME, &mut |out| previous_file::write(self.now, &list, &written, history, out))
    }
}

/// Where it is told what was sent last. Outputs that the command line names are measured by themselves.
pub(super) fn sources(settings: &Settings) -> PreviousSources<'_> {
    let Outputs { quantities, feed, inventory_file, are_overridden, .. } = &settings.outputs;
    let sends = quantities.is_some() || feed.is_some() || inventory_file.is_some();
    PreviousSources {
        state: settings.state.as_ref().filter(|_| sends && !are_overridden),
        root: &settings.root,
        quantities: quantities.as_deref(),
        feed: feed.as_deref(),
        inventory_file: inventory_file.as_deref(),
    }
}

/// What was sent before.
struct EarlierEmission {
    before: Baseline,
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
    sources: &PreviousSources<'_>,
    prepared: &PreparedRun,
    updates: &Updates<'_>,
    now: Timestamp,
    yes: bool,
    kept: Option<&PreviousCache>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<EarlierEmission, Emitted> {
    if let Some(kept) = kept
        && let Some((before, feed_files)) = kept.before(&sources.files(), &prepared.inputs.catalog, updates.decisions)
    {
        return Ok(EarlierEmission { before, feed_files, has_state: sources.state.is_some(), is_first: false });
    }
    let FoundPrevious { last, feed_files, damage, has_state } = sources.read(now);
    let is_first = last.is_none() && damage.is_empty();
    let unknown = || {
        // Nothing is known to have been sent, or nothing is known.
        let settled = (!damage.is_empty()).then_some(now);
        Baseline { history: Arc::new(History { settled, ..History::default() }), ..Baseline::default() }
    };
    let before = last.map_or_else(unknown, |last| last.before(updates));
    told_or_refused(damage, yes, diagnostics)?;
    Ok(EarlierEmission { before, feed_files, has_state, is_first })
}

/// Refuses the emission for what is found, if anything is; where the user lets it pass, it is only told.
fn told_or_refused(found: Vec<Diagnostic>, yes: bool, diagnostics: &mut Vec<Diagnostic>) -> Result<(), Emitted> {
    let is_refused = !found.is_empty() && !yes;
    diagnostics.extend(found.into_iter().map(|found| if yes { guard::let_pass(found) } else { found }));
    if is_refused { Err(Emitted::Refused) } else { Ok(()) }
}

/// What an output holds; `None` for the adjustments, which hold no quantities.
fn kind_of(path: &Path, outputs: &Outputs) -> Option<OutputKind> {
    let Outputs { quantities, inventory_file, adjustments, .. } = outputs;
    match [quantities, inventory_file, adjustments].map(|output| output.as_deref() == Some(path)) {
        [true, ..] => Some(OutputKind::Quantities),
        [_, true, _] => Some(OutputKind::InventoryFile),
        [.., true] => None,
        _ => Some(OutputKind::Feed),
    }
}

/// What was written of the outputs that hold quantities.
fn written_files(
    files: &write::StagedFiles,
    outputs: &Outputs,
    sources: &PreviousSources<'_>,
) -> std::io::Result<Vec<WrittenFile>> {
    let mut written = vec![];
    for file in files.files() {
        let Some(kind) = kind_of(&file.path, outputs) else { continue };
        let (hash, length) = file.hash()?;
        let modified = std::fs::metadata(file.content_path())?.modified()?;
        let modified = Timestamp::try_from(modified).map_err(std::io::Error::other)?;
        let path = file.path.strip_prefix(sources.root).unwrap_or(&file.path).to_path_buf();
        written.push(WrittenFile { kind, path, modified, length, hash });
    }
    Ok(written)
}
