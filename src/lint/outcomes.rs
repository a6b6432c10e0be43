//! Warnings on what becomes of variants.

use std::mem::discriminant;

use foldhash::HashMap;

use super::findings::{Findings, Sample, fixed};
use super::listings;
use crate::diagnostic::{Code, Diagnostic};
use crate::evaluate::Missing;
use crate::evaluate::explanation::HeldReason;
use crate::evaluate::{Run, SKU_LENGTH};
use crate::resolve::checked::At;
use crate::text::{counted, thousands};

/// `fixed` on variants whose inventory is below it: one warning a rule, with their number.
pub fn fixed_above_inventory(run: &Run<'_>, findings: &Findings, diagnostics: &mut Vec<Diagnostic>) {
    let ruleset = run.ruleset();
    for (named, rule) in findings.fixed_above_inventory.iter().zip(&ruleset.rules).filter(|(named, _)| named.count > 0) {
        let Some((at, _)) = fixed(rule) else { continue };
        let message = format!("`{}` is above the inventory of {}", ruleset.text(at), named.text(run.context()));
        let help = "Amazon may sell what is not there: `max` instead of `fixed` never sends more than there is";
        diagnostics.push(Diagnostic::warning(Code::FixedAboveInventory, message).help(help).at(ruleset.place(at)));
    }
}

/// Draft or archived products that would be sold: one warning a deciding rule.
pub fn not_active(run: &Run<'_>, findings: &Findings, diagnostics: &mut Vec<Diagnostic>) {
    let ruleset = run.ruleset();
    for (named, rule) in findings.not_active.iter().zip(&ruleset.rules).filter(|(named, _)| named.count > 0) {
        let message = format!("{} of draft or archived products would be sold on Amazon by this rule", named.text(run.context()));
        let help = "if they must not sell on Amazon, add below: `where status in (draft, archived): fixed 0`";
        diagnostics.push(Diagnostic::warning(Code::NotActive, message).help(help).at(ruleset.place(rule.at)));
    }
}

/// Variants without a SKU, of which nothing can be sent: one warning, with their number.
pub fn without_sku(run: &Run<'_>, findings: &Findings, diagnostics: &mut Vec<Diagnostic>) {
    let Sample { count, first } = &findings.no_sku;
    let Some(&first) = first.first() else { return };
    let message = if *count == run.context().account.offers.len() && *count > 1 {
        format!("all {} variants are without a SKU, so nothing is sent at all", thousands(*count))
    } else {
        let (verb, them) = if *count == 1 { ("has", "it") } else { ("have", "them") };
        format!("{} {verb} no SKU, and nothing is sent for {them}", counted(*count, "variant"))
    };
    let help = format!("give each variant a SKU in Shopify; the first without one is at {}", run.context().place(first));
    diagnostics.push(Diagnostic::warning(Code::NoSku, message).help(help));
}

/// Sync off where Amazon has stock: one warning a deciding rule.
pub fn off_with_stock(run: &Run<'_>, findings: &Findings, diagnostics: &mut Vec<Diagnostic>) {
    let ruleset = run.ruleset();
    for (named, rule) in findings.off_with_stock.iter().zip(&ruleset.rules).filter(|(named, _)| named.count > 0) {
        let (has, it, goes) = if named.count == 1 { ("has", "it has", "it") } else { ("have", "they have", "them") };
        let skus = named.text(run.context());
        let message = format!("{skus} {has} stock on Amazon, and this rule switches sync off: Amazon goes on selling what {it}");
        let help = format!("to take {goes} off sale, write `fixed 0` in place of `sync off`");
        diagnostics.push(Diagnostic::warning(Code::OffWithStock, message).help(help).at(ruleset.place(rule.at)));
    }
}

/// SKUs that stand on several variants: one warning a SKU, with their places.
pub fn ambiguous(run: &Run<'_>, findings: &Findings, diagnostics: &mut Vec<Diagnostic>) {
    let mut places: Vec<(&str, Sample)> = vec![];
    let mut by_sku: HashMap<&str, usize> = HashMap::default();
    for &offer in &findings.ambiguous {
        let sku = run.context().sku(offer);
        let at = *by_sku.entry(sku).or_insert_with(|| {
            places.push((sku, Sample::default()));
            places.len() - 1
        });
        places[at].1.add(offer);
    }
    for (sku, Sample { count, first }) in places {
        let places: Vec<_> = first.iter().map(|&offer| run.context().place(offer)).collect();
        let more = if count > first.len() { " …" } else { "" };
        let message = format!(
            "the SKU `{sku}` stands on {}, and nothing is sent for it: {}{more}",
            counted(count, "variant"),
            places.join(", ")
        );
        let help = "give each variant a SKU of its own in Shopify";
        diagnostics.push(Diagnostic::warning(Code::AmbiguousSku, message).help(help));
    }
}

