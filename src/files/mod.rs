//! One door for reading: how large a file may be, how it is unpacked and decoded, and what kind of file it is.
//!
//! [`read`] takes the bytes of a file from the disk, [`Document::open`] makes text of them. Whoever reads a format gets the text;
//! what is no text, and what was given in the wrong place, is refused here, with its name.
#![allow(clippy::disallowed_methods)] // the door for reading

mod binary;
mod kind_columns;
mod decode;
mod detect_dialect;
mod dialect;
mod document;
mod truncation;
mod fingerprint;
mod first_records;
mod kind;
mod open_file;
mod overlay;
pub mod paths;
mod csv_errors;
mod read;
mod recognize;
mod role;
mod unpack;
mod workbook;

pub use csv_errors::broken_records;
pub use detect_dialect::detect_dialect;
pub use dialect::Dialect;
pub use document::{Body, Document};
pub use fingerprint::Fingerprint;
pub use kind::FileKind;
pub use kind_columns::{LISTING_MARKS, LISTING_QUANTITY, LISTING_SKU, by_header};
pub use open_file::OpenFile;
pub use overlay::Files;
pub use paths::is_absence;
pub use read::NamedFile;
pub use role::FileRole;
pub use truncation::{cut_number, within_row};
pub use workbook::Sheet;
