//! The stages, run one after the other on the files of a project; all diagnostics gathered.

use std::path::PathBuf;
use std::sync::Arc;

use foldhash::HashSet;
use jiff::Timestamp;
use jiff::civil::Date;

use super::as_of::{Written, as_of, modified};
use super::counts::read_orders;
use super::{MARKETPLACE, NamedFile, Settings};
use crate::amazon::listings::{self, Listings};
use crate::catalog::{self, Catalog, Content, Counts, Input};
use crate::diagnostic::{Diagnostic, any_error};
use crate::evaluate::{Context, Decisions, Run};
use crate::fields::{Field, Projection};
use crate::files::Fingerprint;
use crate::files::{Document, FileRole, read};
use crate::lint;
use crate::orders::{AsOfSource, Movements, Orders, OrdersSummary};
use crate::resolve::checked::Ruleset;
use crate::resolve::resolve;
use crate::source::Source;
use crate::syntax;
use crate::syntax::tree::{FieldName, RuleFile};

/// Everything that was read, checked, and not yet evaluated.
pub struct Loaded {
    /// The checked rules.
    pub ruleset: Ruleset,
    /// The catalog.
    pub catalog: Arc<Catalog>,
    /// The time of the snapshot: only later orders count.
    pub as_of: Option<Timestamp>,
    /// Where that time is from.
    pub as_of_from: AsOfSource,
    /// The orders since, each line once.
    pub orders: Option<Arc<Orders>>,
    /// How many of their lines count; `None` where there are no orders, or errors.
    pub orders_told: Option<OrdersSummary>,
    /// Its counts as orders have moved them, where there are any.
    pub moved: Option<Counts>,
    /// How the orders moved them.
    pub movements: Movements,
    /// What is on Amazon.
    pub listings: Option<Arc<Listings>>,
    /// When the listings report was written.
    pub listings_time: Option<Timestamp>,
    /// The day of evaluation.
    pub today: Date,
    /// The marketplace.
    pub marketplace: String,
    /// What was found wrong or odd so far.
    pub diagnostics: Vec<Diagnostic>,
}

/// The decisions, and everything that was found wrong or odd.
pub struct Evaluated {
    /// A decision a variant, in catalog order; none after an error.
    pub decisions: Decisions,
    /// Every error and warning of the run.
    pub diagnostics: Vec<Diagnostic>,
}

/// What can be kept from one run to the next: what was read of files that have not changed.
#[derive(Default)]
pub struct Cache {
    catalog: Option<(CatalogKey, Arc<Catalog>, Vec<Diagnostic>)>,
    listings: Option<KeptListings>,
}

/// A listings report, joined to the catalog that it was read with.
struct KeptListings {
    fingerprint: Fingerprint,
    /// Whether it was read with the user's word that every SKU is merchant-fulfilled.
    has_word: bool,
    catalog: Arc<Catalog>,
    listings: Arc<Listings>,
    told: Vec<Diagnostic>,
}

/// What a catalog depends on.
#[derive(PartialEq)]
struct CatalogKey {
    files: Vec<(Input, PathBuf, Option<Fingerprint>)>,
    wanted: Projection,
}

/// Reads and checks everything. `more` names fields that are asked for beside the rules', such as those of a filter.
pub fn load(settings: &Settings, more: &[FieldName]) -> Loaded {
    load_again(settings, more, &mut Cache::default())
}

/// The same, with what a run before has kept.
pub fn load_again(settings: &Settings, more: &[FieldName], cache: &mut Cache) -> Loaded {
    let mut diagnostics = settings.oddities.clone();
    let mut trees = vec![];
    for named in &settings.rules {
        trees.extend(rule_file(named, &mut diagnostics));
    }
    let wanted = wanted(settings, &trees, more).sorted();
    let (catalog, (as_of, as_of_from)) = cache.catalog(settings, wanted, &mut diagnostics);
    let (ruleset, found) = resolve(&trees, catalog.as_deref().map(|catalog| &catalog.schema));
    diagnostics.extend(found);
    let catalog = catalog.unwrap_or_default();
    // Asked before the report is read: one that is replaced meanwhile is not younger than what was read of it.
    let listings_time = settings.listings.as_ref().and_then(|named| modified(&named.path));
    let listings = settings
        .listings
        .as_ref()
        .and_then(|named| cache.listings(named, settings.merchant_fulfilled, &catalog, &mut diagnostics));
    let today = settings.day();
    let marketplace = settings.marketplace.clone().unwrap_or_else(|| MARKETPLACE.to_owned());
    let orders = read_orders(settings, as_of, &mut diagnostics).map(Arc::new);
    let mut loaded = Loaded {
        ruleset,
        catalog,
        as_of,
        as_of_from,
        orders,
        orders_told: None,
        moved: None,
        movements: Movements::default(),
        listings,
        listings_time,
        today,
        marketplace,
        diagnostics,
    };
    loaded.move_counts(settings);
    loaded.demand_counts();
    loaded
}

