//! Finds and reads a project file, with what the command line says in place of it.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::file_list::{Addition, FileList};
use super::project_file::{FILE_NAME, ProjectFile, find, with_successor};
use super::settings::Settings;
use crate::deliver::state::StateFolder;
use crate::diagnostic::{Code, Diagnostic};
use crate::files::paths::is_folder;
use crate::files::{FileRole, Files, NamedFile};
use crate::yaml;

/// What is said in place of the project file: of the lists, each that is not empty replaces the project's.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// Where files are read from: an editor gives its unsaved texts here.
    pub files: Files,
    /// The project file or its folder; without it, the file of the working folder or the nearest one above.
    pub project: Option<PathBuf>,
    /// The rule files, in order.
    pub rules: Vec<PathBuf>,
    /// The catalog's files.
    pub catalog: Vec<PathBuf>,
    /// The listings report.
    pub listings: Option<PathBuf>,
    /// The orders files.
    pub orders: Vec<PathBuf>,
    /// The day of evaluation.
    pub today: Option<Date>,
    /// The marketplace.
    pub marketplace: Option<String>,
}

/// Which inputs must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Rules and a catalog; the reports and orders that are named.
    Everything,
    /// Rules alone: the files of the catalog, the reports and the orders need not exist.
    Rules,
}

impl Overrides {
    /// The paths that are given, in the order of the fields.
    pub fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.rules.iter().chain(&self.catalog).chain(&self.listings).chain(&self.orders)
    }
}

/// The settings of a project with what is said in its place, as far as they can be told, and everything that is wrong with them.
pub fn open(overrides: &Overrides, needs: Needs) -> (Settings, Vec<Diagnostic>) {
    let mut diagnostics = vec![];
    let mut settings = match project_path(overrides.project.as_deref(), &mut diagnostics) {
        Some(path) => read_project(&path, overrides, needs, &mut diagnostics),
        None => Settings::default(),
    };
    let named = |path: &PathBuf| NamedFile { path: path.clone(), name: path.clone() };
    // A file that is named twice is read once; of rules, their order decides, and it has two places there.
    let listed = |paths: &[PathBuf]| {
        let mut list = FileList::default();
        let twice = paths.iter().filter(|path| list.add("", named(path), None) == Addition::Again).collect::<Vec<_>>();
        let first = twice.first().map(|path| path.display().to_string());
        (list, first)
    };
    if !overrides.rules.is_empty() {
        let (rules, twice) = listed(&overrides.rules);
        settings.rules = rules.files();
        diagnostics.extend(twice.map(|path| {
            let message = format!("the rule file `{path}` is named twice");
            Diagnostic::error(Code::Project, message).help("keep the later one: what stands last counts")
        }));
    }
    if !overrides.catalog.is_empty() {
        settings.catalog = listed(&overrides.catalog).0.catalog();
    }
    if let Some(path) = &overrides.listings {
        settings.listings = Some(named(path));
    }
    if !overrides.orders.is_empty() {
        settings.orders = listed(&overrides.orders).0.files();
    }
    settings.patterns.extend(overrides.paths().cloned());
    settings.files = overrides.files.clone();
    settings.today = overrides.today.or(settings.today);
    settings.marketplace = overrides.marketplace.clone().or(settings.marketplace);
    diagnostics.extend(settings.pipes_named_twice());
    if diagnostics.is_empty() {
        diagnostics.extend(missing(&settings, needs));
    }
    (settings, diagnostics)
}

/// The path of the project file; `None` where there is none, or where the working folder is gone, which is an error.
fn project_path(given: Option<&Path>, diagnostics: &mut Vec<Diagnostic>) -> Option<PathBuf> {
    match given {
        Some(path) if is_folder(path) => Some(path.join(FILE_NAME)),
        Some(path) => Some(path.to_path_buf()),
        None => match std::env::current_dir() {
            Ok(folder) => find(&folder),
            Err(problem) => {
                let message = format!("the folder that this was started in cannot be looked at: {problem}");
                let help = "it may have been removed: change to another one, or name the project with `--project FILE`";
                diagnostics.push(Diagnostic::error(Code::File, message).help(help));
                None
            }
        },
    }
}

fn read_project(path: &Path, overrides: &Overrides, needs: Needs, diagnostics: &mut Vec<Diagnostic>) -> Settings {
    let root = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let state = Some(StateFolder::of_project(path, FILE_NAME));
    let unread = Settings { root, file: Some(path.to_path_buf()), state, ..Settings::default() };
    let named = NamedFile { path: path.to_path_buf(), name: path.to_path_buf() };
    let Some(document) = overrides.files.document(&named, FileRole::Project, diagnostics) else { return unread };
    let text = document.text();
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return unread;
    }
    match yaml::read::<ProjectFile>(path, &text, Code::Project) {
        Ok(mut file) => {
            // What the command line replaces, or is not needed, need not exist.
            let only_rules = needs == Needs::Rules;
            if !overrides.rules.is_empty() {
                file.rules.clear();
            }
            if only_rules || !overrides.catalog.is_empty() {
                file.catalog.clear();
            }
            if only_rules || overrides.listings.is_some() {
                file.amazon.listings = None;
            }
            if only_rules || !overrides.orders.is_empty() {
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

/// An error for each input that a run needs and nothing names.
fn missing(settings: &Settings, needs: Needs) -> Vec<Diagnostic> {
    let inputs = [
        (settings.rules.is_empty(), "rules", "--rules FILE"),
        (settings.catalog.is_empty() && needs == Needs::Everything, "catalog", "--catalog FILE"),
    ];
    let missing = inputs.iter().filter(|(is_missing, ..)| *is_missing);
    let error = |(_, what, option): &(bool, &str, &str)| {
        let message = format!("no {what} to read: there is no `{FILE_NAME}` that names any");
        let help = format!("give `{option}`, or make a project with `stockrule init --catalog EXPORT`");
        Diagnostic::error(Code::Project, message).help(help)
    };
    missing.map(error).collect()
}
