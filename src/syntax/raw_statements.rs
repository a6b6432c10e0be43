//! Cuts a rule file into statements, before the grammar sees them.
//!
//! A statement ends at the end of its line, unless a parenthesis is open or its last token cannot end it. A line that
//! begins a new statement ends the one before it in any case, so that one mistake does not swallow what follows.
//! Nesting is measured here as well: the parser is recursive, and must never be handed what could exhaust its stack.

use super::grammar::is_keyword;
use super::tokens::{TokenKind, is_operator, tokens};
use crate::source::Span;

/// How deep parentheses and `not`s may be nested.
pub const NESTING: usize = 64;

/// One statement's extent, and what is wrong with it as a sequence of tokens.
#[derive(Debug, PartialEq, Eq)]
pub struct RawStatement {
    /// From its first token to its last one.
    pub span: Span,
    /// A fault that makes parsing it pointless.
    pub fault: Option<TokenFault>,
}

/// What is wrong with a statement as a sequence of tokens, with the byte at which it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFault {
    /// A `(` that no `)` closes.
    Unclosed(usize),
    /// A `"` that no `"` on its line closes.
    UnclosedQuote(usize),
    /// A parenthesis or `not` nested deeper than [`NESTING`].
    TooDeep(usize),
}

/// The statements of a rule file, in order.
pub fn cut(text: &str) -> Vec<RawStatement> {
    Scanner::run(text, true)
}

/// A text that is one piece whatever its lines are.
pub fn whole(text: &str) -> RawStatement {
    Scanner::run(text, false).pop().unwrap_or(RawStatement { span: Span::new(0, 0), fault: None })
}

/// Keywords that want something after them; a statement that ends with one goes on in the next line.
const WANTS_MORE: &[&str] = &[
    "all", "where", "group", "and", "or", "not", "in", "like", "matches", "has", "from", "else", "sync", "fixed", "buffer",
    "max", "share", "pack", "cutoff",
];

#[derive(Default)]
struct Scanner {
    pieces: Vec<RawStatement>,
    /// The statement being read: where it starts, and where its last token ends.
    current: Option<Span>,
    fault: Option<TokenFault>,
    /// Whether the last token cannot end a statement.
    goes_on: bool,
    /// The open parentheses: where each stands, and how many `not`s stand directly before it.
    open: Vec<(usize, usize)>,
    /// The `not`s directly before the next token.
    nots: usize,
    /// The `not`s before all open parentheses.
    nots_open: usize,
}

impl Scanner {
    /// Reads a text, in pieces or (`cuts` is false) as one.
    fn run(text: &str, cuts: bool) -> Vec<RawStatement> {
        let mut scanner = Scanner::default();
        let mut first_of_line = true;
        for token in tokens(text) {
            let start = token.span.start;
            let written = &text[start..token.span.end];
            match token.kind {
                TokenKind::LineEnd => {
                    if cuts && scanner.open.is_empty() && !scanner.goes_on {
                        scanner.finish();
                    }
                    first_of_line = true;
                    continue;
                }
                TokenKind::Comment => continue,
                TokenKind::Quoted => scanner.token(token.span, false),
                TokenKind::Unclosed => {
                    scanner.token(token.span, false);
                    scanner.fault.get_or_insert(TokenFault::UnclosedQuote(start));
                }
                TokenKind::Sign => scanner.sign(token.span, written),
                TokenKind::Word => {
                    if first_of_line && cuts && scanner.current.is_some() && begins_statement(written, &text[token.span.end..]) {
                        scanner.finish();
                    }
                    scanner.word(token.span, written);
                }
            }
            first_of_line = false;
        }
        scanner.finish();
        scanner.pieces
    }

    fn sign(&mut self, span: Span, sign: &str) {
        match sign {
            "(" => {
                self.open.push((span.start, self.nots));
                self.nots_open += self.nots;
                self.token(span, false);
                self.measure(span.start);
            }
            ")" => {
                if let Some((_, nots)) = self.open.pop() {
                    self.nots_open -= nots;
                }
                self.token(span, false);
            }
            _ => self.token(span, matches!(sign, ":" | ";" | "," | "+" | "..") || sign.starts_with(is_operator)),
        }
    }

