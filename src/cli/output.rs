//! The one door to standard output and standard error: results on the first, everything else on the second.
//!
//! Whatever leaves by it has its control and bidirectional characters escaped, since texts of catalogs, reports, rules and file
//! names are written by others. `tests/house` holds that nothing else prints.

use std::borrow::Cow;
use std::io::{ErrorKind, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use terminal_size::{Height, Width};
use unicode_width::UnicodeWidthStr;

use super::common::{Color, Common};
use crate::catalog::InventoryMatches;
use crate::diagnostic::Diagnostic;
use crate::orders::OrdersSummary;
use crate::report::json as report;
use crate::report::result::matches_line;
use crate::report::terminal::{Style, render};
use crate::text::visible;

/// The width of messages and running text where no terminal tells one.
const WIDTH: usize = 100;

/// The size of a terminal that does not tell it: columns and lines.
const SIZE: (usize, usize) = (80, 24);

/// Whether a result could not be printed in full.
static FAILED: AtomicBool = AtomicBool::new(false);

/// Prints a result: text, or CSV. Line ends and tabs stay, every other control character is escaped.
pub fn result(text: &str) {
    write_result(&escaped(text));
}

/// Prints running text, on a terminal on lines that fit.
pub fn prose(text: &str) {
    result(&fitted(text));
}

/// Running text on lines that fit the terminal that results go to; as it is where there is none.
pub fn fitted(text: &str) -> String {
    terminal().map_or_else(|| text.to_owned(), |(width, _)| wrapped(text, width))
}

/// Running text on lines of this width, whose parts keep the indent. They are broken between words alone: at the hyphens of a SKU
/// or an option, it would be another, and what stands in backticks is to be typed as it stands.
fn wrapped(text: &str, width: usize) -> String {
    const KEPT: &str = "\u{a0}";
    let options = textwrap::Options::new(width).break_words(false);
    let options =
        options.word_splitter(textwrap::WordSplitter::NoHyphenation).word_separator(textwrap::WordSeparator::AsciiSpace);
    let one = |line: &str| {
        if line.width() <= width {
            return line.to_owned();
        }
        let words = line.trim_start();
        let indent = " ".repeat(line.len() - words.len() + 2);
        let pieces = words.split('`').enumerate();
        let pieces: Vec<_> =
            pieces.map(|(at, piece)| if at % 2 == 1 { piece.replace(' ', KEPT) } else { piece.to_owned() }).collect();
        let options = options.clone().initial_indent(&indent[2..]).subsequent_indent(&indent);
        textwrap::fill(&pieces.join("`"), options).replace(KEPT, " ")
    };
    text.split_inclusive('\n')
        .map(|line| one(line.trim_end_matches('\n')) + if line.ends_with('\n') { "\n" } else { "" })
        .collect()
}

/// Prints a rule file, which a program takes as it stands: it is escaped only where a person would see it.
pub fn document(text: &str) {
    if std::io::stdout().is_terminal() { result(text) } else { write_result(text) }
}

/// Prints a JSON value on lines of its own.
pub fn json(value: &serde_json::Value) {
    json_text(&format!("{value:#}\n"));
}

/// Prints JSON as it is written. What a terminal would obey is escaped as JSON escapes it: a reader gets the exact texts.
pub fn json_text(text: &str) {
    write_result(&escaped_json(text));
}

/// JSON with everything escaped, as JSON escapes it, that a terminal would obey. Line ends stay.
pub fn escaped_json(text: &str) -> Cow<'_, str> {
    let is_hidden = |c: char| crate::text::is_hidden(c) && c != '\n';
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_hidden(c) {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| shown.push_str(&format!("\\u{unit:04x}")));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Writes to standard output. A reader that has gone away is no error of ours; a disk that is full is one.
fn write_result(text: &str) {
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
        message(&(to_people(text) + "\n"));
    }
}

/// Running text on lines that fit the terminal that messages go to.
fn to_people(text: &str) -> String {
    let stderr = std::io::stderr();
    let size = terminal_size::terminal_size_of(&stderr).filter(|_| stderr.is_terminal());
    size.map_or_else(|| text.to_owned(), |(Width(width), _)| wrapped(text, clamped(width)))
}

/// Says how the variants were matched with the inventory exports, where there are such files and the user asks for more.
pub fn matches(common: &Common, matches: Option<InventoryMatches>) {
    if let Some(matches) = matches.filter(|_| common.verbose) {
        remark(common, &matches_line(&matches));
    }
}

/// Tells how many order lines counted, and since when, where there are orders.
pub fn orders(common: &Common, told: Option<&OrdersSummary>) {
    if let Some(told) = told {
        remark(common, &told.line());
    }
}

