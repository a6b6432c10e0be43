//! Finds out how a table is written.

use super::dialect::{Dialect, HEAD};
use super::{first_records, kind_columns};
use crate::text;

/// How many records are read for that.
const RECORDS: usize = 20;

/// Finds out how a text is written that is a table: as its first line `sep=` says, else by commas, tabs or semicolons, by
/// whichever its header has the columns of a known kind of file. A header of no known kind is parted by what gives the records
/// after it as many cells, and in doubt by what gives most cells.
pub fn detect_dialect(content: &str) -> Dialect {
    let head = text::start(content, HEAD);
    let (said, start) = first_line(head).map_or((None, 0), |(separator, start)| (Some(separator), start));
    let candidates: &[u8] = if said.is_some() { &[] } else { b",\t;" };
    let mut best = (said.unwrap_or(b','), (0, 0));
    for &separator in said.iter().chain(candidates) {
        let dialect = Dialect { separator, quoted: true, start };
        let records = first_records::records(head, dialect, RECORDS);
        let cells = records.first().map_or(0, Vec::len);
        if let Some(kind) = records.first().and_then(|header| kind_columns::by_header(header)) {
            return Dialect { quoted: !(separator == b'\t' && kind.is_amazon_report()), ..dialect };
        }
        let alike = records.iter().skip(1).filter(|record| record.len() == cells).count();
        if cells > 1 && (alike, cells) > best.1 {
            best = (separator, (alike, cells));
        }
    }
    Dialect { separator: best.0, quoted: true, start }
}

/// What a first line `sep=;` names, and where the line after it starts.
fn first_line(text: &str) -> Option<(u8, usize)> {
    let (line, start) = text.split_once('\n').map_or((text, text.len()), |(line, _)| (line, line.len() + 1));
    let line = line.trim_end_matches('\r');
    let line = line.strip_prefix('"').map_or(line, |line| line.trim_end_matches('"'));
    let said = line.get(..4).filter(|word| word.eq_ignore_ascii_case("sep=")).and_then(|_| line.get(4..))?;
    let &separator = said.as_bytes().first()?;
    // A spreadsheet program may have filled the line up to the table's width.
    let is_one = said.bytes().all(|byte| byte == separator);
    let may_separate = separator.is_ascii_punctuation() && separator != b'"' || matches!(separator, b'\t' | b' ');
    (is_one && may_separate).then_some((separator, start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn separator(text: &str) -> char {
        char::from(detect_dialect(text).separator)
    }

    #[test]
    fn separators_are_found_by_content() {
        for (text, expected) in [
            ("Handle,Variant SKU\n", ','),
            ("Handle;Variant SKU\n", ';'),
            ("Handle\tVariant SKU\n", '\t'),
            ("Handle;\"a,b,c,d,e\";Variant SKU\n", ';'),
            ("Handle,Variant SKU,a;b;c;d;e\n", ','),
            ("SKU;Cap\nA;1\n", ';'),
            ("SKU,\"a;b;c\"\nA,1\n", ','),
            ("SKU;\"a,b,c\"\nA;1\n", ';'),
            ("SKU;Cap, at most\nA;1\n", ';'),
            ("SKU,Cap; at most\nA,1\n", ','),
            ("SKU\nA\n", ','),
            ("sep=;\nSKU;Cap\n", ';'),
            ("SEP=|\r\nSKU|Cap\r\n", '|'),
            ("\"sep=\t\"\nSKU\tCap\n", '\t'),
            ("sep=,,,\nSKU,Cap\n", ','),
            ("", ','),
        ] {
            assert_eq!(separator(text), expected, "{text:?}");
        }
        assert_eq!(detect_dialect("sep=;\r\nSKU;Cap\r\n").start, 7);
        assert_eq!(detect_dialect("sep=ab\nSKU,Cap\n").start, 0);
    }

    #[test]
    fn reports_of_amazon_have_no_quotes() {
        assert!(!detect_dialect("seller-sku\tquantity\titem-name\n").quoted);
        assert!(detect_dialect("Handle\tVariant SKU\n").quoted);
    }
}
