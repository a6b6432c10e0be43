//! `stockrule watch`: `emit`, then again whenever something changes.

use std::time::Duration;

use clap::Args;

use super::common::Common;
use super::emit::Outgoing;
use super::log::LogFormat;
use super::output;
use super::status::Status;
use super::watcher::Watcher;
use crate::watch::wait_scale::WaitScale;
use crate::watch::{WatchOptions, watch};

/// Arguments of `watch`.
#[derive(Debug, Args)]
pub struct WatchCommand {
    #[command(flatten)]
    outgoing: Outgoing,
    /// Look at the files in this interval, for file systems without events
    #[arg(long, value_name = "MS", num_args = 0..=1, default_missing_value = "1000")]
    poll: Option<u64>,
    /// Stop after so many milliseconds without a change, for tests and scripts
    #[arg(long, value_name = "MS")]
    once_idle: Option<u64>,
    /// How to report: json is one object an event
    #[arg(long, value_enum, default_value = "text")]
    format: LogFormat,
}

impl WatchCommand {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Status {
        let wait_scale = match WaitScale::of_environment() {
            Ok(scale) => scale,
            Err(problem) => {
                output::error(&problem);
                return Status::WrongInput;
            }
        };
        let mut watcher = Watcher::new(common, &self.outgoing, self.format, wait_scale);
        let (settings, _) = common.look();
        if let Err(problem) = watcher.hold(&settings) {
            output::diagnostics(common, &[*problem]);
            return Status::Io;
        }
        let options = WatchOptions {
            poll: self.poll.map(|ms| Duration::from_millis(ms.max(10))),
            once_idle: self.once_idle.map(Duration::from_millis),
        };
        watcher.start();
        let end = watch(&mut watcher, options);
        watcher.finish();
        match end {
            Ok(()) => Status::Done,
            Err(problem) => {
                output::error(&format!("signals cannot be waited for: {problem}"));
                Status::Io
            }
        }
    }
}
