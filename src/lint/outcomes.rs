//! Warnings on what becomes of variants.

use foldhash::HashMap;

use crate::catalog::schema::Field;
use crate::diagnostic::{Code, Diagnostic};
use crate::evaluate::trace::{Reason, held as reason_held};
use crate::evaluate::world::Missing;
use crate::evaluate::{Bound, Decision, Outcome, quantity};
use crate::resolve::checked::{At, Ruleset, StepKind};
use crate::text::{counted, folded};

/// How many SKUs a warning on several variants names.
const NAMED: usize = 10;

/// Variants of one warning: their number, and the first ones' SKUs.
#[derive(Default)]
struct Named {
    count: usize,
    skus: Vec<String>,
}

impl Named {
    fn add(&mut self, sku: &str) {
        self.count += 1;
        if self.skus.len() < NAMED {
            self.skus.push(format!("`{sku}`"));
        }
    }

    /// `3 variants (`A`, `B`, `C`)`
    fn text(&self) -> String {
        let more = if self.count > self.skus.len() { " …" } else { "" };
        format!("{} ({}{more})", counted(self.count, "variant"), self.skus.join(", "))
    }

    fn verb(&self) -> &'static str {
        if self.count == 1 { "is" } else { "are" }
    }
}

/// `fixed` on variants whose inventory is below it: one warning a rule, with their number.
pub fn fixed_above_inventory(ruleset: &Ruleset, bound: &Bound<'_>, decisions: &[Decision], diagnostics: &mut Vec<Diagnostic>) {
    let fixed: Vec<_> = ruleset
        .rules
        .iter()
        .map(|rule| {
            let steps = rule.steps.as_ref()?;
            steps.effective().first().and_then(|step| match &step.kind {
                StepKind::Fixed(amount) => Some((step.at, amount)),
                _ => None,
            })
        })
        .collect();
    if fixed.iter().all(Option::is_none) {
        return;
    }
    let mut below: Vec<Named> = (0..fixed.len()).map(|_| Named::default()).collect();
    for (variant, decision) in decisions.iter().enumerate().filter(|(_, decision)| decision.outcome == Outcome::Synced) {
        let Some(rule) = decision.settings.steps() else { continue };
        let Some((_, amount)) = fixed[rule] else { continue };
        let (amount, inventory) = (quantity::amount(&bound.world, variant, amount), bound.world.whole(Field::Inventory, variant));
        if let (Ok(amount), Ok(inventory)) = (amount, inventory)
            && inventory.max(0) < amount
        {
            below[rule].add(bound.world.catalog.sku.get(variant));
        }
    }
    for (named, fixed) in below.iter().zip(&fixed).filter(|(named, _)| named.count > 0) {
        let Some((at, _)) = fixed else { continue };
        let message = format!("`{}` is above the inventory of {}", ruleset.text(*at), named.text());
        let help = "Amazon may sell what is not there: `max` instead of `fixed` never sends more than there is";
        diagnostics.push(Diagnostic::warning(Code::FixedAboveInventory, message).help(help).at(ruleset.place(*at)));
    }
}

/// Draft or archived products that would be sent: one warning a deciding rule.
pub fn not_active(ruleset: &Ruleset, bound: &Bound<'_>, decisions: &[Decision], diagnostics: &mut Vec<Diagnostic>) {
    let catalog = bound.world.catalog;
    let inactive: Vec<bool> = {
        let texts = (0..catalog.status.dictionary.len()).map(|code| u32::try_from(code).unwrap_or(0));
        texts.map(|code| matches!(folded(catalog.status.dictionary.text(code)).as_str(), "draft" | "archived")).collect()
    };
    if !inactive.contains(&true) {
        return;
    }
    let mut by_rule: Vec<Named> = (0..ruleset.rules.len()).map(|_| Named::default()).collect();
    for (variant, decision) in decisions.iter().enumerate().filter(|(_, decision)| decision.outcome == Outcome::Synced) {
        let status = catalog.status.code(catalog.product_of(variant));
        let rule = decision.settings.steps().or_else(|| decision.settings.deciding().next());
        if let (true, Some(rule)) = (inactive.get(status as usize) == Some(&true), rule) {
            by_rule[rule].add(catalog.sku.get(variant));
        }
    }
    for (named, rule) in by_rule.iter().zip(&ruleset.rules).filter(|(named, _)| named.count > 0) {
        let message = format!("{} of draft or archived products would be sent by this rule", named.text());
        let help = "if they must not sell on Amazon, add below: `where status in (draft, archived): sync off`";
        diagnostics.push(Diagnostic::warning(Code::NotActive, message).help(help).at(ruleset.place(rule.at)));
    }
}

