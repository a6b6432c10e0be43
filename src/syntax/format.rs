//! The one standard layout of a rule file, comments kept: what `fmt` writes.
//!
//! It works on tokens, not on the tree: nothing that was written is lost, parentheses that are not needed and comments among
//! it. A statement stands on one line if it fits, otherwise it is broken where the language lets a statement go on.

use unicode_width::UnicodeWidthStr;

use super::pretty_printer::{CommentedWord, Doc, print};
use super::raw_statements::{RawStatement, cut};
use super::tokens::{Token, TokenKind, tokens};
use crate::parallel;

/// The width that lines are broken at, in columns.
pub const WIDTH: usize = 100;
/// By how much what belongs to a line is indented below it.
const INDENT: usize = 4;
/// Conditions stand below the first one, behind `where `.
const WHERE: usize = 6;
/// Comments behind statements line up, unless the statement is longer than this.
const ALIGNED: usize = 72;

/// A rule file's text in the standard layout. The text must read without errors.
pub fn format(text: &str) -> String {
    let line_end = if text.split('\n').next().is_some_and(|line| line.ends_with('\r')) { "\r\n" } else { "\n" };
    let mut out = String::with_capacity(text.len());
    for line in lines(&items(text)) {
        out.push_str(&line.replace('\n', line_end));
        out.push_str(line_end);
    }
    out
}

/// Whether two texts say the same: the same statements of the same tokens, and the same comments. A comma after a list's last
/// value says nothing.
pub fn is_equivalent(one: &str, other: &str) -> bool {
    let statements = |text: &str| -> Vec<Vec<String>> {
        cut(text).iter().map(|piece| words(text, piece).iter().map(|word| word.text.clone()).collect()).collect()
    };
    let comments = |text: &str| -> Vec<String> {
        let all = tokens(text).filter(|token| token.kind == TokenKind::Comment);
        all.map(|token| text[token.span.start..token.span.end].trim_end().to_owned()).collect()
    };
    statements(one) == statements(other) && comments(one) == comments(other)
}

/// What a file consists of, line by line.
enum FilePart<'a> {
    Blank,
    Comment(&'a str),
    /// A statement in the standard layout, and the comment behind it.
    Statement(String, Option<&'a str>),
}

fn items(text: &str) -> Vec<FilePart<'_>> {
    let pieces = cut(text);
    let statements = parallel::map(&pieces, |piece| print(&statement(&words(text, piece)), WIDTH));
    let mut pieces = pieces.iter().zip(statements);
    let mut items = vec![];
    let mut line_ends = 0;
    let mut end_of_statement = 0;
    for token in tokens(text).skip_while(|token| token.kind == TokenKind::LineEnd) {
        if token.span.start < end_of_statement {
            continue;
        }
        if token.kind == TokenKind::LineEnd {
            line_ends += 1;
            continue;
        }
        if line_ends > 1 {
            items.push(FilePart::Blank);
        }
        if token.kind == TokenKind::Comment {
            let comment = text[token.span.start..token.span.end].trim_end();
            match items.last_mut() {
                Some(FilePart::Statement(_, behind)) if line_ends == 0 => *behind = Some(comment),
                _ => items.push(FilePart::Comment(comment)),
            }
        } else if let Some((piece, statement)) = pieces.next() {
            end_of_statement = piece.span.end;
            items.push(FilePart::Statement(statement, None));
        }
        line_ends = 0;
    }
    items
}

/// The items as lines, comments behind neighbouring statements lined up.
fn lines(items: &[FilePart<'_>]) -> Vec<String> {
    let width = |item: &FilePart<'_>| match item {
        FilePart::Statement(text, Some(_)) if !text.contains('\n') => Some(text.width()),
        _ => None,
    };
    let mut lines = Vec::with_capacity(items.len());
    for run in items.chunk_by(|a, b| width(a).is_some() && width(b).is_some()) {
        let column = run.iter().filter_map(width).filter(|width| *width <= ALIGNED).max().unwrap_or(0);
        for item in run {
            lines.push(match item {
                FilePart::Blank => String::new(),
                FilePart::Comment(comment) => (*comment).to_owned(),
                FilePart::Statement(text, None) => text.clone(),
                FilePart::Statement(text, Some(comment)) => {
                    let blanks = width(item).map_or(0, |width| column.saturating_sub(width));
                    format!("{text}{}  {comment}", " ".repeat(blanks))
                }
            });
        }
    }
    lines
}