impl Loaded {
    /// The same catalog, reports and orders under other rules. Its diagnostics are those of the rules alone.
    #[must_use]
    pub fn with_rules(&self, settings: &Settings, rules: &[RuleFile]) -> Self {
        let (ruleset, diagnostics) = resolve(rules, Some(&self.catalog.schema));
        let mut loaded = Loaded {
            ruleset,
            catalog: Arc::clone(&self.catalog),
            orders: self.orders.clone(),
            orders_told: None,
            moved: None,
            movements: Movements::default(),
            listings: self.listings.clone(),
            today: self.today,
            marketplace: self.marketplace.clone(),
            diagnostics,
            ..*self
        };
        let own = loaded.diagnostics.len();
        loaded.move_counts(settings);
        // What is odd about the orders has been told.
        loaded.diagnostics.truncate(own);
        loaded
    }
}

impl Cache {
    /// The catalog, `None` where it cannot be used; and the time of the snapshot.
    fn catalog(
        &mut self,
        settings: &Settings,
        wanted: Projection,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> (Option<Arc<Catalog>>, (Option<Timestamp>, AsOfSource)) {
        // Asked before the files are read: one that is replaced meanwhile is not newer than what was read of it.
        let written = Written::of(settings);
        let files = settings.catalog.iter().map(|(input, name)| (input.clone(), name.clone(), Fingerprint::of(&input.path)));
        let key = CatalogKey { files: files.collect(), wanted };
        let as_of = |catalog: &Catalog| as_of(settings, catalog.as_of, &written);
        if let Some((_, catalog, found)) = self.catalog.as_ref().filter(|(known, ..)| *known == key) {
            diagnostics.extend(found.iter().cloned());
            return (Some(Arc::clone(catalog)), as_of(catalog));
        }
        // Let go before the next one is read: two catalogs need twice the memory.
        *self = Cache::default();
        let mut found = vec![];
        let (catalog, sound) = read_catalog(settings, &key.wanted, &mut found);
        diagnostics.extend(found.iter().cloned());
        if !sound {
            return (None, (None, AsOfSource::Unknown));
        }
        let catalog = Arc::new(catalog);
        let time = as_of(&catalog);
        self.catalog = Some((key, Arc::clone(&catalog), found));
        (Some(catalog), time)
    }

    /// The listings, joined to the catalog.
    fn listings(
        &mut self,
        named: &NamedFile,
        has_word: bool,
        catalog: &Arc<Catalog>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Arc<Listings>> {
        let fingerprint = Fingerprint::of(&named.path);
        let same = |kept: &&KeptListings| {
            let is_same_file = Some(&kept.fingerprint) == fingerprint.as_ref();
            is_same_file && kept.has_word == has_word && Arc::ptr_eq(&kept.catalog, catalog)
        };
        if let Some(kept) = self.listings.as_ref().filter(same) {
            diagnostics.extend(kept.told.iter().cloned());
            return Some(Arc::clone(&kept.listings));
        }
        self.listings = None;
        let bytes = read(named, FileRole::Listings, diagnostics)?;
        let (found, told) = listings::read(&named.name, bytes, has_word);
        diagnostics.extend(told.iter().cloned());
        let mut listings = found?;
        listings.join(catalog);
        let listings = Arc::new(listings);
        self.listings = fingerprint.map(|fingerprint| {
            let (catalog, listings) = (Arc::clone(catalog), Arc::clone(&listings));
            KeptListings { fingerprint, has_word, catalog, listings, told }
        });
        Some(listings)
    }
}

impl Loaded {
    /// An error where no file has counts and what decides needs one.
    fn demand_counts(&mut self) {
        if !any_error(&self.diagnostics) && !self.catalog.schema.has_data(Field::Inventory) {
            let found = lint::without_counts(&self.run());
            self.diagnostics.extend(found);
        }
    }

    /// What the rules are evaluated against.
    pub fn context(&self) -> Context<'_> {
        let context = Context::new(&self.catalog, self.listings.as_deref(), &self.marketplace, self.today);
        context.with_counts(self.moved.as_ref().unwrap_or(&self.catalog.counts))
    }

    /// The rules, compiled for what they are evaluated against.
    pub fn run(&self) -> Run<'_> {
        Run::new(&self.ruleset, self.context())
    }

