//! The project: what its file says, and the stages run on the files that it names.

mod as_of;
mod counts;
mod demands;
mod emission;
mod file;
mod git;
mod inputs;
mod preparation;
mod program;
mod revision;
mod run;
mod sent;
mod shell;
mod tree;

pub use demands::of_page;
pub use emission::{EmissionResult, EmitOptions, Emitted, emit, emit_again};
pub use file::{FILE_NAME, ProjectFile, find, marketplace, with_successor};
pub use program::Program;
pub use revision::{Before, rules_at, rules_from};
pub use run::{Cache, Evaluated, Loaded, load, load_again, rule_source};
pub use sent::{LastSent, OnAmazon};

use std::path::{Component, Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::catalog::Input;
use crate::clock;
use crate::deliver::state::StateFolder;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::emit::guard::Limits;
use crate::files::FileRole;
pub use crate::files::NamedFile;
use crate::text;
use inputs::is_pattern;
pub use inputs::{Added, Chosen};

/// Everything that a run needs to know, from the project file and the command line.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The folder that paths of the project file are relative to.
    pub root: PathBuf,
    /// The project file, where there is one.
    pub file: Option<PathBuf>,
    /// Where the project's state is kept; `None` without a project file.
    pub state: Option<StateFolder>,
    /// The paths and patterns of all inputs, whether anything is there or not.
    pub patterns: Vec<PathBuf>,
    /// A program that `watch` runs with the files that an emission changed.
    pub on_change: Option<Program>,
    /// A program that `watch` runs when nothing goes out any more, and when that is over.
    pub on_trouble: Option<Program>,
    /// What is odd in the project file, but stops nothing.
    pub oddities: Vec<Diagnostic>,
    /// The rule files, in order, as they are read and as messages name them.
    pub rules: Vec<NamedFile>,
    /// The catalog's files.
    pub catalog: Vec<(Input, PathBuf)>,
    /// Whether the whole catalog is wanted, for stories: otherwise, what no rule speaks of is not stored.
    pub everything: bool,
    /// The test files, which only `test` reads.
    pub tests: Vec<NamedFile>,
    /// The snapshot's time, where the project says it.
    pub as_of: Option<Timestamp>,
    /// Where the project says it.
    pub as_of_place: Option<Place>,
    /// The listings report.
    pub listings: Option<NamedFile>,
    /// The orders files.
    pub orders: Vec<NamedFile>,
    /// Where counts move for orders that name no location.
    pub orders_location: Option<String>,
    /// Further names of sources that mean Amazon, in Shopify's orders.
    pub amazon_sources: Vec<String>,
    /// The day of evaluation, where the command line says it.
    pub today: Option<Date>,
    /// The time zone in which days begin; the machine's if left out.
    pub timezone: Option<TimeZone>,
    /// The marketplace.
    pub marketplace: Option<String>,
    /// The seller's ID, for the feed.
    pub seller: Option<String>,
    /// The user's word that every SKU is merchant-fulfilled, where no report says.
    pub merchant_fulfilled: bool,
    /// What is written where.
    pub outputs: Outputs,
    /// The limits of an emission.
    pub limits: Limits,
}

/// The files that an emission writes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outputs {
    /// `sku,quantity` of every synced variant.
    pub quantities: Option<PathBuf>,
    /// Amazon's JSON_LISTINGS_FEED.
    pub feed: Option<PathBuf>,
    /// The tab-separated file for manual upload in Seller Central.
    pub inventory_file: Option<PathBuf>,
    /// What merchant-fulfilled Amazon orders took off the Shopify counts.
    pub adjustments: Option<PathBuf>,
    /// Whether only quantities that differ from the listings report's are sent to Amazon.
    pub changed_only: bool,
    /// Whether the command line names any of them: such a run says nothing of what the project sends.
    pub are_overridden: bool,
}

impl Outputs {
    /// Whether nothing is to be written.
    pub fn is_empty(&self) -> bool {
        self.quantities.is_none() && self.feed.is_none() && self.inventory_file.is_none() && self.adjustments.is_none()
    }
}

/// Where the tests of a project stand if it does not say.
const TESTS: [&str; 2] = ["tests/*.yaml", "tests/*.yml"];

/// The marketplace where none is named.
pub const MARKETPLACE: &str = "amazon.com";

