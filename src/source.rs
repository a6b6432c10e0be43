//! A file's text, and positions in it.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::OnceLock;

/// A stretch of a source's text: byte offsets, the end exclusive.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl Span {
    /// The span from `start` up to, and without, `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Span { start, end }
    }

    /// The smallest span that covers both.
    pub fn to(self, other: Span) -> Span {
        Span::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// Where this span stands in a text that has `offset` more bytes before it.
    pub fn shifted(self, offset: usize) -> Span {
        Span::new(self.start + offset, self.end + offset)
    }
}

impl std::fmt::Debug for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "@{}..{}", self.start, self.end)
    }
}

/// The text of one file, with the name under which messages speak of it.
#[derive(Debug)]
pub struct Source {
    name: String,
    text: String,
    line_starts: Vec<usize>,
    /// How many characters stand before every [`STRIDE`]th byte: a line may be long, and asked for at many places.
    characters: OnceLock<Vec<usize>>,
}

/// At most 1,024 bytes are looked at to count the characters before one of them.
const STRIDE: usize = 1 << 10;

impl Source {
    /// Takes a file's text; a byte order mark at its start is not part of it.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let mut text: String = text.into();
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Source { name: name.into(), text, line_starts, characters: OnceLock::new() }
    }

    /// The name of the file, as messages give it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text, without a byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a span; empty if the span does not lie in this source.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or("")
    }

    /// Line and column of a byte offset, both counted from 1, the column in characters.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.text.len());
        let line = self.line_of(offset);
        let start = self.line_starts[line - 1];
        (line, self.characters_before(offset) - self.characters_before(start) + 1)
    }

    /// The line of a byte offset, counted from 1.
    pub fn line_of(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= offset)
    }

    /// How many characters begin before a byte.
    fn characters_before(&self, offset: usize) -> usize {
        // A character's first byte is any but one that continues a character.
        let count = |bytes: &[u8]| bytes.iter().filter(|byte| (**byte as i8) >= -0x40).count();
        let bytes = self.text.as_bytes();
        let marks = self.characters.get_or_init(|| {
            let mut marks = vec![0];
            for stride in bytes.chunks(STRIDE) {
                marks.push(marks.last().copied().unwrap_or(0) + count(stride));
            }
            marks
        });
        let stride = offset / STRIDE;
        marks.get(stride).map_or(0, |before| before + count(&bytes[stride * STRIDE..offset]))
    }

    /// The text of a line, counted from 1, without its line end; empty where there is no such line.
    pub fn line(&self, line: usize) -> &str {
        let start = self.line_starts.get(line.wrapping_sub(1)).copied().unwrap_or(self.text.len());
        let end = self.line_starts.get(line).copied().unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or("").trim_end_matches(['\n', '\r'])
    }

    /// Where a line stands, counted from 1, without its line end; an empty span at the end where there is no such line.
    pub fn line_span(&self, line: usize) -> Span {
        let start = self.line_starts.get(line.wrapping_sub(1)).copied().unwrap_or(self.text.len());
        Span::new(start, start + self.line(line).len())
    }

    /// How many characters begin between two bytes; 0 where the second is not behind the first.
    pub fn characters_between(&self, start: usize, end: usize) -> usize {
        self.characters_before(end).saturating_sub(self.characters_before(start))
    }
}

/// Two sources are equal where their names and their texts are.
impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Source {}

impl PartialOrd for Source {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Source {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name.cmp(&other.name).then_with(|| self.text.cmp(&other.text))
    }
}

impl Hash for Source {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let source = Source::new("a.rules", "\u{feff}é: x\r\nall: level");
        assert_eq!(source.position(source.text().find('x').unwrap_or(0)), (1, 4));
        assert_eq!(source.position(source.text().find("all").unwrap_or(0)), (2, 1));
        assert_eq!([0, 1, 2, 3].map(|line| source.line(line)), ["", "é: x", "all: level", ""]);
        assert_eq!(source.position(10_000), (2, 11));
    }

    #[test]
    fn columns_of_long_lines() {
        let line = "aéz€😀".repeat(1000);
        let source = Source::new("a.rules", format!("x\n{line}\n{line}"));
        for (number, (at, _)) in line.char_indices().enumerate() {
            assert_eq!(source.position(2 + at), (2, number + 1));
            assert_eq!(source.position(3 + line.len() + at), (3, number + 1));
        }
    }
}
