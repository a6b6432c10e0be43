//! Bytes to text: UTF-8; UTF-16 with its mark; Windows-1252 and Shift_JIS where a program of Amazon's or Microsoft's may have
//! written the file. What is none of these is an error with its place, never a guess.

use std::path::Path;

use encoding_rs::{DecoderResult, Encoding, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::binary;
use super::role::FileRole;
use crate::diagnostic::{Code, Diagnostic, Place};

/// A text, and where it starts in its memory: behind a byte order mark.
pub struct Decoded {
    /// The text with its mark.
    pub text: String,
    /// How long the mark is, in bytes.
    pub start: usize,
    /// That it was read in another encoding than UTF-8.
    pub warning: Option<Diagnostic>,
}

/// Makes text of the bytes of a file.
///
/// # Errors
/// Bytes that the encoding does not define; a byte of zero; a text of another encoding than the role allows.
pub fn decode(name: &Path, role: FileRole, is_utf8: bool, bytes: Vec<u8>) -> Result<Decoded, Box<Diagnostic>> {
    let file = DecodeErrors { name, role };
    let (marked, mark) = Encoding::for_bom(&bytes).map_or((None, 0), |(encoding, mark)| (Some(encoding), mark));
    match marked {
        Some(encoding) if encoding != UTF_8 => {
            if is_utf8 {
                return Err(file.wrong("is UTF-16, not UTF-8", Place::file(name)));
            }
            if (bytes.len() - mark) % 2 == 1 {
                return Err(file.damaged("this file is UTF-16, but has an odd number of bytes", Place::file(name)));
            }
            let text = strictly(&bytes[mark..], encoding)
                .map_err(|(before, _)| file.damaged("these bytes are no UTF-16, as the rest of the file is", file.at(&before)))?;
            return file.without_zeros(text, 0, None);
        }
        _ => {}
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return file.without_zeros(text, mark, None),
        Err(problem) => problem.into_bytes(),
    };
    let body = &bytes[mark..];
    if let Some(encoding) = unmarked_utf16(body) {
        let message = format!("this file is {} without the mark by which it is known", encoding.name());
        return Err(file.error(message, "save it as UTF-8", Place::file(name)));
    }
    if binary::seems(body) {
        return Err(file.binary());
    }
    let valid = std::str::from_utf8(body).map_or_else(|problem| problem.valid_up_to(), str::len);
    let first = String::from_utf8_lossy(&body[..valid]).into_owned();
    if is_utf8 {
        return Err(file.wrong("is not UTF-8", file.at(&first)));
    }
    let (mut sound, mut broken) = (0_usize, 0_usize);
    for chunk in body.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    if mark > 0 || sound >= broken {
        let message = "this byte is no UTF-8, as the rest of the file is: the file is damaged";
        return Err(file.error(message.to_owned(), "export it again, as UTF-8", file.at(&first)));
    }
    let (encoding, label) = match is_japanese(body) {
        true => (SHIFT_JIS, "Shift_JIS"),
        false => (WINDOWS_1252, "Windows-1252"),
    };
    let text = strictly(body, encoding).map_err(|(before, length)| {
        let at = before_in_bytes(body, encoding, &before);
        let wrong: Vec<String> = body[at..].iter().take(length).map(|byte| format!("{byte:02X}")).collect();
        let (what, verb) = if length == 1 { ("byte", "is") } else { ("bytes", "are") };
        let message = format!("the {what} {} {verb} neither UTF-8 nor {label}, as which this file is read", wrong.join(" "));
        file.error(message, "export or save the file as UTF-8", file.at(&before))
    })?;
    let place = file.at_line(&text, first.matches('\n').count() + 1);
    let warning = Diagnostic::warning(Code::Encoding, format!("this file is not UTF-8; it is read as {label}"))
        .help("check a name with an accent in `preview`; to be sure, export the file again as UTF-8")
        .at(place);
    file.without_zeros(text, 0, Some(warning))
}

/// Decodes all bytes, or gives the text before those that the encoding does not define, and their number.
fn strictly(bytes: &[u8], encoding: &'static Encoding) -> Result<String, (String, usize)> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::new();
    let mut rest = bytes;
    loop {
        let room = decoder.max_utf8_buffer_length_without_replacement(rest.len()).unwrap_or(rest.len());
        text.reserve(room.max(16));
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
        match result {
            DecoderResult::InputEmpty => break,
            DecoderResult::OutputFull => rest = &rest[read..],
            DecoderResult::Malformed(length, _) => return Err((text, usize::from(length))),
        }
    }
    // What a web browser makes of bytes that these encodings do not define.
    let is_control = |c: &char| ('\u{80}'..='\u{9f}').contains(c);
    let undefined = if encoding == UTF_16LE || encoding == UTF_16BE { None } else { text.chars().position(|c| is_control(&c)) };
    match undefined {
        Some(at) => Err((text.chars().take(at).collect(), 1)),
        None => Ok(text),
    }
}

/// How many bytes of a file a text was made of that stands at its start.
fn before_in_bytes(bytes: &[u8], encoding: &'static Encoding, before: &str) -> usize {
    let (again, _, _) = encoding.encode(before);
    again.len().min(bytes.len())
}

/// UTF-16 whose mark is missing: of a text that is mostly ASCII, every other byte is zero.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(1024)];
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let many = head.len() / 5;
    match () {
        () if head.len() < 4 => None,
        () if odd > many && even * 10 < odd => Some(UTF_16LE),
        () if even > many && odd * 10 < even => Some(UTF_16BE),
        () => None,
    }
}

