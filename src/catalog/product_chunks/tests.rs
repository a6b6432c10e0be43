//! A file read in chunks says what the whole says.

use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::catalog::columns::OverrideColumn;
use crate::catalog::{CatalogContent, FieldColumn, Input, load};
use crate::fields::{FieldRow, TABLE};
use crate::ids::{FileId, VariantId};

/// Everything that a catalog says, in words: of it as a whole, and of each variant. Every column is named here, so that a new one
/// cannot be left out.
fn told(catalog: &Catalog) -> Vec<String> {
    let Catalog {
        schema,
        files,
        as_of,
        product: _,
        starts,
        lines,
        skus,
        sku_index: _,
        odd_skus,
        ambiguous,
        unmatched,
        matches,
        fields,
        products,
        without_first_row,
        stores_options: _,
        option_names,
        option_values,
        amazon_tracked,
        counts,
        metafields,
        columns,
    } = catalog;
    let option = |name: Option<u16>| name.map(|name| &schema.options[usize::from(name)]);
    let layered = |columns: &[OverrideColumn], variant: VariantId| {
        let text = |column: &OverrideColumn, codes: &[u32], row: usize| {
            codes.get(row).map_or_else(String::new, |&code| column.dictionary.text(code).to_owned())
        };
        let product = catalog.product_of(variant).index();
        let texts = columns.iter().map(|c| (text(c, &c.variant, variant.index()), text(c, &c.product, product)));
        texts.collect::<Vec<_>>()
    };
    let of_variant = |variant: VariantId| {
        let product = catalog.product_of(variant).index();
        let of_field = |(field, column): (&FieldRow, &FieldColumn)| {
            let row = catalog.row_of(field.field, variant);
            match column {
                FieldColumn::Text(values, _) => format!("{:?}", values.get(row)),
                FieldColumn::List(values) => format!("{:?}", values.get(row).collect::<Vec<_>>()),
                FieldColumn::Decimal(values) => format!("{:?}", values.get(row)),
                FieldColumn::Flag(values, _) => format!("{:?}", values.get(row)),
            }
        };
        let values: Vec<_> = fields.iter().map(of_field).collect();
        let is_by_amazon = amazon_tracked.get(variant.index());
        let names = option_names.get(product).map(|names| names.map(option));
        let texts = option_values.each_ref().map(|column| column.get(variant.index()));
        let located: Vec<_> = counts.locations.iter().map(|column| column.get(variant.index())).collect();
        format!(
            "{product} {:?} {} {:?} {values:?} {is_by_amazon:?} {names:?} {texts:?} {:?} {located:?} {:?} {:?}",
            skus.get(variant.index()),
            lines[variant.index()],
            catalog.line_in(variant),
            counts.inventory.get(variant.index()),
            layered(metafields, variant),
            layered(columns, variant),
        )
    };
    // Products whose rows hold no variant have cells as well.
    let flags: Vec<_> = TABLE.iter().map(|row| fields.flags(row.field).len()).collect();
    let sizes = (catalog.len(), products, flags, option_names.len());
    let names = (&*schema.options, &*schema.locations, &*schema.columns, &schema.metafields);
    let given: Vec<_> = TABLE.iter().map(|row| row.field).filter(|field| schema.has_data(*field)).collect();
    let whole = format!(
        "{sizes:?} {names:?} {given:?} {files:?} {as_of:?} {starts:?} {ambiguous:?} {odd_skus:?} {without_first_row:?} {unmatched:?} {matches:?}"
    );
    std::iter::once(whole).chain(catalog.variants().map(of_variant)).collect()
}

/// What the variants are, and what is odd about them.
type Told = (Vec<String>, Vec<Diagnostic>);

