//! Ideas for first rules, from what a catalog holds. Each is tried on the catalog before it is offered.

use std::sync::Arc;

use foldhash::HashMap;

use crate::catalog::FieldColumn;
use crate::evaluate::{CompiledFilter, Decisions};
use crate::fields::Field;
use crate::project::{PreparedRun, Settings};
use crate::resolve::resolve_filter;
use crate::source::{Source, Span};
use crate::syntax::tree::ValueNode;
use crate::syntax::{parse, parse_filter, print};
use crate::text::is_hidden;

/// What stands above the ideas: everything as Shopify has it.
pub const FIRST: &str = "all: level";

/// How many values of a field are tried.
const TRIED: usize = 10;

/// Rules that match some but not all variants, and send no more than Shopify has.
pub fn ideas(prepared: &PreparedRun, settings: &Settings) -> Vec<String> {
    let catalog = &prepared.inputs.catalog;
    let values = |field: Field, rule: &'static str| {
        let name = field.row().map_or("", |row| row.name);
        let (codes, dictionary) = match catalog.fields.get(field) {
            Some(FieldColumn::Text(column, _)) => (commonest(column.codes.iter().copied()), &column.dictionary),
            Some(FieldColumn::List(column)) => (commonest(column.all_codes().iter().copied()), &column.dictionary),
            _ => return (vec![], rule),
        };
        (codes.into_iter().map(|code| format!("{name}={}", quoted(dictionary.text(code)))).collect(), rule)
    };
    let groups = [
        values(Field::Tag, "buffer 2; max 7"),
        values(Field::Vendor, "share 50%"),
        values(Field::Type, "max 20"),
        (vec!["status in (draft, archived)".to_owned()], "fixed 0"),
        ([10, 20, 50, 100].map(|price| format!("price < {price}")).to_vec(), "cutoff 3"),
    ];
    let usual = decisions(prepared, settings, &format!("{FIRST}\n"));
    let Some(usual) = usual else { return vec![] };
    let mut ideas = vec![];
    for (filters, steps) in groups {
        // A line end in a value would end the comment that an idea stands in.
        let filters = filters.into_iter().filter(|filter| !filter.contains(is_hidden));
        let rules = filters.map(|filter| (format!("where {filter}: {steps}"), filter));
        let mut good =
            rules.filter(|(rule, filter)| matches_some(prepared, filter) && sends_no_more(prepared, settings, rule, &usual));
        ideas.extend(good.next().map(|(rule, _)| rule));
    }
    ideas
}

/// The codes that occur most often, blank cells aside.
fn commonest(codes: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut counts: HashMap<u32, usize> = HashMap::default();
    // Code 0 is the blank text.
    codes.filter(|&code| code != 0).for_each(|code| *counts.entry(code).or_default() += 1);
    let mut codes: Vec<(usize, u32)> = counts.into_iter().map(|(code, count)| (count, code)).collect();
    codes.sort_unstable_by_key(|&(count, code)| (std::cmp::Reverse(count), code));
    codes.into_iter().take(TRIED).map(|(_, code)| code).collect()
}

/// Whether a filter is true of some variants, but not of all.
fn matches_some(prepared: &PreparedRun, filter: &str) -> bool {
    let source = Arc::new(Source::new("an idea", filter));
    let Ok(filter) = parse_filter(&source) else { return false };
    let Ok(condition) = resolve_filter(&source, &filter, &prepared.ruleset, &prepared.inputs.catalog.schema) else {
        return false;
    };
    let filter = CompiledFilter::new(&condition, &prepared.ruleset, prepared.context());
    let offers = prepared.context().account.offers;
    let matched = offers.iter().filter(|offer| filter.holds(*offer)).count();
    matched > 0 && matched < offers.len()
}

/// Whether a rule below the first one sends no more than that does, and sends whatever that does.
fn sends_no_more(prepared: &PreparedRun, settings: &Settings, rule: &str, usual: &Decisions) -> bool {
    decisions(prepared, settings, &format!("{FIRST}\n{rule}\n")).is_some_and(|with| {
        with.iter().zip(usual.iter()).all(|(with, usual)| match (with.quantity(), usual.quantity()) {
            (Some(with), Some(usual)) => with <= usual,
            (Some(with), None) => with == 0,
            (None, usual) => usual.is_none(),
        })
    })
}

/// What rules decide; `None` where they cannot be used.
fn decisions(prepared: &PreparedRun, settings: &Settings, rules: &str) -> Option<Arc<Decisions>> {
    let (tree, problems) = parse(Arc::new(Source::new("an idea", rules)));
    let ruled = prepared.with_rules(settings, &[tree]);
    (problems.is_empty() && ruled.diagnostics.is_empty()).then(|| ruled.decide())
}

/// A value as a rule writes it.
fn quoted(text: &str) -> String {
    print::value(&ValueNode { span: Span::new(0, 0), text: text.to_owned(), quoted: false })
}
