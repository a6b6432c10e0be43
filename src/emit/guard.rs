//! The guard: an emission that would change too much is refused before anything is written.

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use super::baseline::Baseline;
use super::unsent::Unsent;
use super::update::Update;
use super::updates::Updates;
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::evaluate::Outcome;
use crate::ids::OfferId;
use crate::parallel;
use crate::text::{counted, grouped, thousands};

/// A limit on a share of SKUs: an exact percentage, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The percentage; `None` where the project switches the limit off.
    pub percent: Option<Decimal>,
    /// How many SKUs pass whatever their share is, as long as they are no more than half of those that the previous emission sent:
    /// for limits that the project does not set itself, so that a small shop is not refused over one product; else 0.
    pub handful: usize,
}

impl Limit {
    /// A limit that holds where the project sets none.
    fn by_default(percent: u32, handful: usize) -> Self {
        Limit { percent: Some(Decimal::from(percent)), handful }
    }

    /// Whether `part` of `whole` SKUs go past it. `sent` is how many SKUs the previous emission sent; `None` where there was none.
    fn is_passed(&self, part: usize, whole: usize, sent: Option<usize>) -> bool {
        let Some(percent) = self.percent else { return false };
        let is_handful = part <= self.handful && sent.is_none_or(|sent| part.saturating_mul(2) <= sent);
        !is_handful && Decimal::from(part) * Decimal::ONE_HUNDRED > percent * Decimal::from(whole)
    }

    fn allows(&self) -> String {
        self.percent.map_or_else(|| "any number".to_owned(), |percent| format!("{percent}%"))
    }
}

/// The limits of an emission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Of the SKUs with stock on Amazon, how many may go to 0.
    pub zeroed: Limit,
    /// Of the SKUs whose quantity on Amazon is known, how many may change.
    pub changed: Limit,
    /// Of the SKUs of the last emission, how many this one may leave out, for whatever reason.
    pub unsent: Limit,
    /// How old the listings report may be; `None` for any age.
    pub listings_age: Option<SignedDuration>,
    /// How old the snapshot may be; `None` for any age.
    pub catalog_age: Option<SignedDuration>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            zeroed: Limit::by_default(10, 5),
            changed: Limit::by_default(60, 20),
            unsent: Limit::by_default(10, 5),
            listings_age: Some(SignedDuration::from_hours(24)),
            catalog_age: None,
        }
    }
}

/// An emission as the guard sees it.
pub struct GuardedEmission<'a> {
    /// What goes out.
    pub updates: Updates<'a>,
    /// What was sent before.
    pub baseline: &'a Baseline,
    /// When the listings report was written, if there is one and that is known.
    pub listings_time: Option<Timestamp>,
    /// When the catalog's files were exported, if that is known.
    pub as_of: Option<Timestamp>,
    /// The time now.
    pub now: Timestamp,
    /// The rule that decided an offer's steps.
    pub rule_of: &'a dyn Fn(OfferId) -> Option<String>,
}

/// How many of the largest changes, and of the SKUs that are no longer sent, a refusal names.
const NAMED: usize = 10;

/// What a refusal's help ends with.
pub const PASS: &str = "; if it is meant, `stockrule emit --yes` lets this emission pass";

/// What the user lets pass: told all the same, as a warning.
pub fn let_pass(refusal: Diagnostic) -> Diagnostic {
    let help = refusal.help.as_ref().and_then(|help| help.split(PASS).next()).map(str::to_owned);
    Diagnostic { severity: Severity::Warning, message: format!("let pass: {}", refusal.message), help, ..refusal }
}

/// What goes past the limits; nothing where the emission may go out.
pub fn check(limits: &Limits, emission: &GuardedEmission<'_>) -> Vec<Diagnostic> {
    let mut found = vec![];
    let baseline = emission.baseline;
    let Changes { known, stocked, all } = changes(emission);
    let sent = baseline.time.map(|_| baseline.sent);
    let zeroed: Vec<_> = all.iter().filter(|(update, before)| *before > 0 && update.quantity == 0).copied().collect();
    if limits.zeroed.is_passed(zeroed.len(), stocked, sent) {
        let of = format!("{} listings with stock", thousands(stocked));
        found.push(emission.past_limit(("zeroed", limits.zeroed), &zeroed, stocked, (&of, "go to 0")));
    }
    if limits.changed.is_passed(all.len(), known, sent) {
        let of = format!("{} listings", thousands(known));
        found.push(emission.past_limit(("changed", limits.changed), &all, known, (&of, "change")));
    }
    found.extend(emission.unsent(limits.unsent));
    found.extend(emission.ages(limits));
    found
}

