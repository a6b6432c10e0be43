//! What a process that goes on remembers of its last emission.

use std::path::PathBuf;
use std::sync::{Arc, Weak};

use jiff::Timestamp;

use crate::catalog::Catalog;
use crate::emit::baseline::Baseline;
use crate::emit::history::History;
use crate::emit::sent_by_offer::SentByOffer;
use crate::emit::updates::Updates;
use crate::files::Fingerprint;

/// The last emission of this process. It need not be read back as long as the files that tell of it are as the process left them,
/// and the catalog is the one that it was made of.
#[derive(Debug, Default)]
pub struct PreviousCache(Option<CachedEmission>);

/// What there is to remember of an emission beside its updates.
#[derive(Debug, Clone)]
pub struct EmissionRecord {
    /// The files that tell what was sent: those that every emission looks for, then those of the feed.
    pub files: Vec<PathBuf>,
    /// When it was sent.
    pub time: Timestamp,
    /// What was sent before it.
    pub history: History,
}

#[derive(Debug)]
struct CachedEmission {
    /// The files that tell what was sent, and what they looked like; `None` for one that was not there.
    files: Vec<(PathBuf, Option<Fingerprint>)>,
    catalog: Weak<Catalog>,
    sent: SentByOffer,
}

impl PreviousCache {
    /// The baseline that the last emission of this process gives for these updates, and the files of its feed; `None` where there
    /// was none, or something has changed since. `files` are those that tell what was sent, the feed's parts aside.
    pub fn baseline(&self, files: &[PathBuf], catalog: &Arc<Catalog>, updates: &Updates<'_>) -> Option<(Baseline, Vec<PathBuf>)> {
        let cached = self.0.as_ref()?;
        let mut names = cached.files.iter().map(|(path, _)| path);
        let is_current = std::ptr::eq(cached.catalog.as_ptr(), Arc::as_ptr(catalog))
            && names.by_ref().take(files.len()).eq(files)
            && cached.files.iter().all(|(path, fingerprint)| Fingerprint::of(path) == *fingerprint);
        is_current.then(|| (cached.sent.baseline(updates), names.cloned().collect()))
    }

    /// Remembers an emission.
    pub fn keep(&mut self, record: EmissionRecord, catalog: &Arc<Catalog>, updates: &Updates<'_>) {
        let EmissionRecord { files, time, history } = record;
        let files = files.into_iter().map(|path| (Fingerprint::of(&path), path)).map(|(print, path)| (path, print)).collect();
        let sent = SentByOffer::of(updates, time, history);
        self.0 = Some(CachedEmission { files, catalog: Arc::downgrade(catalog), sent });
    }

    /// Forgets the emission.
    pub fn forget(&mut self) {
        self.0 = None;
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::emit::previous::PreviousEmission;
    use crate::emit::quantities;
    use crate::emit::unsent::Unsent;
    use crate::evaluate::{Context, Decisions, Outcome, Run};

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
            last.baseline(&Updates { context, decisions, left_out: None })
        };
        let updates = |decisions| Updates { context, decisions, left_out: None };
        std::fs::write(&path, "sku,quantity\nA,7\nC,0\n").expect("a list");
        let mut kept = PreviousCache::default();
        assert!(kept.baseline(&files, &catalog, &updates(&decisions)).is_none());
        let sent = EmissionRecord { files: files.to_vec(), time: Timestamp::UNIX_EPOCH, history: History::default() };
        kept.keep(sent, &catalog, &updates(&decisions));
        let (known, feed_files) = kept.baseline(&files, &catalog, &updates(&decisions)).expect("what was kept");
        assert!(feed_files.is_empty());
        assert_eq!(told(&known), (2, vec![], [Some(7), None, Some(0)]));
        assert_eq!(told(&known), told(&read(&decisions)));
        let off = decide("all: level\nwhere sku=A: sync off");
        let unsent = vec![Unsent { sku: "A".to_owned(), quantity: 7, outcome: Some(Outcome::Off) }];
        assert_eq!(kept.baseline(&files, &catalog, &updates(&off)).expect("what was kept").0.unsent, unsent);
        assert_eq!(read(&off).unsent, unsent);
        let (_, feed_files) = kept.baseline(&files[..1], &catalog, &updates(&decisions)).expect("what was kept");
        assert_eq!(feed_files, std::slice::from_ref(&other));
        assert!(kept.baseline(&files[1..], &catalog, &updates(&decisions)).is_none(), "with other files");
        assert!(kept.baseline(&files, &same_shop, &updates(&decisions)).is_none(), "with another catalog");
        std::fs::write(&other, "x").expect("a file");
        assert!(kept.baseline(&files, &catalog, &updates(&decisions)).is_none(), "with a file more");
        std::fs::remove_file(&other).expect("removed");
        assert!(kept.baseline(&files, &catalog, &updates(&decisions)).is_some());
        let updates = |decisions| Updates { context, decisions, left_out: None };
        std::fs::write(&path, "sku,quantity\nA,70\nD,1\n").expect("a list");
        assert!(kept.baseline(&files, &catalog, &updates(&decisions)).is_none(), "with another list");
        let read = read(&decisions);
        let gone = vec![Unsent { sku: "D".to_owned(), quantity: 1, outcome: None }];
        assert_eq!(told(&read), (2, gone, [Some(70), None, None]));
    }
}
