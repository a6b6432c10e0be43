//! `stockrule preview`: the Result, before it goes out.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::common::Common;
use super::output;
use super::progress::Progress;
use super::screen::{self, LeftOutRows};
use super::status::{Status, status_of};
use crate::deliver::write::write_all;
use crate::diagnostic::{Code, Diagnostic, Place, any_error};
use crate::evaluate::{Decisions, Run};
use crate::ids::OfferId;
use crate::project::{AmazonQuantities, PreparedRun, Session, Settings, of_page, offers_by_sku, prepare};
use crate::report::explanation::ExplainedOffer;
use crate::report::{json, page, result};
use crate::resolve::resolve_filter;
use crate::source::Source;
use crate::syntax::parse_filter;
use crate::syntax::tree::{FieldName, Filter};
use crate::text::{counted, thousands};

/// Arguments of `preview`.
#[derive(Debug, Args)]
pub struct PreviewCommand {
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
    #[arg(long, conflicts_with_all = ["filter", "sku"])]
    amazon_only: bool,
    /// Write the Result as a page for a browser into this file, instead of printing it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["amazon_only", "format"])]
    html: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    format: PreviewFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PreviewFormat {
    Text,
    Json,
    Csv,
}

impl PreviewCommand {
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
        let misplaced = self.html.as_ref().map_or_else(Vec::new, |page| of_page(settings, page));
        if any_error(&misplaced) {
            return self.fail(common, &misplaced);
        }
        let settings = Settings { everything: self.html.is_some(), ..settings.clone() };
        let progress = Progress::of(common, "reading");
        let prepared = prepare(&settings, &fields(filter.as_ref()), &mut Session::default());
        progress.stage("working out quantities");
        let result = prepared.finish();
        drop(progress);
        output::matches(common, prepared.inputs.catalog.matches);
        let diagnostics = common.weigh(result.diagnostics);
        if any_error(&diagnostics) {
            return self.fail(common, &diagnostics);
        }
        let orders = prepared.orders_summary.as_ref();
        output::orders(common, orders);
        if self.amazon_only {
            return self.amazon_only(common, &prepared, &diagnostics);
        }
        let condition =
            match filter.map(|filter| resolve_filter(&source, &filter, &prepared.ruleset, &prepared.inputs.catalog.schema)) {
                None => None,
                Some(Ok(condition)) => Some(condition),
                Some(Err(problems)) => return self.fail(common, &problems),
            };
        let (mut offers, problems): (Vec<OfferId>, _) = match self.sku.as_slice() {
            [] => (prepared.context().account.offers.iter().collect(), vec![]),
            wanted => offers_by_sku(&prepared, wanted),
        };
        if any_error(&problems) {
            return self.fail(common, &[diagnostics, problems].concat());
        }
        offers.sort_unstable();
        let run = prepared.run().with_decisions(result.decisions);
        let filter = condition.as_ref().map(|condition| run.filter(condition));
        let mut chosen = offers;
        chosen.retain(|offer| filter.as_ref().is_none_or(|filter| filter.holds(*offer)));
        let row = |offer: &OfferId| result::row(&run, *offer);
        let limited = &chosen[..self.limit.unwrap_or(usize::MAX).min(chosen.len())];
        let rows = || limited.iter().map(row).collect::<Vec<_>>();
        let counts = result::counts(run.decisions());
        if let Some(path) = &self.html {
            output::diagnostics(common, &diagnostics);
            return page((common, &settings), path, (&prepared, &run), limited, rows());
        }
        let none = || self.filter.as_ref().filter(|_| chosen.is_empty()).map(|filter| self.matches_nothing(filter));
        match self.format {
            PreviewFormat::Json => output::json_with_orders(json::preview(&rows(), &counts, &diagnostics), orders),
            PreviewFormat::Csv => {
                output::result(&result::csv(&rows()));
                output::diagnostics(common, &diagnostics);
                none().iter().for_each(|none| output::remark(common, none));
                self.tell_of_the_rest(common, chosen.len(), "variant");
            }
            PreviewFormat::Text => {
                let ways = "`--where FILTER` narrows them, `--html FILE` writes a page";
                let rest = LeftOutRows { noun: "variant", limit: self.limit, ways };
                let cells = |index: usize| chosen.get(index).map(row).as_ref().map(result::cells).unwrap_or_default();
                match none() {
                    Some(none) => output::prose(&format!("{none}\n")),
                    None => output::result(&screen::table(&result::COLUMNS, chosen.len(), cells, &rest)),
                }
                output::prose(&format!("{}\n", result::summary_line(&counts)));
                let only = prepared.inputs.listings.as_ref().map_or(0, |listings| listings.only_on_amazon().count());
                if only > 0 {
                    output::prose(&format!("{} only on Amazon (`--amazon-only` lists them)\n", counted(only, "SKU")));
                }
                output::warnings_beside(common, &diagnostics);
            }
        }
        Status::Done
    }