/// SKUs that stand on several variants: one warning a SKU, with their places.
pub fn ambiguous(bound: &Bound<'_>, decisions: &[Decision], diagnostics: &mut Vec<Diagnostic>) {
    let catalog = bound.world.catalog;
    let mut places: Vec<(&str, Vec<String>)> = vec![];
    let mut by_sku: HashMap<&str, usize> = HashMap::default();
    for (variant, _) in decisions.iter().enumerate().filter(|(_, decision)| decision.outcome == Outcome::Ambiguous) {
        let sku = catalog.sku.get(variant);
        let at = *by_sku.entry(sku).or_insert_with(|| {
            places.push((sku, vec![]));
            places.len() - 1
        });
        places[at].1.push(catalog.place_of(variant));
    }
    for (sku, places) in places {
        let message =
            format!("the SKU `{sku}` stands on {} variants, and nothing is sent for it: {}", places.len(), places.join(", "));
        let help = "give each variant a SKU of its own in Shopify";
        diagnostics.push(Diagnostic::warning(Code::AmbiguousSku, message).help(help));
    }
}

/// Variants whose quantity cannot be computed: one warning a place in the rules and reason, with the first ones' SKUs.
pub fn held(ruleset: &Ruleset, bound: &Bound<'_>, decisions: &[Decision], diagnostics: &mut Vec<Diagnostic>) {
    let mut groups: Vec<HeldGroup> = vec![];
    for (variant, decision) in decisions.iter().enumerate().filter(|(_, decision)| decision.outcome == Outcome::Held) {
        let deciding = decision.settings.steps().or_else(|| decision.settings.source());
        let rule = deciding.or_else(|| decision.settings.deciding().next());
        // A rule matched, or the outcome would be another; which one is not known where none decided.
        let Some(rule_at) = rule.and_then(|rule| ruleset.rules.get(rule)).map(|rule| rule.at) else { continue };
        let (at, why, help) = match reason_held(ruleset, bound, variant, decision) {
            Some(Reason::LongSku(length)) => {
                (rule_at, format!("the SKU has {length} characters, and Amazon allows 40"), "give it a shorter SKU in Shopify")
            }
            Some(Reason::Blame(blame)) => {
                let at = blame.at.unwrap_or(rule_at);
                let field = blame.at.map_or("inventory", |at| ruleset.text(at));
                let (why, help) = explain(field, &blame.why);
                (at, why, help)
            }
            None => continue,
        };
        let known = groups.iter().position(|group| group.at == at && group.why == why);
        let found = known.unwrap_or_else(|| {
            groups.push(HeldGroup { at, why, help, named: Named::default() });
            groups.len() - 1
        });
        groups[found].named.add(bound.world.catalog.sku.get(variant));
    }
    for HeldGroup { at, why, help, named } in groups {
        let message = format!("{} {} held, and nothing is sent: {why}", named.text(), named.verb());
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
pub fn near_misses(bound: &Bound<'_>, decisions: &[Decision], diagnostics: &mut Vec<Diagnostic>) {
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
    for (variant, _) in decisions.iter().enumerate().filter(|(_, decision)| decision.outcome == Outcome::Unlisted) {
        let sku = catalog.sku.get(variant);
        if let Some(near) = known.get(&form(sku)) {
            let message = format!("the SKU `{sku}` is not on Amazon, but `{near}` is: nothing is sent for it");
            let help = format!("if they are the same product, make the SKUs equal ({})", catalog.place_of(variant));
            diagnostics.push(Diagnostic::warning(Code::NearMiss, message).help(help));
        }
    }
}
