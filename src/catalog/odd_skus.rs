//! Warnings of SKUs that are not as they should be.

use super::store::Catalog;
use crate::diagnostic::{Code, Diagnostic};
use crate::ids::VariantId;
use crate::text::counted;

/// How many variants a warning names.
pub const NAMED: usize = 10;

impl Catalog {
    /// Warns of odd SKUs: one warning a kind, which names the first ones.
    pub(super) fn tell_odd_skus(&self, diagnostics: &mut Vec<Diagnostic>) {
        let mut tell = |variants: &[VariantId], what: &str, help: &str| {
            let Some(&first) = variants.first() else { return };
            let named = self.named(variants.iter().copied());
            let message = format!("{} {what}: {named}", counted(variants.len(), "SKU"));
            let place = self.line_of(first);
            diagnostics.push(Diagnostic::warning(Code::CatalogOddity, message).help(help).at(place));
        };
        tell(
            &self.odd_skus.trimmed,
            "with white space or an invisible character at an end, which is left out",
            "take it off in Shopify: the SKU that is sent to Amazon has none",
        );
        tell(
            &self.odd_skus.destroyed,
            "that a spreadsheet has rounded, so that the digits are lost",
            "export the file again, and do not save it with a spreadsheet program, or only with the SKUs formatted as text",
        );
    }

    /// The first ones of some variants, each by its SKU and its place.
    pub(super) fn named(&self, mut variants: impl Iterator<Item = VariantId>) -> String {
        let name = |variant: VariantId| match self.sku(variant) {
            "" => self.place_of(variant),
            sku => format!("`{sku}` ({})", self.place_of(variant)),
        };
        let names: Vec<_> = variants.by_ref().take(NAMED).map(name).collect();
        let more = if variants.next().is_some() { " …" } else { "" };
        format!("{}{more}", names.join(", "))
    }
}
