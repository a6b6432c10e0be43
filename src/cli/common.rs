//! What all commands share: where the input is, how it is shown.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::Status;
use crate::amazon::marketplaces;
use crate::deliver::state::StateFolder;
use crate::diagnostic::{Code, Diagnostic, any_error, deny};
use crate::files::{Document, FileRole, NamedFile};
use crate::project::{Added, Chosen, FILE_NAME, ProjectFile, Settings, find, with_successor};
use crate::{days, yaml};

/// Options of every command.
#[derive(Debug, Args)]
pub struct Common {
    /// The project file; without it, the stockrule.yaml of this folder or the nearest one above
    #[arg(long, global = true, value_name = "FILE")]
    pub project: Option<PathBuf>,
    /// A file of the catalog, instead of the project's (repeatable)
    #[arg(long, global = true, value_name = "FILE")]
    pub catalog: Vec<PathBuf>,
    /// A rule file, instead of the project's (repeatable)
    #[arg(long, global = true, value_name = "FILE")]
    pub rules: Vec<PathBuf>,
    /// Amazon's listings report
    #[arg(long, global = true, value_name = "FILE")]
    pub listings: Option<PathBuf>,
    /// An orders file (repeatable)
    #[arg(long, global = true, value_name = "FILE")]
    pub orders: Vec<PathBuf>,
    /// The day of evaluation, as 2026-11-27
    #[arg(long, global = true, value_name = "DATE", value_parser = day)]
    pub today: Option<Date>,
    /// The marketplace: amazon.com, amazon.de, …
    #[arg(long, global = true, value_name = "NAME", value_parser = marketplace)]
    pub marketplace: Option<String>,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value = "auto", value_name = "WHEN")]
    pub color: Color,
    /// Show errors only
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Show every message, however many there are of a kind
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// Treat warnings as errors
    #[arg(long, global = true)]
    pub deny_warnings: bool,
}

/// A day of the command line.
fn day(text: &str) -> Result<Date, String> {
    days::day(text).ok_or_else(|| days::advice(text))
}

/// A marketplace of the command line.
fn marketplace(name: &str) -> Result<String, String> {
    marketplaces::named(name).map(str::to_owned)
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// Where a person reads, and NO_COLOR is not set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Which inputs must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    Everything,
    Rules,
}

impl Common {
    /// The settings of this run: the project file's, overridden by the options.
    ///
    /// # Errors
    /// What is wrong with the project file, or missing.
    pub fn settings(&self) -> Result<Settings, Vec<Diagnostic>> {
        let (settings, diagnostics) = self.look();
        if diagnostics.is_empty() { Ok(settings) } else { Err(diagnostics) }
    }

    /// The settings of a run that may do without the catalog, the listings and the orders: those files need not exist.
    ///
    /// # Errors
    /// What is wrong with the project file, or missing.
    pub fn settings_of_rules(&self) -> Result<Settings, Vec<Diagnostic>> {
        let (settings, diagnostics) = self.look_for(Needs::Rules);
        if diagnostics.is_empty() { Ok(settings) } else { Err(diagnostics) }
    }

    /// The settings as far as they can be told, and what is wrong with them.
    pub fn look(&self) -> (Settings, Vec<Diagnostic>) {
        self.look_for(Needs::Everything)
    }

