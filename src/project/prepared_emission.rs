//! An emission up to the moment at which it is put in place: checked, and written beside the last one.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::emission_result::{EmissionResult, Emitted};
use super::prepared_run::PreparedRun;
use super::requirements::{feed_collides, requirements};
use super::settings::{Outputs, Settings};
use crate::clock;
use crate::deliver::previous::{self, FoundPrevious, PreviousSources};
use crate::deliver::previous_cache::{EmissionRecord, PreviousCache};
use crate::deliver::previous_file::{self, ListSource, WrittenFile};
use crate::deliver::state::{StagedState, StateFolder};
use crate::deliver::write::{self, StagedFiles, StagingOptions};
use crate::diagnostic::Diagnostic;
use crate::emit::artifact::{Artifact, ArtifactKind};
use crate::emit::artifacts::{Contents, OutputPaths, artifacts};
use crate::emit::baseline::{AlreadyOnAmazon, Baseline};
use crate::emit::history::History;
use crate::emit::next_history::history_after;
use crate::emit::summary::Summary;
use crate::emit::updates::Updates;
use crate::emit::{guard, quantities};
use crate::evaluate::Decisions;
use crate::files::Fingerprint;
use crate::ids::OfferId;

/// An emission that has only to be put in place.
pub struct StagedEmission {
    files: StagedFiles,
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
    let earlier = earlier_emissions(&sources, prepared, &updates, now, yes, kept, diagnostics)?;
    let emission = PendingEmission { settings, prepared, updates, sources, earlier: &earlier, now };
    emission.pass_guard(yes, diagnostics)?;
    let unchanged = prepared.inputs.listings_time.filter(|_| settings.outputs.changed_only);
    let left_out = unchanged.map(|time| AlreadyOnAmazon::by_report(&earlier.baseline, time));
    let to_amazon = Updates { left_out, ..updates };
    let artifacts = emission.artifacts(to_amazon, yes, diagnostics)?;
    let files: Vec<_> = artifacts.iter().map(|artifact| artifact.path.clone()).collect();
    let feed_files = feed_files(&artifacts);
    let options = StagingOptions { modified: Some(now.into()), hashed: sources.state.is_some() };
    let on_disk = write::stage(&artifacts, &options).map_err(|problem| {
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
    emission.keep(staged, &artifacts, feed_files).map_err(|problem| {
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
    earlier: &'a EarlierEmissions,
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
            baseline: &self.earlier.baseline,
            listings_time: self.prepared.inputs.listings_time,
            as_of: self.prepared.inputs.snapshot_time.time,
            now: self.now,
            rule_of: &rule_of,
        };
        report_or_refuse(guard::check(&self.settings.limits, &emission), yes, diagnostics)
    }

    /// The files of the emission, if they may be written.
    fn artifacts(
        &self,
        to_amazon: Updates<'a>,
        yes: bool,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<Vec<Artifact<'a>>, Emitted> {
        let seller = self.settings.seller.as_deref().unwrap_or_default();
        let contents = Contents { updates: self.updates, to_amazon, seller, movements: &self.prepared.movements };
        let (artifacts, warnings) = artifacts(output_paths(&self.settings.outputs), contents);
        let feed_files = feed_files(&artifacts);
        if let Some(problem) = feed_collides(self.settings, &feed_files) {
            diagnostics.push(problem);
            return Err(Emitted::Failed);
        }
        let others: Vec<_> = feed_files.into_iter().filter(|file| !self.earlier.feed_files.contains(file)).collect();
        report_or_refuse(previous::foreign(&others), yes, diagnostics)?;
        diagnostics.extend(warnings);
        Ok(artifacts)
    }

    /// What the emission comes to, against what Amazon has or else the last emission, and against the last emission alone.
    fn summaries(&self) -> (Summary, Summary) {
        let (baseline, updates) = (&self.earlier.baseline, &self.updates);
        let mut since_last = match baseline.knows_nothing() {
            true => Summary::all_new(updates),
            false => Summary::of(updates, |update| baseline.last_quantity(update)),
        };
        let mut summary = match updates.context.account.listings {
            None => since_last,
            Some(_) => Summary::of(updates, |update| baseline.quantity_on_amazon(update, self.prepared.inputs.listings_time)),
        };
        since_last.no_longer_sent = baseline.unsent.len();
        summary.no_longer_sent = baseline.unsent.len();
        (summary, since_last)
    }

    /// Adds what tells the next emission of this one: the project's state, and what this process remembers.
    fn keep(
        &self,
        mut staged: StagedEmission,
        artifacts: &[Artifact<'_>],
        feed_files: Vec<PathBuf>,
    ) -> Result<StagedEmission, Box<Diagnostic>> {
        let (baseline, since_last) = (&self.earlier.baseline, &staged.written.since_last);
        let says_the_same = baseline.sent == since_last.synced && since_last.unchanged == since_last.synced;
        let is_sent = staged.files.changes_any() || !staged.stale.is_empty() || !says_the_same;
        let files = [self.sources.files(), feed_files].concat();
        let state = self.sources.state.filter(|_| is_sent || !self.earlier.has_state);
        let (time, history) = match (state, baseline.time) {
            (Some(_), _) => (self.now, history_after(&self.updates, baseline, self.now, self.prepared.inputs.listings_time)),
            // Nothing was sent: the emission before this one still is the last.
            (None, Some(time)) if !is_sent => (time, (*baseline.history).clone()),
            (None, _) => (self.now, History { settled: Some(self.now), ..History::default() }),
        };
        if let Some(state) = state {
            let ready = self.prepare_state(state, artifacts, &staged.files, &history);
            let ready = ready.map_err(|problem| Box::new(state.cannot_write(previous_file::NAME, &problem)))?;
            staged.state = Some((state.clone(), ready));
        }
        staged.sent = Some(EmissionRecord { files, time, history });
        Ok(staged)
    }

    fn prepare_state(
        &self,
        state: &StateFolder,
        artifacts: &[Artifact<'_>],
        files: &StagedFiles,
        history: &History,
    ) -> std::io::Result<StagedState> {
        let written = written_files(artifacts, files, &self.sources)?;
        let mut files = artifacts.iter().zip(files.files());
        let file = files.find(|(artifact, _)| artifact.kind == ArtifactKind::Quantities).map(|(_, file)| file);
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
    let outputs = output_paths(&settings.outputs);
    let sends = outputs.quantities.is_some() || outputs.feed.is_some() || outputs.inventory_file.is_some();
    let state = settings.state.as_ref().filter(|_| sends && !settings.outputs.are_overridden);
    PreviousSources { state, root: &settings.root, outputs }
}

/// Where the files of an emission belong.
fn output_paths(outputs: &Outputs) -> OutputPaths<'_> {
    OutputPaths {
        quantities: outputs.quantities.as_deref(),
        feed: outputs.feed.as_deref(),
        inventory_file: outputs.inventory_file.as_deref(),
        adjustments: outputs.adjustments.as_deref(),
    }
}

/// What earlier emissions sent, and which files tell it.
struct EarlierEmissions {
    /// What was sent before, offer by offer.
    baseline: Baseline,
    /// The files of earlier feeds that are known to be ours.
    feed_files: Vec<PathBuf>,
    /// Whether the project has a state that agrees with its outputs.
    has_state: bool,
    /// Whether nothing tells of an earlier emission.
    is_first: bool,
}

/// Finds out what was sent before: by what the process remembers, or else by the state and the outputs. What cannot be read is
/// an error, unless the user lets it pass.
fn earlier_emissions(
    sources: &PreviousSources<'_>,
    prepared: &PreparedRun,
    updates: &Updates<'_>,
    now: Timestamp,
    yes: bool,
    kept: Option<&PreviousCache>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<EarlierEmissions, Emitted> {
    if let Some(kept) = kept
        && let Some((baseline, feed_files)) = kept.baseline(&sources.files(), &prepared.inputs.catalog, updates)
    {
        return Ok(EarlierEmissions { baseline, feed_files, has_state: sources.state.is_some(), is_first: false });
    }
    let FoundPrevious { previous, feed_files, damage, has_state } = sources.read(now);
    let is_first = previous.is_none() && damage.is_empty();
    let unknown = || {
        // Nothing is known to have been sent, or nothing is known.
        let settled = (!damage.is_empty()).then_some(now);
        Baseline { history: Arc::new(History { settled, ..History::default() }), ..Baseline::default() }
    };
    let baseline = previous.map_or_else(unknown, |previous| previous.baseline(updates));
    report_or_refuse(damage, yes, diagnostics)?;
    Ok(EarlierEmissions { baseline, feed_files, has_state, is_first })
}

/// Refuses the emission for what is found, if anything is; where the user lets it pass, it is only told.
fn report_or_refuse(found: Vec<Diagnostic>, yes: bool, diagnostics: &mut Vec<Diagnostic>) -> Result<(), Emitted> {
    let is_refused = !found.is_empty() && !yes;
    diagnostics.extend(found.into_iter().map(|found| if yes { guard::let_pass(found) } else { found }));
    if is_refused { Err(Emitted::Refused) } else { Ok(()) }
}

/// The files of the feed among those of an emission.
fn feed_files(artifacts: &[Artifact<'_>]) -> Vec<PathBuf> {
    let files = artifacts.iter().filter(|artifact| artifact.kind == ArtifactKind::Feed);
    files.map(|artifact| artifact.path.clone()).collect()
}

/// What was written of the files that hold quantities.
fn written_files(
    artifacts: &[Artifact<'_>],
    files: &StagedFiles,
    sources: &PreviousSources<'_>,
) -> std::io::Result<Vec<WrittenFile>> {
    let mut written = vec![];
    for (artifact, file) in artifacts.iter().zip(files.files()) {
        if !ArtifactKind::WITH_QUANTITIES.contains(&artifact.kind) {
            continue;
        }
        let (hash, length) = file.hash()?;
        let modified = Timestamp::try_from(file.modified()?).map_err(std::io::Error::other)?;
        let path = file.path.strip_prefix(sources.root).unwrap_or(&file.path).to_path_buf();
        written.push(WrittenFile { kind: artifact.kind, path, modified, length, hash });
    }
    Ok(written)
}
