//! What a process that goes on remembers of its last emission.

use std::path::PathBuf;
use std::sync::{Arc, Weak};

use jiff::Timestamp;

use super::previous::{Baseline, History, Unsent};
use crate::catalog::Catalog;
use crate::catalog::columns::CountColumn;
use crate::evaluate::Decisions;
use crate::files::Fingerprint;
use crate::parallel;

/// What a process sent last. It need not be read again as long as the files that say so are as the process left them, and the
/// catalog is the same.
#[derive(Debug, Default)]
pub struct PreviousCache(Option<CachedEmission>);

/// An emission of this process, in all but its quantities.
#[derive(Debug, Clone)]
pub struct EmissionRecord {
    /// The files that say what was sent: those that every emission looks for, then those of the feed.
    pub files: Vec<PathBuf>,
    /// When it was sent.
    pub time: Timestamp,
    /// What was sent before.
    pub history: History,
}

#[derive(Debug)]
struct CachedEmission {
    /// The files that say what was sent, and what they looked like; `None` for one that was not there.
    files: Vec<(PathBuf, Option<Fingerprint>)>,
    catalog: Weak<Catalog>,
    sent: usize,
    time: Timestamp,
    quantities: Arc<CountColumn>,
    history: Arc<History>,
}

impl PreviousCache {
    /// What was sent before, and the files of the feed, where it is known: `files` are those that say it, the feed's parts aside.
    pub fn before(&self, files: &[PathBuf], catalog: &Arc<Catalog>, decisions: &Decisions) -> Option<(Baseline, Vec<PathBuf>)> {
        let kept = self.0.as_ref()?;
        let mut names = kept.files.iter().map(|(path, _)| path);
        let is_same = std::ptr::eq(kept.catalog.as_ptr(), Arc::as_ptr(catalog))
            && names.by_ref().take(files.len()).eq(files)
            && kept.files.iter().all(|(path, fingerprint)| Fingerprint::of(path) == *fingerprint);
        let before = || Baseline {
            sent: kept.sent,
            time: Some(kept.time),
            unsent: kept.unsent(catalog, decisions),
            quantities: Arc::clone(&kept.quantities),
            history: Arc::clone(&kept.history),
        };
        is_same.then(|| (before(), names.cloned().collect()))
    }

    /// Keeps what was sent.
    pub fn keep(&mut self, sent: EmissionRecord, catalog: &Arc<Catalog>, decisions: &Decisions) {
        let EmissionRecord { files, time, history } = sent;
        let parts = parallel::ranges(decisions.len(), |range| {
            let (mut quantities, mut sent) = (CountColumn::default(), 0);
            for decision in decisions.within(range) {
                quantities.push(decision.quantity());
                sent += usize::from(decision.quantity().is_some());
            }
            (quantities, sent)
        });
        let (mut quantities, mut sent, mut before) = (CountColumn::default(), 0, 0);
        for (part, count) in parts {
            quantities.append(&part, before);
            (before, sent) = (before + part.len(), sent + count);
        }
        let files = files.into_iter().map(|path| (Fingerprint::of(&path), path)).map(|(print, path)| (path, print)).collect();
        let (catalog, quantities, history) = (Arc::downgrade(catalog), Arc::new(quantities), Arc::new(history));
        self.0 = Some(CachedEmission { files, catalog, sent, time, quantities, history });
    }

    /// Forgets what was kept.
    pub fn forget(&mut self) {
        self.0 = None;
    }
}

