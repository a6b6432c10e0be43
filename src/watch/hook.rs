//! `emit.on_change`: a program that is run with the files that an emission changed, such as an uploader.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::project::Program;

/// Runs a command after emissions, never two at once. What it failed on is given to the next run again.
pub struct Hook {
    program: Program,
    folder: PathBuf,
    running: Option<(Child, BTreeSet<PathBuf>)>,
    waiting: BTreeSet<PathBuf>,
    failed: bool,
}

impl Hook {
    /// A hook that runs a program in a folder, with the files as further arguments.
    pub fn new(program: Program, folder: &Path) -> Self {
        let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_path_buf() };
        Hook { program, folder, running: None, waiting: BTreeSet::new(), failed: false }
    }

    /// Whether the command is running, or files wait for it.
    pub fn is_busy(&self) -> bool {
        self.running.is_some()
    }

    /// Takes the files of an emission. Returns what there is to say.
    pub fn changed(&mut self, files: &[PathBuf]) -> Vec<String> {
        self.waiting.extend(files.iter().cloned());
        let mut told = self.check();
        if self.failed && self.running.is_none() && !files.is_empty() {
            told.push(format!("`{}` failed the last time: its files are given to it again", self.program.line()));
        }
        if !files.is_empty() {
            told.extend(self.start());
        }
        told
    }

    /// Looks whether the command has ended. Returns what there is to say.
    pub fn check(&mut self) -> Vec<String> {
        let Some((child, _)) = &mut self.running else { return vec![] };
        match child.try_wait() {
            Ok(None) => vec![],
            Ok(Some(status)) => self.ended(status.success(), &status.to_string()),
            Err(problem) => self.ended(false, &problem.to_string()),
        }
    }

    /// Waits until the command has ended. Returns what there is to say.
    pub fn finish(&mut self) -> Vec<String> {
        let mut told = vec![];
        while let Some((child, _)) = &mut self.running {
            let result = child.wait();
            let (success, status) = result.map_or_else(|e| (false, e.to_string()), |s| (s.success(), s.to_string()));
            told.extend(self.ended(success, &status));
        }
        told
    }

    fn ended(&mut self, success: bool, status: &str) -> Vec<String> {
        let files = self.running.take().map(|(_, files)| files).unwrap_or_default();
        let mut told = vec![];
        let more = !self.waiting.is_empty();
        if !success {
            told.push(format!("`{}` failed: {status}", self.program.line()));
            self.waiting.extend(files);
        } else if self.failed {
            told.push(format!("`{}` works again", self.program.line()));
        }
        self.failed = !success;
        if more {
            told.extend(self.start());
        }
        told
    }

    fn start(&mut self) -> Vec<String> {
        if self.running.is_some() || self.waiting.is_empty() {
            return vec![];
        }
        let files = std::mem::take(&mut self.waiting);
        let absolute = files.iter().map(|path| std::path::absolute(path).unwrap_or_else(|_| path.clone()));
        let mut command = Command::new(self.program.file(&self.folder));
        command.args(&self.program.words()[1..]).args(absolute).current_dir(&self.folder).stdin(Stdio::null());
        // Standard output is for the events.
        command.stdout(std::io::stderr());
        match command.spawn() {
            Ok(child) => {
                self.running = Some((child, files));
                vec![]
            }
            Err(problem) => {
                self.failed = true;
                self.waiting = files;
                vec![format!("`{}` cannot be run: {problem}", self.program.line())]
            }
        }
    }
}
