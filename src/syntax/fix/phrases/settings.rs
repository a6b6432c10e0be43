//! What people type for steps, amounts and numbers.

/// Words for steps that take an amount, and what is meant.
pub const STEPS: &[(&str, &[&str])] = &[
    ("fixed", &["fixed", "fix", "only", "set", "set to", "quantity", "qty", "send", "exactly", "always", "quantity to"]),
    (
        "buffer",
        &[
            "buffer",
            "reserve",
            "keep",
            "keep back",
            "hold",
            "hold back",
            "minus",
            "subtract",
            "less",
            "deduct",
            "safety",
            "safety stock",
            "withhold",
            "-",
        ],
    ),
    (
        "max",
        &[
            "max",
            "maximum",
            "cap",
            "cap at",
            "capped at",
            "limit",
            "limit to",
            "limited to",
            "at most",
            "up to",
            "no more than",
            "not more than",
            "ceiling",
            "<=",
            "upto",
        ],
    ),
    ("share", &["share", "percent", "percentage", "part", "fraction", "ratio"]),
    ("pack", &["pack", "packs", "packs of", "pack of", "bundle", "bundle of", "pack size", "divide by", "divided by"]),
    (
        "cutoff",
        &[
            "cutoff",
            "cutoff below",
            "cutoff under",
            "cut off",
            "cut-off",
            "cut off below",
            "threshold",
            "stop below",
            "stop at",
            "zero below",
            "0 below",
        ],
    ),
];

/// Words that take something off sale, which `fixed 0` does.
pub const NOT_FOR_SALE: &[&str] = &[
    "exclude",
    "excluded",
    "off",
    "none",
    "zero",
    "nothing",
    "disable",
    "disabled",
    "ignore",
    "skip",
    "stop",
    "block",
    "blocked",
    "hide",
    "hidden",
    "remove",
    "delist",
    "unlist",
    "do not sell",
    "don ' t sell",
    "dont sell",
    "not for sale",
    "no sale",
    "out of stock",
    "unavailable",
    "sold out",
    "never",
    "no",
    "no stock",
    "end",
    "pause",
    "deny",
    "drop",
    "delete",
    "omit",
    "close",
    "closed",
    "inactive",
    "deactivate",
    "archive",
    "archived",
    "discontinue",
    "discontinued",
    "ban",
    "banned",
    "null",
    "empty",
    "sell 0",
    "sell none",
    "sell nothing",
    "stop selling",
];
/// Words for the count as it is.
pub const LEVELS: &[&str] = &["level", "normal", "on", "sell", "enable", "enabled", "full", "as is", "unchanged", "keep all"];
/// Words for the count in a calculation.
pub const COUNTS: &[&str] =
    &["level", "inventory", "stock", "quantity", "qty", "count", "available", "the stock", "the inventory", "it"];
/// Words and signs between a step and its amount.
pub const FILLERS: &[&str] = &["=", ":", ":=", "==", "to", "of", "at", "is", "by", "a", "the"];
/// Words behind a number of units that say no more.
pub const UNITS: &[&str] = &[
    "unit", "units", "pc", "pcs", "piece", "pieces", "item", "items", "ea", "each", "x", "back", "left", "stk", "stück", "st",
    "ks", "szt", "in stock",
];
/// Words for the sign of a percentage.
pub const PERCENTS: &[&str] = &["%", "percent", "pct", "per cent", "prozent", "％"];
/// Words for parts, and their percentages.
pub const FRACTIONS: &[(&str, &str)] = &[
    ("half", "50"),
    ("a half", "50"),
    ("one half", "50"),
    ("a quarter", "25"),
    ("quarter", "25"),
    ("one quarter", "25"),
    ("three quarters", "75"),
    ("a tenth", "10"),
    ("a fifth", "20"),
];
/// Numbers in words.
pub const NUMBERS: &[(&str, &[&str])] = &[
    ("0", &["zero", "none", "nothing", "null", "no"]),
    ("1", &["one"]),
    ("2", &["two"]),
    ("3", &["three"]),
    ("4", &["four"]),
    ("5", &["five"]),
    ("6", &["six"]),
    ("7", &["seven"]),
    ("8", &["eight"]),
    ("9", &["nine"]),
    ("10", &["ten"]),
    ("12", &["twelve", "a dozen"]),
];
/// Signs and names of currencies: a price has none.
pub const CURRENCIES: &[&str] = &[
    "$", "€", "£", "¥", "eur", "usd", "gbp", "cad", "aud", "jpy", "chf", "sek", "dkk", "nok", "pln", "czk", "inr", "brl", "mxn",
    "euro", "euros", "dollar", "dollars", "pound", "pounds", "us $", "us$", "kr", "zł", "cny", "rmb",
];
