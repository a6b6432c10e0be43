//! What people type from other languages and spreadsheets: each gets a help, and what the help means is accepted.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use crate::catalog::{Catalog, Input, load};
use crate::diagnostic::{Code, Diagnostic, any_error};
use crate::evaluate::{Context, Decision, Run};
use crate::fields::Projection;
use crate::resolve::resolve;
use crate::source::Source;
use crate::syntax::fix::{KnownNames, statement};
use crate::syntax::parse;
use serde::Deserialize;

/// Statements by kind.
#[derive(Deserialize)]
struct Typed {
    kind: String,
    #[serde(default)]
    typed: Vec<String>,
    /// With the statement that was meant; none where no statement may be shown, because nobody can tell which was.
    #[serde(default)]
    meant: BTreeMap<String, Option<String>>,
}

/// The statements that a help can show: from a file alone, and from a file and a catalog.
fn meant_by(rules: &str, is_syntax: bool, catalog: &Catalog) -> Option<String> {
    let own = |name: &str| catalog.schema.option(name).map(|_| format!("option.{name}"));
    let names = if is_syntax { KnownNames::UNKNOWN } else { KnownNames { own: &own, is_group: &|_| false } };
    statement(rules, names).map(|rewritten| rewritten.text)
}

/// What stands before a rule's colon.
fn filter_of(rule: &str) -> &str {
    rule.trim_start_matches("where ").split(':').next().unwrap_or_default()
}

const SHOP: &str = "variants:
  - {sku: TEE-1, title: Tee, vendor: Two Oaks, type: Winter Shirt, tags: [linen, home set], price: 5.00, weight: 100, barcode: '1', options: {Size: S, Color: Red}, locations: {Boston: 20, New York: 10}, metafields: {custom: {cap: 3}}}
  - {sku: TEE-2, title: Tee, vendor: Two Oaks, type: Winter Shirt, tags: [linen, home set], price: 9.50, weight: 100, options: {Size: M, Color: Red}, locations: {Boston: 20, New York: 40}}
  - {sku: TEE-3, title: Tee, vendor: Norden Outdoor, type: Bag, tags: [wool], price: 20.00, weight: 3000, options: {Size: M, Color: Blue}, locations: {Boston: 90}}
";

fn shop() -> Catalog {
    let wanted = Projection {
        metafields: vec![("custom".to_owned(), "cap".to_owned())],
        locations: vec!["Boston".to_owned(), "New York".to_owned()],
        options: true,
        ..Projection::everything()
    };
    let input = Input { path: PathBuf::from("shop.yaml"), columns_key: None };
    let (catalog, told) = load(vec![(input, SHOP.as_bytes().to_vec().into())], &[PathBuf::from("shop.yaml")], &wanted);
    assert!(told.is_empty(), "{told:?}");
    catalog
}

/// What is told of rules, and the quantities where there is no error.
fn told(rules: &str, catalog: &Catalog) -> (Vec<Diagnostic>, Vec<Option<i64>>) {
    let (tree, mut told) = parse(Arc::new(Source::new("a.rules", rules)));
    let ruleset = match resolve(&[tree], Some(&catalog.schema)) {
        Ok(ruleset) => ruleset,
        Err(more) => {
            told.extend(more);
            return (told, vec![]);
        }
    };
    let today = jiff::civil::date(2026, 11, 27);
    let context = Context::new(catalog, None, "amazon.com", today);
    let run = Run::new(&ruleset, context);
    let decisions = run.decisions();
    told.extend(run.lint());
    (told, decisions.iter().map(|decision: Decision| decision.quantity()).collect())
}

#[test]
fn what_people_type() {
    let kinds: Vec<Typed> = serde_yaml::from_str(
        &std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/unit/typed.yaml")).expect("a file"),
    )
    .expect("a list of kinds");
    let catalog = shop();
    let mut story = String::new();
    let mut faults = vec![];
    for Typed { kind, typed, meant } in &kinds {
        writeln!(story, "# {kind}").expect("text");
        for rules in typed.iter().chain(meant.keys()) {
            let (found, _) = told(rules, &catalog);
            let Some((first, help)) = found.first().and_then(|first| Some((first, first.help.as_deref()?))) else {
                // No help is better than a wrong one.
                if meant.get(rules).is_some_and(Option::is_none) {
                    continue;
                }
                faults.push(format!("no help for `{rules}`: {found:?}"));
                continue;
            };
            writeln!(story, "{}\n  {}\n  {help}", rules.replace('\n', "\n  | "), first.message).expect("text");
            let Some(rewritten) = meant_by(rules, first.code == Code::Syntax, &catalog) else { continue };
            // Typed in, what the help means is accepted.
            let (still, quantities) = told(&rewritten, &catalog);
            if any_error(&still) {
                faults.push(format!("`{rules}` was rewritten to `{}`: {still:?}", rewritten));
            }
            let quantities: Vec<_> =
                quantities.iter().map(|each| each.map_or("-".to_owned(), |number| number.to_string())).collect();
            writeln!(story, "  = {}  → {}", rewritten, quantities.join(", ")).expect("text");
        }
        for (rules, meant) in meant {
            let (found, _) = told(rules, &catalog);
            let help = found.first().and_then(|first| first.help.as_deref()).unwrap_or_default();
            let is_right = match meant {
                Some(meant) => {
                    let shown = found.first().and_then(|first| meant_by(rules, first.code == Code::Syntax, &catalog));
                    let is_shown = help.contains("write `") && shown.as_ref() == Some(meant)
                        || help.contains(&format!("`{meant}`"))
                        || found[0].code == Code::MatchesNothing && help.ends_with(&format!("write `{}`", filter_of(meant)));
                    !any_error(&told(meant, &catalog).0) && is_shown
                }
                None => !help.starts_with("write `"),
            };
            if !is_right {
                faults.push(format!("`{rules}` should be `{meant:?}`: {help}"));
            }
        }
        story.push('\n');
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("typed", story);
    });
}

/// However much is wrong, the answer comes soon, and nothing is read deeper than it may be nested.
#[test]
fn mistakes_without_end() {
    let many = 20_000;
    let values: Vec<String> = (0..many).map(|number| format!("S-{number}")).collect();
    for rules in [
        format!("where sku in ({}) fixed 1", values.join(", ")),
        format!("where sku in ({}): fixed=1", values.join(" ")),
        format!("where {}: fixed 1", values.iter().map(|value| format!("sku=={value}")).collect::<Vec<_>>().join(" or ")),
        format!("where {} tracked: level", "! ".repeat(many)),
        format!("where {} tracked: level", "（".repeat(many)),
        format!("where tag={} x: level", "' ".repeat(many)),
        format!("all: {}", "buffer=2, ".repeat(many)),
        format!("all: level\n{}", "max 7\n".repeat(many)),
        "where tag contains x: max=7\n".repeat(many / 10),
        format!("all: max 1{}", " 000".repeat(many)),
    ] {
        let start = std::time::Instant::now();
        let (_, found) = parse(Arc::new(Source::new("a.rules", rules.as_str())));
        assert!(!found.is_empty(), "{}", &rules[..40]);
        let took = start.elapsed();
        assert!(took < std::time::Duration::from_secs(30), "{} took {took:?}", rules.chars().take(40).collect::<String>());
    }
}
