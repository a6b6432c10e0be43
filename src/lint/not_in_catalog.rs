//! Fields that the rules read, and that no file of the catalog has a column for.

use crate::diagnostic::{Code, Diagnostic};
use crate::evaluate::{CompiledRules, Decision, Decisions, Outcome, explanation};
use crate::fields::{FIXED, Field};
use crate::resolve::checked::{At, Ruleset};

/// Fields that no file tells: one warning each, where the rules first read it. The counts are [`counts`]'s.
pub fn fields(ruleset: &Ruleset, bound: &CompiledRules<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let schema = &bound.context.catalog.schema;
    let mut missing: Vec<(Field, At)> = vec![];
    ruleset.for_each_read(&mut |field, at| {
        if field != Field::Inventory && !schema.has_data(field) && !missing.iter().any(|(known, _)| *known == field) {
            missing.push((field, at));
        }
    });
    for (field, at) in missing {
        let Some(MissingColumn { noun, column, default }) = MissingColumn::of(field) else { continue };
        let name = FIXED.iter().find(|(_, known)| *known == field).map_or("", |(name, _)| name);
        let so = match default {
            Some(default) => format!("every variant counts as {default}"),
            None => format!("`{name}` is missing everywhere, and no comparison with it is true"),
        };
        let help = match field {
            Field::Collection => {
                "Shopify's own exports do not have them: Matrixify's product export does, in the column `Custom Collections`"
                    .to_owned()
            }
            _ => format!("Shopify's product export has them, in the column `{column}`: export the products with it"),
        };
        let message = format!("this catalog has no {noun}: {so}");
        diagnostics.push(Diagnostic::warning(Code::NotInCatalog, message).help(help).at(ruleset.place(at)));
    }
}

/// What a catalog without a column is without, and what it then counts as, where that is not missing.
struct MissingColumn {
    noun: &'static str,
    column: &'static str,
    default: Option<&'static str>,
}

impl MissingColumn {
    fn of(field: Field) -> Option<Self> {
        let missing = |noun, column| Some(MissingColumn { noun, column, default: None });
        let counts_as = |noun, column, default| Some(MissingColumn { noun, column, default: Some(default) });
        match field {
            Field::Sku => missing("SKUs", "Variant SKU"),
            Field::Barcode => missing("barcodes", "Variant Barcode"),
            Field::Handle => missing("handles", "Handle"),
            Field::Title => missing("titles", "Title"),
            Field::Vendor => missing("vendors", "Vendor"),
            Field::Type => missing("types", "Type"),
            Field::Category => missing("categories", "Product Category"),
            Field::Status => counts_as("statuses", "Status", "active"),
            Field::Tag => missing("tags", "Tags"),
            Field::Collection => missing("collections", "Custom Collections"),
            Field::Price => missing("prices", "Variant Price"),
            Field::CompareAtPrice => missing("compare-at prices", "Variant Compare At Price"),
            Field::Cost => missing("costs", "Cost per item"),
            Field::Weight => missing("weights", "Variant Grams"),
            Field::Policy => counts_as("inventory policies", "Variant Inventory Policy", "`deny`"),
            Field::Tracked => counts_as("inventory trackers", "Variant Inventory Tracker", "tracked"),
            Field::Published => counts_as("word on what is published", "Published", "published"),
            Field::GiftCard => counts_as("word on gift cards", "Gift Card", "no gift card"),
            Field::Fulfillment => missing("fulfillment services", "Variant Fulfillment Service"),
            _ => None,
        }
    }
}

/// An error where no file has counts and what decides needs one: the source or an amount of a variant that would be sent, or a
/// comparison. Rules that are `fixed` for every variant need none.
pub fn counts(ruleset: &Ruleset, bound: &CompiledRules<'_>, decisions: &Decisions) -> Option<Diagnostic> {
    if bound.context.catalog.schema.has_data(Field::Inventory) {
        return None;
    }
    let is_count = |field: Field| matches!(field, Field::Inventory | Field::Location(_));
    let mut at = None;
    ruleset.for_each_comparison(&mut |test| at = at.or(is_count(test.field).then_some(test.at)));
    let asks = |(variant, decision): (usize, Decision)| {
        let is_sent = matches!(decision.outcome, Outcome::Held | Outcome::Synced);
        let is_tracked = bound.context.catalog.tracked.get(variant) == Some(&true);
        if is_sent && is_tracked { explanation::asks_for(ruleset, bound, variant, &decision, &is_count) } else { None }
    };
    let at = at.or_else(|| decisions.iter().enumerate().find_map(asks))?;
    let message = "no file of the catalog has counts, and the rules need them";
    let help = "add Shopify's inventory export, which has them for each location, or a product export with the column \
                `Variant Inventory Qty`";
    Some(Diagnostic::error(Code::NotInCatalog, message).help(help).at(ruleset.place(at)))
}
