//! What to write instead, where the mistake is one that people make.

use super::expected::STEP_RULES;
use super::fixes::Fixes;
use super::found::FoundToken;
use crate::diagnostic::Advice;
use crate::syntax::fix::{self, Comment, KnownNames};
use crate::syntax::grammar::{Rule, STEPS, begins_setting, is_keyword, is_name_char};
use crate::text;

/// What the statement was meant to be; `at` is the byte of it at which the error stands.
pub fn rewritten(at: usize, root: Rule, fixes: &Fixes<'_>) -> Option<Advice> {
    let statement = fixes.statement();
    if statement.get(at..).is_some_and(|rest| rest.starts_with('\u{a0}')) {
        let help = "this is a no-break space: replace it with an ordinary one";
        return Some(Advice { help: help.to_owned(), fix: fixes.spaces("replace the no-break spaces with ordinary ones") });
    }
    if let Some(Comment { span, text, is_whole }) = fix::comment(statement) {
        let fix = fixes.replacing(span, &text).filter(|_| is_whole);
        return Some(Advice { help: format!("a comment begins with `#`: `{text}`"), fix: fix.map(|fix| fix.sure(true)) });
    }
    let rewrite = match root {
        Rule::statement if fix::is_otherwise(statement) => {
            return Some("the last rule that matches decides: what holds for all others stands above them, as `all: …`".into());
        }
        Rule::statement => fix::statement(statement, KnownNames::UNKNOWN),
        // A claim has words of its own for what comes out.
        Rule::lone_claim if ["quantity", "outcome"].iter().any(|word| statement.contains(word)) => None,
        _ => fix::filter(statement, KnownNames::UNKNOWN),
    };
    rewrite?.advice(fixes.source, fixes.span, at)
}

/// Signs of other languages, what to write instead in words, and as a sign where one sign can replace the other.
const SIGNS: &[(&[&str], &str, Option<&str>)] = &[
    (&["==", "==="], "`=`", Some("=")),
    (&["<>", "!==", "=!"], "`!=`", Some("!=")),
    (&["=<"], "`<=`", Some("<=")),
    (&["=>"], "`>=`", Some(">=")),
    (&["&&", "&"], "`and`", Some("and")),
    (&["||", "|"], "`or`", Some("or")),
    (&["!"], "`not`", Some("not")),
    (&["'", "“", "”", "‘", "’", "„", "«", "»"], "text in straight double quotes: `\"`", None),
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

/// Mistakes that are known by what stands at one place; the first that fits is reported.
const MISTAKES: &[Mistake] = &[
    Mistake { expected: Rule::kw_on, found: |_| true, help: "write `sync on` or `sync off`" },
    Mistake { expected: Rule::colon, found: begins_setting, help: "a `:` stands between the filter and what it sets" },
    Mistake {
        expected: Rule::kw_and,
        found: |text| text == ",",
        help: "join conditions with `and` or `or`; several values of one field stand in `FIELD in (A, B)`",
    },
    Mistake { expected: Rule::semicolon, found: |text| matches!(text, "," | ":") || begins_setting(text), help: PARTED },
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

/// What to write instead, where the mistake is one that people make.
pub fn advice(rules: &[Rule], found: &FoundToken<'_>, fixes: &Fixes<'_>) -> Option<Advice> {
    let has = |rule: Rule| rules.contains(&rule);
    let begins = has(Rule::kw_where) || has(Rule::where_rule) || has(Rule::statement);
    let text = found.text.unwrap_or("");
    let lower = format!("{} {text}{}", found.before, found.after).to_lowercase();
    if lower.contains("on hand") {
        return Some(fix::THE_COUNTS.into());
    }
    if text == "%" {
        let step = found.before.split(|c: char| !is_name_char(c)).rev().find(|word| STEPS.contains(word));
        if let Some(step) = step.filter(|step| !matches!(*step, "share" | "buffer")) {
            return Some(
                format!("`{step}` takes a number of units; a part of the stock is a percentage, as in `share 10%`").into(),
            );
        }
    }
    let percents = lower.replace("percent", "%").replace(" %", "%");
    let mut numbers = percents.split('%').rev().skip(1).filter_map(|before| before.rsplit([' ', ':', '-', '*']).next());
    if numbers.any(|number| number.parse::<u64>().is_ok_and(|number| number > 100)) {
        return Some("a percentage is a number from 0 to 100".into());
    }
    if let Some((_, sign, ours)) = SIGNS.iter().find(|(signs, ..)| signs.contains(&text)) {
        let fix = ours.and_then(|ours| fixes.replacing(found.within(fixes.span), ours));
        return Some(Advice { help: format!("write {sign}"), fix: fix.map(|fix| fix.sure(true)) });
    }
    if begins && found.before.is_empty() {
        let near = text::nearest(text, ["all", "where", "group"]);
        return Some(match near {
            Some(word) => {
                let is_sure = text::is_certain(text, word, ["all", "where", "group"]);
                fixes.did_you_mean(found.span, word).sure(is_sure)
            }
            None => "a rule begins with `all:` or `where FILTER:`, a named filter with `group NAME =`".into(),
        });
    }
    if found.text.is_none() && STEP_RULES.iter().any(|&rule| has(rule)) {
        return Some("say what to send: `level`, `fixed N`, `buffer N`, `max N`, `share P%`, `pack N` or `cutoff N`".into());
    }
    if let Some(mistake) = MISTAKES.iter().find(|mistake| {
        // Where a `:` comes later, it is not the one that is missing.
        has(mistake.expected) && (mistake.found)(text) && !(mistake.expected == Rule::colon && found.after.contains(':'))
    }) {
        return Some(mistake.help.into());
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
            return Some(
                format!("several SKUs are `sku in ({word}, {text})`; one SKU with a space stands in quotes, `\"{word} {text}\"`")
                    .into(),
            );
        }
        return Some(
            format!("text with a space stands in quotes: `\"{word} {text}\"`; conditions are joined with `and` or `or`").into(),
        );
    }
    if has(Rule::colon) && has(Rule::kw_and) && found.is_word() {
        return Some(match fix::NOT_JOINTS.contains(&text.to_lowercase().as_str()) {
            true => "conditions are joined with `and` or `or`".into(),
            false => "a condition is a field, a sign and a value, as in `tag=linen` or `price < 10`".into(),
        });
    }
    if has(Rule::semicolon) && matches!(text, "or" | "and" | "but") {
        return Some(PARTED.into());
    }
    let wants_word = has(Rule::value) || has(Rule::field) || has(Rule::group_name) || has(Rule::flag);
    if wants_word && is_keyword(text) {
        if !has(Rule::value) {
            return Some(format!("`{text}` is a word of the language, and cannot be a name").into());
        }
        let quoted = format!("\"{text}\"");
        let help = format!("`{text}` is a word of the language: as a value it stands in quotes, `{quoted}`");
        let fix = fixes.replacing(found.within(fixes.span), &quoted);
        return Some(Advice { help, fix: fix.map(|fix| fix.sure(true)) });
    }
    if has(Rule::value) && !found.is_word() && !text.is_empty() {
        return Some("a value that is more than letters, digits, `_`, `-`, `.` and `/` stands in quotes".into());
    }
    if has(Rule::less) && found.is_word() && !found.after.is_empty() {
        let near = text::nearest(text, ["in", "like", "matches"]);
        return near.filter(|near| *near != text).map(|near| fixes.did_you_mean(found.span, near));
    }
    None
}
