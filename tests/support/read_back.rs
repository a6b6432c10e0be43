//! Rules and facts as the program has read them, for input that nobody made up: a fuzzer's. Here the parser and the readers are
//! taken at their word.

use crate::catalog::Catalog;
use crate::catalog::columns::list_items;
use crate::fields::Field;
use crate::ids::VariantId;
use crate::syntax::tree::{self, RuleFile, SettingNode, Sign, Statement};

use super::simple::facts::{Shop, Variant};
use super::simple::rules::{self, Expression, Filter, Rule, Rules, Step, Term};

/// The rules of some files. `None` where one cannot be evaluated.
pub fn rules(files: &[RuleFile]) -> Option<Rules> {
    let mut all = Rules::default();
    for file in files {
        for statement in &file.statements {
            match statement {
                Statement::Group(group) => all.groups.push((group.name.clone(), filter(&group.filter)?)),
                Statement::Rule(tree) => all.rules.push(rule(file, tree)?),
            }
        }
    }
    Some(all)
}

fn rule(file: &RuleFile, tree: &tree::RuleNode) -> Option<Rule> {
    let line = file.source.place(tree.span).line().unwrap_or(0);
    let mut rule = Rule { place: format!("{}:{line}", file.source.name()), ..Rule::default() };
    if let Some(tree) = &tree.filter {
        rule.filter = Some(filter(tree)?);
    }
    let mut written = vec![];
    for setting in &tree.settings {
        match setting {
            SettingNode::From(_, source) => rule.source = Some(expression(source)?),
            SettingNode::Sync(_, on) => rule.sync = Some(*on),
            SettingNode::Step(tree) => {
                rule.steps.push(step(&tree.kind)?);
                written.push(file.source.slice(tree.span).split_whitespace().collect::<Vec<_>>().join(" "));
            }
        }
    }
    rule.written = written.join("; ");
    Some(rule)
}

fn step(kind: &tree::StepNodeKind) -> Option<Step> {
    Some(match kind {
        tree::StepNodeKind::Level => Step::Level,
        tree::StepNodeKind::Fixed(n) => Step::Fixed(expression(n)?),
        tree::StepNodeKind::Buffer(tree::AmountNode::Count(n)) => Step::Buffer(expression(n)?),
        tree::StepNodeKind::Buffer(tree::AmountNode::Percent(percent)) => Step::BufferPercent(percent.text.clone()),
        tree::StepNodeKind::Max(n) => Step::Max(expression(n)?),
        tree::StepNodeKind::Share(tree::AmountNode::Percent(percent)) => Step::Share(percent.text.clone()),
        tree::StepNodeKind::Pack(n) => Step::Pack(expression(n)?),
        tree::StepNodeKind::Cutoff(n) => Step::Cutoff(expression(n)?),
        tree::StepNodeKind::Share(_) | tree::StepNodeKind::Unknown(..) => return None,
    })
}

fn expression(tree: &tree::Expression) -> Option<Expression> {
    let term = |(sign, term): &(Sign, tree::TermNode)| {
        let term = match term {
            tree::TermNode::Number(number) => Term::Number(number.text.parse().ok()?),
            tree::TermNode::Field(name) => Term::Field(name.parts.clone()),
        };
        Some((*sign == Sign::Minus, term))
    };
    tree.alternatives.iter().map(|sum| sum.terms.iter().map(term).collect()).collect()
}

