//! The stages of a run, one after the other, with everything that is wrong gathered on the way.

use std::sync::Arc;

use super::apply_orders::{AppliedOrders, apply_orders};
use super::columns_needed::columns_needed;
use super::inputs::RunInputs;
use super::rule_files::rule_trees;
use super::session::Session;
use super::settings::Settings;
use crate::catalog::Counts;
use crate::diagnostic::{Diagnostic, any_error};
use crate::evaluate::{Context, Decisions, Run};
use crate::fields::Field;
use crate::lint;
use crate::orders::{Movements, OrdersSummary};
use crate::resolve::checked::Ruleset;
use crate::resolve::resolve;
use crate::syntax::tree::{FieldName, RuleFile};

/// Checked rules on what was read, with nothing decided yet.
pub struct PreparedRun {
    /// What was read of the shop and of Amazon.
    pub inputs: RunInputs,
    /// The checked rules.
    pub ruleset: Ruleset,
    /// The counts as orders have moved them; `None` where there are no orders, or errors.
    moved: Option<Counts>,
    /// What each order line took.
    pub movements: Movements,
    /// How many order lines count; `None` where there are no orders, or errors.
    pub orders_summary: Option<OrdersSummary>,
    /// What was found wrong or odd so far.
    pub diagnostics: Vec<Diagnostic>,
}

/// The decisions, and everything that was found wrong or odd.
pub struct RunResult {
    /// A decision a variant, in catalog order; none after an error.
    pub decisions: Arc<Decisions>,
    /// Every error and warning of the run.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads and checks everything, and moves the counts by the orders. `more` names fields that are asked for beside the rules', such
/// as those of a filter.
pub fn prepare(settings: &Settings, more: &[FieldName], session: &mut Session) -> PreparedRun {
    let mut diagnostics = settings.oddities.clone();
    let trees = rule_trees(&settings.files, &settings.rules, &mut diagnostics);
    let projection = columns_needed(settings, &trees, more);
    let catalog = session.catalog(settings, projection, &mut diagnostics);
    let ruleset = rules_or_none(resolve(&trees, catalog.as_ref().map(|(catalog, _)| &catalog.schema)), &mut diagnostics);
    let (catalog, snapshot_time) = catalog.unwrap_or_default();
    let inputs = session.inputs(settings, catalog, snapshot_time, &mut diagnostics);
    let mut prepared = PreparedRun::of(settings, inputs, ruleset, diagnostics);
    prepared.demand_counts();
    prepared
}

/// The rules; no rule at all where any is wrong, in which case nothing is decided.
fn rules_or_none(resolved: Result<Ruleset, Vec<Diagnostic>>, diagnostics: &mut Vec<Diagnostic>) -> Ruleset {
    resolved.unwrap_or_else(|found| {
        diagnostics.extend(found);
        Ruleset::default()
    })
}

impl PreparedRun {
    fn of(settings: &Settings, inputs: RunInputs, ruleset: Ruleset, mut diagnostics: Vec<Diagnostic>) -> Self {
        let applied = apply_orders(settings, &inputs, &ruleset, &mut diagnostics);
        let (moved, movements, orders_summary) = match applied {
            Some(AppliedOrders { counts, movements, summary }) => (Some(counts), movements, Some(summary)),
            None => (None, Movements::default(), None),
        };
        PreparedRun { inputs, ruleset, moved, movements, orders_summary, diagnostics }
    }

    /// Other rules on the same inputs. The diagnostics are those of the rules alone.
    #[must_use]
    pub fn with_rules(&self, settings: &Settings, rules: &[RuleFile]) -> Self {
        let mut diagnostics = vec![];
        let ruleset = rules_or_none(resolve(rules, Some(&self.inputs.catalog.schema)), &mut diagnostics);
        let own = diagnostics.len();
        let mut prepared = PreparedRun::of(settings, self.inputs.clone(), ruleset, diagnostics);
        // What is odd about the orders has been reported.
        prepared.diagnostics.truncate(own);
        prepared
    }

    /// Adds an error where no file has counts and what decides needs one.
    fn demand_counts(&mut self) {
        if !any_error(&self.diagnostics) && !self.inputs.catalog.schema.has_data(Field::Inventory) {
            let found = lint::without_counts(&self.run());
            self.diagnostics.extend(found);
        }
    }

    /// What the rules are evaluated against.
    pub fn context(&self) -> Context<'_> {
        self.inputs.context(self.moved.as_ref().unwrap_or(&self.inputs.catalog.counts))
    }

    /// The rules, compiled for what they are evaluated against.
    pub fn run(&self) -> Run<'_> {
        Run::new(&self.ruleset, self.context())
    }

    /// A decision a variant; none where there is an error.
    pub fn decide(&self) -> Arc<Decisions> {
        if any_error(&self.diagnostics) { Arc::default() } else { self.run().into_decisions() }
    }

    /// A decision a variant, and the warnings that need them; neither where there is an error.
    pub fn finish(&self) -> RunResult {
        let mut diagnostics = self.diagnostics.clone();
        let mut decisions = Arc::default();
        if !any_error(&diagnostics) {
            let run = self.run();
            diagnostics.extend(run.lint());
            decisions = run.into_decisions();
        }
        RunResult { decisions, diagnostics }
    }
}
