//! Whether a filter is true of a row.

use std::cell::RefCell;
use std::collections::HashMap;

use regex::Regex;
use rust_decimal::Decimal;
use unicode_normalization::UnicodeNormalization;

use super::rules::Filter;
use super::{Row, amounts};

/// How a field's values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, with case.
    Exact,
    /// Text, without case.
    Text,
    /// A decimal number.
    Decimal,
    /// A whole number.
    Count,
    /// Yes or no.
    YesNo,
    /// Text or number, as it is used.
    ByUse,
    /// A day.
    Date,
}

/// The kind of a field.
pub fn kind(field: &[String]) -> Kind {
    match words(field) {
        ("sku" | "barcode" | "handle", None) => Kind::Exact,
        ("price" | "compare_at_price" | "cost" | "weight", None) | ("amazon", Some("price")) => Kind::Decimal,
        ("inventory", None) | ("location", Some(_)) | ("amazon", Some("quantity")) => Kind::Count,
        ("tracked" | "published" | "gift_card", None) | ("amazon", Some("listed")) => Kind::YesNo,
        ("today", None) => Kind::Date,
        (_, None) | ("option" | "amazon", Some(_)) => Kind::Text,
        _ => Kind::ByUse,
    }
}

/// The first part of a field's name, and all that follows it.
pub fn words(field: &[String]) -> (&str, Option<&str>) {
    (&field[0], field.get(1).map(String::as_str))
}

/// The name of a metafield, with a dot before its key.
fn metafield(field: &[String]) -> String {
    field.strip_prefix(&["metafield".to_owned()]).unwrap_or(field).join(".")
}

/// The texts of a field, those that are not blank.
pub fn texts<'a>(field: &[String], row: Row<'a>) -> Vec<&'a str> {
    let Row { variant, listing, .. } = row;
    let named = |all: &'a [(String, Vec<String>)], name: &str, same: fn(&str, &str) -> bool| -> Vec<&'a str> {
        all.iter().filter(|(known, _)| same(known, name)).flat_map(|(_, values)| values).map(String::as_str).collect()
    };
    let mut found: Vec<&str> = match words(field) {
        ("sku", None) => vec![&variant.sku],
        ("barcode", None) => vec![&variant.barcode],
        ("handle", None) => vec![&variant.handle],
        ("title", None) => vec![&variant.title],
        ("vendor", None) => vec![&variant.vendor],
        ("type", None) => vec![&variant.product_type],
        ("category", None) => vec![&variant.category],
        ("status", None) => vec![&variant.status],
        ("policy", None) => vec![&variant.policy],
        ("fulfillment", None) => vec![&variant.fulfillment],
        ("marketplace", None) => vec![row.marketplace],
        ("tag", None) => variant.tags.iter().map(String::as_str).collect(),
        ("collection", None) => variant.collections.iter().map(String::as_str).collect(),
        ("option", Some(name)) => {
            let own = variant.options.iter().find(|(known, _)| same_text(known, name));
            own.map(|(_, value)| value.as_str()).into_iter().collect()
        }
        ("amazon", Some("asin")) => listing.map(|listing| listing.asin.as_str()).into_iter().collect(),
        ("amazon", Some("status")) => listing.map(|listing| listing.status.as_str()).into_iter().collect(),
        ("amazon", Some("channel")) => listing.and_then(|listing| listing.channel.as_deref()).into_iter().collect(),
        ("column", Some(header)) => named(&variant.columns, header, same_text),
        _ => named(&variant.metafields, &metafield(field), |known, name| known == name),
    };
    found.retain(|text| !text.trim().is_empty());
    found
}

/// The decimal numbers of a field.
pub fn numbers(field: &[String], row: Row<'_>) -> Vec<Decimal> {
    let Row { variant, listing, .. } = row;
    let text = match words(field) {
        ("price", None) => &variant.price,
        ("compare_at_price", None) => &variant.compare_at_price,
        ("cost", None) => &variant.cost,
        ("weight", None) => &variant.weight,
        ("amazon", Some("price")) => listing.map_or("", |listing| &listing.price),
        _ if kind(field) == Kind::Count => return amounts::whole(field, row).map(Decimal::from).into_iter().collect(),
        _ => return texts(field, row).into_iter().filter_map(decimal).collect(),
    };
    decimal(text).into_iter().collect()
}

/// A decimal number: digits, a point and digits, with a sign before them.
pub fn decimal(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let plain = text.chars().all(|c| matches!(c, '0'..='9' | '.' | '-' | '+'));
    if plain && text.chars().any(|c| c.is_ascii_digit()) { Decimal::from_str_exact(text).ok() } else { None }
}

/// A text with its accents put together: normalization form C.
pub fn composed(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { text.nfc().collect() }
}

/// Whether two texts are equal where case does not count.
pub fn same_text(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim(), b.trim());
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    a == b || folded(a) == folded(b)
}

/// A text of which nothing is left that does not count. It takes long to find out, and few texts are asked for.
fn folded(text: &str) -> String {
    thread_local!(static KNOWN: RefCell<HashMap<String, String>> = RefCell::default());
    KNOWN.with_borrow_mut(|known| match known.get(text) {
        Some(folded) => folded.clone(),
        None => {
            let folded = caseless::default_case_fold_str(&composed(text));
            known.insert(text.to_owned(), folded.clone());
            folded
        }
    })
}

