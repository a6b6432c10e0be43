//! Checked rules: every field exists, every value has its field's type, every number is in its range.
//!
//! These types differ from the tree's, and none of them has a place for a name that was not found: what is not sound in every
//! part is no [`Ruleset`], so that nothing unresolved can be evaluated by mistake.

mod at;
mod conditions;
mod steps;

use std::sync::Arc;

pub use at::At;
pub use conditions::{Bounds, Comparison, Condition, Criterion};
pub use steps::{Amount, Percent, Step, StepKind, Steps, Sum, Term};

use crate::diagnostic::{Fix, Place};
use crate::fields::Field;
use crate::ids::{GroupId, RuleId};
use crate::source::Source;
use crate::syntax::one_line;

/// All rules of a run, in order.
#[derive(Debug, Clone, Default)]
pub struct Ruleset {
    /// The files, in the order in which they were read.
    pub sources: Vec<Arc<Source>>,
    /// The rules.
    pub rules: Vec<Rule>,
    /// The groups' conditions, in the order of their declaration: each uses only those before it.
    pub groups: Vec<Group>,
    /// What each name in the files stands for, file by file in the order in which they are written, groups' declarations aside.
    pub names: Vec<ResolvedName>,
}

/// A name in a rule file, and what it stands for: what an editor needs to show, to find and to rename.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResolvedName {
    /// Where the name stands, its quotes included.
    pub at: At,
    /// What it stands for.
    pub target: NameTarget,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameTarget {
    /// A field.
    Field(Field),
    /// A group of the rule set.
    Group(GroupId),
}

impl Ruleset {
    /// A span of one of the files, as messages give it.
    pub fn place(&self, at: At) -> Place {
        match self.sources.get(at.file) {
            Some(source) => source.place(at.span),
            None => Place::file("rules"),
        }
    }

    /// What is written at a span of one of the files, on one line: as it is shown everywhere.
    pub fn text(&self, at: At) -> String {
        self.sources.get(at.file).map_or_else(String::new, |source| one_line(source.slice(at.span)))
    }

    /// A fix that writes something else at a span of one of the files, and is not sure; `None` where a comment would be lost.
    pub fn fix(&self, at: At, text: &str) -> Option<Fix> {
        let source = self.sources.get(at.file)?;
        // Comments are not part of the line as it is shown, nor are line ends.
        let is_line = one_line(source.slice(at.span)) == source.slice(at.span);
        is_line.then(|| Fix::guess(format!("write `{text}`"), source, at.span, text))
    }

    /// Whether any condition or amount reads one of these fields.
    pub fn reads(&self, wanted: &impl Fn(Field) -> bool) -> bool {
        let mut is_read = false;
        self.for_each_read(&mut |field, _| is_read |= wanted(field));
        is_read
    }

    /// Calls `visit` with each field that a condition or an amount reads, and where: those of groups first, then rule by rule.
    pub fn for_each_read(&self, visit: &mut impl FnMut(Field, At)) {
        self.for_each_comparison(&mut |test| visit(test.field, test.at));
        for rule in &self.rules {
            let steps = rule.steps.iter().flat_map(|steps| steps.all()).filter_map(|step| step.kind.amount());
            for (_, term) in rule.source.iter().chain(steps).flat_map(|amount| &amount.alternatives).flat_map(|sum| &sum.terms) {
                if let Term::Field(field, at) = term {
                    visit(*field, *at);
                }
            }
        }
    }

    /// Calls `visit` with each comparison: those of groups first, then rule by rule.
    pub fn for_each_comparison(&self, visit: &mut impl FnMut(&Comparison)) {
        let conditions = self.groups.iter().map(|group| &group.condition).chain(self.rules.iter().map(|rule| &rule.condition));
        conditions.for_each(|condition| condition.for_each_comparison(visit));
    }

    /// The rules by number, in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = RuleId> + ExactSizeIterator + Clone {
        RuleId::all(self.rules.len())
    }

    /// A rule; `None` for one of another rule set.
    #[inline]
    pub fn rule(&self, rule: RuleId) -> Option<&Rule> {
        self.rules.get(rule.index())
    }

    /// Where a rule stands: `amazon.rules:6`.
    pub fn rule_place(&self, rule: RuleId) -> String {
        let source = self.rule(rule).and_then(|rule| Some((self.sources.get(rule.at.file)?, rule.at.span.start)));
        source.map_or_else(String::new, |(source, start)| format!("{}:{}", source.name(), source.line_of(start)))
    }
}

/// A named condition.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Where it is declared.
    pub at: At,
    /// What it names.
    pub condition: Condition,
}

/// A checked rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The whole statement.
    pub at: At,
    /// Whom it concerns.
    pub condition: Condition,
    /// The source that it sets.
    pub source: Option<Amount>,
    /// The steps that it sets.
    pub steps: Option<Steps>,
    /// Whether it sets sync on or off.
    pub sync: Option<bool>,
}
