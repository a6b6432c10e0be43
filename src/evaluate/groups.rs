//! Groups that others are made of: each is asked for once a variant, however often it is used.
//!
//! A group that is small is looked at again wherever it is used. One that would be large if all that it uses were written out
//! is kept: what it comes to is noted for the variant that is looked at. So a variant costs no more than the rules are long, and nothing
//! recurs deeper than a small group does.

use std::cell::{Cell, RefCell};

use super::compile::{CompiledRules, Predicate};
use super::context::Subject;

/// So many conditions, those of the groups that it uses included, make a group one that is kept.
const LARGE: usize = 64;

/// Which groups are kept, and what they are made of.
#[derive(Default)]
pub struct Groups<'a> {
    /// A condition a group, in the order of declaration: each uses only those before it.
    conditions: Vec<Predicate<'a>>,
    /// How many conditions each comes to, a kept group that it uses counting as one.
    sizes: Vec<usize>,
    /// The kept groups that each asks for, itself or through groups that are not kept.
    asks: Vec<Vec<u32>>,
}

impl<'a> Groups<'a> {
    /// Adds a group, which uses only those before it.
    pub fn push(&mut self, condition: Predicate<'a>) {
        let (mut size, mut asks) = (0_usize, vec![]);
        let mut stack = vec![&condition];
        while let Some(predicate) = stack.pop() {
            size += 1;
            match predicate {
                Predicate::All(predicates) | Predicate::Any(predicates) => stack.extend(predicates),
                Predicate::Not(inner) => stack.push(inner),
                Predicate::Group(group) if self.is_kept(*group) => asks.push(u32::try_from(*group).unwrap_or(u32::MAX)),
                Predicate::Group(group) => {
                    size += self.sizes.get(*group).copied().unwrap_or(0);
                    asks.extend(self.asks.get(*group).into_iter().flatten());
                }
                Predicate::Const(_) | Predicate::Atom(_) => {}
            }
        }
        asks.sort_unstable();
        asks.dedup();
        self.conditions.push(condition);
        self.sizes.push(size);
        self.asks.push(asks);
    }

    /// The condition of a group.
    pub fn get(&self, group: usize) -> Option<&Predicate<'a>> {
        self.conditions.get(group)
    }

    /// All conditions, in the order of declaration.
    pub fn iter(&self) -> impl Iterator<Item = &Predicate<'a>> {
        self.conditions.iter()
    }

    fn is_kept(&self, group: usize) -> bool {
        self.sizes.get(group).is_some_and(|&size| size > LARGE)
    }
}

/// What the kept groups of one [`CompiledRules`] come to for the variant that is looked at.
#[derive(Default)]
pub struct Kept {
    /// Counts the variants that were looked at.
    round: Cell<u64>,
    subject: Cell<Option<Subject>>,
    /// Of each group twice the round in which it was last looked at, and one more where it held.
    known: RefCell<Vec<u64>>,
    /// The groups that are looked at; empty between two questions.
    stack: RefCell<Vec<u32>>,
}

impl Kept {
    fn known(&self, group: u32) -> Option<bool> {
        let known = self.known.borrow();
        let known = known.get(group as usize).filter(|known| **known >> 1 == self.round.get());
        known.map(|known| known & 1 == 1)
    }

    fn keep(&self, group: u32, holds: bool) {
        if let Some(known) = self.known.borrow_mut().get_mut(group as usize) {
            *known = self.round.get() << 1 | u64::from(holds);
        }
    }
}

impl<'a> CompiledRules<'a> {
    /// Whether a group holds for a variant.
    pub(super) fn group_holds(&self, group: usize, subject: Subject, kept: &Kept) -> bool {
        if !self.groups.is_kept(group) {
            return self.groups.get(group).is_some_and(|predicate| self.any_holds(predicate, subject, kept));
        }
        if kept.round.get() == 0 || kept.subject.get() != Some(subject) {
            kept.known.borrow_mut().resize(self.groups.conditions.len(), 0);
            kept.round.set(kept.round.get() + 1);
            kept.subject.set(Some(subject));
        }
        let wanted = u32::try_from(group).unwrap_or(u32::MAX);
        if let Some(known) = kept.known(wanted) {
            return known;
        }
        // Those that a group asks for are looked at before it, so that none waits inside another.
        let mut stack = kept.stack.take();
        stack.push(wanted);
        while let Some(&group) = stack.last() {
            if kept.known(group).is_none() {
                let height = stack.len();
                let asks = self.groups.asks.get(group as usize).into_iter().flatten().copied();
                stack.extend(asks.filter(|&asked| kept.known(asked).is_none()));
                if stack.len() > height {
                    continue;
                }
                let holds = self.groups.get(group as usize).is_some_and(|predicate| self.any_holds(predicate, subject, kept));
                kept.keep(group, holds);
            }
            stack.pop();
        }
        kept.stack.replace(stack);
        kept.known(wanted).unwrap_or(false)
    }
}
