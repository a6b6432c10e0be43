//! Compiles rules for what they are evaluated against.

use foldhash::{HashMap, HashSet};

use super::chains::{equals, excludes, merge};
use super::code_set::CodeSet;
use super::comparisons::{form, integer_ranges, text_holds};
use super::compiled_rules::{CompiledRules, Forms};
use super::context::Context;
use super::groups::Groups;
use super::named_skus;
use super::predicate::{Atom, Predicate};
use crate::catalog::FieldColumn;
use crate::catalog::columns::{Dictionary, SCALE, list_items};
use crate::fields::{Field, FieldType};
use crate::ids::VariantId;
use crate::resolve::checked::{Comparison, Condition, Criterion, Ruleset};

/// Compiles all rules.
pub fn compile<'a>(ruleset: &'a Ruleset, context: Context<'a>) -> CompiledRules<'a> {
    let conditions: Vec<&Condition> = ruleset.rules.iter().map(|rule| &rule.condition).collect();
    compile_conditions(&conditions, ruleset, context)
}

/// Compiles one condition that stands alone, with the groups of a rule set: the only one of the result.
pub fn compile_filter<'a>(condition: &Condition, ruleset: &'a Ruleset, context: Context<'a>) -> CompiledRules<'a> {
    compile_conditions(&[condition], ruleset, context)
}

fn compile_conditions<'a>(conditions: &[&Condition], ruleset: &'a Ruleset, context: Context<'a>) -> CompiledRules<'a> {
    let (groups, forms, skus) = (Groups::default(), HashMap::default(), HashMap::default());
    let mut compiler = Compiler { context, groups, forms, skus };
    compiler.find_skus(ruleset.groups.iter().map(|group| &group.condition).chain(conditions.iter().copied()));
    let mut groups_of_product = vec![];
    for group in &ruleset.groups {
        let predicate = compiler.condition(&group.condition);
        let is_of_product = predicate.is_of_product(&groups_of_product);
        groups_of_product.push(is_of_product);
        compiler.groups.push(predicate);
    }
    let predicates: Vec<_> = conditions.iter().map(|condition| compiler.condition(condition)).collect();
    let is_of_product = predicates.iter().map(|predicate| predicate.is_of_product(&groups_of_product)).collect();
    let Compiler { groups, forms, skus, .. } = compiler;
    let skus: HashSet<String> = skus.into_iter().filter(|(_, variants)| !variants.is_empty()).map(|(sku, _)| sku).collect();
    CompiledRules { ruleset, context, predicates, groups, is_of_product, skus, forms }
}

struct Compiler<'a> {
    context: Context<'a>,
    groups: Groups<'a>,
    forms: HashMap<(Field, usize), Forms>,
    /// The variants of each SKU that the rules name.
    skus: HashMap<String, Vec<VariantId>>,
}

