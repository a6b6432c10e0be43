//! Writes files whole or not at all.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic, Place};

/// Writes all files: each is first written beside its place in full, and only when all are, put there in one step.
///
/// # Errors
/// A file that cannot be written; none has then been replaced, unless the very last step failed.
pub fn all(files: &[(PathBuf, Vec<u8>)]) -> Result<(), Box<Diagnostic>> {
    let mut prepared = vec![];
    for (path, bytes) in files {
        prepared.push((path, prepare(path, bytes).map_err(|problem| cannot(path, &problem))?));
    }
    for (path, file) in prepared {
        file.persist(path).map_err(|problem| cannot(path, &problem.error))?;
    }
    Ok(())
}

fn prepare(path: &Path, bytes: &[u8]) -> std::io::Result<tempfile::NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    if path.is_dir() {
        return Err(std::io::Error::other("it is a folder"));
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".stockrule-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

fn cannot(path: &Path, problem: &std::io::Error) -> Box<Diagnostic> {
    let message = format!("`{}` cannot be written: {problem}", path.display());
    Box::new(Diagnostic::error(Code::File, message).at(Place::file(path)))
}
