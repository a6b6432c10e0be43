//! Records that are too long to be held.

use csv_core::{ReadRecordResult, ReaderBuilder};

use crate::files::Dialect;

/// The longest record that is read, in bytes: each takes several times as much memory.
pub const LONGEST: usize = if cfg!(test) { 1 << 16 } else { 1 << 28 };

/// Where the first record of a CSV text starts that is too long, if it is one of the first `most` records. None is held in memory.
pub fn first_too_long(text: &str, dialect: Dialect, most: usize) -> Option<usize> {
    if text.len() <= LONGEST {
        return None;
    }
    let mut reader = ReaderBuilder::new().delimiter(dialect.separator).quoting(dialect.quoted).build();
    let text = text.as_bytes();
    // What is read is written over.
    let (mut cells, mut ends) = (vec![0; 1 << 16], vec![0; 1 << 12]);
    let (mut start, mut at, mut records) = (0, 0, 0);
    while records < most {
        // Nothing more, once all is read, tells the library that the text ends.
        let (result, read, ..) = reader.read_record(&text[at..], &mut cells, &mut ends);
        at += read;
        match result {
            _ if at - start > LONGEST => return Some(start),
            ReadRecordResult::End => break,
            ReadRecordResult::Record => {
                start = at;
                records += 1;
            }
            _ => {}
        }
    }
    None
}
