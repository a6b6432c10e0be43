//! Filters as people write them, and as the language does.

use super::phrases::{ANDS, COPULAS, ORS, TESTS, THENS};
use super::relation::Relation;
use super::rewriter::Rewriter;
use crate::syntax::raw_statements::NESTING;

impl Rewriter<'_> {
    /// A filter, as the language writes it.
    pub fn filter(&mut self) -> Option<String> {
        let mut parts = vec![self.all_of()?];
        while self.joint(ORS, "or") {
            parts.push(self.all_of()?);
        }
        Some(parts.join(" or "))
    }

    pub fn all_of(&mut self) -> Option<String> {
        let mut parts = vec![self.condition()?];
        loop {
            if self.joint(ANDS, "and") {
                parts.push(self.condition()?);
                continue;
            }
            // A comma joins conditions where another one follows it.
            let (start, known) = (self.reader.at, self.changes.len());
            if self.reader.eat(&[",", ";"]) && self.begins_comparison() {
                self.change(start, "and");
                parts.push(self.condition()?);
                continue;
            }
            self.reader.at = start;
            self.changes.truncate(known);
            return Some(parts.join(" and "));
        }
    }

    /// Takes what joins two conditions.
    pub fn joint(&mut self, phrases: &[&'static str], written: &str) -> bool {
        let start = self.reader.at;
        let found = self.reader.eat(phrases);
        if found && self.reader.text_from(start) != written {
            self.change(start, written);
        }
        found
    }

    /// Whether a field and a test come next.
    pub fn begins_comparison(&mut self) -> bool {
        let start = self.reader.at;
        let is_test = |test: Option<Relation>| test.is_some_and(|test| !matches!(test, Relation::Blank | Relation::Present));
        let is = self.field().is_some() && (self.reader.eat(COPULAS) || is_test(self.reader.eat_one_of(TESTS)));
        self.reader.at = start;
        is
    }

    pub fn condition(&mut self) -> Option<String> {
        self.depth += 1;
        let written = if self.depth > NESTING { None } else { self.any_condition() };
        self.depth -= 1;
        written
    }

    pub fn any_condition(&mut self) -> Option<String> {
        let start = self.reader.at;
        if self.reader.eat(&["not", "!"]) {
            if self.reader.text_from(start) != "not" {
                self.change(start, "not");
            }
            return Some(format!("not {}", self.condition()?));
        }
        if self.reader.eat(&["("]) {
            let inner = self.filter()?;
            return self.reader.eat(&[")"]).then(|| format!("({inner})"));
        }
        let written = self.comparison()?;
        self.change_if_other(start, &written);
        Some(written)
    }

    /// Whether the condition ends here.
    pub fn ends_condition(&self) -> bool {
        self.reader.is_done() || [ANDS, ORS, THENS, &[")"]].iter().any(|phrases| self.reader.is_at(phrases))
    }
}
