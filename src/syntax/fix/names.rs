//! Names of fields as people write them, and as the language does.

use super::phrases::{ANDS, COPULAS, FIELDS, NEGATIONS, OPTIONS, ORS, TESTS, THENS};
use super::rewriter::Rewriter;
use crate::syntax::escapes::plain;
use crate::syntax::grammar::{is_keyword, is_name_char};
use crate::syntax::print;
use crate::syntax::tokens::TokenKind;

impl Rewriter<'_> {
    /// A field's name: its parts between dots, quoted or not.
    pub fn field(&mut self) -> Option<String> {
        let phrases = || FIELDS.iter().flat_map(|(field, phrases)| phrases.iter().map(|phrase| (*field, *phrase)));
        let fixed = |name: &str| FIELDS.iter().any(|(field, _)| *field == name);
        let found = self.reader.longest(phrases());
        if let Some((field, length)) = found.filter(|(_, length)| *length > 1) {
            self.reader.at += length;
            return Some(field.to_owned());
        }
        let word = self.reader.peek(0).filter(|word| word.kind == TokenKind::Word)?;
        let (text, lower) = (word.text.to_owned(), word.lower.clone());
        if !text.starts_with(|c: char| is_name_char(c) && !c.is_numeric() && c != '-') {
            return None;
        }
        self.reader.take();
        if fixed(&lower) {
            return Some(lower);
        }
        if let Some(own) = (self.names.own)(&text) {
            return Some(own);
        }
        if let Some((field, _)) = found {
            return Some(field.to_owned());
        }
        if is_keyword(&lower) {
            return None;
        }
        if OPTIONS.contains(&lower.as_str()) {
            let (first, rest) = lower.split_at(1);
            return Some(format!("option.{}{rest}", first.to_uppercase()));
        }
        if matches!(lower.as_str(), "location" | "option" | "column")
            && let Some(part) = self.part_of_name()
        {
            return Some(format!("{lower}.{part}"));
        }
        if lower.starts_with("location.")
            && !text.ends_with('.')
            && self.reader.peek(0).is_some_and(|word| word.kind == TokenKind::Word)
        {
            let start = self.reader.at;
            if let Some(more) = self.part_of_name() {
                let name = format!("{} {}", &text["location.".len()..], plain(&more));
                return Some(format!("location.{}", print::quoted(&name)));
            }
            self.reader.at = start;
        }
        let mut name = text;
        while self.reader.touches() {
            let Some(next) = self.reader.peek(0) else { break };
            match next.kind {
                TokenKind::Quoted if name.ends_with('.') => name.push_str(next.text),
                TokenKind::Word if name.ends_with('"') && next.text.starts_with('.') => name.push_str(next.text),
                TokenKind::Sign if name.ends_with('.') && next.text == "'" => {
                    name.push_str(&self.reader.words(|_| true)?);
                    continue;
                }
                _ => break,
            }
            self.reader.take();
        }
        Some(name)
    }

    /// The words up to a test, as the part of a name: `location New York > 3`.
    pub fn part_of_name(&mut self) -> Option<String> {
        let mut words: Vec<String> = vec![];
        while let Some(word) = self.reader.peek(0).filter(|word| matches!(word.kind, TokenKind::Word | TokenKind::Quoted))
            && !TESTS.iter().any(|(_, phrases)| self.reader.is_at(phrases))
            && ![COPULAS, NEGATIONS, ANDS, ORS, THENS].iter().any(|phrases| self.reader.is_at(phrases))
        {
            words.push(plain(word.text));
            self.reader.take();
        }
        match words.as_slice() {
            [] => None,
            [word] if word.chars().all(is_name_char) => Some(word.clone()),
            words => Some(print::quoted(&words.join(" "))),
        }
    }
}
