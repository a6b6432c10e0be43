//! Reads the tokens of a statement that the grammar refuses, phrase by phrase.

use unicode_normalization::UnicodeNormalization;

use super::super::tokens::{TokenKind, tokens};
use crate::source::Span;

/// A token, and its text in lower case.
pub struct TypedWord<'a> {
    /// As written.
    pub text: &'a str,
    /// In lower case, with a straight apostrophe.
    pub lower: String,
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands in the statement.
    pub span: Span,
}

/// A sign of full width as the ordinary one.
fn ordinary(written: &str) -> &str {
    const WIDE: &[(&str, &str)] = &[
        ("：", ":"),
        ("；", ";"),
        ("，", ","),
        ("（", "("),
        ("）", ")"),
        ("＝", "="),
        ("＜", "<"),
        ("＞", ">"),
        ("％", "%"),
        ("、", ","),
        ("＃", "#"),
        ("！", "!"),
        ("＊", "*"),
        ("＄", "$"),
        ("￥", "¥"),
    ];
    WIDE.iter().find(|(wide, _)| *wide == written).map_or(written, |(_, ordinary)| *ordinary)
}

/// The words of a statement, and how far it has been read.
pub struct Reader<'a> {
    /// The statement.
    pub text: &'a str,
    words: Vec<TypedWord<'a>>,
    /// Where the colons stand among them.
    colons: Vec<usize>,
    /// The word that comes next.
    pub at: usize,
}

impl<'a> Reader<'a> {
    /// Reads a statement's tokens without comments and line ends.
    pub fn of(text: &'a str) -> Self {
        let written = tokens(text).filter(|token| !matches!(token.kind, TokenKind::Comment | TokenKind::LineEnd));
        let words = written.map(|token| {
            let written = ordinary(&text[token.span.start..token.span.end]);
            let lower = written.nfkc().collect::<String>().to_lowercase().replace(['’', '‘'], "'");
            TypedWord { text: written, lower, kind: token.kind, span: token.span }
        });
        let words: Vec<TypedWord<'_>> = words.collect();
        let colons = (0..words.len()).filter(|&at| words[at].text == ":").collect();
        Reader { text, words, colons, at: 0 }
    }

    /// The next word, or one behind it.
    pub fn peek(&self, further: usize) -> Option<&TypedWord<'a>> {
        self.words.get(self.at + further)
    }

    /// Whether nothing is left.
    pub fn is_done(&self) -> bool {
        self.at >= self.words.len()
    }

    /// How many colons are left.
    pub fn colons_left(&self) -> usize {
        self.colons.len() - self.colons.partition_point(|&colon| colon < self.at)
    }

    /// The words that are left.
    pub fn rest(&self) -> &[TypedWord<'a>] {
        self.words.get(self.at..).unwrap_or_default()
    }

    /// Takes the next word.
    pub fn take(&mut self) -> Option<&TypedWord<'a>> {
        self.at += 1;
        self.words.get(self.at - 1)
    }

    /// Whether no blank stands between the word that comes next and the one before it.
    pub fn touches(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|before| self.words.get(before));
        matches!((before, self.peek(0)), (Some(before), Some(next)) if before.span.end == next.span.start)
    }

    /// How many words a phrase takes, if it comes next.
    pub fn length_of(&self, phrase: &str) -> Option<usize> {
        let mut length = 0;
        for word in phrase.split(' ') {
            if self.peek(length)?.lower != word {
                return None;
            }
            length += 1;
        }
        Some(length)
    }

    /// The longest of some phrases that comes next: which one it is, and how many words it takes.
    pub fn longest<T: Copy>(&self, phrases: impl Iterator<Item = (T, &'static str)>) -> Option<(T, usize)> {
        let found = phrases.filter_map(|(what, phrase)| Some((what, self.length_of(phrase)?)));
        found.fold(None, |best: Option<(T, usize)>, next| if best.is_none_or(|best| next.1 > best.1) { Some(next) } else { best })
    }

    /// Takes the longest of some phrases, if one comes next.
    pub fn eat(&mut self, phrases: &[&'static str]) -> bool {
        let found = self.longest(phrases.iter().map(|phrase| ((), *phrase)));
        self.at += found.map_or(0, |(_, length)| length);
        found.is_some()
    }

    /// Takes what the longest phrase of a table stands for, if one comes next.
    pub fn eat_one_of<T: Copy>(&mut self, table: &'static [(T, &'static [&'static str])]) -> Option<T> {
        let phrases = table.iter().flat_map(|(what, phrases)| phrases.iter().map(|phrase| (*what, *phrase)));
        let (what, length) = self.longest(phrases)?;
        self.at += length;
        Some(what)
    }

    /// Where the words from one to the next stand.
    pub fn span_from(&self, first: usize) -> Span {
        let start = self.words.get(first).map_or(self.text.len(), |word| word.span.start);
        let end = self.at.checked_sub(1).and_then(|last| self.words.get(last)).map_or(start, |word| word.span.end);
        Span::new(start, end.max(start))
    }

    /// What is written from one word to the next.
    pub fn text_from(&self, first: usize) -> &'a str {
        let span = self.span_from(first);
        &self.text[span.start..span.end]
    }

    /// Whether a word comes next that joins conditions or ends them.
    pub fn is_at(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.length_of(phrase).is_some())
    }
}