/// A result for machines, with how many order lines counted, where there are orders.
pub fn json_with_orders(mut object: serde_json::Value, told: Option<&OrdersSummary>) {
    if let Some(told) = told {
        object["orders"] = report::orders(told);
    }
    json(&object);
}

/// Prints an error that is none of the input's.
pub fn error(text: &str) {
    message(&(to_people(&format!("error: {text}")) + "\n"));
}

/// Prints what is wrong with the command line.
pub fn message(text: &str) {
    write_message(&escaped(text));
}

/// Prints diagnostics for people.
pub fn diagnostics(common: &Common, all: &[Diagnostic]) {
    let shown: Vec<Diagnostic> = all.iter().filter(|diagnostic| !common.quiet || diagnostic.is_error()).cloned().collect();
    if shown.is_empty() {
        return;
    }
    let style = style(common);
    let text = render(&shown, style);
    if style.color { write_message(&escaped_but_colors(&text)) } else { message(&text) }
}

/// Writes to standard error. If nobody can take it, there is nobody to be told of that.
fn write_message(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// A text with everything escaped that a terminal would obey, but for line ends and tabs.
fn escaped(text: &str) -> Cow<'_, str> {
    let kept = ['\n', '\t'];
    if text.chars().all(|c| c.is_ascii_graphic() || c == ' ' || kept.contains(&c)) {
        return Cow::Borrowed(text);
    }
    let pieces = text.split_inclusive(kept).map(|piece| match piece.strip_suffix(kept) {
        Some(before) => visible(before) + &piece[before.len()..],
        None => visible(piece),
    });
    Cow::Owned(pieces.collect())
}

/// Escapes the control characters of a text that the program has coloured: its own sequences for colours stay.
fn escaped_but_colors(text: &str) -> String {
    const START: &str = "\u{1b}[";
    let mut pieces = text.split(START);
    let mut shown = escaped(pieces.next().unwrap_or_default()).into_owned();
    for piece in pieces {
        let end = piece.find(|c: char| !c.is_ascii_digit() && c != ';').filter(|&end| piece[end..].starts_with('m'));
        match end {
            Some(end) => {
                shown.push_str(START);
                shown.push_str(&piece[..=end]);
                shown.push_str(&escaped(&piece[end + 1..]));
            }
            None => {
                shown.push_str(&visible(START));
                shown.push_str(&escaped(piece));
            }
        }
    }
    shown
}

/// Prints warnings beside a result that a person reads: on a terminal only their number, so that the result is not pushed off the
/// screen, unless the user wants to see more.
pub fn warnings_beside(common: &Common, warnings: &[Diagnostic]) {
    if terminal().is_none() || common.verbose {
        diagnostics(common, warnings);
    } else if !warnings.is_empty() {
        let count = crate::text::counted(warnings.len(), "warning");
        remark(common, &format!("{count}, which `stockrule check` shows, or `-v` here"));
    }
}

fn style(common: &Common) -> Style {
    let stderr = std::io::stderr();
    let color = match common.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => stderr.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    };
    let width = terminal_size::terminal_size_of(stderr).map_or(WIDTH, |(Width(width), _)| clamped(width));
    Style { color, width, all: common.verbose }
}

/// Columns and lines of the terminal that results go to; `None` where they go into a file or a pipe.
pub fn terminal() -> Option<(usize, usize)> {
    let stdout = std::io::stdout();
    stdout.is_terminal().then(|| {
        let size = terminal_size::terminal_size_of(stdout);
        size.map_or(SIZE, |(Width(width), Height(height))| (clamped(width), usize::from(height)))
    })
}

/// The width of running text.
pub fn width() -> usize {
    terminal().map_or(WIDTH, |(width, _)| width)
}

fn clamped(width: u16) -> usize {
    usize::from(width).clamp(40, 240)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words_alone() {
        let text = "  one two-three-four 1,234 `--limit 20 of` more\n\nx\n";
        assert_eq!(wrapped(text, 20), "  one two-three-four\n    1,234\n    `--limit 20 of`\n    more\n\nx\n");
    }

    #[test]
    fn only_line_ends_tabs_and_our_own_colors_pass() {
        assert_eq!(escaped("a\tb\nc\r\u{1b}[31m\u{85}\u{202e}"), "a\tb\nc\\r\\u{1b}[31m\\u{85}\\u{202e}");
        let colored = "\u{1b}[31;1mred\u{1b}[0m \u{1b}[2J \u{1b}]0;t\u{7} \u{1b}";
        assert_eq!(escaped_but_colors(colored), "\u{1b}[31;1mred\u{1b}[0m \\u{1b}[2J \\u{1b}]0;t\\u{7} \\u{1b}");
    }
}
