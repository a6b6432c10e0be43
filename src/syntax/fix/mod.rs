//! What a statement that is wrong was meant to be.
//!
//! A statement is read once more, by a reader that knows what people type who come from other languages and from spreadsheets
//! (`phrases`), and is written as the language writes it. It is shown only where the grammar takes what was written: a help is
//! right when typed in, or there is none.

mod comments;
mod comparisons;
mod calculations;
mod filters;
mod known_fields;
mod known_names;
mod lists;
mod meaning;
mod names;
mod phrases;
mod reader;
mod relation;
mod rewrite;
mod rewriter;
mod settings;
mod sound;
mod statements;
mod values;

use pest::Parser;

use super::grammar::{Rule, StatementParser};
pub use comments::{Comment, comment};
pub use known_names::KnownNames;
pub use phrases::NOT_JOINTS;
use phrases::{FIELDS, OTHERWISE, WHERES};
use reader::Reader;
pub use rewrite::{LONGEST_SHOWN, Rewrite};
use rewriter::Rewriter;

/// Names of counts of Shopify's that the language has no field for.
pub const OTHER_COUNTS: &[&str] = &["on_hand", "onhand", "on-hand", "committed", "incoming", "unavailable"];

/// What is said of them.
pub const THE_COUNTS: &str =
    "the counts are `inventory`, which is what Shopify calls available, and `location.NAME`, the same at one location";

/// The field that a name of another program stands for.
pub fn field_meant(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    FIELDS.iter().find(|(_, names)| names.contains(&word.as_str())).map(|(field, _)| *field)
}

/// What a statement was meant to be, if that can be told.
pub fn statement(text: &str, names: KnownNames<'_>) -> Option<Rewrite> {
    if is_otherwise(text) {
        return None;
    }
    let mut rewriter = Rewriter::of(text, names);
    let written = rewriter.statement()?;
    if !rewriter.reader.is_done() || rewriter.above.as_deref().is_some_and(|above| !sound::is_sound(Rule::statement, above)) {
        return None;
    }
    checked(written, rewriter, Rule::statement)
}

/// What a filter that stands alone was meant to be, if that can be told.
pub fn filter(text: &str, names: KnownNames<'_>) -> Option<Rewrite> {
    let mut rewriter = Rewriter::of(text, names);
    rewriter.reader.eat(WHERES);
    let written = rewriter.filter()?;
    if !rewriter.reader.is_done() {
        return None;
    }
    checked(written, rewriter, Rule::lone_filter)
}

/// Only what can be typed in is of use.
fn checked(text: String, rewriter: Rewriter<'_>, rule: Rule) -> Option<Rewrite> {
    let Rewriter { mut changes, above, .. } = rewriter;
    changes.sort_by_key(|(span, _)| span.start);
    (!changes.is_empty() && sound::is_sound(rule, &text)).then_some(Rewrite { text, changes, above })
}

/// The settings of a line that goes on what the rule above it sets: `max 7`.
pub fn settings(text: &str) -> Option<String> {
    let mut rewriter = Rewriter::of(text, KnownNames::UNKNOWN);
    let written = rewriter.settings()?;
    // What comes behind it goes on from it.
    let written = written.strip_prefix("level; ").map(str::to_owned).unwrap_or(written);
    let is_right = rewriter.reader.is_done() && sound::is_sound(Rule::statement, &format!("all: {written}"));
    is_right.then_some(written)
}

/// Whether the grammar takes a statement as it is.
pub fn is_statement(text: &str) -> bool {
    StatementParser::parse(Rule::statement, text).is_ok()
}

/// Whether a statement begins with a word for all that no rule above it matches, in languages where the first match wins.
pub fn is_otherwise(text: &str) -> bool {
    Reader::of(text).eat(OTHERWISE)
}
