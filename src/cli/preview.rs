//! `stockrule preview`: the Result, before it goes out.

use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::common::{Common, status_of};
use super::{Status, output};
use crate::diagnostic::{Diagnostic, any_error};
use crate::evaluate::bind_condition;
use crate::project::{Loaded, Settings, load};
use crate::report::{json, result};
use crate::resolve::resolve_filter;
use crate::source::Source;
use crate::syntax::parse_filter;
use crate::syntax::tree::{FieldName, Filter};
use crate::text::counted;

/// Arguments of `preview`.
#[derive(Debug, Args)]
pub struct Preview {
    /// Only variants for which this filter is true
    #[arg(long = "where", value_name = "FILTER")]
    filter: Option<String>,
    /// Only this SKU (repeatable)
    #[arg(long, value_name = "SKU")]
    sku: Vec<String>,
    /// Only so many variants
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// List the SKUs that only Amazon has, instead of the Result
    #[arg(long, conflicts_with_all = ["filter", "sku", "limit"])]
    amazon_only: bool,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Csv,
}

impl Preview {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Status {
        match common.settings() {
            Ok(settings) => self.show(common, &settings),
            Err(diagnostics) => self.fail(common, &diagnostics),
        }
    }

    fn show(&self, common: &Common, settings: &Settings) -> Status {
        let source = Arc::new(Source::new("--where", self.filter.clone().unwrap_or_default()));
        let filter = match self.filter.as_ref().map(|_| parse_filter(&source)).transpose() {
            Ok(filter) => filter,
            Err(problem) => return self.fail(common, &[*problem]),
        };
        let loaded = load(settings, &fields(filter.as_ref()));
        let evaluated = loaded.evaluate();
        let diagnostics = common.weigh(evaluated.diagnostics);
        if any_error(&diagnostics) {
            return self.fail(common, &diagnostics);
        }
        if self.amazon_only {
            return self.amazon_only(common, &loaded, &diagnostics);
        }
        let condition = match filter.map(|filter| resolve_filter(&source, &filter, &loaded.ruleset, &loaded.catalog.schema)) {
            None => None,
            Some(Ok(condition)) => Some(condition),
            Some(Err(problems)) => return self.fail(common, &problems),
        };
        let world = loaded.world();
        let bound = condition.as_ref().map(|condition| bind_condition(condition, &loaded.ruleset, world));
        let chosen = |variant: usize| {
            let by_filter = bound.as_ref().is_none_or(|bound| bound.holds(&bound.rules[0], variant));
            by_filter && (self.sku.is_empty() || self.sku.iter().any(|sku| sku == loaded.catalog.sku.get(variant)))
        };
        let variants = (0..evaluated.decisions.len()).filter(|&variant| chosen(variant)).take(self.limit.unwrap_or(usize::MAX));
        let variants: Vec<usize> = variants.collect();
        let rows: Vec<_> = variants
            .iter()
            .map(|&variant| result::row(&loaded.ruleset, &world, variant, &evaluated.decisions[variant]))
            .collect();
        let counts = result::counts(&evaluated.decisions);
        match self.format {
            Format::Json => output::json(&json::preview(&rows, &counts, &diagnostics)),
            Format::Csv => {
                output::result(&result::csv(&rows));
                output::diagnostics(common, &diagnostics);
            }
            Format::Text => {
                output::diagnostics(common, &diagnostics);
                output::result(&result::table(&rows, output::width()));
                output::result(&format!("{}\n", result::summary_line(&counts)));
                let only = loaded.listings.as_ref().map_or(0, |listings| listings.only_on_amazon().count());
                if only > 0 {
                    output::result(&format!("{} only on Amazon (`--amazon-only` lists them)\n", counted(only, "SKU")));
                }
            }
        }
        Status::Done
    }

    fn amazon_only(&self, common: &Common, loaded: &Loaded, diagnostics: &[Diagnostic]) -> Status {
        let listings: Vec<_> = loaded.listings.iter().flat_map(|listings| listings.only_on_amazon()).collect();
        match self.format {
            Format::Json => output::json(&json::amazon_only(&listings, diagnostics)),
            Format::Text | Format::Csv => {
                output::diagnostics(common, diagnostics);
                output::result(&result::amazon_only_csv(&listings));
            }
        }
        Status::Done
    }

    fn fail(&self, common: &Common, diagnostics: &[Diagnostic]) -> Status {
        match self.format {
            Format::Json => output::json(&json::preview(&[], &result::counts(&[]), diagnostics)),
            Format::Text | Format::Csv => output::diagnostics(common, diagnostics),
        }
        status_of(diagnostics)
    }
}

/// The fields of a filter.
fn fields(filter: Option<&Filter>) -> Vec<FieldName> {
    let mut fields = vec![];
    if let Some(filter) = filter {
        filter.for_each_field(&mut |name| fields.push(name.clone()));
    }
    fields
}
