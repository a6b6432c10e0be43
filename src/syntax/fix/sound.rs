//! Whether a statement that is to be shown could be typed in: what the grammar takes, but no catalog, is never advised.

use pest::Parser;
use pest::iterators::Pair;
use rust_decimal::Decimal;

use super::super::grammar::{Rule, StatementParser};
use super::known_fields::{YES_NO, is_numeric};
use super::phrases::FIELDS;

/// Whether the grammar takes a text, its fields may exist, and its numbers are in their ranges.
pub fn is_sound(rule: Rule, text: &str) -> bool {
    StatementParser::parse(rule, text).is_ok_and(|pairs| pairs.flatten().all(|pair| is_sound_part(&pair)))
}

fn is_sound_part(pair: &Pair<'_, Rule>) -> bool {
    let decimal = |text: &str| Decimal::from_str_exact(text.trim_matches('"')).ok();
    match pair.as_rule() {
        Rule::percent => decimal(pair.as_str().trim_end_matches('%'))
            .is_some_and(|percent| percent >= Decimal::ZERO && percent <= Decimal::ONE_HUNDRED),
        Rule::fixed | Rule::buffer | Rule::max | Rule::share | Rule::pack | Rule::cutoff => {
            let has_percent = pair.clone().into_inner().any(|inner| inner.as_rule() == Rule::percent);
            !pair.clone().into_inner().flatten().any(|inner| inner.as_rule() == Rule::number && inner.as_str().starts_with('-'))
                && (pair.as_rule() != Rule::share || has_percent)
        }
        Rule::unknown_step => false,
        // A name alone may be a group's.
        Rule::flag => !is_known(pair.as_str()) || YES_NO.contains(&pair.as_str()),
        Rule::has | Rule::sum => fields(pair).all(|field| is_known(field) || field.contains('.')),
        Rule::comparison => {
            let Some(field) = fields(pair).next() else { return true };
            let has_order = is_numeric(field) || field == "today" || field.contains('.') && !field.starts_with("option.");
            let is_ordered = pair.clone().into_inner().flatten().any(|inner| {
                matches!(inner.as_rule(), Rule::less | Rule::less_equal | Rule::greater | Rule::greater_equal | Rule::range)
            });
            let is_pattern = pair.clone().into_inner().any(|inner| matches!(inner.as_rule(), Rule::like | Rule::matches));
            let mut values = pair.clone().into_inner().flatten().filter(|inner| inner.as_rule() == Rule::value);
            (is_known(field) || field.contains('.'))
                && (has_order || !is_ordered)
                && !(is_pattern && (is_numeric(field) || field == "today"))
                && !YES_NO.contains(&field)
                && (!is_numeric(field) || values.all(|value| decimal(value.as_str()).is_some()))
        }
        _ => true,
    }
}

fn is_known(field: &str) -> bool {
    FIELDS.iter().any(|(known, _)| *known == field)
}

fn fields<'a>(pair: &Pair<'a, Rule>) -> impl Iterator<Item = &'a str> {
    let inner = pair.clone().into_inner();
    inner.flatten().filter(|inner| inner.as_rule() == Rule::field).map(|field| field.as_str())
}
