//! `stockrule completions`: what a shell needs to complete the command line.

use clap::Args;
use clap_complete::Shell;

use super::output;
use super::status::Status;

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsCommand {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl CompletionsCommand {
    /// Runs the command.
    pub fn run(&self, mut program: clap::Command) -> Status {
        let mut script = vec![];
        clap_complete::generate(self.shell, &mut program, "stockrule", &mut script);
        output::result(&String::from_utf8_lossy(&script));
        Status::Done
    }
}
