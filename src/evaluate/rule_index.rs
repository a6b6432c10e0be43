//! The rule index: which rules can match which products and variants, found without trying every rule on each.
//!
//! It is an inverted index. Each rule stands in the posting list of one value that it requires, the one that fewest rows have;
//! rules that require none, such as `where price < 10`, are candidates everywhere.

use foldhash::HashMap;

use super::compiled_rules::CompiledRules;
use super::posting_lists::{PostingLists, Postings, SETTINGS};
use super::predicate::{Atom, Predicate};
use crate::catalog::columns::{ListColumn, TextColumn};
use crate::fields::Field;
use crate::ids::{RuleId, VariantId};

/// Posting lists of one column.
type OfColumn<'a, C> = (Field, &'a C, PostingLists);

/// The posting lists of some rules, by the columns in which the values that they require stand.
#[derive(Default)]
pub struct RuleIndex<'a> {
    /// For each setting, the rules that require no value.
    unkeyed: [Vec<RuleId>; SETTINGS],
    /// By a text of the product, such as the vendor.
    product_texts: Vec<OfColumn<'a, TextColumn>>,
    /// By one of several texts of the product, such as the tags.
    product_lists: Vec<OfColumn<'a, ListColumn>>,
    /// By a text of the variant, such as the barcode.
    variant_texts: Vec<OfColumn<'a, TextColumn>>,
    /// The variants that rules name by SKU, in order; the place of each is its code in `by_named`.
    named: Vec<VariantId>,
    by_named: PostingLists,
    /// Of each rule, whether its posting lists imply that it matches: nothing is left to be tested.
    implied: Vec<bool>,
}

impl<'a> RuleIndex<'a> {
    /// An index of the rules that decide settings: of those that set one, all from the last one that always matches on.
    pub fn of_deciding(rules: &CompiledRules<'a>) -> Self {
        let mut open = [true; SETTINGS];
        let sets = |id: RuleId, always: bool| {
            let rule = rules.ruleset.rule(id);
            let own = rule.map_or([false; SETTINGS], |rule| [rule.source.is_some(), rule.steps.is_some(), rule.sync.is_some()]);
            let mut sets = [false; SETTINGS];
            for ((sets, open), own) in sets.iter_mut().zip(&mut open).zip(own) {
                *sets = own && *open;
                *open &= !(own && always);
            }
            sets
        };
        Self::build(rules, sets)
    }

    /// An index of some rules, all under the first setting.
    pub fn of_some(rules: &CompiledRules<'a>, wanted: &[RuleId]) -> Self {
        let mut is_wanted = vec![false; rules.predicates.len()];
        wanted.iter().for_each(|rule| is_wanted[rule.index()] = true);
        Self::build(rules, |rule, _| [is_wanted[rule.index()], false, false])
    }

    /// Inserts rules, from the last to the first, under the settings that `sets` gives for each; it is given whether the rule
    /// always matches.
    fn build(rules: &CompiledRules<'a>, mut sets: impl FnMut(RuleId, bool) -> [bool; SETTINGS]) -> Self {
        let mut index = RuleIndex { implied: vec![false; rules.predicates.len()], ..RuleIndex::default() };
        let mut rows = RowCounts::default();
        let mut of_groups = vec![];
        for group in rules.groups.iter() {
            let key = best_key(group, &of_groups, &mut rows);
            of_groups.push(key);
        }
        let mut named = vec![];
        for (id, predicate) in RuleId::all(rules.predicates.len()).zip(&rules.predicates).rev() {
            let always = matches!(predicate, Predicate::Const(true));
            let sets = sets(id, always);
            if matches!(predicate, Predicate::Const(false)) || sets == [false; SETTINGS] {
                continue;
            }
            let key = best_key(predicate, &of_groups, &mut rows);
            index.implied[id.index()] = always || key.is_some() && matches!(predicate, Predicate::Atom(_));
            match key.map(|key| key.atom) {
                Some(Atom::ProductText(field, column, set)) => {
                    insert(&mut index.product_texts, *field, *column, set.codes(), id, sets)
                }
                Some(Atom::ProductList(field, column, set)) => {
                    insert(&mut index.product_lists, *field, *column, set.codes(), id, sets)
                }
                Some(Atom::VariantText(field, column, set)) => {
                    insert(&mut index.variant_texts, *field, *column, set.codes(), id, sets)
                }
                Some(Atom::Variants(variants)) => named.push((variants, id, sets)),
                _ => (index.unkeyed.iter_mut().zip(sets)).filter(|(_, sets)| *sets).for_each(|(rules, _)| rules.push(id)),
            }
        }
        index.product_texts.iter_mut().for_each(|(.., lists)| lists.sort());
        index.product_lists.iter_mut().for_each(|(.., lists)| lists.sort());
        index.variant_texts.iter_mut().for_each(|(.., lists)| lists.sort());
        index.named = named.iter().flat_map(|(variants, ..)| variants.iter().copied()).collect();
        index.named.sort_unstable();
        index.named.dedup();
        for (variants, rule, sets) in named {
            for code in variants.iter().filter_map(|variant| index.named.binary_search(variant).ok()) {
                // No more variants than have ids.
                index.by_named.insert(u32::try_from(code).unwrap_or(u32::MAX), rule, sets);
            }
        }
        index.by_named.sort();
        index
    }

    /// Whether a rule matches whatever stands in its posting list.
    #[inline]
    pub fn is_implied(&self, rule: RuleId) -> bool {
        self.implied.get(rule.index()) == Some(&true)
    }

