//! `stockrule emit`: writes the outputs once.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::common::{Common, status_of};
use super::progress::Progress;
use super::{Status, output};
use crate::diagnostic::Diagnostic;
use crate::memory;
use crate::orders::Told;
use crate::project::{self, Emitted, Settings, Terms, load};
use crate::report::json as report;

/// Arguments of `emit`.
#[derive(Debug, Args)]
pub struct Emit {
    #[command(flatten)]
    outgoing: Outgoing,
    /// Let this emission pass the guard
    #[arg(long)]
    yes: bool,
    /// How to report
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
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
enum Format {
    Text,
    Json,
}

impl Emit {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Status {
        let mut settings = match common.settings() {
            Ok(settings) => settings,
            Err(diagnostics) => return self.report(common, &diagnostics, None, None, status_of(&diagnostics)),
        };
        self.outgoing.apply(&mut settings);
        memory::in_large_steps();
        let progress = Progress::of(common, "reading");
        let loaded = load(&settings, &[]);
        let joins = loaded.catalog.joins;
        let terms = Terms { yes: self.yes, deny_warnings: common.deny_warnings };
        let told = loaded.orders_told.clone();
        let orders = told.as_ref();
        let (emitted, diagnostics) = project::emit(&settings, loaded, terms, |stage| progress.stage(stage));
        drop(progress);
        output::joins(common, joins);
        match emitted {
            Emitted::Written(done) => self.report(common, &diagnostics, orders, Some(&done.summary), Status::Done),
            Emitted::Failed => self.report(common, &diagnostics, orders, None, status_of(&diagnostics)),
            Emitted::Refused => self.report(common, &diagnostics, orders, None, Status::Refused),
        }
    }

    fn report(
        &self,
        common: &Common,
        found: &[Diagnostic],
        orders: Option<&Told>,
        summary: Option<&crate::emit::summary::Summary>,
        status: Status,
    ) -> Status {
        match self.format {
            Format::Json => {
                let summary = summary.map(crate::emit::summary::Summary::json);
                let found = json!({ "summary": summary, "diagnostics": report::diagnostics(found) });
                output::orders(common, orders);
                output::json_with_orders(found, orders);
            }
            Format::Text => {
                output::diagnostics(common, found);
                output::orders(common, orders);
                match (summary, status) {
                    (Some(summary), _) => output::remark(common, &summary.line()),
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

impl Outgoing {
    /// Overrides the project's settings.
    pub fn apply(&self, settings: &mut Settings) {
        let outputs = &mut settings.outputs;
        outputs.quantities = self.quantities.clone().or(outputs.quantities.take());
        outputs.feed = self.feed.clone().or(outputs.feed.take());
        outputs.adjustments = self.adjustments.clone().or(outputs.adjustments.take());
        settings.seller = self.seller.clone().or(settings.seller.take());
        settings.merchant_fulfilled |= self.fulfillment == Some(Fulfillment::Merchant);
    }
}
