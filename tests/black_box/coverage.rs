//! What the rules of many cases ask for, so that nothing comes to be asked for no longer.

use std::collections::BTreeMap;

use super::shops::Case;
use super::shops::rules::meaning;
use super::simple::filters::{self, Kind, kind};
use super::simple::rules::{Expression, Filter, Rules, Step, Term};
use super::simple::{Row, ShopIndex};

/// Of each comparison, such as `price <`, for how many rows it was true, and for how many not; of each step and each field of an
/// amount, how often it was written.
#[derive(Debug, Default)]
pub struct Coverage {
    /// The comparisons.
    pub comparisons: BTreeMap<String, (usize, usize)>,
    /// The rest.
    pub amounts: BTreeMap<String, usize>,
}

impl Coverage {
    /// Adds a case.
    pub fn add(&mut self, case: &Case) {
        let (shop, rules) = (case.shop(), meaning(&case.rules));
        let known = ShopIndex::of(&shop);
        let rows: Vec<Row<'_>> = shop.variants.iter().map(|variant| known.row(variant)).collect();
        let filters =
            rules.rules.iter().filter_map(|rule| rule.filter.as_ref()).chain(rules.groups.iter().map(|(_, filter)| filter));
        filters.for_each(|filter| self.filter(filter, &rows));
        self.rules(&rules);
    }

    fn filter(&mut self, filter: &Filter, rows: &[Row<'_>]) {
        let (field, operator) = match filter {
            Filter::Any(parts) | Filter::All(parts) => return parts.iter().for_each(|part| self.filter(part, rows)),
            Filter::Not(inner) => return self.filter(inner, rows),
            // A group.
            Filter::Flag(field) if kind(field) != Kind::YesNo => return,
            Filter::Compare(field, operator, _) => (field, *operator),
            Filter::OneOf(field, _) => (field, "in"),
            Filter::Range(field, ..) => (field, ".."),
            Filter::Like(field, _) => (field, "like"),
            Filter::Matches(field, ..) => (field, "matches"),
            Filter::Has(field) => (field, "has"),
            Filter::Flag(field) => (field, "flag"),
        };
        let of = self.comparisons.entry(format!("{} {operator}", name(field))).or_default();
        for row in rows {
            match filters::holds(filter, &Default::default(), *row) {
                true => of.0 += 1,
                false => of.1 += 1,
            }
        }
    }

    fn rules(&mut self, rules: &Rules) {
        for rule in &rules.rules {
            rule.source.iter().for_each(|source| self.expression("from", source));
            rule.sync.iter().for_each(|on| self.count(format!("sync {on}")));
            for step in &rule.steps {
                match step {
                    Step::Level => self.count("level".to_owned()),
                    Step::Fixed(n) => self.expression("fixed", n),
                    Step::Buffer(n) => self.expression("buffer", n),
                    Step::BufferPercent(_) => self.count("buffer %".to_owned()),
                    Step::Max(n) => self.expression("max", n),
                    Step::Share(_) => self.count("share".to_owned()),
                    Step::Pack(n) => self.expression("pack", n),
                    Step::Cutoff(n) => self.expression("cutoff", n),
                }
            }
        }
    }

    fn expression(&mut self, what: &str, expression: &Expression) {
        self.count(what.to_owned());
        for (_, term) in expression.iter().flatten() {
            if let Term::Field(field) = term {
                self.count(format!("{what} {}", name(field)));
            }
        }
    }

    fn count(&mut self, what: String) {
        *self.amounts.entry(what).or_default() += 1;
    }
}

/// A field's name, all that have names of a shop's own taken together.
fn name(field: &[String]) -> String {
    match kind(field) {
        Kind::ByUse if field[0] != "column" => "metafield".to_owned(),
        _ if matches!(field[0].as_str(), "option" | "location" | "column") => field[0].clone(),
        _ => field.join("."),
    }
}

/// The comparisons that the language has for its fields.
pub fn comparisons() -> Vec<String> {
    let fields = super::shops::making::FIXED.iter().chain(&["option.x", "location.x", "column.x", "custom.x"]);
    let of_field = |written: &&str| -> Vec<String> {
        let field: Vec<String> = written.split('.').map(str::to_owned).collect();
        let operators: &[&str] = match kind(&field) {
            Kind::Exact | Kind::Text => &["=", "!=", "in", "like", "matches", "has"],
            Kind::Decimal | Kind::Count => &["=", "!=", "<", "<=", ">", ">=", "in", "..", "has"],
            Kind::ByUse => &["=", "!=", "<", "<=", ">", ">=", "in", "..", "like", "matches", "has"],
            Kind::Date => &["=", "!=", "<", "<=", ">", ">=", "in", "..", "has"],
            Kind::YesNo => &["flag", "has"],
        };
        operators.iter().map(|operator| format!("{} {operator}", name(&field))).collect::<Vec<_>>()
    };
    fields.flat_map(of_field).collect()
}

/// The amounts that it has.
pub fn amounts() -> Vec<String> {
    let plain = ["level", "buffer %", "share", "sync true", "sync false"].map(str::to_owned);
    let fields = ["inventory", "location", "price", "weight", "amazon.quantity", "amazon.price", "metafield", "column"];
    let steps = ["from", "fixed", "buffer", "max", "pack", "cutoff"];
    plain.into_iter().chain(steps.iter().flat_map(|step| fields.map(|field| format!("{step} {field}")))).collect()
}