fn filter(tree: &tree::Filter) -> Option<Filter> {
    let all = |parts: &[tree::Filter]| parts.iter().map(filter).collect::<Option<Vec<_>>>();
    Some(match tree {
        tree::Filter::Any(parts) => Filter::Any(all(parts)?),
        tree::Filter::All(parts) => Filter::All(all(parts)?),
        tree::Filter::Not(_, inner) => Filter::Not(Box::new(filter(inner)?)),
        tree::Filter::Compare(name, operator, value) => {
            Filter::Compare(name.parts.clone(), written(*operator), value.text.clone())
        }
        tree::Filter::OneOf(name, values) => {
            Filter::OneOf(name.parts.clone(), values.iter().map(|value| value.text.clone()).collect())
        }
        tree::Filter::Range(name, low, high) => Filter::Range(name.parts.clone(), low.text.clone(), high.text.clone()),
        tree::Filter::Like(name, value) => Filter::Like(name.parts.clone(), value.text.clone()),
        tree::Filter::Matches(name, value) => rules::matches(name.parts.clone(), value.text.clone())?,
        tree::Filter::Has(name) => Filter::Has(name.parts.clone()),
        tree::Filter::Flag(name) => Filter::Flag(name.parts.clone()),
    })
}

/// An operator as rules write it.
fn written(operator: tree::Operator) -> &'static str {
    match operator {
        tree::Operator::Equal => "=",
        tree::Operator::NotEqual => "!=",
        tree::Operator::Less => "<",
        tree::Operator::LessOrEqual => "<=",
        tree::Operator::Greater => ">",
        tree::Operator::GreaterOrEqual => ">=",
    }
}

/// The variants of a catalog, as far as it has stored what its rules ask for.
pub fn shop(catalog: &Catalog, today: &str, marketplace: &str) -> Shop {
    Shop {
        variants: catalog.variants().map(|id| variant(catalog, id)).collect(),
        today: today.to_owned(),
        marketplace: marketplace.to_owned(),
        ..Shop::default()
    }
}

fn variant(catalog: &Catalog, id: VariantId) -> Variant {
    let (number, product) = (id.index(), catalog.product_of(id).index());
    let text = |field: Field| catalog.text(field, id).unwrap_or_default().to_owned();
    let list = |field: Field| {
        catalog.fields.lists(field).into_iter().flat_map(|column| column.get(product)).map(str::to_owned).collect()
    };
    let decimal = |field: Field| {
        let value = catalog.fields.decimals(field).and_then(|column| column.get(number));
        value.map(|value| value.to_string()).unwrap_or_default()
    };
    let option = |(at, name): (usize, &String)| {
        let (slot, code) = catalog.option_code(id, at)?;
        Some((name.clone(), catalog.option_values[slot].dictionary.text(code).to_owned()))
    };
    let location = |(at, name): (usize, &String)| Some((name.clone(), catalog.counts.locations.get(at)?.get(number)?));
    let metafield = |(at, (space, key)): (usize, &(String, String))| {
        Some((format!("{space}.{key}"), list_items(catalog.metafields.get(at)?.get(number, product)?)))
    };
    let column =
        |(at, header): (usize, &String)| Some((header.clone(), list_items(catalog.columns.get(at)?.get(number, product)?)));
    Variant {
        sku: catalog.sku(id).to_owned(),
        barcode: text(Field::Barcode),
        handle: text(Field::Handle),
        title: text(Field::Title),
        vendor: text(Field::Vendor),
        product_type: text(Field::Type),
        category: text(Field::Category),
        status: text(Field::Status),
        tags: list(Field::Tag),
        collections: list(Field::Collection),
        options: catalog.schema.options.iter().enumerate().filter_map(option).collect(),
        price: decimal(Field::Price),
        compare_at_price: decimal(Field::CompareAtPrice),
        cost: decimal(Field::Cost),
        weight: decimal(Field::Weight),
        inventory: catalog.counts.inventory.get(number),
        locations: catalog.schema.locations.iter().enumerate().filter_map(location).collect(),
        policy: text(Field::Policy),
        fulfillment: text(Field::Fulfillment),
        is_tracked: catalog.is_yes(Field::Tracked, id),
        is_by_amazon: catalog.amazon_tracked.get(number) == Some(&true),
        is_published: catalog.is_yes(Field::Published, id),
        is_gift_card: catalog.is_yes(Field::GiftCard, id),
        metafields: catalog.schema.metafields.iter().enumerate().filter_map(metafield).collect(),
        columns: catalog.schema.columns.iter().enumerate().filter_map(column).collect(),
    }
}
