//! Sure fixes: what they are made of is data in `fixes.yaml`; that they change nothing else must hold for any rules.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use proptest::prelude::*;
use serde::Deserialize;

use super::random_rules;
use crate::catalog::{Catalog, Input, load};
use crate::diagnostic::{Diagnostic, FixedText, make_sure_fixes};
use crate::fields::Projection;
use crate::resolve::resolve;
use crate::source::Source;
use crate::syntax::{is_equivalent, parse};

const SHOP: &str = "variants:
  - {sku: TEE-1, vendor: Two Oaks, type: Shirt, tags: [linen], price: 5.00, options: {Size: S}, locations: {Boston: 20}, metafields: {custom: {qty: 3, note: a}}}
";

fn shop() -> Catalog {
    let input = Input { path: PathBuf::from("shop.yaml"), columns_key: None };
    let wanted = Projection {
        metafields: vec![("custom".to_owned(), "qty".to_owned()), ("custom".to_owned(), "note".to_owned())],
        locations: vec!["Boston".to_owned()],
        options: true,
        ..Projection::everything()
    };
    load(vec![(input, SHOP.as_bytes().to_vec().into())], &[PathBuf::from("shop.yaml")], &wanted).0
}

/// What is wrong with rules, in the order in which `check` reports it.
fn problems(rules: &str, catalog: &Catalog) -> Vec<Diagnostic> {
    let (tree, mut found) = parse(Arc::new(Source::new("a.rules", rules)));
    found.extend(resolve(&[tree], Some(&catalog.schema)).err().into_iter().flatten());
    found
}

/// The rules with all sure fixes made, as `check --fix` makes them. Every message whose fix was made is gone afterwards.
fn fixed(rules: &str, catalog: &Catalog) -> String {
    let mut text = rules.to_owned();
    for _ in 0..crate::project::ROUNDS {
        let found = problems(&text, catalog);
        let Some(FixedText { text: fixed, fixes, .. }) =
            make_sure_fixes("a.rules", found.iter().filter_map(|each| each.fix.as_ref()))
        else {
            return text;
        };
        let left = problems(&fixed, catalog);
        let errors_at = |found: &[Diagnostic]| {
            found
                .iter()
                .map(|each| (each.message.clone(), each.place.as_ref().and_then(|place| place.position())))
                .collect::<Vec<_>>()
        };
        let gone = errors_at(&found).into_iter().filter(|each| !errors_at(&left).contains(each)).count();
        assert!(gone >= 1 && fixes >= 1, "{text}\n{fixed}\n{left:?}");
        text = fixed;
    }
    text
}

/// The numbers that are written in rules, in their order.
fn numbers(rules: &str) -> Vec<String> {
    let numbers = regex::Regex::new(r"\d+(\.\d+)?").expect("a pattern");
    numbers.find_iter(rules).map(|number| number.as_str().to_owned()).collect()
}

/// What is typed, and what it is with its sure fixes made; the same where no fix is sure.
#[derive(Deserialize)]
struct Fixes {
    kind: String,
    rules: BTreeMap<String, String>,
}

#[test]
fn sure_fixes() {
    let kinds: Vec<Fixes> = serde_yaml::from_str(include_str!("fixes.yaml")).expect("a list of kinds");
    let catalog = shop();
    let mut faults = vec![];
    for Fixes { kind, rules } in &kinds {
        for (typed, written) in rules {
            // What stands around a statement stays as it is.
            let around = |rules: &str| format!("# first\nall: level # one\n{rules}\nwhere sku=TEE-1:   level\n");
            let found = fixed(&around(typed), &catalog);
            if found != around(written) {
                faults.push(format!("{kind}: `{typed}` became\n{found}"));
            }
            if written != typed && !parse(Arc::new(Source::new("a.rules", written.as_str()))).1.is_empty() {
                faults.push(format!("{kind}: `{written}` cannot be read"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Every statement that people type in other languages: a sure fix changes neither its numbers nor anything around it.
#[test]
fn sure_fixes_of_what_people_type() {
    #[derive(Deserialize)]
    struct Typed {
        #[serde(default)]
        typed: Vec<String>,
        #[serde(default)]
        meant: BTreeMap<String, Option<String>>,
    }
    let kinds: Vec<Typed> = serde_yaml::from_str(include_str!("typed.yaml")).expect("a list of kinds");
    let catalog = shop();
    let (mut all, mut changed) = (0, 0);
    for rules in kinds.iter().flat_map(|kind| kind.typed.iter().chain(kind.meant.keys())) {
        let text = format!("where tag=a: max 77 # above\n\n{rules}\n\nwhere tag=b: max 88 # below\n");
        let found = fixed(&text, &catalog);
        let inside = found
            .strip_prefix("where tag=a: max 77 # above\n\n")
            .and_then(|rest| rest.strip_suffix("\n\nwhere tag=b: max 88 # below\n"));
        let inside = inside.unwrap_or_else(|| panic!("`{rules}` changed what stands around it:\n{found}"));
        assert_eq!(numbers(rules), numbers(inside), "{rules}");
        all += 1;
        if inside != rules {
            changed += 1;
            let (_, wrong) = parse(Arc::new(Source::new("a.rules", inside)));
            assert!(wrong.is_empty(), "`{rules}` became `{inside}`: {wrong:?}");
        }
    }
    assert!(changed > 60, "of {all} statements {changed} have sure fixes");
}

/// Rules as people of another language would write them, outside quotes: `spelling` says which signs are another's.
fn misspelled(rules: &str, spelling: u32) -> String {
    const SPELLINGS: &[(&str, &str)] = &[
        (" and ", " && "),
        (" or ", " || "),
        (" and ", " AND "),
        ("not (", "! ("),
        ("; ", ", "),
        ("where ", "Where "),
        ("all: ", "ALL: "),
        ("max ", "max="),
        ("buffer ", "Buffer "),
        (" <= ", " =< "),
        (" >= ", " ≥ "),
        ("!=", "<>"),
        (": ", " then "),
        ("vendor", "Vendor"),
        ("inventory ", "inventry "),
    ];
    let mut parts: Vec<String> = rules.split('"').map(str::to_owned).collect();
    for (bit, (ours, theirs)) in SPELLINGS.iter().enumerate() {
        if spelling & 1 << bit != 0 {
            parts.iter_mut().step_by(2).for_each(|part| *part = part.replace(ours, theirs));
        }
    }
    parts.join("\"")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sure_fixes_keep_the_meaning(text in random_rules::rules(), spelling in any::<u32>()) {
        let catalog = shop();
        let fixed = fixed(&misspelled(&text, spelling), &catalog);
        prop_assert_eq!(numbers(&text), numbers(&fixed), "{}", fixed);
        // Each statement that can be read again says what it said.
        for (before, after) in text.lines().zip(fixed.lines()) {
            let (_, wrong) = parse(Arc::new(Source::new("a.rules", after)));
            if wrong.is_empty() {
                prop_assert!(is_equivalent(before, after) || is_equivalent(&before.replace("inventory ", "inventry "), after), "{}\n{}", before, after);
            }
        }
    }
}
