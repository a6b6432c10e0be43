//! The built program, run once.

use std::ffi::OsStr;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// What a run said, and how it ended.
pub struct Done {
    /// The exit status. `None` if it was killed, or was not done in time.
    pub status: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Done {
    /// The JSON that it printed.
    pub fn answer(&self) -> Option<Value> {
        serde_json::from_str(&self.out).ok()
    }

    /// The diagnostics in its JSON.
    pub fn diagnostics(&self) -> Vec<Value> {
        self.answer().and_then(|answer| answer["diagnostics"].as_array().cloned()).unwrap_or_default()
    }

    /// The diagnostics in its JSON, one a line: the words alone, since the lines of a file that are shown would satisfy any search.
    pub fn diagnostics_as_text(&self) -> String {
        let diagnostics = self.diagnostics();
        let text = |diagnostic: &Value, key: &str| diagnostic[key].as_str().unwrap_or("").to_owned();
        let line = |diagnostic: &Value| {
            let [severity, message, help, file] = ["severity", "message", "help", "file"].map(|key| text(diagnostic, key));
            format!("{severity}: {message} | {help} | {file}:{}\n", diagnostic["line"])
        };
        diagnostics.iter().map(line).collect::<String>() + &self.err
    }

    /// The end of what it said.
    pub fn shown(&self) -> String {
        let all = if self.answer().is_some() { self.diagnostics_as_text() } else { format!("{}{}", self.out, self.err) };
        let from = all.char_indices().rev().nth(1500).map_or(0, |(at, _)| at);
        format!("status {:?}, saying: {}", self.status, &all[from..])
    }
}

/// The program, without colours, and without a look at a repository around the folder of temporary files.
pub fn program(folder: &Path) -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_stockrule"));
    program.current_dir(folder).env("NO_COLOR", "1").env("GIT_CEILING_DIRECTORIES", std::env::temp_dir()).stdin(Stdio::null());
    program
}

/// Runs it, and ends it if it takes too long.
pub fn stockrule(folder: &Path, words: &[impl AsRef<OsStr>], limit: Duration) -> Done {
    let mut child = program(folder).args(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program");
    let mut out = child.stdout.take().expect("a pipe");
    let mut err = child.stderr.take().expect("a pipe");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    std::thread::scope(|threads| {
        let out = threads.spawn(move || read(&mut out));
        let err = threads.spawn(move || read(&mut err));
        let status = wait(&mut child, limit);
        Done { status, out: text(&out.join().expect("read")), err: text(&err.join().expect("read")) }
    })
}

fn read(stream: &mut impl Read) -> Vec<u8> {
    let mut bytes = vec![];
    stream.read_to_end(&mut bytes).expect("read");
    bytes
}

fn wait(child: &mut Child, limit: Duration) -> Option<i32> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child") {
            return status.code();
        }
        if start.elapsed() > limit {
            child.kill().expect("killed");
            child.wait().expect("an end");
            return None;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}
