//! What must be known before anything goes to Amazon, and which files may be written.

use std::path::{Component, Path, PathBuf};

use super::settings::{Outputs, Settings};
use crate::deliver::state::FOLDER;
use crate::deliver::temporary_file::{ignores_case, may_be_replaced};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::emit::update::Update;
use crate::emit::updates::Updates;
use crate::evaluate::Context;
use crate::files::paths;
use crate::text::thousands;

/// What keeps an emission from going out whatever it sends; nothing where nothing does.
pub fn requirements(settings: &Settings, context: &Context<'_>, updates: &Updates<'_>) -> Vec<Diagnostic> {
    let outputs = &settings.outputs;
    let mut problems = vec![];
    if outputs.is_empty() {
        let help = "give `--quantities FILE` or `--feed FILE`, or name them in the project file, under `emit:`";
        problems.push(Diagnostic::error(Code::Project, "there is nothing to write").help(help));
    }
    problems.extend(of_files(settings));
    if outputs.feed.is_some() && settings.seller.as_deref().is_none_or(|seller| seller.trim().is_empty()) {
        let help =
            "give `--seller ID`, or `seller:` under `amazon:` in the project file; Seller Central shows it under Account Info";
        problems.push(Diagnostic::error(Code::Project, "a feed needs the seller's ID").help(help));
    }
    if (outputs.feed.is_some() || outputs.inventory_file.is_some()) && !settings.merchant_fulfilled {
        let listing = |each: &Update<'_>| context.account.listing(each.offer);
        let mut unknown = updates.iter().filter(|each| listing(each).is_none_or(|listing| listing.channel.is_none()));
        if let Some(first) = unknown.next() {
            let report = match context.account.listings {
                None => "there is no listings report",
                Some(_) => "the listings report names no channel for them",
            };
            let count = thousands(unknown.count() + 1);
            let message = format!("it is not known who fulfils {count} of the SKUs, such as `{}`: {report}", first.sku);
            let help = "a quantity would turn an FBA offer into a merchant-fulfilled one: give the All Listings Report, or your \
                        word that all are merchant-fulfilled, `--fulfillment merchant`";
            problems.push(Diagnostic::error(Code::UnknownFulfillment, message).help(help));
        }
    }
    problems
}

/// What keeps a page for people from being written: it must be a file of its own, no input and none of what an emission writes.
pub fn of_page(settings: &Settings, page: &Path) -> Vec<Diagnostic> {
    let outputs = Outputs { quantities: Some(page.to_path_buf()), ..Outputs::default() };
    let mut problems = of_files(&Settings { outputs, ..settings.clone() });
    if settings.outputs.files().iter().any(|output| Location::of(output).is(&Location::of(page))) {
        let message = format!("`{}` is an output of the project, which goes to Amazon", page.display());
        problems.push(Diagnostic::error(Code::Project, message).help("give the page a file of its own").at(Place::file(page)));
    }
    problems
}

/// What is wrong with the places of the outputs: they must be files of their own.
fn of_files(settings: &Settings) -> Vec<Diagnostic> {
    let outputs = settings.outputs.files();
    let mut problems = vec![];
    for output in &outputs {
        if let Err(problem) = may_be_replaced(output) {
            let message = format!("`{}` cannot be written: {problem}", output.display());
            let help = "name a file, which need not exist yet";
            problems.push(Diagnostic::error(Code::File, message).help(help).at(Place::file(output)));
        }
    }
    let tests = settings.tests.iter().map(|named| named.path.clone());
    let inputs: Vec<_> = settings.input_files().into_iter().chain(tests).map(|path| Location::of(&path)).collect();
    for output in &outputs {
        let location = Location::of(output);
        let is_pattern = |pattern: &PathBuf| location.matches(pattern);
        if inputs.iter().any(|input| input.is(&location)) || settings.patterns.iter().any(is_pattern) {
            problems.push(read_and_written(output));
        }
        let state = settings.state.as_ref().map(|state| Location::of(&state.path()).resolved);
        let folder = location.place.parent().map(Path::to_path_buf);
        let is_in_ours = location.place.components().any(|part| part == Component::Normal(FOLDER.as_ref()));
        // That an output is a folder is told above.
        let is_on_the_way =
            settings.state.as_ref().is_some_and(|state| is_on_the_way(output, &state.path())) && !paths::is_folder(output);
        if is_in_ours || is_on_the_way || (state.is_some() && state == folder) {
            let message = format!("`{}` stands where stockrule keeps what it sent last", output.display());
            problems.push(Diagnostic::error(Code::Project, message).help("name a file in another folder"));
        }
    }
    for (number, output) in outputs.iter().enumerate() {
        if outputs.iter().take(number).any(|other| Location::of(other).is(&Location::of(output))) {
            problems.push(written_twice(output));
        }
    }
    problems
}

