//! The matcher: for each setting, the last rule that sets it and matches.

use super::compiled_rules::CompiledRules;
use super::context::Subject;
use super::decisions::DecidingRules;
use super::groups::GroupMemo;
use super::posting_lists::SETTINGS;
use super::rule_index::{Cursor, RuleIndex};
use crate::ids::RuleId;

/// Finds the rules that decide, for one subject after the other. What the variants of a product have in common is found
/// out once, where they follow one another.
pub struct Matcher<'r, 'a> {
    rules: &'r CompiledRules<'a>,
    index: &'r RuleIndex<'a>,
    /// The product whose candidates are known; `usize::MAX` before the first.
    product: usize,
    candidates: [Candidates<'r>; SETTINGS],
    cursor: Cursor,
    memo: GroupMemo,
}

/// The rules that can decide one setting of a product's variants, as far as they are known: posting lists are merged, from the last
/// rule to the first, only until a variant's rule is found.
#[derive(Default)]
struct Candidates<'r> {
    /// The posting lists, less the rules that are known.
    lists: Vec<&'r [RuleId]>,
    /// Variant rules, from the last to the first: which variants they match, their own values say.
    variant_rules: Vec<RuleId>,
    /// The fallback rule: the last one that matches every variant of the product.
    fallback: Option<RuleId>,
    /// Whether no more rules are wanted: the fallback rule is found, or the lists are at their ends.
    are_complete: bool,
}

impl<'r, 'a> Matcher<'r, 'a> {
    /// Begins before any subject.
    pub fn new(rules: &'r CompiledRules<'a>, index: &'r RuleIndex<'a>) -> Self {
        Matcher {
            rules,
            index,
            product: usize::MAX,
            candidates: Default::default(),
            cursor: Cursor::default(),
            memo: GroupMemo::default(),
        }
    }

    /// The last rules that match a subject and set something.
    #[inline]
    pub fn deciding_rules(&mut self, subject: Subject) -> DecidingRules {
        let product = self.rules.context.shop.catalog.product_of(subject.variant).index();
        if product != self.product {
            self.enter(product);
        }
        let mut found = [None; SETTINGS];
        for (setting, found) in found.iter_mut().enumerate() {
            *found = self.last_of_product(setting, subject);
        }
        let Matcher { rules, index, memo, cursor, .. } = self;
        index.for_variant(subject.variant, cursor, |postings| {
            for (found, list) in found.iter_mut().zip(postings) {
                let later = list.iter().take_while(|rule| Some(**rule) > *found);
                let last = later.copied().find(|&rule| index.is_implied(rule) || rules.matches(rule, subject, memo));
                *found = last.or(*found);
            }
        });
        DecidingRules::from(found)
    }

    /// Takes up the posting lists of a product.
    fn enter(&mut self, product: usize) {
        self.product = product;
        for candidates in &mut self.candidates {
            candidates.lists.clear();
            candidates.variant_rules.clear();
            (candidates.fallback, candidates.are_complete) = (None, false);
        }
        let candidates = &mut self.candidates;
        self.index.for_product(product, |postings| {
            for (candidates, list) in candidates.iter_mut().zip(postings) {
                if !list.is_empty() {
                    candidates.lists.push(list);
                }
            }
        });
    }

    /// The last rule that sets a setting and matches a subject, save those that name the variant by a text of its own.
    #[inline]
    fn last_of_product(&mut self, setting: usize, subject: Subject) -> Option<RuleId> {
        let Matcher { rules, index, candidates, memo, .. } = self;
        let candidates = &mut candidates[setting];
        let mut matches = |rule: RuleId| index.is_implied(rule) || rules.matches(rule, subject, memo);
        if let Some(rule) = candidates.variant_rules.iter().copied().find(|&rule| matches(rule)) {
            return Some(rule);
        }
        while !candidates.are_complete {
            let Some(rule) = take_last(&mut candidates.lists) else {
                candidates.are_complete = true;
                break;
            };
            let is_match = matches(rule);
            if rules.is_of_product(rule) {
                if is_match {
                    (candidates.fallback, candidates.are_complete) = (Some(rule), true);
                }
            } else {
                candidates.variant_rules.push(rule);
                if is_match {
                    return Some(rule);
                }
            }
        }
        candidates.fallback
    }
}

/// All rules of an index that can match, for one subject after the other.
pub struct AllCandidates<'r, 'a> {
    rules: &'r CompiledRules<'a>,
    index: &'r RuleIndex<'a>,
    product: usize,
    of_product: Vec<&'r [RuleId]>,
    cursor: Cursor,
    memo: GroupMemo,
}

impl<'r, 'a> AllCandidates<'r, 'a> {
    /// Begins before any subject, with the rules that an index has under its first setting.
    pub fn new(rules: &'r CompiledRules<'a>, index: &'r RuleIndex<'a>) -> Self {
        let (cursor, memo) = (Cursor::default(), GroupMemo::default());
        AllCandidates { rules, index, product: usize::MAX, of_product: vec![], cursor, memo }
    }

    /// Hands over the rules that match a subject, but for those that `skip` is true of; a rule can come twice.
    pub fn for_each_match(&mut self, subject: Subject, skip: impl Fn(RuleId) -> bool, mut visit: impl FnMut(RuleId)) {
        let AllCandidates { rules, index, product, of_product, cursor, memo } = self;
        let own_product = rules.context.shop.catalog.product_of(subject.variant).index();
        if own_product != *product {
            *product = own_product;
            of_product.clear();
            index.for_product(own_product, |[list, ..]| of_product.push(list));
        }
        let mut look = |list: &[RuleId]| {
            let matching = list.iter().copied().filter(|&rule| !skip(rule) && rules.matches(rule, subject, memo));
            matching.for_each(&mut visit);
        };
        of_product.iter().for_each(|list| look(list));
        index.for_variant(subject.variant, cursor, |[list, ..]| look(list));
    }
}

/// Takes the last rule off posting lists, each of which goes from the last rule to the first; a rule can stand in several.
fn take_last(lists: &mut [&[RuleId]]) -> Option<RuleId> {
    let rule = lists.iter().filter_map(|list| list.first()).max().copied()?;
    for list in lists {
        if let [first, rest @ ..] = *list
            && *first == rule
        {
            *list = rest;
        }
    }
    Some(rule)
}
