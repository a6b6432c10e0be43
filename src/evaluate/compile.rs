//! Conditions bound to a catalog: every comparison with text becomes one of integers, answered once a distinct value.

use foldhash::{HashMap, HashSet};
use regex::Regex;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::chains::{equals, excludes, joined};
use super::context::{Context, Subject};
use super::groups::{GroupMemo, Groups};
use super::named_skus;
use crate::catalog::FieldColumn;
use crate::catalog::columns::{DecimalColumn, Dictionary, ListColumn, OverrideColumn, SCALE, Scaled, TextColumn, list_items};
use crate::fields::{Field, FieldType};
use crate::ids::{GroupId, RuleId, VariantId};
use crate::resolve::checked::{Bounds, Comparison, Condition, Criterion, Ruleset};
use crate::text;

/// A set of a dictionary's codes. The code of the missing value is in none.
#[derive(Debug, Clone)]
pub enum CodeSet {
    /// Few codes, in order.
    Few(Vec<u32>),
    /// Many codes: a bit each.
    Bits(Vec<u64>),
}

impl CodeSet {
    fn new(mut codes: Vec<u32>) -> Self {
        codes.sort_unstable();
        codes.dedup();
        if codes.len() <= 8 {
            return CodeSet::Few(codes);
        }
        let mut bits = vec![0_u64; codes.last().map_or(0, |&last| last as usize / 64 + 1)];
        for code in codes {
            bits[code as usize / 64] |= 1 << (code % 64);
        }
        CodeSet::Bits(bits)
    }

    /// Whether the code is in it.
    pub fn contains(&self, code: u32) -> bool {
        match self {
            CodeSet::Few(codes) => codes.contains(&code),
            CodeSet::Bits(bits) => bits.get(code as usize / 64).is_some_and(|word| word >> (code % 64) & 1 == 1),
        }
    }

    /// Its codes, in order.
    pub fn codes(&self) -> Vec<u32> {
        match self {
            CodeSet::Few(codes) => codes.clone(),
            CodeSet::Bits(bits) => {
                let all = (0u32..).zip(bits);
                all.flat_map(|(at, word)| (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| at * 64 + bit)).collect()
            }
        }
    }
}

