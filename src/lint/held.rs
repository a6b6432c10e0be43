//! `held`: offers whose quantity cannot be computed, or that must not be sent.

use std::mem::discriminant;

use super::findings::{Findings, Sample};
use super::missing_value::{self, MOST_SHOWN};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::evaluate::explanation::HeldReason;
use crate::evaluate::{Missing, Run, SKU_LENGTH};
use crate::resolve::checked::At;

/// Warns of each place in the rules and kind of reason, with the first SKUs that are held for it; and, whatever the rules say, once
/// of SKUs that are too long, and once of listings that do not say who fulfils them.
pub fn warn(run: &Run<'_>, findings: &Findings, diagnostics: &mut Vec<Diagnostic>) {
    let ruleset = run.ruleset();
    let (mut long, mut silent) = (Sample::default(), Sample::default());
    let mut groups: Vec<HeldGroup> = vec![];
    for &offer in &findings.held {
        let rules = run.decision(offer).rules;
        let cause = match run.held_reason(offer) {
            Some(HeldReason::LongSku(_)) => {
                long.add(offer);
                continue;
            }
            Some(HeldReason::NoChannel) => {
                silent.add(offer);
                continue;
            }
            Some(HeldReason::MissingValue(cause)) => cause,
            None => continue,
        };
        let deciding = rules.steps.or(rules.source);
        let rule = deciding.or_else(|| rules.iter().next());
        // A rule matched, or the outcome would be another; which one is not known where none decided.
        let Some(rule_at) = rule.and_then(|rule| ruleset.rule(rule)).map(|rule| rule.at) else { continue };
        let at = cause.at.unwrap_or(rule_at);
        let is_same = |group: &HeldGroup| group.at == at && discriminant(&group.why) == discriminant(&cause.why);
        let found = groups.iter().position(is_same).unwrap_or_else(|| {
            let field = cause.at.map_or_else(|| "inventory".to_owned(), |at| ruleset.text(at));
            groups.push(HeldGroup { at, field, why: cause.why.clone(), values: vec![], sample: Sample::default() });
            groups.len() - 1
        });
        let HeldGroup { sample, values, .. } = &mut groups[found];
        sample.add(offer);
        if values.len() <= MOST_SHOWN
            && let Some(value) = missing_value::shown(&cause.why).filter(|value| !values.contains(value))
        {
            values.push(value);
        }
    }
    without_channel(run, &silent, diagnostics);
    if long.count > 0 {
        let has = if long.count == 1 { "has a SKU" } else { "have SKUs" };
        let skus = long.text(run.context());
        let message = format!("{skus} {has} longer than Amazon's {SKU_LENGTH} characters: held, and nothing is sent");
        let help = "give each a SKU of at most 40 characters in Shopify";
        diagnostics.push(Diagnostic::warning(Code::Held, message).help(help));
    }
    for HeldGroup { at, field, why, values, sample } in groups {
        let (why, help) = missing_value::in_words(&field, &why, &values);
        let message = format!("{} {} held, and nothing is sent: {why}", sample.text(run.context()), sample.verb());
        diagnostics.push(Diagnostic::warning(Code::Held, message).help(help).at(ruleset.place(at)));
    }
}

/// Offers that are held for reasons of one kind, at one place of the rules.
struct HeldGroup {
    at: At,
    field: String,
    /// The reason of the first one.
    why: Missing,
    /// The first values that cannot be used, each once, and one more where there are more.
    values: Vec<String>,
    sample: Sample,
}

/// Warns once of offers that are held since the listings report says of other offers who fulfils them, and not of these.
fn without_channel(run: &Run<'_>, silent: &Sample, diagnostics: &mut Vec<Diagnostic>) {
    let (Some(listings), Some(&first)) = (run.context().account.listings, silent.first.first()) else { return };
    let them = if silent.count == 1 { "it" } else { "them" };
    let skus = silent.text(run.context());
    let verb = silent.verb();
    let message = format!("{skus} {verb} held, and nothing is sent: the listings report does not say who fulfils {them}");
    let help = "download the report again; if you ship everything yourself, say so in the project file: \
                `fulfillment: merchant` under `amazon:`";
    let line = listings.of(first).map_or(0, |listing| listing.line);
    let place = Place::line_alone(&listings.file, (line > 0).then_some(line as usize));
    diagnostics.push(Diagnostic::warning(Code::Held, message).help(help).at(place));
}