impl Settings {
    /// The settings of a project file, with its patterns expanded.
    pub fn from_file(file: &ProjectFile, path: &Path, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let root = path.parent().map(Path::to_path_buf).unwrap_or_default();
        let state = match &file.state {
            Some(folder) => StateFolder::at(&root.join(folder)),
            None => StateFolder::of_project(path, FILE_NAME),
        };
        // Of the folder that the program names itself, an emission says what is wrong with it.
        if let (Some(folder), Err(problem)) = (&file.state, state.may_be_written()) {
            let message = format!("`{folder}` cannot be the folder of the project's state: {problem}");
            let help = "name a folder of its own, which need not exist yet, such as `state: .stockrule`";
            diagnostics.push(Diagnostic::error(Code::Project, message).help(help).at(place_of(path, text, "state")));
        }
        let file_path = Some(path.to_path_buf());
        let mut settings = Settings { root: root.clone(), file: file_path, state: Some(state), ..Settings::default() };
        let mut patterns = vec![];
        let mut expand = |pattern: &str, what: &str| -> Vec<NamedFile> {
            patterns.push(root.join(pattern));
            let message = match inputs::expand(&root, pattern) {
                Ok(found) if !found.is_empty() => return found,
                Ok(_) if is_pattern(pattern) => format!("no {what} matches `{pattern}`"),
                Ok(_) => format!("the {what} `{pattern}` does not exist"),
                Err(problem) => problem,
            };
            let help = format!("paths are relative to the folder of `{FILE_NAME}`");
            diagnostics.push(Diagnostic::error(Code::File, message).help(help).at(place_of(path, text, pattern)));
            vec![]
        };
        let mut twice = vec![];
        let (mut rules, mut catalog, mut orders, mut tests) =
            (Chosen::default(), Chosen::default(), Chosen::default(), Chosen::default());
        for pattern in &file.rules {
            for named in expand(pattern, "rule file") {
                // Which of two places it has among the rules decides what counts.
                if rules.add(pattern, named, None) == Added::Again && !is_pattern(pattern) {
                    twice.push((
                        pattern,
                        format!("the rule file `{pattern}` is named twice"),
                        "keep the later one: what stands last counts",
                    ));
                }
            }
        }
        for entry in &file.catalog {
            for named in expand(&entry.path, "catalog file") {
                let name = named.name.display().to_string();
                if catalog.add(&entry.path, named, entry.columns_key()) == Added::InTwoWays {
                    let message = format!("two patterns match `{name}`, and have it read in two ways");
                    twice.push((&entry.path, message, "name it without a pattern, as what it is: that goes before patterns"));
                }
            }
        }
        let reports = file.amazon.listings.as_deref().map(|path| expand(path, "listings report")).unwrap_or_default();
        if let (Some(pattern), [_, _, ..]) = (&file.amazon.listings, reports.as_slice()) {
            let message = format!("`{pattern}` matches {}, and one report is read", text::counted(reports.len(), "file"));
            twice.push((pattern, message, "name the report, or keep only the newest one in its place"));
        }
        for pattern in &file.orders {
            orders.add_all(pattern, expand(pattern, "orders file"));
        }
        for pattern in file.tests.iter().flatten() {
            tests.add_all(pattern, expand(pattern, "test file"));
        }
        if file.tests.is_none() {
            for pattern in TESTS {
                // No test is no error.
                match inputs::expand(&root, pattern) {
                    Ok(found) => tests.add_all(pattern, found),
                    Err(problem) => diagnostics.push(Diagnostic::error(Code::File, problem)),
                }
            }
        }
        for (pattern, message, help) in twice {
            let error = Diagnostic::error(Code::Project, message).help(help);
            diagnostics.push(error.at(place_of(path, text, pattern)));
        }
        settings.rules = rules.files();
        settings.catalog = catalog.catalog();
        settings.listings = reports.into_iter().next_back();
        settings.orders = orders.files();
        settings.tests = tests.files();
        settings.as_of = file.as_of;
        settings.as_of_place = file.as_of.map(|_| place_of(path, text, "as_of"));
        settings.orders_location.clone_from(&file.orders_location);
        settings.amazon_sources.clone_from(&file.amazon.order_sources);
        settings.timezone.clone_from(&file.timezone);
        settings.marketplace.clone_from(&file.amazon.marketplace);
        settings.seller.clone_from(&file.amazon.seller);
        settings.merchant_fulfilled = file.amazon.merchant_fulfilled;
        let mut output = |output: &Option<String>| {
            let output = output.as_ref()?;
            if leads_out(&root, output) {
                let message = format!("the output `{output}` leads out of the project");
                let help = "a project writes into its own folder and those below; what must go elsewhere, name on the command \
                            line, such as `emit --quantities FILE`";
                let place = place_of(path, text, output);
                diagnostics.push(Diagnostic::error(Code::Project, message).help(help).at(place));
            }
            if let Some(folder) =
                file.state.as_ref().filter(|folder| demands::is_on_the_way(&root.join(output), &root.join(folder)))
            {
                let message =
                    format!("the output `{output}` stands where the folder of the project's state is to be, `{folder}`");
                let help = "name a folder of its own, such as `state: .stockrule`";
                diagnostics.push(Diagnostic::error(Code::Project, message).help(help).at(place_of(path, text, "state")));
            }
            Some(root.join(output))
        };
        settings.outputs = Outputs {
            quantities: output(&file.emit.quantities),
            feed: output(&file.emit.feed),
            inventory_file: output(&file.emit.inventory_file),
            adjustments: output(&file.emit.adjustments),
            changed_only: file.emit.changed_only,
            are_overridden: false,
        };
        let is_on_the_way =
            |state: &StateFolder| settings.outputs.files().iter().any(|output| demands::is_on_the_way(output, &state.path()));
        if settings.state.as_ref().is_some_and(is_on_the_way) {
            // Nothing makes a folder there, such as for the lock of a watcher.
            settings.state = None;
        }
        settings.limits = file.guard.clone().into();
        settings.patterns = patterns;
        settings.on_change.clone_from(&file.emit.on_change);
        settings.on_trouble.clone_from(&file.emit.on_trouble);
        for (key, program) in [("on_change", &settings.on_change), ("on_trouble", &settings.on_trouble)] {
            let odd = program.as_ref().and_then(|program| program.oddity(key, key == "on_change", place_of(path, text, key)));
            settings.oddities.extend(odd);
        }
        settings
    }
}