/// A comparison bound to the columns that it reads.
pub enum Atom<'a> {
    /// A text of the product.
    ProductText(Field, &'a TextColumn, CodeSet),
    /// Several texts of the product.
    ProductList(Field, &'a ListColumn, CodeSet),
    /// A yes/no field of the product.
    ProductFlag(&'a [bool]),
    /// A text of the variant.
    VariantText(Field, &'a TextColumn, CodeSet),
    /// An option's value: a set for the dictionary of each slot that it can stand in.
    Option(usize, Vec<CodeSet>),
    /// A metafield or column.
    Layered(Field, &'a OverrideColumn, CodeSet),
    /// The variants that have one of some SKUs, in order.
    Variants(Vec<VariantId>),
    /// A pattern that SKUs are matched with.
    SkuPattern(Regex),
    /// A decimal number of the variant that lies in one of these ranges of ten-thousandths, their ends included; the test
    /// itself for numbers that are no such.
    Decimal(&'a DecimalColumn, Vec<(i64, i64)>, Comparison),
    /// The inventory lies in one of these ranges, their ends included.
    Inventory(Vec<(i64, i64)>),
    /// Anything else: a field of the listing, a count of a location.
    Value(Comparison),
}

/// A condition bound to a catalog.
pub enum Predicate<'a> {
    /// True or false for every variant.
    Const(bool),
    /// True where all are.
    All(Vec<Predicate<'a>>),
    /// True where one is.
    Any(Vec<Predicate<'a>>),
    /// True where it is not.
    Not(Box<Predicate<'a>>),
    /// True where the group is.
    Group(GroupId),
    /// A comparison.
    Atom(Atom<'a>),
}

/// The rules' conditions and the groups, bound to a catalog.
pub struct CompiledRules<'a> {
    /// The rules as they are written.
    pub ruleset: &'a Ruleset,
    /// What they are compiled for.
    pub context: Context<'a>,
    /// A condition a rule.
    pub predicates: Vec<Predicate<'a>>,
    /// The groups.
    pub groups: Groups<'a>,
    /// Of each rule, whether its condition is the same for all variants of a product.
    is_of_product: Vec<bool>,
    /// The SKUs that the rules name and the catalog has.
    pub skus: HashSet<String>,
    /// The forms in which the texts of fields are compared, where the rules name values of them.
    forms: HashMap<(Field, usize), Forms>,
}

/// Binds all rules to a catalog.
pub fn compile<'a>(ruleset: &'a Ruleset, context: Context<'a>) -> CompiledRules<'a> {
    let mut compiler = Compiler::new(context);
    compiler.find_skus(ruleset.groups.iter().map(|g| &g.condition).chain(ruleset.rules.iter().map(|r| &r.condition)));
    for group in &ruleset.groups {
        let predicate = compiler.condition(&group.condition);
        compiler.groups.push(predicate);
    }
    let predicates: Vec<_> = ruleset.rules.iter().map(|rule| compiler.condition(&rule.condition)).collect();
    let is_of_product = are_of_product(&predicates, &compiler.groups);
    let skus = compiler.skus.into_iter().filter(|(_, variants)| !variants.is_empty()).map(|(sku, _)| sku).collect();
    CompiledRules { ruleset, context, predicates, groups: compiler.groups, is_of_product, skus, forms: compiler.forms }
}

/// Binds one condition that stands alone, with the groups of a ruleset: the only rule of the result.
pub fn compile_filter<'a>(condition: &Condition, ruleset: &'a Ruleset, context: Context<'a>) -> CompiledRules<'a> {
    let mut compiler = Compiler::new(context);
    compiler.find_skus(ruleset.groups.iter().map(|g| &g.condition).chain(std::iter::once(condition)));
    for group in &ruleset.groups {
        let predicate = compiler.condition(&group.condition);
        compiler.groups.push(predicate);
    }
    let predicates = vec![compiler.condition(condition)];
    let is_of_product = are_of_product(&predicates, &compiler.groups);
    CompiledRules {
        ruleset,
        context,
        predicates,
        groups: compiler.groups,
        is_of_product,
        skus: HashSet::default(),
        forms: compiler.forms,
    }
}

/// Of each condition, whether it is the same for all variants of a product. A group stands behind those that it names.
fn are_of_product(conditions: &[Predicate<'_>], groups: &Groups<'_>) -> Vec<bool> {
    let mut of_groups = vec![];
    for group in groups.iter() {
        let is = is_of_product(group, &of_groups);
        of_groups.push(is);
    }
    conditions.iter().map(|condition| is_of_product(condition, &of_groups)).collect()
}

fn is_of_product(predicate: &Predicate<'_>, groups: &[bool]) -> bool {
    match predicate {
        Predicate::Const(_) | Predicate::Atom(Atom::ProductText(..) | Atom::ProductList(..) | Atom::ProductFlag(..)) => true,
        Predicate::All(predicates) | Predicate::Any(predicates) => {
            predicates.iter().all(|predicate| is_of_product(predicate, groups))
        }
        Predicate::Not(inner) => is_of_product(inner, groups),
        Predicate::Group(group) => groups.get(group.index()).copied().unwrap_or(false),
        Predicate::Atom(_) => false,
    }
}

/// The codes of a dictionary by the form in which their texts are compared.
type Forms = HashMap<String, Vec<u32>>;

struct Compiler<'a> {
    context: Context<'a>,
    groups: Groups<'a>,
    forms: HashMap<(Field, usize), Forms>,
    /// The variants of each SKU that the rules name.
    skus: HashMap<String, Vec<VariantId>>,
}

impl<'a> Compiler<'a> {
    fn new(context: Context<'a>) -> Self {
        Compiler { context, groups: Groups::default(), forms: HashMap::default(), skus: HashMap::default() }
    }

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
                let (mut listed, rest) = joined(parts, excludes);
                let mut predicates: Vec<_> = rest.into_iter().map(|part| self.condition(part)).collect();
                predicates.extend(listed.drain(..).map(|test| negated(self.test(&test))));
                simplify(predicates, false, Predicate::All)
            }
            Condition::Any(parts) => {
                let (mut listed, rest) = joined(parts, equals);
                let mut predicates: Vec<_> = rest.into_iter().map(|part| self.condition(part)).collect();
                predicates.extend(listed.drain(..).map(|test| self.test(&test)));
                simplify(predicates, true, Predicate::Any)
            }
            Condition::Not(inner) => negated(self.condition(inner)),
            Condition::Group(group) => match self.groups.get(*group) {
                Some(Predicate::Const(value)) => Predicate::Const(*value),
                _ => Predicate::Group(*group),
            },
            Condition::Comparison(test) => self.test(test),
        }
    }

    fn test(&mut self, test: &Comparison) -> Predicate<'a> {
        let catalog = self.context.shop.catalog;
        let field = test.field;
        match field {
            Field::Today => {
                let today = self.context.today;
                Predicate::Const(match &test.criterion {
                    Criterion::Days(days) => days.contains(&today),
                    Criterion::DaysWithin(bounds) => bounds.contain(&today),
                    _ => true,
                })
            }
            Field::Marketplace => {
                let name = self.context.account.marketplace;
                Predicate::Const(text_holds(&test.criterion, field, name))
            }
            _ if field.field_type() == FieldType::YesNo && matches!(test.criterion, Criterion::Present) => Predicate::Const(true),
            Field::Sku => match &test.criterion {
                Criterion::Equals(values) => {
                    let mut variants: Vec<VariantId> =
                        values.iter().filter_map(|(v, _)| self.skus.get(v)).flatten().copied().collect();
                    variants.sort_unstable();
                    variants.dedup();
                    if variants.is_empty() { Predicate::Const(false) } else { Predicate::Atom(Atom::Variants(variants)) }
                }
                Criterion::Pattern(regex) => Predicate::Atom(Atom::SkuPattern(regex.clone())),
                _ => Predicate::Atom(Atom::Value(test.clone())),
            },
            Field::Option(option) => {
                let slots = catalog.option_values.iter().enumerate();
                let sets: Vec<_> = slots.map(|(slot, column)| self.codes(test, slot, &column.dictionary, false)).collect();
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
                        let codes = self.codes(test, 0, &column.dictionary, true);
                        atom(codes, |set| Atom::Layered(field, column, set))
                    }
                }
            }
            Field::Inventory => {
                let ranges = integer_ranges(&test.criterion, 0);
                Predicate::Atom(ranges.map_or_else(|| Atom::Value(test.clone()), Atom::Inventory))
            }
            _ => self.stored(test),
        }
    }

    /// A comparison with a field that the catalog has a column for.
    fn stored(&mut self, test: &Comparison) -> Predicate<'a> {
        let field = test.field;
        let value = || Predicate::Atom(Atom::Value(test.clone()));
        match self.context.shop.catalog.fields.get(field) {
            Some(FieldColumn::Text(column, _)) => {
                let codes = self.codes(test, 0, &column.dictionary, false);
                atom(codes, |set| match field.is_of_product() {
                    true => Atom::ProductText(field, column, set),
                    false => Atom::VariantText(field, column, set),
                })
            }
            Some(FieldColumn::List(column)) if field.is_of_product() => {
                let codes = self.codes(test, 0, &column.dictionary, false);
                atom(codes, |set| Atom::ProductList(field, column, set))
            }
            Some(FieldColumn::Decimal(column)) if !field.is_of_product() => match integer_ranges(&test.criterion, SCALE) {
                Some(ranges) => Predicate::Atom(Atom::Decimal(column, ranges, test.clone())),
                None => value(),
            },
            Some(FieldColumn::Flag(flags, _)) if field.is_of_product() => Predicate::Atom(Atom::ProductFlag(flags)),
            _ => value(),
        }
    }

    /// The codes of the texts for which the comparison holds.
    fn codes(&mut self, test: &Comparison, slot: usize, dictionary: &Dictionary, listed: bool) -> Vec<u32> {
        match &test.criterion {
            Criterion::Equals(values) => {
                let forms = self.forms.entry((test.field, slot)).or_insert_with(|| forms_of(dictionary, test.field, listed));
                values.iter().filter_map(|(value, _)| forms.get(value)).flatten().copied().collect()
            }
            criterion => dictionary
                .iter()
                .filter(|(_, text)| match listed {
                    true => list_items(text).iter().any(|part| text_holds(criterion, test.field, part)),
                    false => text_holds(criterion, test.field, text),
                })
                .map(|(code, _)| code)
                .collect(),
        }
    }
}

