//! `stockrule man`: the manual page, in the form that `man` reads.

use std::path::PathBuf;

use clap::Args;

use super::common::Common;
use super::output;
use super::status::Status;
use crate::deliver::write::make_folder;
use crate::diagnostic::{Code, Diagnostic, Place};

/// Arguments of `man`.
#[derive(Debug, Args)]
pub struct ManCommand {
    /// Write the pages of the program and of each command into this folder, instead of printing the program's
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
}

impl ManCommand {
    /// Runs the command.
    pub fn run(&self, common: &Common, program: clap::Command) -> Status {
        let done = match &self.to {
            None => {
                let mut page = vec![];
                let done = clap_mangen::Man::new(program).render(&mut page);
                output::result(&String::from_utf8_lossy(&page));
                done
            }
            Some(folder) => make_folder(folder).and_then(|()| clap_mangen::generate_to(program, folder)),
        };
        match (done, &self.to) {
            (Err(problem), Some(folder)) => {
                let message = format!("the manual cannot be written: {problem}");
                output::diagnostics(common, &[Diagnostic::error(Code::File, message).at(Place::file(folder))]);
                Status::Io
            }
            // Rendering into memory cannot fail.
            _ => Status::Done,
        }
    }
}
