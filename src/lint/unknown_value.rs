//! `unknown-value`: values that no variant has, with the ones that were most likely meant.

use foldhash::{HashMap, HashSet};

use super::idle_rules::Idle;
use super::suggestions::suggestions;
use crate::amazon::marketplaces;
use crate::catalog::FieldColumn;
use crate::catalog::columns::{Dictionary, list_items};
use crate::diagnostic::{Code, Diagnostic};
use crate::evaluate::Run;
use crate::fields::Field;
use crate::resolve::checked::{At, Comparison, Condition, Criterion};
use crate::syntax::{plain, print};
use crate::text;

/// How many texts of the catalog may be compared in one run to find the nearest ones: a search takes as many as the field has.
const SEARCH: usize = 400_000;

/// Warns of values that no variant has. Returns for each rule whether a warning says why it matches nothing; `idle` says which do.
pub fn warn(run: &Run<'_>, idle: &[Idle], diagnostics: &mut Vec<Diagnostic>) -> Vec<bool> {
    let mut finder = Finder { run, known: HashMap::default(), left: SEARCH, warnings: vec![] };
    for group in &run.ruleset().groups {
        finder.condition(&group.condition, false);
    }
    let rules = run.ruleset().rules.iter().zip(idle);
    let explained = rules.map(|(rule, &idle)| finder.condition(&rule.condition, idle == Idle::MatchesNothing)).collect();
    diagnostics.append(&mut finder.warnings);
    explained
}

/// Goes through conditions in search of values that no variant has.
struct Finder<'b, 'a> {
    run: &'b Run<'a>,
    /// The forms in which the texts of a field are compared, where the compiled rules do not have them.
    known: HashMap<Field, HashSet<String>>,
    /// How many texts may still be compared.
    left: usize,
    warnings: Vec<Diagnostic>,
}

impl<'b, 'a> Finder<'b, 'a> {
    /// Whether a warning on a part of the condition says why it is true of no variant. `idle` says that it is.
    fn condition(&mut self, condition: &Condition, idle: bool) -> bool {
        match condition {
            Condition::All(all) | Condition::Any(all) => {
                // All parts are searched, also after the first warning.
                let found: Vec<bool> = all.iter().map(|part| self.condition(part, idle)).collect();
                found.contains(&true)
            }
            // A value that is only excluded cannot be why the rule matches nothing.
            Condition::Not(inner) => {
                self.condition(inner, false);
                false
            }
            // `not-in-catalog` warns that no file has the field.
            Condition::Comparison(Comparison { field, .. }) if !self.run.context().shop.catalog.schema.has_data(*field) => true,
            Condition::Comparison(Comparison { criterion: Criterion::Pattern(_), at, .. }) if idle => {
                match without_wildcard(&self.run.ruleset().text(*at)) {
                    Some(help) => {
                        let message = format!("no variant is `{}`, so this rule matches nothing", self.run.ruleset().text(*at));
                        self.warnings.push(
                            Diagnostic::warning(Code::MatchesNothing, message).help(help).at(self.run.ruleset().place(*at)),
                        );
                        true
                    }
                    None => false,
                }
            }
            Condition::Comparison(Comparison { field, criterion: Criterion::Equals(values), at: whole }) => {
                let mut found = false;
                for (value, at) in values {
                    found |= self.value(*field, value, (*at, *whole), idle);
                }
                found
            }
            _ => false,
        }
    }

    /// Warns of a value that no variant has; `whole` is where the comparison with it stands.
    fn value(&mut self, field: Field, value: &str, (at, whole): (At, At), idle: bool) -> bool {
        if field == Field::Marketplace {
            let written = plain(&self.run.ruleset().text(at));
            let Err(help) = marketplaces::named(&written) else { return false };
            let message = format!("no marketplace is called `{written}`");
            self.warnings.push(Diagnostic::warning(Code::UnknownValue, message).help(help).at(self.run.ruleset().place(at)));
            return true;
        }
        let Some(noun) = field.noun() else { return false };
        let fixed = field.row().map_or(&[][..], |row| row.values);
        if fixed.contains(&value) || self.is_known(field, value) {
            return false;
        }
        let written = plain(&self.run.ruleset().text(at));
        let mut fix = None;
        let help = match self.nearest(field, &written, fixed) {
            _ if written.contains('*') || field == Field::Sku && written.contains(['?', '%']) => {
                pattern(&self.run.ruleset().text(whole), &written)
            }
            near if !near.is_empty() => {
                let near: Vec<_> = near.iter().map(|near| print::text(near)).collect();
                if let [only] = near.as_slice() {
                    fix = self.run.ruleset().fix(at, only);
                }
                let near: Vec<_> = near.iter().map(|near| format!("`{near}`")).collect();
                format!("did you mean {}?", text::one_of(&near))
            }
            _ if !fixed.is_empty() => {
                let known: Vec<_> = fixed.iter().map(|value| format!("`{value}`")).collect();
                format!("a {noun} is {}", text::one_of(&known))
            }
            _ if matches!(value.to_lowercase().as_str(), "" | "null" | "none" | "nil" | "blank" | "empty" | "n/a") => {
                let comparison = self.run.ruleset().text(whole);
                let field = comparison.split(['=', '!', ' ']).next().unwrap_or("FIELD");
                format!("where a field is blank, `not has {field}` is true")
            }
            _ => "is it spelt as in Shopify? `preview` shows what the catalog holds".to_owned(),
        };
        let so = if idle { ", so this rule matches nothing" } else { "" };
        let name = if matches!(field, Field::Metafield(_) | Field::Column(_) | Field::Option(_)) {
            format!("no variant has `{written}` in this {noun}")
        } else {
            format!("no variant has the {noun} `{written}`")
        };
        let code = if idle { Code::MatchesNothing } else { Code::UnknownValue };
        let warning = Diagnostic::warning(code, format!("{name}{so}")).help(help).at(self.run.ruleset().place(at));
        self.warnings.push(warning.maybe_fix(fix));
        true
    }