/// Whether an output is to be a file where the folder of the project's state is, or is to be made, or one above it.
pub(super) fn is_on_the_way(output: &Path, state: &Path) -> bool {
    Location::of(state).resolved.starts_with(Location::of(output).place)
}

/// The error that an output is an input.
fn read_and_written(path: &Path) -> Diagnostic {
    let message = format!("`{}` is read and written: an output must not be an input", path.display());
    let help = "name another file to be written, or a pattern of inputs that does not match it";
    Diagnostic::error(Code::Project, message).help(help).at(Place::file(path))
}

/// The error that two outputs are one file.
fn written_twice(path: &Path) -> Diagnostic {
    let message = format!("two outputs are to be written to `{}`", path.display());
    Diagnostic::error(Code::Project, message).help("give each output a file of its own").at(Place::file(path))
}

/// The error where a file of the feed is an input, or the file of another output, too: `feed.1.json` is one only if the feed is
/// long.
pub fn feed_collides(settings: &Settings, files: &[PathBuf]) -> Option<Diagnostic> {
    let outputs = &settings.outputs;
    let located = |paths: Vec<PathBuf>| paths.iter().map(|path| Location::of(path)).collect::<Vec<_>>();
    let others = [&outputs.quantities, &outputs.inventory_file, &outputs.adjustments];
    let (others, inputs) = (located(others.into_iter().flatten().cloned().collect()), located(settings.input_files()));
    files.iter().find_map(|file| {
        let location = Location::of(file);
        let is_among = |locations: &[Location]| locations.iter().any(|other| other.is(&location));
        match (is_among(&others), is_among(&inputs)) {
            (true, _) => Some(written_twice(file)),
            (_, true) => Some(read_and_written(file)),
            _ => None,
        }
    })
}

/// Where a path leads.
struct Location {
    /// The path of the file or link itself, with no link among its folders.
    place: PathBuf,
    /// The path of the file that a link there leads to.
    resolved: PathBuf,
}

impl Location {
    /// Where a path leads, whether anything is there or not.
    fn of(path: &Path) -> Self {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        // Folders that are not there yet lead nowhere else.
        let place = match (path.parent(), path.file_name()) {
            (Some(folder), Some(name)) => without_links(folder).join(name),
            _ => without_links(&path),
        };
        let resolved = without_links(&path);
        Location { place, resolved }
    }

    /// Whether two paths lead to one file.
    fn is(&self, other: &Location) -> bool {
        let is_one = |own: &PathBuf, others: &PathBuf| own == others || is_same_name(own, others);
        [&self.place, &self.resolved].iter().any(|own| [&other.place, &other.resolved].iter().any(|others| is_one(own, others)))
    }

    /// Whether a pattern of inputs matches the file.
    fn matches(&self, pattern: &Path) -> bool {
        let is_wild = |part: &Component<'_>| part.as_os_str().to_string_lossy().contains(['*', '?', '[']);
        let plain: PathBuf = pattern.components().take_while(|part| !is_wild(part)).collect();
        let wild: PathBuf = pattern.components().skip_while(|part| !is_wild(part)).collect();
        if wild.as_os_str().is_empty() {
            return self.is(&Location::of(pattern));
        }
        let folder = glob::Pattern::escape(&without_links(&plain).to_string_lossy());
        let options = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::default() };
        let full = glob::Pattern::new(&format!("{folder}/{}", wild.to_string_lossy()));
        full.is_ok_and(|full| full.matches_path_with(&self.place, options))
    }
}

/// A path with every link in it followed, as far as it is there.
fn without_links(path: &Path) -> PathBuf {
    if let Ok(found) = paths::resolve(path) {
        return found;
    }
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let mut found = PathBuf::new();
    for part in path.components() {
        match part {
            // What stands before it has no link in it, or is a folder that will be made there.
            Component::ParentDir => {
                found.pop();
            }
            part => found.push(part),
        }
        found = paths::resolve(&found).unwrap_or(found);
    }
    found
}

/// Whether two names that differ only in case are one file, as on the disks of most Macs.
fn is_same_name(one: &Path, other: &Path) -> bool {
    let folded = |path: &Path| path.to_string_lossy().to_lowercase();
    if folded(one) != folded(other) {
        return false;
    }
    let folder = one.ancestors().find(|folder| paths::is_folder(folder)).unwrap_or(Path::new("."));
    ignores_case(folder)
}
