//! Groups that others are made of: each is evaluated once for a subject, however often it is used.
//!
//! A group that is small is evaluated again wherever it is used. One that would be large if all groups in it were written out
//! is memoized: its value is noted for the subject at which it was evaluated. So a subject costs no more than the rules are long,
//! though written out they may be exponentially longer, and nothing recurs deeper than a small group does.

use super::context::Subject;
use super::predicate::Predicate;
use crate::ids::GroupId;

/// A group of more predicates than this, those of the groups in it included, is memoized.
const LARGE: usize = 64;

/// The groups of some rules, and which of them are memoized.
#[derive(Default)]
pub struct Groups<'a> {
    /// A condition a group, in the order of declaration: each uses only those before it.
    conditions: Vec<Predicate<'a>>,
    /// How many predicates each comes to; a memoized group in it counts as one.
    sizes: Vec<usize>,
    /// The memoized groups that each uses, itself or through groups that are not memoized.
    uses: Vec<Vec<GroupId>>,
}

impl<'a> Groups<'a> {
    /// Adds a group, which uses only those before it.
    pub fn push(&mut self, condition: Predicate<'a>) {
        let (mut size, mut uses) = (0_usize, vec![]);
        let mut stack = vec![&condition];
        while let Some(predicate) = stack.pop() {
            size += 1;
            match predicate {
                Predicate::All(predicates) | Predicate::Any(predicates) => stack.extend(predicates),
                Predicate::Not(inner) => stack.push(inner),
                Predicate::Group(group) if self.is_memoized(*group) => uses.push(*group),
                Predicate::Group(group) => {
                    size += self.sizes.get(group.index()).copied().unwrap_or(0);
                    uses.extend(self.uses.get(group.index()).into_iter().flatten());
                }
                Predicate::Const(_) | Predicate::Atom(_) => {}
            }
        }
        uses.sort_unstable();
        uses.dedup();
        self.conditions.push(condition);
        self.sizes.push(size);
        self.uses.push(uses);
    }

    /// The condition of a group.
    pub fn get(&self, group: GroupId) -> Option<&Predicate<'a>> {
        self.conditions.get(group.index())
    }

    /// All conditions, in the order of declaration.
    pub fn iter(&self) -> impl Iterator<Item = &Predicate<'a>> {
        self.conditions.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.conditions.len()
    }

    /// The memoized groups in a group, itself or through groups that are not memoized.
    pub fn memoized_in(&self, group: GroupId) -> &[GroupId] {
        self.uses.get(group.index()).map_or(&[], Vec::as_slice)
    }

    /// Whether a group is memoized.
    pub fn is_memoized(&self, group: GroupId) -> bool {
        self.sizes.get(group.index()).is_some_and(|&size| size > LARGE)
    }
}

/// The values of memoized groups, for the subject at which groups were evaluated last.
#[derive(Debug, Default)]
pub struct GroupMemo {
    subject: Option<Subject>,
    /// A value a group; `None` where it is not known for the subject.
    values: Vec<Option<bool>>,
    /// The groups whose values are known.
    known: Vec<GroupId>,
}

impl GroupMemo {
    /// Forgets what is known of another subject than this.
    pub fn begin(&mut self, subject: Subject, groups: usize) {
        if self.subject != Some(subject) {
            self.subject = Some(subject);
            self.values.resize(groups, None);
            self.known.drain(..).for_each(|group| self.values[group.index()] = None);
        }
    }

    /// The value of a group, if it is known.
    pub fn value(&self, group: GroupId) -> Option<bool> {
        self.values.get(group.index()).copied().flatten()
    }

    /// Notes the value of a group.
    pub fn note(&mut self, group: GroupId, holds: bool) {
        if let Some(value) = self.values.get_mut(group.index()) {
            *value = Some(holds);
            self.known.push(group);
        }
    }
}
