//! Which rules can concern which products: each rule hangs under one value that it requires.

use foldhash::HashMap;

use super::bind::{Bound, Leaf, Node};
use super::cascade::{Mask, mask_of};
use crate::catalog::columns::{ManyColumn, TextColumn};
use crate::catalog::schema::Field;
use crate::resolve::checked::Ruleset;

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
    /// Rules by a text of the product.
    pub by_text: Vec<(Field, &'a TextColumn, Lists)>,
    /// Rules by one of several texts of the product.
    pub by_many: Vec<(Field, &'a ManyColumn, Lists)>,
    /// Rules by a text of the variant.
    pub by_variant_text: Vec<(Field, &'a TextColumn, Lists)>,
    /// Variants and their rules, in the variants' order: rules that name SKUs.
    pub by_variant: Vec<(u32, u32)>,
}

/// A value that a rule requires, with how many rows have one of its codes.
struct Key<'n, 'a> {
    leaf: &'n Leaf<'a>,
    rows: usize,
}

/// How many rows have each code of a column, counted when a rule first asks.
type Frequencies = HashMap<Field, Vec<usize>>;

impl<'a> Index<'a> {
    /// An index of the rules that `wanted` names. A rule that can decide nothing, since later rules that hold for every
    /// variant set all that it sets, is left out if `prune` says so.
    pub fn build(bound: &Bound<'a>, ruleset: &Ruleset, wanted: &[u32], prune: bool) -> Self {
        let mut index = Index::default();
        let mut frequencies = Frequencies::default();
        let mut settled = Mask::NONE;
        for &rule in wanted.iter().rev() {
            let Some(node) = bound.rules.get(rule as usize) else { continue };
            let mask = ruleset.rules.get(rule as usize).map_or(Mask::NONE, mask_of);
            if matches!(node, Node::Const(false)) || prune && settled.covers(mask) {
                continue;
            }
            if matches!(node, Node::Const(true)) {
                settled = settled.with(mask);
            }
            match best_key(bound, node, &mut frequencies) {
                Some(key) => index.hang(rule, key.leaf),
                None => index.keyless.push(rule),
            }
        }
        index.by_text.iter_mut().for_each(|(_, _, lists)| lists.arrange());
        index.by_many.iter_mut().for_each(|(_, _, lists)| lists.arrange());
        index.by_variant_text.iter_mut().for_each(|(_, _, lists)| lists.arrange());
        index.by_variant.sort_unstable();
        index
    }

    /// Hangs a rule under every code that satisfies the leaf. Rules come in from the last to the first, so that lists do too.
    fn hang(&mut self, rule: u32, leaf: &Leaf<'a>) {
        match leaf {
            Leaf::ProductText(field, column, set) => push(&mut self.by_text, *field, column, set.codes(), rule),
            Leaf::ProductMany(field, column, set) => push(&mut self.by_many, *field, column, set.codes(), rule),
            Leaf::VariantText(field, column, set) => push(&mut self.by_variant_text, *field, column, set.codes(), rule),
            Leaf::Variants(variants) => {
                self.by_variant.extend(variants.iter().map(|&variant| (variant, rule)));
            }
            _ => self.keyless.push(rule),
        }
    }

    /// The rules that can concern a product, from the last to the first, before any that need the variant.
    pub fn of_product(&self, product: usize, rules: &mut Vec<u32>) {
        rules.clear();
        rules.extend_from_slice(&self.keyless);
        for (_, column, lists) in &self.by_text {
            rules.extend_from_slice(lists.of(column.code(product)));
        }
        for (_, column, lists) in &self.by_many {
            for code in column.codes(product) {
                rules.extend_from_slice(lists.of(*code));
            }
        }
        if rules.len() > self.keyless.len() {
            rules.sort_unstable_by(|a, b| b.cmp(a));
            rules.dedup();
        }
    }

    /// The further rules that can concern a variant, in no order. `cursor` is where the variants go on; it is kept from one
    /// variant to a later one.
    pub fn of_variant(&self, variant: usize, cursor: &mut usize, rules: &mut Vec<u32>) {
        rules.clear();
        for (_, column, lists) in &self.by_variant_text {
            rules.extend_from_slice(lists.of(column.code(variant)));
        }
        let number = |&(variant, _): &(u32, u32)| variant as usize;
        if self.by_variant.get(*cursor).is_some_and(|next| number(next) < variant) {
            *cursor += self.by_variant[*cursor..].partition_point(|each| number(each) < variant);
        }
        let here = self.by_variant[(*cursor).min(self.by_variant.len())..].iter().take_while(|each| number(each) == variant);
        rules.extend(here.map(|(_, rule)| rule));
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

/// The most selective value that a condition requires.
fn best_key<'n, 'a>(bound: &'n Bound<'a>, node: &'n Node<'a>, frequencies: &mut Frequencies) -> Option<Key<'n, 'a>> {
    let mut best: Option<Key<'n, 'a>> = None;
    let mut stack = vec![node];
    // A group can be reached along many paths; each is looked at once.
    let mut seen = vec![];
    while let Some(node) = stack.pop() {
        match node {
            Node::All(nodes) => stack.extend(nodes),
            Node::Group(group) if !seen.contains(group) => {
                seen.push(*group);
                stack.extend(bound.groups.get(*group));
            }
            Node::Leaf(leaf) => {
                if let Some(rows) = rows(leaf, frequencies)
                    && best.as_ref().is_none_or(|best| rows < best.rows)
                {
                    best = Some(Key { leaf, rows });
                }
            }
            _ => {}
        }
    }
    best
}

/// How many rows a leaf holds for, where rules can hang under it.
fn rows(leaf: &Leaf<'_>, frequencies: &mut Frequencies) -> Option<usize> {
    let sum = |counts: &[usize], codes: Vec<u32>| codes.iter().filter_map(|&code| counts.get(code as usize)).sum();
    match leaf {
        Leaf::Variants(variants) => Some(variants.len()),
        Leaf::ProductText(field, column, set) | Leaf::VariantText(field, column, set) => {
            let counts = frequencies.entry(*field).or_insert_with(|| count(column.codes.iter(), column.dictionary.len()));
            Some(sum(counts, set.codes()))
        }
        Leaf::ProductMany(field, column, set) => {
            let counts = frequencies.entry(*field).or_insert_with(|| count(column.all_codes().iter(), column.dictionary.len()));
            Some(sum(counts, set.codes()))
        }
        _ => None,
    }
}

fn count<'c>(codes: impl Iterator<Item = &'c u32>, length: usize) -> Vec<usize> {
    let mut counts = vec![0; length];
    for &code in codes {
        if let Some(count) = counts.get_mut(code as usize) {
            *count += 1;
        }
    }
    counts
}
