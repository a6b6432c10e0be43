//! Chains of comparisons of one field, merged: `sku=A or sku=B` is `sku in (A, B)`, and is evaluated as fast.

use foldhash::HashMap;

use crate::fields::Field;
use crate::resolve::checked::{Comparison, Condition, Criterion};

/// The comparison of a condition such as `sku=A`; `None` for other conditions.
pub fn equals(condition: &Condition) -> Option<&Comparison> {
    match condition {
        Condition::Comparison(comparison) if matches!(comparison.criterion, Criterion::Equals(_)) => Some(comparison),
        _ => None,
    }
}

/// The comparison that a condition such as `sku!=A` negates; `None` for other conditions.
pub fn excludes(condition: &Condition) -> Option<&Comparison> {
    match condition {
        Condition::Not(inner) => equals(inner),
        _ => None,
    }
}

/// Merges the parts of a chain that `as_equals` gives a comparison for, where several are of one field. Returns the merged comparisons,
/// and the other parts.
pub fn merge(parts: &[Condition], as_equals: fn(&Condition) -> Option<&Comparison>) -> (Vec<Comparison>, Vec<&Condition>) {
    let mut count_of_field: HashMap<Field, usize> = HashMap::default();
    parts.iter().filter_map(as_equals).for_each(|comparison| *count_of_field.entry(comparison.field).or_default() += 1);
    let (mut merged, mut rest) = (Vec::<Comparison>::new(), vec![]);
    for part in parts {
        let Some(comparison) =
            as_equals(part).filter(|comparison| count_of_field.get(&comparison.field).is_some_and(|count| *count > 1))
        else {
            rest.push(part);
            continue;
        };
        match (
            merged.iter_mut().find(|known| known.field == comparison.field).map(|known| &mut known.criterion),
            &comparison.criterion,
        ) {
            (Some(Criterion::Equals(all)), Criterion::Equals(values)) => all.extend_from_slice(values),
            _ => merged.push(comparison.clone()),
        }
    }
    (merged, rest)
}
