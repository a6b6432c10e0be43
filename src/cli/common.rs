//! What all commands share: where the input is, how it is shown.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use crate::amazon::marketplaces;
use crate::days;
use crate::diagnostic::{Diagnostic, deny};
use crate::files::Files;
use crate::project::{Needs, Overrides, Settings, open};

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
        open(&self.overrides(), needs)
    }

    /// What the options say in place of the project file.
    pub fn overrides(&self) -> Overrides {
        Overrides {
            files: Files::default(),
            project: self.project.clone(),
            rules: self.rules.clone(),
            catalog: self.catalog.clone(),
            listings: self.listings.clone(),
            orders: self.orders.clone(),
            today: self.today,
            marketplace: self.marketplace.clone(),
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
