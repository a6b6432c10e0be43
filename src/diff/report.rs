//! A diff for people, for programs, and for the comment under a pull request.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::{Change, ChangeCounts, Difference, RulesDiff, Side};
use crate::diagnostic::Diagnostic;
use crate::report::json::diagnostics;
use crate::report::table::{CellLayout, Column};
use crate::text::{counted, grouped, thousands, visible};

/// A comment on GitHub may have 65,536 characters: the rows end before that.
const COMMENT: usize = 60_000;

/// What becomes of a variant, in a word: its quantity, or its outcome.
fn word(side: &Side) -> String {
    side.quantity.map_or_else(|| side.outcome.as_str().to_owned(), grouped)
}

/// Where the rule stands, or that there is none.
fn rule(side: &Side) -> &str {
    side.rule.as_deref().unwrap_or("no rule")
}

fn sums_in_words(sums: &ChangeCounts) -> String {
    let parts = Change::ALL.iter().zip(sums).filter(|(_, count)| **count > 0);
    parts.map(|(change, count)| format!("{} {}", thousands(*count), change.as_str())).collect::<Vec<_>>().join(", ")
}

fn headline(diff: &RulesDiff<'_>) -> String {
    let of = counted(diff.variants, "variant");
    match diff.differences.len() {
        0 => format!("no quantity changes ({of})"),
        1 => format!("1 of {of} changes: {}", sums_in_words(&diff.total)),
        changed => format!("{} of {of} change: {}", thousands(changed), sums_in_words(&diff.total)),
    }
}

/// The columns of the table.
pub const COLUMNS: [Column; 6] = [
    Column { head: "SKU", cells: CellLayout::Whole, gives_way: None },
    Column { head: "before", cells: CellLayout::Number, gives_way: None },
    Column { head: "after", cells: CellLayout::Number, gives_way: None },
    Column { head: "change", cells: CellLayout::Whole, gives_way: Some(3) },
    Column { head: "rule before", cells: CellLayout::Whole, gives_way: Some(1) },
    Column { head: "rule after", cells: CellLayout::Whole, gives_way: Some(2) },
];

/// The cells of a variant of which something changes.
pub fn cells(each: &Difference<'_>) -> Vec<String> {
    let (before, after) = (&each.before, &each.after);
    let change = each.change.as_str().to_owned();
    vec![each.sku.to_owned(), word(before), word(after), change, rule(before).to_owned(), rule(after).to_owned()]
}

/// What stands below the table: the sums by rule, and a last line that sums up.
pub fn sums(diff: &RulesDiff<'_>) -> String {
    let mut out = String::new();
    if !diff.rules.is_empty() {
        out.push('\n');
    }
    for (rule, sums) in &diff.rules {
        let (place, text) = rule.as_ref().map_or(("no rule", ""), |(place, text)| (place.as_str(), text.as_str()));
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(out, "{}", format!("{}  {}", visible(place), visible(text)).trim_end());
        let _ = writeln!(out, "    {}", sums_in_words(sums));
    }
    if !diff.rules.is_empty() {
        out.push('\n');
    }
    let _ = writeln!(out, "{}", headline(diff));
    out
}

