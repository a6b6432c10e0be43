//! Statements as people write them, and as the language does.

use super::known_fields::YES_NO;
use super::phrases::{ALLS, GROUPS, OTHERWISE, THENS, WHERES};
use super::rewriter::Rewriter;
use crate::syntax::grammar::{begins_setting, is_bare};

impl Rewriter<'_> {
    /// A rule or a group, as the language writes it.
    pub fn statement(&mut self) -> Option<String> {
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
        let begins_setting = self.reader.peek(0).is_some_and(|word| begins_setting(&word.lower));
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
        if !is_where && is_bare(&filter) && !YES_NO.contains(&filter.as_str()) {
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
