//! `stockrule init`: a project file and a first rule file, ready to run.

use clap::Args;

use super::common::{Common, status_of};
use super::{Status, output};
use crate::deliver::write;
use crate::diagnostic::{Code, Diagnostic, Place, any_error};
use crate::files::{Named, Role, read};
use crate::project::FILE_NAME;
use crate::{catalog, text};

/// Arguments of `init`: the export is given with `--catalog`.
#[derive(Debug, Args)]
pub struct Init {}

const RULES: &str = "amazon.rules";

impl Init {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Status {
        let fail = |diagnostics: &[Diagnostic]| {
            output::diagnostics(common, diagnostics);
            status_of(diagnostics)
        };
        if common.catalog.is_empty() {
            let help = "export the products in Shopify as CSV, then: `stockrule init --catalog products_export.csv`";
            return fail(&[Diagnostic::error(Code::Project, "no catalog to start from").help(help)]);
        }
        for name in [FILE_NAME, RULES] {
            if std::path::Path::new(name).exists() {
                let help = "remove it, or start in another folder; `init` never overwrites";
                let error = Diagnostic::error(Code::Project, format!("`{name}` is there already"));
                return fail(&[error.help(help).at(Place::file(std::path::Path::new(name)))]);
            }
        }
        let mut diagnostics = vec![];
        let mut files = vec![];
        for path in &common.catalog {
            let named = Named { path: path.clone(), name: path.clone() };
            if let Some(bytes) = read(&named, Role::Catalog, &mut diagnostics) {
                files.push((catalog::Input { path: path.clone(), columns_key: None }, bytes.into()));
            }
        }
        if any_error(&diagnostics) {
            return fail(&diagnostics);
        }
        let (found, told) = catalog::load(files, &common.catalog, &catalog::schema::Wanted::everything());
        output::diagnostics(common, &told);
        if any_error(&told) {
            return status_of(&told);
        }
        let paths: Vec<_> = common.catalog.iter().map(|path| format!("  - {}\n", quoted(&path.display().to_string()))).collect();
        let project = format!(
            "# What stockrule reads and writes. Paths are relative to this file.\n\
             rules: [{RULES}]\ncatalog:\n{}# amazon:\n#   seller: A2EXAMPLE                  # your seller ID, for the feed\n\
             #   listings: all-listings.txt         # the All Listings Report of Seller Central\nemit:\n  quantities: out/quantities.csv\n",
            paths.concat()
        );
        let rules = first_rules(&found);
        let files = [(FILE_NAME.into(), write::bytes(project.into_bytes())), (RULES.into(), write::bytes(rules.into_bytes()))];
        if let Err(problem) = write::all(&files) {
            return fail(&[*problem]);
        }
        output::result(&format!(
            "wrote {FILE_NAME} and {RULES} for {}\nnext: `stockrule preview`\n",
            text::counted(found.len(), "variant")
        ));
        Status::Done
    }
}

/// A first rule file: everything at its inventory level, with ideas from what the catalog holds.
fn first_rules(catalog: &catalog::Catalog) -> String {
    let mut rules = String::from(
        "# How many units of each product Amazon may sell. The last rule that matches decides.\n\nall: level\n\n\
         # Ideas, from what this catalog holds; take off the # to use one.\n",
    );
    let mut idea = |filter: String, steps: &str| rules.push_str(&format!("# where {filter}: {steps}\n"));
    if let Some((_, tag)) = catalog.tags.dictionary.iter().next() {
        idea(format!("tag={}", word(tag)), "buffer 2; max 7");
    }
    if let Some((_, vendor)) = catalog.vendor.dictionary.iter().next() {
        idea(format!("vendor={}", word(vendor)), "share 50%");
    }
    if let Some((namespace, key)) = catalog.schema.metafields.first() {
        idea(format!("has {namespace}.{key}"), &format!("from {namespace}.{key} else inventory"));
    }
    idea("status in (draft, archived)".to_owned(), "sync off");
    idea("price < 10".to_owned(), "fixed 5");
    rules
}

/// A value as a rule writes it.
fn word(text: &str) -> String {
    let value = crate::syntax::tree::Value { span: crate::source::Span::new(0, 0), text: text.to_owned(), quoted: false };
    crate::syntax::print::value(&value)
}

/// A path as YAML writes it: in quotes unless it is plain.
fn quoted(path: &str) -> String {
    let plain = path.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '/' | '_' | '-')) && !path.starts_with('-');
    if plain { path.to_owned() } else { serde_json::to_string(path).unwrap_or_else(|_| path.to_owned()) }
}