    /// Hands over the posting lists in which the rules stand that can match every variant of a product, or all.
    pub fn for_product<'i>(&'i self, product: usize, mut visit: impl FnMut(Postings<'i>)) {
        visit(self.unkeyed.each_ref().map(Vec::as_slice));
        for (_, column, lists) in &self.product_texts {
            visit(lists.of(column.code(product)));
        }
        for (_, column, lists) in &self.product_lists {
            column.codes(product).iter().for_each(|&code| visit(lists.of(code)));
        }
    }

    /// Hands over the posting lists in which the rules stand that can match a variant by its own texts or SKU.
    #[inline]
    pub fn for_variant<'i>(&'i self, variant: VariantId, cursor: &mut Cursor, mut visit: impl FnMut(Postings<'i>)) {
        for (_, column, lists) in &self.variant_texts {
            visit(lists.of(column.code(variant.index())));
        }
        if let Some(code) = cursor.seek(&self.named, variant) {
            visit(self.by_named.of(code));
        }
    }
}

/// A place in the sorted list of variants that rules name. Asked for one variant after the other, it moves on without a search.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cursor(usize);

impl Cursor {
    /// The place of a variant, if it is named.
    #[inline]
    fn seek(&mut self, named: &[VariantId], variant: VariantId) -> Option<u32> {
        let is_behind = |place: usize| named.get(place).is_none_or(|&named| named >= variant);
        if !is_behind(self.0) || self.0 > 0 && is_behind(self.0 - 1) {
            self.0 = named.partition_point(|&named| named < variant);
        }
        if named.get(self.0) == Some(&variant) { u32::try_from(self.0).ok() } else { None }
    }
}

fn insert<'a, C>(
    columns: &mut Vec<OfColumn<'a, C>>,
    field: Field,
    column: &'a C,
    codes: Vec<u32>,
    rule: RuleId,
    sets: [bool; SETTINGS],
) {
    let at = columns.iter().position(|(known, ..)| *known == field).unwrap_or_else(|| {
        columns.push((field, column, PostingLists::default()));
        columns.len() - 1
    });
    for code in codes {
        columns[at].2.insert(code, rule, sets);
    }
}

/// A value that a rule requires, or some of which it requires one, with about how many rows have it.
#[derive(Clone, Copy)]
struct Key<'p, 'a> {
    atom: &'p Atom<'a>,
    rows: usize,
}

/// About how many rows have each code of a column, counted when a rule first asks.
type RowCounts = HashMap<Field, Vec<usize>>;

/// The most selective value that a condition requires; `of_groups` are those of the groups before it.
fn best_key<'p, 'a>(
    predicate: &'p Predicate<'a>,
    of_groups: &[Option<Key<'p, 'a>>],
    rows: &mut RowCounts,
) -> Option<Key<'p, 'a>> {
    let mut best: Option<Key<'p, 'a>> = None;
    let mut stack = vec![predicate];
    while let Some(predicate) = stack.pop() {
        let key = match predicate {
            Predicate::All(predicates) => {
                stack.extend(predicates);
                None
            }
            Predicate::Group(group) => of_groups.get(group.index()).copied().flatten(),
            Predicate::Atom(atom) => rows_with(atom, rows).map(|rows| Key { atom, rows }),
            Predicate::Const(_) | Predicate::Any(_) | Predicate::Not(_) => None,
        };
        best = match (best, key) {
            (Some(best), Some(key)) if key.rows < best.rows => Some(key),
            (best, key) => best.or(key),
        };
    }
    best
}

/// About how many rows an atom holds for; `None` for atoms that have no posting lists.
fn rows_with(atom: &Atom<'_>, rows: &mut RowCounts) -> Option<usize> {
    let sum = |counts: &[usize], codes: Vec<u32>| codes.iter().filter_map(|&code| counts.get(code as usize)).sum();
    match atom {
        Atom::Variants(variants) => Some(variants.len()),
        Atom::ProductText(field, column, set) | Atom::VariantText(field, column, set) => {
            let counts = rows.entry(*field).or_insert_with(|| count(&column.codes, column.dictionary.len()));
            Some(sum(counts, set.codes()))
        }
        Atom::ProductList(field, column, set) => {
            let counts = rows.entry(*field).or_insert_with(|| count(column.all_codes(), column.dictionary.len()));
            Some(sum(counts, set.codes()))
        }
        _ => None,
    }
}

/// How many rows have each code, estimated from at most 16,384 of them: it says no more than under which value a rule stands best.
fn count(codes: &[u32], length: usize) -> Vec<usize> {
    const SAMPLE: usize = 1 << 14;
    let mut counts = vec![0; length];
    let step = codes.len() / SAMPLE + 1;
    for &code in codes.iter().step_by(step) {
        if let Some(count) = counts.get_mut(code as usize) {
            *count += step;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_finds_named_variants_in_any_order() {
        let ids: Vec<VariantId> = VariantId::all(20).collect();
        let named = [ids[3], ids[4], ids[9], ids[17]];
        let mut cursor = Cursor::default();
        let asked = (0..20).chain([19, 3, 0, 9, 9, 4, 17, 18, 2]);
        for at in asked {
            let place = named.iter().position(|named| named.index() == at);
            assert_eq!(cursor.seek(&named, ids[at]).map(|place| place as usize), place, "{at}");
        }
        assert_eq!(Cursor::default().seek(&[], ids[0]), None);
    }
}