    /// What is said where no variant is left.
    fn matches_nothing(&self, filter: &str) -> String {
        let among = if self.sku.is_empty() { "no variant" } else { "no variant with such a SKU" };
        format!("`--where '{filter}'` is true of {among}")
    }

    /// Tells, beside a result for programs, how much of it was not wanted.
    fn tell_of_the_rest(&self, common: &Common, total: usize, noun: &str) {
        match self.limit {
            Some(limit) if limit < total => {
                output::remark(common, &format!("… and {}", counted(total - limit, &format!("more {noun}"))));
            }
            _ => {}
        }
    }

    fn amazon_only(&self, common: &Common, prepared: &PreparedRun, diagnostics: &[Diagnostic]) -> Status {
        let Some(report) = &prepared.inputs.listings else {
            let help = "give it with `--listings FILE`, or name it under `amazon: listings:` in the project file";
            let error = Diagnostic::error(Code::Listings, "what only Amazon has is not known: there is no listings report");
            return self.fail(common, &[diagnostics, &[error.help(help)]].concat());
        };
        let listings: Vec<_> = report.only_on_amazon().collect();
        let limited = &listings[..self.limit.unwrap_or(usize::MAX).min(listings.len())];
        match self.format {
            PreviewFormat::Json => {
                output::json_with_orders(json::amazon_only(limited, diagnostics), prepared.orders_summary.as_ref())
            }
            PreviewFormat::Csv => {
                output::diagnostics(common, diagnostics);
                output::result(&result::amazon_only_csv(limited));
                self.tell_of_the_rest(common, listings.len(), "SKU");
            }
            PreviewFormat::Text => {
                if !listings.is_empty() {
                    let rest =
                        LeftOutRows { noun: "SKU", limit: self.limit, ways: "`--format csv` lists them for a spreadsheet" };
                    let cells =
                        |index: usize| listings.get(index).map(|listing| result::amazon_only_cells(listing)).unwrap_or_default();
                    output::result(&screen::table(&result::AMAZON_ONLY, listings.len(), cells, &rest));
                }
                output::prose(&format!("{} only on Amazon\n", counted(listings.len(), "SKU")));
                output::warnings_beside(common, diagnostics);
            }
        }
        Status::Done
    }

    fn fail(&self, common: &Common, diagnostics: &[Diagnostic]) -> Status {
        match self.format {
            PreviewFormat::Json if self.amazon_only => output::json(&json::amazon_only(&[], diagnostics)),
            PreviewFormat::Json => output::json(&json::preview(&[], &result::counts(&Decisions::default()), diagnostics)),
            PreviewFormat::Text | PreviewFormat::Csv => output::diagnostics(common, diagnostics),
        }
        status_of(diagnostics)
    }
}

/// The most variants of a page: more than any browser could show, or anybody look through.
const MOST: usize = 50_000;

/// Writes the page.
fn page(
    (common, settings): (&Common, &Settings),
    path: &Path,
    (prepared, run): (&PreparedRun, &Run<'_>),
    offers: &[OfferId],
    rows: Vec<result::ResultRow<'_>>,
) -> Status {
    if offers.len() > MOST {
        let message = format!("a page of {} would be too large for a browser", counted(offers.len(), "variant"));
        let help = format!("narrow it with `--where FILTER` or `--limit N`, to {} at most", thousands(MOST));
        let diagnostics = [Diagnostic::error(Code::File, message).help(help).at(Place::file(path))];
        output::diagnostics(common, &diagnostics);
        return Status::WrongInput;
    }
    let total = run.decisions().len();
    let last_sent = AmazonQuantities::of(settings, prepared, offers);
    let lines = offers.iter().zip(rows).map(|(&offer, row)| {
        let explained = ExplainedOffer::of(run, &prepared.movements, offer);
        let explained = explained.with_on_amazon(last_sent.on_amazon(prepared, offer));
        page::PageLine { row, title: explained.title(), story: explained.text() }
    });
    let lines: Vec<_> = lines.collect();
    let of = if lines.len() == total { String::new() } else { format!(" of {}", thousands(total)) };
    let about = format!("{}, {}; {}{of} variants", prepared.inputs.marketplace, prepared.inputs.today, thousands(lines.len()));
    let html = page::html(&lines, &prepared.ruleset, &about);
    match write_all(&[(path.to_path_buf(), html.into_bytes())]) {
        Ok(()) => {
            output::remark(common, &format!("wrote {}, a page of {}", path.display(), counted(lines.len(), "variant")));
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