/// Variants whose quantity cannot be computed: one warning a place in the rules and kind of reason, with the first ones' SKUs. A
/// SKU that is too long is so whatever the rules say, and so is a listing that does not say who fulfils it.
pub fn held(run: &Run<'_>, findings: &Findings, diagnostics: &mut Vec<Diagnostic>) {
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
            Some(HeldReason::Cause(cause)) => cause,
            None => continue,
        };
        let deciding = rules.steps.or_else(|| rules.source);
        let rule = deciding.or_else(|| rules.iter().next());
        // A rule matched, or the outcome would be another; which one is not known where none decided.
        let Some(rule_at) = rule.and_then(|rule| ruleset.rule(rule)).map(|rule| rule.at) else { continue };
        let at = cause.at.unwrap_or(rule_at);
        let is_same = |group: &HeldGroup| group.at == at && discriminant(&group.why) == discriminant(&cause.why);
        let found = groups.iter().position(is_same).unwrap_or_else(|| {
            let field = cause.at.map_or_else(|| "inventory".to_owned(), |at| ruleset.text(at));
            groups.push(HeldGroup { at, field, why: cause.why.clone(), values: vec![], named: Sample::default() });
            groups.len() - 1
        });
        let HeldGroup { named, values, .. } = &mut groups[found];
        named.add(offer);
        if values.len() <= VALUES
            && let Some(value) = value_of(&cause.why).filter(|value| !values.contains(value))
        {
            values.push(value);
        }
    }
    listings::without_channel(run, &silent, diagnostics);
    if long.count > 0 {
        let has = if long.count == 1 { "has a SKU" } else { "have SKUs" };
        let skus = long.text(run.context());
        let message = format!("{skus} {has} longer than Amazon's {SKU_LENGTH} characters: held, and nothing is sent");
        let help = "give each a SKU of at most 40 characters in Shopify";
        diagnostics.push(Diagnostic::warning(Code::Held, message).help(help));
    }
    for HeldGroup { at, field, why, values, named } in groups {
        let (why, help) = explain_all(&field, &why, &values);
        let message = format!("{} {} held, and nothing is sent: {why}", named.text(run.context()), named.verb());
        diagnostics.push(Diagnostic::warning(Code::Held, message).help(help).at(ruleset.place(at)));
    }
}

/// So many of the values that are none are named.
const VALUES: usize = 3;

/// Variants that are held at one place of the rules for reasons of one kind.
struct HeldGroup {
    at: At,
    field: String,
    /// The first one's.
    why: Missing,
    /// The first values that cannot be used, each once, and one more where there are more.
    values: Vec<String>,
    named: Sample,
}

/// The value that cannot be used, if that is the reason.
fn value_of(why: &Missing) -> Option<String> {
    match why {
        Missing::NotWhole(text) => Some(format!("`{text}`")),
        Missing::OutOfRange(value) => Some(value.to_string()),
        Missing::Absent | Missing::Untracked | Missing::Unmatched | Missing::TooLarge => None,
    }
}

/// Why a field gives no number, in words, and what to do.
pub fn explain(field: &str, why: &Missing) -> (String, &'static str) {
    explain_all(field, why, value_of(why).as_slice())
}

/// The same, of several values that cannot be used.
fn explain_all(field: &str, why: &Missing, values: &[String]) -> (String, &'static str) {
    let shown = values.get(..VALUES).unwrap_or(values).join(", ") + if values.len() > VALUES { " …" } else { "" };
    match why {
        Missing::Absent if field == "inventory" || field.starts_with("location.") => (
            format!("`{field}` is missing"),
            "count it in Shopify and export it again: what is `not stocked`, blank or no whole number there is no count, which is not 0",
        ),
        Missing::Absent => (format!("`{field}` is missing"), "fill it in Shopify, or say what to use instead: `… else 0`"),
        Missing::Untracked => (
            format!("`{field}` is missing, since the inventory is not tracked"),
            "track it in Shopify, or send a fixed quantity: `fixed N`",
        ),
        Missing::Unmatched => (
            format!("`{field}` is missing, since the inventory export cannot be matched to the variant"),
            "give the variant one SKU of its own in Shopify, and export products and inventory at the same time",
        ),
        Missing::NotWhole(_) if values.len() > 1 => {
            (format!("`{field}` is no whole number ({shown})"), "mend them in Shopify, or say what to use instead: `… else 0`")
        }
        Missing::NotWhole(_) => (
            format!("`{field}` is {shown}, which is not a whole number"),
            "mend it in Shopify, or say what to use instead: `… else 0`",
        ),
        Missing::OutOfRange(_) => {
            (format!("`{field}` comes to {shown}, which is out of range"), "say what to use instead: `… else 0`")
        }
        Missing::TooLarge => (format!("`{field}` is too large"), "look at the counts in Shopify"),
    }
}
