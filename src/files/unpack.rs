//! Files that are packed: `.gz`, and `.zip` with one file in it, known by their first bytes.

use std::io::{Cursor, ErrorKind, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::GzDecoder;
use zip::ZipArchive;
use zip::result::ZipError;

use super::binary::Binary;

/// What a file holds when it is unpacked.
pub struct Unpacked {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The name of what was packed, where the file says it or is named after it: it tells CSV from YAML.
    pub name: PathBuf,
    /// Whether it is a workbook of a spreadsheet program, which is a `.zip` of XML files.
    pub is_workbook: bool,
}

/// Why a file cannot be unpacked.
pub enum UnpackFailure {
    /// It is damaged, or has more bytes than may be: in words that follow its name, and what to do.
    Damaged(String, &'static str),
    /// It holds none of what can be read, or more than one: in words, and what to do.
    NotOne(String, &'static str),
    /// It is a file of another program, which is packed too.
    Other(Binary),
}

/// The most parts, packed one after the other, that a `.gz` may have: programs that write several write a few.
const MEMBERS: usize = 1 << 16;
/// How many names of files a message lists.
const NAMES: usize = 3;

const AGAIN: &str = "it was cut off or damaged while it was written or copied: fetch it again";
const ONE: &str = "unpack it, and name the file that is meant";

/// Unpacks the bytes of a file, which may be at most `most` when they are unpacked; hands over what is not packed as it is.
pub fn unpack(name: &Path, bytes: Vec<u8>, most: u64) -> Result<Unpacked, UnpackFailure> {
    let unpacked = if is_gzip(&bytes) {
        Unpacked { bytes: gunzip(&bytes, most)?, name: without_ending(name), is_workbook: false }
    } else if is_zip(&bytes) {
        unzip(name, bytes, most)?
    } else {
        return Ok(Unpacked { bytes, name: name.to_path_buf(), is_workbook: false });
    };
    if unpacked.is_workbook {
        return Ok(unpacked);
    }
    if is_zip(&unpacked.bytes) && is_workbook(&mut archive(&unpacked.bytes)?) {
        return Ok(Unpacked { is_workbook: true, ..unpacked });
    }
    if is_packed(&unpacked.bytes) {
        return Err(UnpackFailure::NotOne("it is packed twice".to_owned(), "unpack it once, and name that file"));
    }
    Ok(unpacked)
}

/// Whether a file is packed, by its first bytes.
pub fn is_packed(bytes: &[u8]) -> bool {
    is_gzip(bytes) || is_zip(bytes)
}

fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1f\x8b")
}

/// Whether these are the bytes of a `.zip` that holds something, or nothing at all.
fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// `shop.yaml` of `shop.yaml.gz`.
fn without_ending(name: &Path) -> PathBuf {
    let is_gz = name.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gz"));
    if is_gz { name.with_extension("") } else { name.to_path_buf() }
}

fn gunzip(packed: &[u8], most: u64) -> Result<Vec<u8>, UnpackFailure> {
    let mut bytes = vec![];
    let mut rest = packed;
    for _ in 0..MEMBERS {
        let mut decoder = GzDecoder::new(rest);
        read_to_end(&mut decoder, &mut bytes, most)?;
        rest = decoder.into_inner();
        // Tapes and disks fill up with zeros.
        if rest.iter().all(|&byte| byte == 0) {
            return Ok(bytes);
        }
        if !is_gzip(rest) {
            return Err(UnpackFailure::Damaged("cannot be read: something else follows what was packed".to_owned(), AGAIN));
        }
    }
    Err(UnpackFailure::Damaged(
        "cannot be read: it was packed in more than 65,536 parts".to_owned(),
        "pack it again, in one part",
    ))
}

/// Adds all that a source gives to `bytes`, which may be at most `most` in all.
fn read_to_end(source: &mut impl Read, bytes: &mut Vec<u8>, most: u64) -> Result<(), UnpackFailure> {
    let mut piece = vec![0; 1 << 16];
    loop {
        let length = match source.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(length) => length,
            Err(problem) if problem.kind() == ErrorKind::Interrupted => continue,
            Err(problem) if problem.kind() == ErrorKind::UnexpectedEof => {
                return Err(UnpackFailure::Damaged("cannot be read: what was packed ends too early".to_owned(), AGAIN));
            }
            Err(_) => return Err(UnpackFailure::Damaged("cannot be read: what was packed is damaged".to_owned(), AGAIN)),
        };
        if (bytes.len() + length) as u64 > most {
            let told = format!("is larger than {} MB when it is unpacked, and stockrule reads no larger one", most >> 20);
            return Err(UnpackFailure::Damaged(told, "export less at once"));
        }
        if bytes.try_reserve(length).is_err() {
            let told = "is larger than the memory that is left, when it is unpacked".to_owned();
            return Err(UnpackFailure::Damaged(told, "export less at once"));
        }
        bytes.extend_from_slice(&piece[..length]);
    }
}

type Archive<'b> = ZipArchive<Cursor<&'b [u8]>>;

fn archive(bytes: &[u8]) -> Result<Archive<'_>, UnpackFailure> {
    ZipArchive::new(Cursor::new(bytes)).map_err(damaged)
}

