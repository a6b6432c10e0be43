//! `.stockrule/last.csv`: what was sent last, and which files said so.
//!
//! ```text
//! # stockrule, format 1: what was sent last, at 2026-11-25T14:05:51.123Z
//! sku,quantity
//! TEE-RED-S,7
//! record,name,quantity,time,bytes,hash
//! quantities,out/quantities.csv,,2026-11-25T14:05:51.123Z,25,0f…
//! no longer sent,MUG,4,2026-11-24T10:00:00Z,,
//! changed,TEE-RED-S,,2026-11-25T14:05:51.123Z,,
//! settled,,,2026-11-22T14:05:51.123Z,,
//! # end: 25 bytes of quantities, hash 0f…; hash of the rest a1…
//! ```

use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::hash::{self, HashingWriter};
use crate::catalog::columns::Strings;
use crate::emit::artifact::ArtifactKind;
use crate::emit::history::{History, SentQuantity};
use crate::emit::previous::PreviousEmission;
use crate::emit::quantities;

/// The name of the file in the state folder.
pub const NAME: &str = "last.csv";

const FIRST: &str = "# stockrule, format 1: what was sent last, at ";
const ANY_FORMAT: &str = "# stockrule, format ";
const TABLE: [&str; 6] = ["record", "name", "quantity", "time", "bytes", "hash"];
const UNSENT: &str = "no longer sent";
const CHANGED: &str = "changed";
const SETTLED: &str = "settled";

/// A file that an emission wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenFile {
    /// What it holds.
    pub kind: ArtifactKind,
    /// Where it is, relative to the project's folder.
    pub path: PathBuf,
    /// When it was written.
    pub modified: Timestamp,
    /// How many bytes it has.
    pub length: u64,
    /// Their hash.
    pub hash: u128,
}

/// The list of quantities that goes into the file.
pub enum ListSource<'l> {
    /// What this writes.
    Content(&'l dyn Fn(&mut dyn Write) -> std::io::Result<()>),
    /// What stands in a file, with its hash and its length in bytes.
    File(&'l Path, (u128, u64)),
}

/// Writes the file.
///
/// # Errors
/// Those of the writer.
pub fn write(
    time: Timestamp,
    list: &ListSource<'_>,
    files: &[WrittenFile],
    history: &History,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let first = format!("{FIRST}{time}\n");
    out.write_all(first.as_bytes())?;
    let (list_hash, list_length) = match list {
        ListSource::File(path, hash) => {
            hash::copy(path, out)?;
            *hash
        }
        ListSource::Content(content) => {
            let mut hashed = HashingWriter::new(&mut *out);
            content(&mut hashed)?;
            hashed.finish()
        }
    };
    let table = table(files, history)?;
    out.write_all(&table)?;
    let rest_hash = hash::of(&[first.as_bytes(), &table].concat());
    writeln!(out, "{}", end(list_length, list_hash, rest_hash))
}

/// The last line.
fn end(list_length: u64, list_hash: u128, rest_hash: u128) -> String {
    format!("# end: {list_length} bytes of quantities, hash {list_hash:032x}; hash of the rest {rest_hash:032x}")
}

fn table(files: &[WrittenFile], history: &History) -> std::io::Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(vec![]);
    table.write_record(TABLE)?;
    for WrittenFile { kind, path, modified, length, hash } in files {
        let (path, modified, length) = (path.to_string_lossy(), modified.to_string(), length.to_string());
        table.write_record([kind.as_str(), &path, "", &modified, &length, &format!("{hash:032x}")])?;
    }
    let mut unsent: Vec<_> = history.unsent.iter().collect();
    unsent.sort_by_key(|(sku, _)| sku.as_str());
    for (sku, SentQuantity { quantity, time }) in unsent {
        table.write_record([UNSENT, sku, &quantity.to_string(), &time.to_string(), "", ""])?;
    }
    let mut since: Vec<_> = history.since.iter().collect();
    since.sort_by_key(|(sku, _)| sku.as_str());
    for (sku, time) in since {
        table.write_record([CHANGED, sku, "", &time.to_string(), "", ""])?;
    }
    if let Some(time) = history.settled {
        table.write_record([SETTLED, "", "", &time.to_string(), "", ""])?;
    }
    table.into_inner().map_err(|problem| std::io::Error::other(problem.to_string()))
}

/// Reads the file.
///
/// # Errors
/// What keeps it from being a file as [`write()`] writes it, in words.
pub fn read(bytes: Vec<u8>) -> Result<(PreviousEmission, Vec<WrittenFile>), String> {
    let (mut last, files, list) = parse(&bytes)?;
    // The list need not be held twice.
    drop(bytes);
    last.extend(list);
    Ok((last, files))
}

