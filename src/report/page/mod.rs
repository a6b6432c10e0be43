//! The Result as one page for a browser, everything in it: for people who would rather look than read.

use serde_json::{Value, json};

use super::result::ResultRow;
use crate::evaluate::Outcome;
use crate::ids::RuleId;
use crate::resolve::checked::Ruleset;
use crate::text::visible;

/// A line of the page.
pub struct PageLine<'a> {
    /// The line of the Result.
    pub row: ResultRow<'a>,
    /// The product's title and the variant's options.
    pub title: String,
    /// How the quantity comes about.
    pub story: String,
}

/// The page. `about` says in a line what is shown.
pub fn html(lines: &[PageLine<'_>], ruleset: &Ruleset, about: &str) -> String {
    let mut steps: Vec<&str> = lines.iter().map(|line| line.row.steps).collect();
    steps.sort_unstable();
    steps.dedup();
    let rows: Vec<Value> = lines
        .iter()
        .map(|PageLine { row, title, story }| {
            let outcome = Outcome::ALL.iter().position(|outcome| *outcome == row.outcome);
            let steps = steps.binary_search(&row.steps).ok();
            json!([
                visible(row.sku),
                visible(title),
                row.count,
                row.deciding.map(RuleId::index),
                steps,
                row.quantity,
                row.amazon,
                outcome,
                story
            ])
        })
        .collect();
    let rules: Vec<Value> = (ruleset.ids().zip(&ruleset.rules))
        .map(|(id, rule)| json!({ "place": visible(&ruleset.rule_place(id)), "text": visible(&ruleset.text(rule.at)) }))
        .collect();
    let data = json!({
        "about": visible(about),
        "outcomes": Outcome::ALL.map(Outcome::as_str),
        "steps": steps.iter().map(|steps| visible(steps)).collect::<Vec<_>>(),
        "rules": rules,
        "rows": rows,
    });
    // Inside a script element, only `<` could end it.
    let data = data.to_string().replace('<', "\\u003c");
    let mut page = String::with_capacity(data.len() + 40_000);
    let mut rest = include_str!("page.html");
    for (mark, part) in [("/*CSS*/", include_str!("page.css")), ("/*DATA*/", &data), ("/*JS*/", include_str!("page.js"))] {
        let (before, after) = rest.split_once(mark).unwrap_or((rest, ""));
        page.push_str(before);
        page.push_str(part);
        rest = after;
    }
    page + rest
}
