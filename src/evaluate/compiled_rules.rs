//! The rules of a project, compiled for what they are evaluated against, and whether they match.

use foldhash::{HashMap, HashSet};

use super::comparisons::{pattern_holds, value_holds, within};
use super::context::{Context, Subject};
use super::groups::{GroupMemo, Groups};
use super::predicate::{Atom, Predicate};
use crate::catalog::columns::Scaled;
use crate::fields::Field;
use crate::ids::{GroupId, RuleId};
use crate::resolve::checked::Ruleset;

/// The codes of a dictionary by the form in which their texts are compared.
pub type Forms = HashMap<String, Vec<u32>>;

/// Rules and groups, compiled.
pub struct CompiledRules<'a> {
    /// The rules as they are written.
    pub ruleset: &'a Ruleset,
    /// What they are compiled for.
    pub context: Context<'a>,
    /// The condition of each rule.
    pub predicates: Vec<Predicate<'a>>,
    /// The groups.
    pub groups: Groups<'a>,
    /// Of each rule, whether its condition is the same for all variants of a product.
    pub is_of_product: Vec<bool>,
    /// The SKUs that the rules name and the catalog has.
    pub skus: HashSet<String>,
    /// The texts of the fields of which the rules name values, by the form in which they are compared; those of an option by the
    /// number of its column, others by 0.
    pub forms: HashMap<(Field, usize), Forms>,
}

impl<'a> CompiledRules<'a> {
    /// Every form in which a text of a field is compared, where the rules name values of the field and its texts are one
    /// dictionary: as all are but those of options.
    pub fn forms(&self, field: Field) -> Option<&Forms> {
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

    /// Whether a condition holds for a subject. How deep it recurs is bound by how deep a filter is nested, and by [`Groups`].
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
        let (variant, product) = (subject.variant.index(), catalog.product_of(subject.variant).index());
        match atom {
            Atom::ProductText(_, column, set) => set.contains(column.code(product)),
            Atom::ProductList(_, column, set) => column.codes(product).iter().any(|&code| set.contains(code)),
            Atom::ProductFlag(flags) => flags.get(product).copied().unwrap_or(false),
            Atom::VariantText(_, column, set) => set.contains(column.code(variant)),
            Atom::Option(option, sets) => {
                catalog.option_code(subject.variant, *option).is_some_and(|(slot, code)| sets[slot].contains(code))
            }
            Atom::Override(column, set) => set.contains(column.code(variant, product)),
            Atom::Variants(variants) => variants.binary_search(&subject.variant).is_ok(),
            Atom::SkuPattern(regex) => pattern_holds(regex, catalog.sku(subject.variant)),
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

    /// Whether a group holds for a subject.
    fn group_holds(&self, group: GroupId, subject: Subject, memo: &mut GroupMemo) -> bool {
        if !self.groups.is_memoized(group) {
            return self.groups.get(group).is_some_and(|predicate| self.holds(predicate, subject, memo));
        }
        memo.begin(subject, self.groups.len());
        // The groups in a group are evaluated before it, so that none waits inside another.
        let mut stack = vec![];
        if memo.value(group).is_none() {
            stack.push(group);
        }
        while let Some(&group) = stack.last() {
            if memo.value(group).is_none() {
                let height = stack.len();
                let used = self.groups.memoized_in(group).iter().copied();
                stack.extend(used.filter(|&used| memo.value(used).is_none()));
                if stack.len() > height {
                    continue;
                }
                let holds = self.groups.get(group).is_some_and(|predicate| self.holds(predicate, subject, memo));
                memo.note(group, holds);
            }
            stack.pop();
        }
        memo.value(group).unwrap_or(false)
    }
}
