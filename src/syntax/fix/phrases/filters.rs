//! What people type in filters: comparisons, and what joins them.

use crate::syntax::fix::relation::Relation;

/// Phrases that stand between a field and its value. `is` and `not` before them are read apart.
pub const TESTS: &[(Relation, &[&str])] = &[
    (Relation::Equal, &["=", "==", "===", "equals", "equal", "equal to", "exactly", "eq", "same as", "the same as"]),
    (
        Relation::NotEqual,
        &["!=", "<>", "!==", "=!", "≠", "ne", "neq", "other than", "unequal to", "differs from", "different from"],
    ),
    (
        Relation::Less,
        &[
            "<",
            "under",
            "below",
            "less than",
            "less",
            "smaller than",
            "lower than",
            "fewer than",
            "cheaper than",
            "beneath",
            "lt",
            "before",
            "earlier than",
            "prior to",
        ],
    ),
    (
        Relation::AtMost,
        &[
            "<=",
            "=<",
            "≤",
            "at most",
            "up to",
            "no more than",
            "less than or equal to",
            "less or equal",
            "less than or equal",
            "maximum",
            "lte",
            "until",
            "till",
            "through",
            "on or before",
            "under or equal to",
            "or less than",
        ],
    ),
    (
        Relation::Greater,
        &[
            ">",
            "over",
            "above",
            "more than",
            "more",
            "greater than",
            "greater",
            "bigger than",
            "larger than",
            "higher than",
            "exceeds",
            "exceeding",
            "gt",
            "after",
            "later than",
        ],
    ),
    (
        Relation::AtLeast,
        &[
            ">=",
            "=>",
            "≥",
            "at least",
            "no less than",
            "no fewer than",
            "greater than or equal to",
            "greater or equal",
            "greater than or equal",
            "more than or equal to",
            "minimum",
            "gte",
            "since",
            "from",
            "starting",
            "starting from",
            "on or after",
            "as of",
        ],
    ),
    (
        Relation::Contains,
        &["contains", "contain", "containing", "has", "have", "having", "includes", "include", "including", "with", "~"],
    ),
    (
        Relation::StartsWith,
        &["starts with", "start with", "starting with", "begins with", "begin with", "beginning with", "startswith"],
    ),
    (Relation::EndsWith, &["ends with", "end with", "ending with", "finishes with", "endswith"]),
    (Relation::In, &["in", "one of", "any of", "among", "either", "within"]),
    (Relation::NotIn, &["none of", "notin"]),
    (Relation::Like, &["like", "ilike", "glob"]),
    (Relation::Matches, &["matches", "match", "matching", "regex", "regexp", "= ~", "~ =", "rlike"]),
    (Relation::Between, &["between"]),
    (Relation::Blank, &["empty", "blank", "missing", "null", "none", "unset", "undefined", "nothing"]),
    (Relation::Present, &["exists", "exist", "set", "present", "filled", "given", "defined"]),
];

/// Words before the phrase that only say that something is so.
pub const COPULAS: &[&str] = &["is", "are", "was", "be", "does", "do", "must be", "should be", "has to be"];
/// Words that turn a phrase round; an apostrophe parts `isn't`.
pub const NEGATIONS: &[&str] = &["not", "isn ' t", "aren ' t", "doesn ' t", "don ' t", "isnt", "doesnt", "n ' t", "!"];
/// What joins conditions.
pub const ANDS: &[&str] = &["and", "&&", "&", "plus", "but", "as well as", "und"];
/// What joins conditions of which one is enough.
pub const ORS: &[&str] = &["or", "||", "|", "oder"];
/// What joins conditions in no way that the language has.
pub const NOT_JOINTS: &[&str] = &["xor", "nor", "with", "if", "where", "when", "unless", "except", "without"];
/// The options that most shops have, by their usual names.
pub const OPTIONS: &[&str] = &["size", "color", "material", "style"];
/// What joins the ends of a range.
pub const TO: &[&str] = &["and", "to", "..", "-", "–", "until", "till", "through", ","];
