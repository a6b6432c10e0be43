//! Syntax errors in a person's words.

use std::sync::Arc;

use pest::error::{ErrorVariant, InputLocation};

use super::fix::{self, KnownNames};
use super::grammar::{Rule, STEPS, is_keyword, is_name_char};
use super::raw_statements::{NESTING, RawStatement, TokenFault};
use super::tokens::{TokenKind, tokens};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Source, Span};
use crate::text;

/// The error for a statement whose tokens alone are wrong.
pub fn fault(source: &Arc<Source>, fault: TokenFault) -> Diagnostic {
    let place = |at: usize| source.place(Span::new(at, at + 1));
    match fault {
        TokenFault::Unclosed(at) => Diagnostic::error(Code::Syntax, "this `(` is never closed")
            .help("write the `)` that belongs to it before the statement ends")
            .at(place(at)),
        TokenFault::UnclosedQuote(at) => Diagnostic::error(Code::Syntax, "this text is never closed")
            .help(r#"end it with `"` on the same line; a quote inside a text is written `\"`"#)
            .at(place(at)),
        TokenFault::TooDeep(at) => Diagnostic::error(Code::TooDeep, format!("nesting deeper than {NESTING}"))
            .help("give parts of the filter names of their own with `group NAME = FILTER`")
            .at(place(at)),
    }
}

/// The error for a statement that the grammar refuses.
pub fn syntax(source: &Arc<Source>, piece: &RawStatement, error: &pest::error::Error<Rule>, root: Rule) -> Diagnostic {
    let offset = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => piece.span.start + at,
    };
    let rules: &[Rule] = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives,
        ErrorVariant::CustomError { .. } => &[],
    };
    let found = FoundToken::at(source, piece, offset);
    let expected = expected(rules);
    let message = match &found.text {
        Some(text) if expected.is_empty() => format!("`{text}` does not belong here"),
        Some(text) => format!("expected {}, found `{text}`", text::one_of(&expected)),
        None if expected.is_empty() => "the statement ends too early".to_owned(),
        None => format!("expected {}, but the statement ends here", text::one_of(&expected)),
    };
    let help = rewritten(source.slice(piece.span), offset - piece.span.start, root).or_else(|| advice(rules, &found));
    Diagnostic::error(Code::Syntax, message).maybe_help(help).at(source.place(found.span))
}

/// What the statement was meant to be.
fn rewritten(statement: &str, at: usize, root: Rule) -> Option<String> {
    if statement.get(at..).is_some_and(|rest| rest.starts_with('\u{a0}')) {
        return Some("this is a no-break space: replace it with an ordinary one".to_owned());
    }
    let comment = fix::comment(statement);
    if let Some((_, comment)) = &comment {
        return Some(format!("a comment begins with `#`: `{comment}`"));
    }
    let rewrite = match root {
        Rule::statement if fix::is_otherwise(statement) => {
            return Some(
                "the last rule that matches decides: what holds for all others stands above them, as `all: …`".to_owned(),
            );
        }
        Rule::statement => fix::statement(statement, KnownNames::UNKNOWN),
        // A claim has words of its own for what comes out.
        Rule::lone_claim if ["quantity", "outcome"].iter().any(|word| statement.contains(word)) => None,
        _ => fix::filter(statement, KnownNames::UNKNOWN),
    };
    rewrite?.advice(at)
}

/// What stands at the place of an error, and before it.
struct FoundToken<'a> {
    /// The token; `None` at the end of the statement.
    text: Option<&'a str>,
    span: Span,
    /// The statement's text before the token.
    before: &'a str,
    /// The statement's text after the token.
    after: &'a str,
}

impl<'a> FoundToken<'a> {
    fn at(source: &'a Source, piece: &RawStatement, offset: usize) -> Self {
        let statement = source.slice(piece.span);
        let written = tokens(statement).filter(|token| !matches!(token.kind, TokenKind::LineEnd | TokenKind::Comment));
        let mut last = 0;
        for token in written {
            let span = token.span.shifted(piece.span.start);
            if span.end > offset {
                return FoundToken {
                    text: Some(source.slice(span)),
                    span,
                    before: &statement[..last],
                    after: source.slice(Span::new(span.end, piece.span.end)),
                };
            }
            last = token.span.end;
        }
        let end = piece.span.start + last;
        FoundToken { text: None, span: Span::new(end, end), before: &statement[..last], after: "" }
    }

