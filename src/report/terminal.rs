//! Diagnostics for people: the message, the line it is about, and what to write instead.

use foldhash::HashMap;
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents,
};
use textwrap::{WordSeparator, WordSplitter};

use crate::diagnostic::{Code, Diagnostic, Excerpt, Place, Severity};
use crate::text::{counted, visible};

/// How many messages of one kind are shown in full.
const SHOWN: usize = 10;

/// How diagnostics are shown.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// With colours.
    pub color: bool,
    /// The width in columns.
    pub width: usize,
    /// Whether every message is shown, however many of a kind there are.
    pub all: bool,
}

/// All diagnostics, and a last line that counts them. Of one kind in one file the first ones are shown, and how many more there are.
pub fn render(diagnostics: &[Diagnostic], style: Style) -> String {
    let mut text = String::new();
    let kinds: Vec<Kind<'_>> = diagnostics.iter().map(Kind::of).collect();
    let mut counts: HashMap<&Kind<'_>, usize> = HashMap::default();
    for kind in &kinds {
        *counts.entry(kind).or_default() += 1;
    }
    let mut seen: HashMap<&Kind<'_>, usize> = HashMap::default();
    for (diagnostic, kind) in diagnostics.iter().zip(&kinds) {
        let seen = seen.entry(kind).or_default();
        *seen += 1;
        if *seen > SHOWN && !style.all {
            continue;
        }
        text.push_str(&one(diagnostic, style));
        text.push('\n');
        let more = counts.get(kind).map_or(0, |count| count.saturating_sub(SHOWN));
        if *seen == SHOWN && more > 0 && !style.all {
            let noun = format!("more {}", diagnostic.severity.as_str());
            let place = kind.file.map_or_else(String::new, |file| format!(" in `{}`", visible(file)));
            text.push_str(&format!("… and {} of this kind{place} (`-v` shows all)\n\n", counted(more, &noun)));
        }
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

/// What messages of one kind share: their severity, their code, their file, and the words that say no particulars.
#[derive(PartialEq, Eq, Hash)]
struct Kind<'d> {
    severity: Severity,
    code: Code,
    file: Option<&'d str>,
    words: Vec<&'d str>,
}

impl<'d> Kind<'d> {
    fn of(diagnostic: &'d Diagnostic) -> Self {
        let Diagnostic { severity, code, message, place, .. } = diagnostic;
        Kind { severity: *severity, code: *code, file: place.as_ref().map(Place::file_name), words: words(message) }
    }
}

/// The words of a message without what differs from one of its kind to the next: the user's words in backticks, numbers, places,
/// and the plural.
fn words(message: &str) -> Vec<&str> {
    let prose = message.split('`').step_by(2).flat_map(str::split_whitespace);
    let prose = prose.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    let prose = prose.filter(|word| !word.is_empty() && !word.contains(|c: char| c.is_ascii_digit()));
    prose.map(singular).collect()
}

/// A word as it is where there is one of something.
fn singular(word: &str) -> &str {
    match word {
        "are" => "is",
        "have" => "has",
        "is" | "has" | "this" | "was" => word,
        _ => word.strip_suffix('s').unwrap_or(word),
    }
}

/// One diagnostic.
pub fn one(diagnostic: &Diagnostic, style: Style) -> String {
    let theme = if style.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(style.width).with_links(false);
    // A SKU that is broken at its hyphen is another SKU.
    let handler = handler.with_break_words(false).with_word_splitter(WordSplitter::NoHyphenation);
    let handler = handler.with_word_separator(WordSeparator::AsciiSpace);
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = handler.render_report(&mut text, &Shown::of(diagnostic));
    if let Some(Place::File(file)) = &diagnostic.place {
        text.push_str(&format!("  in {}\n", visible(file)));
    }
    for label in &diagnostic.related {
        text.push_str(&format!("  {}: {}\n", label.text, visible(&label.place.short())));
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
    source: Option<ShownLine>,
}

#[derive(Debug)]
struct ShownLine {
    file: String,
    line: usize,
    column: usize,
    text: String,
}

impl Shown {
    fn of(diagnostic: &Diagnostic) -> Self {
        let excerpt = diagnostic.place.as_ref().and_then(Place::excerpt);
        Shown {
            code: diagnostic.code,
            message: visible(&diagnostic.message),
            help: diagnostic.help.as_deref().map(visible),
            severity: diagnostic.severity,
            label: excerpt.as_ref().map(label),
            source: excerpt.map(|excerpt| ShownLine {
                file: visible(&excerpt.file),
                line: excerpt.position.line,
                column: excerpt.position.column,
                text: line(&excerpt.text),
            }),
        }
    }
}

/// A line as a terminal shows it; a tab, which every report of Amazon's is full of, as a blank.
fn line(text: &str) -> String {
    visible(&text.replace('\t', " "))
}

/// Start and length of the label in bytes of the visible excerpt.
fn label(excerpt: &Excerpt) -> (usize, usize) {
    let Excerpt { position, text, left_out, .. } = excerpt;
    let chars = || text.chars();
    // What is left out at the start stands for itself as one character.
    let at = position.column.saturating_sub(1 + left_out) + usize::from(*left_out > 0);
    let before: String = chars().take(at).collect();
    let marked: String = chars().skip(at).take(position.length).collect();
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

impl SourceCode for ShownLine {
    fn read_span<'a>(&'a self, _: &SourceSpan, _: usize, _: usize) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let whole = SourceSpan::from((0, self.text.len()));
        // It heads the excerpt, as file:line:column.
        let column = self.column.saturating_sub(1);
        Ok(Box::new(MietteSpanContents::new_named(self.file.clone(), self.text.as_bytes(), whole, self.line - 1, column, 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_shown_around_its_column() {
        let row = format!("{},here,{}", "é,".repeat(400), "x,".repeat(400));
        let place = Place::in_line("a.csv", 7, 802, 4, &row);
        let text = one(&Diagnostic::error(Code::Catalog, "odd").at(place), Style { color: false, width: 100, all: false });
        let lines: Vec<&str> = text.lines().collect();
        assert!(text.contains("[a.csv:7:802]") && lines[2].contains("│ …"), "{text}");
        let column = |line: &str, mark: &str| line.find(mark).map(|at| line[..at].chars().count());
        assert_eq!(column(lines[2], "here"), column(lines[3], "────"), "{text}");
        assert!(lines[2].chars().count() < 320 && lines[2].ends_with('…'), "{text}");
    }

    #[test]
    fn the_particulars_of_a_message_are_not_its_kind() {
        let (one, many) =
            ("1 variant (`A-1`) is held: `inventory` is missing", "12 variants (`B`, `C` …) are held: `x` is missing");
        assert_eq!(words(one), words(many));
        assert_ne!(words(one), words("1 variant (`A-1`) is held: `inventory` is too large"));
    }
}