impl Settings {
    /// The day of evaluation: the one that is given, or the day that it is now in the project's time zone or the machine's.
    pub fn day(&self) -> Date {
        self.today.unwrap_or_else(|| clock::today(self.timezone.as_ref()))
    }

    /// What is wrong with inputs that can be read only once: a pipe that is named twice.
    pub fn streams_named_twice(&self) -> Vec<Diagnostic> {
        let of = |role: FileRole, files: &'_ [NamedFile]| {
            files.iter().map(move |named| (role, named.path.clone())).collect::<Vec<_>>()
        };
        let mut all = of(FileRole::Rules, &self.rules);
        all.extend(self.catalog.iter().map(|(input, _)| (input.role(), input.path.clone())));
        all.extend(self.listings.iter().map(|named| (FileRole::Listings, named.path.clone())));
        all.extend(of(FileRole::Orders, &self.orders));
        inputs::named_twice(all.iter().map(|(role, path)| (*role, path.as_path())))
    }

    /// The first input that can be read only once, such as a pipe.
    pub fn stream(&self) -> Option<PathBuf> {
        self.input_files().into_iter().find(|path| inputs::stream(path).is_some())
    }

    /// The project's state, if this emission has to do with it: not where the command line names the outputs.
    pub fn shared_state(&self) -> Option<&StateFolder> {
        self.state.as_ref().filter(|_| !self.outputs.are_overridden)
    }

    /// Every file that a run reads.
    pub fn input_files(&self) -> Vec<PathBuf> {
        let named = self.rules.iter().chain(&self.listings).chain(&self.orders).map(|named| named.path.clone());
        let catalog = self.catalog.iter().map(|(input, _)| input.path.clone());
        self.file.iter().cloned().chain(named).chain(catalog).collect()
    }
}

impl Outputs {
    /// Every file that an emission writes; parts of a feed aside.
    pub fn files(&self) -> Vec<PathBuf> {
        [&self.quantities, &self.feed, &self.inventory_file, &self.adjustments].into_iter().flatten().cloned().collect()
    }
}

/// Whether a path leads out of a folder: by itself, or by a link on its way.
fn leads_out(root: &Path, path: &str) -> bool {
    let mut depth = 0_usize;
    for component in Path::new(path).components() {
        match component {
            Component::Normal(_) => depth += 1,
            Component::CurDir => {}
            Component::ParentDir if depth > 0 => depth -= 1,
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return true,
        }
    }
    let here = |path: &Path| if path.as_os_str().is_empty() { PathBuf::from(".") } else { path.to_path_buf() };
    let Ok(root_itself) = here(root).canonicalize() else { return false };
    let full = root.join(path);
    // Folders that do not exist yet will be made where they are named. A file is put in the place of a link, not behind it.
    let mut folders = full.ancestors().skip(1).map(here).filter(|folder| folder.symlink_metadata().is_ok());
    folders.next().is_some_and(|folder| !folder.canonicalize().is_ok_and(|folder| folder.starts_with(root_itself)))
}

/// Where a value stands in the project file: at its first occurrence outside comments.
pub fn place_of(path: &Path, text: &str, value: &str) -> Place {
    for (number, line) in text.lines().enumerate() {
        let code = line.split(" #").next().unwrap_or(line);
        if let Some(at) = code.find(value).filter(|_| !code.trim_start().starts_with('#')) {
            return Place::in_line(path, number + 1, line[..at].chars().count() + 1, value.chars().count(), line);
        }
    }
    Place::file(path)
}
