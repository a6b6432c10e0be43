//! One door for reading: how large a file may be, how it is unpacked and decoded, and what kind of file it is.
//!
//! [`read`] takes the bytes of a file from the disk, [`Document::open`] makes text of them. Whoever reads a format gets the text;
//! what is no text, and what was given in the wrong place, is refused here, with its name.

mod binary;
mod columns;
mod decode;
mod dialect;
mod document;
mod ends;
mod fingerprint;
mod header;
mod known;
mod quotes;
mod read;
mod role;
mod unpack;
mod workbook;

pub use columns::{LISTING_MARKS, LISTING_QUANTITY, LISTING_SKU, by_header};
pub use dialect::{Dialect, HEAD};
pub use document::{Body, Document};
pub use ends::{cut_number, within_row};
pub use fingerprint::Fingerprint;
pub use known::Kind;
pub use quotes::broken_records;
pub use read::{Named, read};
pub use role::Role;
pub use workbook::Sheet;
