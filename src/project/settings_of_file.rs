//! The settings that a project file comes to: its paths made whole, its patterns expanded.

use std::path::{Component, Path, PathBuf};

use super::file_list::{Addition, FileList};
use super::patterns::{expand, is_pattern};
use super::project_file::{FILE_NAME, ProjectFile};
use super::requirements;
use super::settings::{Outputs, Settings};
use crate::deliver::state::StateFolder;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::files::{NamedFile, paths};
use crate::text::counted;

/// Where the tests of a project stand if it does not say.
const TESTS: [&str; 2] = ["tests/*.yaml", "tests/*.yml"];

impl Settings {
    /// The settings of a project file, of which `text` is the content; what is wrong with its paths joins the diagnostics.
    pub fn from_file(file: &ProjectFile, path: &Path, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let root = path.parent().map(Path::to_path_buf).unwrap_or_default();
        let mut reading = Reading { file, path, text, root: &root, patterns: vec![], diagnostics };
        let state = reading.state();
        let inputs = reading.inputs();
        let outputs = reading.outputs();
        // Nothing makes a folder where an output is to be, such as for the lock of a watcher.
        let is_free = !outputs.files().iter().any(|output| requirements::is_on_the_way(output, &state.path()));
        let patterns = reading.patterns;
        let mut settings = Settings {
            file: Some(path.to_path_buf()),
            state: is_free.then_some(state),
            patterns,
            as_of: file.as_of,
            as_of_place: file.as_of.map(|_| place_of(path, text, "as_of")),
            orders_location: file.orders_location.clone(),
            amazon_sources: file.amazon.order_sources.clone(),
            timezone: file.timezone.clone(),
            marketplace: file.amazon.marketplace.clone(),
            seller: file.amazon.seller.clone(),
            merchant_fulfilled: file.amazon.merchant_fulfilled,
            outputs,
            limits: file.guard.clone().into(),
            on_change: file.emit.on_change.clone(),
            on_trouble: file.emit.on_trouble.clone(),
            ..inputs
        };
        for (key, program) in [("on_change", &settings.on_change), ("on_trouble", &settings.on_trouble)] {
            let odd = program.as_ref().and_then(|program| program.oddity(key, key == "on_change", place_of(path, text, key)));
            settings.oddities.extend(odd);
        }
        Settings { root, ..settings }
    }
}

