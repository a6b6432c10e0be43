//! What was read of files, kept for the next run as long as the files stay as they are.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;

use super::inputs::RunInputs;
use super::settings::Settings;
use super::snapshot_time::{FileTimes, SnapshotTime};
use crate::amazon::listings::{self, Listings};
use crate::catalog::{self, Catalog, CatalogContent, Input};
use crate::diagnostic::{Diagnostic, any_error};
use crate::fields::Projection;
use crate::files::paths::modified;
use crate::files::{FileRole, Fingerprint, NamedFile};
use crate::ids::FileId;
use crate::orders::{self, OrderReadOptions, Orders};

/// The catalog, the listings and the orders of the run before, each with what it was read from. A run reads again only what has
/// changed, and a session that is new has nothing.
#[derive(Default)]
pub struct Session {
    catalog: Option<KeptCatalog>,
    listings: Option<KeptListings>,
    orders: Option<KeptOrders>,
}

/// A catalog that had no error.
struct KeptCatalog {
    key: CatalogKey,
    catalog: Arc<Catalog>,
    warnings: Vec<Diagnostic>,
}

/// What a catalog depends on.
#[derive(PartialEq)]
struct CatalogKey {
    files: Vec<(Input, PathBuf, Option<Fingerprint>)>,
    projection: Projection,
}

/// A listings report, joined to the catalog that it was read with.
struct KeptListings {
    fingerprint: Fingerprint,
    /// Whether it was read with the user's word that every SKU is merchant-fulfilled.
    merchant_fulfilled: bool,
    catalog: Arc<Catalog>,
    listings: Arc<Listings>,
    diagnostics: Vec<Diagnostic>,
}

/// The lines of orders files that could all be read.
struct KeptOrders {
    key: OrdersKey,
    orders: Arc<Orders>,
    diagnostics: Vec<Diagnostic>,
}

/// What the lines of orders depend on.
#[derive(PartialEq)]
struct OrdersKey {
    files: Vec<(PathBuf, Fingerprint)>,
    amazon_sources: Vec<String>,
    merchant_fulfilled: bool,
    as_of: Option<Timestamp>,
}