fn damaged(problem: ZipError) -> UnpackFailure {
    match problem {
        ZipError::UnsupportedArchive(_) => {
            let told = "cannot be read: it is packed in a way that stockrule does not know".to_owned();
            UnpackFailure::Damaged(told, "pack it again as an ordinary `.zip`, without a password")
        }
        _ => UnpackFailure::Damaged("cannot be read: the archive is damaged".to_owned(), AGAIN),
    }
}

/// Whether an archive is a workbook that can be read.
fn is_workbook(archive: &mut Archive<'_>) -> bool {
    archive.file_names().any(|name| name.is_ok_and(|name| name == "xl/workbook.xml"))
}

fn unzip(name: &Path, bytes: Vec<u8>, most: u64) -> Result<Unpacked, UnpackFailure> {
    let mut archive = archive(&bytes)?;
    if is_workbook(&mut archive) {
        return Ok(Unpacked { bytes, name: name.to_path_buf(), is_workbook: true });
    }
    if let Some(binary) = of_other_program(&mut archive) {
        return Err(UnpackFailure::Other(binary));
    }
    let mut found = vec![];
    for number in 0..archive.len() {
        let file = archive.by_index_raw(number).map_err(damaged)?;
        let inner = file.name().map_err(damaged)?;
        if !file.is_dir() && is_content(&inner) {
            found.push((number, inner.into_owned()));
        }
    }
    let [(number, inner)] = found.as_slice() else {
        let mut names: Vec<String> = found.iter().take(NAMES).map(|(_, name)| format!("`{name}`")).collect();
        if found.len() > NAMES {
            names.push(format!("{} more", crate::text::thousands(found.len() - NAMES)));
        }
        return Err(match (found.is_empty(), names.split_last()) {
            (false, Some((last, others))) => {
                let count = crate::text::counted(found.len(), "file");
                UnpackFailure::NotOne(
                    format!("it is an archive of {count}, {} and {last}, and one is read", others.join(", ")),
                    ONE,
                )
            }
            _ => {
                UnpackFailure::NotOne("it is an archive with no file in it".to_owned(), "pack it again, or name the file itself")
            }
        });
    };
    let mut file = match archive.by_index(*number) {
        Ok(file) if file.encrypted() => return Err(locked()),
        Ok(file) => file,
        Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => return Err(locked()),
        Err(problem) => return Err(damaged(problem)),
    };
    let mut unpacked = vec![];
    read_to_end(&mut file, &mut unpacked, most)?;
    Ok(Unpacked { bytes: unpacked, name: PathBuf::from(inner), is_workbook: false })
}

fn locked() -> UnpackFailure {
    UnpackFailure::Damaged("cannot be read: the archive has a password".to_owned(), "unpack it, and name the file in it")
}

/// Whether a name is that of a file that somebody packed, and of nothing that a system keeps beside files for itself.
fn is_content(name: &str) -> bool {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    !name.starts_with("__MACOSX/") && !last.starts_with("._") && !matches!(last, ".DS_Store" | "Thumbs.db")
}

