//! SKUs that were asked for by name: the variants that have them, or why there are none.

use foldhash::HashSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::project::Loaded;
use crate::text;

/// The variants of these SKUs, in the order in which they are asked for, each once; an error for each SKU that no variant has. SKUs are compared trimmed and
/// in normalization form C.
pub fn find(loaded: &Loaded, wanted: &[String]) -> (Vec<usize>, Vec<Diagnostic>) {
    let (mut variants, mut problems) = (vec![], vec![]);
    for sku in wanted {
        let exact = text::nfc(text::sku(sku));
        if exact.is_empty() {
            let help = "give the SKU as the catalog has it; a variable of the shell may be empty";
            problems.push(Diagnostic::error(Code::UnknownSku, "the SKU that is asked for is blank").help(help));
            continue;
        }
        let is_it = |known: &str| known == exact || !known.is_ascii() && text::nfc(known) == exact;
        let found = loaded.catalog.sku.iter().enumerate().filter(|(_, known)| is_it(text::sku(known)));
        let before = variants.len();
        variants.extend(found.map(|(variant, _)| variant));
        if variants.len() == before {
            problems.push(unknown(loaded, &exact));
        }
    }
    let mut seen = HashSet::default();
    variants.retain(|&variant| seen.insert(variant));
    (variants, problems)
}

/// The error for a SKU that no variant of the catalog has.
fn unknown(loaded: &Loaded, sku: &str) -> Diagnostic {
    if loaded.listings.as_ref().is_some_and(|listings| listings.sku(sku).is_some()) {
        let message = format!("`{sku}` is on Amazon, but no variant of the catalog has this SKU");
        let help = "nothing is sent for it; `stockrule preview --amazon-only` lists all such SKUs";
        return Diagnostic::error(Code::UnknownSku, message).help(help);
    }
    let near = text::nearest(sku, loaded.catalog.sku.iter());
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`stockrule preview` lists the SKUs of the catalog".to_owned(),
    };
    Diagnostic::error(Code::UnknownSku, format!("the catalog has no SKU `{sku}`")).help(help)
}