    /// The word that ends right before the token, where it begins a value.
    fn word_before(&self) -> Option<&'a str> {
        let word = self.before.rsplit(|c| !(is_name_char(c) || c == '.')).next()?;
        let sign = self.before[..self.before.len() - word.len()].trim_end();
        (!word.is_empty() && sign.ends_with(['=', ',', '('])).then_some(word)
    }

    fn is_word(&self) -> bool {
        self.text.is_some_and(|text| text.starts_with(is_name_char))
    }
}

/// What could have stood at the place of the error, in the order in which a person would list it.
fn expected(rules: &[Rule]) -> Vec<&'static str> {
    let has = |rule: Rule| rules.contains(&rule);
    let mut list = vec![];
    let mut say = |condition: bool, phrase: &'static str| {
        if condition {
            list.push(phrase);
        }
    };
    let statement = has(Rule::kw_where) || has(Rule::statement) || has(Rule::all_rule) || has(Rule::where_rule);
    let step = STEP_RULES.iter().any(|&rule| has(rule));
    let comparison = COMPARISON_RULES.iter().any(|&rule| has(rule)) && !has(Rule::group_name);
    let condition = has(Rule::kw_not) || has(Rule::kw_has) || has(Rule::filter) || has(Rule::condition);
    say(statement, "`all`, `where` or `group`");
    say(has(Rule::group_name), "a name for the group");
    say(comparison && has(Rule::equals) && !has(Rule::less), "`=`");
    say(comparison && has(Rule::less), "a comparison");
    say(condition, "a condition");
    say(!condition && has(Rule::field) && !has(Rule::number) && !has(Rule::expression), "a field");
    say(has(Rule::percent) && !step, "a percentage");
    say((has(Rule::number) || has(Rule::expression) || has(Rule::sum)) && !step, "a number or a field");
    say(has(Rule::value), "a value");
    say(has(Rule::open) && !condition, "`(`");
    say(has(Rule::dots), "`..`");
    say(has(Rule::kw_on) || has(Rule::kw_off), "`on` or `off`");
    say(step, "a step");
    say(has(Rule::colon), "`:`");
    say(has(Rule::kw_and), "`and`");
    say(has(Rule::kw_or), "`or`");
    say(has(Rule::comma), "`,`");
    say(has(Rule::close), "`)`");
    say(has(Rule::semicolon), "`;`");
    say(has(Rule::plus) && !has(Rule::semicolon), "`+` or `-`");
    say(has(Rule::EOI), "the end of the statement");
    list
}

const STEP_RULES: &[Rule] =
    &[Rule::kw_level, Rule::kw_fixed, Rule::kw_buffer, Rule::level, Rule::fixed, Rule::buffer, Rule::unknown_step];
const COMPARISON_RULES: &[Rule] = &[Rule::equals, Rule::less, Rule::kw_in, Rule::compare, Rule::like];

/// Signs of other languages, and what to write instead.
const SIGNS: &[(&[&str], &str)] = &[
    (&["==", "==="], "`=`"),
    (&["<>", "!==", "=!"], "`!=`"),
    (&["=<"], "`<=`"),
    (&["=>"], "`>=`"),
    (&["&&", "&"], "`and`"),
    (&["||", "|"], "`or`"),
    (&["!"], "`not`"),
    (&["'", "“", "”", "‘", "’", "„", "«", "»"], "text in straight double quotes: `\"`"),
];

/// A mistake: where something could stand, something else does.
struct Mistake {
    /// What could stand there.
    expected: Rule,
    /// What does; nothing at the end of the statement.
    found: fn(&str) -> bool,
    /// What to do.
    help: &'static str,
}

/// Mistakes that are told by what stands at one place; the first that fits is.
const MISTAKES: &[Mistake] = &[
    Mistake { expected: Rule::kw_on, found: |_| true, help: "write `sync on` or `sync off`" },
    Mistake { expected: Rule::colon, found: is_setting, help: "a `:` stands between the filter and what it sets" },
    Mistake {
        expected: Rule::kw_and,
        found: |text| text == ",",
        help: "join conditions with `and` or `or`; several values of one field stand in `FIELD in (A, B)`",
    },
    Mistake { expected: Rule::semicolon, found: |text| matches!(text, "," | ":") || is_setting(text), help: PARTED },
    Mistake {
        expected: Rule::semicolon,
        found: |text| text == "%",
        help: "a percentage is written without a space, after `buffer` or `share`: `buffer 10%`",
    },
    Mistake {
        expected: Rule::plus,
        found: |text| text.starts_with(['-', '+']),
        help: "`+` and `-` stand between spaces: `location.Boston - 2`",
    },
    Mistake { expected: Rule::kw_and, found: |text| text == ")", help: "no `(` belongs to this `)`: remove it" },
];

