//! What the last emission sent.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use foldhash::{HashMap, HashSet};

use super::{GoingOut, feed, quantities};
use crate::catalog::Catalog;
use crate::catalog::columns::{CountColumn, Moved, Strings};
use crate::evaluate::Decisions;
use crate::fingerprint::Fingerprint;
use crate::parallel;

/// What was sent before, beside what goes out.
#[derive(Debug, Clone, Default)]
pub struct Before {
    /// How many SKUs the last emission sent.
    pub sent: usize,
    /// Those of them that the catalog no longer has, in their order.
    pub missing: Vec<String>,
    /// The quantity before of each variant that goes out.
    quantities: Arc<CountColumn>,
}

impl Before {
    /// Reads the list of quantities of the last emission, or else its feed, and finds what goes out in it. Nothing where there
    /// is none that can be read.
    pub fn read(quantities: Option<&Path>, feed: Option<&Path>, going_out: &GoingOut<'_>) -> Self {
        let mut last = Last::default();
        let found = match (quantities, feed) {
            (Some(path), _) => quantities::parse(&std::fs::read(path).unwrap_or_default()),
            (None, Some(path)) => feed::parse(path),
            (None, None) => vec![],
        };
        last.quantities.reserve(found.iter().map(|(_, quantities)| quantities.len()).sum());
        let mut ahead = found.len();
        for (mut skus, mut quantities) in found {
            ahead -= 1;
            last.skus.append(&mut skus, Moved { from: 0, ahead });
            last.quantities.append(&mut quantities);
        }
        last.before(going_out)
    }

    /// Whether nothing was sent before.
    pub fn is_empty(&self) -> bool {
        self.sent == 0
    }

    /// The quantity before of a variant that goes out.
    pub fn of(&self, variant: usize) -> Option<i64> {
        self.quantities.get(variant)
    }
}

/// The SKUs and quantities of the last emission, in its order, as its files still say.
#[derive(Debug, Clone, Default)]
struct Last {
    skus: Strings,
    quantities: Vec<i64>,
}

impl Last {
    fn len(&self) -> usize {
        self.quantities.len()
    }

    /// What goes out, found in it. Both are mostly the same SKUs in the same order, or a feed's, which begins with what is sold
    /// out: only where they are not, is looked further.
    fn before(&self, going_out: &GoingOut<'_>) -> Before {
        if self.quantities.is_empty() {
            return Before::default();
        }
        let mut seen = vec![false; self.len()];
        let mut by_sku: Option<HashMap<&str, usize>> = None;
        let in_stock = self.quantities.iter().position(|&quantity| quantity != 0).unwrap_or(0);
        let mut next = [0, in_stock];
        let mut quantities = CountColumn::default();
        for sent in going_out.iter() {
            let expected = next.iter().copied().find(|&next| next < self.len() && self.skus.bytes(next) == sent.sku.as_bytes());
            let found = expected.or_else(|| {
                let all = by_sku.get_or_insert_with(|| (0..self.len()).map(|number| (self.skus.get(number), number)).collect());
                all.get(sent.sku).copied()
            });
            let Some(found) = found else { continue };
            seen[found] = true;
            let run = if next[0] == found { 0 } else { usize::from(next[1] == found || found >= in_stock) };
            next[run] = found + 1;
            quantities.set(sent.variant, Some(self.quantities[found]));
        }
        let gone = seen.iter().enumerate().filter(|(_, seen)| !**seen).map(|(number, _)| self.skus.get(number));
        let missing = missing(gone.collect(), going_out.world.catalog);
        Before { sent: self.len(), missing, quantities: Arc::new(quantities) }
    }
}

/// Those of some SKUs that the catalog does not have, not even for a variant that is not sent.
fn missing(gone: Vec<&str>, catalog: &Catalog) -> Vec<String> {
    let mut unknown: HashSet<&str> = gone.iter().copied().collect();
    if !unknown.is_empty() {
        for sku in catalog.sku.iter() {
            unknown.remove(sku);
        }
    }
    gone.into_iter().filter(|sku| unknown.contains(sku)).map(str::to_owned).collect()
}

/// What a process sent last, which it need not read again as long as the list of quantities is as it wrote it and the catalog
/// is the same.
#[derive(Debug, Default)]
pub struct Kept(Option<KeptList>);

