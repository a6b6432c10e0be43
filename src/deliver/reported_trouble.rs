//! `.stockrule/trouble.json`: the troubles for which the program of `on_trouble` was run, and not yet for their end.

use std::collections::BTreeSet;
use std::io::{Error, Result};

use serde::{Deserialize, Serialize};

use super::state::StateFolder;

/// The name of the file in the state folder.
const NAME: &str = "trouble.json";

/// A kind of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// The guard refuses.
    Refused,
    /// Something is wrong with the input, or nothing can be written.
    Errors,
    /// Nothing is delivered.
    Delivery,
}

/// The troubles for which `on_trouble` was run, and not yet for their end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportedTrouble {
    /// Those for which the program has run.
    #[serde(rename = "told")]
    pub begun: BTreeSet<Trouble>,
    /// Those for which it was running when this was written: nobody knows whether it has taken them in.
    #[serde(rename = "telling")]
    pub unsure: BTreeSet<Trouble>,
}

impl ReportedTrouble {
    /// What was reported, as the state folder keeps it.
    ///
    /// # Errors
    /// The file cannot be read, or is not one that we wrote.
    pub fn read(folder: &StateFolder) -> Result<Self> {
        folder
            .read(NAME)?
            .map_or_else(|| Ok(ReportedTrouble::default()), |bytes| serde_json::from_slice(&bytes).map_err(Error::from))
    }

    /// Writes it down.
    ///
    /// # Errors
    /// Those of the system.
    pub fn write(&self, folder: &StateFolder) -> Result<()> {
        let mut text = serde_json::to_vec(self).map_err(Error::from)?;
        text.push(b'\n');
        folder.write(NAME, &text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_was_written_and_anything_else_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = StateFolder::at(&folder.path().join("state"));
        assert_eq!(ReportedTrouble::read(&state).expect("nothing"), ReportedTrouble::default());
        let told = ReportedTrouble { begun: [Trouble::Delivery, Trouble::Refused].into(), unsure: [Trouble::Errors].into() };
        told.write(&state).expect("written");
        assert_eq!(ReportedTrouble::read(&state).expect("what was written"), told);
        for text in ["", "{}", "{\"told\": [\"rain\"], \"telling\": []}"] {
            state.write(NAME, text.as_bytes()).expect("written");
            assert!(ReportedTrouble::read(&state).is_err(), "{text}");
        }
    }
}