/// A line a SKU.
pub fn csv(diff: &RulesDiff<'_>) -> String {
    let mut writer = csv::Writer::from_writer(vec![]);
    let header =
        ["sku", "change", "outcome_before", "quantity_before", "rule_before", "outcome_after", "quantity_after", "rule_after"];
    // Writing to memory cannot fail.
    let _ = writer.write_record(header);
    for each in &diff.differences {
        let quantity = |side: &Side| side.quantity.map_or_else(String::new, |quantity| quantity.to_string());
        let (before, after) = (&each.before, &each.after);
        let _ = writer.write_record([
            each.sku,
            each.change.as_str(),
            before.outcome.as_str(),
            &quantity(before),
            before.rule.as_deref().unwrap_or(""),
            after.outcome.as_str(),
            &quantity(after),
            after.rule.as_deref().unwrap_or(""),
        ]);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// One object.
pub fn json(diff: &RulesDiff<'_>, found: &[Diagnostic]) -> Value {
    let side = |side: &Side| json!({ "outcome": side.outcome.as_str(), "quantity": side.quantity, "rule": side.rule });
    let sums = |sums: &ChangeCounts| -> Value {
        let entries = Change::ALL.iter().zip(sums).map(|(change, count)| (change.as_str().to_owned(), json!(count)));
        Value::Object(entries.collect::<Map<_, _>>())
    };
    let difference = |each: &Difference<'_>| json!({ "sku": each.sku, "change": each.change.as_str(), "before": side(&each.before), "after": side(&each.after) });
    let rules = diff.rules.iter().map(|(rule, counts)| {
        let (place, text) = rule.as_ref().map_or((None, None), |(place, text)| (Some(place), Some(text)));
        json!({ "rule": place, "text": text, "changes": sums(counts) })
    });
    json!({
        "differences": diff.differences.iter().map(difference).collect::<Vec<_>>(),
        "rules": rules.collect::<Vec<_>>(),
        "summary": sums(&diff.total),
        "variants": diff.variants,
        "diagnostics": diagnostics(found),
    })
}

/// A comment: what changes in a line, sums by rule, and the SKUs to be unfolded.
pub fn markdown(diff: &RulesDiff<'_>, against: &str) -> String {
    let mut out = format!("### Amazon quantities against {}\n\n**{}**\n", code(against), headline(diff));
    if diff.differences.is_empty() {
        return out;
    }
    let kinds: Vec<Change> =
        Change::ALL.into_iter().zip(diff.total).filter(|(_, count)| *count > 0).map(|(change, _)| change).collect();
    let heads: Vec<_> = kinds.iter().map(|change| change.as_str()).collect();
    let _ = writeln!(out, "\n| rule | {} |\n|---|{}", heads.join(" | "), "--:|".repeat(heads.len()));
    for (index, (rule, sums)) in diff.rules.iter().enumerate() {
        if out.len() > COMMENT / 2 {
            let _ = writeln!(out, "| … and {} |", counted(diff.rules.len() - index, "more rule"));
            break;
        }
        let name = rule.as_ref().map_or_else(|| "no rule".to_owned(), |(place, text)| format!("{} {}", code(place), code(text)));
        let counts: Vec<_> = kinds.iter().map(|change| thousands(sums[*change as usize])).collect();
        let _ = writeln!(out, "| {name} | {} |", counts.join(" | "));
    }
    let _ = write!(
        out,
        "\n<details><summary>{}</summary>\n\n| SKU | before | after | change | rule before | rule after |\n|---|--:|--:|---|---|---|\n",
        counted(diff.differences.len(), "SKU")
    );
    for (index, each) in diff.differences.iter().enumerate() {
        let (before, after) = (word(&each.before), word(&each.after));
        let (from, to) = (code(rule(&each.before)), code(rule(&each.after)));
        let row = format!("| {} | {before} | {after} | {} | {from} | {to} |\n", code(each.sku), each.change.as_str());
        if out.len() + row.len() > COMMENT {
            let _ = writeln!(out, "\n… and {}: `stockrule diff` shows all", counted(diff.differences.len() - index, "more SKU"));
            break;
        }
        out.push_str(&row);
    }
    out.push_str("\n</details>\n");
    out
}

/// A text that Markdown leaves as it is, also inside a table.
fn code(text: &str) -> String {
    const LONGEST: usize = 200;
    let text = visible(text);
    let text = match text.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text,
    };
    if text.contains('|') {
        // A bar ends the cell even in code, and so it does behind a backslash behind a backslash: entities stand for all marks.
        let entity = |c: char| if c.is_ascii_punctuation() { format!("&#{};", u32::from(c)) } else { c.to_string() };
        return format!("<code>{}</code>", text.chars().map(entity).collect::<String>());
    }
    let fence = "`".repeat(1 + text.split(|c| c != '`').map(str::len).max().unwrap_or(0));
    let blank = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{blank}{text}{blank}{fence}")
}