    /// Decides for every variant, unless there is an error; does not warn.
    pub fn evaluate_only(&self) -> Decisions {
        if any_error(&self.diagnostics) { Decisions::default() } else { self.run().into_decisions() }
    }

    /// Decides for every variant, unless there is an error, and warns.
    pub fn evaluate(&self) -> Evaluated {
        let mut diagnostics = self.diagnostics.clone();
        let mut decisions = Decisions::default();
        if !any_error(&diagnostics) {
            let run = self.run();
            diagnostics.extend(run.lint());
            decisions = run.into_decisions();
        }
        Evaluated { decisions, diagnostics }
    }
}

fn rule_file(named: &NamedFile, diagnostics: &mut Vec<Diagnostic>) -> Option<RuleFile> {
    let source = rule_source(named, diagnostics)?;
    let (tree, found) = syntax::parse(Arc::new(source));
    diagnostics.extend(found);
    Some(tree)
}

/// The text of a rule file; `None`, and an error told, where it cannot be read.
pub fn rule_source(named: &NamedFile, diagnostics: &mut Vec<Diagnostic>) -> Option<Source> {
    let document = Document::read(named, FileRole::Rules, diagnostics)?;
    Some(Source::new(named.name.display().to_string(), document.text()))
}

/// The fields that the rules, a filter and the outputs speak of.
fn wanted(settings: &Settings, trees: &[RuleFile], more: &[FieldName]) -> Projection {
    let mut wanted = Projection { everything: settings.everything, ..Projection::default() };
    // An inventory export is joined by handle and options.
    let may_join = settings.catalog.iter().filter(|(input, _)| input.columns_key.is_none()).count() > 1;
    if may_join || settings.outputs.adjustments.is_some() {
        wanted.fields.push(Field::Handle);
    }
    wanted.options |= may_join;
    let groups: HashSet<&str> = trees.iter().flat_map(RuleFile::group_names).collect();
    for tree in trees {
        tree.for_each_field(&mut |name| {
            wanted.add(&name.parts);
            // A name that is none may be an option's, which the message about it then says.
            wanted.options |= match &name.parts[..] {
                [word] => Field::named(word).is_none() && !groups.contains(word.as_str()),
                [first, _] => first == "options",
                _ => false,
            };
        });
    }
    for name in more {
        wanted.add(&name.parts);
    }
    wanted
}

fn read_catalog(settings: &Settings, wanted: &Projection, diagnostics: &mut Vec<Diagnostic>) -> (Catalog, bool) {
    let mut files = vec![];
    let mut names = vec![];
    let mut complete = !settings.catalog.is_empty();
    for (input, name) in &settings.catalog {
        let number = u16::try_from(files.len()).unwrap_or(u16::MAX);
        let in_parts = catalog::read_in_chunks(input, name, number, wanted, diagnostics);
        let named = NamedFile { path: input.path.clone(), name: name.clone() };
        match in_parts.or_else(|| read(&named, input.role(), diagnostics).map(Content::from)) {
            Some(content) => {
                files.push((input.clone(), content));
                names.push(name.clone());
            }
            None => complete = false,
        }
    }
    if files.is_empty() {
        return (Catalog::default(), false);
    }
    let (catalog, found) = catalog::load(files, &names, wanted);
    complete &= !any_error(&found);
    diagnostics.extend(found);
    (catalog, complete)
}
