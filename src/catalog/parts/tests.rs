//! A file read in parts says what the whole says.

use proptest::prelude::*;

use super::*;
use crate::catalog::{Input, load};
use crate::diagnostic::any_error;

/// Everything that a catalog says of its variants, in words.
fn told(catalog: &Catalog) -> Vec<String> {
    let world_of = |variant: usize| {
        let product = catalog.product_of(variant);
        let texts = [&catalog.handle, &catalog.title, &catalog.vendor, &catalog.product_type, &catalog.status];
        let of_product: Vec<_> = texts.iter().map(|column| column.get(product)).collect();
        let tags: Vec<_> = catalog.tags.get(product).collect();
        let options = catalog.option_names.get(product).map(|names| {
            let values = names.iter().zip(&catalog.option_values);
            values
                .map(|(name, value)| (name.map(|name| &catalog.schema.options[usize::from(name)]), value.get(variant)))
                .collect::<Vec<_>>()
        });
        let metafields: Vec<_> = catalog.metafields.iter().map(|column| column.get(variant, product)).collect();
        format!(
            "{product} {:?} {:?} {of_product:?} {tags:?} {options:?} {:?} {:?} {:?} {metafields:?} {:?}",
            catalog.sku.get(variant),
            catalog.lines[variant],
            catalog.price.get(variant),
            catalog.counts.inventory.get(variant),
            catalog.tracked[variant],
            catalog.ambiguous,
        )
    };
    (0..catalog.len()).map(world_of).collect()
}

/// Reads a text in parts of a size, and as a whole.
#[allow(clippy::type_complexity)] // what each way says, how many warnings it gives, and whether one is an error
fn both_ways(text: &str, sizes: Sizes) -> (Option<(Vec<String>, usize)>, (Vec<String>, usize, bool)) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shop.csv");
    std::fs::write(&path, text).expect("a file");
    let mut wanted = Wanted::everything();
    wanted.metafields.push(("custom".to_owned(), "x".to_owned()));
    let mut diagnostics = vec![];
    let parts = read(&path, &path, 0, &wanted, &mut diagnostics, sizes);
    let parts = parts.map(|mut catalog| {
        catalog.find_ambiguous();
        (told(&catalog), diagnostics.len())
    });
    let input = Input { path: path.clone(), columns_key: None };
    let (whole, found) = load(vec![(input, text.as_bytes().to_vec().into())], &[path], &wanted);
    (parts, (told(&whole), found.len(), any_error(&found)))
}

const HEADER: &str = "Handle,Title,Body (HTML),Vendor,Type,Tags,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,\
                      Variant Inventory Qty,Variant Price,Status,X (product.metafields.custom.x)\n";

fn row() -> impl Strategy<Value = String> {
    let pick = |texts: &'static [&'static str]| prop::sample::select(texts);
    (
        // Most rows continue the product before them; one in many is of a product that has been seen.
        prop_oneof![6 => Just("same"), 6 => Just("next"), 1 => Just("a-1"), 1 => Just("")],
        pick(&["", "T", "\"T, \"\"x\"\"\"", "é"]),
        pick(&["", "<p>", "\"<p>\n,</p>\n\"", "\"a \"\"b\"\"\n\r\n\"", "\"long long long long long long long long, long\""]),
        pick(&["", "Acme", "\"Acme, Inc.\""]),
        pick(&["\"a, b\"", "a", "", "\"b,\""]),
        pick(&["S", "\"M\"", ""]),
        pick(&["K", "K", "K", "\"'0042\"", "", "\"Q\"\"\""]),
        pick(&["7", "-2", "", "many", "7.0"]),
        pick(&["4.50", "", "1e3", "12345678901234.123456"]),
        pick(&["\n", "\n", "\r\n", "\n\n"]),
    )
        .prop_map(|(handle, title, body, vendor, tags, size, sku, count, price, end)| {
            format!(
                "{handle}|{title},{body},{vendor},T,{tags},Size,{size},{sku},shopify,{count},{price},active,\"x{count}\"{end}"
            )
        })
}

/// Rows with handles and SKUs of their own.
fn shop(rows: &[String]) -> String {
    let mut product = 0;
    let mut text = HEADER.to_owned();
    for (number, row) in rows.iter().enumerate() {
        let (handle, rest) = row.split_once('|').expect("a handle");
        product += usize::from(handle == "next");
        let handle = if matches!(handle, "next" | "same") { format!("h{product}") } else { handle.to_owned() };
        text.push_str(&format!("{handle},{}", rest.replace(",K,", &format!(",K{number},"))));
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parts_say_what_the_whole_says(
        rows in prop::collection::vec(row(), 0..40),
        part in 40_usize..900,
        tail in 1_usize..80,
        window in 8_usize..300,
        cut in 0_usize..60,
    ) {
        let mut text = shop(&rows);
        if cut < 30 {
            // Cut off anywhere, or without its last line end.
            text.truncate(text.floor_char_boundary(text.len().saturating_sub(cut)).max(HEADER.len()));
        }
        let (parts, (whole, found, wrong)) = both_ways(&text, Sizes { part, tail, window });
        if let Some((parts, told)) = parts {
            prop_assert!(!wrong || whole.is_empty(), "the whole has errors, and the parts have none\n{}", text);
            prop_assert_eq!(parts, whole, "{}", text);
            prop_assert!(told <= found, "{}", text);
        }
    }
}

#[test]
fn a_sound_file_is_read_in_parts() {
    let rows: Vec<String> = (0..200)
        .map(|number| {
            let handle = if number % 3 == 0 { "next" } else { "same" };
            format!("{handle}|T,\"<p>\n\"\"{number}\"\",</p>\",Acme,T,\"a, b\",Size,S,K,shopify,{number},1.50,active,x\n")
        })
        .collect();
    for part in [50, 333, 4096, 1 << 20] {
        let (parts, (whole, ..)) = both_ways(&shop(&rows), Sizes { part, tail: 7, window: 64 });
        assert_eq!(parts.map(|(told, _)| told), Some(whole), "{part}");
    }
}

#[test]
fn a_part_that_was_guessed_wrongly_is_read_again() {
    // Within the long cells nothing tells that they are quoted, and their lines look like rows.
    let lines = "a line, of text,\n".repeat(60);
    let rows: Vec<String> =
        (0..40).map(|number| format!("next|T,\"\n{lines}\",Acme,T,a,Size,S,K,shopify,{number},1.50,active,x\n")).collect();
    for part in [333, 1000] {
        let (parts, (whole, ..)) = both_ways(&shop(&rows), Sizes { part, tail: 7, window: 64 });
        assert_eq!(whole.len(), 40);
        assert_eq!(parts.map(|(told, _)| told), Some(whole), "{part}");
    }
}
