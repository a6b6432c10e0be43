//! A case that goes wrong, made as small as it can be made and still go wrong.

use std::ops::Range;

use super::super::simple::rules::Filter;
use super::Case;
use super::rules::Statement;

/// Something that can be left out of a case.
#[derive(Debug, Clone)]
enum Less {
    Report,
    Extra,
    Sales,
    Rows(Range<usize>),
    Orders(Range<usize>),
    Listings(Range<usize>),
    /// A statement: the number of its file and its own.
    Statement(usize, usize),
    /// A part of its filter.
    Filter(usize, usize),
    /// Its last step.
    Step(usize, usize),
}

/// All of them, those that leave out most first.
fn all(case: &Case) -> Vec<Less> {
    let mut all = vec![Less::Report, Less::Extra, Less::Sales];
    let listings = case.report.as_ref().map_or(0, |report| report.rows.len());
    all.extend(stretches(case.rows.len()).map(Less::Rows));
    all.extend(stretches(case.sales.orders.len()).map(Less::Orders));
    all.extend(stretches(listings).map(Less::Listings));
    for (file, rules) in case.rules.iter().enumerate() {
        for at in 0..rules.statements.len() {
            all.extend([Less::Statement(file, at), Less::Filter(file, at), Less::Step(file, at)]);
        }
    }
    all
}

/// Stretches of a list: its halves, its quarters, and so on.
fn stretches(length: usize) -> impl Iterator<Item = Range<usize>> {
    let sizes = std::iter::successors(Some(length.div_ceil(2)), |size| Some(size / 2)).take_while(|size| *size > 0);
    sizes.flat_map(move |size| (0..length).step_by(size).map(move |start| start..(start + size).min(length)))
}

impl Less {
    /// Leaves it out; whether anything has become less.
    fn apply(self, case: &mut Case) -> bool {
        match self {
            Less::Report => case.report.take().is_some(),
            Less::Extra => case.extra.take().is_some(),
            Less::Sales => !std::mem::take(&mut case.sales).files.is_empty(),
            Less::Rows(range) => case.rows.drain(range).next().is_some(),
            Less::Orders(range) => case.sales.orders.drain(range).next().is_some(),
            Less::Listings(range) => case.report.as_mut().is_some_and(|report| report.rows.drain(range).next().is_some()),
            Less::Statement(file, at) => {
                case.rules[file].statements.remove(at);
                true
            }
            Less::Filter(file, at) => match &mut case.rules[file].statements[at] {
                Statement::Group(_, filter) => simplify(filter),
                Statement::Rule(rule) => rule.filter.as_mut().is_some_and(simplify),
            },
            Less::Step(file, at) => match &mut case.rules[file].statements[at] {
                Statement::Group(..) => false,
                Statement::Rule(rule) => rule.steps.len() > 1 && rule.steps.pop().is_some(),
            },
        }
    }
}

/// Leaves out a filter's last part, or puts its only one in its place.
fn simplify(filter: &mut Filter) -> bool {
    let inner = match filter {
        Filter::Any(parts) | Filter::All(parts) if parts.len() > 2 => return parts.pop().is_some(),
        Filter::Any(parts) | Filter::All(parts) => parts.pop(),
        Filter::Not(inner) => Some((**inner).clone()),
        _ => None,
    };
    inner.map(|inner| *filter = inner).is_some()
}

/// The smallest case that is found in this number of tries and still goes wrong.
pub fn smallest(case: &Case, tries: usize, goes_wrong: impl Fn(&Case) -> bool) -> Case {
    let mut case = case.clone();
    let mut left = tries;
    'again: loop {
        for less in all(&case) {
            let mut smaller = case.clone();
            if !less.apply(&mut smaller) {
                continue;
            }
            if left == 0 {
                return case;
            }
            left -= 1;
            if goes_wrong(&smaller) {
                case = smaller;
                continue 'again;
            }
        }
        return case;
    }
}
