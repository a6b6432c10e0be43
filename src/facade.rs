//! The door of the library: a project is opened, evaluated, and asked what it decided and why.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

use crate::diagnostic::{Diagnostic, any_error};
use crate::evaluate::{Decisions, Outcome};
use crate::files::Files;
use crate::project::{AmazonQuantities, Needs, Overrides, PreparedRun, Session, Settings, offers_by_sku, open, prepare};
use crate::report::explanation::ExplainedOffer;

/// A project: its file, and the files that it names.
///
/// Opening reads the project file alone; [`evaluate`](Project::evaluate) reads the others each time that it is called.
#[derive(Debug, Clone)]
pub struct Project {
    settings: Settings,
}

impl Project {
    /// Opens the project of a folder, or of a project file such as `stockrule.yaml`. Paths in it are relative to its folder.
    ///
    /// # Errors
    /// The project file cannot be read or has an error, a file that it names is not there, or it names no rules or no catalog.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let overrides = Overrides { project: Some(path.as_ref().to_path_buf()), ..Overrides::default() };
        let (settings, diagnostics) = open(&overrides, Needs::Everything);
        // An explanation tells the title and the options, which no rule need speak of.
        let settings = Settings { everything: true, ..settings };
        if diagnostics.is_empty() { Ok(Project { settings }) } else { Err(Error { diagnostics }) }
    }

    /// The project as on this day, for rules that read `today`. Left out, the day is the one on which it is evaluated, in the
    /// project's time zone or else the machine's.
    #[must_use]
    pub fn on(mut self, day: Date) -> Self {
        self.settings.today = Some(day);
        self
    }

    /// The project with these texts in place of what stands on the disk at their paths, as an editor has files that are not saved
    /// yet. They hold for what is evaluated, not for the project file, which has been read; texts that were given before are
    /// forgotten.
    ///
    /// ```
    /// # use stockrule::Project;
    /// let rules = ("examples/small-shop/rules/2-amazon.rules".into(), "all: fixed 1".to_owned());
    /// let project = Project::open("examples/small-shop")?.with_unsaved([rules]);
    /// let quantities: Vec<i64> = project.evaluate()?.decisions().filter_map(|offer| offer.quantity).collect();
    /// assert!(quantities.iter().all(|&quantity| quantity == 1));
    /// # Ok::<(), stockrule::Error>(())
    /// ```
    #[must_use]
    pub fn with_unsaved(mut self, texts: impl IntoIterator<Item = (PathBuf, String)>) -> Self {
        self.settings.files = Files::with_unsaved(texts);
        self
    }

    /// Reads the rules, the catalog, the listings report and the orders, and decides for every offer. Nothing is written.
    ///
    /// # Errors
    /// A file cannot be read, or something in one is wrong: every error that `stockrule check` reports, and its warnings.
    pub fn evaluate(&self) -> Result<Evaluation, Error> {
        let prepared = prepare(&self.settings, &[], &mut Session::default());
        let result = prepared.finish();
        if any_error(&result.diagnostics) {
            return Err(Error { diagnostics: result.diagnostics });
        }
        let settings = self.settings.clone();
        Ok(Evaluation { settings, prepared, decisions: result.decisions, warnings: result.diagnostics })
    }
}

/// What the rules of a project decide, on the files as they were when it was evaluated.
pub struct Evaluation {
    settings: Settings,
    prepared: PreparedRun,
    decisions: Arc<Decisions>,
    warnings: Vec<Diagnostic>,
}

/// What becomes of one offer, a SKU on Amazon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferDecision<'a> {
    /// The SKU as the catalog writes it; blank where the outcome is [`Outcome::NoSku`], and of several offers where it is
    /// [`Outcome::Ambiguous`].
    pub sku: &'a str,
    /// Whether it is sent, or why not.
    pub outcome: Outcome,
    /// The quantity that Amazon is sent, in units of the offer, 0 or more; `None` unless the outcome is [`Outcome::Synced`]: Amazon
    /// then keeps what it has.
    pub quantity: Option<i64>,
}

impl Evaluation {
    /// One decision for each offer, in the order of the catalog's files.
    pub fn decisions(&self) -> impl Iterator<Item = OfferDecision<'_>> {
        let context = self.prepared.context();
        let decided = self.decisions.by_offer();
        decided.map(move |(offer, decision)| OfferDecision {
            sku: context.sku(offer),
            outcome: decision.outcome,
            quantity: decision.quantity(),
        })
    }

    /// How many offers have an outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.decisions.iter().filter(|decision| decision.outcome == outcome).count()
    }

    /// How the quantity of a SKU came about, as `stockrule explain` tells it: the outcome, the rules that decided, what orders took
    /// off the count, and each step of the arithmetic. Lines end with a line feed. Where several offers have the SKU, each is
    /// explained.
    ///
    /// What Amazon was sent last is read from the project's state. The rules are compiled again for each call.
    ///
    /// # Errors
    /// No offer has the SKU: the error says which is the nearest, or that only Amazon has it.
    pub fn explain(&self, sku: &str) -> Result<String, Error> {
        let (offers, diagnostics) = offers_by_sku(&self.prepared, &[sku.to_owned()]);
        if any_error(&diagnostics) {
            return Err(Error { diagnostics });
        }
        let run = self.prepared.run().with_decisions(Arc::clone(&self.decisions));
        let on_amazon = AmazonQuantities::of(&self.settings, &self.prepared, &offers);
        let explained = offers.iter().map(|&offer| {
            let explained = ExplainedOffer::of(&run, &self.prepared.movements, offer);
            explained.with_on_amazon(on_amazon.on_amazon(&self.prepared, offer)).text()
        });
        Ok(explained.collect::<Vec<_>>().join("\n"))
    }

    /// What is odd in the rules or the files, but stops nothing, in the order in which it was found.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }
}

/// Why a project cannot be opened or evaluated, or why what is asked has no answer: at least one error, with the warnings that were
/// found before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", first_of(diagnostics))]
pub struct Error {
    diagnostics: Vec<Diagnostic>,
}

impl Error {
    /// Every error and warning, in the order in which they were found.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}

/// The first error with its place, and how many more there are, on one line.
fn first_of(diagnostics: &[Diagnostic]) -> String {
    let mut errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    let first = errors.next().map_or_else(String::new, |first| {
        let place = first.place.as_ref().map_or_else(String::new, |place| format!("{}: ", place.short()));
        format!("{place}{}", first.message)
    });
    match errors.count() {
        0 => first,
        more => format!("{first} (and {} more)", crate::text::counted(more, "error")),
    }
}
