//! Rules that speak of what a shop has, made up.

use super::super::simple::facts::Shop;
use super::super::simple::filters::{self, Kind, kind};
use super::super::simple::rules::{self, Expression, Field, Filter, Rule, Step, Term};
use super::super::simple::{Row, ShopIndex};
use super::random::Random;
use super::rules::{RuleFile, Statement};

/// The fields that every shop has.
pub const FIXED: &[&str] = &[
    "sku",
    "barcode",
    "handle",
    "title",
    "vendor",
    "type",
    "category",
    "status",
    "tag",
    "tag",
    "collection",
    "price",
    "compare_at_price",
    "cost",
    "weight",
    "inventory",
    "inventory",
    "policy",
    "tracked",
    "published",
    "gift_card",
    "fulfillment",
    "amazon.quantity",
    "amazon.price",
    "amazon.asin",
    "amazon.status",
    "amazon.channel",
    "amazon.listed",
    "today",
    "marketplace",
];

/// Makes up rules for a shop.
struct Maker<'a> {
    random: &'a mut Random,
    known: ShopIndex<'a>,
    shop: &'a Shop,
    fields: Vec<Field>,
    groups: Vec<String>,
}

/// Rule files for a shop: few rules, which are decided in one way, or many, which are decided in another.
pub fn files(random: &mut Random, shop: &Shop, own: &[Field], variants: usize) -> Vec<RuleFile> {
    let count = match random.below(4) {
        0 => random.below(3),
        1 | 2 => random.below(16),
        _ => random.below(40),
    };
    let idle = if random.one_in(3) { 66 } else { 0 };
    let count = if variants > 1000 { count.min(20) } else { count };
    let mut fields: Vec<Field> = FIXED.iter().map(|name| name.split('.').map(str::to_owned).collect()).collect();
    // The shop's own fields are asked for as often as all the others together.
    fields.extend(own.iter().cloned().cycle().take(if own.is_empty() { 0 } else { FIXED.len() }));
    let mut maker = Maker { random, known: ShopIndex::of(shop), shop, fields, groups: vec![] };
    let mut statements = vec![];
    for number in 0..maker.random.below(4) {
        let name = format!("{}-{number}", *maker.random.pick(&["slow", "größe", "own_group", "Tag"]));
        statements.push(Statement::Group(name.clone(), maker.filter(2)));
        maker.groups.push(name);
    }
    if maker.random.one_in(2) {
        statements.push(Statement::Rule(Rule { filter: None, ..maker.settings() }));
    }
    for number in 0..count + idle {
        let filter = if number < count {
            maker.filter(3)
        } else {
            Filter::Compare(vec!["sku".to_owned()], "=", format!("no such {number}"))
        };
        let filter = Some(filter).filter(|_| !maker.random.one_in(25));
        statements.push(Statement::Rule(Rule { filter, ..maker.settings() }));
    }
    if idle > 0 {
        // Groups stay where they are, before everything that uses them.
        let first = statements.iter().position(|statement| matches!(statement, Statement::Rule(_))).unwrap_or(0);
        maker.random.shuffle(&mut statements[first..]);
    }
    let mut files = vec![];
    let mut rest = statements;
    for name in ["a.rules", "b.rules", "c.rules"] {
        let cut = if name == "c.rules" || rest.is_empty() { rest.len() } else { maker.random.below(rest.len() + 1) };
        let after = rest.split_off(cut);
        let seed = maker.random.below(usize::MAX) as u64;
        files.push(RuleFile { name: name.to_owned(), statements: std::mem::replace(&mut rest, after), seed });
    }
    files
}

impl<'a> Maker<'a> {
    fn filter(&mut self, depth: usize) -> Filter {
        match if depth == 0 { 9 } else { self.random.below(10) } {
            0 | 1 => Filter::Any(self.filters(depth - 1)),
            2 | 3 => Filter::All(self.filters(depth - 1)),
            4 => Filter::Not(Box::new(self.filter(depth - 1))),
            5 if !self.groups.is_empty() => Filter::Flag(vec![self.random.pick(&self.groups).clone()]),
            _ => self.comparison(),
        }
    }