/// Reads the texts of some files in chunks of a size, where that can be done with all of them, and as wholes.
fn both_ways(texts: &[&str], sizes: Sizes) -> (Option<Told>, Told) {
    let folder = tempfile::tempdir().expect("a folder");
    let paths: Vec<PathBuf> = (0..texts.len()).map(|number| folder.path().join(format!("shop-{number}.csv"))).collect();
    let mut wanted = Projection::everything();
    wanted.metafields.extend(METAFIELDS.map(|(namespace, key)| (namespace.to_owned(), key.to_owned())));
    wanted.columns.extend(["Note", "Variant Tax Code", "Google Shopping / Condition", "variant price"].map(str::to_owned));
    wanted.locations.push("new york".to_owned());
    let loaded = |contents: Vec<CatalogContent>, mut before: Vec<Diagnostic>| {
        let inputs = paths.iter().map(|path| Input { path: path.clone(), columns_key: None });
        let (catalog, found) = load(inputs.zip(contents).collect(), &paths, &wanted);
        before.extend(found);
        (told(&catalog), before)
    };
    let mut diagnostics = vec![];
    let in_chunks = (0..).zip(paths.iter().zip(texts)).map(|(number, (path, text))| {
        std::fs::write(path, text).expect("a file");
        let catalog = read(OpenFile::open(path)?, path, FileId::saturating(number), &wanted, &mut diagnostics, sizes)?;
        Some(CatalogContent::Products(Box::new(catalog)))
    });
    let in_chunks: Option<Vec<CatalogContent>> = in_chunks.collect();
    let in_chunks = in_chunks.map(|in_chunks| loaded(in_chunks, diagnostics));
    (in_chunks, loaded(texts.iter().map(|text| text.as_bytes().to_vec().into()).collect(), vec![]))
}

const METAFIELDS: [(&str, &str); 4] = [("custom", "x"), ("custom", "own"), ("shopify", "color-pattern"), ("mm-google", "a.b")];

/// The columns of an export, old and new headers and Matrixify's, each with cells that it may hold.
const COLUMNS: &[(&str, &[&str])] = &[
    ("Title", &["T", "\"T, \"\"x\"\"\"", "é", "T", "", " "]),
    ("Body (HTML)", &["", "<p>", "\"<p>\n,</p>\n\"", "\"a \"\"b\"\"\n\r\n\"", "\"long long long long long long, long\""]),
    ("Vendor", &["Acme", "\"Acme, Inc.\"", "", " Acme "]),
    ("Product Category", &["Apparel > Shirts", "", "\"Home, \"\"Garden\"\"\""]),
    ("Type", &["T", "", "\"\""]),
    ("Tags", &["\"a, b\"", "a", "", "\"b,\"", "\"a,\"\"c\"\", a\""]),
    ("Published", &["true", "TRUE", "false", "", "maybe", "\"no\""]),
    ("Option1 Name", &["Size", "", "\"Size\"", "Title"]),
    ("Option1 Value", &["S", "\"M\"", "", "\"\"\"XL\"\"\""]),
    ("Option2 Name", &["", "Color", "\"The \"\"Look\"\"\""]),
    ("Option2 Value", &["", "Red", "Blue"]),
    ("Option3 Name", &["", "", "Fit"]),
    ("Option3 Value", &["", "", "Slim"]),
    ("Variant SKU", &["K", "K", "K", "K", "\"'0042\"", "", "\"Q\"\"\"", " K", "\"K\u{a0}\"", "1.2E+12", "\u{feff}"]),
    ("Variant Grams", &["450", "0.5", "", "heavy"]),
    ("Variant Inventory Tracker", &["shopify", "shopify", "", "amazon_marketplace_web", " "]),
    ("Variant Inventory Qty", &["7", "-2", "", "many", "7.0", "1.000", "99999999999", "\"12\""]),
    ("Variant Inventory Policy", &["deny", "continue", "DENY", ""]),
    ("Variant Fulfillment Service", &["manual", "amazon_marketplace_web", ""]),
    ("Variant Price", &["4.50", "", "1e3", "12345678901234.123456"]),
    ("Variant Compare At Price", &["", "9.99", "\"9,99\""]),
    ("Variant Barcode", &["'0850064060010", "", "850064060010", "\"1\"\"2\""]),
    ("Gift Card", &["false", "true", "", "perhaps"]),
    ("Cost per item", &["", "1.25", "n/a"]),
    ("Status", &["active", "draft", "archived", "", "\"active\""]),
    ("Custom Collections", &["", "Sale", "\"Sale, New\""]),
    ("Smart Collections", &["", "\"Old,\""]),
    ("Inventory Available: Boston", &["", "not stocked", "3", "x"]),
    ("Inventory Available: New York", &["4", "", "1,0"]),
    ("X (product.metafields.custom.x)", &["", "x", "\"x\"\"y\"", "4"]),
    ("Own (variant.metafields.custom.own)", &["", "o", "2"]),
    ("Color (product.metafields.shopify.color-pattern)", &["", "red; blue", "red"]),
    ("Metafield: mm-google.a.b [string]", &["", "g"]),
    ("Note", &["", "n", "\"n, \"\"m\"\"\""]),
    ("Variant Tax Code", &["", "t"]),
    ("Google Shopping / Condition", &["", "new", "\"\""]),
];

