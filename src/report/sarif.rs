//! Diagnostics as a SARIF 2.1.0 log, which code scanning takes.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_sarif::sarif::{
    ArtifactChange, ArtifactContent, ArtifactLocation, Fix as SarifFix, Location, Message, MultiformatMessageString,
    PhysicalLocation, Region, Replacement, ReportingDescriptor, Result as SarifResult, ResultColumnKind, ResultLevel, Run, Sarif,
    Tool, ToolComponent,
};

use super::codes;
use crate::diagnostic::{Diagnostic, Edit, Fix, Place, Position, Severity};

/// The characters of a path that a URI cannot hold as they are.
const IN_PATHS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'\\')
    .add(b':');

/// The log. `path` gives a file's path in the repository; what has no place of its own is told of the `project` file, since
/// GitHub takes no result without one.
pub fn log(diagnostics: &[Diagnostic], project: &str, path: &dyn Fn(&str) -> String) -> String {
    let mut explanations = codes::all();
    explanations.retain(|each| diagnostics.iter().any(|diagnostic| diagnostic.code.as_str() == each.code));
    let rules: Vec<ReportingDescriptor> = explanations
        .iter()
        .map(|each| {
            let text = |text: &str| MultiformatMessageString::builder().text(text).build();
            ReportingDescriptor::builder()
                .id(each.code.as_str())
                .full_description(text(&each.means))
                .help(text(&each.mend))
                .build()
        })
        .collect();
    let results: Vec<SarifResult> = diagnostics.iter().map(|diagnostic| result(diagnostic, project, path)).collect();
    let driver = ToolComponent::builder().name("stockrule").version(env!("CARGO_PKG_VERSION")).rules(rules).build();
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .results(results)
        .column_kind(serde_json::to_value(ResultColumnKind::UnicodeCodePoints).unwrap_or_default())
        .build();
    let log = Sarif::builder()
        .schema("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
        .version(serde_json::json!("2.1.0"))
        .runs(vec![run])
        .build();
    // Plain data: it cannot fail to be written.
    serde_json::to_string_pretty(&log).unwrap_or_default() + "\n"
}

fn result(diagnostic: &Diagnostic, project: &str, path: &dyn Fn(&str) -> String) -> SarifResult {
    let level = match diagnostic.severity {
        Severity::Error => ResultLevel::Error,
        Severity::Warning => ResultLevel::Warning,
    };
    let help = diagnostic.help.as_ref().map_or_else(String::new, |help| format!("\n{help}"));
    let message = Message::builder().text(format!("{}{help}", diagnostic.message)).build();
    let whole = Place::file(project);
    let locations = vec![location(diagnostic.place.as_ref().unwrap_or(&whole), None, path)];
    let related: Vec<Location> = diagnostic.related.iter().map(|label| location(&label.place, Some(&label.text), path)).collect();
    let result = SarifResult::builder()
        .rule_id(diagnostic.code.as_str())
        .level(level)
        .message(message)
        .locations(locations)
        .related_locations(related);
    match &diagnostic.fix {
        Some(known) => result.fixes(vec![fix(known, path)]).build(),
        None => result.build(),
    }
}

/// A fix; the format has no word for whether it is sure, so that the title says so where it is not.
fn fix(fix: &Fix, path: &dyn Fn(&str) -> String) -> SarifFix {
    let changes = fix.edits.chunk_by(|a, b| a.source == b.source).map(|edits| {
        let file = edits.first().map_or("", |edit| edit.source.name());
        let file = ArtifactLocation::builder().uri(uri(file, path)).build();
        ArtifactChange::builder().artifact_location(file).replacements(edits.iter().map(replacement).collect::<Vec<_>>()).build()
    });
    let title = if fix.sure { fix.title.clone() } else { format!("{} (if that is what was meant)", fix.title) };
    SarifFix::builder().description(Message::builder().text(title).build()).artifact_changes(changes.collect::<Vec<_>>()).build()
}

fn replacement(edit: &Edit) -> Replacement {
    let (start, (line, column)) = (edit.position(), edit.end());
    let region = Region::builder().start_line(number(start.line)).start_column(number(start.column));
    let region = region.end_line(number(line)).end_column(number(column)).build();
    let text = ArtifactContent::builder().text(edit.text.as_str()).build();
    Replacement::builder().deleted_region(region).inserted_content(text).build()
}

fn uri(file: &str, path: &dyn Fn(&str) -> String) -> String {
    utf8_percent_encode(&path(file), IN_PATHS).to_string()
}

fn number(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn location(place: &Place, why: Option<&String>, path: &dyn Fn(&str) -> String) -> Location {
    let artifact = ArtifactLocation::builder().uri(uri(place.file_name(), path)).build();
    let physical = if let Some(Position { line, column, length }) = place.position() {
        let (line, column) = (number(line), number(column));
        let region = Region::builder().start_line(line).start_column(column).end_column(column + number(length)).build();
        PhysicalLocation::builder().artifact_location(artifact).region(region).build()
    } else {
        PhysicalLocation::builder().artifact_location(artifact).build()
    };
    let location = Location::builder().physical_location(physical);
    match why {
        Some(why) => location.message(Message::builder().text(why.as_str()).build()).build(),
        None => location.build(),
    }
}
