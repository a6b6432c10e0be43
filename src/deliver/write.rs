//! Writes files whole or not at all.
//!
//! Each file is first staged: written in full beside its place. Only when all are, and the disk has them, is each put in its place
//! in one step, by renaming it. A file that already holds the same bytes is left alone, so that whoever watches it sees no change.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::comparing_writer::ComparingWriter;
use super::hash::{self, HashingWriter};
use super::temporary_file::{TemporaryFile, may_be_replaced, remove_leftovers};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::emit::artifact::{Artifact, ContentWriter};
use crate::parallel;

/// Writes files, each with its bytes.
///
/// # Errors
/// A file that cannot be written; none has then been replaced, unless one of the last steps failed.
pub fn write_all(files: &[(PathBuf, Vec<u8>)]) -> Result<(), Box<Diagnostic>> {
    let writer = |bytes| -> ContentWriter<'_> { Box::new(move |out| out.write_all(bytes)) };
    let files: Vec<_> = files.iter().map(|(path, bytes)| (path, writer(bytes))).collect();
    let files: Vec<_> = files.iter().map(|(path, content)| (path.as_path(), content)).collect();
    stage_files(&files, &StagingOptions::default())?.put_in_place(&[]).map(|_| ())
}

/// How files are staged.
#[derive(Debug, Clone, Copy, Default)]
pub struct StagingOptions {
    /// The time at which they count as modified: one for all files of an emission. The time of writing if left out.
    pub modified: Option<SystemTime>,
    /// Whether their content is hashed.
    pub hashed: bool,
}

/// Files that stand beside their places in full. Unless they are put there, they are removed.
pub struct StagedFiles {
    files: Vec<StagedFile>,
}

/// A file that is to be put in its place.
pub struct StagedFile {
    /// Its place.
    pub path: PathBuf,
    /// The file beside its place; `None` where the place holds the same bytes already.
    temporary: Option<TemporaryFile>,
    /// What is replaced, held open: the system takes its time to let go of a large file, unless somebody has it open.
    old: Option<File>,
    /// The hash of its content, and its length in bytes, where they were asked for and the content was written anew.
    hash: Option<(u128, u64)>,
}

impl StagedFile {
    /// Where the content is now.
    pub fn content_path(&self) -> &Path {
        self.temporary.as_ref().map_or(self.path.as_path(), TemporaryFile::path)
    }

    /// The hash of its content, and its length in bytes. A file that stays as it is, is read for it.
    ///
    /// # Errors
    /// Those of the system.
    pub fn hash(&self) -> std::io::Result<(u128, u64)> {
        self.hash.map_or_else(|| hash::with_length(&self.path), Ok)
    }

    /// When its content was written, as the system has it.
    ///
    /// # Errors
    /// Those of the system.
    pub fn modified(&self) -> std::io::Result<SystemTime> {
        std::fs::metadata(self.content_path())?.modified()
    }
}

/// The files that were changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangedFiles {
    /// Those that are new, or hold something else now.
    pub written: Vec<PathBuf>,
    /// Those that were removed.
    pub removed: Vec<PathBuf>,
}

