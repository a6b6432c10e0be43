//! Writes files whole or not at all.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic, Place};

/// Writes all files: each is first written beside its place in full, and only when all are, put there in one step.
/// A file that already holds the same is left alone. Then the `stale` ones are removed.
/// Returns the files that were changed.
///
/// # Errors
/// A file that cannot be written; none has then been replaced, unless one of the last steps failed.
pub fn all(files: &[(PathBuf, Vec<u8>)], stale: &[PathBuf]) -> Result<Vec<PathBuf>, Box<Diagnostic>> {
    let mut prepared = vec![];
    for (path, bytes) in files {
        remove_leftovers(path);
        if std::fs::read(path).is_ok_and(|known| known == *bytes) {
            continue;
        }
        prepared.push((path, prepare(path, bytes).map_err(|problem| cannot(path, &problem))?));
    }
    let mut changed = vec![];
    for (path, file) in prepared {
        file.persist(path).map_err(|problem| cannot(path, &problem.error))?;
        changed.push(path.clone());
    }
    for path in stale {
        match std::fs::remove_file(path) {
            Err(problem) if problem.kind() != std::io::ErrorKind::NotFound => return Err(cannot(path, &problem)),
            _ => changed.push(path.clone()),
        }
    }
    Ok(changed)
}

/// What the files that are being written begin with, before the number of the process that writes them.
const PREFIX: &str = ".stockrule-";

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn prepare(path: &Path, bytes: &[u8]) -> std::io::Result<tempfile::NamedTempFile> {
    let folder = folder_of(path);
    std::fs::create_dir_all(folder)?;
    if path.is_dir() {
        return Err(std::io::Error::other("it is a folder"));
    }
    let prefix = format!("{PREFIX}{}-", std::process::id());
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let mut file = builder.tempfile_in(folder)?;
    // A file that was there keeps who may read and write it.
    if let Ok(known) = std::fs::metadata(path) {
        file.as_file().set_permissions(known.permissions())?;
    }
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Removes what a process that was killed has left beside a file: half-written files of processes that are gone.
fn remove_leftovers(path: &Path) {
    for entry in std::fs::read_dir(folder_of(path)).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let rest = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
        let Some(process) = rest.and_then(|rest| rest.split('-').next()).and_then(|number| number.parse::<u32>().ok()) else {
            continue;
        };
        if process != std::process::id() && !is_alive(process) {
            // If it cannot be removed, it is no more in the way than before.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Whether a process is running; where the system does not tell, it is taken to be.
fn is_alive(process: u32) -> bool {
    let processes = Path::new("/proc");
    !processes.join("self").exists() || processes.join(process.to_string()).exists()
}

fn cannot(path: &Path, problem: &std::io::Error) -> Box<Diagnostic> {
    let message = format!("`{}` cannot be written: {problem}", path.display());
    Box::new(Diagnostic::error(Code::File, message).at(Place::file(path)))
}
