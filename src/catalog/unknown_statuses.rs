//! Products with a status that Shopify does not have.

use super::store::Catalog;
use crate::diagnostic::{Code, Diagnostic};
use crate::fields::Field;
use crate::text::counted;

impl Catalog {
    /// Warns of each status that is none of Shopify's.
    pub(super) fn tell_unknown_statuses(&self, diagnostics: &mut Vec<Diagnostic>) {
        let statuses = Field::Status.row().map_or(&[][..], |row| row.values);
        let is_known = |status: &str| statuses.iter().any(|known| known.eq_ignore_ascii_case(status.trim()));
        let Some(column) = self.fields.texts(Field::Status) else { return };
        for (code, status) in column.dictionary.iter().filter(|(_, status)| !is_known(status)) {
            let mut variants = self.variants().filter(|&variant| column.code(self.product_of(variant).index()) == code);
            let Some(first) = variants.next() else { continue };
            let count = variants.count() + 1;
            let message =
                format!("the status of {} is `{status}`, which is no status that stockrule knows", counted(count, "variant"));
            let help = "known are `active`, `draft` and `archived`: a rule about one of these is not about this word";
            diagnostics.push(Diagnostic::warning(Code::CatalogOddity, message).help(help).at(self.line_of(first)));
        }
    }
}
