//! The time of the snapshot, after which orders count.

use std::path::Path;

use jiff::Timestamp;

use super::Settings;
use crate::orders::AsOfSource;

/// The time of the snapshot, after which orders count: what the project says, else the oldest of what the snapshot says of
/// itself and when the other exports were written.
pub fn as_of(settings: &Settings, of_snapshot: Option<Timestamp>, written: &Written) -> (Option<Timestamp>, AsOfSource) {
    match (settings.as_of, of_snapshot) {
        (Some(time), _) => (Some(time), AsOfSource::Project),
        (None, Some(time)) => match written.exports {
            Age::Nothing => (Some(time), AsOfSource::Snapshot),
            Age::Since(written) if time <= written => (Some(time), AsOfSource::Snapshot),
            Age::Since(written) => (Some(written), AsOfSource::Written),
            Age::Unknown => (None, AsOfSource::Unknown),
        },
        (None, None) => match written.exports.or_older(written.snapshots) {
            Age::Since(written) => (Some(written), AsOfSource::Written),
            Age::Nothing | Age::Unknown => (None, AsOfSource::Unknown),
        },
    }
}

/// When the oldest of some files was written.
#[derive(Debug, Clone, Copy)]
enum Age {
    Since(Timestamp),
    /// There is no such file.
    Nothing,
    /// The system does not tell it of one of them, or one is not written once, such as a pipe.
    Unknown,
}

impl Age {
    fn or_older(self, other: Age) -> Age {
        match (self, other) {
            (Age::Unknown, _) | (_, Age::Unknown) => Age::Unknown,
            (Age::Nothing, age) | (age, Age::Nothing) => age,
            (Age::Since(time), Age::Since(other)) => Age::Since(time.min(other)),
        }
    }
}

/// When the files of the catalog were written that hold counts.
pub struct Written {
    /// Snapshots, which may say their time themselves.
    snapshots: Age,
    /// All others.
    exports: Age,
}

impl Written {
    /// Asks the system for the files of the catalog.
    pub fn of(settings: &Settings) -> Self {
        let is_snapshot = |path: &Path| path.extension().is_some_and(|kind| kind == "yaml" || kind == "yml");
        let mut written = Written { snapshots: Age::Nothing, exports: Age::Nothing };
        for (input, _) in settings.catalog.iter().filter(|(input, _)| input.columns_key.is_none()) {
            let time = modified(&input.path).filter(|_| input.path.is_file());
            let kind = if is_snapshot(&input.path) { &mut written.snapshots } else { &mut written.exports };
            *kind = kind.or_older(time.map_or(Age::Unknown, Age::Since));
        }
        written
    }
}

/// When a file was last written.
pub fn modified(path: &Path) -> Option<Timestamp> {
    let time = std::fs::metadata(path).and_then(|data| data.modified()).ok()?;
    Timestamp::try_from(time).ok()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;
    use crate::catalog::Input;

    #[test]
    fn the_oldest_export_counts() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut settings = Settings::default();
        let mut add = |name: &str, second: u64, columns_key: Option<&str>| {
            let path = folder.path().join(name);
            let file = std::fs::File::create(&path).expect("a file");
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(second)).expect("a time");
            settings.catalog.push((Input { path, columns_key: columns_key.map(str::to_owned) }, name.into()));
            settings.clone()
        };
        let at = |settings: &Settings, said: Option<i64>| {
            let said = said.map(|second| Timestamp::from_second(second).expect("a time"));
            let (time, from) = as_of(settings, said, &Written::of(settings));
            (time.map(Timestamp::as_second), from)
        };
        assert_eq!(at(&add("shop.yaml", 50, None), None), (Some(50), AsOfSource::Written));
        let settings = add("products.csv", 90, None);
        assert_eq!(at(&settings, None), (Some(50), AsOfSource::Written));
        // A snapshot that says its time was not written when its file was.
        assert_eq!(at(&settings, Some(70)), (Some(70), AsOfSource::Snapshot));
        assert_eq!(at(&settings, Some(95)), (Some(90), AsOfSource::Written));
        // Columns of one's own hold no counts.
        let mut settings = add("overrides.csv", 10, Some("SKU"));
        assert_eq!(at(&settings, Some(70)), (Some(70), AsOfSource::Snapshot));
        // What nobody knows is not the time of the others.
        settings.catalog.push((Input { path: "/dev/null".into(), columns_key: None }, "/dev/null".into()));
        assert_eq!(at(&settings, Some(70)), (None, AsOfSource::Unknown));
        settings.as_of = Timestamp::from_second(5).ok();
        assert_eq!(at(&settings, Some(70)), (Some(5), AsOfSource::Project));
    }
}