/// What an emission changes on Amazon, as far as is known what is there.
struct Changes<'a> {
    /// Of how many SKUs the quantity on Amazon is known.
    known: usize,
    /// How many of these are in stock.
    stocked: usize,
    /// Those that change, with their quantities on Amazon.
    all: Vec<(Update<'a>, i64)>,
}

fn changes<'a>(emission: &GuardedEmission<'a>) -> Changes<'a> {
    let (updates, baseline, report) = (emission.updates, emission.baseline, emission.listings_time);
    let may_change = !baseline.knows_nothing() || updates.context.account.listings.is_some();
    // What stays as it is need only be counted.
    let parts = parallel::ranges(if may_change { updates.decisions.len() } else { 0 }, |range| {
        let (mut known, mut stocked, mut all) = (0, 0, vec![]);
        for update in updates.within(range) {
            let Some(before) = baseline.quantity_on_amazon(&update, report) else { continue };
            known += 1;
            stocked += usize::from(before > 0);
            if before != update.quantity {
                all.push((update, before));
            }
        }
        (known, stocked, all)
    });
    let mut changes = Changes { known: 0, stocked: 0, all: vec![] };
    for (known, stocked, all) in parts {
        changes.known += known;
        changes.stocked += stocked;
        changes.all.extend(all);
    }
    changes
}

impl GuardedEmission<'_> {
    /// The limit on changes of quantities that these go past: `what` is of what they are a part, and what they do.
    fn past_limit(
        &self,
        (name, limit): (&str, Limit),
        changes: &[(Update<'_>, i64)],
        whole: usize,
        (of, what): (&str, &str),
    ) -> Diagnostic {
        let part = changes.len();
        let message =
            format!("{} of {of} would {what} ({}), and `{name}` allows {}", thousands(part), share(part, whole), limit.allows());
        let by_rule = counted_by(changes, |(update, _)| (self.rule_of)(update.offer).unwrap_or_else(|| "by default".to_owned()));
        let rules: Vec<_> = by_rule.iter().take(NAMED).map(|(rule, count)| format!("{rule} ({})", thousands(*count))).collect();
        let mut largest: Vec<_> = changes.iter().collect();
        largest.sort_by_key(|(update, before)| std::cmp::Reverse(update.quantity.abs_diff(*before)));
        let change = |(update, before): &&(Update<'_>, i64)| {
            format!("`{}` {} → {}", update.sku, grouped(*before), grouped(update.quantity))
        };
        let largest: Vec<_> = largest.iter().take(NAMED).map(change).collect();
        refusal(message, &format!("by rule: {}; the largest changes: {}", rules.join(", "), largest.join(", ")))
    }

    /// The SKUs of the last emission that this one does not send, if they are too many, or all.
    fn unsent(&self, limit: Limit) -> Option<Diagnostic> {
        let (unsent, sent) = (&self.baseline.unsent, self.baseline.sent);
        let sends_nothing = sent > 0 && limit.percent.is_some() && self.updates.iter().next().is_none();
        if !sends_nothing && !limit.is_passed(unsent.len(), sent, Some(sent)) {
            return None;
        }
        let last = format!("{} of the last emission", counted(sent, "SKU"));
        let message = match sends_nothing {
            true => format!("nothing would be sent, and none of the {last} any longer"),
            false => format!(
                "{} of the {last} would no longer be sent ({}), and `unsent` allows {}",
                thousands(unsent.len()),
                share(unsent.len(), sent),
                limit.allows()
            ),
        };
        let reasons = counted_by(unsent, |unsent| reason(unsent.outcome));
        let told: Vec<_> = reasons.iter().map(|(reason, count)| format!("{} {reason}", thousands(*count))).collect();
        let mut largest: Vec<&Unsent> = unsent.iter().collect();
        largest.sort_by_key(|unsent| std::cmp::Reverse(unsent.quantity));
        let named: Vec<_> = largest.iter().take(NAMED).map(|unsent| format!("`{}` ({})", unsent.sku, unsent.quantity)).collect();
        let main = reasons.first().map(|(reason, _)| *reason);
        let advice = largest.iter().find(|unsent| Some(reason(unsent.outcome)) == main).map_or("", |one| advice(one.outcome));
        let what = "Amazon keeps what it has for them, with the quantities that were sent last:";
        Some(refusal(message, &format!("{}; {what} {}; {advice}", told.join(", "), named.join(", "))))
    }

    /// The listings report or the snapshot, where it is too old.
    fn ages(&self, limits: &Limits) -> Vec<Diagnostic> {
        let has_listings = self.updates.context.account.listings.is_some();
        let report = limits.listings_age.filter(|_| has_listings);
        let aged = [
            (report, self.listings_time, "the listings report", "listings_age", "download the report again"),
            (
                limits.catalog_age,
                self.as_of,
                "the snapshot",
                "catalog_age",
                "export products and inventory again; `as_of` in the project file is the snapshot's time, or else that of its oldest file",
            ),
        ];
        let told = |(limit, time, what, name, help): (Option<SignedDuration>, Option<Timestamp>, &str, &str, &str)| {
            let limit = limit?;
            let hours = |age: SignedDuration| counted(usize::try_from(age.as_hours()).unwrap_or(0), "hour");
            let message = match time.map(|time| self.now.duration_since(time)) {
                Some(age) if age <= limit => return None,
                Some(age) => format!("{what} is {} old, and `{name}` allows {}", hours(age), hours(limit)),
                None => format!("it is not known when {what} was written, and `{name}` allows {}", hours(limit)),
            };
            Some(refusal(message, help))
        };
        aged.into_iter().filter_map(told).collect()
    }
}

fn refusal(message: String, help: &str) -> Diagnostic {
    Diagnostic::error(Code::Guard, message).help(format!("{help}{PASS}"))
}

fn share(part: usize, whole: usize) -> String {
    let percent = Decimal::from(part) * Decimal::ONE_HUNDRED / Decimal::from(whole.max(1));
    format!("{}%", percent.round_dp(1).normalize())
}

/// How many items have each name, the commonest first.
fn counted_by<T, N: PartialEq>(items: &[T], name: impl Fn(&T) -> N) -> Vec<(N, usize)> {
    let mut names: Vec<(N, usize)> = vec![];
    for item in items {
        let name = name(item);
        match names.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => names.push((name, 1)),
        }
    }
    names.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    names
}

