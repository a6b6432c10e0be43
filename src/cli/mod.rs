//! The command line: one file a command, its arguments beside what it does. Only this module prints and exits.

mod check;
mod common;
mod completions;
mod diff;
mod emit;
mod explain;
mod explain_code;
mod fmt;
mod ideas;
mod init;
mod log;
mod manual;
mod output;
mod preview;
mod progress;
mod screen;
mod status;
mod test;
mod watch;
mod watcher;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::text::is_hidden;
use common::Common;
use status::Status;

use crate::watch::supervisor;

/// What the help and the manual end with.
const AFTER: &str = "Exit status: 0 done, 1 the input is wrong or a test failed, 2 the command line is wrong, 3 the guard refused the \
                     emission, 4 a file could not be read or written.";

/// Inventory rules as code: how many units of each Shopify product Amazon may sell.
#[derive(Debug, Parser)]
#[command(name = "stockrule", version, about, max_term_width = 100, after_help = AFTER)]
struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a stockrule.yaml and a first rule file from the exports and reports given
    Init(init::InitCommand),
    /// Read everything, report every error and warning, write nothing
    Check(check::CheckCommand),
    /// Show the quantity of every SKU before it goes out
    Preview(preview::PreviewCommand),
    /// Tell how the quantity of a SKU comes about
    Explain(explain::ExplainCommand),
    /// Tell what the code of an error or a warning means, and how to mend it
    ExplainCode(explain_code::ExplainCodeCommand),
    /// Show which quantities the rules as they stand change, against another revision
    Diff(diff::DiffCommand),
    /// Run the tests of the project
    Test(test::TestCommand),
    /// Rewrite rule files in the one standard layout
    Fmt(fmt::FmtCommand),
    /// Write the outputs once
    Emit(emit::EmitCommand),
    /// Write the outputs, and again whenever a file that was read changes
    Watch(watch::WatchCommand),
    /// Print the completions of a shell
    Completions(completions::CompletionsCommand),
    /// Print the manual page
    Man(manual::ManCommand),
}

/// Tells what is wrong with the command line, or prints the help that was asked for.
fn refused(problem: &clap::Error) -> ExitCode {
    // The words that were typed are shown: what a terminal would obey in them is escaped, at the price of the colours.
    if std::env::args_os().any(|word| word.to_string_lossy().contains(is_hidden)) {
        output::message(&problem.render().to_string());
    } else {
        // If nobody can take it, there is nobody to be told of that.
        let _ = problem.print();
    }
    ExitCode::from(u8::try_from(problem.exit_code()).unwrap_or(2))
}

/// Runs the program with the process's arguments. A wrong command line ends it with status 2.
pub fn main() -> ExitCode {
    let mut words = std::env::args_os().skip(1);
    if words.next().is_some_and(|word| word == supervisor::WORD) {
        return match words.next().map(|program| supervisor::supervise(program, words)) {
            Some(Ok(())) => ExitCode::SUCCESS,
            Some(Err(problem)) => {
                output::result(&problem);
                ExitCode::FAILURE
            }
            None => ExitCode::FAILURE,
        };
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(problem) => return refused(&problem),
    };
    let common = &arguments.common;
    let status = match &arguments.command {
        Command::Init(command) => command.run(common),
        Command::Check(command) => command.run(common),
        Command::Preview(command) => command.run(common),
        Command::Explain(command) => command.run(common),
        Command::ExplainCode(command) => command.run(common),
        Command::Diff(command) => command.run(common),
        Command::Test(command) => command.run(common),
        Command::Fmt(command) => command.run(common),
        Command::Emit(command) => command.run(common),
        Command::Watch(command) => command.run(common),
        Command::Completions(command) => command.run(Arguments::command()),
        Command::Man(command) => command.run(common, Arguments::command()),
    };
    if status == Status::Done && output::has_failed() { Status::Io.into() } else { status.into() }
}
