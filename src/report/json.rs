//! Results for machines: the object of `preview --format json`.

use serde_json::{Map, Value, json};

use super::result::ResultRow;
use crate::amazon::listings::Listing;
use crate::diagnostic::{Diagnostic, Edit, Fix, Place, Position};
use crate::evaluate::Outcome;
use crate::orders::OrdersSummary;

/// A diagnostic as an object; the key `fix` is there only where a fix is known.
pub fn diagnostic(diagnostic: &Diagnostic) -> Value {
    let place = diagnostic.place.as_ref();
    let position = place.and_then(Place::position);
    let mut object = json!({
        "severity": diagnostic.severity.as_str(),
        "code": diagnostic.code.as_str(),
        "message": diagnostic.message,
        "help": diagnostic.help,
        "file": place.map(Place::file_name),
        "line": position.map(|position| position.line),
        "column": position.map(|position| position.column),
        "length": position.map(|position| position.length),
    });
    if let Some(known) = &diagnostic.fix {
        object["fix"] = fix(known);
    }
    object
}

fn fix(fix: &Fix) -> Value {
    let edit = |edit: &Edit| {
        let Position { line, column, length } = edit.position();
        json!({ "file": edit.source.name(), "line": line, "column": column, "length": length, "text": edit.text })
    };
    json!({ "title": fix.title, "sure": fix.sure, "edits": fix.edits.iter().map(edit).collect::<Vec<_>>() })
}

/// The diagnostics as a list.
pub fn diagnostics(list: &[Diagnostic]) -> Value {
    Value::Array(list.iter().map(diagnostic).collect())
}

/// The number of variants of each outcome.
pub fn summary(counts: &[(Outcome, usize)]) -> Value {
    let entries = counts.iter().map(|(outcome, count)| (outcome.as_str().to_owned(), json!(count)));
    Value::Object(entries.collect::<Map<_, _>>())
}

/// One line of the Result.
pub fn row(row: &ResultRow<'_>) -> Value {
    json!({
        "sku": row.sku,
        "outcome": row.outcome.as_str(),
        "quantity": row.quantity,
        "count": row.count,
        "rule": row.rule,
        "steps": row.steps,
        "amazon": row.amazon,
    })
}

/// How many order lines counted, and since when.
pub fn orders(told: &OrdersSummary) -> Value {
    json!({
        "counted": told.counted,
        "lines": told.lines,
        "as_of": told.as_of.map(|time| time.to_string()),
        "as_of_from": told.from.as_str(),
    })
}

/// The whole Result.
pub fn preview(rows: &[ResultRow<'_>], counts: &[(Outcome, usize)], found: &[Diagnostic]) -> Value {
    json!({
        "variants": rows.iter().map(row).collect::<Vec<_>>(),
        "summary": summary(counts),
        "diagnostics": diagnostics(found),
    })
}

/// The listings that no variant of the catalog has.
pub fn amazon_only(listings: &[&Listing], found: &[Diagnostic]) -> Value {
    let listing = |listing: &&Listing| json!({ "sku": listing.sku, "amazon": listing.quantity, "channel": listing.channel, "asin": listing.asin });
    json!({ "amazon_only": listings.iter().map(listing).collect::<Vec<_>>(), "diagnostics": diagnostics(found) })
}
