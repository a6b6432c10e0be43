//! What a file is whose bytes are no text, by the bytes it begins with.

/// A kind of file that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binary {
    /// Its name, with an article: "a PDF".
    pub name: &'static str,
    /// What to do instead.
    pub help: &'static str,
}

const CSV: &str = "export it as CSV, from the place where the data is kept";
const UNPACK: &str = "unpack it first; of packed files, `.gz` and `.zip` with one file in it are read";
const WORKBOOK: &str = "save it as `.xlsx` or as CSV (UTF-8)";
const NO_DATA: &str = "name the file that was exported; nothing can be read from this one";

/// First bytes, and what they are the first bytes of.
const STARTS: &[(&[u8], &str, &str)] = &[
    (b"%PDF-", "a PDF", CSV),
    (b"{\\rtf", "a text of a word processor (RTF)", CSV),
    (b"[InternetShortcut]", "a link to a web page", NO_DATA),
    (b"\x89PNG\r\n\x1a\n", "a PNG image", CSV),
    (b"\xff\xd8\xff", "a JPEG image", CSV),
    (b"GIF87a", "a GIF image", CSV),
    (b"GIF89a", "a GIF image", CSV),
    (b"II*\0", "a TIFF image", CSV),
    (b"MM\0*", "a TIFF image", CSV),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file, such as Excel's `.xls`", WORKBOOK),
    (b"PAR1", "a Parquet file", CSV),
    (b"ARROW1", "an Arrow file", CSV),
    (b"\xff\xff\xff\xff\x10\0\0\0", "an Arrow stream", CSV),
    (b"Obj\x01", "an Avro file", CSV),
    (b"ORC", "an ORC file", CSV),
    (b"SQLite format 3\0", "an SQLite database", CSV),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", UNPACK),
    (b"BZh", "a bzip2 archive", UNPACK),
    (b"\xfd7zXZ\0", "an xz archive", UNPACK),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", UNPACK),
    (b"\x04\x22\x4d\x18", "an lz4 archive", UNPACK),
    (b"\x1f\x9d", "a `.Z` archive", UNPACK),
    (b"\x7fELF", "a program", NO_DATA),
    (b"\0\x05\x16\x07", "what macOS keeps beside a file under a name that begins with `._`", NO_DATA),
    (b"\0\0\0\x01Bud1", "what macOS keeps in a folder as `.DS_Store`", NO_DATA),
    (b"bplist00", "a property list of macOS", NO_DATA),
    (b"\xff\xfe\0\0", "a text in UTF-32", "save it as UTF-8"),
    (b"\0\0\xfe\xff", "a text in UTF-32", "save it as UTF-8"),
];

/// What the bytes are that a file begins with, where it is a kind with a name. Packed files and workbooks are not among them.
pub fn named(bytes: &[u8]) -> Option<Binary> {
    let known = STARTS.iter().find(|(start, name, _)| bytes.starts_with(start) && is_sure(bytes, name));
    if let Some(&(_, name, help)) = known {
        return Some(Binary { name, help });
    }
    let at = |place: usize, wanted: &[u8]| bytes.get(place..place + wanted.len()) == Some(wanted);
    let (name, help) = match bytes {
        // The start of a PDF may stand behind other bytes.
        _ if bytes.first().is_some_and(|&byte| byte < b' ') && contains(&bytes[..bytes.len().min(1024)], b"%PDF-") => {
            ("a PDF", CSV)
        }
        [b'R', b'I', b'F', b'F', ..] if at(8, b"WEBP") => ("a WebP image", CSV),
        _ if at(4, b"ftypheic") || at(4, b"ftypmif1") || at(4, b"ftypheix") => ("a HEIC image", CSV),
        _ if at(4, b"ftyp") => ("a video", NO_DATA),
        [b'B', b'M', ..] if at(6, &[0; 4]) => ("a BMP image", CSV),
        [b'M', b'Z', ..] if has_nul(bytes) => ("a program", NO_DATA),
        _ if at(257, b"ustar") => ("a tar archive", UNPACK),
        _ => return None,
    };
    Some(Binary { name, help })
}

/// A file that has bytes of no text among its first ones, and no name.
pub const UNKNOWN: Binary =
    Binary { name: "a binary file of a kind that stockrule does not know", help: "export it again, as CSV" };

/// Whether many of the first bytes stand in no text.
pub fn seems(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4096)];
    let controls =
        head.iter().filter(|&&byte| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b | 0x1a)).count();
    controls > 3 && controls * 50 > head.len()
}

/// Short starts of letters alone could be a text's too.
fn is_sure(bytes: &[u8], name: &str) -> bool {
    match name {
        "an ORC file" => has_nul(bytes),
        "a bzip2 archive" => {
            bytes.get(4..10) == Some(b"\x31\x41\x59\x26\x53\x59") || bytes.get(4..10) == Some(b"\x17\x72\x45\x38\x50\x90")
        }
        // These end as they begin.
        "a Parquet file" => bytes.len() > 4 && bytes.ends_with(b"PAR1"),
        "an Avro file" | "an Arrow file" => has_nul(bytes) || bytes.iter().any(|&byte| byte < b'\t'),
        _ => true,
    }
}

fn has_nul(bytes: &[u8]) -> bool {
    bytes[..bytes.len().min(4096)].contains(&0)
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    memchr::memmem::find(bytes, wanted).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_no_binaries() {
        for text in ["BZhandle,SKU\n", "ORCHID,Handle\n", "PAR1,b\n", "BM,c\n", "MZ-1;x\n", "", "Handle\n"] {
            assert_eq!(named(text.as_bytes()), None, "{text}");
            assert!(!seems(text.as_bytes()), "{text}");
        }
        assert_eq!(named(b"%PDF-1.7\n\xe2").map(|binary| binary.name), Some("a PDF"));
        assert!(seems(b"\x01\x02\x03abc\0\0\0"));
    }
}
