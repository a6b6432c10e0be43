//! The counts of the catalog, as the orders since have moved them.

use jiff::Timestamp;

use super::{Loaded, Settings};
use crate::clock;
use crate::diagnostic::{Code, Diagnostic, any_error};
use crate::evaluate::Run;
use crate::fields::Field;
use crate::files::{FileRole, read};
use crate::orders::{self, Movements, OrderContext, OrderReadOptions, Orders, OrdersSummary, Units};
use crate::text;

impl Loaded {
    /// Moves the counts by the orders: first those of Shopify and other channels, then, with sync and packs as they are judged
    /// on the counts so far, those of Amazon that the merchant fulfils.
    pub(super) fn move_counts(&mut self, settings: &Settings) {
        let Some(found) = self.orders.clone() else { return };
        if let Some(name) = settings.orders_location.as_deref().filter(|name| self.catalog.schema.location(name).is_none()) {
            let near = text::nearest(name, self.catalog.schema.locations.iter().map(String::as_str));
            let help = near.map(|near| format!("did you mean `{near}`?"));
            let error = Diagnostic::error(
                Code::Project,
                format!("`orders_location`: the catalog has no counts of the location `{name}`"),
            );
            self.diagnostics.push(error.maybe_help(help));
        }
        if any_error(&self.diagnostics) {
            return;
        }
        let catalog = &self.catalog;
        let given = OrderContext {
            catalog,
            as_of: self.as_of,
            orders_location: settings.orders_location.as_deref(),
            rules_read_locations: self.ruleset.reads(&|field| matches!(field, Field::Location(_))),
        };
        let (mut counts, mut movements) = (self.catalog.counts.clone(), Movements::default());
        orders::apply_shopify(&found, &given, &mut counts, &mut movements, &mut self.diagnostics);
        let units: Vec<Units> = if found.has_amazon {
            Run::new(&self.ruleset, self.context().with_counts(&counts)).units_of_offers()
        } else {
            vec![]
        };
        let units = |variant: usize| units.get(variant).copied().unwrap_or(Units::Unknown);
        orders::apply_amazon(&found, &given, units, &mut counts, &mut movements, &mut self.diagnostics);
        self.diagnostics.extend(found.gap(self.as_of));
        let told = OrdersSummary::of(&found, &movements, self.as_of, self.as_of_from);
        self.diagnostics.extend(told.oddity(clock::now(), settings.as_of_place.as_ref()));
        self.orders_told = Some(told);
        self.moved = Some(counts);
        self.movements = movements;
    }
}

/// The orders; `None` where there is no file of them, or where one cannot be read, which is told.
pub fn read_orders(settings: &Settings, as_of: Option<Timestamp>, diagnostics: &mut Vec<Diagnostic>) -> Option<Orders> {
    let mut files = vec![];
    for named in &settings.orders {
        let bytes = read(named, FileRole::Orders, diagnostics);
        files.extend(bytes.map(|bytes| orders::OrderFile { name: named.name.clone(), bytes }));
    }
    if files.is_empty() {
        return None;
    }
    let given =
        OrderReadOptions { amazon_sources: &settings.amazon_sources, merchant_fulfilled: settings.merchant_fulfilled, as_of };
    let (found, told) = orders::read(files, &given);
    diagnostics.extend(told);
    Some(found)
}