    fn look_for(&self, needs: Needs) -> (Settings, Vec<Diagnostic>) {
        let mut diagnostics = vec![];
        let found = match &self.project {
            Some(path) if path.is_dir() => Some(path.join(FILE_NAME)),
            Some(path) => Some(path.clone()),
            None => match std::env::current_dir() {
                Ok(folder) => find(&folder),
                Err(problem) => {
                    let message = format!("the folder that this was started in cannot be looked at: {problem}");
                    let help = "it may have been removed: change to another one, or name the project with `--project FILE`";
                    diagnostics.push(Diagnostic::error(Code::File, message).help(help));
                    None
                }
            },
        };
        let mut settings = match found {
            Some(path) => self.read_project(&path, needs, &mut diagnostics),
            None => Settings::default(),
        };
        let named = |path: &PathBuf| NamedFile { path: path.clone(), name: path.clone() };
        // A file that is named twice is read once; of rules, their order decides, and it has two places there.
        let chosen = |paths: &[PathBuf]| {
            let mut chosen = Chosen::default();
            let twice = paths.iter().filter(|path| chosen.add("", named(path), None) == Added::Again).collect::<Vec<_>>();
            let first = twice.first().map(|path| path.display().to_string());
            (chosen, first)
        };
        if !self.rules.is_empty() {
            let (rules, twice) = chosen(&self.rules);
            settings.rules = rules.files();
            diagnostics.extend(twice.map(|path| {
                let message = format!("the rule file `{path}` is named twice");
                Diagnostic::error(Code::Project, message).help("keep the later one: what stands last counts")
            }));
        }
        if !self.catalog.is_empty() {
            settings.catalog = chosen(&self.catalog).0.catalog();
        }
        if let Some(path) = &self.listings {
            settings.listings = Some(named(path));
        }
        if !self.orders.is_empty() {
            settings.orders = chosen(&self.orders).0.files();
        }
        let named = self.rules.iter().chain(&self.catalog).chain(&self.listings).chain(&self.orders);
        settings.patterns.extend(named.cloned());
        settings.today = self.today.or(settings.today);
        settings.marketplace = self.marketplace.clone().or(settings.marketplace);
        diagnostics.extend(settings.streams_named_twice());
        if diagnostics.is_empty() {
            let missing = [
                (settings.rules.is_empty(), "rules", "--rules FILE"),
                (settings.catalog.is_empty() && needs == Needs::Everything, "catalog", "--catalog FILE"),
            ];
            for (_, what, option) in missing.iter().filter(|(missing, ..)| *missing) {
                let message = format!("no {what} to read: there is no `{FILE_NAME}` that names any");
                let help = format!("give `{option}`, or make a project with `stockrule init --catalog EXPORT`");
                diagnostics.push(Diagnostic::error(Code::Project, message).help(help));
            }
        }
        (settings, diagnostics)
    }

    fn read_project(&self, path: &Path, needs: Needs, diagnostics: &mut Vec<Diagnostic>) -> Settings {
        let root = path.parent().map(Path::to_path_buf).unwrap_or_default();
        let state = Some(StateFolder::of_project(path, FILE_NAME));
        let unread = Settings { root, file: Some(path.to_path_buf()), state, ..Settings::default() };
        let named = NamedFile { path: path.to_path_buf(), name: path.to_path_buf() };
        let Some(document) = Document::read(&named, FileRole::Project, diagnostics) else { return unread };
        let text = document.text();
        if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
            return unread;
        }
        match yaml::read::<ProjectFile>(path, &text, Code::Project) {
            Ok(mut file) => {
                // What the command line replaces, or is not needed, need not exist.
                let only_rules = needs == Needs::Rules;
                if !self.rules.is_empty() {
                    file.rules.clear();
                }
                if only_rules || !self.catalog.is_empty() {
                    file.catalog.clear();
                }
                if only_rules || self.listings.is_some() {
                    file.amazon.listings = None;
                }
                if only_rules || !self.orders.is_empty() {
                    file.orders.clear();
                }
                Settings::from_file(&file, path, &text, diagnostics)
            }
            Err(problem) => {
                diagnostics.push(with_successor(*problem));
                unread
            }
        }
    }

    /// Whether an option names this file: it is then relative to where the command line was typed, not to the project.
    pub fn names(&self, file: &str) -> bool {
        let mut named = self.rules.iter().chain(&self.catalog).chain(&self.listings).chain(&self.orders);
        named.any(|path| path.as_path() == Path::new(file))
    }

    /// The diagnostics as this run takes them: warnings are errors where the user says so.
    pub fn weigh(&self, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        if self.deny_warnings {
            deny(&mut diagnostics);
        }
        diagnostics
    }
}

/// How a run with these diagnostics ends.
pub fn status_of(diagnostics: &[Diagnostic]) -> Status {
    let mut errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    match (any_error(diagnostics), errors.all(|error| error.code == Code::File)) {
        (false, _) => Status::Done,
        (true, true) => Status::Io,
        (true, false) => Status::WrongInput,
    }
}