impl<'a> Compiler<'a> {
    /// Finds the variants of all SKUs that the conditions name, in one pass over the catalog.
    fn find_skus<'c>(&mut self, conditions: impl Iterator<Item = &'c Condition>) {
        let mut stack: Vec<&Condition> = conditions.collect();
        while let Some(condition) = stack.pop() {
            match condition {
                Condition::All(parts) | Condition::Any(parts) => stack.extend(parts),
                Condition::Not(inner) => stack.push(inner),
                Condition::Comparison(Comparison { field: Field::Sku, criterion: Criterion::Equals(values), .. }) => {
                    for (value, _) in values {
                        self.skus.entry(value.clone()).or_default();
                    }
                }
                _ => {}
            }
        }
        if self.skus.is_empty() {
            return;
        }
        named_skus::find(self.context.shop.catalog, &mut self.skus);
    }

    fn condition(&mut self, condition: &Condition) -> Predicate<'a> {
        match condition {
            Condition::Always => Predicate::Const(true),
            Condition::All(parts) => {
                let (merged, others) = merge(parts, excludes);
                let mut predicates: Vec<_> = others.into_iter().map(|part| self.condition(part)).collect();
                predicates.extend(merged.iter().map(|comparison| negated(self.comparison(comparison))));
                simplify(predicates, false, Predicate::All)
            }
            Condition::Any(parts) => {
                let (merged, others) = merge(parts, equals);
                let mut predicates: Vec<_> = others.into_iter().map(|part| self.condition(part)).collect();
                predicates.extend(merged.iter().map(|comparison| self.comparison(comparison)));
                simplify(predicates, true, Predicate::Any)
            }
            Condition::Not(inner) => negated(self.condition(inner)),
            Condition::Group(group) => match self.groups.get(*group) {
                Some(Predicate::Const(value)) => Predicate::Const(*value),
                _ => Predicate::Group(*group),
            },
            Condition::Comparison(comparison) => self.comparison(comparison),
        }
    }

    fn comparison(&mut self, comparison: &Comparison) -> Predicate<'a> {
        let catalog = self.context.shop.catalog;
        let field = comparison.field;
        match field {
            Field::Today => {
                let today = self.context.today;
                Predicate::Const(match &comparison.criterion {
                    Criterion::Days(days) => days.contains(&today),
                    Criterion::DaysWithin(bounds) => bounds.contain(&today),
                    _ => true,
                })
            }
            Field::Marketplace => {
                let name = self.context.account.marketplace;
                Predicate::Const(text_holds(&comparison.criterion, field, name))
            }
            _ if field.field_type() == FieldType::YesNo && matches!(comparison.criterion, Criterion::Present) => {
                Predicate::Const(true)
            }
            Field::Sku => match &comparison.criterion {
                Criterion::Equals(values) => {
                    let mut variants: Vec<VariantId> =
                        values.iter().filter_map(|(v, _)| self.skus.get(v)).flatten().copied().collect();
                    variants.sort_unstable();
                    variants.dedup();
                    if variants.is_empty() { Predicate::Const(false) } else { Predicate::Atom(Atom::Variants(variants)) }
                }
                Criterion::Pattern(regex) => Predicate::Atom(Atom::SkuPattern(regex.clone())),
                _ => Predicate::Atom(Atom::Value(comparison.clone())),
            },
            Field::Option(option) => {
                let slots = catalog.option_values.iter().enumerate();
                let sets: Vec<_> = slots.map(|(slot, column)| self.codes(comparison, slot, &column.dictionary, false)).collect();
                if sets.iter().all(Vec::is_empty) {
                    return Predicate::Const(false);
                }
                Predicate::Atom(Atom::Option(option, sets.into_iter().map(CodeSet::new).collect()))
            }
            Field::Metafield(index) | Field::Column(index) => {
                let columns = if matches!(field, Field::Metafield(_)) { &catalog.metafields } else { &catalog.columns };
                match columns.get(index) {
                    None => Predicate::Const(false),
                    Some(column) => {
                        let codes = self.codes(comparison, 0, &column.dictionary, true);
                        atom(codes, |set| Atom::Override(column, set))
                    }
                }
            }
            Field::Inventory => {
                let ranges = integer_ranges(&comparison.criterion, 0);
                Predicate::Atom(ranges.map_or_else(|| Atom::Value(comparison.clone()), Atom::Inventory))
            }
            _ => self.stored(comparison),
        }
    }

    /// A comparison with a field that the catalog has a column for.
    fn stored(&mut self, comparison: &Comparison) -> Predicate<'a> {
        let field = comparison.field;
        let value = || Predicate::Atom(Atom::Value(comparison.clone()));
        match self.context.shop.catalog.fields.get(field) {
            Some(FieldColumn::Text(column, _)) => {
                let codes = self.codes(comparison, 0, &column.dictionary, false);
                atom(codes, |set| match field.is_of_product() {
                    true => Atom::ProductText(field, column, set),
                    false => Atom::VariantText(field, column, set),
                })
            }
            Some(FieldColumn::List(column)) if field.is_of_product() => {
                let codes = self.codes(comparison, 0, &column.dictionary, false);
                atom(codes, |set| Atom::ProductList(field, column, set))
            }
            Some(FieldColumn::Decimal(column)) if !field.is_of_product() => match integer_ranges(&comparison.criterion, SCALE) {
                Some(ranges) => Predicate::Atom(Atom::Decimal(column, ranges, comparison.clone())),
                None => value(),
            },
            Some(FieldColumn::Flag(flags, _)) if field.is_of_product() => Predicate::Atom(Atom::ProductFlag(flags)),
            _ => value(),
        }
    }

    /// The codes of the texts for which the comparison holds.
    fn codes(&mut self, comparison: &Comparison, slot: usize, dictionary: &Dictionary, is_list: bool) -> Vec<u32> {
        match &comparison.criterion {
            Criterion::Equals(values) => {
                let forms =
                    self.forms.entry((comparison.field, slot)).or_insert_with(|| forms_of(dictionary, comparison.field, is_list));
                values.iter().filter_map(|(value, _)| forms.get(value)).flatten().copied().collect()
            }
            criterion => dictionary
                .iter()
                .filter(|(_, text)| match is_list {
                    true => list_items(text).iter().any(|part| text_holds(criterion, comparison.field, part)),
                    false => text_holds(criterion, comparison.field, text),
                })
                .map(|(code, _)| code)
                .collect(),
        }
    }
}

/// The codes of a dictionary's texts, by the form in which they are compared; `is_list` says that each text is a list of texts.
fn forms_of(dictionary: &Dictionary, field: Field, is_list: bool) -> Forms {
    let mut forms = Forms::default();
    forms.reserve(dictionary.len());
    for (code, value) in dictionary.iter() {
        let mut add = |form: String| {
            if !form.is_empty() {
                forms.entry(form).or_default().push(code);
            }
        };
        if !is_list {
            add(form(field, value));
            continue;
        }
        let mut distinct: Vec<String> = list_items(value).iter().map(|value| form(field, value)).collect();
        distinct.sort_unstable();
        distinct.dedup();
        distinct.into_iter().for_each(add);
    }
    forms
}

fn atom<'a>(codes: Vec<u32>, make: impl FnOnce(CodeSet) -> Atom<'a>) -> Predicate<'a> {
    if codes.is_empty() { Predicate::Const(false) } else { Predicate::Atom(make(CodeSet::new(codes))) }
}

fn negated(predicate: Predicate<'_>) -> Predicate<'_> {
    match predicate {
        Predicate::Const(value) => Predicate::Const(!value),
        predicate => Predicate::Not(Box::new(predicate)),
    }
}

/// A chain without its constants: `decisive` is the value of one that decides the whole chain, the other one has no effect.
fn simplify<'a>(predicates: Vec<Predicate<'a>>, decisive: bool, join: fn(Vec<Predicate<'a>>) -> Predicate<'a>) -> Predicate<'a> {
    let mut open = vec![];
    for predicate in predicates {
        match predicate {
            Predicate::Const(value) if value == decisive => return Predicate::Const(decisive),
            Predicate::Const(_) => {}
            predicate => open.push(predicate),
        }
    }
    match open.len() {
        0 => Predicate::Const(!decisive),
        1 => open.remove(0),
        _ => join(open),
    }
}