    fn filters(&mut self, depth: usize) -> Vec<Filter> {
        (0..2 + self.random.below(2)).map(|_| self.filter(depth)).collect()
    }

    fn comparison(&mut self) -> Filter {
        let field = self.random.pick(&self.fields).clone();
        let kind = kind(&field);
        if kind == Kind::YesNo {
            return if self.random.one_in(6) { Filter::Has(field) } else { Filter::Flag(field) };
        }
        if self.random.one_in(8) {
            return Filter::Has(field);
        }
        // By-use fields are compared as texts or as numbers.
        let as_number = matches!(kind, Kind::Decimal | Kind::Count) || kind == Kind::ByUse && self.random.one_in(2);
        if as_number || kind == Kind::Date {
            let value = |maker: &mut Self| if as_number { maker.number(&field) } else { maker.day() };
            return match self.random.below(6) {
                0 | 1 => {
                    let mut ends = [value(self), value(self)];
                    ends.sort_by_key(|end| (filters::decimal(end), end.clone()));
                    let [low, high] = ends;
                    Filter::Range(field, low, high)
                }
                2 if kind != Kind::ByUse => Filter::Compare(field.clone(), self.operator(&["=", "!="]), value(self)),
                3 if kind != Kind::ByUse => {
                    Filter::OneOf(field.clone(), (0..=self.random.below(3)).map(|_| value(self)).collect())
                }
                _ => Filter::Compare(field.clone(), self.operator(&["<", "<=", ">", ">="]), value(self)),
            };
        }
        match self.random.below(8) {
            0..=3 => Filter::Compare(field.clone(), self.operator(&["=", "=", "=", "!="]), self.value(&field)),
            4 => {
                let most = match self.random.below(3) {
                    0 if field[0] == "sku" => 150,
                    0 => 12,
                    _ => 2,
                };
                Filter::OneOf(field.clone(), (0..=self.random.below(most)).map(|_| self.value(&field)).collect())
            }
            5 | 6 => {
                let value = self.value(&field);
                Filter::Like(field, self.pattern(&value))
            }
            _ => {
                let value = self.value(&field);
                let escaped = regex::escape(&value);
                let patterns = [
                    format!("^{escaped}"),
                    escaped,
                    "[0-9]+$".to_owned(),
                    "^.{3,5}$".to_owned(),
                    "é|ß".to_owned(),
                    "\\s".to_owned(),
                ];
                let pattern = self.random.pick(&patterns).clone();
                rules::matches(field, pattern).expect("a pattern")
            }
        }
    }

