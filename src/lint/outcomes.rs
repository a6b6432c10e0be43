//! Warnings on what becomes of variants.

use foldhash::HashMap;

use super::survey::{Named, Survey, fixed};
use crate::diagnostic::{Code, Diagnostic};
use crate::evaluate::trace::{Reason, held as reason_held};
use crate::evaluate::world::Missing;
use crate::evaluate::{Bound, Decisions};
use crate::resolve::checked::{At, Ruleset};
use crate::text::{counted, folded, thousands};

/// `fixed` on variants whose inventory is below it: one warning a rule, with their number.
pub fn fixed_above_inventory(ruleset: &Ruleset, bound: &Bound<'_>, survey: &Survey, diagnostics: &mut Vec<Diagnostic>) {
    for (named, rule) in survey.fixed_above_inventory.iter().zip(&ruleset.rules).filter(|(named, _)| named.count > 0) {
        let Some((at, _)) = fixed(rule) else { continue };
        let message = format!("`{}` is above the inventory of {}", ruleset.text(at), named.text(bound.world.catalog));
        let help = "Amazon may sell what is not there: `max` instead of `fixed` never sends more than there is";
        diagnostics.push(Diagnostic::warning(Code::FixedAboveInventory, message).help(help).at(ruleset.place(at)));
    }
}

/// Draft or archived products that would be sent: one warning a deciding rule.
pub fn not_active(ruleset: &Ruleset, bound: &Bound<'_>, survey: &Survey, diagnostics: &mut Vec<Diagnostic>) {
    let catalog = bound.world.catalog;
    for (named, rule) in survey.not_active.iter().zip(&ruleset.rules).filter(|(named, _)| named.count > 0) {
        let message = format!("{} of draft or archived products would be sent by this rule", named.text(catalog));
        let help = "if they must not sell on Amazon, add below: `where status in (draft, archived): sync off`";
        diagnostics.push(Diagnostic::warning(Code::NotActive, message).help(help).at(ruleset.place(rule.at)));
    }
}

/// Variants without a SKU, of which nothing can be sent: one warning, with their number.
pub fn without_sku(bound: &Bound<'_>, survey: &Survey, diagnostics: &mut Vec<Diagnostic>) {
    let (catalog, Named { count, first }) = (bound.world.catalog, &survey.no_sku);
    let Some(&first) = first.first() else { return };
    let message = if *count == catalog.len() && *count > 1 {
        format!("all {} variants are without a SKU, so nothing is sent at all", thousands(*count))
    } else {
        let (verb, them) = if *count == 1 { ("has", "it") } else { ("have", "them") };
        format!("{} {verb} no SKU, and nothing is sent for {them}", counted(*count, "variant"))
    };
    let help = format!("give each variant a SKU in Shopify; the first without one is at {}", catalog.place_of(first));
    diagnostics.push(Diagnostic::warning(Code::NoSku, message).help(help));
}

