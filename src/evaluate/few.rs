//! Which rules match a variant, where there are few: rules are the bits of a word, so that those that can match are found for
//! all settings at once.

use super::compile::{CompiledRules, Predicate};
use super::context::Subject;
use super::decisions::NONE;
use super::groups::Kept;
use super::index::{Frequencies, Index, Lists};
use crate::catalog::columns::{ListColumn, TextColumn};

/// So many rules are few.
pub const FEW: usize = u64::BITS as usize;

/// A few rules.
pub struct Few<'b, 'a> {
    bound: &'b CompiledRules<'a>,
    /// Where they hang.
    index: Index<'a>,
    /// Those that require no value.
    keyless: u64,
    /// Those that require a text of the product, by its code.
    by_text: Vec<(&'a TextColumn, Vec<u64>)>,
    /// Those that require one of several texts of the product, by its code.
    by_many: Vec<(&'a ListColumn, Vec<u64>)>,
    /// Those that require a text of the variant, by its code.
    by_variant_text: Vec<(&'a TextColumn, Vec<u64>)>,
    /// For each setting, those that can decide it.
    sets: [u64; 3],
    /// Those that match whatever has the value that they require.
    certain: u64,
    /// Those whose conditions are the same for all variants of a product.
    of_product: u64,
}

impl<'b, 'a> Few<'b, 'a> {
    /// At most [`FEW`] rules, and which of them set each setting, in their order.
    pub fn of(bound: &'b CompiledRules<'a>, sets: &[Vec<u32>; 3], frequencies: &mut Frequencies) -> Self {
        let rules: Vec<u32> = (0..).take(bound.rules.len()).collect();
        let those = |are: &dyn Fn(usize) -> bool| bits(rules.iter().filter(|rule| are(**rule as usize)));
        let always = those(&|rule| matches!(bound.rules[rule], Predicate::Const(true)));
        let sets = sets.each_ref().map(|rules| {
            let all = bits(rules);
            // Those before one that always matches never decide.
            all & last(all & always).map_or(u64::MAX, |rule| u64::MAX << rule)
        });
        let deciding: Vec<u32> = rules.iter().copied().filter(|&rule| sets.iter().any(|set| set & bit(rule) != 0)).collect();
        let index = Index::build(bound, &deciding, false, frequencies);
        let by_code = |lists: &Lists| lists.all().map(bits).collect();
        Few {
            bound,
            keyless: bits(&index.keyless),
            by_text: index.by_text.iter().map(|(_, column, lists)| (*column, by_code(lists))).collect(),
            by_many: index.by_many.iter().map(|(_, column, lists)| (*column, by_code(lists))).collect(),
            by_variant_text: index.by_variant_text.iter().map(|(_, column, lists)| (*column, by_code(lists))).collect(),
            sets,
            certain: bits(&index.certain),
            of_product: those(&|rule| bound.is_of_product[rule]),
            index,
        }
    }

    /// Those that can match variants of a product, save those that only a variant's own values tell.
    fn of_product(&self, product: usize) -> u64 {
        let mut all = self.keyless;
        for (column, rules) in &self.by_text {
            all |= of_code(rules, column.code(product));
        }
        for (column, rules) in &self.by_many {
            column.codes(product).iter().for_each(|&code| all |= of_code(rules, code));
        }
        all
    }

    /// Those that can match a variant by its own values.
    fn of_variant(&self, variant: usize) -> u64 {
        let texts = self.by_variant_text.iter().map(|(column, rules)| of_code(rules, column.code(variant)));
        texts.fold(bits(self.index.naming(variant)), |all, rules| all | rules)
    }

    /// Whether a rule that can match a variant does.
    #[inline(always)]
    fn holds(&self, rule: u32, subject: Subject, kept: &Kept) -> bool {
        self.certain & bit(rule) != 0 || self.bound.holds_keeping(&self.bound.rules[rule as usize], subject, kept)
    }

    /// The last one that does of some rules that can match a variant.
    #[inline(always)]
    fn last_match(&self, subject: Subject, mut rules: u64, kept: &Kept) -> Option<u32> {
        while let Some(rule) = last(rules) {
            if self.holds(rule, subject, kept) {
                return Some(rule);
            }
            rules ^= bit(rule);
        }
        None
    }
}

fn bit(rule: u32) -> u64 {
    1 << rule
}

fn bits<'r>(rules: impl IntoIterator<Item = &'r u32>) -> u64 {
    rules.into_iter().fold(0, |bits, &rule| bits | bit(rule))
}

/// The last of some rules.
fn last(rules: u64) -> Option<u32> {
    rules.checked_ilog2()
}

fn of_code(rules: &[u64], code: u32) -> u64 {
    rules.get(code as usize).copied().unwrap_or(0)
}

/// Walks, for one variant after the other, a few rules that can match it.
pub struct FewWalker<'f, 'b, 'a> {
    few: &'f Few<'b, 'a>,
    /// The product whose rules are at hand; none has the greatest number.
    product: usize,
    /// Those that can match its variants.
    rules: u64,
    /// For each setting, the last of them that only a variant can decide, and the one before them that matches every variant.
    open: [u64; 3],
    rest: [u32; 3],
    /// The variant that was looked at last, and the first one from there on that rules can match by its own values.
    walked: usize,
    next: usize,
    /// What groups come to for the variant that is looked at.
    kept: Kept,
}

impl<'f, 'b, 'a> FewWalker<'f, 'b, 'a> {
    /// Begins before any variant.
    pub fn new(few: &'f Few<'b, 'a>) -> Self {
        FewWalker {
            few,
            product: usize::MAX,
            rules: 0,
            open: [0; 3],
            rest: [NONE; 3],
            walked: usize::MAX,
            next: 0,
            kept: Kept::default(),
        }
    }

    /// For each setting, the last rule that sets it and matches a variant; [`NONE`] where none does.
    #[inline(always)]
    pub fn last_matches(&mut self, subject: Subject, product: usize) -> [u32; 3] {
        let variant = subject.variant.index();
        if product != self.product {
            self.take_product(product, subject);
        }
        if !(self.walked..=self.next).contains(&variant) {
            self.next = self.few.index.next_variant(variant);
        }
        self.walked = variant;
        if variant == self.next {
            let rules = self.rules | self.few.of_variant(variant);
            return self.few.sets.map(|sets| self.few.last_match(subject, rules & sets, &self.kept).unwrap_or(NONE));
        }
        let mut matches = self.rest;
        for (found, open) in matches.iter_mut().zip(self.open) {
            if let Some(rule) = self.few.last_match(subject, open, &self.kept) {
                *found = rule;
            }
        }
        matches
    }

    /// Looks once at what is the same for all variants of a product, one of which this is.
    #[inline(never)]
    fn take_product(&mut self, product: usize, subject: Subject) {
        self.product = product;
        self.rules = self.few.of_product(product);
        for (setting, sets) in self.few.sets.iter().enumerate() {
            let of_product = self.rules & sets & self.few.of_product;
            let rest = self.few.last_match(subject, of_product, &self.kept);
            // Of those that only a variant can decide, the ones before it do not matter.
            let later = rest.map_or(u64::MAX, |rule| u64::MAX << rule);
            self.open[setting] = self.rules & sets & !self.few.of_product & later;
            self.rest[setting] = rest.unwrap_or(NONE);
        }
    }
}
