//! Days that rules wait for, and that have passed.

use jiff::civil::Date;

use crate::diagnostic::{Code, Diagnostic};
use crate::evaluate::Run;
use crate::fields::Field;
use crate::resolve::checked::{At, Comparison, Condition, Criterion};

/// Warns of days that have passed: one warning a rule or group, at the first of them. Days that are excluded may well have.
pub fn warn(run: &Run<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let ruleset = run.ruleset();
    if !ruleset.reads(&|field| field == Field::Today) {
        return;
    }
    let today = run.context().today;
    let groups = ruleset.groups.iter().map(|group| &group.condition);
    for condition in groups.chain(ruleset.rules.iter().map(|rule| &rule.condition)) {
        if let Some(at) = first_passed(condition, today) {
            let message = format!("`{}` has passed: today is {today}", ruleset.text(at));
            let help = "remove it, or write the days of the next time";
            diagnostics.push(Diagnostic::warning(Code::PastDays, message).help(help).at(ruleset.place(at)));
        }
    }
}

fn first_passed(condition: &Condition, today: Date) -> Option<At> {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().find_map(|part| first_passed(part, today)),
        Condition::Comparison(Comparison { field: Field::Today, criterion, at }) if is_past(criterion, today) => Some(*at),
        Condition::Always | Condition::Not(_) | Condition::Group(_) | Condition::Comparison(_) => None,
    }
}

/// Whether a criterion of the day can hold neither today nor later.
fn is_past(criterion: &Criterion, today: Date) -> bool {
    match criterion {
        Criterion::Days(days) => days.iter().all(|day| *day < today),
        Criterion::DaysWithin(bounds) => bounds.high.is_some_and(|(last, closed)| last < today || !closed && last == today),
        _ => false,
    }
}
