//! Text to tree: what a rule file says, before anything is known of the catalog.

mod document;
mod errors;
mod escapes;
mod grammar;
mod layout;
mod lower;
pub mod print;
mod statements;
mod tokens;
pub mod tree;

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::parallel;
use crate::source::Source;
pub use escapes::plain;
pub use grammar::KEYWORDS;
pub use layout::{layout, says_the_same};
pub use tokens::one_line;

/// Reads a rule file. The tree holds every statement that could be read; the diagnostics, every one that could not.
pub fn parse(source: Arc<Source>) -> (tree::RuleFile, Vec<Diagnostic>) {
    let mut statements = Vec::new();
    let mut diagnostics = Vec::new();
    for read in parallel::many(&statements::cut(source.text()), |piece| lower::statement(&source, piece)) {
        match read {
            Ok(statement) => statements.push(statement),
            Err(diagnostic) => diagnostics.push(*diagnostic),
        }
    }
    (tree::RuleFile { source, statements }, diagnostics)
}

/// Reads a filter alone, as `preview --where` takes it.
///
/// # Errors
/// The first thing in the text that is not part of a filter.
pub fn parse_filter(source: &Arc<Source>) -> Result<tree::Filter, Box<Diagnostic>> {
    let piece = statements::whole(source.text());
    lower::lone_filter(source, &piece)
}

/// Reads a claim: what a test says of what comes out.
///
/// # Errors
/// The first thing in the text that is not part of a claim.
pub fn parse_claim(source: &Arc<Source>) -> Result<tree::Claim, Box<Diagnostic>> {
    let piece = statements::whole(source.text());
    lower::lone_claim(source, &piece)
}