/// The ranges of integers, their ends included, for which a criterion holds of numbers with so many decimals. `None` where it is
/// no criterion of numbers, or one that integers cannot hold.
fn integer_ranges(criterion: &Criterion, scale: u32) -> Option<Vec<(i64, i64)>> {
    // The integer below or at the number, and whether it is the number.
    let below = |number: &Decimal| {
        let scaled = number.checked_mul(Decimal::from(10_i64.pow(scale)))?;
        Some((scaled.floor().to_i64()?, scaled.fract().is_zero()))
    };
    match criterion {
        Criterion::Numbers(numbers) => {
            let all: Option<Vec<_>> = numbers.iter().map(below).collect();
            Some(all?.into_iter().filter(|(_, exact)| *exact).map(|(number, _)| (number, number)).collect())
        }
        Criterion::Within(Bounds { low, high }) => {
            let low = match low {
                None => i64::MIN + 2,
                Some((number, closed)) => match below(number)? {
                    (number, true) if *closed => number,
                    (number, _) => number.checked_add(1)?,
                },
            };
            let high = match high {
                None => i64::MAX,
                Some((number, closed)) => match below(number)? {
                    (number, true) if !closed => number.checked_sub(1)?,
                    (number, _) => number,
                },
            };
            Some(vec![(low, high)])
        }
        _ => None,
    }
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

/// Constants taken out of a chain: `decisive` ends it, the other one has no part in it.
fn simplify<'a>(predicates: Vec<Predicate<'a>>, decisive: bool, join: fn(Vec<Predicate<'a>>) -> Predicate<'a>) -> Predicate<'a> {
    let mut kept = vec![];
    for predicate in predicates {
        match predicate {
            Predicate::Const(value) if value == decisive => return Predicate::Const(decisive),
            Predicate::Const(_) => {}
            predicate => kept.push(predicate),
        }
    }
    match kept.len() {
        0 => Predicate::Const(!decisive),
        1 => kept.remove(0),
        _ => join(kept),
    }
}

