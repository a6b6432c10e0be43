//! Printing: results on standard output, everything else on standard error.

use std::io::{ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use super::common::{Color, Common};
use crate::diagnostic::Diagnostic;
use crate::report::excerpt::{Style, render};

/// The width where no terminal tells one.
const WIDTH: usize = 100;

/// Whether a result could not be printed in full.
static FAILED: AtomicBool = AtomicBool::new(false);

/// Prints a result. A reader that has gone away is no error of ours; a disk that is full is one.
pub fn result(text: &str) {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(problem) if problem.kind() != ErrorKind::BrokenPipe && !FAILED.swap(true, Ordering::Relaxed) => {
            error(&format!("the result cannot be written: {problem}"));
        }
        _ => {}
    }
}

/// Whether a result could not be printed in full, which has then been told.
pub fn has_failed() -> bool {
    FAILED.load(Ordering::Relaxed)
}

/// Prints a remark, unless the user wants errors only.
pub fn remark(common: &Common, text: &str) {
    if !common.quiet {
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }
}

/// Prints an error that is none of the input's.
pub fn error(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "error: {text}");
}

/// Prints diagnostics for people.
pub fn diagnostics(common: &Common, all: &[Diagnostic]) {
    let shown: Vec<Diagnostic> = all.iter().filter(|diagnostic| !common.quiet || diagnostic.is_error()).cloned().collect();
    if !shown.is_empty() {
        let _ = std::io::stderr().lock().write_all(render(&shown, style(common)).as_bytes());
    }
}

fn style(common: &Common) -> Style {
    let color = match common.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    };
    Style { color, width: width(), all: common.verbose }
}

/// The width of the terminal.
pub fn width() -> usize {
    terminal_size::terminal_size().map_or(WIDTH, |(width, _)| usize::from(width.0).clamp(40, 240))
}

/// A JSON value on lines of its own.
pub fn json(value: &serde_json::Value) {
    result(&format!("{value:#}\n"));
}
