//! The parts of a feed that is too long for one file: which of the files that are named like parts are ours.

use std::fs::File;
use std::io::{Read, Result, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::emit::feed::{self, MESSAGES};
use crate::files::is_absence;

/// Whether a path is that of a part of a feed: `feed.2.json` beside `feed.json`.
pub fn is_part(feed: &Path, path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let numbers = name.split('.').filter_map(|part| part.parse::<usize>().ok());
    numbers.into_iter().any(|number| feed::part(feed, number) == path)
}

/// The files beside a feed that a run wrote as its parts, and that no state names: their numbers follow one another from 1 on,
/// and all but the last are full. Where there is a state, only what is younger than it: a run was killed before it wrote its own.
///
/// # Errors
/// A file that stands in the row of ours and is as young as they, but is not as we wrote it, and why.
pub fn recognized(feed: &Path, state: Option<Timestamp>) -> std::result::Result<Vec<PathBuf>, (PathBuf, String)> {
    let (mut ours, mut first_time) = (vec![], None);
    for number in 1.. {
        let path = feed::part(feed, number);
        let found = modified(&path).and_then(|time| Ok((time, messages_in(&path)?)));
        let (time, messages) = match found {
            Ok((Some(time), messages)) => (time, messages),
            Ok((None, _)) => break,
            Err(problem) => return Err((path, problem.to_string())),
        };
        match messages {
            _ if state.is_some_and(|state| time <= state) => break,
            Some(MESSAGES) => ours.push(path),
            Some(_) => {
                ours.extend((number > 1).then_some(path));
                break;
            }
            None if first_time.is_some_and(|first| time >= first) => {
                return Err((path, "it is no part of a feed as stockrule writes it".to_owned()));
            }
            None => break,
        }
        first_time = first_time.or(Some(time));
    }
    Ok(ours)
}

/// When a regular file was written; `None` where there is none.
fn modified(path: &Path) -> Result<Option<Timestamp>> {
    match path.symlink_metadata() {
        Err(problem) if is_absence(&problem) => Ok(None),
        Err(problem) => Err(problem),
        Ok(data) if !data.is_file() => Ok(None),
        Ok(data) => Timestamp::try_from(data.modified()?).map(Some).map_err(std::io::Error::other),
    }
}

/// How many messages a file of a feed holds; `None` where it is none that we wrote, or not there.
///
/// # Errors
/// Those of the system.
pub fn messages_in(path: &Path) -> Result<Option<usize>> {
    const ENDS: u64 = 1 << 12;
    let mut file = match File::open(path) {
        Err(problem) if is_absence(&problem) => return Ok(None),
        opened => opened?,
    };
    let (mut first, mut last) = (vec![], vec![]);
    (&file).take(ENDS).read_to_end(&mut first)?;
    file.seek(SeekFrom::Start(file.metadata()?.len().saturating_sub(ENDS)))?;
    (&file).take(ENDS).read_to_end(&mut last)?;
    Ok(feed::messages_between(&first, &last))
}
