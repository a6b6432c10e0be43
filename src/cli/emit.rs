//! `stockrule emit`: writes the outputs once.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::common::Common;
use super::output;
use super::progress::Progress;
use super::status::{Status, status_of};
use crate::diagnostic::Diagnostic;
use crate::memory;
use crate::orders::OrdersSummary;
use crate::project::{self, EmissionResult, EmitOptions, Emitted, Session, Settings, prepare};
use crate::report::json as report;

/// Arguments of `emit`.
#[derive(Debug, Args)]
pub struct EmitCommand {
    #[command(flatten)]
    outgoing: Outgoing,
    /// Let this emission pass the guard
    #[arg(long)]
    yes: bool,
    /// How to report
    #[arg(long, value_enum, default_value = "text")]
    format: EmitFormat,
}

/// What goes out where: arguments that `emit` and `watch` share.
#[derive(Debug, Args)]
pub struct Outgoing {
    /// Where to write the quantities, as CSV
    #[arg(long, value_name = "FILE")]
    quantities: Option<PathBuf>,
    /// Where to write Amazon's JSON_LISTINGS_FEED
    #[arg(long, value_name = "FILE")]
    feed: Option<PathBuf>,
    /// Where to write what Amazon orders took off the Shopify counts
    #[arg(long, value_name = "FILE")]
    adjustments: Option<PathBuf>,
    /// The seller's ID, for the feed
    #[arg(long, value_name = "ID")]
    seller: Option<String>,
    /// Your word that every SKU is merchant-fulfilled, where no report says who fulfils
    #[arg(long, value_enum, value_name = "WHO")]
    fulfillment: Option<Fulfillment>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Fulfillment {
    Merchant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum EmitFormat {
    Text,
    Json,
}

impl EmitCommand {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Status {
        let mut settings = match common.settings() {
            Ok(settings) => settings,
            Err(diagnostics) => return self.report(common, &diagnostics, None, None, status_of(&diagnostics)),
        };
        self.outgoing.apply(&mut settings);
        memory::in_large_steps();
        let progress = Progress::of(common, "reading");
        let prepared = prepare(&settings, &[], &mut Session::default());
        let matches = prepared.inputs.catalog.matches;
        let terms = EmitOptions { yes: self.yes, deny_warnings: common.deny_warnings };
        let told = prepared.orders_summary.clone();
        let orders = told.as_ref();
        let (emitted, diagnostics) = project::emit(&settings, prepared, terms, |stage| progress.stage(stage));
        drop(progress);
        output::matches(common, matches);
        match emitted {
            Emitted::Written(done) => self.report(common, &diagnostics, orders, Some(&done), Status::Done),
            Emitted::Failed => self.report(common, &diagnostics, orders, None, status_of(&diagnostics)),
            Emitted::Refused => self.report(common, &diagnostics, orders, None, Status::Refused),
        }
    }

    fn report(
        &self,
        common: &Common,
        found: &[Diagnostic],
        orders: Option<&OrdersSummary>,
        done: Option<&EmissionResult>,
        status: Status,
    ) -> Status {
        match self.format {
            EmitFormat::Json => {
                let summary = done.map(|done| done.summary.json());
                let (files, removed) = done.map_or((vec![], vec![]), |done| (names(&done.changed), names(&done.removed)));
                let is_first = done.map(|done| done.is_first);
                let state = done.and_then(|done| names(done.state.as_slice()).pop());
                let found = json!({
                    "summary": summary, "files": files, "removed": removed, "state": state, "first": is_first,
                    "diagnostics": report::diagnostics(found),
                });
                output::orders(common, orders);
                output::json_with_orders(found, orders);
            }
            EmitFormat::Text => {
                output::diagnostics(common, found);
                output::orders(common, orders);
                match (done, status) {
                    (Some(done), _) => {
                        if let Some(line) = first_line(done) {
                            output::remark(common, &line);
                        }
                        output::remark(common, &done.summary.line());
                        output::remark(common, &files_line(done));
                    }
                    (None, Status::Refused) => {
                        output::remark(common, "refused: nothing is written, the last outputs stay as they are")
                    }
                    (None, _) => output::remark(common, "nothing is written, the last outputs stay as they are"),
                }
            }
        }
        status
    }
}

/// The paths as they are named from the folder in which the command runs.
fn names(paths: &[PathBuf]) -> Vec<String> {
    // Where that folder is not known, full paths are right too.
    let here = std::env::current_dir().unwrap_or_default();
    paths.iter().map(|path| path.strip_prefix(&here).unwrap_or(path).display().to_string()).collect()
}

/// What a first emission is measured by, in a line; nothing for a later one.
fn first_line(done: &EmissionResult) -> Option<String> {
    let measured = match done.has_listings {
        true => "what changes is measured by the listings report alone",
        false => "there is nothing to measure it by",
    };
    let nothing = if done.summary.synced == 0 { "; it sends nothing, so Amazon keeps what it has" } else { "" };
    done.is_first.then(|| format!("first emission: nothing tells what was sent before, so {measured}{nothing}"))
}

/// Every file that was written, changed or removed, in a line.
fn files_line(done: &EmissionResult) -> String {
    let written = names(&done.changed).into_iter().filter(|name| !names(&done.removed).contains(name));
    let written: Vec<_> = written.chain(names(done.state.as_slice())).collect();
    let mut parts = vec![];
    if !written.is_empty() {
        parts.push(format!("written: {}", written.join(", ")));
    }
    if !done.removed.is_empty() {
        parts.push(format!("removed: {}", names(&done.removed).join(", ")));
    }
    if parts.is_empty() { "no file is changed: they hold this already".to_owned() } else { parts.join("; ") }
}

impl Outgoing {
    /// Overrides the project's settings.
    pub fn apply(&self, settings: &mut Settings) {
        let outputs = &mut settings.outputs;
        outputs.are_overridden |= self.quantities.is_some() || self.feed.is_some() || self.adjustments.is_some();
        outputs.quantities = self.quantities.clone().or(outputs.quantities.take());
        outputs.feed = self.feed.clone().or(outputs.feed.take());
        outputs.adjustments = self.adjustments.clone().or(outputs.adjustments.take());
        settings.seller = self.seller.clone().or(settings.seller.take());
        settings.merchant_fulfilled |= self.fulfillment == Some(Fulfillment::Merchant);
    }
}
