//! The result of a run: a row for each offer, as a table and as CSV.

use super::table::{CellLayout, Column};
use crate::amazon::listings::Listing;
use crate::catalog::InventoryMatches;
use crate::evaluate::{Decisions, Outcome, Run};
use crate::ids::{OfferId, RuleId};
use crate::text::{counted, grouped, thousands};

/// What a run comes to for one offer. Counts and quantities are whole units.
#[derive(Debug, Clone)]
pub struct ResultRow<'a> {
    /// The SKU.
    pub sku: &'a str,
    /// What becomes of it.
    pub outcome: Outcome,
    /// The quantity that is sent, where one is.
    pub quantity: Option<i64>,
    /// The source's value as found, which may be negative; `None` where it is missing.
    pub count: Option<i64>,
    /// Where the rule stands that decided the steps, or that switched sync off; `None` where no rule sets steps.
    pub rule: Option<String>,
    /// That rule.
    pub deciding: Option<RuleId>,
    /// The steps as written.
    pub steps: &'a str,
    /// The quantity of the listings report, where it has one.
    pub amazon: Option<i64>,
}

/// The row of an offer.
pub fn row<'a>(run: &Run<'a>, offer: OfferId) -> ResultRow<'a> {
    let (ruleset, decision) = (run.ruleset(), run.decision(offer));
    let deciding = if decision.outcome == Outcome::Off { decision.rules.sync } else { decision.rules.steps };
    ResultRow {
        sku: run.context().sku(offer),
        outcome: decision.outcome,
        quantity: decision.quantity(),
        count: run.count(offer),
        rule: deciding.map(|rule| ruleset.rule_place(rule)),
        deciding,
        steps: run.settings(offer).steps.map_or("level", |steps| steps.text.as_str()),
        amazon: run.context().account.listing(offer).and_then(|listing| listing.quantity),
    }
}

/// How many offers have each outcome, in the order of [`Outcome::ALL`].
pub fn counts(decisions: &Decisions) -> Vec<(Outcome, usize)> {
    let counts = decisions.outcomes();
    Outcome::ALL.iter().map(|&outcome| (outcome, counts[outcome as usize])).collect()
}

/// The outcomes that occur, on one line.
pub fn summary_line(counts: &[(Outcome, usize)]) -> String {
    let total: usize = counts.iter().map(|(_, count)| count).sum();
    let parts: Vec<_> = counts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(outcome, count)| format!("{} {}", thousands(*count), outcome.as_str()))
        .collect();
    let tail = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
    format!("{}{tail}", counted(total, "variant"))
}

/// How variants were joined to inventory exports, on one line.
pub fn matches_line(matches: &InventoryMatches) -> String {
    let InventoryMatches { by_sku, by_options, unmatched, unknown } = *matches;
    let found = format!(
        "joined to the inventory export: {} by SKU, {} by handle and options",
        counted(by_sku, "variant"),
        thousands(by_options)
    );
    let not =
        format!("not joined: {} that cannot be matched, {} that it does not have", thousands(unmatched), thousands(unknown));
    format!("{found}; {not}")
}

/// What changes on Amazon, in words.
fn change(row: &ResultRow<'_>) -> String {
    match (row.quantity, row.amazon) {
        (Some(quantity), Some(amazon)) if quantity == amazon => "=".to_owned(),
        (Some(quantity), Some(amazon)) => format!("{} → {}", grouped(amazon), grouped(quantity)),
        (Some(_), None) => String::new(),
        // What is not sent leaves on Amazon what is there.
        (None, Some(amazon)) => format!("{}, stays {}", row.outcome.as_str(), grouped(amazon)),
        (None, None) => row.outcome.as_str().to_owned(),
    }
}

/// The columns of the table.
pub const COLUMNS: [Column; 6] = [
    Column { head: "SKU", cells: CellLayout::Whole, gives_way: None },
    Column { head: "Shopify count", cells: CellLayout::Number, gives_way: None },
    Column { head: "rule", cells: CellLayout::Whole, gives_way: Some(1) },
    Column { head: "steps", cells: CellLayout::Words, gives_way: Some(2) },
    Column { head: "quantity", cells: CellLayout::Number, gives_way: None },
    Column { head: "on Amazon", cells: CellLayout::Whole, gives_way: None },
];

/// The cells of a row.
pub fn cells(row: &ResultRow<'_>) -> Vec<String> {
    let number = |value: Option<i64>| value.map_or_else(|| "–".to_owned(), grouped);
    vec![
        row.sku.to_owned(),
        number(row.count),
        row.rule.as_deref().unwrap_or("–").to_owned(),
        row.steps.to_owned(),
        number(row.quantity),
        change(row),
    ]
}

/// The columns of the table of what only Amazon has.
pub const AMAZON_ONLY: [Column; 4] = [
    Column { head: "SKU", cells: CellLayout::Whole, gives_way: None },
    Column { head: "on Amazon", cells: CellLayout::Number, gives_way: None },
    Column { head: "fulfilled by", cells: CellLayout::Whole, gives_way: Some(2) },
    Column { head: "ASIN", cells: CellLayout::Whole, gives_way: Some(1) },
];

/// The cells of a listing that no variant of the catalog has.
pub fn amazon_only_cells(listing: &Listing) -> Vec<String> {
    let quantity = listing.quantity.map_or_else(|| "–".to_owned(), grouped);
    vec![listing.sku.clone(), quantity, listing.channel.as_deref().unwrap_or("–").to_owned(), listing.asin.clone()]
}

/// The rows as CSV.
pub fn csv(rows: &[ResultRow<'_>]) -> String {
    let mut writer = csv::Writer::from_writer(vec![]);
    let number = |value: Option<i64>| value.map_or_else(String::new, |value| value.to_string());
    // Writing to memory cannot fail.
    let _ = writer.write_record(["sku", "outcome", "quantity", "count", "rule", "steps", "amazon"]);
    for row in rows {
        let rule = row.rule.as_deref().unwrap_or("");
        let (quantity, count, amazon) = (number(row.quantity), number(row.count), number(row.amazon));
        let _ = writer.write_record([row.sku, row.outcome.as_str(), &quantity, &count, rule, row.steps, &amazon]);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// The listings that no variant of the catalog has, as CSV.
pub fn amazon_only_csv(listings: &[&Listing]) -> String {
    let mut writer = csv::Writer::from_writer(vec![]);
    // Writing to memory cannot fail.
    let _ = writer.write_record(["sku", "amazon", "channel", "asin"]);
    for listing in listings {
        let quantity = listing.quantity.map_or_else(String::new, |quantity| quantity.to_string());
        let _ = writer.write_record([&listing.sku, &quantity, listing.channel.as_deref().unwrap_or(""), &listing.asin]);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}