/// A project file that is being made into settings.
struct Reading<'a> {
    file: &'a ProjectFile,
    path: &'a Path,
    /// What the file holds.
    text: &'a str,
    /// The folder of the file.
    root: &'a Path,
    /// The paths and patterns that were expanded so far.
    patterns: Vec<PathBuf>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Reading<'_> {
    /// The folder of the project's state.
    fn state(&mut self) -> StateFolder {
        let Some(folder) = &self.file.state else { return StateFolder::of_project(self.path, FILE_NAME) };
        let state = StateFolder::at(&self.root.join(folder));
        // Of the folder that the program names itself, an emission says what is wrong with it.
        if let Err(problem) = state.may_be_written() {
            let message = format!("`{folder}` cannot be the folder of the project's state: {problem}");
            let help = "name a folder of its own, which need not exist yet, such as `state: .stockrule`";
            self.error(Diagnostic::error(Code::Project, message).help(help), "state");
        }
        state
    }

    /// The settings that name what is read; all others by default.
    fn inputs(&mut self) -> Settings {
        let file = self.file;
        let mut repeated = vec![];
        let (mut rules, mut catalog, mut orders, mut tests) =
            (FileList::default(), FileList::default(), FileList::default(), FileList::default());
        for pattern in &file.rules {
            for named in self.expand(pattern, "rule file") {
                // Which of two places it has among the rules decides what counts.
                if rules.add(pattern, named, None) == Addition::Again && !is_pattern(pattern) {
                    let message = format!("the rule file `{pattern}` is named twice");
                    repeated.push((pattern, message, "keep the later one: what stands last counts"));
                }
            }
        }
        for entry in &file.catalog {
            for named in self.expand(&entry.path, "catalog file") {
                let name = named.name.display().to_string();
                if catalog.add(&entry.path, named, entry.columns_key()) == Addition::InTwoWays {
                    let message = format!("two patterns match `{name}`, and have it read in two ways");
                    repeated.push((&entry.path, message, "name it without a pattern, as what it is: that goes before patterns"));
                }
            }
        }
        let reports = file.amazon.listings.as_deref().map(|path| self.expand(path, "listings report")).unwrap_or_default();
        if let (Some(pattern), [_, _, ..]) = (&file.amazon.listings, reports.as_slice()) {
            let message = format!("`{pattern}` matches {}, and one report is read", counted(reports.len(), "file"));
            repeated.push((pattern, message, "name the report, or keep only the newest one in its place"));
        }
        for pattern in &file.orders {
            orders.add_all(pattern, self.expand(pattern, "orders file"));
        }
        for pattern in file.tests.iter().flatten() {
            tests.add_all(pattern, self.expand(pattern, "test file"));
        }
        if file.tests.is_none() {
            for pattern in TESTS {
                // No test is no error.
                match expand(self.root, pattern) {
                    Ok(found) => tests.add_all(pattern, found),
                    Err(problem) => self.diagnostics.push(Diagnostic::error(Code::File, problem)),
                }
            }
        }
        for (pattern, message, help) in repeated {
            self.error(Diagnostic::error(Code::Project, message).help(help), pattern);
        }
        Settings {
            rules: rules.files(),
            catalog: catalog.catalog(),
            listings: reports.into_iter().next_back(),
            orders: orders.files(),
            tests: tests.files(),
            ..Settings::default()
        }
    }

    /// The files that a path or pattern names; an error where there is none. `what` is what they are, in a message.
    fn expand(&mut self, pattern: &str, what: &str) -> Vec<NamedFile> {
        self.patterns.push(self.root.join(pattern));
        let message = match expand(self.root, pattern) {
            Ok(found) if !found.is_empty() => return found,
            Ok(_) if is_pattern(pattern) => format!("no {what} matches `{pattern}`"),
            Ok(_) => format!("the {what} `{pattern}` does not exist"),
            Err(problem) => problem,
        };
        let help = format!("paths are relative to the folder of `{FILE_NAME}`");
        self.error(Diagnostic::error(Code::File, message).help(help), pattern);
        vec![]
    }

    /// What is written where.
    fn outputs(&mut self) -> Outputs {
        let emit = &self.file.emit;
        Outputs {
            quantities: self.output(emit.quantities.as_deref()),
            feed: self.output(emit.feed.as_deref()),
            inventory_file: self.output(emit.inventory_file.as_deref()),
            adjustments: self.output(emit.adjustments.as_deref()),
            changed_only: emit.changed_only,
            are_overridden: false,
        }
    }

    /// The whole path of an output; an error where the project may not write there.
    fn output(&mut self, output: Option<&str>) -> Option<PathBuf> {
        let output = output?;
        if leads_out(self.root, output) {
            let message = format!("the output `{output}` leads out of the project");
            let help = "a project writes into its own folder and those below; what must go elsewhere, name on the command \
                        line, such as `emit --quantities FILE`";
            self.error(Diagnostic::error(Code::Project, message).help(help), output);
        }
        let whole = self.root.join(output);
        if let Some(folder) =
            self.file.state.as_ref().filter(|folder| requirements::is_on_the_way(&whole, &self.root.join(folder)))
        {
            let message = format!("the output `{output}` stands where the folder of the project's state is to be, `{folder}`");
            let help = "name a folder of its own, such as `state: .stockrule`";
            self.error(Diagnostic::error(Code::Project, message).help(help), "state");
        }
        Some(whole)
    }

    /// Adds an error at the place of a value.
    fn error(&mut self, error: Diagnostic, value: &str) {
        self.diagnostics.push(error.at(place_of(self.path, self.text, value)));
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
    let Ok(root_itself) = paths::resolve(&here(root)) else { return false };
    let full = root.join(path);
    // Folders that do not exist yet will be made where they are named. A file is put in the place of a link, not behind it.
    let mut folders = full.ancestors().skip(1).map(here).filter(|folder| paths::is_there(folder));
    folders.next().is_some_and(|folder| !paths::resolve(&folder).is_ok_and(|folder| folder.starts_with(root_itself)))
}

/// Where a value stands in the project file: at its first occurrence outside comments.
fn place_of(path: &Path, text: &str, value: &str) -> Place {
    for (number, line) in text.lines().enumerate() {
        let code = line.split(" #").next().unwrap_or(line);
        if let Some(at) = code.find(value).filter(|_| !code.trim_start().starts_with('#')) {
            return Place::in_line(path, number + 1, line[..at].chars().count() + 1, value.chars().count(), line);
        }
    }
    Place::file(path)
}
