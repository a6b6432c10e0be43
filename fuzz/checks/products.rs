//! A product export read in chunks, whatever their sizes, says what it says read as a whole.

use super::common;
use std::path::Path;

use crate::catalog::Catalog;
use crate::catalog::product_chunks::read;
use crate::diagnostic::any_error;
use crate::fields::{Field, Projection};
use crate::files::OpenFile;
use crate::ids::{FileId, VariantId};
use crate::table::chunks::Sizes;

fn told(catalog: &Catalog) -> Vec<String> {
    let told = |id: VariantId| {
        let (variant, product) = (id.index(), catalog.product_of(id).index());
        let texts = [Field::Handle, Field::Title, Field::Vendor, Field::Type, Field::Status];
        format!(
            "{product} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
            catalog.sku(id),
            catalog.lines[variant],
            texts.map(|field| catalog.text(field, id)),
            catalog.fields.lists(Field::Tag).map(|column| column.get(product).collect::<Vec<_>>()),
            catalog.option_values.each_ref().map(|column| column.get(variant)),
            catalog.fields.decimals(Field::Price).and_then(|column| column.get(variant)),
            catalog.counts.inventory.get(variant),
            catalog.is_yes(Field::Tracked, id),
            catalog.metafields.iter().map(|column| column.get(variant, product)).collect::<Vec<_>>(),
        )
    };
    catalog.variants().map(told).collect()
}

/// How large a chunk, a tail and a window are, and any bytes as a product export.
pub fn check(input: (u8, u8, u8, &[u8])) {
    let (chunk, tail, window, bytes) = input;
    let sizes = Sizes { chunk: 16 + usize::from(chunk) * 3, tail: 1 + usize::from(tail), window: 8 + usize::from(window) };
    let mut wanted = Projection::everything();
    wanted.metafields.push(("custom".to_owned(), "x".to_owned()));
    thread_local!(static FOLDER: tempfile::TempDir = tempfile::tempdir().expect("a folder"));
    let path = FOLDER.with(|folder| folder.path().join("shop.csv"));
    std::fs::write(&path, bytes).expect("a file");
    let mut diagnostics = vec![];
    let in_chunks = read(
        OpenFile::open(&path).expect("a file"),
        Path::new("shop.csv"),
        FileId::saturating(0),
        &wanted,
        &mut diagnostics,
        sizes,
    );
    common::check(&diagnostics);
    let (whole, found) = common::catalog(&[("shop.csv", bytes)], &wanted);
    assert!(!whole.is_empty() || any_error(&found));
    if let Some(in_chunks) = in_chunks {
        assert!(!any_error(&found) || whole.is_empty());
        assert_eq!(told(&in_chunks), told(&whole));
    }
}
