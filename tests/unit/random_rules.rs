//! Random rules, as text.

use proptest::prelude::*;

/// A filter, as text.
pub fn filter() -> impl Strategy<Value = String> {
    let text_field =
        prop::sample::select(vec!["vendor", "type", "tag", "option.Size", "status", "custom.note", "sku", "barcode"]);
    let value = prop::sample::select(vec!["a", "B", "c", "\"A b\"", "S", "active", "draft", "K1", "K2", "\"é\"", "7"]);
    let number_field = prop::sample::select(vec!["price", "inventory", "location.Boston", "custom.qty"]);
    let operator = prop::sample::select(vec!["=", "!="]);
    let order = prop::sample::select(vec!["<", "<=", ">", ">="]);
    let flag = prop::sample::select(vec!["tracked", "gift_card", "grp"]);
    let pattern = prop::sample::select(vec!["\"*a*\"", "\"?\"", "\"K*\"", "\"\""]);
    let leaf = prop_oneof![
        (text_field.clone(), operator, value.clone()).prop_map(|(f, o, v)| format!("{f}{o}{v}")),
        (text_field.clone(), value.clone(), value).prop_map(|(f, a, b)| format!("{f} in ({a}, {b})")),
        (number_field.clone(), order, -2..12).prop_map(|(f, o, n)| format!("{f} {o} {n}")),
        (number_field.clone(), 0..5, 5..12).prop_map(|(f, a, b)| format!("{f} in {a}..{b}")),
        (text_field.clone(), pattern).prop_map(|(f, p)| format!("{f} like {p}")),
        prop_oneof![text_field, number_field].prop_map(|f| format!("has {f}")),
        flag.prop_map(str::to_owned),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) and {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} or ({b})")),
            inner.prop_map(|a| format!("not ({a})")),
        ]
    })
}

/// What a rule sets, as text.
fn settings() -> impl Strategy<Value = String> {
    let amount = prop_oneof![
        (0..12).prop_map(|n: i32| n.to_string()),
        Just("custom.qty else 3".to_owned()),
        Just("location.Boston + 1".to_owned()),
        Just("custom.note".to_owned()),
    ];
    let step = prop_oneof![
        Just("level".to_owned()),
        amount.clone().prop_map(|a| format!("fixed {a}")),
        amount.clone().prop_map(|a| format!("buffer {a}")),
        amount.clone().prop_map(|a| format!("max {a}")),
        amount.prop_map(|a| format!("cutoff {a}")),
        (1..7).prop_map(|n| format!("pack {n}")),
        (0..=1000).prop_map(|n| format!("share {}.{}%", n / 10, n % 10)),
        (0..=1000).prop_map(|n| format!("buffer {}.{}%", n / 10, n % 10)),
    ];
    let steps = prop::collection::vec(step, 1..4).prop_map(|steps| steps.join("; "));
    prop_oneof![
        4 => steps.clone(),
        1 => Just("from custom.qty else inventory".to_owned()),
        1 => Just("from location.Boston - custom.qty".to_owned()),
        1 => Just("sync off".to_owned()),
        1 => Just("sync on".to_owned()),
        1 => steps.prop_map(|steps| format!("from custom.qty else 4; {steps}; sync on")),
    ]
}

/// A rule file, as text.
pub fn rules() -> impl Strategy<Value = String> {
    let rule = prop_oneof![
        1 => settings().prop_map(|settings| format!("all: {settings}\n")),
        6 => (filter(), settings()).prop_map(|(filter, settings)| format!("where {filter}: {settings}\n")),
    ];
    prop::collection::vec(rule, 0..12).prop_map(|rules| format!("group grp = tag=a and not vendor=c\n{}", rules.concat()))
}

/// Rules with comments, blank lines and line ends strewn wherever the language allows them.
pub fn strew(rules: &str, seed: u64) -> String {
    let mut state = seed | 1;
    let mut chance = move |one_in: u64| {
        // Any sequence will do that differs from seed to seed: Knuth's linear congruential generator.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33).is_multiple_of(one_in)
    };
    let mut strewn = String::new();
    let mut depth = 0_usize;
    for line in rules.lines() {
        let goes_on = [" and ", " or ", " not ", ", ", "; ", ": ", " else ", " + ", "("];
        let mut rest = line;
        while let Some(c) = rest.chars().next() {
            let quote = c == '"';
            let length = if quote { rest[1..].find('"').map_or(rest.len(), |at| at + 2) } else { c.len_utf8() };
            let (token, after) = rest.split_at(length);
            if c == ')' && chance(4) {
                strewn.push_str(if chance(2) { " # before it closes\n" } else { "\n" });
            }
            depth = depth + usize::from(c == '(') - usize::from(c == ')');
            strewn.push_str(token);
            rest = after;
            let may_end = goes_on.iter().any(|end| strewn.ends_with(end)) || depth > 0 && strewn.ends_with(' ');
            if may_end && !quote && chance(5) {
                strewn.push_str(match (chance(2), chance(2), chance(3)) {
                    (true, true, _) => "# why\n",
                    (true, false, true) => "\n\n  # of its own\n",
                    (true, false, false) => "# one\n# two\n\n",
                    (false, true, _) => "\n\n",
                    (false, false, _) => "\n\t ",
                });
            }
        }
        strewn.push_str(if chance(4) { "  # behind" } else { "" });
        strewn.push_str(if chance(9) { "\n\n\n# between\n" } else { "\n" });
    }
    strewn
}
