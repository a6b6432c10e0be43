//! Order lines that a person should look at.

use foldhash::HashMap;

use super::order_context::OrderContext;
use super::order_line::OrderLine;
use crate::catalog::is_destroyed;
use crate::diagnostic::{Code, Diagnostic};
use crate::text::{LOST, counted, loose, lossy};

/// Lines that a person should look at.
#[derive(Default)]
pub struct LineWarnings<'a> {
    /// With a SKU that no variant has alone.
    pub unknown_skus: Vec<&'a OrderLine>,
    /// Of variants whose pack has no size.
    pub of_unknown_packs: Vec<&'a OrderLine>,
    /// That do not say who fulfils them.
    pub without_channel: Vec<&'a OrderLine>,
    /// Without a location that the catalog has.
    pub without_location: Vec<&'a OrderLine>,
}

impl LineWarnings<'_> {
    /// Warns of them: one warning a kind.
    pub fn report(&self, given: &OrderContext<'_>, diagnostics: &mut Vec<Diagnostic>) {
        let (rounded, unknown_skus): (Vec<&OrderLine>, Vec<&OrderLine>) =
            self.unknown_skus.iter().partition(|line| is_destroyed(&line.sku));
        let about = "with a SKU that a spreadsheet has rounded, so that its digits are lost and no count moves";
        let help =
            "download the file again, and do not save it with a spreadsheet program, or only with the SKUs formatted as text";
        diagnostics.extend(warning(&rounded, Code::Orders, about, help));
        let about = "with a SKU that no variant has alone, so that no count moves";
        let help = match near(&unknown_skus, given) {
            Some((theirs, ours)) if theirs.contains(LOST) => format!(
                "`{theirs}` may be `{ours}`: Amazon's reports have `?` where they cannot hold a letter; give it a SKU of plain \
                 letters, in Shopify and on Amazon"
            ),
            Some((theirs, ours)) => format!("if `{theirs}` is the variant `{ours}`, make the SKUs equal"),
            None => "if it was sold from this stock, give the variant that SKU in Shopify".to_owned(),
        };
        diagnostics.extend(warning(&unknown_skus, Code::Orders, about, &help));
        let about = "of variants whose `pack` has no size, so that nobody knows how many units were sold, and no count moves";
        let help = "fill in what `pack` reads, or say what to use instead: `else 1`";
        diagnostics.extend(warning(&self.of_unknown_packs, Code::Orders, about, help));
        let about = "without a word on who fulfils them: they lower what Amazon may sell, but make no adjustment for Shopify";
        let help = "give the All Orders report as it is downloaded, or your word that all is merchant-fulfilled: \
                    `fulfillment: merchant` under `amazon:`";
        diagnostics.extend(warning(&self.without_channel, Code::UnknownFulfillment, about, help));
        if given.rules_read_locations {
            let about = "without a location that the catalog has, so `location.…` stays as it is";
            let help = "say in the project file where such orders ship from: `orders_location: NAME`";
            diagnostics.extend(warning(&self.without_location, Code::OrderLocation, about, help));
        }
    }
}

/// One warning about all of some lines, at the first one; none where there are none.
pub fn warning(lines: &[&OrderLine], code: Code, about: &str, help: &str) -> Option<Diagnostic> {
    let first = lines.first()?;
    let which = if lines.len() == 1 { ":" } else { "; the first is" };
    let (count, sku, order) = (counted(lines.len(), "order line"), &first.sku, &first.order);
    let message = format!("{count} {about}{which} `{sku}` of order `{order}`");
    Some(Diagnostic::warning(code, message).help(help).at(first.place()))
}

/// The first SKU of some lines that nearly is one of the catalog, and that one.
fn near<'a>(unknown_skus: &[&'a OrderLine], given: &OrderContext<'a>) -> Option<(&'a str, &'a str)> {
    let (mut by_form, mut with_loss): (HashMap<String, usize>, HashMap<String, usize>) = Default::default();
    for (at, line) in unknown_skus.iter().enumerate().filter(|(_, line)| !line.sku.is_empty()) {
        by_form.entry(loose(&line.sku)).or_insert(at);
        if line.sku.contains(LOST) {
            with_loss.entry(lossy(&line.sku)).or_insert(at);
        }
    }
    if by_form.is_empty() {
        return None;
    }
    let mut first: Option<(usize, &str)> = None;
    for sku in given.catalog.skus.iter() {
        let by_loss = || if sku.is_ascii() || with_loss.is_empty() { None } else { with_loss.get(&lossy(sku)) };
        let Some(&at) = by_form.get(&loose(sku)).or_else(by_loss) else { continue };
        // A SKU that several variants have is no other one.
        let is_other = unknown_skus.get(at).is_some_and(|line| line.sku != sku);
        if is_other && first.is_none_or(|(known, _)| at < known) {
            first = Some((at, sku));
        }
    }
    let (at, ours) = first?;
    Some((&unknown_skus.get(at)?.sku, ours))
}
