//! Diagnostics as workflow commands, which GitHub shows as annotations of the lines concerned.
//!
//! Source of the form: GitHub's documentation of workflow commands, `::error file=…,line=…,col=…,endColumn=…,title=…::message`.

use crate::diagnostic::{Diagnostic, Position, Severity};
use crate::text::visible;

/// A line a diagnostic. `path` gives a file's path in the repository.
pub fn annotations(diagnostics: &[Diagnostic], path: &dyn Fn(&str) -> String) -> String {
    diagnostics.iter().map(|diagnostic| annotation(diagnostic, path)).collect()
}

fn annotation(diagnostic: &Diagnostic, path: &dyn Fn(&str) -> String) -> String {
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut properties = vec![];
    if let Some(place) = &diagnostic.place {
        properties.push(format!("file={}", property(&path(place.file_name()))));
        if let Some(Position { line, column, length }) = place.position() {
            properties.push(format!("line={line}"));
            properties.push(format!("col={column}"));
            properties.push(format!("endColumn={}", column + length));
        }
    }
    properties.push(format!("title={}", property(diagnostic.code.as_str())));
    let help = diagnostic.help.as_ref().map(|help| visible(help));
    let related = diagnostic.related.iter().map(|label| format!("{}: {}", visible(&label.text), visible(&label.place.short())));
    let lines: Vec<String> = std::iter::once(visible(&diagnostic.message)).chain(help).chain(related).collect();
    format!("::{command} {}::{}\n", properties.join(","), data(&lines.join("\n")))
}

/// The characters that would end a message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The characters that would end a property.
fn property(text: &str) -> String {
    data(&visible(text)).replace(':', "%3A").replace(',', "%2C")
}
