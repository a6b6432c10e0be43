//! Which rules can concern which products: each rule hangs under one value that it requires.

use foldhash::HashMap;

use super::compile::{Atom, CompiledRules, Predicate};
use crate::catalog::columns::{ListColumn, TextColumn};
use crate::fields::Field;

/// Rules by the codes of one column, from the last to the first.
#[derive(Default)]
pub struct Lists {
    /// Codes and rules, while they come in.
    gathered: Vec<(u32, u32)>,
    /// Where the rules of each code start.
    starts: Vec<u32>,
    rules: Vec<u32>,
}

impl Lists {
    /// Makes the lists of what was gathered: a place for each code, so that finding one is a look.
    fn arrange(&mut self) {
        let codes = self.gathered.iter().map(|(code, _)| *code as usize + 1).max().unwrap_or(0);
        let mut starts = vec![0_u32; codes + 1];
        for (code, _) in &self.gathered {
            starts[*code as usize + 1] += 1;
        }
        for code in 0..codes {
            starts[code + 1] += starts[code];
        }
        let mut next = starts.clone();
        self.rules = vec![0; self.gathered.len()];
        for (code, rule) in std::mem::take(&mut self.gathered) {
            let at = &mut next[code as usize];
            self.rules[*at as usize] = rule;
            *at += 1;
        }
        self.starts = starts;
    }

    /// The rules of each code, in the order of the codes.
    pub fn all(&self) -> impl Iterator<Item = &[u32]> {
        (0u32..).take(self.starts.len().saturating_sub(1)).map(|code| self.of(code))
    }

    fn of(&self, code: u32) -> &[u32] {
        match self.starts.get(code as usize..code as usize + 2) {
            Some(&[start, end]) => &self.rules[start as usize..end as usize],
            _ => &[],
        }
    }
}

/// Where the rules of an index hang.
#[derive(Default)]
pub struct Index<'a> {
    /// Rules that require no value.
    pub keyless: Vec<u32>,
    /// Rules that match whatever has the value that they require.
    pub certain: Vec<u32>,
    /// Rules by a text of the product.
    pub by_text: Vec<(Field, &'a TextColumn, Lists)>,
    /// Rules by one of several texts of the product.
    pub by_many: Vec<(Field, &'a ListColumn, Lists)>,
    /// Rules by a text of the variant.
    pub by_variant_text: Vec<(Field, &'a TextColumn, Lists)>,
    /// Variants, in order, that rules name by their SKU: one for each such rule.
    pub variants: Vec<u32>,
    /// The rules of those.
    pub variants_rules: Vec<u32>,
}

/// A value that a rule requires, with how many rows have one of its codes.
#[derive(Clone, Copy)]
struct Key<'n, 'a> {
    atom: &'n Atom<'a>,
    rows: usize,
}

/// About how many rows have each code of a column, counted when a rule first asks.
pub type Frequencies = HashMap<Field, Vec<usize>>;

impl<'a> Index<'a> {
    /// An index of the rules that `wanted` names, in their order. If `prune` says so, only the last rule that matches is asked
    /// for: those before one that holds for every variant are left out.
    pub fn build(bound: &CompiledRules<'a>, wanted: &[u32], prune: bool, frequencies: &mut Frequencies) -> Self {
        let mut index = Index::default();
        let mut by_variant = vec![];
        let mut of_groups = vec![];
        for group in bound.groups.iter() {
            let key = best_key(group, &of_groups, frequencies);
            of_groups.push(key);
        }
        for &rule in wanted.iter().rev() {
            let Some(predicate) = bound.rules.get(rule as usize) else { continue };
            if matches!(predicate, Predicate::Const(false)) {
                continue;
            }
            let key = best_key(predicate, &of_groups, frequencies);
            let always = matches!(predicate, Predicate::Const(true));
            if always || key.is_some() && matches!(predicate, Predicate::Atom(_)) {
                index.certain.push(rule);
            }
            match key {
                Some(key) => index.hang(rule, key.atom, &mut by_variant),
                None => index.keyless.push(rule),
            }
            if prune && always {
                break;
            }
        }
        index.by_text.iter_mut().for_each(|(_, _, lists)| lists.arrange());
        index.by_many.iter_mut().for_each(|(_, _, lists)| lists.arrange());
        index.by_variant_text.iter_mut().for_each(|(_, _, lists)| lists.arrange());
        by_variant.sort_unstable_by_key(|&(variant, rule)| (variant, std::cmp::Reverse(rule)));
        (index.variants, index.variants_rules) = by_variant.into_iter().unzip();
        index
    }

    /// Hangs a rule under every code that satisfies the atom. Rules come in from the last to the first, so that lists do too.
    fn hang(&mut self, rule: u32, atom: &Atom<'a>, by_variant: &mut Vec<(u32, u32)>) {
        match atom {
            Atom::ProductText(field, column, set) => push(&mut self.by_text, *field, column, set.codes(), rule),
            Atom::ProductMany(field, column, set) => push(&mut self.by_many, *field, column, set.codes(), rule),
            Atom::VariantText(field, column, set) => push(&mut self.by_variant_text, *field, column, set.codes(), rule),
            Atom::Variants(variants) => {
                by_variant.extend(variants.iter().map(|variant| (variant.number(), rule)));
            }
            _ => self.keyless.push(rule),
        }
    }

    /// Adds the lists of rules that can concern a product, each from the last rule to the first, before any that need the
    /// variant.
    pub fn of_product<'i>(&'i self, product: usize, lists: &mut Vec<&'i [u32]>) {
        let mut add = |list: &'i [u32]| {
            if !list.is_empty() {
                lists.push(list);
            }
        };
        add(&self.keyless);
        for (_, column, of_code) in &self.by_text {
            add(of_code.of(column.code(product)));
        }
        for (_, column, of_code) in &self.by_many {
            column.codes(product).iter().for_each(|&code| add(of_code.of(code)));
        }
    }

    /// The next variant from this one on that there may be further lists for.
    pub fn next_variant(&self, variant: usize) -> usize {
        if !self.by_variant_text.is_empty() {
            return variant;
        }
        let next = self.variants.partition_point(|each| (*each as usize) < variant);
        self.variants.get(next).map_or(usize::MAX, |&next| next as usize)
    }

    /// Adds the further lists that can concern a variant.
    pub fn of_variant<'i>(&'i self, variant: usize, lists: &mut Vec<&'i [u32]>) {
        for (_, column, of_code) in &self.by_variant_text {
            let list = of_code.of(column.code(variant));
            if !list.is_empty() {
                lists.push(list);
            }
        }
        let naming = self.naming(variant);
        if !naming.is_empty() {
            lists.push(naming);
        }
    }

    /// The rules that name a variant by its SKU, from the last to the first.
    pub fn naming(&self, variant: usize) -> &[u32] {
        let start = self.variants.partition_point(|each| (*each as usize) < variant);
        let count = self.variants[start..].iter().take_while(|each| **each as usize == variant).count();
        &self.variants_rules[start..start + count]
    }
}

