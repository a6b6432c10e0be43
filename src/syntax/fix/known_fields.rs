//! The fields of the language by what they are compared with.

/// The fields that are yes or no, and stand alone.
pub const YES_NO: &[&str] = &["tracked", "published", "gift_card", "amazon.listed"];
/// The fields that are counts of units.
pub const UNIT_COUNTS: &[&str] = &["inventory", "amazon.quantity"];
/// The fields that are decimal numbers.
const DECIMALS: &[&str] = &["price", "compare_at_price", "cost", "weight", "amazon.price"];

/// Whether a field is compared with numbers.
pub fn is_numeric(field: &str) -> bool {
    UNIT_COUNTS.contains(&field) || DECIMALS.contains(&field) || field.starts_with("location.")
}