/// Whether two texts are equal where it does.
pub fn exactly_same(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim(), b.trim());
    a == b || composed(a) == composed(b)
}

/// Whether a text is what a pattern with `*` and `?` describes, from end to end.
pub fn is_like(pattern: &str, text: &str, exact: bool) -> bool {
    let chars = |text: &str| composed(text).chars().collect::<Vec<char>>();
    let (pattern, text) = (chars(pattern), chars(text));
    // Of each end of the text before, whether the pattern so far describes the text up to there.
    let mut ends = vec![false; text.len() + 1];
    ends[0] = true;
    for wanted in pattern {
        let mut next = vec![false; text.len() + 1];
        for at in 0..=text.len() {
            next[at] = match wanted {
                '*' => ends[..=at].contains(&true),
                _ if at == 0 || !ends[at - 1] => false,
                '?' => true,
                letter => letter == text[at - 1] || !exact && is_same_letter(letter, text[at - 1]),
            };
        }
        ends = next;
    }
    ends[text.len()]
}

/// Whether two characters are one but for their case.
fn is_same_letter(a: char, b: char) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(&b);
    }
    // It takes long to find out, and few letters are asked for.
    thread_local!(static KNOWN: RefCell<HashMap<(char, char), bool>> = RefCell::default());
    let find_out = || {
        let letter = Regex::new(&format!("(?i)\\A\\x{{{:x}}}\\z", u32::from(a)));
        letter.is_ok_and(|letter| letter.is_match(&b.to_string()))
    };
    KNOWN.with_borrow_mut(|known| *known.entry((a, b)).or_insert_with(find_out))
}

/// Whether a filter is true. `groups` says it of each group that is declared before.
pub fn holds(filter: &Filter, groups: &HashMap<&str, bool>, row: Row<'_>) -> bool {
    match filter {
        Filter::Any(parts) => parts.iter().any(|part| holds(part, groups, row)),
        Filter::All(parts) => parts.iter().all(|part| holds(part, groups, row)),
        Filter::Not(inner) => !holds(inner, groups, row),
        Filter::Flag(field) => match groups.get(field[0].as_str()).filter(|_| field.len() == 1) {
            Some(holds) => *holds,
            None => is_yes(field, row),
        },
        Filter::Compare(field, "!=", value) => !equals(field, value, row),
        Filter::Compare(field, "=", value) => equals(field, value, row),
        Filter::Compare(field, operator, value) => compares(field, operator, value, row),
        Filter::OneOf(field, values) => values.iter().any(|value| equals(field, value, row)),
        Filter::Range(field, low, high) => lies_within(field, low, high, row),
        Filter::Like(field, pattern) => texts(field, row).iter().any(|text| is_like(pattern, text, kind(field) == Kind::Exact)),
        Filter::Matches(field, _, regex) => texts(field, row).iter().any(|text| regex.is_match(&composed(text))),
        Filter::Has(field) => match kind(field) {
            Kind::YesNo | Kind::Date => true,
            Kind::Decimal | Kind::Count => !numbers(field, row).is_empty(),
            _ => !texts(field, row).is_empty(),
        },
    }
}

fn is_yes(field: &[String], row: Row<'_>) -> bool {
    match words(field) {
        ("tracked", None) => row.variant.is_tracked,
        ("published", None) => row.variant.is_published,
        ("gift_card", None) => row.variant.is_gift_card,
        ("amazon", Some("listed")) => row.listing.is_some(),
        // Anything else is an error of the rules, and is never asked for.
        _ => false,
    }
}

fn equals(field: &[String], value: &str, row: Row<'_>) -> bool {
    match kind(field) {
        Kind::Exact => texts(field, row).iter().any(|text| exactly_same(text, value)),
        Kind::Text | Kind::ByUse => texts(field, row).iter().any(|text| same_text(text, value)),
        // Days written as year, month and day stand in the order of their texts.
        Kind::Date => row.today == value.trim(),
        _ => numbers(field, row).iter().any(|number| decimal(value) == Some(*number)),
    }
}

fn compares(field: &[String], operator: &str, value: &str, row: Row<'_>) -> bool {
    if kind(field) == Kind::Date {
        return is_in_order(row.today, operator, value.trim());
    }
    let Some(value) = decimal(value) else { return false };
    numbers(field, row).into_iter().any(|number| is_in_order(number, operator, value))
}

fn lies_within(field: &[String], low: &str, high: &str, row: Row<'_>) -> bool {
    if kind(field) == Kind::Date {
        return is_in_order(row.today, ">=", low.trim()) && is_in_order(row.today, "<=", high.trim());
    }
    let (Some(low), Some(high)) = (decimal(low), decimal(high)) else { return false };
    numbers(field, row).into_iter().any(|number| low <= number && number <= high)
}

fn is_in_order<T: PartialOrd>(a: T, operator: &str, b: T) -> bool {
    match operator {
        "<" => a < b,
        "<=" => a <= b,
        ">" => a > b,
        ">=" => a >= b,
        _ => unreachable!("`{operator}` does not order"),
    }
}