fn push<'a, C>(columns: &mut Vec<(Field, &'a C, Lists)>, field: Field, column: &'a C, codes: Vec<u32>, rule: u32) {
    let at = columns.iter().position(|(known, ..)| *known == field).unwrap_or_else(|| {
        columns.push((field, column, Lists::default()));
        columns.len() - 1
    });
    for code in codes {
        columns[at].2.gathered.push((code, rule));
    }
}

/// The most selective value that a condition requires; `of_groups` are those of the groups before it.
fn best_key<'n, 'a>(
    predicate: &'n Predicate<'a>,
    of_groups: &[Option<Key<'n, 'a>>],
    frequencies: &mut Frequencies,
) -> Option<Key<'n, 'a>> {
    let mut best: Option<Key<'n, 'a>> = None;
    let mut stack = vec![predicate];
    while let Some(predicate) = stack.pop() {
        let key = match predicate {
            Predicate::All(predicates) => {
                stack.extend(predicates);
                None
            }
            Predicate::Group(group) => of_groups.get(*group).copied().flatten(),
            Predicate::Atom(atom) => rows(atom, frequencies).map(|rows| Key { atom, rows }),
            Predicate::Const(_) | Predicate::Any(_) | Predicate::Not(_) => None,
        };
        best = match (best, key) {
            (Some(best), Some(key)) if key.rows < best.rows => Some(key),
            (best, key) => best.or(key),
        };
    }
    best
}

/// About how many rows a atom holds for, where rules can hang under it.
fn rows(atom: &Atom<'_>, frequencies: &mut Frequencies) -> Option<usize> {
    let sum = |counts: &[usize], codes: Vec<u32>| codes.iter().filter_map(|&code| counts.get(code as usize)).sum();
    match atom {
        Atom::Variants(variants) => Some(variants.len()),
        Atom::ProductText(field, column, set) | Atom::VariantText(field, column, set) => {
            let counts = frequencies.entry(*field).or_insert_with(|| count(&column.codes, column.dictionary.len()));
            Some(sum(counts, set.codes()))
        }
        Atom::ProductMany(field, column, set) => {
            let counts = frequencies.entry(*field).or_insert_with(|| count(column.all_codes(), column.dictionary.len()));
            Some(sum(counts, set.codes()))
        }
        _ => None,
    }
}

/// Of many rows, only some are looked at: these numbers say no more than under which value a rule hangs best.
fn count(codes: &[u32], length: usize) -> Vec<usize> {
    const LOOKED_AT: usize = 1 << 14;
    let mut counts = vec![0; length];
    let step = codes.len() / LOOKED_AT + 1;
    for &code in codes.iter().step_by(step) {
        if let Some(count) = counts.get_mut(code as usize) {
            *count += step;
        }
    }
    counts
}