impl Session {
    /// The catalog with these columns; `None`, and an error among the diagnostics, where it cannot be used. The time of the snapshot
    /// is told with it.
    pub fn catalog(
        &mut self,
        settings: &Settings,
        projection: Projection,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<(Arc<Catalog>, SnapshotTime)> {
        // Asked before the files are read: one that is replaced meanwhile is not newer than what was read of it.
        let times = FileTimes::of(settings);
        let print = |input: &Input| settings.files.fingerprint(&input.path);
        let files = settings.catalog.iter().map(|(input, name)| (input.clone(), name.clone(), print(input)));
        let key = CatalogKey { files: files.collect(), projection };
        let snapshot_time = |catalog: &Catalog| SnapshotTime::of(settings, catalog.as_of, &times);
        if let Some(kept) = self.catalog.as_ref().filter(|kept| kept.key == key) {
            diagnostics.extend(kept.warnings.iter().cloned());
            return Some((Arc::clone(&kept.catalog), snapshot_time(&kept.catalog)));
        }
        // Let go before the next one is read: two catalogs need twice the memory.
        (self.catalog, self.listings) = (None, None);
        let mut warnings = vec![];
        let catalog = read_catalog(settings, &key.projection, &mut warnings);
        diagnostics.extend(warnings.iter().cloned());
        let catalog = Arc::new(catalog?);
        let time = snapshot_time(&catalog);
        self.catalog = Some(KeptCatalog { key, catalog: Arc::clone(&catalog), warnings });
        Some((catalog, time))
    }

    /// The catalog with the reports and the orders, the day and the marketplace.
    pub fn inputs(
        &mut self,
        settings: &Settings,
        catalog: Arc<Catalog>,
        snapshot_time: SnapshotTime,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> RunInputs {
        // Asked before the report is read: one that is replaced meanwhile is not younger than what was read of it.
        let listings_time = settings.listings.as_ref().and_then(|named| modified(&named.path));
        let listings = settings.listings.as_ref();
        let listings = listings.and_then(|named| self.listings(settings, named, &catalog, diagnostics));
        let orders = self.orders(settings, snapshot_time.time, diagnostics);
        let today = settings.day();
        let marketplace = settings.marketplace_or_default().to_owned();
        RunInputs { catalog, snapshot_time, listings, listings_time, orders, today, marketplace }
    }

    /// The listings, joined to the catalog; `None`, and an error among the diagnostics, where they cannot be used.
    fn listings(
        &mut self,
        settings: &Settings,
        named: &NamedFile,
        catalog: &Arc<Catalog>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Arc<Listings>> {
        let (fingerprint, merchant_fulfilled) = (settings.files.fingerprint(&named.path), settings.merchant_fulfilled);
        let is_current = |kept: &&KeptListings| {
            let is_same_file = Some(&kept.fingerprint) == fingerprint.as_ref();
            is_same_file && kept.merchant_fulfilled == merchant_fulfilled && Arc::ptr_eq(&kept.catalog, catalog)
        };
        if let Some(kept) = self.listings.as_ref().filter(is_current) {
            diagnostics.extend(kept.diagnostics.iter().cloned());
            return Some(Arc::clone(&kept.listings));
        }
        self.listings = None;
        let bytes = settings.files.read(named, FileRole::Listings, diagnostics)?;
        let (found, problems) = listings::read(&named.name, bytes, merchant_fulfilled);
        diagnostics.extend(problems.iter().cloned());
        let mut listings = found?;
        listings.join(catalog);
        let listings = Arc::new(listings);
        self.listings = fingerprint.map(|fingerprint| {
            let (catalog, listings) = (Arc::clone(catalog), Arc::clone(&listings));
            KeptListings { fingerprint, merchant_fulfilled, catalog, listings, diagnostics: problems }
        });
        Some(listings)
    }

    /// The order lines; `None` where there is no file of them that can be read.
    fn orders(
        &mut self,
        settings: &Settings,
        as_of: Option<Timestamp>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Arc<Orders>> {
        let prints = settings.orders.iter().map(|named| Some((named.name.clone(), settings.files.fingerprint(&named.path)?)));
        let key = prints.collect::<Option<Vec<_>>>().map(|files| OrdersKey {
            files,
            amazon_sources: settings.amazon_sources.clone(),
            merchant_fulfilled: settings.merchant_fulfilled,
            as_of,
        });
        if let Some(kept) = self.orders.as_ref().filter(|kept| Some(&kept.key) == key.as_ref()) {
            diagnostics.extend(kept.diagnostics.iter().cloned());
            return Some(Arc::clone(&kept.orders));
        }
        self.orders = None;
        let before = diagnostics.len();
        let mut files = vec![];
        for named in &settings.orders {
            let bytes = settings.files.read(named, FileRole::Orders, diagnostics);
            files.extend(bytes.map(|bytes| orders::OrderFile { name: named.name.clone(), bytes }));
        }
        if files.is_empty() {
            return None;
        }
        let are_all_read = diagnostics.len() == before;
        let given =
            OrderReadOptions { amazon_sources: &settings.amazon_sources, merchant_fulfilled: settings.merchant_fulfilled, as_of };
        let (found, problems) = orders::read(files, &given);
        diagnostics.extend(problems.iter().cloned());
        let orders = Arc::new(found);
        self.orders =
            key.filter(|_| are_all_read).map(|key| KeptOrders { key, orders: Arc::clone(&orders), diagnostics: problems });
        Some(orders)
    }
}

/// Reads the files of the catalog; `None`, and an error among the diagnostics, where one of them cannot be used.
fn read_catalog(settings: &Settings, projection: &Projection, diagnostics: &mut Vec<Diagnostic>) -> Option<Catalog> {
    let mut files = vec![];
    let mut names = vec![];
    for (input, name) in &settings.catalog {
        let number = FileId::saturating(files.len());
        let in_chunks = catalog::read_in_chunks(&settings.files, input, name, number, projection, diagnostics);
        let named = NamedFile { path: input.path.clone(), name: name.clone() };
        if let Some(content) =
            in_chunks.or_else(|| settings.files.read(&named, input.role(), diagnostics).map(CatalogContent::from))
        {
            files.push((input.clone(), content));
            names.push(name.clone());
        }
    }
    let are_all_read = files.len() == settings.catalog.len();
    if files.is_empty() {
        return None;
    }
    // The others are looked at all the same, for what is wrong with them.
    let (catalog, found) = catalog::load(files, &names, projection);
    let is_sound = !any_error(&found);
    diagnostics.extend(found);
    (are_all_read && is_sound).then_some(catalog)
}
