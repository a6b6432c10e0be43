//! Text to tree: what a rule file says, before anything is known of the catalog.

mod pretty_printer;
mod errors;
mod escapes;
mod grammar;
mod format;
mod lines;
mod lower;
pub mod fix;
pub mod print;
mod raw_statements;
mod tokens;
pub mod tree;

use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::parallel;
use crate::source::Source;
pub use escapes::plain;
pub use format::{format, is_equivalent};
pub use tokens::one_line;

/// Reads a rule file. The tree holds every statement that could be read; the diagnostics, every one that could not.
pub fn parse(source: Arc<Source>) -> (tree::RuleFile, Vec<Diagnostic>) {
    let pieces = raw_statements::cut(source.text());
    let all = lines::gathered(source.text(), &pieces);
    let mut statements = Vec::new();
    let mut diagnostics = Vec::new();
    let mut unread_groups = Vec::new();
    let read = parallel::map(&all, |lines| (lower::statement(&source, lines.first), lines.error(&source)));
    for (lines, (read, further)) in all.iter().zip(read) {
        let is_cause = further.as_ref().is_some_and(|(_, is_cause)| *is_cause);
        match read {
            Ok(statement) => statements.push(statement),
            Err(diagnostic) => {
                unread_groups.extend(tokens::group_name(source.slice(lines.first.span)));
                diagnostics.extend((!is_cause).then_some(*diagnostic));
            }
        }
        diagnostics.extend(further.map(|(error, _)| error));
    }
    let unread = all.len() - statements.len();
    (tree::RuleFile { source, statements, unread, unread_groups }, diagnostics)
}

/// Reads a filter alone, as `preview --where` takes it.
///
/// # Errors
/// The first thing in the text that is not part of a filter.
pub fn parse_filter(source: &Arc<Source>) -> Result<tree::Filter, Box<Diagnostic>> {
    let piece = raw_statements::whole(source.text());
    lower::lone_filter(source, &piece)
}

/// Reads a claim: what a test says of what comes out.
///
/// # Errors
/// The first thing in the text that is not part of a claim.
pub fn parse_claim(source: &Arc<Source>) -> Result<tree::ClaimNode, Box<Diagnostic>> {
    let piece = raw_statements::whole(source.text());
    lower::lone_claim(source, &piece)
}