#[allow(clippy::type_complexity)] // the pieces of a list are what `quantities::parse` gives
fn parse(bytes: &[u8]) -> Result<(PreviousEmission, Vec<WrittenFile>, Vec<(Strings, Vec<i64>)>), String> {
    if bytes.is_empty() {
        return Err("it is empty".to_owned());
    }
    let foreign = || "it does not begin as stockrule writes it".to_owned();
    let (first, after_first) = line_at(bytes, 0).ok_or_else(foreign)?;
    let Some(time) = first.strip_prefix(FIRST) else {
        let is_newer = first.starts_with(ANY_FORMAT);
        return Err(if is_newer { "another version of stockrule wrote it".to_owned() } else { foreign() });
    };
    let cut = || "its end is missing".to_owned();
    let last = bytes.strip_suffix(b"\n").ok_or_else(cut)?;
    let last_at = last.iter().rposition(|&byte| byte == b'\n').ok_or_else(cut)? + 1;
    let (last, _) = line_at(bytes, last_at).ok_or_else(cut)?;
    let (length, list_hash) = end_of(last).ok_or_else(cut)?;
    let changed = || "it was changed after stockrule wrote it".to_owned();
    let list_end = after_first.checked_add(length).filter(|&end| end <= last_at).ok_or_else(changed)?;
    let (list, table) = (&bytes[after_first..list_end], &bytes[list_end..last_at]);
    let rest_hash = hash::of(&[&bytes[..after_first], table].concat());
    // The whole last line is compared, so that nothing in it is left unread.
    if hash::of(list) != list_hash || last != end(length as u64, list_hash, rest_hash) {
        return Err(changed());
    }
    let mut sent = PreviousEmission { time: time.parse().map_err(|_| changed())?, ..PreviousEmission::default() };
    let files = read_table(table, &mut sent.history).ok_or_else(changed)?;
    Ok((sent, files, quantities::parse(list)?))
}

/// The line that begins at a byte, and where the next one begins.
fn line_at(bytes: &[u8], at: usize) -> Option<(&str, usize)> {
    let rest = bytes.get(at..)?;
    let length = rest.iter().position(|&byte| byte == b'\n')?;
    Some((std::str::from_utf8(&rest[..length]).ok()?, at + length + 1))
}

/// The length and the hash of the list, as the last line tells them.
fn end_of(line: &str) -> Option<(usize, u128)> {
    let (length, rest) = line.strip_prefix("# end: ")?.split_once(' ')?;
    let (_, hash) = rest.split_once("hash ")?;
    Some((length.parse().ok()?, u128::from_str_radix(hash.get(..32)?, 16).ok()?))
}

fn read_table(table: &[u8], history: &mut History) -> Option<Vec<WrittenFile>> {
    let mut files = vec![];
    let mut reader = csv::Reader::from_reader(table);
    if reader.headers().ok()? != TABLE.as_slice() {
        return None;
    }
    for record in reader.records() {
        let record = record.ok()?;
        let time: Timestamp = record[3].parse().ok()?;
        match &record[0] {
            UNSENT => {
                let earlier = SentQuantity { quantity: record[2].parse().ok()?, time };
                history.unsent.insert(record[1].to_owned(), earlier);
            }
            CHANGED => {
                history.since.insert(record[1].to_owned(), time);
            }
            SETTLED => history.settled = Some(time),
            name => {
                let kind = ArtifactKind::WITH_QUANTITIES.into_iter().find(|kind| kind.as_str() == name)?;
                let hash = u128::from_str_radix(&record[5], 16).ok()?;
                let (path, length) = (PathBuf::from(&record[1]), record[4].parse().ok()?);
                files.push(WrittenFile { kind, path, modified: time, length, hash });
            }
        }
    }
    Some(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> (Vec<u8>, Vec<WrittenFile>, History) {
        let time = |seconds: i64| Timestamp::from_second(seconds).expect("a time");
        let files = [ArtifactKind::Quantities, ArtifactKind::Feed].map(|kind| WrittenFile {
            kind,
            path: PathBuf::from("out/a, \"b\".csv"),
            modified: "2026-11-25T14:05:51.123456789Z".parse().expect("a time"),
            length: 25,
            hash: u128::MAX / 7,
        });
        let mut history = History { settled: Some(time(7)), ..History::default() };
        for (number, sku) in (0..).zip(["A", "# end: 0 bytes", "é,\"\n"]) {
            history.unsent.insert(sku.to_owned(), SentQuantity { quantity: number, time: time(number) });
            history.since.insert(sku.to_owned(), time(number + 100));
        }
        let list = |out: &mut dyn Write| out.write_all(b"sku,quantity\n# end: 1,5\nB,0\n\"C,\"\"\",7\n");
        let mut text = vec![];
        write(time(1_000), &ListSource::Content(&list), &files, &history, &mut text).expect("memory");
        (text, files.to_vec(), history)
    }

    #[test]
    fn what_is_written_is_read_back() {
        let (text, files, history) = example();
        let (last, found) = read(text).expect("the file");
        assert_eq!((last.skus.iter().collect::<Vec<_>>(), last.quantities), (vec!["# end: 1", "B", "C,\""], vec![5, 0, 7]));
        assert_eq!((last.time.as_second(), last.history, found), (1_000, history, files));
    }

    #[test]
    fn whatever_is_changed_is_noticed() {
        let (text, ..) = example();
        for length in 0..text.len() {
            assert!(read(text[..length].to_vec()).is_err(), "the first {length} bytes");
        }
        for at in 0..text.len() {
            for bit in [1, 4, 32] {
                let mut spoilt = text.clone();
                spoilt[at] ^= bit;
                assert!(read(spoilt.clone()).is_err(), "byte {at}: {}", String::from_utf8_lossy(&spoilt));
            }
        }
        let newer = String::from_utf8_lossy(&text).replace("format 1", "format 2");
        assert_eq!(read(newer.clone().into_bytes()).expect_err("another format"), "another version of stockrule wrote it");
        for foreign in [b"sku,quantity\nK-1".as_slice(), b"name;price\nMug;10,00\n", b"", b"\xff\xfe\n\n"] {
            assert!(read(foreign.to_vec()).is_err());
        }
    }
}