/// A list of quantities as it was written.
#[derive(Debug)]
struct KeptList {
    path: PathBuf,
    fingerprint: Fingerprint,
    catalog: Weak<Catalog>,
    sent: usize,
    quantities: Arc<CountColumn>,
}

impl Kept {
    /// What was sent before, where it is known.
    pub fn before(&self, path: Option<&Path>, catalog: &Arc<Catalog>) -> Option<Before> {
        let kept = self.0.as_ref()?;
        let is_same = path == Some(&kept.path)
            && std::ptr::eq(kept.catalog.as_ptr(), Arc::as_ptr(catalog))
            && Fingerprint::of(&kept.path).as_ref() == Some(&kept.fingerprint);
        // Of the same catalog nothing can be missing.
        let known = || Before { sent: kept.sent, missing: vec![], quantities: Arc::clone(&kept.quantities) };
        is_same.then(known)
    }

    /// Keeps what was written.
    pub fn keep(&mut self, path: &Path, catalog: &Arc<Catalog>, decisions: &Decisions) {
        self.0 = None;
        let Some(fingerprint) = Fingerprint::of(path) else { return };
        let parts = parallel::ranges(decisions.len(), |range| {
            let (mut quantities, mut sent) = (CountColumn::default(), 0);
            for decision in decisions.within(range) {
                quantities.push(decision.quantity());
                sent += usize::from(decision.quantity().is_some());
            }
            (quantities, sent)
        });
        let (mut quantities, mut sent, mut before) = (CountColumn::default(), 0, 0);
        let mut ahead = parts.len();
        for (mut part, count) in parts {
            ahead -= 1;
            let rows = part.len();
            quantities.append(&mut part, before, Moved { from: 0, ahead });
            (before, sent) = (before + rows, sent + count);
        }
        let (path, catalog, quantities) = (path.to_owned(), Arc::downgrade(catalog), Arc::new(quantities));
        self.0 = Some(KeptList { path, fingerprint, catalog, sent, quantities });
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::evaluate::{Today, World, bind, evaluate};

    fn shop() -> Arc<Catalog> {
        let text = "variants:\n  - {sku: A, inventory: 7}\n  - {sku: B, tracked: false}\n  - {sku: C, inventory: 0}\n";
        let input = crate::catalog::Input { path: "shop.yaml".into(), columns_key: None };
        let files = vec![(input, text.as_bytes().to_vec().into())];
        Arc::new(crate::catalog::load(files, &["shop.yaml".into()], &Default::default()).0)
    }

    #[test]
    fn what_was_kept_holds_for_its_own_list_and_catalog() {
        let (catalog, same_shop) = (shop(), shop());
        let source = Arc::new(crate::source::Source::new("a.rules", "all: level"));
        let (ruleset, _) = crate::resolve::resolve(&[crate::syntax::parse(source).0], Some(&catalog.schema));
        let today = Today::fixed(date(2026, 11, 23));
        let world =
            World { catalog: &catalog, counts: &catalog.counts, listings: None, today: &today, marketplace: "amazon.com" };
        let decisions = evaluate(&ruleset, &bind(&ruleset, world));
        let going_out = GoingOut { world, decisions: &decisions, changed_only: false };
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("q.csv");
        let list = || std::fs::File::create(&path).and_then(|mut file| quantities::csv(&going_out, &mut file)).expect("a list");
        let told = |before: &Before| (before.sent, before.missing.clone(), [0, 1, 2].map(|variant| before.of(variant)));
        list();
        let mut kept = Kept::default();
        assert!(kept.before(Some(&path), &catalog).is_none());
        kept.keep(&path, &catalog, &decisions);
        let known = kept.before(Some(&path), &catalog).expect("what was kept");
        assert_eq!(told(&known), (2, vec![], [Some(7), None, Some(0)]));
        assert_eq!(told(&known), told(&Before::read(Some(&path), None, &going_out)));
        assert!(kept.before(None, &catalog).is_none(), "without a list");
        assert!(kept.before(Some(&path), &same_shop).is_none(), "with another catalog");
        std::fs::write(&path, "sku,quantity\nA,70\nD,1\n").expect("a list");
        assert!(kept.before(Some(&path), &catalog).is_none(), "with another list");
        let read = Before::read(Some(&path), None, &going_out);
        assert_eq!(told(&read), (2, vec!["D".to_owned()], [Some(70), None, None]));
    }
}
