//! What a statement that is wrong was meant to be.
//!
//! A statement is read once more, by a reader that knows what people type who come from other languages and from spreadsheets
//! (`words.rs`), and is written as the language writes it. It is shown only where the grammar takes what was written: a help is
//! right when typed in, or there is none.

mod filters;
mod meaning;
mod reader;
mod rewrite;
mod settings;
mod sound;
mod values;
mod phrases;

use pest::Parser;

use super::grammar::{Rule, StatementParser, is_bare};
use super::tokens::{Token, TokenKind, tokens};
use crate::source::Span;
use meaning::is_same_but_for_blanks;
pub use phrases::NOT_JOINTS;
use phrases::{ALLS, GROUPS, OTHERWISE, THENS, WHERES};
use reader::Reader;
pub use rewrite::{LONGEST_SHOWN, Rewrite};

/// Names of counts of Shopify's that the language has no field for.
pub const OTHER_COUNTS: &[&str] = &["on_hand", "onhand", "on-hand", "committed", "incoming", "unavailable"];
/// What is said of them.
pub const THE_COUNTS: &str =
    "the counts are `inventory`, which is what Shopify calls available, and `location.NAME`, the same at one location";

/// The field that a name of another program stands for.
pub fn field_meant(word: &str) -> Option<&'static str> {
    let word = word.to_lowercase();
    phrases::FIELDS.iter().find(|(_, names)| names.contains(&word.as_str())).map(|(field, _)| *field)
}

/// What is known of names beside the language's own.
#[derive(Clone, Copy)]
pub struct KnownNames<'a> {
    /// What a name that is no field stands for in the catalog: `Size` for the option `option.Size`.
    pub own: &'a dyn Fn(&str) -> Option<String>,
    /// Whether it is a group's.
    pub is_group: &'a dyn Fn(&str) -> bool,
}

impl KnownNames<'_> {
    /// Where nothing is known of them: any may be a group's.
    pub const UNKNOWN: KnownNames<'static> = KnownNames { own: &|_| None, is_group: &|_| true };
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

/// A comment of another language in a statement.
pub struct Comment {
    /// Where it stands in the statement, up to the end of the line.
    pub span: Span,
    /// How it is written in this language.
    pub text: String,
    /// Whether it ends with its line, so that nothing else is lost if it is written in this way.
    pub is_whole: bool,
}

/// The first comment of another language in a statement.
pub fn comment(text: &str) -> Option<Comment> {
    let starts = |token: &Token| {
        let written = &text[token.span.start..];
        token.kind == TokenKind::Word
            && (written.starts_with("//")
                || written.starts_with("/*")
                || written.starts_with("-- ")
                || written.starts_with("--\t"))
    };
    let start = tokens(text).find(starts)?.span.start;
    let line = text[start..].lines().next().unwrap_or("");
    let said = line.trim_start_matches(['/', '*', '-']).trim().trim_end_matches("*/").trim();
    let is_whole = !line.starts_with("/*") || line.find("*/").is_some_and(|end| line[end + 2..].trim().is_empty());
    Some(Comment { span: Span::new(start, start + line.len()), text: format!("# {said}"), is_whole })
}

/// Whether the grammar takes a statement as it is.
pub fn is_statement(text: &str) -> bool {
    StatementParser::parse(Rule::statement, text).is_ok()
}

/// Whether a statement begins with a word for all that no rule above it matches, in languages where the first match wins.
pub fn is_otherwise(text: &str) -> bool {
    Reader::of(text).eat(OTHERWISE)
}

struct Rewriter<'a> {
    reader: Reader<'a>,
    changes: Vec<(Span, String)>,
    names: KnownNames<'a>,
    /// Whether the comparison that is read has no blank behind its field.
    is_tight: bool,
    /// How deep the condition stands that is read.
    depth: usize,
    /// The field of the last comparison with a value.
    last_field: Option<String>,
    /// Whether it was compared by `=`.
    last_is_equal: bool,
    /// Whether `else` says what to do with all others, and no amount to use.
    else_is_otherwise: bool,
    /// The rule for those.
    above: Option<String>,
}

impl<'a> Rewriter<'a> {
    fn of(text: &'a str, names: KnownNames<'a>) -> Self {
        let (reader, changes) = (Reader::of(text), vec![]);
        Rewriter {
            reader,
            changes,
            names,
            is_tight: false,
            depth: 0,
            last_field: None,
            last_is_equal: false,
            else_is_otherwise: false,
            above: None,
        }
    }

    /// Notes that what was read from a word on is to be written in another way.
    fn change(&mut self, from: usize, written: &str) {
        self.changes.push((self.reader.span_from(from), written.to_owned()));
    }

    /// The same, if it is another way: blanks aside.
    fn change_if_other(&mut self, from: usize, written: &str) {
        if !is_same_but_for_blanks(self.reader.text_from(from), written) {
            // What stands within it, noted last, is told by this.
            let start = self.reader.span_from(from).start;
            while self.changes.pop_if(|(other, _)| other.start >= start).is_some() {}
            self.change(from, written);
        }
    }

