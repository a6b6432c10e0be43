//! Any files as a catalog are answered: by variants or by an error, never by silence. Sections of the input are files: the first
//! byte of each says which kind it is given out for.

use super::common;
use crate::diagnostic::any_error;
use crate::fields::Projection;

const PRODUCTS: &[u8] = b"Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty\n\
    mug,Mug,Size,S,MUG-S,shopify,5\nmug,,,L,MUG-L,shopify,\n'42,Six,Title,Default Title,'0042,shopify,7\n";

/// Any bytes as the files of a catalog.
pub fn check(bytes: &[u8]) {
    let mut wanted = Projection::everything();
    wanted.metafields.push(("custom".to_owned(), "qty".to_owned()));
    wanted.columns.push("stock".to_owned());
    wanted.locations.push("Boston".to_owned());
    let mut pieces = vec![];
    let mut rest = bytes;
    while let Some(at) = rest.windows(6).position(|window| window == b"\n====\n") {
        pieces.push(&rest[..at]);
        rest = &rest[at + 6..];
    }
    pieces.push(rest);
    let mut files: Vec<(&str, &[u8])> = vec![];
    for piece in pieces.into_iter().take(4) {
        let Some((kind, content)) = piece.split_first() else { continue };
        match kind % 8 {
            // Any bytes may be an archive, a workbook, or text in any encoding.
            4 => files.push(("shop.csv.gz", content)),
            5 => files.push(("shop.zip", content)),
            6 => files.push(("shop.xlsx", content)),
            0 => files.push(("shop.csv", content)),
            1 => files.push(("shop.yaml", content)),
            2 => files.extend([("shop.csv", PRODUCTS), ("inventory.csv", content)]),
            _ => files.extend([("shop.csv", PRODUCTS), ("extra.csv", content)]),
        }
    }
    let (catalog, diagnostics) = common::catalog(&files, &wanted);
    assert!(!catalog.is_empty() || any_error(&diagnostics));
}