fn header() -> String {
    let headers: Vec<_> = COLUMNS.iter().map(|(header, _)| *header).collect();
    format!("Handle,{}\n", headers.join(","))
}

/// A row: whose handle it has, its cells, and what ends it.
type Drawn = (&'static str, Vec<usize>, &'static str);

fn row() -> impl Strategy<Value = Drawn> {
    (
        // Most rows continue the product before them; one in many is of a product that has been seen.
        prop_oneof![40 => Just("same"), 40 => Just("next"), 1 => Just("a-1"), 1 => Just(""), 1 => Just("\"q\"\"\"")],
        prop::collection::vec(prop_oneof![2 => Just(0), 1 => 0..COLUMNS.len() * 8], COLUMNS.len()),
        prop::sample::select(&["\n", "\n", "\r\n", "\n\n"][..]),
    )
}

/// Few rows of which everything is drawn, and more where less is.
fn rows() -> impl Strategy<Value = Vec<Drawn>> {
    let blank = |(handle, cells, end): Drawn| {
        // A row that goes on with a product, as Shopify writes it, has only its own cells.
        let own = |(column, cell): (usize, usize)| if is_of_product(column) && handle == "same" { usize::MAX } else { cell };
        (handle, cells.into_iter().enumerate().map(own).collect(), end)
    };
    prop_oneof![prop::collection::vec(row(), 0..12), prop::collection::vec(row().prop_map(blank), 0..30)]
}

fn is_of_product(column: usize) -> bool {
    let header = COLUMNS[column].0;
    !["Variant", "Option1 V", "Option2 V", "Option3 V", "Cost", "Inventory", "Own"].iter().any(|start| header.starts_with(start))
}

/// Rows with handles and SKUs of their own.
fn shop(rows: &[Drawn]) -> String {
    let mut product = 0;
    let mut text = header();
    for (number, (handle, cells, end)) in rows.iter().enumerate() {
        product += usize::from(*handle == "next");
        text += &if matches!(*handle, "next" | "same") { format!("h{product}") } else { (*handle).to_owned() };
        for (cell, (_, cells)) in cells.iter().zip(COLUMNS) {
            let cell = if *cell == usize::MAX { "" } else { cells[cell % cells.len()] };
            text.push(',');
            text += &cell.replace('K', &format!("K{number}"));
        }
        text += end;
    }
    text
}