/// The words of a statement, each with the comments around it. The comma after a list's last value is left out.
fn words(text: &str, piece: &RawStatement) -> Vec<CommentedWord> {
    let mut words: Vec<CommentedWord> = vec![];
    let mut last: Option<Token> = None;
    let mut before = vec![];
    let mut line_ends = 0;
    let statement = &text[piece.span.start..piece.span.end];
    for token in tokens(statement) {
        let written = &statement[token.span.start..token.span.end];
        match token.kind {
            TokenKind::LineEnd => line_ends += 1,
            TokenKind::Comment => {
                let comment = written.trim_end().to_owned();
                match words.last_mut() {
                    Some(word) if line_ends == 0 && before.is_empty() => word.behind.push(comment),
                    _ => before.push((line_ends > 1, comment)),
                }
                line_ends = 0;
            }
            _ => {
                let touches = last.filter(|last| last.span.end == token.span.start).map(|last| last.kind);
                let ends_with_dot = || words.last().is_some_and(|word| word.text.ends_with('.'));
                let belongs = match touches {
                    _ if written == "%" => true,
                    Some(TokenKind::Word) => token.kind == TokenKind::Quoted && ends_with_dot(),
                    Some(TokenKind::Quoted) => token.kind == TokenKind::Word && written.starts_with('.'),
                    _ => false,
                };
                match words.last_mut().filter(|_| belongs) {
                    Some(word) => word.text.push_str(written),
                    None => {
                        let after_open = words.last().is_some_and(|word| word.text == "(");
                        let mut before = std::mem::take(&mut before);
                        if let Some((blank, _)) = before.first_mut().filter(|_| after_open) {
                            *blank = false;
                        }
                        let blank = line_ends > 1 && written != ")" && (!after_open || !before.is_empty());
                        if written == ")"
                            && let Some(comma) = words.pop_if(|word| word.text == ",")
                        {
                            leave_out(comma, words.last_mut(), &mut before);
                        }
                        words.push(CommentedWord { text: written.to_owned(), blank, before, behind: vec![] });
                    }
                }
                line_ends = 0;
                last = Some(token);
            }
        }
    }
    words
}

/// Gives the comments around a comma that is left out to its neighbours.
fn leave_out(comma: CommentedWord, value: Option<&mut CommentedWord>, before: &mut Vec<(bool, String)>) {
    let behind = comma.behind.into_iter().map(|comment| (false, comment));
    match value {
        Some(value) if comma.before.is_empty() && value.behind.is_empty() => {
            value.behind.extend(behind.map(|(_, comment)| comment));
        }
        _ => {
            before.splice(0..0, comma.before.into_iter().chain(behind));
        }
    }
}

fn statement(words: &[CommentedWord]) -> Doc<'_> {
    let depth_zero = |sign: &str| split_at(words, sign);
    match words.first().map(|word| word.text.as_str()) {
        Some("group") => match depth_zero("=") {
            Some((head, filter)) if is_one_bracket(filter) => Doc::Row(vec![flat(head), Doc::Space, self::filter(filter, 0)]),
            Some((head, filter)) => Doc::group(vec![flat(head), Doc::Nest(INDENT, vec![Doc::Line, self::filter(filter, 0)])], 0),
            None => flat(words),
        },
        Some("where") => match (depth_zero(":"), words.split_first()) {
            (Some((head, set)), Some((word, _))) => {
                let (filter, colon) = (&head[1..head.len() - 1], &head[head.len() - 1..]);
                let start = vec![Doc::word(word), Doc::Space];
                if is_one_bracket(filter) {
                    let own = Doc::group(vec![Doc::Nest(INDENT, vec![Doc::Line, settings(set)])], 0);
                    return Doc::Row([start, vec![self::filter(filter, 1), flat(colon), own]].concat());
                }
                let filter = Doc::Nest(WHERE, vec![self::filter(filter, 1)]);
                Doc::group([start, vec![filter, flat(colon), Doc::Nest(INDENT, vec![Doc::Line, settings(set)])]].concat(), 0)
            }
            _ => flat(words),
        },
        _ => match depth_zero(":") {
            Some((head, set)) => Doc::group(vec![flat(head), Doc::Nest(INDENT, vec![Doc::Line, settings(set)])], 0),
            None => flat(words),
        },
    }
}

/// A filter that is one condition, and ends with a bracket: it is broken inside that.
fn is_one_bracket(filter: &[CommentedWord]) -> bool {
    filter.last().is_some_and(|word| word.text == ")") && split(filter, &["or"]).len() == 1 && split(filter, &["and"]).len() == 1
}