    fn is_known(&mut self, field: Field, value: &str) -> bool {
        let run = self.run;
        if field == Field::Sku {
            return run.rules().skus.contains(value);
        }
        if let Some(forms) = run.rules().forms(field) {
            return forms.contains_key(value);
        }
        let known = self
            .known
            .entry(field)
            .or_insert_with(|| texts(run, field, |texts| texts.map(|text| crate::evaluate::form(field, &text)).collect()));
        known.contains(value)
    }

    fn nearest(&mut self, field: Field, written: &str, fixed: &[&'static str]) -> Vec<String> {
        if let Some(near) = text::nearest(written, fixed.iter().copied()) {
            return vec![near.to_owned()];
        }
        let size = match field {
            Field::Sku => self.run.context().shop.catalog.len(),
            _ => self.run.rules().forms(field).map_or_else(|| self.known.get(&field).map_or(0, HashSet::len), HashMap::len),
        };
        let Some(left) = self.left.checked_sub(size) else { return vec![] };
        self.left = left;
        texts(self.run, field, |texts| suggestions(written, &texts.collect::<Vec<_>>()))
    }
}

/// What to write for a pattern of another language, or none: `like` compares the whole text.
fn without_wildcard(comparison: &str) -> Option<String> {
    let (field, pattern) = comparison.split_once(" like ")?;
    let pattern = plain(pattern.trim());
    if pattern.contains(['*', '?']) {
        return None;
    }
    let (why, wild) = match pattern.contains('%') {
        true => ("`*` stands for any characters, not `%`", pattern.replace('%', "*")),
        false => ("`like` compares the whole text, where `*` stands for any characters", format!("*{pattern}*")),
    };
    Some(format!("{why}: write `{field} like {}`", print::quoted(&wild)))
}

/// What to write for a value with a wildcard in it, which stands for other characters in patterns alone.
fn pattern(comparison: &str, written: &str) -> String {
    let field = comparison.split(['=', '!', ' ']).next().unwrap_or("FIELD");
    let like = format!("{field} like {}", print::quoted(&written.replace('%', "*")));
    let stands = match written {
        _ if written.contains(['*', '%']) => "`*` stands for any characters after `like` alone",
        _ => "`?` stands for one character after `like` alone",
    };
    match comparison[field.len()..].trim_start() {
        rest if rest.starts_with('=') => format!("{stands}: write `{like}`"),
        rest if rest.starts_with("!=") => format!("{stands}: write `not {like}`"),
        _ => format!("{stands}: `{like}`, joined to the others with `or`"),
    }
}

/// Hands over all texts of a field.
fn texts<T>(run: &Run<'_>, field: Field, take: impl FnOnce(&mut dyn Iterator<Item = String>) -> T) -> T {
    let catalog = run.context().shop.catalog;
    let plain = |dictionary: &Dictionary| dictionary.iter().map(|(_, text)| text.to_owned()).collect::<Vec<_>>();
    let listed = |dictionary: &Dictionary| dictionary.iter().flat_map(|(_, text)| list_items(text)).collect::<Vec<_>>();
    let all = match field {
        Field::Sku => catalog.skus.iter().map(str::to_owned).collect(),
        Field::Option(option) => {
            let values = catalog.variants().filter_map(|variant| catalog.option_code(variant, option));
            let codes: HashSet<(usize, u32)> = values.collect();
            let mut codes: Vec<_> = codes.into_iter().collect();
            codes.sort_unstable();
            codes.into_iter().map(|(slot, code)| catalog.option_values[slot].dictionary.text(code).to_owned()).collect()
        }
        Field::Metafield(index) => catalog.metafields.get(index).map(|column| listed(&column.dictionary)).unwrap_or_default(),
        Field::Column(index) => catalog.columns.get(index).map(|column| listed(&column.dictionary)).unwrap_or_default(),
        _ => match catalog.fields.get(field) {
            Some(FieldColumn::Text(column, _)) => plain(&column.dictionary),
            Some(FieldColumn::List(column)) => plain(&column.dictionary),
            _ => vec![],
        },
    };
    take(&mut all.into_iter())
}
