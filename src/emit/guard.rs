//! The guard: an emission that would change too much is refused before anything is written.

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use super::last::Before;
use super::{GoingOut, Sent};
use crate::diagnostic::{Code, Diagnostic};
use crate::parallel;
use crate::text::{counted, thousands};

/// A limit on a share of SKUs: an exact percentage, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The percentage; `None` where the project switches the limit off.
    pub percent: Option<Decimal>,
    /// So few SKUs pass in any case: for limits that the project does not set itself, so that a small shop is not refused
    /// over one product.
    pub floor: usize,
}

impl Limit {
    /// A limit that holds where the project sets none.
    fn by_default(percent: u32, floor: usize) -> Self {
        Limit { percent: Some(Decimal::from(percent)), floor }
    }

    /// Whether so many of so many go past it.
    fn is_passed(&self, part: usize, whole: usize) -> bool {
        let Some(percent) = self.percent else { return false };
        part > self.floor && Decimal::from(part) * Decimal::ONE_HUNDRED > percent * Decimal::from(whole)
    }
}

/// The limits of an emission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Of the listings with stock on Amazon, how many may go to 0.
    pub zeroed: Limit,
    /// Of the listings, how many may change.
    pub changed: Limit,
    /// Of the SKUs of the last emission, how many may be missing from the catalog.
    pub missing: Limit,
    /// How old the listings report may be; `None` for any age.
    pub listings_age: Option<SignedDuration>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            zeroed: Limit::by_default(10, 5),
            changed: Limit::by_default(60, 20),
            missing: Limit::by_default(10, 5),
            listings_age: Some(SignedDuration::from_hours(24)),
        }
    }
}

/// An emission as the guard sees it.
pub struct Emission<'a> {
    /// What goes out.
    pub going_out: GoingOut<'a>,
    /// What was sent before.
    pub before: &'a Before,
    /// When the listings report was written, if there is one.
    pub listings_time: Option<Timestamp>,
    /// The time now.
    pub now: Timestamp,
    /// The rule that decided a variant's steps.
    pub rule_of: &'a dyn Fn(usize) -> Option<String>,
}

/// How many of the largest changes a refusal names.
const LARGEST: usize = 10;

/// What the limits refuse; nothing where the emission may go out.
pub fn check(limits: &Limits, emission: &Emission<'_>) -> Vec<Diagnostic> {
    let mut refusals = vec![];
    let (going_out, before) = (emission.going_out, emission.before);
    let may_change = !before.is_empty() || going_out.world.listings.is_some();
    // What stays as it is need only be counted.
    let parts = parallel::ranges(if may_change { going_out.decisions.len() } else { 0 }, |range| {
        let (mut known_before, mut stocked, mut changed) = (0, 0, vec![]);
        for each in going_out.within(range) {
            let Some(before) = each.amazon.or_else(|| before.of(each.variant)) else { continue };
            known_before += 1;
            stocked += usize::from(before > 0);
            if before != each.quantity {
                changed.push((each, before));
            }
        }
        (known_before, stocked, changed)
    });
    let (mut known_before, mut stocked, mut changed) = (0, 0, vec![]);
    for (known, with_stock, other) in parts {
        known_before += known;
        stocked += with_stock;
        changed.extend(other);
    }
    let zeroed: Vec<_> = changed.iter().filter(|(each, before)| *before > 0 && each.quantity == 0).copied().collect();
    if limits.zeroed.is_passed(zeroed.len(), stocked) {
        let what = format!("{} of {} listings with stock would go to 0", thousands(zeroed.len()), thousands(stocked));
        refusals.push(refusal(emission, "zeroed", limits.zeroed, zeroed.len(), stocked, &what, &zeroed));
    }
    if limits.changed.is_passed(changed.len(), known_before) {
        let what = format!("{} of {} listings would change", thousands(changed.len()), thousands(known_before));
        refusals.push(refusal(emission, "changed", limits.changed, changed.len(), known_before, &what, &changed));
    }
    let (missing, sent) = (&before.missing, before.sent);
    if limits.missing.is_passed(missing.len(), sent) {
        let named: Vec<_> = missing.iter().take(LARGEST).map(|sku| format!("`{sku}`")).collect();
        let what = format!("{} of {} SKUs of the last emission", thousands(missing.len()), thousands(sent));
        let message = format!(
            "{what} are missing from the catalog ({}), and `missing` allows {}",
            share(missing.len(), sent),
            allowed(limits.missing)
        );
        let help = format!("was the export cut short? missing: {}{}", named.join(", "), pass());
        refusals.push(Diagnostic::error(Code::Guard, message).help(help));
    }
    if let (Some(limit), Some(time)) = (limits.listings_age, emission.listings_time) {
        let age = emission.now.duration_since(time);
        if age > limit {
            let hours = usize::try_from(age.as_hours()).unwrap_or(0);
            let message = format!(
                "the listings report is {} old, and `listings_age` allows {}",
                counted(hours, "hour"),
                counted(usize::try_from(limit.as_hours()).unwrap_or(0), "hour")
            );
            let help = format!("download the report again{}", pass());
            refusals.push(Diagnostic::error(Code::Guard, message).help(help));
        }
    }
    refusals
}

fn pass() -> &'static str {
    "; if it is meant, `--yes` lets this emission pass"
}

fn share(part: usize, whole: usize) -> String {
    let percent = Decimal::from(part) * Decimal::ONE_HUNDRED / Decimal::from(whole.max(1));
    format!("{}%", percent.round_dp(1).normalize())
}

fn allowed(limit: Limit) -> String {
    limit.percent.map_or_else(|| "any number".to_owned(), |percent| format!("{percent}%"))
}

fn refusal(
    emission: &Emission<'_>,
    name: &str,
    limit: Limit,
    part: usize,
    whole: usize,
    what: &str,
    changes: &[(Sent<'_>, i64)],
) -> Diagnostic {
    let mut rules: Vec<(String, usize)> = vec![];
    for (each, _) in changes {
        let rule = (emission.rule_of)(each.variant).unwrap_or_else(|| "by default".to_owned());
        match rules.iter_mut().find(|(known, _)| *known == rule) {
            Some((_, count)) => *count += 1,
            None => rules.push((rule, 1)),
        }
    }
    rules.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let rules: Vec<_> = rules.iter().take(LARGEST).map(|(rule, count)| format!("{rule} ({})", thousands(*count))).collect();
    let mut largest = changes.to_vec();
    largest.sort_by_key(|(each, before)| std::cmp::Reverse((each.quantity - before).unsigned_abs()));
    let largest: Vec<_> =
        largest.iter().take(LARGEST).map(|(each, before)| format!("`{}` {before} → {}", each.sku, each.quantity)).collect();
    let message = format!("{what} ({}), and `{name}` allows {}", share(part, whole), allowed(limit));
    let help = format!("by rule: {}; the largest changes: {}{}", rules.join(", "), largest.join(", "), pass());
    Diagnostic::error(Code::Guard, message).help(help)
}
