//! Trees and schema to checked rules: names looked up, types and ranges checked, every error told.

pub mod checked;
mod fields;
mod filters;
mod steps;

use std::cell::OnceCell;
use std::sync::Arc;

use foldhash::{HashMap, HashSet};

use crate::diagnostic::{Code, Diagnostic};
use crate::fields::{Field, OWN_NAMESPACES, Schema};
use crate::source::{Source, Span};
use crate::syntax::fix::{self, KnownNames, Rewrite};
use crate::syntax::tree::{Expression, Filter, GroupNode, RuleFile, RuleNode, SettingNode, Statement};
use checked::{Amount, At, Condition, Group, Rule, Ruleset, Steps};

/// Checks all rule files as if they were one. `schema` is `None` where the catalog could not be read: names that only it
/// could tell are then taken as they are, and the result is of use for its errors alone.
pub fn resolve(files: &[RuleFile], schema: Option<&Schema>) -> (Ruleset, Vec<Diagnostic>) {
    let mut resolver = Resolver::new(schema);
    for file in files {
        resolver.file(file);
    }
    (resolver.ruleset, resolver.diagnostics)
}

/// Checks a filter that stands alone, with the groups of a ruleset.
///
/// # Errors
/// Everything that is wrong with it.
pub fn resolve_filter(
    source: &Arc<Source>,
    filter: &Filter,
    ruleset: &Ruleset,
    schema: &Schema,
) -> Result<Condition, Vec<Diagnostic>> {
    let mut resolver = Resolver::beside(ruleset, source, schema);
    let condition = resolver.condition(filter);
    if resolver.diagnostics.is_empty() { Ok(condition) } else { Err(resolver.diagnostics) }
}

/// Checks an expression that stands alone; its value may be any number.
///
/// # Errors
/// Everything that is wrong with it.
pub fn resolve_expression(
    source: &Arc<Source>,
    expression: &Expression,
    ruleset: &Ruleset,
    schema: &Schema,
) -> Result<Amount, Vec<Diagnostic>> {
    let mut resolver = Resolver::beside(ruleset, source, schema);
    resolver.source_amount(expression).ok_or(resolver.diagnostics)
}

struct Resolver<'a> {
    schema: Option<&'a Schema>,
    ruleset: Ruleset,
    diagnostics: Vec<Diagnostic>,
    /// The groups declared so far.
    groups: HashMap<String, usize>,
    /// The statement that is checked, and what it was meant to be, once that was asked.
    statement: (Span, OnceCell<Option<Rewrite>>),
    /// Whether it is a filter that stands alone.
    is_filter: bool,
    /// The names of groups whose statements cannot be read, which has been told.
    unread: HashSet<String>,
    /// All names of groups of the file at hand that are declared further below.
    later: HashMap<String, Span>,
}

impl<'a> Resolver<'a> {
    fn new(schema: Option<&'a Schema>) -> Self {
        Resolver {
            schema,
            ruleset: Ruleset::default(),
            diagnostics: vec![],
            groups: HashMap::default(),
            statement: (Span::new(0, 0), OnceCell::new()),
            is_filter: false,
            unread: HashSet::default(),
            later: HashMap::default(),
        }
    }

    /// A resolver of something that stands beside the rules and can use their groups.
    fn beside(ruleset: &Ruleset, source: &Arc<Source>, schema: &'a Schema) -> Self {
        let mut resolver = Resolver::new(Some(schema));
        for (index, group) in ruleset.groups.iter().enumerate() {
            resolver.groups.insert(group.name.clone(), index);
        }
        resolver.ruleset.sources = ruleset.sources.clone();
        resolver.ruleset.sources.push(Arc::clone(source));
        resolver.statement.0 = Span::new(0, source.text().len());
        resolver.is_filter = true;
        resolver
    }

    fn at(&self, span: Span) -> At {
        At { file: self.ruleset.sources.len().saturating_sub(1), span }
    }

    fn error(&mut self, code: Code, span: Span, message: String, help: Option<String>) {
        let place = self.ruleset.place(self.at(span));
        self.diagnostics.push(Diagnostic::error(code, message).maybe_help(help).at(place));
    }

