//! What people type who come from other languages and from spreadsheets, and what is meant by it: data alone.
//!
//! A phrase is matched word by word, whatever its case; a sign is a word.

use super::filters::Relation;

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

/// What begins a rule for some variants.
pub const WHERES: &[&str] = &["where", "when", "if", "whenever", "for", "select", "filter", "on", "case"];
/// What stands for all variants.
pub const ALLS: &[&str] = &[
    "all",
    "everything",
    "default",
    "defaults",
    "any",
    "anything",
    "always",
    "every",
    "everyone",
    "*",
    "all products",
    "all items",
    "all skus",
    "all variants",
    "every product",
    "every item",
    "every sku",
    "every variant",
    "true",
    "global",
];
/// What stands for the variants that no rule above it matches, in languages where the first match wins.
pub const OTHERWISE: &[&str] =
    &["else", "otherwise", "elseif", "elsif", "elif", "rest", "other", "others", "the rest", "all others", "fallback"];
/// What begins a group.
pub const GROUPS: &[&str] = &["group", "let", "define", "def", "segment", "var", "const"];
/// What stands between a filter and what it sets.
pub const THENS: &[&str] = &[":", "then", "then :", "- >", "-- >", "=>", "→", "do", "{", "::"];
/// What parts settings.
pub const PARTS: &[&str] = &[";", ",", "and then", "and", "then", "&", "&&", "|", "plus", "also", ".", "but", "- >", "=>"];

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

/// Names that other programs give to fields.
pub const FIELDS: &[(&str, &[&str])] = &[
    (
        "inventory",
        &[
            "stock",
            "quantity",
            "qty",
            "available",
            "available stock",
            "in stock",
            "in_stock",
            "stock level",
            "stock_level",
            "inventory level",
            "inventory_level",
            "inventory quantity",
            "inventory_quantity",
            "inventory qty",
            "inventory_qty",
            "count",
            "level",
            "units in stock",
            "stock quantity",
            "available quantity",
            "variant inventory qty",
            "inv",
        ],
    ),
    ("today", &["date", "day", "now", "current date", "current_date", "time", "today ( )", "now ( )"]),
    (
        "type",
        &[
            "product_type",
            "product type",
            "producttype",
            "product-type",
            "custom type",
            "custom product type",
            "kind",
            "item type",
            "item_type",
        ],
    ),
    ("tag", &["tags", "label", "labels", "product tag", "product tags", "product_tag", "product_tags", "keyword", "keywords"]),
    ("collection", &["collections", "product collection", "collection title", "collection_title"]),
    (
        "vendor",
        &[
            "brand",
            "brands",
            "manufacturer",
            "maker",
            "supplier",
            "vendors",
            "vendor name",
            "vendor_name",
            "product vendor",
            "brand name",
        ],
    ),
    ("title", &["name", "product name", "product_name", "product title", "product_title", "item name", "item_name"]),
    (
        "sku",
        &[
            "skus",
            "variant sku",
            "variant_sku",
            "seller_sku",
            "seller-sku",
            "item number",
            "article",
            "article number",
            "sku code",
        ],
    ),
    ("barcode", &["ean", "upc", "gtin", "isbn", "ean13", "ean 13", "variant barcode", "variant_barcode", "bar code", "barcodes"]),
    ("handle", &["slug", "url", "url handle", "product handle", "product_handle", "permalink"]),
    (
        "price",
        &[
            "prices",
            "variant price",
            "variant_price",
            "selling price",
            "unit price",
            "unit_price",
            "amount",
            "retail price",
            "rrp",
        ],
    ),
    (
        "compare_at_price",
        &[
            "compare at price",
            "compareatprice",
            "compare at",
            "compare_at",
            "compare-at-price",
            "msrp",
            "list price",
            "original price",
            "was price",
        ],
    ),
    ("cost", &["cost per item", "cost_per_item", "unit cost", "unit_cost", "purchase price", "buying price", "cogs"]),
    ("weight", &["grams", "variant grams", "weight grams", "weight_grams"]),
    ("status", &["state", "product status", "product_status"]),
    ("category", &["product category", "product_category", "categories", "google category", "taxonomy"]),
    ("policy", &["inventory policy", "inventory_policy", "oversell", "continue selling"]),
    ("fulfillment", &["fulfilment", "fulfillment service", "fulfillment_service", "fulfiller"]),
    ("published", &["visible", "is_published", "online"]),
    ("tracked", &["track", "is_tracked", "inventory tracked", "tracker", "inventory_tracked"]),
    ("gift_card", &["gift card", "giftcard", "gift-card", "is_gift_card"]),
    ("amazon.asin", &["asin", "amazon_asin", "amazon asin"]),
    ("amazon.quantity", &["amazon quantity", "amazon_quantity", "amazon stock", "amazon qty", "amazon.stock", "amazon.qty"]),
    ("amazon.price", &["amazon price", "amazon_price"]),
    ("amazon.status", &["amazon status", "listing status", "amazon_status"]),
    ("amazon.channel", &["amazon channel", "fulfillment channel", "fulfillment-channel", "fulfillment_channel", "channel"]),
    ("amazon.listed", &["listed", "on amazon", "on_amazon", "is_listed"]),
    ("marketplace", &["market", "country", "marketplaces", "sales channel", "site", "amazon.marketplace"]),
];
