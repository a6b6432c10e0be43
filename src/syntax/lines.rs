//! Lines that were meant to go on the statement above them: one error, however many they are.

use std::sync::Arc;

use super::fix;
use super::grammar::STEPS;
use super::raw_statements::{RawStatement, TokenFault};
use super::tokens::{TokenKind, tokens};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Source, Span};

/// A statement, and the pieces below it that cannot begin one.
pub struct StatementLines<'p> {
    /// The statement.
    pub first: &'p RawStatement,
    /// The pieces below it.
    pub further: &'p [RawStatement],
}

/// The statements of a file, each with what was meant to go on it.
pub fn gathered<'p>(text: &str, pieces: &'p [RawStatement]) -> Vec<StatementLines<'p>> {
    let starts = (0..pieces.len()).filter(|&at| at == 0 || !goes_on(text, &pieces[at]));
    let starts: Vec<usize> = starts.collect();
    let ends = starts.iter().skip(1).copied().chain([pieces.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(&start, end)| StatementLines { first: &pieces[start], further: &pieces[start + 1..end] })
        .collect()
}

/// Whether a piece begins with what can only go on something.
fn goes_on(text: &str, piece: &RawStatement) -> bool {
    let statement = &text[piece.span.start..piece.span.end];
    let Some(first) = tokens(statement).next() else { return false };
    let word = statement[..first.span.end].to_lowercase();
    match first.kind {
        TokenKind::Word => is_setting(&word) || is_joint(&word),
        TokenKind::Sign => matches!(word.as_str(), ";" | "," | ":" | ")") || word.starts_with(['&', '|']),
        _ => false,
    }
}

fn is_setting(word: &str) -> bool {
    STEPS.contains(&word) || matches!(word, "from" | "sync")
}

fn is_joint(word: &str) -> bool {
    matches!(word, "and" | "or" | "then")
}

impl StatementLines<'_> {
    /// The error of the lines below the statement, if there are any. Where they go on its filter, its own error is but what
    /// comes of that.
    pub fn error(&self, source: &Arc<Source>) -> Option<(Diagnostic, bool)> {
        let second = self.further.first()?;
        let written = source.slice(second.span);
        let first_word = tokens(written).next()?;
        let place = source.place(first_word.span.shifted(second.span.start));
        let word = source.slice(first_word.span.shifted(second.span.start));
        let message = format!("a statement ends with its line, and `{word}` cannot begin another");
        let error = Diagnostic::error(Code::Syntax, message);
        let above = source.slice(self.first.span);
        let pieces = || self.further.iter().map(|piece| source.slice(piece.span).trim_matches([';', ',', ' ']));
        if is_setting(&word.to_lowercase()) || matches!(word, ";" | ",") {
            let settings = colon(above).map(|colon| above[colon..].trim().trim_end_matches([';', ',']));
            let all: Vec<_> = settings.into_iter().chain(pieces()).collect();
            let rewrite = fix::settings(&all.join("; ")).filter(|all| settings.is_some() && all.len() <= fix::LONGEST_SHOWN);
            let help = match rewrite {
                Some(all) => format!("what a rule sets is parted by `;`: write `{all}`"),
                None => "a rule begins with `all:` or `where FILTER:`, and what it sets is parted by `;`".to_owned(),
            };
            return Some((error.help(help).at(place), false));
        }
        if word.eq_ignore_ascii_case("then") {
            let whole = std::iter::once(above).chain(pieces()).collect::<Vec<_>>().join(" ");
            let rewrite =
                fix::statement(&whole, fix::KnownNames::UNKNOWN).filter(|rewrite| rewrite.text.len() <= fix::LONGEST_SHOWN);
            let help = match rewrite.filter(|rewrite| rewrite.above.is_none()) {
                Some(rewrite) => format!("write `{}`", rewrite.text),
                None => "a rule stands on one line: `where FILTER: STEPS`".to_owned(),
            };
            return Some((error.help(help).at(place), true));
        }
        let whole = std::iter::once(above).chain(pieces()).collect::<Vec<_>>().join(" ");
        let help = match is_joint(&word.to_lowercase()) {
            true => format!("end the line above with `{}`, or write it on one line", word.to_lowercase()),
            false => "write it on one line".to_owned(),
        };
        let help = match fix::is_statement(&whole) && whole.len() <= fix::LONGEST_SHOWN {
            true => format!("{help}: `{}`", super::one_line(&whole)),
            false => help,
        };
        let is_cause = !matches!(self.first.fault, Some(TokenFault::UnclosedQuote(_)));
        Some((error.help(help).at(place), is_cause))
    }
}

/// Where the settings of a rule begin: behind its first colon.
fn colon(statement: &str) -> Option<usize> {
    let found = tokens(statement).find(|token| &statement[token.span.start..token.span.end] == ":")?;
    let Span { end, .. } = found.span;
    Some(end)
}
