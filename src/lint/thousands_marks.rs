//! `catalog-oddity`: numbers of custom fields that may be one or a thousand, which an `else` would silently replace.

use super::findings::Sample;
use crate::catalog::columns::OverrideColumn;
use crate::diagnostic::{Code, Diagnostic};
use crate::evaluate::Run;
use crate::fields::Field;
use crate::number;
use crate::resolve::checked::{Amount, At, Ruleset, Term};

/// How many such values a warning shows.
const VALUES: usize = 3;

/// Warns of metafields and columns that an amount reads, whose values are written with a mark between thousands: they count as
/// missing, and what stands behind `else` is used. One warning a field, where the rules first read it. Without an `else` the
/// offer is held, and `held` warns of it.
pub fn warn(run: &Run<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let ruleset = run.ruleset();
    let mut fields: Vec<(Field, At)> = vec![];
    for amount in amounts(ruleset) {
        let Some((_, with_else)) = amount.alternatives.split_last() else { continue };
        for (_, term) in with_else.iter().flat_map(|sum| &sum.terms) {
            if let Term::Field(field, at) = term
                && !fields.iter().any(|(known, _)| known == field)
            {
                fields.push((*field, *at));
            }
        }
    }
    diagnostics.extend(fields.into_iter().filter_map(|(field, at)| warning(run, field, at)));
}

fn amounts(ruleset: &Ruleset) -> impl Iterator<Item = &Amount> {
    ruleset.rules.iter().flat_map(|rule| {
        let steps = rule.steps.iter().flat_map(|steps| steps.effective());
        rule.source.iter().chain(steps.filter_map(|step| step.kind.amount()))
    })
}

fn column<'a>(run: &Run<'a>, field: Field) -> Option<&'a OverrideColumn> {
    let catalog = run.context().shop.catalog;
    match field {
        Field::Metafield(index) => catalog.metafields.get(index),
        Field::Column(index) => catalog.columns.get(index),
        _ => None,
    }
}

fn warning(run: &Run<'_>, field: Field, at: At) -> Option<Diagnostic> {
    let ruleset = run.ruleset();
    let column = column(run, field)?;
    let unclear: Vec<u32> =
        column.dictionary.iter().filter(|(_, text)| number::has_thousands(text)).map(|(code, _)| code).collect();
    if unclear.is_empty() {
        return None;
    }
    let catalog = run.context().shop.catalog;
    let mut sample = Sample::default();
    for offer in run.context().account.offers.iter() {
        let variant = run.context().subject(offer).variant;
        if unclear.contains(&column.code(variant.index(), catalog.product_of(variant).index())) {
            sample.add(offer);
        }
    }
    if sample.count == 0 {
        return None;
    }
    let values: Vec<_> = unclear.iter().take(VALUES).map(|&code| format!("`{}`", column.dictionary.text(code).trim())).collect();
    let more = if unclear.len() > VALUES { " …" } else { "" };
    let message = format!(
        "`{}` of {} is no whole number, since nobody can tell one from a thousand in {}{more}: what stands behind `else` is used",
        ruleset.text(at),
        sample.text(run.context()),
        values.join(", ")
    );
    let help = "write the number without a mark between its digits, `1000`, where it comes from";
    Some(Diagnostic::warning(Code::CatalogOddity, message).help(help).at(ruleset.place(at)))
}