    fn word(&mut self, span: Span, word: &str) {
        let nots = if word == "not" { self.nots + 1 } else { 0 };
        self.token(span, word == "-" || WANTS_MORE.contains(&word));
        self.nots = nots;
        if nots > 0 {
            self.measure(span.start);
        }
    }

    fn token(&mut self, span: Span, goes_on: bool) {
        self.current = Some(self.current.map_or(span, |current| current.to(span)));
        self.goes_on = goes_on;
        self.nots = 0;
    }

    fn measure(&mut self, at: usize) {
        if self.open.len() + self.nots_open + self.nots > NESTING {
            self.fault.get_or_insert(TokenFault::TooDeep(at));
        }
    }

    fn finish(&mut self) {
        if let (None, Some((at, _))) = (self.fault, self.open.last()) {
            self.fault = Some(TokenFault::Unclosed(*at));
        }
        if let Some(span) = self.current.take() {
            self.pieces.push(RawStatement { span, fault: self.fault });
        }
        *self = Scanner { pieces: std::mem::take(&mut self.pieces), ..Scanner::default() };
    }
}

/// Whether a line that starts with this word starts a statement: it is a keyword, so it can be no value inside a filter.
fn begins_statement(word: &str, rest: &str) -> bool {
    debug_assert!(!matches!(word, "where" | "all" | "group") || is_keyword(word));
    match word {
        "where" | "group" => true,
        "all" => rest.trim_start().starts_with(':'),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<&str> {
        cut(text).iter().map(|piece| &text[piece.span.start..piece.span.end]).collect()
    }

    #[test]
    fn a_statement_goes_on_after_what_cannot_end_it() {
        assert_eq!(pieces("all: level\n\n# x\nwhere a=b: max 1 # y\n"), ["all: level", "where a=b: max 1"]);
        assert_eq!(
            pieces("where sku in (\n A, # first\n B\n) and\n x=1:\n max 1;\n level"),
            ["where sku in (\n A, # first\n B\n) and\n x=1:\n max 1;\n level"]
        );
        assert_eq!(pieces("where price in 1..\n2: level"), ["where price in 1..\n2: level"]);
        assert_eq!(pieces("all: from a -\n b"), ["all: from a -\n b"]);
        assert_eq!(pieces("all: max 1\n;level"), ["all: max 1", ";level"]);
    }

    #[test]
    fn a_new_statement_ends_an_unclosed_one() {
        assert_eq!(
            pieces("where (a=b: max 1\nwhere c=d: level\nall: level"),
            ["where (a=b: max 1", "where c=d: level", "all: level"]
        );
        assert_eq!(cut("where (a=b: max 1\nall: level")[0].fault, Some(TokenFault::Unclosed(6)));
    }

    #[test]
    fn quotes_end_with_their_line() {
        assert_eq!(cut("where a=\"x # y: level\nall: level")[0].fault, Some(TokenFault::UnclosedQuote(8)));
        assert_eq!(pieces("where a=\"x # \\\" y\": level\n").len(), 1);
        assert_eq!(cut("where a=\"x # \\\" y\": level\n")[0].fault, None);
    }

    #[test]
    fn nesting_counts_parentheses_and_nots() {
        let nested = |n: usize| format!("where {}tag=x{}: level", "(".repeat(n), ")".repeat(n));
        assert_eq!(cut(&nested(64))[0].fault, None);
        assert_eq!(cut(&nested(65))[0].fault, Some(TokenFault::TooDeep(70)));
        assert_eq!(cut(&format!("where {} a: level", "not ".repeat(64)))[0].fault, None);
        assert!(cut(&format!("where {} a: level", "not ".repeat(65)))[0].fault.is_some());
        assert!(cut(&format!("where {}a", "not (".repeat(33)))[0].fault.is_some_and(|f| matches!(f, TokenFault::TooDeep(_))));
    }
}