/// Whether a file that is not UTF-8 is a report of Amazon Japan: the bytes of Windows-1252 and Shift_JIS can mostly be read as
/// each other, so that its header, its marketplace or its time zone must tell.
fn is_japanese(bytes: &[u8]) -> bool {
    let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
    let (header, _) = SHIFT_JIS.decode_without_bom_handling(&bytes[..end]);
    let has_name = header.split('\t').any(|name| matches!(name.trim(), "出品者SKU" | "商品名" | "数量" | "ステータス"));
    let has = |words: &[u8]| memchr::memmem::find(bytes, words).is_some();
    if has_name || has(b"\tAmazon.co.jp\t") || has(b"\tJPY\t") || has(b"+09:00\t") {
        return true;
    }
    // Words that may stand in another country's report as well: the bytes must then be sound.
    let is_hinted = [b"AMAZON_JP".as_slice(), b"+09:00", b" JST\t", b".co.jp"].into_iter().any(has);
    is_hinted && strictly(bytes, SHIFT_JIS).is_ok()
}

/// What is said of a file that is no text.
struct DecodeErrors<'a> {
    name: &'a Path,
    role: FileRole,
}

impl DecodeErrors<'_> {
    fn without_zeros(&self, text: String, start: usize, warning: Option<Diagnostic>) -> Result<Decoded, Box<Diagnostic>> {
        let Some(at) = memchr::memchr(0, text.as_bytes()) else { return Ok(Decoded { text, start, warning }) };
        if let Some(encoding) = unmarked_utf16(text.as_bytes()) {
            let message = format!("this file is {} without the mark by which it is known", encoding.name());
            return Err(self.error(message, "save it as UTF-8", Place::file(self.name)));
        }
        if binary::seems(text.as_bytes()) {
            return Err(self.binary());
        }
        let before = text.get(start..at).unwrap_or_default();
        Err(self.damaged("a byte of zero stands here, which no text has", self.at(before)))
    }

    fn error(&self, message: String, help: &str, place: Place) -> Box<Diagnostic> {
        Box::new(Diagnostic::error(Code::Encoding, message).help(help).at(place))
    }

    fn damaged(&self, message: &str, place: Place) -> Box<Diagnostic> {
        self.error(message.to_owned(), "the file is damaged: export it again, as UTF-8", place)
    }

    fn wrong(&self, what: &str, place: Place) -> Box<Diagnostic> {
        self.error(format!("this {} {what}", self.role.what()), "save it as UTF-8", place)
    }

    fn binary(&self) -> Box<Diagnostic> {
        let binary::Binary { name, help } = binary::UNKNOWN;
        Box::new(Diagnostic::error(Code::WrongFile, format!("this is {name}")).help(help).at(Place::file(self.name)))
    }

    /// The place behind a text that stands at the start of the file, with what its line has up to there.
    fn at(&self, before: &str) -> Place {
        let line = before.matches('\n').count() + 1;
        let excerpt = before.rsplit('\n').next().unwrap_or("");
        Place::in_line(self.name, line, excerpt.chars().count() + 1, 1, excerpt)
    }

    /// A line of a text as a place.
    fn at_line(&self, text: &str, line: usize) -> Place {
        let excerpt = text.lines().nth(line - 1).unwrap_or("");
        Place::in_line(self.name, line, 1, excerpt.chars().count(), excerpt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(bytes: &[u8]) -> Result<String, String> {
        match decode(Path::new("x"), FileRole::Orders, false, bytes.to_vec()) {
            Ok(Decoded { text, start, .. }) => Ok(text[start..].to_owned()),
            Err(problem) => {
                let place = problem.place.as_ref().and_then(Place::position).map_or((0, 0), |place| (place.line, place.column));
                Err(format!("{}:{} {}", place.0, place.1, problem.message))
            }
        }
    }

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn encodings_are_read_or_named() {
        assert_eq!(told("é\n".as_bytes()), Ok("é\n".to_owned()));
        assert_eq!(told(b"\xef\xbb\xbfa"), Ok("a".to_owned()));
        assert_eq!(told(b"a\nCaf\xe9\n"), Ok("a\nCafé\n".to_owned()));
        for big in [false, true] {
            let marked = [if big { b"\xfe\xff" } else { b"\xff\xfe" }.as_slice(), &utf16("SKU\té\n", big)].concat();
            assert_eq!(told(&marked), Ok("SKU\té\n".to_owned()));
            assert!(told(&marked[..marked.len() - 1]).is_err_and(|said| said.contains("odd number")));
            assert!(told(&utf16("SKU\té\nabc\n", big)).is_err_and(|said| said.contains("without the mark")));
        }
        assert!(told(b"\xff\xfea\0\n\0\x00\xd8b\0").is_err_and(|said| said.starts_with("2:1 these bytes are no UTF-16")));
        assert!(told(b"a\nb\x9d\n").is_err_and(|said| said.starts_with("2:2 the byte 9D is neither UTF-8 nor Windows-1252")));
        for byte in [0x81, 0x8d, 0x8f, 0x90] {
            assert!(told(&[b'\xe9', b'b', byte, b'\n']).is_err_and(|said| said.starts_with("1:3 the byte")), "{byte:x}");
        }
        assert!(told(b"a\nb\0c\n").is_err_and(|said| said.starts_with("2:2 a byte of zero")));
        assert!(told("é é é \u{20ac}\n".replace('\u{20ac}', "").as_bytes()).is_ok());
        assert!(told(b"\xc3\xa9 \xc3\xa9\nx\xc3\n").is_err_and(|said| said.starts_with("2:2 this byte is no UTF-8")));
        let (japanese, ..) = SHIFT_JIS.encode("出品者SKU\t数量\n靴\t1\n");
        assert_eq!(told(&japanese), Ok("出品者SKU\t数量\n靴\t1\n".to_owned()));
        let (of_orders, ..) = SHIFT_JIS.encode("order-id\tpurchase-date\tproduct-name\n1\t2026-11-24T10:00:00+09:00\t靴\n");
        assert!(told(&of_orders).is_ok_and(|text| text.contains('靴')));
        let with_english_header = "item-name\tseller-sku\tquantity\tfulfillment-channel\nマグー表\tMUG\t1\tAMAZON_JP\n";
        let (bytes, ..) = SHIFT_JIS.encode(with_english_header);
        assert_eq!(told(&bytes), Ok(with_english_header.to_owned()));
        assert_eq!(told(b"a\tb\nCaf\xe9\tAMAZON_JP\n"), Ok("a\tb\nCafé\tAMAZON_JP\n".to_owned()));
        let cut = [&japanese[..], b"a\x83\n"].concat();
        assert!(told(&cut).is_err_and(|said| said.contains("neither UTF-8 nor Shift_JIS")), "{:?}", told(&cut));
        assert!(told(&[1, 2, 3, 0, 0, 200, 201, 255]).is_err_and(|said| said.contains("binary file")));
    }
}
