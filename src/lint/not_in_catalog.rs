//! Fields that the rules read, and that no file of the catalog has a column for.

use crate::diagnostic::{Code, Diagnostic};
use crate::evaluate::{Decision, Outcome, Run};
use crate::fields::{Field, Lacking};
use crate::ids::OfferId;
use crate::resolve::checked::At;

/// Warns of each field that the rules read and no file has a column for, where they first read it; counts are left to [`counts`].
pub fn warn(run: &Run<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let ruleset = run.ruleset();
    let schema = &run.context().shop.catalog.schema;
    let mut missing: Vec<(Field, At)> = vec![];
    ruleset.for_each_read(&mut |field, at| {
        if field != Field::Inventory && !schema.has_data(field) && !missing.iter().any(|(known, _)| *known == field) {
            missing.push((field, at));
        }
    });
    for (field, at) in missing {
        let Some(row) = field.row() else { continue };
        let Some(Lacking { nouns, header, counts_as }) = row.lacking else { continue };
        let name = row.name;
        let so = match counts_as {
            Some(default) => format!("every variant counts as {default}"),
            None => format!("`{name}` is missing everywhere, and no comparison with it is true"),
        };
        let help = match field {
            Field::Collection => {
                "Shopify's own exports do not have them: Matrixify's product export does, in the column `Custom Collections`"
                    .to_owned()
            }
            _ => format!("Shopify's product export has them, in the column `{header}`: export the products with it"),
        };
        let message = format!("this catalog has no {nouns}: {so}");
        diagnostics.push(Diagnostic::warning(Code::NotInCatalog, message).help(help).at(ruleset.place(at)));
    }
}

/// An error where no file has counts and what decides needs one: the source or an amount of a variant that would be sent, or a
/// comparison. Rules that are `fixed` for every variant need none.
pub fn counts(run: &Run<'_>) -> Option<Diagnostic> {
    let (ruleset, context) = (run.ruleset(), run.context());
    if context.shop.catalog.schema.has_data(Field::Inventory) {
        return None;
    }
    let is_count = |field: Field| matches!(field, Field::Inventory | Field::Location(_));
    let mut at = None;
    ruleset.for_each_comparison(&mut |test| at = at.or(is_count(test.field).then_some(test.at)));
    let asks = |(offer, decision): (OfferId, Decision)| {
        let is_sent = matches!(decision.outcome, Outcome::Held | Outcome::Synced);
        let is_tracked = context.shop.catalog.is_yes(Field::Tracked, context.subject(offer).variant);
        if is_sent && is_tracked { run.asks_for(offer, &is_count) } else { None }
    };
    let at = at.or_else(|| run.decisions().by_offer().find_map(asks))?;
    let message = "no file of the catalog has counts, and the rules need them";
    let help = "add Shopify's inventory export, which has them for each location, or a product export with the column \
                `Variant Inventory Qty`";
    Some(Diagnostic::error(Code::NotInCatalog, message).help(help).at(ruleset.place(at)))
}
