//! Lines that were meant to go on the statement above them: one error, however many they are.

use std::sync::Arc;

use super::fix;
use super::grammar::begins_setting;
use super::raw_statements::{RawStatement, TokenFault};
use super::tokens::{TokenKind, tokens};
use crate::diagnostic::{Advice, Code, Diagnostic, Fix};
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
        TokenKind::Word => begins_setting(&word) || is_joint(&word),
        TokenKind::Sign => matches!(word.as_str(), ";" | "," | ":" | ")") || word.starts_with(['&', '|']),
        _ => false,
    }
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
        if begins_setting(&word.to_lowercase()) || matches!(word, ";" | ",") {
            let settings = colon(above).map(|colon| above[colon..].trim().trim_end_matches([';', ',']));
            let all: Vec<_> = settings.into_iter().chain(pieces()).collect();
            let rewrite = fix::settings(&all.join("; ")).filter(|all| settings.is_some() && all.len() <= fix::LONGEST_SHOWN);
            let advice = match rewrite.zip(colon(above)) {
                Some((all, colon)) => {
                    let settings = Span::new(self.first.span.start + colon, self.end());
                    let fix = self.replaced(source, settings, format!(" {all}"), format!("write `{all}`"));
                    Advice { help: format!("what a rule sets is parted by `;`: write `{all}`"), fix }
                }
                None => "a rule begins with `all:` or `where FILTER:`, and what it sets is parted by `;`".into(),
            };
            return Some((error.advice(advice).at(place), false));
        }
        if word.eq_ignore_ascii_case("then") {
            let whole = std::iter::once(above).chain(pieces()).collect::<Vec<_>>().join(" ");
            let rewrite =
                fix::statement(&whole, fix::KnownNames::UNKNOWN).filter(|rewrite| rewrite.text.len() <= fix::LONGEST_SHOWN);
            let advice = match rewrite.filter(|rewrite| rewrite.above.is_none()) {
                Some(rewrite) => {
                    let help = format!("write `{}`", rewrite.text);
                    let fix = self.replaced(source, self.span(), rewrite.text, help.clone());
                    Advice { help, fix }
                }
                None => "a rule stands on one line: `where FILTER: STEPS`".into(),
            };
            return Some((error.advice(advice).at(place), true));
        }
        let whole = std::iter::once(above).chain(pieces()).collect::<Vec<_>>().join(" ");
        let help = match is_joint(&word.to_lowercase()) {
            true => format!("end the line above with `{}`, or write it on one line", word.to_lowercase()),
            false => "write it on one line".to_owned(),
        };
        let advice = match fix::is_statement(&whole) && whole.len() <= fix::LONGEST_SHOWN {
            true => {
                let line = super::one_line(&whole);
                // `and` and `or` can stand nowhere but in the filter above; where there are both, lines may have stood for brackets.
                let has = |joint: &str| tokens(&whole).any(|token| whole[token.span.start..token.span.end] == *joint);
                let is_sure = is_joint(&word.to_lowercase()) && !(has("and") && has("or"));
                let fix = self.replaced(source, self.span(), line.clone(), format!("write `{line}`"));
                Advice { help: format!("{help}: `{line}`"), fix: fix.map(|fix| fix.sure(is_sure)) }
            }
            false => help.into(),
        };
        let is_cause = !matches!(self.first.fault, Some(TokenFault::UnclosedQuote(_)));
        Some((error.advice(advice).at(place), is_cause))
    }

    /// The statement and the lines below it.
    fn span(&self) -> Span {
        Span::new(self.first.span.start, self.end())
    }

    /// Where the last of the lines ends.
    fn end(&self) -> usize {
        self.further.last().unwrap_or(self.first).span.end
    }

    /// A fix that writes something else at a span of the source, and is not sure; `None` where a comment would be lost.
    fn replaced(&self, source: &Arc<Source>, span: Span, text: String, title: String) -> Option<Fix> {
        let has_comment = tokens(source.slice(span)).any(|token| token.kind == TokenKind::Comment);
        (!has_comment).then(|| Fix::guess(title, source, span, text))
    }
}

/// Where the settings of a rule begin: behind its first colon.
fn colon(statement: &str) -> Option<usize> {
    let found = tokens(statement).find(|token| &statement[token.span.start..token.span.end] == ":")?;
    let Span { end, .. } = found.span;
    Some(end)
}