    /// What was meant at a place of the statement, as a help says it.
    fn meant(&self, span: Span) -> Option<String> {
        let (whole, rewrite) = &self.statement;
        let rewrite = rewrite.get_or_init(|| {
            let statement = self.ruleset.sources.last()?.slice(*whole);
            let names = KnownNames { own: &|word| self.own_name(word), is_group: &|word| self.groups.contains_key(word) };
            if self.is_filter { fix::filter(statement, names) } else { fix::statement(statement, names) }
        });
        rewrite.as_ref()?.advice_at(span.start.checked_sub(whole.start)?)
    }

    fn file(&mut self, file: &RuleFile) {
        self.ruleset.sources.push(Arc::clone(&file.source));
        self.unread.extend(file.unread_groups.iter().cloned());
        self.later = file
            .statements
            .iter()
            .rev()
            .filter_map(|statement| match statement {
                Statement::Group(group) => Some((group.name.clone(), group.name_span)),
                Statement::Rule(_) => None,
            })
            .collect();
        for statement in &file.statements {
            let (Statement::Group(GroupNode { span, .. }) | Statement::Rule(RuleNode { span, .. })) = statement;
            self.statement = (*span, OnceCell::new());
            match statement {
                Statement::Group(group) => self.group(group),
                Statement::Rule(rule) => self.rule(rule),
            }
        }
    }

    fn group(&mut self, tree: &GroupNode) {
        let name = &tree.name;
        let is_field = Field::named(name).is_some() || OWN_NAMESPACES.contains(&name.as_str());
        if is_field {
            let help = Some(format!("choose another name: `my-{name}`"));
            self.error(Code::GroupName, tree.name_span, format!("`{name}` is a field's name, and cannot name a group"), help);
        } else if name.contains('.') {
            let help = Some("names with a dot are fields: use letters, digits, `_` and `-`".to_owned());
            self.error(Code::GroupName, tree.name_span, format!("a group cannot be named `{name}`"), help);
        } else if let Some(&known) = self.groups.get(name) {
            let first = self.ruleset.place(self.ruleset.groups[known].at);
            let place = self.ruleset.place(self.at(tree.name_span));
            self.diagnostics.push(
                Diagnostic::error(Code::GroupName, format!("the group `{name}` is declared twice"))
                    .help("give one of the two another name")
                    .related(first, "first declared here")
                    .at(place),
            );
        }
        let condition = self.condition(&tree.filter);
        if !is_field {
            let index = self.ruleset.groups.len();
            self.groups.entry(name.clone()).or_insert(index);
            self.ruleset.groups.push(Group { name: name.clone(), at: self.at(tree.name_span), condition });
        }
    }

    fn rule(&mut self, tree: &RuleNode) {
        let condition = tree.filter.as_ref().map_or(Condition::Always, |filter| self.condition(filter));
        let mut rule = Rule { at: self.at(tree.span), condition, source: None, steps: None, sync: None };
        let mut first_source = None;
        let mut first_sync = None;
        let mut steps = vec![];
        let mut texts = vec![];
        for setting in &tree.settings {
            match setting {
                SettingNode::From(span, expression) => {
                    self.set_once(&mut first_source, *span, "the source", "two `from`s");
                    rule.source = self.source_amount(expression);
                }
                SettingNode::Sync(span, on) => {
                    self.set_once(&mut first_sync, *span, "sync", "two `sync`s");
                    rule.sync = Some(*on);
                }
                SettingNode::Step(step) => {
                    texts.push(self.ruleset.text(self.at(step.span)));
                    steps.extend(self.step(step));
                }
            }
        }
        if !texts.is_empty() {
            rule.steps = Some(Steps::new(steps, texts.join("; ")));
        }
        self.ruleset.rules.push(rule);
    }

    fn set_once(&mut self, first: &mut Option<Span>, span: Span, what: &str, twice: &str) {
        if let Some(first) = *first {
            let first = self.ruleset.place(self.at(first));
            let place = self.ruleset.place(self.at(span));
            self.diagnostics.push(
                Diagnostic::error(Code::SetTwice, format!("this rule sets {what} twice"))
                    .help(format!("keep one of the {twice}, or part them into two rules"))
                    .related(first, "first set here")
                    .at(place),
            );
        }
        first.get_or_insert(span);
    }
}