/// Why a SKU is no longer sent, in words.
fn reason(outcome: Option<Outcome>) -> &'static str {
    outcome.map_or("gone from the catalog", Outcome::as_str)
}

/// What to look at where most SKUs are no longer sent for this reason.
fn advice(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        None | Some(Outcome::Synced) => "look whether an export was cut short, or a file of the catalog left out",
        Some(Outcome::Off) => "for what must not sell on Amazon, write `fixed 0` instead of `sync off`",
        Some(Outcome::Held) => "look whether the exports lack counts",
        Some(Outcome::Unmatched) => "look whether a rule file is empty, or left out",
        Some(Outcome::Unlisted) => "look whether the listings report is that of another account",
        Some(Outcome::Fba) => "look whether Amazon fulfils them now, or the listings report is that of another account",
        Some(Outcome::Ambiguous | Outcome::NoSku) => "give each variant a SKU of its own in Shopify",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handful_passes_by_default_but_never_more_than_half() {
        let by_default = Limits::default();
        for (limit, part, sent, is_passed) in [
            (by_default.zeroed, 5, 10, false),
            (by_default.zeroed, 5, 9, true),
            (by_default.zeroed, 6, 59, true),
            (by_default.zeroed, 6, 60, false),
            (by_default.changed, 20, 40, false),
            (by_default.changed, 7, 10, true),
            (by_default.unsent, 1, 1, true),
            (by_default.unsent, 1, 2, false),
            (by_default.unsent, 12, 100, true),
            (Limit { percent: Some(Decimal::TEN), handful: 0 }, 1, 9, true),
            (Limit { percent: None, handful: 0 }, 9, 9, false),
        ] {
            assert_eq!(limit.is_passed(part, sent, Some(sent)), is_passed, "{part} of {sent}");
        }
        // A first emission changes what others have put there.
        assert!(!by_default.changed.is_passed(1, 1, None));
        assert!(by_default.zeroed.is_passed(6, 6, None));
    }
}
