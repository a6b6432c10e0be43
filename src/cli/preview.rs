//! `stockrule preview`: the Result, before it goes out.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::common::{Common, status_of};
use super::progress::Progress;
use super::{Status, output};
use crate::deliver::write;
use crate::diagnostic::{Code, Diagnostic, Place, any_error};
use crate::evaluate::{Decision, Decisions, bind_condition};
use crate::project::{Loaded, Settings, load};
use crate::report::story::{self, Story};
use crate::report::{json, page, result};
use crate::resolve::resolve_filter;
use crate::source::Source;
use crate::syntax::parse_filter;
use crate::syntax::tree::{FieldName, Filter};
use crate::text::{counted, thousands};

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
    /// Write the Result as a page for a browser into this file, instead of printing it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["amazon_only", "format"])]
    html: Option<PathBuf>,
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
        let settings = Settings { everything: self.html.is_some(), ..settings.clone() };
        let progress = Progress::of(common, "reading");
        let loaded = load(&settings, &fields(filter.as_ref()));
        progress.stage("working out quantities");
        let evaluated = loaded.evaluate();
        drop(progress);
        output::joins(common, loaded.catalog.joins);
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
        let decisions = evaluated.decisions.iter().enumerate();
        let limit = self.limit.unwrap_or(usize::MAX);
        let variants: Vec<(usize, Decision)> = decisions.filter(|(variant, _)| chosen(*variant)).take(limit).collect();
        let row = |(variant, decision): &(usize, Decision)| result::row(&loaded.ruleset, &world, *variant, decision);
        let rows: Vec<_> = variants.iter().map(row).collect();
        let counts = result::counts(&evaluated.decisions);
        if let Some(path) = &self.html {
            output::diagnostics(common, &diagnostics);
            return page(common, path, &loaded, evaluated.decisions.len(), &variants, rows);
        }
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
            Format::Json => output::json(&json::preview(&[], &result::counts(&Decisions::default()), diagnostics)),
            Format::Text | Format::Csv => output::diagnostics(common, diagnostics),
        }
        status_of(diagnostics)
    }
}

/// The most variants of a page: more than any browser could show, or anybody look through.
const MOST: usize = 50_000;

/// Writes the page.
fn page(
    common: &Common,
    path: &Path,
    loaded: &Loaded,
    total: usize,
    variants: &[(usize, Decision)],
    rows: Vec<result::Row<'_>>,
) -> Status {
    if variants.len() > MOST {
        let message = format!("a page of {} would be too large for a browser", counted(variants.len(), "variant"));
        let help = format!("narrow it with `--where FILTER` or `--limit N`, to {} at most", thousands(MOST));
        let diagnostics = [Diagnostic::error(Code::File, message).help(help).at(Place::file(path))];
        output::diagnostics(common, &diagnostics);
        return Status::WrongInput;
    }
    let bound = loaded.bound();
    let lines = variants.iter().zip(rows).map(|((variant, decision), row)| {
        let story = Story::of(&loaded.ruleset, &bound, &loaded.movements, *variant, decision);
        page::Line { row, title: story::title(&loaded.catalog, *variant), story: story::text(&story) }
    });
    let lines: Vec<_> = lines.collect();
    let of = if lines.len() == total { String::new() } else { format!(" of {}", thousands(total)) };
    let about = format!("{}, {}; {}{of} variants", loaded.marketplace, loaded.today.date(), thousands(lines.len()));
    let html = page::html(&lines, &loaded.ruleset, &about);
    match write::all(&[(path.to_path_buf(), write::bytes(html.into_bytes()))]) {
        Ok(_) => {
            output::remark(common, &format!("{}: a page of {}", path.display(), counted(lines.len(), "variant")));
            Status::Done
        }
        Err(problem) => {
            output::diagnostics(common, &[*problem]);
            Status::Io
        }
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
