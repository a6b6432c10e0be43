//! The interpreter that the fast one must equal: one row at a time, every rule on every row, comparing texts. There are no
//! listings for it.

use stockrule::catalog::schema::{Field, FieldType};
use stockrule::evaluate::{Outcome, World, form};
use stockrule::resolve::checked::{Amount, Check, Condition, Rule, Ruleset, StepKind, Term, Test};
use stockrule::syntax::tree::Sign;

/// What the simple interpreter says of a variant.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// What becomes of it.
    pub outcome: Outcome,
    /// The source's value.
    pub count: Option<i64>,
    /// The quantity, where one is sent.
    pub quantity: Option<i64>,
}

/// So many rules that match nothing. Up to 64 rules are evaluated in another way than more.
pub fn rules_that_match_nothing(count: usize) -> String {
    (0..count).map(|number| format!("where sku=\"no such SKU {number}\": level\n")).collect()
}

/// What becomes of a variant.
pub fn interpret(ruleset: &Ruleset, world: &World<'_>, variant: usize) -> Answer {
    // A group uses only those before it.
    let mut groups = vec![];
    for group in &ruleset.groups {
        groups.push(holds(&groups, world, &group.condition, variant));
    }
    let matching: Vec<&Rule> = ruleset.rules.iter().filter(|rule| holds(&groups, world, &rule.condition, variant)).collect();
    let source = matching.iter().rev().find_map(|rule| rule.source.as_ref());
    let steps = matching.iter().rev().find_map(|rule| rule.steps.as_ref());
    let sync = matching.iter().rev().find_map(|rule| rule.sync).unwrap_or(true);
    let count = match source {
        Some(expression) => amount(world, expression, variant),
        None => world.whole(Field::Inventory, variant).ok(),
    };
    let mut quantity = count.map(|count| count.max(0));
    for step in steps.into_iter().flat_map(|steps| steps.all()) {
        let q = quantity;
        // A `fixed` gives a number whatever came before it, so a missing count is carried along up to there.
        quantity = match &step.kind {
            StepKind::Level => q,
            StepKind::Fixed(n) => amount(world, n, variant),
            StepKind::Buffer(n) => both(q, amount(world, n, variant)).map(|(q, n)| q - n),
            StepKind::BufferPercent(p) => q.map(|q| q - up(i128::from(q) * p.mantissa, p.divisor)),
            StepKind::Max(n) => both(q, amount(world, n, variant)).map(|(q, n)| q.min(n)),
            StepKind::Share(p) => q.map(|q| small((i128::from(q) * p.mantissa).div_euclid(p.divisor))),
            StepKind::Pack(n) => both(q, amount(world, n, variant)).map(|(q, n)| q / n),
            StepKind::Cutoff(n) => both(q, amount(world, n, variant)).map(|(q, n)| if q < n { 0 } else { q }),
        }
        .map(|q| q.max(0));
    }
    let catalog = world.catalog;
    let sku = catalog.sku.get(variant);
    let outcome = if sku.trim().is_empty() {
        Outcome::NoSku
    } else if catalog.sku.iter().filter(|other| *other == sku).count() > 1 {
        Outcome::Ambiguous
    } else if catalog.amazon_tracked[variant] {
        Outcome::Fba
    } else if matching.is_empty() {
        Outcome::Unmatched
    } else if !sync {
        Outcome::Off
    } else if sku.chars().count() > 40 || quantity.is_none() {
        Outcome::Held
    } else {
        Outcome::Synced
    };
    Answer { outcome, count, quantity: quantity.filter(|_| outcome == Outcome::Synced) }
}

fn both(a: Option<i64>, b: Option<i64>) -> Option<(i64, i64)> {
    a.zip(b)
}

fn up(product: i128, divisor: i128) -> i64 {
    small(-((-product).div_euclid(divisor)))
}

fn small(value: i128) -> i64 {
    i64::try_from(value).expect("a count")
}

fn amount(world: &World<'_>, amount: &Amount, variant: usize) -> Option<i64> {
    amount.alternatives.iter().find_map(|sum| {
        let mut total = 0;
        for (sign, term) in &sum.terms {
            let value = match term {
                Term::Number(number) => *number,
                Term::Field(field, _) => world.whole(*field, variant).ok()?,
            };
            total = if *sign == Sign::Plus { i64::checked_add(total, value)? } else { i64::checked_sub(total, value)? };
        }
        (total >= amount.least && total <= amount.greatest).then_some(total)
    })
}

fn holds(groups: &[bool], world: &World<'_>, condition: &Condition, variant: usize) -> bool {
    match condition {
        Condition::Always => true,
        Condition::All(all) => all.iter().all(|part| holds(groups, world, part, variant)),
        Condition::Any(any) => any.iter().any(|part| holds(groups, world, part, variant)),
        Condition::Not(inner) => !holds(groups, world, inner, variant),
        Condition::Group(group) => groups[*group],
        Condition::Test(test) => test_holds(world, test, variant),
    }
}

fn test_holds(world: &World<'_>, test: &Test, variant: usize) -> bool {
    let texts = || world.texts(test.field, variant);
    match (&test.check, test.field.field_type()) {
        (Check::Yes, _) => world.yes(test.field, variant),
        (Check::Present, FieldType::Decimal | FieldType::Count) => world.number(test.field, variant).is_some(),
        (Check::Present, FieldType::YesNo) => true,
        (Check::Present, _) => !texts().is_empty(),
        (Check::Equals(values), _) => texts().iter().any(|text| values.iter().any(|(value, _)| form(test.field, text) == *value)),
        (Check::Pattern(regex), _) => texts().iter().any(|text| regex.is_match(&stockrule::text::nfc(text))),
        (Check::Within(bounds), FieldType::ByUse) => {
            texts().iter().any(|text| stockrule::number::decimal(text).is_some_and(|number| bounds.contain(&number)))
        }
        (Check::Within(bounds), _) => world.number(test.field, variant).is_some_and(|number| bounds.contain(&number)),
        (Check::Numbers(numbers), _) => world.number(test.field, variant).is_some_and(|number| numbers.contains(&number)),
        (Check::Days(days), _) => days.contains(&world.today.date()),
        (Check::DaysWithin(bounds), _) => bounds.contain(&world.today.date()),
    }
}
