//! What is known while rule files are checked: the schema, the groups so far, and the errors.

use std::cell::OnceCell;
use std::sync::Arc;

use foldhash::{HashMap, HashSet};

use super::checked::{At, NameTarget, ResolvedName, Ruleset};
use crate::diagnostic::{Advice, Code, Diagnostic};
use crate::fields::{Field, FieldType, Schema};
use crate::ids::GroupId;
use crate::source::{Source, Span};
use crate::syntax::fix::{self, KnownNames, Rewrite};

/// A group that has been declared.
pub struct DeclaredGroup {
    /// Where its name stands.
    pub at: At,
    /// Its place in the rule set; `None` where its filter is wrong, which has been reported.
    pub id: Option<GroupId>,
}

/// What a name was found to be.
#[derive(Clone, Copy)]
pub enum FoundField {
    /// A field of the catalog, or one that every catalog has.
    Known(Field),
    /// Without a catalog, a name that only a catalog could know: all that can be said is the type of such fields.
    OnlyType(FieldType),
}

impl FoundField {
    /// The type of its values.
    pub fn field_type(self) -> FieldType {
        match self {
            FoundField::Known(field) => field.field_type(),
            FoundField::OnlyType(field_type) => field_type,
        }
    }

    /// The field, where there is a catalog.
    pub fn known(self) -> Option<Field> {
        match self {
            FoundField::Known(field) => Some(field),
            FoundField::OnlyType(_) => None,
        }
    }
}

/// Checks rule files, one statement after the other. What is wrong gives an error and `None`: only sound rules reach the rule set.
pub struct Resolver<'a> {
    pub(super) schema: Option<&'a Schema>,
    pub(super) ruleset: Ruleset,
    diagnostics: Vec<Diagnostic>,
    /// The groups declared so far.
    pub(super) groups: HashMap<String, DeclaredGroup>,
    /// The text that is checked.
    source: Arc<Source>,
    /// The statement that is checked, and what it was meant to be, once that was asked.
    statement: (Span, OnceCell<Option<Rewrite>>),
    /// Whether it is a filter or an expression that stands alone, outside the rule files.
    is_alone: bool,
    /// The names of groups whose statements cannot be read, which has been reported.
    pub(super) unread: HashSet<String>,
    /// The names of all groups of the file that is checked, those declared further below included, and where each stands.
    pub(super) of_file: HashMap<String, Span>,
}

impl<'a> Resolver<'a> {
    /// A resolver of rule files.
    pub fn new(schema: Option<&'a Schema>) -> Self {
        Resolver {
            schema,
            ruleset: Ruleset::default(),
            diagnostics: vec![],
            groups: HashMap::default(),
            source: Arc::new(Source::new("", "")),
            statement: (Span::new(0, 0), OnceCell::new()),
            is_alone: false,
            unread: HashSet::default(),
            of_file: HashMap::default(),
        }
    }

    /// A resolver of something that stands beside the rules and can use their groups.
    pub fn beside(ruleset: &Ruleset, source: &Arc<Source>, schema: &'a Schema) -> Self {
        let mut resolver = Resolver::new(Some(schema));
        for (group, id) in ruleset.groups.iter().zip(GroupId::all(ruleset.groups.len())) {
            resolver.groups.insert(group.name.clone(), DeclaredGroup { at: group.at, id: Some(id) });
        }
        resolver.ruleset.sources = ruleset.sources.clone();
        resolver.begin_source(source);
        resolver.begin_statement(Span::new(0, source.text().len()));
        resolver.is_alone = true;
        resolver
    }

    /// The rule set, or everything that is wrong.
    pub fn finish(self) -> Result<Ruleset, Vec<Diagnostic>> {
        if self.diagnostics.is_empty() { Ok(self.ruleset) } else { Err(self.diagnostics) }
    }

    /// Everything that is wrong.
    pub fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    /// Begins another text.
    pub(super) fn begin_source(&mut self, source: &Arc<Source>) {
        self.ruleset.sources.push(Arc::clone(source));
        self.source = Arc::clone(source);
    }

    /// Begins another statement of the text.
    pub(super) fn begin_statement(&mut self, span: Span) {
        self.statement = (span, OnceCell::new());
    }

    /// The text that is checked.
    pub(super) fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// A span of the text that is checked.
    pub(super) fn at(&self, span: Span) -> At {
        At { file: self.ruleset.sources.len().saturating_sub(1), span }
    }

    /// Notes what a name stands for.
    pub(super) fn note(&mut self, span: Span, target: NameTarget) {
        let at = self.at(span);
        self.ruleset.names.push(ResolvedName { at, target });
    }

    /// Reports an error, with advice.
    pub(super) fn error(&mut self, code: Code, span: Span, message: String, advice: impl Into<Advice>) {
        let mut error = Diagnostic::error(code, message).advice(advice).at(self.source.place(span));
        // What stands outside the rule files cannot be changed in one.
        error.fix = error.fix.filter(|_| !self.is_alone);
        self.report(error);
    }

    /// Reports an error.
    pub(super) fn report(&mut self, error: Diagnostic) {
        self.diagnostics.push(error);
    }

    /// What was meant at a place of the statement.
    pub(super) fn meant(&self, span: Span) -> Option<Advice> {
        let (whole, rewrite) = &self.statement;
        let rewrite = rewrite.get_or_init(|| {
            let statement = self.source.slice(*whole);
            let names = KnownNames { own: &|word| self.own_name(word), is_group: &|word| self.groups.contains_key(word) };
            if self.is_alone { fix::filter(statement, names) } else { fix::statement(statement, names) }
        });
        rewrite.as_ref()?.advice_at(&self.source, *whole, span.start.checked_sub(whole.start)?)
    }
}
