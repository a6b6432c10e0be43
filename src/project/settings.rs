//! What a run is told by the project file and the command line.

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::pipes;
use super::program::Program;
use crate::catalog::Input;
use crate::clock;
use crate::deliver::state::StateFolder;
use crate::diagnostic::{Diagnostic, Place};
use crate::emit::guard::Limits;
use crate::files::paths::pipe_identity;
use crate::files::{FileRole, Files, NamedFile};

/// What a run is told by the project file and the command line. Paths can be opened as they are; patterns are expanded.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Where files are read from.
    pub files: Files,
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
    /// Whether every field of the catalog is read, as `explain` needs it; otherwise those that no rule speaks of are passed over.
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

    /// Every file that an emission writes; parts of a feed aside.
    pub fn files(&self) -> Vec<PathBuf> {
        [&self.quantities, &self.feed, &self.inventory_file, &self.adjustments].into_iter().flatten().cloned().collect()
    }
}

/// The marketplace where none is named.
const MARKETPLACE: &str = "amazon.com";

impl Settings {
    /// The marketplace of the run: the one that is named, or amazon.com.
    pub fn marketplace_or_default(&self) -> &str {
        self.marketplace.as_deref().unwrap_or(MARKETPLACE)
    }

    /// The day of evaluation: the one that is given, or the day that it is now in the project's time zone or the machine's.
    pub fn day(&self) -> Date {
        self.today.unwrap_or_else(|| clock::today(self.timezone.as_ref()))
    }

    /// An error for each input that can be read only once, such as a pipe, and is named twice.
    pub fn pipes_named_twice(&self) -> Vec<Diagnostic> {
        let of = |role: FileRole, files: &'_ [NamedFile]| {
            files.iter().map(move |named| (role, named.path.clone())).collect::<Vec<_>>()
        };
        let mut all = of(FileRole::Rules, &self.rules);
        all.extend(self.catalog.iter().map(|(input, _)| (input.role(), input.path.clone())));
        all.extend(self.listings.iter().map(|named| (FileRole::Listings, named.path.clone())));
        all.extend(of(FileRole::Orders, &self.orders));
        pipes::named_twice(all.iter().map(|(role, path)| (*role, path.as_path())))
    }

    /// The first input that can be read only once, such as a pipe.
    pub fn first_pipe(&self) -> Option<PathBuf> {
        self.input_files().into_iter().find(|path| pipe_identity(path).is_some())
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
