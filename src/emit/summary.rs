//! What an emission came to.

use serde_json::{Value, json};

use super::update::Update;
use super::updates::Updates;
use crate::evaluate::Outcome;
use crate::parallel;
use crate::text::thousands;

/// How many of the numbers, from the first on, are told even where they are 0.
const ALWAYS: usize = 6;

/// What an emission came to, in numbers of SKUs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// How many have a quantity.
    pub synced: usize,
    /// How many go up.
    pub raised: usize,
    /// How many go down, but not to 0.
    pub lowered: usize,
    /// How many go to 0.
    pub to_zero: usize,
    /// How many the last emission sent and this one does not: Amazon keeps what it has for them.
    pub no_longer_sent: usize,
    /// How many stay as they are.
    pub unchanged: usize,
    /// How many are new: Amazon's quantity is not known.
    pub new: usize,
    /// The other outcomes.
    pub others: [(Option<Outcome>, usize); 7],
}

impl Summary {
    /// Counts updates. `before` gives the quantity that the SKU had: on Amazon, or in the previous emission.
    pub fn of(updates: &Updates<'_>, before: impl Fn(&Update<'_>) -> Option<i64> + Send + Sync) -> Self {
        let parts = parallel::ranges(updates.decisions.len(), |range| {
            let mut summary = Summary::default();
            for update in updates.within(range) {
                match before(&update) {
                    None => summary.new += 1,
                    Some(before) if before == update.quantity => summary.unchanged += 1,
                    Some(_) if update.quantity == 0 => summary.to_zero += 1,
                    Some(before) if update.quantity > before => summary.raised += 1,
                    Some(_) => summary.lowered += 1,
                }
            }
            summary
        });
        let mut summary = Summary::default();
        for part in parts {
            summary.new += part.new;
            summary.unchanged += part.unchanged;
            summary.to_zero += part.to_zero;
            summary.raised += part.raised;
            summary.lowered += part.lowered;
        }
        summary.with_outcomes(updates)
    }

    /// Counts the updates of an emission before which no quantity is known: all of them are new.
    pub fn all_new(updates: &Updates<'_>) -> Self {
        let mut summary = Summary::default().with_outcomes(updates);
        summary.new = summary.synced;
        summary
    }

    fn with_outcomes(mut self, updates: &Updates<'_>) -> Self {
        let summary = &mut self;
        let counts = updates.decisions.outcomes();
        let others = Outcome::ALL.iter().filter(|outcome| **outcome != Outcome::Synced);
        for (slot, outcome) in summary.others.iter_mut().zip(others) {
            *slot = (Some(*outcome), counts[*outcome as usize]);
        }
        summary.synced = counts[Outcome::Synced as usize];
        self
    }

    fn numbers(&self) -> Vec<(&'static str, usize)> {
        let mut numbers = vec![
            ("synced", self.synced),
            ("raised", self.raised),
            ("lowered", self.lowered),
            ("to zero", self.to_zero),
            ("no longer sent", self.no_longer_sent),
            ("unchanged", self.unchanged),
            ("new", self.new),
        ];
        numbers.extend(self.others.iter().filter_map(|(outcome, count)| Some(((*outcome)?.as_str(), *count))));
        numbers
    }

    /// The numbers on one line; outcomes that do not occur are left out.
    pub fn line(&self) -> String {
        let parts = self.numbers().into_iter().enumerate().filter(|(index, (_, count))| *index < ALWAYS || *count > 0);
        parts.map(|(_, (name, count))| format!("{} {name}", thousands(count))).collect::<Vec<_>>().join(", ")
    }

    /// The numbers as an object.
    pub fn json(&self) -> Value {
        let entries = self.numbers().into_iter().map(|(name, count)| (name.to_owned(), json!(count)));
        Value::Object(entries.collect())
    }
}