/// The program whose file an archive is.
fn of_other_program(archive: &mut Archive<'_>) -> Option<Binary> {
    const WORKBOOK: &str = "save it as `.xlsx` or as CSV (UTF-8)";
    const CSV: &str = "export it as CSV, from the place where the data is kept";
    let has = |start: &str| archive.file_names().any(|name| name.is_ok_and(|name| name.starts_with(start)));
    let (name, help) = match () {
        () if has("xl/workbook.bin") => ("a workbook of Excel's binary kind (`.xlsb`)", WORKBOOK),
        () if has("word/document") => ("a Word document", CSV),
        () if has("ppt/presentation") => ("a PowerPoint presentation", CSV),
        () if has("Index/Document.iwa") || has("Index.zip") => ("a document of Apple's Numbers, Pages or Keynote", WORKBOOK),
        () if has("META-INF/MANIFEST.MF") || has("AndroidManifest.xml") => ("a program", "name the file that was exported"),
        () if has("mimetype") => {
            let mut kind = String::new();
            let mut file = archive.by_name("mimetype").ok()?;
            (&mut file).take(100).read_to_string(&mut kind).ok()?;
            match kind {
                kind if kind.contains("spreadsheet") => ("a workbook of LibreOffice (`.ods`)", WORKBOOK),
                kind if kind.contains("opendocument") => ("a document of LibreOffice", CSV),
                kind if kind.contains("epub") => ("an e-book", CSV),
                _ => return None,
            }
        }
        () => return None,
    };
    Some(Binary { name, help })
}

/// Unpacks every file of an archive and forgets it. An error where they have more than `most` bytes in all: the sizes that an
/// archive tells need not be true.
pub fn measure(bytes: &[u8], most: u64) -> Result<(), UnpackFailure> {
    let mut archive = archive(bytes)?;
    let mut left = most;
    for number in 0..archive.len() {
        let file = archive.by_index(number).map_err(damaged)?;
        let length = std::io::copy(&mut file.take(left + 1), &mut std::io::sink());
        let length = length.map_err(|_| UnpackFailure::Damaged("cannot be read: the workbook is damaged".to_owned(), AGAIN))?;
        left = left.checked_sub(length).ok_or_else(|| {
            let told = format!("is larger than {} MB when it is unpacked, and stockrule reads no larger workbook", most >> 20);
            UnpackFailure::Damaged(told, "save it as CSV")
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gz(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
        encoder.write_all(bytes).expect("bytes");
        encoder.finish().expect("bytes")
    }

    fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(vec![]));
        for (name, bytes) in files {
            archive.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a file");
            archive.write_all(bytes).expect("bytes");
        }
        archive.finish().expect("an archive").into_inner()
    }

    fn length(bytes: Vec<u8>, most: u64) -> Result<usize, String> {
        match unpack(Path::new("x.gz"), bytes, most) {
            Ok(unpacked) => Ok(unpacked.bytes.len()),
            Err(UnpackFailure::Damaged(told, _) | UnpackFailure::NotOne(told, _)) => Err(told),
            Err(UnpackFailure::Other(binary)) => Err(binary.name.to_owned()),
        }
    }

    #[test]
    fn no_more_is_unpacked_than_may_be() {
        const MOST: u64 = 3 << 20;
        let zeros = vec![0; 3 << 20];
        let more = [&zeros[..], b"x"].concat();
        let too_large = "is larger than 3 MB when it is unpacked, and stockrule reads no larger one";
        assert_eq!(length(gz(&zeros), MOST), Ok(3 << 20));
        assert_eq!(length(gz(&more), MOST), Err(too_large.to_owned()));
        assert_eq!(length([gz(&zeros), gz(b"x")].concat(), MOST), Err(too_large.to_owned()));
        assert_eq!(length(zip(&[("a.csv", &more)]), MOST), Err(too_large.to_owned()));
        assert!(gz(&more).len() < 1 << 16);
        assert!(measure(&zip(&[("a", &zeros)]), MOST).is_ok());
        assert!(measure(&zip(&[("a", &zeros), ("b", b"x")]), MOST).is_err());
    }

    #[test]
    fn an_archive_with_a_password_is_named() {
        // The first bit of the flags, in the file's own header and in the directory, says that it is encrypted.
        let mut bytes = zip(&[("a.csv", b"SKU")]);
        let directory = memchr::memmem::find(&bytes, b"PK\x01\x02").expect("a directory");
        bytes[6] |= 1;
        bytes[directory + 8] |= 1;
        assert_eq!(length(bytes, 1 << 20), Err("cannot be read: the archive has a password".to_owned()));
    }
}