impl CachedEmission {
    /// Those SKUs that were sent and now are not: their variants are there, since the catalog is the same.
    fn unsent(&self, catalog: &Catalog, decisions: &Decisions) -> Vec<Unsent> {
        let parts = parallel::ranges(decisions.len(), |range| {
            let all = range.clone().zip(decisions.within(range));
            let unsent = all.filter_map(|(variant, decision)| {
                let quantity = self.quantities.get(variant).filter(|_| decision.quantity().is_none())?;
                Some(Unsent { sku: catalog.sku.get(variant).to_owned(), quantity, outcome: Some(decision.outcome) })
            });
            unsent.collect::<Vec<_>>()
        });
        parts.into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::emit::previous::PreviousEmission;
    use crate::emit::{Updates, quantities};
    use crate::evaluate::{Context, Outcome, Run};

    fn shop() -> Arc<Catalog> {
        let text = "variants:\n  - {sku: A, inventory: 7}\n  - {sku: B, tracked: false}\n  - {sku: C, inventory: 0}\n";
        let input = crate::catalog::Input { path: "shop.yaml".into(), columns_key: None };
        let files = vec![(input, text.as_bytes().to_vec().into())];
        Arc::new(crate::catalog::load(files, &["shop.yaml".into()], &Default::default()).0)
    }

    #[test]
    fn what_was_kept_holds_for_its_own_files_and_catalog() {
        let (catalog, same_shop) = (shop(), shop());
        let today = date(2026, 11, 23);
        let context = Context::new(&catalog, None, "amazon.com", today);
        let decide = |rules: &str| {
            let source = Arc::new(crate::source::Source::new("a.rules", rules));
            let ruleset = crate::resolve::resolve(&[crate::syntax::parse(source).0], Some(&catalog.schema)).expect("sound rules");
            Run::new(&ruleset, context).into_decisions()
        };
        let decisions = decide("all: level");
        let folder = tempfile::tempdir().expect("a folder");
        let [path, other] = ["q.csv", "f.json"].map(|name| folder.path().join(name));
        let files = [path.clone(), other.clone()];
        let told =
            |before: &Baseline| (before.sent, before.unsent.clone(), [0, 1, 2].map(|variant| before.quantities.get(variant)));
        let read = |decisions: &Decisions| {
            let mut last = PreviousEmission::default();
            last.extend(quantities::parse(&std::fs::read(&path).expect("a list")).expect("a list"));
            last.before(&Updates { context, decisions, left_out: None })
        };
        std::fs::write(&path, "sku,quantity\nA,7\nC,0\n").expect("a list");
        let mut kept = PreviousCache::default();
        assert!(kept.before(&files, &catalog, &decisions).is_none());
        let sent = EmissionRecord { files: files.to_vec(), time: Timestamp::UNIX_EPOCH, history: History::default() };
        kept.keep(sent, &catalog, &decisions);
        let (known, feed_files) = kept.before(&files, &catalog, &decisions).expect("what was kept");
        assert!(feed_files.is_empty());
        assert_eq!(told(&known), (2, vec![], [Some(7), None, Some(0)]));
        assert_eq!(told(&known), told(&read(&decisions)));
        let off = decide("all: level\nwhere sku=A: sync off");
        let unsent = vec![Unsent { sku: "A".to_owned(), quantity: 7, outcome: Some(Outcome::Off) }];
        assert_eq!(kept.before(&files, &catalog, &off).expect("what was kept").0.unsent, unsent);
        assert_eq!(read(&off).unsent, unsent);
        let (_, feed_files) = kept.before(&files[..1], &catalog, &decisions).expect("what was kept");
        assert_eq!(feed_files, std::slice::from_ref(&other));
        assert!(kept.before(&files[1..], &catalog, &decisions).is_none(), "with other files");
        assert!(kept.before(&files, &same_shop, &decisions).is_none(), "with another catalog");
        std::fs::write(&other, "x").expect("a file");
        assert!(kept.before(&files, &catalog, &decisions).is_none(), "with a file more");
        std::fs::remove_file(&other).expect("removed");
        assert!(kept.before(&files, &catalog, &decisions).is_some());
        std::fs::write(&path, "sku,quantity\nA,70\nD,1\n").expect("a list");
        assert!(kept.before(&files, &catalog, &decisions).is_none(), "with another list");
        let read = read(&decisions);
        let gone = vec![Unsent { sku: "D".to_owned(), quantity: 1, outcome: None }];
        assert_eq!(told(&read), (2, gone, [Some(70), None, None]));
    }
}