    fn statement(&mut self) -> Option<String> {
        if self.reader.eat(GROUPS) {
            return self.group();
        }
        let mut head = self.head()?;
        let colon = self.reader.at;
        let is_all = head.text == "all";
        let is_colon = self.reader.eat(THENS) || self.reader.eat(&[",", ";"]) || self.reader.eat(&["="]);
        let mut is_right = is_colon && self.reader.text_from(colon) == ":";
        let settings = self.settings()?;
        is_right &= !self.reader.eat(&["}"]);
        if is_all && self.reader.eat(WHERES) {
            head.text = format!("where {}", self.filter()?);
            is_right = false;
        }
        if self.reader.eat(OTHERWISE) {
            self.reader.eat(THENS);
            self.above = Some(format!("all: {}", self.settings()?));
            self.reader.eat(&["}"]);
            is_right = false;
        }
        let written = format!("{}: {settings}", head.text);
        if !head.is_right || !is_right {
            self.changes.clear();
            self.reader.at = self.reader.at.max(1);
            self.change(0, &written);
        }
        Some(written)
    }

    /// Whether what was read so far is a keyword, in whatever case.
    fn is_keyword_at_start(&mut self, keyword: &str) -> bool {
        let written = self.reader.text_from(0);
        let is = written.eq_ignore_ascii_case(keyword);
        if is && written != keyword {
            self.change(0, keyword);
        }
        is
    }

    /// What stands before the colon.
    fn head(&mut self) -> Option<RuleHead> {
        let everything = |is_right| RuleHead { text: "all".to_owned(), is_right };
        if self.reader.eat(ALLS) {
            let is_right = self.is_keyword_at_start("all");
            self.reader.eat(WHERES);
            let is_where = self.reader.text_from(0).split_whitespace().count() > 1 && !self.reader.is_at(THENS) && is_right;
            return if is_where {
                Some(RuleHead { text: format!("where {}", self.filter()?), is_right: false })
            } else {
                Some(everything(is_right))
            };
        }
        let is_where = self.reader.eat(WHERES);
        self.else_is_otherwise = is_where && self.reader.text_from(0) != "where";
        if is_where && self.reader.is_at(&[":"]) {
            return Some(everything(false));
        }
        let is_right = is_where && self.is_keyword_at_start("where");
        let start = self.reader.at;
        if is_where && self.reader.eat(ALLS) && self.reader.is_at(THENS) {
            return Some(everything(false));
        }
        self.reader.at = start;
        let begins_setting = self.reader.peek(0).is_some_and(|word| filters::is_setting(&word.lower));
        if !is_where && begins_setting {
            return Some(everything(false));
        }
        if !is_where && !self.reader.rest().iter().any(|word| word.text == ":" || word.lower == "then") {
            return None;
        }
        if !is_where && let Some(sku) = self.sku_alone() {
            return Some(RuleHead { text: format!("where sku = {sku}"), is_right: false });
        }
        let filter = self.filter()?;
        // `linen: max 3` may be a tag's, a type's or a group's.
        if !is_where && is_bare(&filter) && !filters::YES_NO.contains(&filter.as_str()) {
            return None;
        }
        Some(RuleHead { text: format!("where {filter}"), is_right })
    }

    /// The SKU that stands before the colon, as in `TEE-1: 5`: a word with digits that is no group's.
    fn sku_alone(&mut self) -> Option<String> {
        let word = self.reader.peek(0)?;
        let is_sku = word.text.contains(|c: char| c.is_ascii_digit())
            && word.text.contains(|c: char| c.is_ascii_uppercase() || c == '-')
            && is_bare(word.text)
            && self.reader.peek(1).is_some_and(|next| next.text == ":");
        let sku = word.text.to_owned();
        // A name alone that is a group's, or may be one: `slow: max 3`.
        if !is_sku || (self.names.own)(&sku).is_some() {
            return None;
        }
        self.reader.take();
        Some(sku)
    }

    fn group(&mut self) -> Option<String> {
        let is_right = self.is_keyword_at_start("group");
        let name = self.reader.take()?.text.to_owned();
        let sign = self.reader.at;
        if !self.reader.eat(&["=", ":", ":=", "==", "is", "as", "->", "where"]) {
            return None;
        }
        let is_equals = self.reader.text_from(sign) == "=";
        let start = self.reader.at;
        let has_where = self.reader.eat(WHERES) && self.reader.at > start;
        let written = format!("group {name} = {}", self.filter()?);
        if !is_right || !is_equals || has_where {
            self.changes.clear();
            self.change(0, &written);
        }
        Some(written)
    }
}

/// What stands before the colon of a rule.
struct RuleHead {
    text: String,
    /// Whether it was written so, its conditions aside.
    is_right: bool,
}
