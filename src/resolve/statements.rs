//! Statements: groups are declared, rules are checked, both in the order in which they are written.

use super::checked::{Condition, Group, Rule, Steps};
use super::resolver::{DeclaredGroup, Resolver};
use crate::diagnostic::{Code, Diagnostic};
use crate::fields::{Field, OWN_NAMESPACES};
use crate::ids::GroupId;
use crate::source::Span;
use crate::syntax::tree::{GroupNode, RuleFile, RuleNode, SettingNode, Statement};

impl Resolver<'_> {
    /// Checks a rule file; what is sound in it goes into the rule set.
    pub fn file(&mut self, file: &RuleFile) {
        self.begin_source(&file.source);
        self.unread.extend(file.unread_groups.iter().cloned());
        let groups = file.statements.iter().rev().filter_map(|statement| match statement {
            Statement::Group(group) => Some((group.name.clone(), group.name_span)),
            Statement::Rule(_) => None,
        });
        self.of_file = groups.collect();
        for statement in &file.statements {
            let (Statement::Group(GroupNode { span, .. }) | Statement::Rule(RuleNode { span, .. })) = statement;
            self.begin_statement(*span);
            match statement {
                Statement::Group(group) => self.group(group),
                Statement::Rule(rule) => {
                    let rule = self.rule(rule);
                    self.ruleset.rules.extend(rule);
                }
            }
        }
    }

    fn group(&mut self, tree: &GroupNode) {
        let name = &tree.name;
        let is_field = Field::named(name).is_some() || OWN_NAMESPACES.contains(&name.as_str());
        if is_field {
            let help = format!("choose another name: `my-{name}`");
            self.error(Code::GroupName, tree.name_span, format!("`{name}` is a field's name, and cannot name a group"), help);
        } else if name.contains('.') {
            let help = "names with a dot are fields: use letters, digits, `_` and `-`";
            self.error(Code::GroupName, tree.name_span, format!("a group cannot be named `{name}`"), help);
        } else if let Some(known) = self.groups.get(name) {
            let error = Diagnostic::error(Code::GroupName, format!("the group `{name}` is declared twice"))
                .help("give one of the two another name")
                .related(self.ruleset.place(known.at), "first declared here")
                .at(self.source().place(tree.name_span));
            self.report(error);
        }
        let condition = self.condition(&tree.filter);
        // References to a group that is wrong are not wrong themselves.
        if !is_field {
            let at = self.at(tree.name_span);
            let id = condition.and_then(|condition| {
                let id = GroupId::from_index(self.ruleset.groups.len());
                self.ruleset.groups.push(Group { name: name.clone(), at, condition });
                id
            });
            self.groups.entry(name.clone()).or_insert(DeclaredGroup { at, id });
        }
    }

    fn rule(&mut self, tree: &RuleNode) -> Option<Rule> {
        let condition = tree.filter.as_ref().map_or(Some(Condition::Always), |filter| self.condition(filter));
        let mut is_sound = condition.is_some();
        let (mut source, mut sync) = (None, None);
        let (mut first_source, mut first_sync) = (None, None);
        let (mut steps, mut texts) = (vec![], vec![]);
        for setting in &tree.settings {
            match setting {
                SettingNode::From(span, expression) => {
                    is_sound &= self.is_first(&mut first_source, *span, "the source", "two `from`s");
                    source = self.source_amount(expression);
                    is_sound &= source.is_some();
                }
                SettingNode::Sync(span, on) => {
                    is_sound &= self.is_first(&mut first_sync, *span, "sync", "two `sync`s");
                    sync = Some(*on);
                }
                SettingNode::Step(step) => {
                    texts.push(self.ruleset.text(self.at(step.span)));
                    let step = self.step(step);
                    is_sound &= step.is_some();
                    steps.extend(step);
                }
            }
        }
        let steps = (!texts.is_empty()).then(|| Steps::new(steps, texts.join("; ")));
        let at = self.at(tree.span);
        condition.filter(|_| is_sound).map(|condition| Rule { at, condition, source, steps, sync })
    }

    /// Whether a rule sets something for the first time; an error is reported where it does not.
    fn is_first(&mut self, first: &mut Option<Span>, span: Span, what: &str, twice: &str) -> bool {
        let Some(first) = *first else {
            *first = Some(span);
            return true;
        };
        let error = Diagnostic::error(Code::SetTwice, format!("this rule sets {what} twice"))
            .help(format!("keep one of the {twice}, or part them into two rules"))
            .related(self.source().place(first), "first set here")
            .at(self.source().place(span));
        self.report(error);
        false
    }
}
