//! However a file is written or packed, it says the same; what is damaged, locked or ambiguous is an error.

use std::io::{Cursor, Write};
use std::path::PathBuf;

use crate::catalog::{Catalog, Input, load};
use crate::diagnostic::{Diagnostic, Place, any_error};
use crate::fields::{Field, Projection};
use crate::ids::VariantId;
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use zip::write::SimpleFileOptions;

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(vec![], Compression::fast());
    encoder.write_all(bytes).expect("bytes");
    encoder.finish().expect("bytes")
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(vec![]));
    for (name, bytes) in files {
        archive.start_file(*name, SimpleFileOptions::default()).expect("a file");
        archive.write_all(bytes).expect("bytes");
    }
    archive.finish().expect("an archive").into_inner()
}

/// A workbook whose first sheet has this XML as its rows.
fn workbook_of(rows: &str) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    let relations = |kinds: &[(&str, &str)]| {
        let of = |(number, (kind, target)): (usize, &(&str, &str))| {
            format!("<Relationship Id=\"rId{}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>", number + 1)
        };
        let all: String = kinds.iter().enumerate().map(of).collect();
        format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{all}</Relationships>")
    };
    let types = format!(
        "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" \
         ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"
    );
    // The second number format is that of a date.
    let styles =
        format!("<styleSheet xmlns=\"{MAIN}\"><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>");
    let book = format!(
        "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"Products\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let sheet = format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>");
    zip(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", relations(&[("officeDocument", "xl/workbook.xml")]).as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", relations(&[("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")]).as_bytes()),
        ("xl/styles.xml", styles.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

fn text_cell(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<c t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>")
}

/// A workbook of these rows; cells of digits alone are numbers.
fn workbook(rows: &[Vec<String>]) -> Vec<u8> {
    let cell = |cell: &String| match cell.parse::<u32>() {
        Ok(number) if number.to_string() == *cell => format!("<c><v>{cell}</v></c>"),
        _ => text_cell(cell),
    };
    let row = |(number, row): (usize, &Vec<String>)| {
        format!("<row r=\"{}\">{}</row>", number + 1, row.iter().map(cell).collect::<String>())
    };
    workbook_of(&rows.iter().enumerate().map(row).collect::<String>())
}

fn csv(rows: &[Vec<String>], separator: u8) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer(vec![]);
    rows.iter().for_each(|row| writer.write_record(row).expect("a record"));
    writer.into_inner().expect("bytes")
}

fn catalog_of(name: &str, bytes: Vec<u8>) -> (Catalog, Vec<Diagnostic>) {
    let path = PathBuf::from(name);
    load(vec![(Input { path: path.clone(), columns_key: None }, bytes.into())], &[path], &Projection::everything())
}

/// What a catalog says of its variants, in words.
fn told(catalog: &Catalog) -> Vec<String> {
    let told = |id: VariantId| {
        let (variant, product) = (id.index(), catalog.product_of(id).index());
        let texts = [Field::Handle, Field::Title, Field::Vendor].map(|field| catalog.text(field, id));
        let tags: Vec<_> = catalog.fields.lists(Field::Tag).into_iter().flat_map(|column| column.get(product)).collect();
        let (price, count) =
            (catalog.fields.decimals(Field::Price).and_then(|column| column.get(variant)), catalog.counts.inventory.get(variant));
        format!("{:?} {texts:?} {tags:?} {price:?} {count:?} {:?}", catalog.sku(id), catalog.is_yes(Field::Tracked, id))
    };
    catalog.variants().map(told).collect()
}

fn rows() -> impl Strategy<Value = Vec<Vec<String>>> {
    let pick = |texts: &'static [&'static str]| prop::sample::select(texts).prop_map(str::to_owned);
    let row = (
        pick(&["Mug", "Mug; 2,5 l", "TV 32\" wide", "a\tb", "<b> & c", "é", "two\nlines"]),
        pick(&["Acme", "\"Acme\"", "Acme, Inc.", ";"]),
        pick(&["a, b", "a;b", ""]),
        pick(&["7", "0", "-2", ""]),
        pick(&["4.5", "10", ""]),
    );
    prop::collection::vec(row, 1..12).prop_map(|rows| {
        let header = ["Handle", "Title", "Vendor", "Tags", "Variant SKU", "Variant Inventory Tracker", "Variant Inventory Qty"];
        let header = header.iter().chain(&["Variant Price", "Status"]).map(|&name| name.to_owned()).collect();
        let row = |(number, (title, vendor, tags, count, price))| {
            let (handle, sku) = (format!("h{number}"), format!("{number:03}"));
            vec![handle, title, vendor, tags, sku, "shopify".to_owned(), count, price, "active".to_owned()]
        };
        std::iter::once(header).chain(rows.into_iter().enumerate().map(row)).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn however_it_is_written_a_catalog_is_the_same(rows in rows()) {
        let plain = csv(&rows, b',');
        let (catalog, diagnostics) = catalog_of("p.csv", plain.clone());
        prop_assert!(diagnostics.is_empty(), "{:?}", diagnostics);
        let expected = told(&catalog);
        let said = [b"sep=;\r\n".to_vec(), csv(&rows, b';')].concat();
        let utf16: Vec<u8> = std::iter::once('\u{feff}')
            .chain(String::from_utf8(plain.clone()).expect("text").chars())
            .flat_map(|c| c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_le_bytes()).collect::<Vec<_>>())
            .collect();
        for (name, bytes) in [
            ("semicolons.csv", csv(&rows, b';')),
            ("tabs.tsv", csv(&rows, b'\t')),
            ("said.csv", said),
            ("utf16.csv", utf16),
            ("p.csv.gz", gz(&plain)),
            ("two.csv.gz", [gz(&plain[..plain.len() / 2]), gz(&plain[plain.len() / 2..])].concat()),
            ("p.zip", zip(&[("__MACOSX/._p.csv", b"\0\x05"), ("folder/p.csv", &plain)])),
            ("p.xlsx", workbook(&rows)),
            ("p.xlsx.gz", gz(&workbook(&rows))),
        ] {
            let (catalog, diagnostics) = catalog_of(name, bytes);
            prop_assert!(diagnostics.is_empty(), "{} {:?}", name, diagnostics);
            prop_assert_eq!(told(&catalog), expected.clone(), "{}", name);
        }
    }

    #[test]
    fn any_bytes_behind_the_first_ones_of_a_kind_are_answered(
        start in prop::sample::select(vec![&b"\x1f\x8b\x08\0"[..], b"PK\x03\x04", b"PK\x05\x06", b"\xff\xfe", b"\xfe\xff", b"sep=", b"%PDF", b"<", b"{"]),
        bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        for name in ["x.csv", "x.yaml", "x.xlsx"] {
            let (catalog, diagnostics) = catalog_of(name, [start, &bytes].concat());
            prop_assert!(!catalog.is_empty() || any_error(&diagnostics));
        }
    }

    #[test]
    fn a_damaged_archive_is_answered(rows in rows(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        for whole in [workbook(&rows), gz(&csv(&rows, b',')), zip(&[("p.csv", &csv(&rows, b','))])] {
            let mut bytes = whole.clone();
            let at = at.index(bytes.len());
            if cut { bytes.truncate(at) } else { bytes[at] = byte }
            let (catalog, diagnostics) = catalog_of("p", bytes);
            prop_assert!(!catalog.is_empty() || any_error(&diagnostics));
        }
    }

    #[test]
    fn any_sheet_is_answered(
        cells in prop::collection::vec(
            prop::sample::select(vec![
                "<c r=\"A2\"><v>1</v></c>", "<c r=\"B2\" t=\"s\"><v>9</v></c>", "<c r=\"ZZZZ9\"><v>1</v></c>", "<c t=\"e\"><v>#N/A</v></c>",
                "<c><f>1</f></c>", "<c r=\"C2\" t=\"str\"><f t=\"shared\" si=\"4294967295\" ref=\"A1:B2\">1</f><v></v></c>", "<c t=\"x\"><v>1</v></c>",
                "<c><v>1e400</v></c>", "<c s=\"1\"><v>-5</v></c>", "<c", "</row><row r=\"0\">", "</row><row r=\"99999999999\">", "<c r=\"A1\"/>",
            ]),
            0..8,
        ),
    ) {
        let rows = format!("<row r=\"1\">{}{}</row><row r=\"2\">{}</row>", text_cell("Handle"), text_cell("Variant SKU"), cells.concat());
        let (catalog, diagnostics) = catalog_of("p.xlsx", workbook_of(&rows));
        prop_assert!(!catalog.is_empty() || any_error(&diagnostics));
    }
}

/// What is said of a file: each message with its line.
fn said(name: &str, bytes: Vec<u8>) -> Vec<String> {
    let (_, diagnostics) = catalog_of(name, bytes);
    diagnostics.iter().map(|d| format!("{}: {}", d.place.as_ref().and_then(Place::line).unwrap_or(0), d.message)).collect()
}

const PRODUCTS: &str = "Handle,Title,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty\na,A,A,shopify,3\n";

#[test]
fn archives_that_are_damaged_or_ambiguous_are_refused() {
    let packed = gz(PRODUCTS.as_bytes());
    let cut = "the catalog file `p.csv.gz` cannot be read: what was packed ends too early";
    assert_eq!(said("p.csv.gz", packed[..packed.len() - 3].to_vec()), [format!("0: {cut}")]);
    assert_eq!(said("p.csv.gz", packed[..packed.len() - 20].to_vec()), [format!("0: {cut}")]);
    let more = "the catalog file `p.csv.gz` cannot be read: something else follows what was packed";
    assert_eq!(said("p.csv.gz", [&packed[..], b"more"].concat()), [format!("0: {more}")]);
    assert_eq!(said("p.csv.gz", [&packed[..], &[0; 512]].concat()), [] as [&str; 0]);
    let twice = "0: this is no catalog file: it is packed twice";
    assert_eq!(said("p.csv.gz", gz(&packed)), [twice]);
    assert_eq!(said("p.zip", zip(&[("p.csv.gz", &packed)])), [twice]);
    let two = zip(&[("a.csv", PRODUCTS.as_bytes()), ("b.csv", PRODUCTS.as_bytes())]);
    let several = "0: this is no catalog file: it is an archive of 2 files, `a.csv` and `b.csv`, and one is read";
    assert_eq!(said("p.zip", two), [several]);
    assert_eq!(said("p.zip", zip(&[])), ["0: this is no catalog file: it is an archive with no file in it"]);
    assert_eq!(said("p.docx", zip(&[("word/document.xml", b"x")])), ["0: this is a Word document, not a catalog file"]);
    assert_eq!(said("p.zip", zip(&[("shop.pdf", b"%PDF-1.7")])), ["0: this is a PDF, not a catalog file"]);
}

#[test]
fn a_snapshot_is_read_from_an_archive_by_its_own_name() {
    let snapshot = b"{as_of: 2026-11-23T04:00:00Z, variants: [{sku: A, inventory: 3}]}";
    for (name, bytes) in [("shop.yaml.gz", gz(snapshot)), ("shop.zip", zip(&[("shop.yml", snapshot)]))] {
        let (catalog, diagnostics) = catalog_of(name, bytes);
        assert_eq!((catalog.len(), diagnostics), (1, vec![]), "{name}");
    }
}

#[test]
fn cells_without_a_value_are_named() {
    let header = ["Handle", "Variant Inventory Tracker", "Variant SKU", "Variant Inventory Qty", "Variant Barcode"]
        .map(text_cell)
        .concat();
    let sheet = |cells: &str| {
        let start = ["a", "shopify"].map(text_cell).concat();
        said("p.xlsx", workbook_of(&format!("<row r=\"1\">{header}</row><row r=\"5\">{start}{cells}</row>")))
    };
    let sku = text_cell("X");
    assert_eq!(sheet(&format!("{sku}<c t=\"e\"><v>#N/A</v></c>")), ["5: the cell D5 holds the error `#N/A`"]);
    assert_eq!(sheet(&format!("{sku}<c><f>1+1</f></c>")), ["5: the cell D5 holds a formula that was not worked out"]);
    assert_eq!(sheet(&format!("{sku}<c><f>1+1</f><v>2</v></c>")), [] as [&str; 0]);
    assert_eq!(sheet(&format!("{sku}<c t=\"str\"><f>IF(1,\"\")</f><v></v></c>")), [] as [&str; 0]);
    assert_eq!(sheet(&format!("{sku}<c><v>2</v></c><c><v>850064060010123</v></c>")), [] as [&str; 0]);
    let digits = "5: the cell E5 holds a number of more than 15 digits, and a workbook keeps no more of them";
    assert_eq!(sheet(&format!("{sku}<c><v>2</v></c><c><v>12345678901234567</v></c>")), [digits]);
    assert_eq!(sheet("<c s=\"1\"><v>46000</v></c>"), ["5: the cell C5 is a date and stands where a SKU does"]);
    let odd = "5: `Variant Inventory Qty` is not a whole number here and counts as missing";
    assert_eq!(sheet(&format!("{sku}<c><v>2.5</v></c>")), [odd]);
    assert_eq!(
        sheet(&format!("{sku}<c r=\"G5\"><v>2</v></c>")),
        ["5: this row has a cell in column 7, but the header has 5 columns"]
    );
}
