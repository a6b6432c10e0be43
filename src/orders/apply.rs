//! Order lines applied to counts: who takes what from where.

use super::line_warnings::{LineWarnings, warning};
use super::movements::{Movement, Movements, Units};
use super::order_context::OrderContext;
use super::order_line::{Channel, OrderLine, Orders, Platform, Sale};
use crate::catalog::Counts;
use crate::diagnostic::{Code, Diagnostic};
use crate::fields::Field;
use crate::ids::VariantId;

/// Applies the orders of Shopify and other channels. Orders that came from Amazon are left out where Amazon's own are given.
pub fn apply_shopify(
    orders: &Orders,
    given: &OrderContext<'_>,
    counts: &mut Counts,
    movements: &mut Movements,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let wanted = |sale: &Sale| match sale.channel {
        Channel::Shopify => true,
        Channel::ShopifyFromAmazon => !orders.has_amazon,
        Channel::AmazonMerchant | Channel::AmazonUnsaid | Channel::AmazonFba => false,
    };
    apply(orders, given, wanted, |_| Units::Of(1), counts, movements, diagnostics);
    if orders.only_unshipped {
        let sold = orders.lines.iter().filter(|line| {
            let sale = line.sale.as_ref().filter(|sale| sale.channel == Channel::ShopifyFromAmazon);
            sale.is_some_and(|sale| given.counts(sale))
        });
        let about = "from Amazon, by way of Shopify, left to Amazon's own report, which does not hold what is shipped already";
        let help = "give Amazon's All Orders report as well";
        diagnostics.extend(warning(&sold.collect::<Vec<_>>(), Code::Orders, about, help));
    }
}

/// Applies Amazon's orders, but for those that Amazon fulfils. `units` says how many units one of a variant's listing holds.
///
/// A line that does not say who fulfils it lowers the count too, so that Amazon is never told more than there may be; no
/// adjustment to Shopify is made of it, since Amazon may have sent the units from its own stock.
pub fn apply_amazon(
    orders: &Orders,
    given: &OrderContext<'_>,
    units: impl Fn(VariantId) -> Units,
    counts: &mut Counts,
    movements: &mut Movements,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let wanted = |sale: &Sale| matches!(sale.channel, Channel::AmazonMerchant | Channel::AmazonUnsaid);
    apply(orders, given, wanted, units, counts, movements, diagnostics);
}

/// An order line, and what it sold.
type Sold<'a> = (&'a OrderLine, &'a Sale);

fn apply(
    orders: &Orders,
    given: &OrderContext<'_>,
    wanted: impl Fn(&Sale) -> bool,
    units: impl Fn(VariantId) -> Units,
    counts: &mut Counts,
    movements: &mut Movements,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let counting: Vec<Sold<'_>> = {
        let sold = orders.lines.iter().filter_map(|line| Some((line, line.sale.as_ref()?)));
        sold.filter(|(_, sale)| wanted(sale) && given.counts(sale)).collect()
    };
    let mut warnings = LineWarnings::default();
    for (line, sale) in counting {
        if line.sku.is_empty() && line.platform == Platform::Shopify {
            movements.without_sku += 1;
            continue;
        }
        let mut variants = given.catalog.variants_with(&line.sku);
        let (Some(variant), None) = (variants.next(), variants.next()) else {
            warnings.unknown_skus.push(line);
            continue;
        };
        if sale.quantity == 0 {
            movements.of_nothing += 1;
            continue;
        }
        // A variant without the flag would be one that the catalog does not have.
        let is_tracked = given.catalog.is_yes(Field::Tracked, variant);
        let units_taken = match units(variant) {
            Units::Of(units) if is_tracked => units.saturating_mul(sale.quantity),
            Units::Unknown if is_tracked => {
                warnings.of_unknown_packs.push(line);
                continue;
            }
            Units::Of(_) | Units::Off | Units::Unknown => {
                movements.taking_nothing += 1;
                continue;
            }
        };
        let location = location_of(sale, given);
        let less = |count: i64| count.checked_sub(units_taken).unwrap_or(i64::MIN + 1);
        let row = variant.index();
        counts.inventory.set(row, counts.inventory.get(row).map(less));
        match location {
            Some(index) => {
                if let Some(column) = counts.locations.get_mut(index) {
                    column.set(row, column.get(row).map(less));
                }
            }
            None => warnings.without_location.push(line),
        }
        if sale.channel == Channel::AmazonUnsaid {
            warnings.without_channel.push(line);
        }
        movements.add(Movement {
            variant,
            channel: sale.channel,
            order: line.order.clone(),
            units: units_taken,
            location: location.and_then(|index| given.catalog.schema.locations.get(index)).cloned(),
        });
    }
    movements.unknown_skus += warnings.unknown_skus.len();
    movements.of_unknown_packs += warnings.of_unknown_packs.len();
    warnings.report(given, diagnostics);
}

/// The location that a line takes from: the order's, else the project's, else the only one there is.
fn location_of(sale: &Sale, given: &OrderContext<'_>) -> Option<usize> {
    let schema = &given.catalog.schema;
    match sale.location.as_deref().or(given.orders_location) {
        Some(name) => schema.location(name),
        None => (schema.locations.len() == 1).then_some(0),
    }
}