/// SKUs that stand on several variants: one warning a SKU, with their places.
pub fn ambiguous(bound: &Bound<'_>, survey: &Survey, diagnostics: &mut Vec<Diagnostic>) {
    let catalog = bound.world.catalog;
    let mut places: Vec<(&str, Named)> = vec![];
    let mut by_sku: HashMap<&str, usize> = HashMap::default();
    for &variant in &survey.ambiguous {
        let sku = catalog.sku.get(variant);
        let at = *by_sku.entry(sku).or_insert_with(|| {
            places.push((sku, Named::default()));
            places.len() - 1
        });
        places[at].1.add(variant);
    }
    for (sku, Named { count, first }) in places {
        let places: Vec<_> = first.iter().map(|&variant| catalog.place_of(variant)).collect();
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

/// Variants whose quantity cannot be computed: one warning a place in the rules and reason, with the first ones' SKUs.
pub fn held(ruleset: &Ruleset, bound: &Bound<'_>, decisions: &Decisions, survey: &Survey, diagnostics: &mut Vec<Diagnostic>) {
    let mut groups: Vec<HeldGroup> = vec![];
    for &variant in &survey.held {
        let Some(decision) = decisions.get(variant) else { continue };
        let deciding = decision.settings.steps().or_else(|| decision.settings.source());
        let rule = deciding.or_else(|| decision.settings.deciding().next());
        // A rule matched, or the outcome would be another; which one is not known where none decided.
        let Some(rule_at) = rule.and_then(|rule| ruleset.rules.get(rule)).map(|rule| rule.at) else { continue };
        let (at, why, help) = match reason_held(ruleset, bound, variant, &decision) {
            Some(Reason::LongSku(length)) => {
                (rule_at, format!("the SKU has {length} characters, and Amazon allows 40"), "give it a shorter SKU in Shopify")
            }
            Some(Reason::Blame(blame)) => {
                let at = blame.at.unwrap_or(rule_at);
                let field = blame.at.map_or_else(|| "inventory".to_owned(), |at| ruleset.text(at));
                let (why, help) = explain(&field, &blame.why);
                (at, why, help)
            }
            None => continue,
        };
        let known = groups.iter().position(|group| group.at == at && group.why == why);
        let found = known.unwrap_or_else(|| {
            groups.push(HeldGroup { at, why, help, named: Named::default() });
            groups.len() - 1
        });
        groups[found].named.add(variant);
    }
    for HeldGroup { at, why, help, named } in groups {
        let message = format!("{} {} held, and nothing is sent: {why}", named.text(bound.world.catalog), named.verb());
        diagnostics.push(Diagnostic::warning(Code::Held, message).help(help).at(ruleset.place(at)));
    }
}

/// Variants that are held at one place of the rules for one reason.
struct HeldGroup {
    at: At,
    why: String,
    help: &'static str,
    named: Named,
}

/// Why a field gives no number, in words, and what to do.
pub fn explain(field: &str, why: &Missing) -> (String, &'static str) {
    match why {
        Missing::Absent => (format!("`{field}` is missing"), "fill it in Shopify, or say what to use instead: `… else 0`"),
        Missing::Untracked => (
            format!("`{field}` is missing, since the inventory is not tracked"),
            "track it in Shopify, or send a fixed quantity: `fixed N`",
        ),
        Missing::Unmatched => (
            format!("`{field}` is missing, since the inventory export cannot be matched to the variant"),
            "give the variant one SKU of its own in Shopify, and export products and inventory at the same time",
        ),
        Missing::NotWhole(text) => (
            format!("`{field}` is `{text}`, which is not a whole number"),
            "mend it in Shopify, or say what to use instead: `… else 0`",
        ),
        Missing::OutOfRange(value) => {
            (format!("`{field}` comes to {value}, which is out of range"), "say what to use instead: `… else 0`")
        }
        Missing::TooLarge => (format!("`{field}` is too large"), "look at the counts in Shopify"),
    }
}

/// Unlisted SKUs that nearly are one of the report: another case, a space, a lost leading zero. Suggested, never applied.
pub fn near_misses(bound: &Bound<'_>, survey: &Survey, diagnostics: &mut Vec<Diagnostic>) {
    let Some(listings) = bound.world.listings else { return };
    let form = |sku: &str| {
        let folded: String = folded(sku).split_whitespace().collect();
        let digits = folded.trim_start_matches('0');
        if digits.is_empty() { folded } else { digits.to_owned() }
    };
    let mut known: HashMap<String, &str> = HashMap::default();
    for listing in listings.only_on_amazon() {
        known.entry(form(&listing.sku)).or_insert(&listing.sku);
    }
    let catalog = bound.world.catalog;
    for &variant in &survey.unlisted {
        let sku = catalog.sku.get(variant);
        if let Some(near) = known.get(&form(sku)) {
            let message = format!("the SKU `{sku}` is not on Amazon, but `{near}` is: nothing is sent for it");
            let help = format!("if they are the same product, make the SKUs equal ({})", catalog.place_of(variant));
            diagnostics.push(Diagnostic::warning(Code::NearMiss, message).help(help));
        }
    }
}
