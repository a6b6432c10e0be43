//! Why a field gives no number, in words.

use crate::evaluate::Missing;

/// How many of the values that cannot be used are shown.
pub const MOST_SHOWN: usize = 3;

/// The value that cannot be used, if that is the reason.
pub fn shown(why: &Missing) -> Option<String> {
    match why {
        Missing::NotWhole(text) => Some(format!("`{text}`")),
        Missing::OutOfRange(value) => Some(value.to_string()),
        Missing::Absent | Missing::Untracked | Missing::Unmatched | Missing::TooLarge => None,
    }
}

/// Why a field gives no number, in words, and what to do.
pub fn why(field: &str, why: &Missing) -> (String, &'static str) {
    in_words(field, why, shown(why).as_slice())
}

/// Why a field gives no number for several offers, in words, and what to do; `values` are the values that cannot be used, as
/// [`shown`] gives them, one more than are shown where there are more.
pub fn in_words(field: &str, why: &Missing, values: &[String]) -> (String, &'static str) {
    let shown = values.get(..MOST_SHOWN).unwrap_or(values).join(", ") + if values.len() > MOST_SHOWN { " …" } else { "" };
    match why {
        Missing::Absent if field == "inventory" || field.starts_with("location.") => (
            format!("`{field}` is missing"),
            "count it in Shopify and export it again: what is `not stocked`, blank or no whole number there is no count, which is not 0",
        ),
        Missing::Absent => (format!("`{field}` is missing"), "fill it in Shopify, or say what to use instead: `… else 0`"),
        Missing::Untracked => (
            format!("`{field}` is missing, since the inventory is not tracked"),
            "track it in Shopify, or send a fixed quantity: `fixed N`",
        ),
        Missing::Unmatched => (
            format!("`{field}` is missing, since the inventory export cannot be matched to the variant"),
            "give the variant one SKU of its own in Shopify, and export products and inventory at the same time",
        ),
        Missing::NotWhole(_) if values.len() > 1 => {
            (format!("`{field}` is no whole number ({shown})"), "mend them in Shopify, or say what to use instead: `… else 0`")
        }
        Missing::NotWhole(_) => (
            format!("`{field}` is {shown}, which is not a whole number"),
            "mend it in Shopify, or say what to use instead: `… else 0`",
        ),
        Missing::OutOfRange(_) => {
            (format!("`{field}` comes to {shown}, which is out of range"), "say what to use instead: `… else 0`")
        }
        Missing::TooLarge => (format!("`{field}` is too large"), "look at the counts in Shopify"),
    }
}
