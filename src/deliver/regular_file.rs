//! Regular files that are opened by their own names, not by links to them.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{Error, Result};
use std::path::Path;

use crate::system;

/// Opens a regular file by its own name, not by a symbolic link. A named pipe is not waited for.
///
/// # Errors
/// Those of the system; also that what stands there is no regular file.
pub fn open_regular_file(options: &mut OpenOptions, path: &Path) -> Result<File> {
    system::refuse_links_and_waiting(options);
    let what_it_is = || path.symlink_metadata().ok().filter(|data| !data.is_file());
    let refused = |data: &Metadata| Error::other(format!("it is {}, not a file", kind_in_words(data)));
    if let Some(data) = what_it_is() {
        return Err(refused(&data));
    }
    let file = options.open(path)?;
    let data = file.metadata()?;
    if data.is_file() { Ok(file) } else { Err(refused(&data)) }
}

/// Whether a file has no other name: what is written into it is written into no other file.
///
/// # Errors
/// Those of the system.
pub fn has_one_name(file: &File) -> Result<bool> {
    Ok(system::names_of_file(&file.metadata()?) <= 1)
}

/// What stands at a path, in words.
pub fn kind_in_words(data: &Metadata) -> &'static str {
    match data.file_type() {
        kind if kind.is_symlink() => "a symbolic link",
        kind if kind.is_dir() => "a folder",
        kind if kind.is_file() => "a file",
        _ => "no regular file",
    }
}