    fn operator(&mut self, of: &[&'static str]) -> &'static str {
        of[self.random.below(of.len())]
    }

    /// What some variant has, which is looked for among a few.
    fn some<T>(&mut self, values: impl Fn(Row<'a>) -> Vec<T>) -> Option<T> {
        let variants = &self.shop.variants;
        (0..if variants.is_empty() { 0 } else { 6 }).find_map(|_| {
            let mut found = values(self.known.row(&variants[self.random.below(variants.len())]));
            let at = self.random.below(found.len().max(1));
            if found.is_empty() { None } else { Some(found.swap_remove(at)) }
        })
    }

    /// A text that the field likely has, perhaps written otherwise.
    fn value(&mut self, field: &Field) -> String {
        if self.random.one_in(6) {
            return (*self.random.pick(&["nothing", "amazon.de", "a", "7"])).to_owned();
        }
        let text = self.some(|row| filters::texts(field, row)).unwrap_or("nothing");
        let text = text.trim().to_owned();
        if self.random.one_in(2) { text } else { self.random.vary(&text) }
    }

    fn pattern(&mut self, value: &str) -> String {
        let letters: Vec<char> = value.chars().collect();
        let at = self.random.below(letters.len() + 1);
        let (before, after) = letters.split_at(at);
        let (before, after): (String, String) = (before.iter().collect(), after.iter().collect());
        match self.random.below(6) {
            0 => format!("{before}*"),
            1 => format!("*{after}"),
            2 => format!("{before}*{}", after.chars().skip(1).collect::<String>()),
            3 => format!("{before}?{}", after.chars().skip(1).collect::<String>()),
            4 => "*".to_owned(),
            _ => value.to_owned(),
        }
    }

    /// A number near to one that the field has.
    fn number(&mut self, field: &Field) -> String {
        match (self.some(|row| filters::numbers(field, row)), self.random.below(5)) {
            (Some(number), 0..=2) => number.to_string(),
            (Some(number), 3) => (number + rust_decimal::Decimal::from(self.random.between(-2, 2))).to_string(),
            _ => (*self.random.pick(&["-2", "0", "7.5", "12", "19.99", "3.0000"])).to_owned(),
        }
    }

    fn day(&mut self) -> String {
        if self.random.one_in(3) { self.shop.today.clone() } else { format!("2026-11-{:02}", self.random.between(18, 30)) }
    }

    fn settings(&mut self) -> Rule {
        let mut rule = Rule::default();
        if self.random.one_in(4) {
            rule.source = Some(self.expression(0));
        }
        if self.random.one_in(6) {
            rule.sync = Some(!self.random.one_in(2));
        }
        if self.random.one_in(4) && (rule.source.is_some() || rule.sync.is_some()) {
            return rule;
        }
        rule.steps = (0..=self.random.below(3)).map(|_| self.step()).collect();
        rule
    }

    fn step(&mut self) -> Step {
        match self.random.below(12) {
            0 | 1 => Step::Level,
            2 => Step::Fixed(self.expression(0)),
            3 | 4 => Step::Buffer(self.expression(0)),
            5 => Step::BufferPercent(self.percent()),
            6 | 7 => Step::Max(self.expression(0)),
            8 | 9 => Step::Share(self.percent()),
            10 => Step::Pack(self.expression(1)),
            _ => Step::Cutoff(self.expression(0)),
        }
    }

    fn percent(&mut self) -> String {
        match self.random.below(4) {
            0 => (*self.random.pick(&["0", "100", "33.333333333333", "0.000000000001", "12.50"])).to_owned(),
            1 => format!("{}.{}", self.random.below(100), self.random.below(10)),
            _ => self.random.below(101).to_string(),
        }
    }

    /// An expression, mostly a plain number; `least` is the least amount of its step.
    fn expression(&mut self, least: i64) -> Expression {
        let number = |maker: &mut Self| vec![(false, Term::Number(maker.random.between(least, 12)))];
        if self.random.one_in(2) {
            // Amazon's files hold no more.
            return if self.random.one_in(20) { vec![vec![(false, Term::Number(99_999_999))]] } else { vec![number(self)] };
        }
        let mut alternatives: Expression = (0..=self.random.below(2)).map(|_| self.sum(least)).collect();
        // Without a number at the end, many variants are held.
        if self.random.one_in(2) {
            alternatives.push(number(self));
        }
        alternatives
    }

    fn sum(&mut self, least: i64) -> Vec<(bool, Term)> {
        let numeric = |field: &&Field| matches!(kind(field), Kind::Count | Kind::Decimal | Kind::ByUse);
        let numeric: Vec<Field> = self.fields.iter().filter(numeric).cloned().collect();
        let mut terms = vec![(false, Term::Field(self.random.pick(&numeric).clone()))];
        while self.random.one_in(3) {
            let term = match self.random.one_in(2) {
                true => Term::Number(self.random.between(least, 9)),
                false => Term::Field(self.random.pick(&numeric).clone()),
            };
            terms.push((self.random.one_in(2), term));
        }
        terms
    }
}