fn settings(words: &[CommentedWord]) -> Doc<'_> {
    let mut docs = vec![];
    for each in split(words, &[";"]) {
        if !docs.is_empty() {
            docs.push(Doc::Line);
        }
        docs.push(hanging(each, &["else"], |sum| hanging(sum, &["+", "-"], flat)));
    }
    Doc::group(docs, 0)
}

/// Parts between signs: further lines are indented below the first.
fn hanging<'a>(words: &'a [CommentedWord], signs: &[&str], part: impl Fn(&'a [CommentedWord]) -> Doc<'a>) -> Doc<'a> {
    let mut parts = split(words, signs).into_iter().map(part);
    let first = parts.next();
    let more = parts.flat_map(|each| [Doc::Line, each]).collect();
    Doc::group(first.into_iter().chain([Doc::Nest(INDENT, more)]).collect(), 0)
}

/// A filter; `reserve` columns are taken by what follows it on its last line.
fn filter(words: &[CommentedWord], reserve: usize) -> Doc<'_> {
    chain(words, "or", reserve, |part, reserve| chain(part, "and", reserve, condition))
}

fn chain<'a>(
    words: &'a [CommentedWord],
    joint: &str,
    reserve: usize,
    part: impl Fn(&'a [CommentedWord], usize) -> Doc<'a>,
) -> Doc<'a> {
    let parts = split(words, &[joint]);
    let last = parts.len().saturating_sub(1);
    let mut docs = vec![];
    for (index, each) in parts.into_iter().enumerate() {
        if index == last {
            docs.push(part(each, reserve));
            continue;
        }
        let (each, joint_word) = each.split_at(each.len() - 1);
        docs.extend([part(each, joint.len() + 1), Doc::Space, flat(joint_word), Doc::Line]);
    }
    match docs.len() {
        1 => docs.remove(0),
        _ => Doc::group(docs, reserve),
    }
}

fn condition(words: &[CommentedWord], reserve: usize) -> Doc<'_> {
    let open = words.iter().position(|word| word.text == "(");
    let (Some(open), Some((close, _))) = (open, words.split_last()) else { return flat(words) };
    // The bracket may be the last word there is.
    let Some(inner) = words.get(open + 1..words.len() - 1) else { return flat(words) };
    let mut docs = vec![];
    if open > 0 {
        docs.extend([flat(&words[..open]), Doc::Space]);
    }
    docs.push(flat(&words[open..=open]));
    let mut content = vec![Doc::Soft];
    // `not` stands before a filter in brackets, anything else before a list.
    if words[..open].iter().all(|word| word.text == "not") {
        content.push(filter(inner, 0));
    } else {
        for (index, value) in split(inner, &[","]).into_iter().enumerate() {
            if index > 0 {
                content.push(Doc::Line);
            }
            content.push(flat(value));
        }
        content.push(Doc::CommaIfBroken);
    }
    content.push(Doc::CommentsBefore(close));
    docs.extend([Doc::Nest(INDENT, content), Doc::Soft, Doc::WordAlone(close)]);
    Doc::group(docs, reserve)
}

/// Words in a row.
fn flat(words: &[CommentedWord]) -> Doc<'_> {
    let mut docs = vec![];
    let is_group = words.first().is_some_and(|word| word.text == "group");
    for (index, word) in words.iter().enumerate() {
        let tight = |text: &str| matches!(text, "," | ";" | ":" | ".." | ")") || !is_group && matches!(text, "=" | "!=");
        let after_tight = |text: &str| matches!(text, ".." | "(") || !is_group && matches!(text, "=" | "!=");
        if index > 0 && !tight(&word.text) && !after_tight(&words[index - 1].text) {
            docs.push(Doc::Space);
        }
        docs.push(Doc::word(word));
    }
    Doc::Row(docs)
}

/// The words up to and with a sign that stands outside brackets, and those after it.
fn split_at<'a>(words: &'a [CommentedWord], sign: &str) -> Option<(&'a [CommentedWord], &'a [CommentedWord])> {
    let parts = split(words, &[sign]);
    let first = parts.first().filter(|_| parts.len() > 1)?;
    Some(words.split_at(first.len()))
}

/// The words between any of these that stand outside brackets; each part ends with the one that ended it.
fn split<'a>(words: &'a [CommentedWord], signs: &[&str]) -> Vec<&'a [CommentedWord]> {
    let mut parts = vec![];
    let (mut start, mut depth) = (0, 0_usize);
    for (index, word) in words.iter().enumerate() {
        match word.text.as_str() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            text if depth == 0 && signs.contains(&text) => {
                parts.push(&words[start..=index]);
                start = index + 1;
            }
            _ => {}
        }
    }
    if start < words.len() {
        parts.push(&words[start..]);
    }
    parts
}
