//! Steps that cannot have an effect, found by following what counts are possible.

use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::checked::{Amount, Ruleset, Step, StepKind, Steps};

/// Warns of steps that leave every possible count as it is, or whose result is thrown away.
pub fn warn(ruleset: &Ruleset, diagnostics: &mut Vec<Diagnostic>) {
    for rule in &ruleset.rules {
        let Some(steps) = &rule.steps else { continue };
        for (step, why, help) in findings(steps) {
            let written = ruleset.text(step.at);
            let message = format!("`{written}` has no effect: {why}");
            diagnostics.push(Diagnostic::warning(Code::NoEffect, message).help(help).at(ruleset.place(step.at)));
        }
    }
}

/// The counts that are possible between two steps.
#[derive(Clone, Copy)]
struct Range {
    low: i64,
    high: Option<i64>,
}

fn findings(steps: &Steps) -> Vec<(&Step, String, &'static str)> {
    let skipped = steps.all().len() - steps.effective().len();
    let mut found = vec![];
    for step in &steps.all()[..skipped] {
        found.push((step, "a later `fixed` replaces it".to_owned(), "remove it, or the `fixed`"));
    }
    let mut range = Range { low: 0, high: None };
    for step in steps.effective() {
        if let Some(why) = idle(&step.kind, range, steps.all().len()) {
            found.push((step, why, "remove it"));
        }
        range = after(&step.kind, range);
    }
    found
}

/// Why a step leaves every count of the range as it is, if it does.
fn idle(kind: &StepKind, range: Range, steps: usize) -> Option<String> {
    let only_zero = range.high == Some(0);
    let zero = || "the count is 0 already".to_owned();
    match kind {
        StepKind::Level if steps > 1 => Some("it leaves the count as it is".to_owned()),
        StepKind::Level | StepKind::Fixed(_) => None,
        StepKind::Buffer(_) | StepKind::BufferPercent(_) | StepKind::Share(_) | StepKind::Pack(_) | StepKind::Cutoff(_)
            if only_zero =>
        {
            Some(zero())
        }
        StepKind::Buffer(amount) => (amount.literal() == Some(0)).then(|| "it takes nothing away".to_owned()),
        StepKind::BufferPercent(percent) => (percent.mantissa == 0).then(|| "it takes nothing away".to_owned()),
        StepKind::Share(percent) => (percent.mantissa == percent.divisor).then(|| "it is the whole count".to_owned()),
        StepKind::Pack(amount) => (amount.literal() == Some(1)).then(|| "a pack of 1 is the unit itself".to_owned()),
        StepKind::Max(amount) => {
            let (limit, high) = (amount.literal()?, range.high?);
            (high <= limit).then(|| format!("the count is at most {high} already"))
        }
        StepKind::Cutoff(amount) => {
            let limit = amount.literal()?;
            (limit <= range.low || limit <= 1).then(|| format!("no count that is not 0 is below {limit}"))
        }
    }
}

fn after(kind: &StepKind, range: Range) -> Range {
    let literal = |amount: &Amount| amount.literal();
    match kind {
        StepKind::Level => range,
        StepKind::Fixed(amount) => Range { low: literal(amount).unwrap_or(0), high: literal(amount) },
        StepKind::Buffer(amount) => {
            let high = range.high.map(|high| (high - literal(amount).unwrap_or(0)).max(0));
            Range { low: literal(amount).map_or(0, |amount| (range.low - amount).max(0)), high }
        }
        StepKind::Max(amount) => match literal(amount) {
            Some(limit) => Range { low: range.low.min(limit), high: Some(range.high.map_or(limit, |high| high.min(limit))) },
            None => Range { low: 0, high: range.high },
        },
        StepKind::BufferPercent(_) | StepKind::Share(_) => Range { low: 0, high: range.high },
        StepKind::Pack(amount) => {
            let size = literal(amount).unwrap_or(1).max(1);
            Range { low: literal(amount).map_or(0, |_| range.low / size), high: range.high.map(|high| high / size) }
        }
        StepKind::Cutoff(amount) => match (literal(amount), range.high) {
            (Some(limit), Some(high)) if limit > high => Range { low: 0, high: Some(0) },
            (Some(limit), _) if limit <= range.low => range,
            _ => Range { low: 0, high: range.high },
        },
    }
}
