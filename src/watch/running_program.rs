//! A program that `watch` has started, with the process between that ends it when it must.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

use super::supervisor;
use crate::project::Program;
use crate::system;

/// A program that is running.
pub struct RunningProgram {
    supervisor: Child,
    /// The program is ended when this is dropped.
    control: Option<ChildStdin>,
    /// Where the supervisor writes how the program failed.
    report: File,
    started: Instant,
}

/// How often it is looked whether a program has ended: soon at first, and seldom where it takes long.
const LOOKS: [Duration; 2] = [Duration::from_millis(10), Duration::from_secs(1)];

/// So much longer than the time that a program has to end may take what ends it.
pub const SLACK: Duration = Duration::from_secs(3);

/// The most that is read of how a program failed, in bytes.
const MOST: u64 = 10_000;

impl RunningProgram {
    /// Starts a program in a folder, with files added to its arguments and `input` as the one line of its standard input, if it
    /// is not empty. `report` is an empty file; a lock on it is held until the program has ended, even if this process ends
    /// before.
    ///
    /// # Errors
    /// Those of the system.
    pub fn start(program: &Program, folder: &Path, files: &[PathBuf], input: &str, report: File) -> std::io::Result<Self> {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let absolute: Vec<PathBuf> = files.iter().map(std::path::absolute).collect::<std::io::Result<_>>()?;
        let mut command = Command::new(system::own_program()?);
        command.arg(supervisor::WORD).arg(program.file(folder)).args(&program.words()[1..]).args(absolute);
        command.current_dir(folder).stdin(Stdio::piped()).stdout(report.try_clone()?);
        let mut supervisor = system::named(system::in_own_group(&mut command), "stockrule").spawn()?;
        let mut control = supervisor.stdin.take();
        if let Some(control) = &mut control {
            control.write_all(input.as_bytes()).and_then(|()| control.write_all(b"\n"))?;
        }
        Ok(RunningProgram { supervisor, control, report, started: Instant::now() })
    }

    /// How the program has ended; `None` while it runs.
    pub fn ended(&mut self) -> Option<Result<(), String>> {
        match self.supervisor.try_wait() {
            Ok(None) => None,
            Ok(Some(status)) if status.success() => Some(Ok(())),
            Ok(Some(status)) => {
                let mut told = String::new();
                let read = self.report.rewind().and_then(|()| (&self.report).take(MOST).read_to_string(&mut told));
                let told = if read.is_ok() { told.trim() } else { "" };
                Some(Err(if told.is_empty() { status.to_string() } else { told.to_owned() }))
            }
            Err(problem) => Some(Err(problem.to_string())),
        }
    }

    /// How long the program has been running.
    pub fn time(&self) -> Duration {
        self.started.elapsed()
    }

    /// How long to wait before it is looked again whether it has ended.
    pub fn patience(&self) -> Duration {
        (self.time() / 10).clamp(LOOKS[0], LOOKS[1])
    }

    /// Has the program ended, and does not wait for that.
    pub fn end(&mut self) {
        self.control = None;
    }

    /// Has the program ended, and waits until it has, and so long at most.
    pub fn end_within(&mut self, time: Duration) {
        self.end();
        let started = Instant::now();
        while self.ended().is_none() && started.elapsed() < time {
            std::thread::sleep(LOOKS[0]);
        }
    }
}
