//! `stockrule explain`: how a SKU came to its quantity.

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::common::Common;
use super::output;
use super::status::{Status, status_of};
use crate::diagnostic::{Diagnostic, any_error};
use crate::project::{AmazonQuantities, Session, Settings, offers_by_sku, prepare};
use crate::report::explanation::ExplainedOffer;
use crate::report::{json as report, result};

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainCommand {
    /// The SKUs to explain
    #[arg(required = true, value_name = "SKU")]
    skus: Vec<String>,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    format: ExplainFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExplainFormat {
    Text,
    Json,
}

impl ExplainCommand {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Status {
        let settings = match common.settings() {
            Ok(settings) => settings,
            Err(diagnostics) => return self.fail(common, &diagnostics),
        };
        let settings = Settings { everything: true, ..settings };
        let prepared = prepare(&settings, &[], &mut Session::default());
        let result = prepared.finish();
        let found = common.weigh(result.diagnostics);
        if any_error(&found) {
            return self.fail(common, &found);
        }
        let run = prepared.run().with_decisions(result.decisions);
        let (offers, problems) = offers_by_sku(&prepared, &self.skus);
        let last_sent = AmazonQuantities::of(&settings, &prepared, &offers);
        let (mut texts, mut objects) = (vec![], Vec::<Value>::new());
        for offer in offers {
            let explained = ExplainedOffer::of(&run, &prepared.movements, offer);
            let explained = explained.with_on_amazon(last_sent.on_amazon(&prepared, offer));
            texts.push(explained.text());
            objects.push(explained.json(report::row(&result::row(&run, offer))));
        }
        let orders = prepared.orders_summary.as_ref();
        match self.format {
            ExplainFormat::Json => {
                let found = json!({ "variants": objects, "diagnostics": report::diagnostics(&problems) });
                output::json_with_orders(found, orders);
            }
            ExplainFormat::Text => {
                output::prose(&texts.join("\n"));
                output::diagnostics(common, &problems);
            }
        }
        output::orders(common, orders);
        status_of(&problems)
    }

    fn fail(&self, common: &Common, diagnostics: &[Diagnostic]) -> Status {
        match self.format {
            ExplainFormat::Json => output::json(&json!({ "variants": [], "diagnostics": report::diagnostics(diagnostics) })),
            ExplainFormat::Text => output::diagnostics(common, diagnostics),
        }
        status_of(diagnostics)
    }
}
