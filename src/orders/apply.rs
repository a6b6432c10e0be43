//! Order lines applied to counts: who takes what from where.

use foldhash::HashMap;
use jiff::Timestamp;

use super::{Channel, Line, Orders};
use crate::catalog::{Catalog, Counts};
use crate::diagnostic::{Code, Diagnostic};
use crate::text::counted;

/// What one order line took off a variant's count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// The variant.
    pub variant: usize,
    /// Where the order was placed.
    pub channel: Channel,
    /// The order.
    pub order: String,
    /// How many units were taken.
    pub units: i64,
    /// From which location, where that is known.
    pub location: Option<String>,
}

/// All movements of a run, in the order of the files.
#[derive(Debug, Clone, Default)]
pub struct Movements {
    /// The movements.
    pub all: Vec<Movement>,
}

impl Movements {
    /// The movements of a variant.
    pub fn of(&self, variant: usize) -> impl Iterator<Item = &Movement> {
        self.all.iter().filter(move |movement| movement.variant == variant)
    }
}

/// What movements depend on beside the orders.
pub struct Circumstances<'a> {
    /// The variants.
    pub catalog: &'a Catalog,
    /// Only orders after this time count.
    pub as_of: Option<Timestamp>,
    /// Where counts move for orders that name no location.
    pub orders_location: Option<&'a str>,
    /// Whether the rules read counts of locations.
    pub rules_read_locations: bool,
}

/// Applies the orders of Shopify and other channels. Orders that came from Amazon are left out where Amazon's own are given.
pub fn apply_shopify(
    orders: &Orders,
    given: &Circumstances<'_>,
    counts: &mut Counts,
    movements: &mut Movements,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let counted = |line: &Line| match line.channel {
        Channel::Shopify => true,
        Channel::ShopifyFromAmazon => !orders.has_amazon,
        Channel::AmazonMerchant | Channel::AmazonFba => false,
    };
    apply(orders, given, counted, |_| Some(1), counts, movements, diagnostics);
}

/// Applies Amazon's merchant-fulfilled orders. `units` says how many units one of a variant's listing holds, and `None` where
/// sync is off, so that the Shopify count is left alone.
pub fn apply_amazon(
    orders: &Orders,
    given: &Circumstances<'_>,
    units: impl Fn(usize) -> Option<i64>,
    counts: &mut Counts,
    movements: &mut Movements,
    diagnostics: &mut Vec<Diagnostic>,
) {
    apply(orders, given, |line| line.channel == Channel::AmazonMerchant, units, counts, movements, diagnostics);
}

fn apply(
    orders: &Orders,
    given: &Circumstances<'_>,
    wanted: impl Fn(&Line) -> bool,
    units: impl Fn(usize) -> Option<i64>,
    counts: &mut Counts,
    movements: &mut Movements,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let counting: Vec<&Line> = {
        let later = |line: &&Line| given.as_of.is_none_or(|time| line.time > time);
        orders.lines.iter().filter(|line| wanted(line) && !line.cancelled && line.quantity > 0).filter(later).collect()
    };
    let mut variants: HashMap<&str, Vec<usize>> = counting.iter().map(|line| (line.sku.as_str(), vec![])).collect();
    for (variant, sku) in given.catalog.sku.iter().enumerate() {
        if let Some(found) = variants.get_mut(sku) {
            found.push(variant);
        }
    }
    let mut strangers: Vec<&Line> = vec![];
    let mut nowhere: Vec<&Line> = vec![];
    for line in counting {
        let &[variant] = variants.get(line.sku.as_str()).map_or(&[][..], Vec::as_slice) else {
            strangers.push(line);
            continue;
        };
        let tracked = given.catalog.tracked.get(variant).copied().unwrap_or(false);
        let taken = units(variant).and_then(|units| units.checked_mul(line.quantity));
        let Some(taken) = taken.filter(|_| tracked) else { continue };
        let location = location_of(line, given);
        let less = |count: i64| count.checked_sub(taken).unwrap_or(i64::MIN + 1);
        counts.inventory.set(variant, counts.inventory.get(variant).map(less));
        match location {
            Some(index) => {
                if let Some(column) = counts.locations.get_mut(index) {
                    column.set(variant, column.get(variant).map(less));
                }
            }
            None => nowhere.push(line),
        }
        movements.all.push(Movement {
            variant,
            channel: line.channel,
            order: line.order.clone(),
            units: taken,
            location: location.and_then(|index| given.catalog.schema.locations.get(index)).cloned(),
        });
    }
    if let Some(first) = strangers.first() {
        let lines = counted(strangers.len(), "order line");
        let message =
            format!("{lines} with a SKU that no variant has alone, so no count moves; this is the first: `{}`", first.sku);
        diagnostics.push(Diagnostic::warning(Code::Orders, message).at(first.place.clone()));
    }
    if let Some(first) = nowhere.first().filter(|_| given.rules_read_locations) {
        let lines = counted(nowhere.len(), "order line");
        let message =
            format!("{lines} without a location that the catalog has, so `location.…` stays as it is; this is the first");
        let help = "say in the project file where such orders ship from: `orders_location: NAME`";
        diagnostics.push(Diagnostic::warning(Code::OrderLocation, message).help(help).at(first.place.clone()));
    }
}

/// The location that a line takes from: the order's, else the project's, else the only one there is.
fn location_of(line: &Line, given: &Circumstances<'_>) -> Option<usize> {
    let schema = &given.catalog.schema;
    match line.location.as_deref().or(given.orders_location) {
        Some(name) => schema.location(name),
        None => (schema.locations.len() == 1).then_some(0),
    }
}