/// Stages the files of an emission, all of them at once; one whose place holds the same bytes already is only noted.
///
/// # Errors
/// A file that cannot be written.
pub fn stage(artifacts: &[Artifact<'_>], options: &StagingOptions) -> Result<StagedFiles, Box<Diagnostic>> {
    let files: Vec<_> = artifacts.iter().map(|artifact| (artifact.path.as_path(), &artifact.content)).collect();
    stage_files(&files, options)
}

fn stage_files(files: &[(&Path, &ContentWriter<'_>)], options: &StagingOptions) -> Result<StagedFiles, Box<Diagnostic>> {
    let staged = parallel::map(files, |&(path, content)| stage_one(path, content, options).map_err(|it| cannot_write(path, &it)));
    Ok(StagedFiles { files: staged.into_iter().collect::<Result<_, _>>()? })
}

fn stage_one(path: &Path, content: &ContentWriter<'_>, options: &StagingOptions) -> std::io::Result<StagedFile> {
    may_be_replaced(path)?;
    remove_leftovers(path);
    let old = File::open(path).ok();
    let mut staged = StagedFile { path: path.to_path_buf(), temporary: None, old: None, hash: None };
    if let Some(old) = &old {
        let mut comparing = ComparingWriter::new(old);
        if content(&mut comparing).is_ok() && comparing.is_at_end() {
            return Ok(staged);
        }
    }
    staged.temporary = Some(TemporaryFile::write(path, options.modified, &mut |out| {
        if !options.hashed {
            return content(out);
        }
        let mut hashing = HashingWriter::new(out);
        content(&mut hashing)?;
        staged.hash = Some(hashing.finish());
        Ok(())
    })?);
    // Windows does not replace a file that is open.
    staged.old = old.filter(|_| cfg!(unix));
    Ok(staged)
}

impl StagedFiles {
    /// Whether there are any that the disk may not have yet.
    pub fn awaits_disk(&self) -> bool {
        self.files.iter().filter_map(|file| file.temporary.as_ref()).any(TemporaryFile::awaits_disk)
    }

    /// Whether any file is to be changed.
    pub fn changes_any(&self) -> bool {
        self.files.iter().any(|file| file.temporary.is_some())
    }

    /// The files in the order in which they were given, also those that stay as they are.
    pub fn files(&self) -> &[StagedFile] {
        &self.files
    }

    /// Waits for the disk, puts each file in its place in one step, and removes the `stale` ones. Returns the files that were
    /// changed.
    ///
    /// # Errors
    /// A file that cannot be written; none has then been replaced, unless one of the last steps failed.
    pub fn put_in_place(mut self, stale: &[PathBuf]) -> Result<ChangedFiles, Box<Diagnostic>> {
        for StagedFile { path, temporary, .. } in &mut self.files {
            temporary.as_mut().map_or(Ok(()), TemporaryFile::wait_for_disk).map_err(|problem| cannot_write(path, &problem))?;
        }
        let mut changed = ChangedFiles::default();
        // What was replaced is not let go of before all are in place.
        let mut replaced = vec![];
        for StagedFile { path, temporary, old, .. } in self.files {
            let Some(temporary) = temporary else { continue };
            temporary.put_in_place(&path).map_err(|problem| cannot_write(&path, &problem))?;
            replaced.push(old);
            changed.written.push(path);
        }
        // From the last one on, so that of a feed's parts the first ones are left if this is cut short.
        for path in stale.iter().rev() {
            match std::fs::remove_file(path) {
                Ok(()) => changed.removed.push(path.clone()),
                Err(problem) if problem.kind() == ErrorKind::NotFound => {}
                Err(problem) => return Err(cannot_write(path, &problem)),
            }
        }
        changed.removed.reverse();
        Ok(changed)
    }
}

/// Makes a folder, and those above it that are missing.
///
/// # Errors
/// Those of the system.
pub fn make_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)
}

fn cannot_write(path: &Path, problem: &std::io::Error) -> Box<Diagnostic> {
    let message = format!("`{}` cannot be written: {problem}", path.display());
    Box::new(Diagnostic::error(Code::File, message).at(Place::file(path)))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_file_that_goes_to_the_disk_in_pieces_is_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("large");
        let piece: Vec<u8> = (0..700_001).map(|number: u32| number.to_le_bytes()[number as usize % 4]).collect();
        let pieces = |out: &mut dyn Write| (0..9).try_for_each(|_| out.write_all(&piece));
        let content: ContentWriter<'_> = Box::new(pieces);
        let write = || {
            let staged = stage_files(&[(path.as_path(), &content)], &StagingOptions::default()).expect("staged");
            staged.put_in_place(&[]).expect("written").written
        };
        assert_eq!(write(), std::slice::from_ref(&path));
        assert_eq!(std::fs::read(&path).expect("a file"), piece.repeat(9));
        assert_eq!(write(), [] as [PathBuf; 0], "it is left alone");
    }
}