/// Sound rows: all of the same cells, but for the body.
fn sound(count: usize, each: usize, body: &str) -> String {
    let cells = |number: usize| {
        let cell = |(header, cells): &(&str, &'static [&str])| match *header {
            "Body (HTML)" => body.to_owned(),
            "Variant SKU" => format!("K{number}"),
            _ => cells[0].to_owned(),
        };
        COLUMNS.iter().map(cell).collect::<Vec<_>>().join(",")
    };
    (0..count).fold(header(), |text, number| text + &format!("h{},{}\n", number / each, cells(number)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn chunks_say_what_the_whole_says(
        rows in rows(),
        chunk in 40_usize..2500,
        tail in 1_usize..80,
        window in 8_usize..600,
        cut in 0_usize..300,
    ) {
        let mut text = shop(&rows);
        if cut < 30 {
            // Cut off anywhere, or without its last line end.
            text.truncate(text.floor_char_boundary(text.len().saturating_sub(cut)).max(header().len()));
        }
        let (in_chunks, whole) = both_ways(&[&text], Sizes { chunk, tail, window });
        if let Some(in_chunks) = in_chunks {
            prop_assert_eq!(in_chunks.0, whole.0, "{}", text);
            prop_assert_eq!(in_chunks.1, whole.1, "{}", text);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_file_is_what_the_whole_says(
        rows in rows(),
        chunk in 40_usize..2500,
        damages in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(vec!["\"", "\0", "\r", ";", "\t", "x\""])), 1..3),
    ) {
        let mut text = shop(&rows);
        for (at, damage) in damages {
            let at = text.floor_char_boundary(at.index(text.len()));
            text.insert_str(at, damage);
        }
        let (in_chunks, whole) = both_ways(&[&text], Sizes { chunk, tail: 30, window: 200 });
        if let Some(in_chunks) = in_chunks {
            prop_assert_eq!(in_chunks.0, whole.0, "{}", text);
            prop_assert_eq!(in_chunks.1, whole.1, "{}", text);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn chunks_of_several_files_say_what_the_wholes_say(rows in rows(), cut in 0_usize..20, chunk in 100_usize..2500) {
        let text = shop(&rows);
        let records: usize = rows.iter().take(cut).map(|row| shop(std::slice::from_ref(row)).len() - header().len()).sum();
        // Where numbers in the second file are longer, it may be cut elsewhere than between two records.
        let at = text.ceil_char_boundary((header().len() + records).min(text.len()));
        let files = [&text[..at], &(header() + &text[at..])];
        let (in_chunks, whole) = both_ways(&files, Sizes { chunk, tail: 30, window: 200 });
        if let Some(in_chunks) = in_chunks {
            prop_assert_eq!(in_chunks.0, whole.0, "{:?}", files);
            let [mut in_chunks, mut whole] = [in_chunks.1, whole.1];
            // What is odd about each file is told before what is about all of them, where the files were read in chunks.
            in_chunks.sort_by_key(|told| (told.place.clone(), told.message.clone()));
            whole.sort_by_key(|told| (told.place.clone(), told.message.clone()));
            prop_assert_eq!(in_chunks, whole, "{:?}", files);
        }
    }
}

#[test]
fn a_sound_file_is_read_in_chunks() {
    let text = sound(200, 3, "\"<p>\n\"\"7\"\",</p>\"");
    for chunk in [50, 333, 4096, 1 << 20] {
        let (in_chunks, whole) = both_ways(&[&text], Sizes { chunk, tail: 7, window: 64 });
        assert_eq!(whole.0.len(), 201);
        assert_eq!(in_chunks, Some(whole), "{chunk}");
    }
}

#[test]
fn a_chunk_that_was_guessed_wrongly_is_read_again() {
    // Within the long cells nothing tells that they are quoted, and their lines look like rows.
    let text = sound(40, 1, &format!("\"\n{}\"", "a line, of text,\n".repeat(60)));
    for chunk in [333, 1000] {
        let (in_chunks, whole) = both_ways(&[&text], Sizes { chunk, tail: 7, window: 64 });
        assert_eq!(whole.0.len(), 41);
        assert_eq!(in_chunks, Some(whole), "{chunk}");
    }
}