const PARTED: &str = "what a rule sets is parted by `;`";

fn is_setting(text: &str) -> bool {
    STEPS.contains(&text) || matches!(text, "from" | "sync")
}

/// What to write instead, where the mistake is one that people make.
fn advice(rules: &[Rule], found: &FoundToken<'_>) -> Option<String> {
    let has = |rule: Rule| rules.contains(&rule);
    let begins = has(Rule::kw_where) || has(Rule::where_rule) || has(Rule::statement);
    let text = found.text.unwrap_or("");
    let lower = format!("{} {text}{}", found.before, found.after).to_lowercase();
    if lower.contains("on hand") {
        return Some(fix::THE_COUNTS.to_owned());
    }
    if text == "%" {
        let step = found.before.split(|c: char| !is_name_char(c)).rev().find(|word| STEPS.contains(word));
        if let Some(step) = step.filter(|step| !matches!(*step, "share" | "buffer")) {
            return Some(format!("`{step}` takes a number of units; a part of the stock is a percentage, as in `share 10%`"));
        }
    }
    let percents = lower.replace("percent", "%").replace(" %", "%");
    let mut numbers = percents.split('%').rev().skip(1).filter_map(|before| before.rsplit([' ', ':', '-', '*']).next());
    if numbers.any(|number| number.parse::<u64>().is_ok_and(|number| number > 100)) {
        return Some("a percentage is a number from 0 to 100".to_owned());
    }
    if let Some((_, sign)) = SIGNS.iter().find(|(signs, _)| signs.contains(&text)) {
        return Some(format!("write {sign}"));
    }
    if begins && found.before.is_empty() {
        let near = text::nearest(text, ["all", "where", "group"]);
        return Some(match near {
            Some(word) => format!("did you mean `{word}`?"),
            None => "a rule begins with `all:` or `where FILTER:`, a named filter with `group NAME =`".to_owned(),
        });
    }
    if found.text.is_none() && STEP_RULES.iter().any(|&rule| has(rule)) {
        return Some("say what to send: `level`, `fixed N`, `buffer N`, `max N`, `share P%`, `pack N` or `cutoff N`".to_owned());
    }
    if let Some(mistake) = MISTAKES.iter().find(|mistake| {
        // Where a `:` comes later, it is not the one that is missing.
        has(mistake.expected) && (mistake.found)(text) && !(mistake.expected == Rule::colon && found.after.contains(':'))
    }) {
        return Some(mistake.help.to_owned());
    }
    if has(Rule::colon)
        && has(Rule::kw_and)
        && found.is_word()
        && !fix::NOT_JOINTS.contains(&text.to_lowercase().as_str())
        && !found.after.split(':').next().is_some_and(|rest| rest.contains(['=', '<', '>', '&', '|']))
        && let Some(word) = found.word_before().filter(|_| !is_keyword(text))
    {
        let sign = found.before[..found.before.len() - word.len()].trim_end();
        if sign.trim_end_matches(['=', '!']).trim_end().ends_with("sku") {
            return Some(format!(
                "several SKUs are `sku in ({word}, {text})`; one SKU with a space stands in quotes, `\"{word} {text}\"`"
            ));
        }
        return Some(format!(
            "text with a space stands in quotes: `\"{word} {text}\"`; conditions are joined with `and` or `or`"
        ));
    }
    if has(Rule::colon) && has(Rule::kw_and) && found.is_word() {
        return Some(match fix::NOT_JOINTS.contains(&text.to_lowercase().as_str()) {
            true => "conditions are joined with `and` or `or`".to_owned(),
            false => "a condition is a field, a sign and a value, as in `tag=linen` or `price < 10`".to_owned(),
        });
    }
    if has(Rule::semicolon) && matches!(text, "or" | "and" | "but") {
        return Some(PARTED.to_owned());
    }
    let wants_word = has(Rule::value) || has(Rule::field) || has(Rule::group_name) || has(Rule::flag);
    if wants_word && is_keyword(text) {
        return Some(match has(Rule::value) {
            true => format!("`{text}` is a word of the language: as a value it stands in quotes, `\"{text}\"`"),
            false => format!("`{text}` is a word of the language, and cannot be a name"),
        });
    }
    if has(Rule::value) && !found.is_word() && !text.is_empty() {
        return Some("a value that is more than letters, digits, `_`, `-`, `.` and `/` stands in quotes".to_owned());
    }
    if has(Rule::less) && found.is_word() && !found.after.is_empty() {
        let near = text::nearest(text, ["in", "like", "matches"]);
        return near.filter(|near| *near != text).map(|near| format!("did you mean `{near}`?"));
    }
    None
}
