//! The counts of the catalog, as the orders since the snapshot have moved them.

use super::inputs::RunInputs;
use super::settings::Settings;
use crate::catalog::{Catalog, Counts};
use crate::clock;
use crate::diagnostic::{Code, Diagnostic, any_error};
use crate::evaluate::Run;
use crate::fields::Field;
use crate::ids::VariantId;
use crate::orders::{self, Movements, OrderContext, OrdersSummary, Units};
use crate::resolve::checked::Ruleset;
use crate::text;

/// The counts after the orders, and how they came about.
pub struct AppliedOrders {
    /// The counts.
    pub counts: Counts,
    /// What each order line took.
    pub movements: Movements,
    /// How many lines counted.
    pub summary: OrdersSummary,
}

/// Moves the counts by the orders: first those of Shopify and other channels, then those of Amazon that the merchant fulfils. How
/// many units an Amazon order takes is for the rules to say, by their packs and by whether they sync the SKU: they are evaluated
/// on the counts that Shopify's orders have left. `None` where there are no orders, or where anything is an error.
pub fn apply_orders(
    settings: &Settings,
    inputs: &RunInputs,
    ruleset: &Ruleset,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<AppliedOrders> {
    let found = inputs.orders.as_deref()?;
    diagnostics.extend(unknown_location(settings, &inputs.catalog));
    if any_error(diagnostics) {
        return None;
    }
    let snapshot_time = inputs.snapshot_time;
    let given = OrderContext {
        catalog: &inputs.catalog,
        as_of: snapshot_time.time,
        orders_location: settings.orders_location.as_deref(),
        rules_read_locations: ruleset.reads(&|field| matches!(field, Field::Location(_))),
    };
    let (mut counts, mut movements) = (inputs.catalog.counts.clone(), Movements::default());
    orders::apply_shopify(found, &given, &mut counts, &mut movements, diagnostics);
    let units = match found.has_amazon {
        true => Run::new(ruleset, inputs.context(&counts)).units_of_offers(),
        false => vec![],
    };
    let units_of = |variant: VariantId| units.get(variant.index()).copied().unwrap_or(Units::Unknown);
    orders::apply_amazon(found, &given, units_of, &mut counts, &mut movements, diagnostics);
    diagnostics.extend(found.gap(snapshot_time.time));
    let summary = OrdersSummary::of(found, &movements, snapshot_time.time, snapshot_time.source);
    diagnostics.extend(summary.oddity(clock::now(), settings.as_of_place.as_ref()));
    Some(AppliedOrders { counts, movements, summary })
}

/// The error where counts are to move at a location that the catalog does not have.
fn unknown_location(settings: &Settings, catalog: &Catalog) -> Option<Diagnostic> {
    let name = settings.orders_location.as_deref().filter(|name| catalog.schema.location(name).is_none())?;
    let near = text::nearest(name, catalog.schema.locations.iter().map(String::as_str));
    let help = near.map(|near| format!("did you mean `{near}`?"));
    let message = format!("`orders_location`: the catalog has no counts of the location `{name}`");
    Some(Diagnostic::error(Code::Project, message).maybe_help(help))
}
