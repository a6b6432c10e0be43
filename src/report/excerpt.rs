//! Diagnostics for people: the message, the line it is about, and what to write instead.

use std::collections::BTreeMap;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents,
};

use crate::diagnostic::{Code, Diagnostic, Place, Severity};
use crate::text::{counted, visible};

/// How many warnings of one kind are shown in full.
const SHOWN: usize = 8;

/// How diagnostics are shown.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// With colours.
    pub color: bool,
    /// The width in columns.
    pub width: usize,
    /// Whether every warning is shown, however many of a kind there are.
    pub all: bool,
}

/// All diagnostics, and a last line that counts them.
pub fn render(diagnostics: &[Diagnostic], style: Style) -> String {
    let mut text = String::new();
    let mut left_out: Vec<(Code, usize)> = vec![];
    let mut seen: BTreeMap<Code, usize> = BTreeMap::new();
    for diagnostic in diagnostics {
        let seen = seen.entry(diagnostic.code).or_default();
        let before = std::mem::replace(seen, *seen + 1);
        if !style.all && !diagnostic.is_error() && before >= SHOWN {
            match left_out.iter_mut().find(|(code, _)| *code == diagnostic.code) {
                Some((_, count)) => *count += 1,
                None => left_out.push((diagnostic.code, 1)),
            }
            continue;
        }
        text.push_str(&one(diagnostic, style));
        text.push('\n');
    }
    for (code, count) in left_out {
        text.push_str(&format!("… and {} `{}` (`-v` shows all)\n", counted(count, "more warning"), code.as_str()));
    }
    let errors = diagnostics.iter().filter(|d| d.is_error()).count();
    let warnings = diagnostics.len() - errors;
    match (errors, warnings) {
        (0, 0) => {}
        (0, _) => text.push_str(&format!("{}\n", counted(warnings, "warning"))),
        (_, 0) => text.push_str(&format!("{}\n", counted(errors, "error"))),
        _ => text.push_str(&format!("{}, {}\n", counted(errors, "error"), counted(warnings, "warning"))),
    }
    text
}

/// One diagnostic.
pub fn one(diagnostic: &Diagnostic, style: Style) -> String {
    let theme = if style.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(style.width).with_links(false);
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = handler.render_report(&mut text, &Shown::of(diagnostic));
    if let Some(place) = diagnostic.place.as_ref().filter(|place| place.line == 0) {
        text.push_str(&format!("  in {}\n", visible(&place.file)));
    }
    for (place, why) in &diagnostic.related {
        text.push_str(&format!("  {why}: {}\n", visible(&place.short())));
    }
    text
}

/// A diagnostic as miette takes it. The excerpt is the whole source, told to stand on its line of the file.
#[derive(Debug)]
struct Shown {
    code: Code,
    message: String,
    help: Option<String>,
    severity: Severity,
    label: Option<(usize, usize)>,
    source: Option<Excerpt>,
}

#[derive(Debug)]
struct Excerpt {
    file: String,
    line: usize,
    text: String,
}

impl Shown {
    fn of(diagnostic: &Diagnostic) -> Self {
        let place = diagnostic.place.as_ref().filter(|place| place.line > 0);
        Shown {
            code: diagnostic.code,
            message: visible(&diagnostic.message),
            help: diagnostic.help.as_deref().map(visible),
            severity: diagnostic.severity,
            label: place.map(label),
            source: place.map(|place| Excerpt { file: visible(&place.file), line: place.line, text: line(&place.excerpt) }),
        }
    }
}

/// A line as a terminal shows it; a tab, which every report of Amazon's is full of, as a blank.
fn line(text: &str) -> String {
    visible(&text.replace('\t', " "))
}

/// Start and length of the label in bytes of the visible excerpt.
fn label(place: &Place) -> (usize, usize) {
    let chars = || place.excerpt.chars();
    let before: String = chars().take(place.column.saturating_sub(1)).collect();
    let marked: String = chars().skip(place.column.saturating_sub(1)).take(place.length).collect();
    (line(&before).len(), line(&marked).len())
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = self.severity.as_str();
        write!(f, "{word}[{}]: {}", self.code.as_str(), self.message)
    }
}

impl std::error::Error for Shown {}

impl miette::Diagnostic for Shown {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn std::fmt::Display>)
    }
    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }
    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let (start, length) = self.label?;
        Some(Box::new(std::iter::once(LabeledSpan::new(None, start, length))))
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(&'a self, span: &SourceSpan, _: usize, _: usize) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let whole = SourceSpan::from((0, self.text.len()));
        // The column heads the excerpt, as file:line:column.
        let column = self.text.get(..span.offset()).map_or(0, |before| before.chars().count());
        Ok(Box::new(MietteSpanContents::new_named(self.file.clone(), self.text.as_bytes(), whole, self.line - 1, column, 1)))
    }
}
