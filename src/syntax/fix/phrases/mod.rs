//! What people type who come from other languages and from spreadsheets, and what is meant by it: data alone.
//!
//! A phrase is matched word by word, whatever its case; a sign is a word.

mod fields;
mod filters;
mod settings;
mod statements;

pub use fields::FIELDS;
pub use filters::{ANDS, COPULAS, NEGATIONS, NOT_JOINTS, OPTIONS, ORS, TESTS, TO};
pub use settings::{COUNTS, CURRENCIES, FILLERS, FRACTIONS, LEVELS, NOT_FOR_SALE, NUMBERS, PERCENTS, STEPS, UNITS};
pub use statements::{ALLS, GROUPS, OTHERWISE, PARTS, THENS, WHERES};
