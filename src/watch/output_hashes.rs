//! What outputs hold, by their hashes.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::deliver::hash;
use crate::files::paths::metadata;
use crate::files::{Fingerprint, is_absence};

/// An output as it is at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Where it is.
    pub path: PathBuf,
    /// How it looks.
    pub fingerprint: Fingerprint,
    /// The hash of what it holds.
    pub hash: u128,
}

/// The hashes of outputs that were read, which hold for as long as the files look the same.
#[derive(Debug, Default)]
pub struct OutputHashes(HashMap<PathBuf, (Fingerprint, u128)>);

impl OutputHashes {
    /// An output as it is now; `None` where it is not there.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn look(&mut self, path: &Path) -> std::io::Result<Option<Output>> {
        let data = match metadata(path) {
            Err(problem) if is_absence(&problem) => return Ok(None),
            data => data?,
        };
        let fingerprint = Fingerprint::of_data(&data);
        let hash = match self.0.get(path) {
            Some((known, hash)) if *known == fingerprint => *hash,
            _ => {
                let hash = hash::of_file(path)?;
                // One that is still being changed is read again.
                if !fingerprint.is_fresh() {
                    self.0.insert(path.to_path_buf(), (fingerprint.clone(), hash));
                }
                hash
            }
        };
        Ok(Some(Output { path: path.to_path_buf(), fingerprint, hash }))
    }
}

/// Whether two lists of outputs hold the same content.
pub fn is_same(these: &[Output], those: &[Output]) -> bool {
    these.iter().map(|output| (&output.path, output.hash)).eq(those.iter().map(|output| (&output.path, output.hash)))
}