/// The form in which texts of a field are compared for equality.
pub fn form(field: Field, value: &str) -> String {
    match field.field_type() {
        FieldType::ExactText => text::exact(value),
        _ => text::folded(value),
    }
}

fn forms_of(dictionary: &Dictionary, field: Field, listed: bool) -> Forms {
    let mut forms = Forms::default();
    forms.reserve(dictionary.len());
    for (code, value) in dictionary.iter() {
        let mut add = |form: String| {
            if !form.is_empty() {
                forms.entry(form).or_default().push(code);
            }
        };
        if !listed {
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

/// Whether a comparison holds for a text that is there.
pub fn text_holds(criterion: &Criterion, field: Field, value: &str) -> bool {
    if value.trim().is_empty() {
        return false;
    }
    match criterion {
        Criterion::Equals(values) => {
            let own = form(field, value);
            values.iter().any(|(value, _)| *value == own)
        }
        Criterion::Pattern(regex) => regex.is_match(&text::nfc(value)),
        Criterion::Numbers(numbers) => crate::number::decimal(value).is_some_and(|number| numbers.contains(&number)),
        Criterion::Within(bounds) => crate::number::decimal(value).is_some_and(|number| bounds.contain(&number)),
        Criterion::Present => true,
        Criterion::Days(_) | Criterion::DaysWithin(_) | Criterion::Yes => false,
    }
}

impl<'a> CompiledRules<'a> {
    /// Every form in which a text of a field is compared, where the rules name values of the field and its texts are one
    /// dictionary: as all are but those of options.
    pub fn forms(&self, field: Field) -> Option<&HashMap<String, Vec<u32>>> {
        let is_one = !matches!(field, Field::Option(_));
        self.forms.get(&(field, 0)).filter(|_| is_one)
    }

    /// Whether a rule's condition is the same for all variants of a product.
    #[inline]
    pub(super) fn is_of_product(&self, rule: RuleId) -> bool {
        self.is_of_product.get(rule.index()) == Some(&true)
    }

    /// Whether a rule matches a subject.
    #[inline]
    pub(super) fn matches(&self, rule: RuleId, subject: Subject, memo: &mut GroupMemo) -> bool {
        self.predicates.get(rule.index()).is_some_and(|predicate| self.holds(predicate, subject, memo))
    }

    /// Whether a condition holds for a subject.
    pub(super) fn holds(&self, predicate: &Predicate<'a>, subject: Subject, memo: &mut GroupMemo) -> bool {
        match predicate {
            Predicate::Const(value) => *value,
            Predicate::Group(group) => self.group_holds(*group, subject, memo),
            Predicate::Not(inner) => !self.holds(inner, subject, memo),
            Predicate::All(predicates) => predicates.iter().all(|predicate| self.holds(predicate, subject, memo)),
            Predicate::Any(predicates) => predicates.iter().any(|predicate| self.holds(predicate, subject, memo)),
            Predicate::Atom(atom) => self.atom_holds(atom, subject),
        }
    }

    fn atom_holds(&self, atom: &Atom<'a>, subject: Subject) -> bool {
        let catalog = self.context.shop.catalog;
        let variant = subject.variant.index();
        let product = catalog.product_of(variant);
        match atom {
            Atom::ProductText(_, column, set) => set.contains(column.code(product)),
            Atom::ProductList(_, column, set) => column.codes(product).iter().any(|&code| set.contains(code)),
            Atom::ProductFlag(flags) => flags.get(product).copied().unwrap_or(false),
            Atom::VariantText(_, column, set) => set.contains(column.code(variant)),
            Atom::Option(option, sets) => {
                catalog.option_code(variant, *option).is_some_and(|(slot, code)| sets[slot].contains(code))
            }
            Atom::Layered(_, column, set) => set.contains(column.code(variant, product)),
            Atom::Variants(variants) => variants.binary_search(&subject.variant).is_ok(),
            Atom::SkuPattern(regex) => text_holds(&Criterion::Pattern(regex.clone()), Field::Sku, catalog.sku.get(variant)),
            Atom::Decimal(column, ranges, test) => match column.scaled(variant) {
                Scaled::Missing => false,
                Scaled::Value(value) => within(ranges, value),
                Scaled::Other => value_holds(&self.context, test, subject),
            },
            Atom::Inventory(ranges) => {
                self.context.whole(Field::Inventory, subject).is_ok_and(|inventory| within(ranges, inventory))
            }
            Atom::Value(test) => value_holds(&self.context, test, subject),
        }
    }
}

#[inline]
fn within(ranges: &[(i64, i64)], value: i64) -> bool {
    ranges.iter().any(|(low, high)| (*low..=*high).contains(&value))
}

/// A comparison, by the values of the variant alone.
pub fn value_holds(context: &Context<'_>, test: &Comparison, subject: Subject) -> bool {
    match test.field.field_type() {
        FieldType::Decimal | FieldType::Count => {
            let value = context.number(test.field, subject);
            value.is_some_and(|value| match &test.criterion {
                Criterion::Numbers(numbers) => numbers.contains(&value),
                Criterion::Within(bounds) => bounds.contain(&value),
                _ => true,
            })
        }
        FieldType::YesNo => matches!(test.criterion, Criterion::Present) || context.yes(test.field, subject),
        _ => context.texts(test.field, subject).iter().any(|value| text_holds(&test.criterion, test.field, value)),
    }
}
