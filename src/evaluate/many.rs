//! Which rules match a variant, where there may be many: lists of rules, under the values that they require.

use super::compile::CompiledRules;
use super::context::Subject;
use super::decisions::NONE;
use super::groups::Kept;
use super::index::Index;

/// Walks, for one variant after the other, the rules that can match it.
pub struct Walker<'b, 'a> {
    bound: &'b CompiledRules<'a>,
    index: &'b Index<'a>,
    /// The product whose rules are at hand; none has the greatest number.
    product: usize,
    /// The lists of rules that can match its variants, and behind them those of the variant at hand.
    lists: Vec<&'b [u32]>,
    of_product: usize,
    /// Whether what follows is of the product at hand.
    is_settled: bool,
    /// The last rules of the product's lists that only a variant can decide, from the last to the first.
    open: Vec<u32>,
    /// What comes before them: the last rule that matches all variants of the product, or what is left of the lists.
    then: Then<'b>,
    /// For so many variants from `walked` on, the rule is the first of `open` that matches, or else `rest`.
    reach: usize,
    rest: u32,
    /// The variant that was looked at last, and the first one from there on that may have lists of its own.
    walked: usize,
    next: usize,
    /// What is left of the lists for a variant.
    left: Vec<&'b [u32]>,
    /// What groups come to for the variant that is looked at.
    kept: Kept,
}

/// What comes before the rules of a product that only a variant can decide.
enum Then<'b> {
    /// This rule, which matches every variant of the product; [`NONE`] where no rule is left.
    Rule(u32),
    /// So many that they are better looked at for each variant.
    More(Vec<&'b [u32]>),
}

/// So many rules of a product are kept for its variants.
const OPEN: usize = 8;

impl<'b, 'a> Walker<'b, 'a> {
    /// Begins before any variant.
    pub fn new(bound: &'b CompiledRules<'a>, index: &'b Index<'a>) -> Self {
        Walker {
            bound,
            index,
            product: usize::MAX,
            lists: vec![],
            of_product: 0,
            is_settled: false,
            open: vec![],
            then: Then::Rule(NONE),
            reach: 0,
            rest: NONE,
            walked: usize::MAX,
            next: 0,
            left: vec![],
            kept: Kept::default(),
        }
    }

    /// Whether a rule matches a variant.
    #[inline(always)]
    pub fn holds(&self, rule: u32, subject: Subject) -> bool {
        self.bound.holds_keeping(&self.bound.rules[rule as usize], subject, &self.kept)
    }

    /// The lists of rules that can match a variant, each from the last rule to the first.
    pub fn lists(&mut self, variant: usize) -> &[&'b [u32]] {
        self.take_product(self.bound.context.shop.catalog.product_of(variant));
        self.add_own(variant);
        &self.lists
    }

    fn take_product(&mut self, product: usize) {
        if self.product != product {
            self.product = product;
            self.lists.clear();
            self.index.of_product(product, &mut self.lists);
            self.of_product = self.lists.len();
            self.is_settled = false;
            self.reach = 0;
        }
    }

    /// Adds the lists that are the variant's own; whether there are any.
    fn add_own(&mut self, variant: usize) -> bool {
        if !(self.walked..=self.next).contains(&variant) {
            self.next = self.index.next_variant(variant);
        }
        self.walked = variant;
        self.reach = 0;
        self.lists.truncate(self.of_product);
        if variant == self.next {
            self.index.of_variant(variant, &mut self.lists);
        }
        self.lists.len() > self.of_product
    }

    /// Looks once at what is the same for all variants of a product, one of which this is.
    fn settle(&mut self, subject: Subject) {
        let bound = self.bound;
        self.is_settled = true;
        self.open.clear();
        self.left.clear();
        self.left.extend_from_slice(&self.lists);
        self.then = Then::Rule(NONE);
        while let Some(rule) = take_last(&mut self.left) {
            if !bound.is_of_product[rule as usize] {
                self.open.push(rule);
                if self.open.len() == OPEN {
                    self.then = Then::More(self.left.clone());
                    return;
                }
            } else if self.holds(rule, subject) {
                self.then = Then::Rule(rule);
                return;
            }
        }
    }

    /// The last rule that matches a variant; [`NONE`] where none does.
    #[inline]
    pub fn last_match(&mut self, subject: Subject, product: usize) -> u32 {
        let variant = subject.variant.index();
        // Nearly always the product has been looked at, and no list is the variant's own.
        if self.product == product && variant.wrapping_sub(self.walked) < self.reach {
            return self.open_match(subject).unwrap_or(self.rest);
        }
        self.search(subject, product)
    }

    /// The last of the product's open rules that matches a variant.
    #[inline]
    fn open_match(&self, subject: Subject) -> Option<u32> {
        self.open.iter().copied().find(|&rule| self.holds(rule, subject))
    }

    #[inline(never)]
    fn search(&mut self, subject: Subject, product: usize) -> u32 {
        let variant = subject.variant.index();
        self.take_product(product);
        if !self.add_own(variant) {
            if !self.is_settled {
                self.settle(subject);
            }
            if let Then::Rule(rule) = self.then {
                (self.reach, self.rest) = (self.next - self.walked, rule);
            }
            if let Some(rule) = self.open_match(subject) {
                return rule;
            }
            match &self.then {
                Then::Rule(rule) => return *rule,
                Then::More(left) => self.left.clone_from(left),
            }
        } else {
            self.left.clone_from(&self.lists);
        }
        while let Some(rule) = take_last(&mut self.left) {
            if self.holds(rule, subject) {
                return rule;
            }
        }
        NONE
    }
}

/// Takes the last rule off the lists, each of which goes from the last to the first; a rule can stand in several.
fn take_last(lists: &mut [&[u32]]) -> Option<u32> {
    let rule = lists.iter().filter_map(|list| list.first()).max().copied()?;
    for list in lists {
        if list.first() == Some(&rule) {
            *list = &list[1..];
        }
    }
    Some(rule)
}
