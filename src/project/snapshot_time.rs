//! The time of the snapshot, after which orders count.

use std::path::Path;

use jiff::Timestamp;

use super::settings::Settings;
use crate::files::paths::{is_file, modified};
use crate::orders::AsOfSource;

/// The time of the snapshot, after which orders count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SnapshotTime {
    /// The time; `None` where nothing tells it.
    pub time: Option<Timestamp>,
    /// What tells it.
    pub source: AsOfSource,
}

impl Default for SnapshotTime {
    fn default() -> Self {
        SnapshotTime { time: None, source: AsOfSource::Unknown }
    }
}

impl SnapshotTime {
    /// What the project says; else the older of what the snapshot says of itself and when the other exports were written.
    pub fn of(settings: &Settings, of_snapshot: Option<Timestamp>, written: &FileTimes) -> Self {
        let (time, source) = match (settings.as_of, of_snapshot) {
            (Some(time), _) => (Some(time), AsOfSource::Project),
            (None, Some(time)) => match written.exports {
                OldestFile::NoFile => (Some(time), AsOfSource::Snapshot),
                OldestFile::At(written) if time <= written => (Some(time), AsOfSource::Snapshot),
                OldestFile::At(written) => (Some(written), AsOfSource::Written),
                OldestFile::Unknown => (None, AsOfSource::Unknown),
            },
            (None, None) => match written.exports.or_older(written.snapshots) {
                OldestFile::At(written) => (Some(written), AsOfSource::Written),
                OldestFile::NoFile | OldestFile::Unknown => (None, AsOfSource::Unknown),
            },
        };
        SnapshotTime { time, source }
    }
}

/// When the oldest of some files was written.
#[derive(Debug, Clone, Copy)]
enum OldestFile {
    At(Timestamp),
    /// There is no such file.
    NoFile,
    /// The system does not tell it of one of them, or one is not written once, such as a pipe.
    Unknown,
}

impl OldestFile {
    fn or_older(self, other: OldestFile) -> OldestFile {
        match (self, other) {
            (OldestFile::Unknown, _) | (_, OldestFile::Unknown) => OldestFile::Unknown,
            (OldestFile::NoFile, time) | (time, OldestFile::NoFile) => time,
            (OldestFile::At(time), OldestFile::At(other)) => OldestFile::At(time.min(other)),
        }
    }
}

/// When the files of the catalog were written that hold counts.
pub struct FileTimes {
    /// Snapshots, which may say their time themselves.
    snapshots: OldestFile,
    /// All others.
    exports: OldestFile,
}

impl FileTimes {
    /// Asks the system for the files of the catalog.
    pub fn of(settings: &Settings) -> Self {
        let is_snapshot = |path: &Path| path.extension().is_some_and(|kind| kind == "yaml" || kind == "yml");
        let mut written = FileTimes { snapshots: OldestFile::NoFile, exports: OldestFile::NoFile };
        for (input, _) in settings.catalog.iter().filter(|(input, _)| input.columns_key.is_none()) {
            let time = modified(&input.path).filter(|_| is_file(&input.path));
            let kind = if is_snapshot(&input.path) { &mut written.snapshots } else { &mut written.exports };
            *kind = kind.or_older(time.map_or(OldestFile::Unknown, OldestFile::At));
        }
        written
    }
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
            let SnapshotTime { time, source: from } = SnapshotTime::of(settings, said, &FileTimes::of(settings));
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
