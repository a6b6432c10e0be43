//! Chains of comparisons with values, as one comparison with a list of them.

use foldhash::HashMap;

use crate::fields::Field;
use crate::resolve::checked::{Comparison, Condition, Criterion};

/// The comparison, where a condition is one of a field with values.
pub fn equals(condition: &Condition) -> Option<&Comparison> {
    match condition {
        Condition::Comparison(test) if matches!(test.criterion, Criterion::Equals(_)) => Some(test),
        _ => None,
    }
}

/// The comparison, where a condition is that one does not hold.
pub fn excludes(condition: &Condition) -> Option<&Comparison> {
    match condition {
        Condition::Not(inner) => equals(inner),
        _ => None,
    }
}

/// The parts of a chain, those that `as_equals` takes for comparisons of one field with values joined into one comparison:
/// `sku=A or sku=B` is `sku in (A, B)`, and is evaluated as fast.
pub fn joined(parts: &[Condition], as_equals: fn(&Condition) -> Option<&Comparison>) -> (Vec<Comparison>, Vec<&Condition>) {
    let mut of_field: HashMap<Field, usize> = HashMap::default();
    parts.iter().filter_map(as_equals).for_each(|test| *of_field.entry(test.field).or_default() += 1);
    let (mut listed, mut rest) = (Vec::<Comparison>::new(), vec![]);
    for part in parts {
        let Some(test) = as_equals(part).filter(|test| of_field.get(&test.field).is_some_and(|count| *count > 1)) else {
            rest.push(part);
            continue;
        };
        match (listed.iter_mut().find(|known| known.field == test.field).map(|known| &mut known.criterion), &test.criterion) {
            (Some(Criterion::Equals(all)), Criterion::Equals(values)) => all.extend_from_slice(values),
            _ => listed.push(test.clone()),
        }
    }
    (listed, rest)
}
