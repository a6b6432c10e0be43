//! What must hold for any input.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;

use super::random_rules;
use crate::catalog::{Input, load};
use crate::diagnostic::any_error;
use crate::fields::Projection;
use crate::resolve::resolve;
use crate::source::Source;
use crate::syntax::{format, is_equivalent, parse};

/// A tree as text, without the places in it.
fn without_spans(tree: &crate::syntax::tree::RuleFile) -> String {
    static SPANS: LazyLock<regex::Regex> = LazyLock::new(|| regex::Regex::new(r"@\d+\.\.\d+").expect("a pattern"));
    SPANS.replace_all(&format!("{:?}", tree.statements), "@").into_owned()
}

fn read(text: &str) -> crate::syntax::tree::RuleFile {
    let (tree, diagnostics) = parse(Arc::new(Source::new("r.rules", text)));
    assert!(diagnostics.is_empty(), "{text}\n{diagnostics:?}");
    tree
}

fn catalog_of(name: &str, bytes: &[u8], wanted: &Projection) -> (crate::catalog::Catalog, Vec<crate::diagnostic::Diagnostic>) {
    let path = PathBuf::from(name);
    load(vec![(Input { path: path.clone(), columns_key: None }, bytes.to_vec().into())], &[path], wanted)
}

/// Texts made of the language's own tokens, which get further into the parser than noise does.
fn tokens() -> impl Strategy<Value = String> {
    let token = prop::sample::select(vec![
        "all",
        "where",
        "group",
        "and",
        "or",
        "not",
        "in",
        "like",
        "matches",
        "has",
        "from",
        "else",
        "sync",
        "on",
        "off",
        "level",
        "fixed",
        "buffer",
        "max",
        "share",
        "pack",
        "cutoff",
        ":",
        ";",
        ",",
        "(",
        ")",
        "=",
        "!=",
        "<",
        "<=",
        "..",
        "+",
        "-",
        "5",
        "7%",
        "2.5",
        "\"x\"",
        "\"",
        "\\",
        "#",
        "\n",
        "tag",
        "custom.x",
        "option.\"A b\"",
        "é",
        "\u{a0}",
        "\r\n",
        ".",
        "\"\\u{41}\"",
        "\"\\q\"",
    ]);
    prop::collection::vec(token, 0..40).prop_map(|tokens| tokens.join(" "))
}

#[test]
fn brackets_that_nothing_closes_are_laid_out() {
    for text in ["group = (", "where (", "where not (", "where tag in (", "where tag = a and ("] {
        assert!(format(text).contains('('), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_layout_reads_back_as_the_same_tree(text in random_rules::rules(), seed in any::<u64>()) {
        let strewn = random_rules::strew(&text, seed);
        let tree = read(&strewn);
        prop_assert_eq!(without_spans(&tree), without_spans(&read(&text)), "{}", strewn);
        let laid_out = format(&strewn);
        prop_assert_eq!(without_spans(&tree), without_spans(&read(&laid_out)), "{}\n--\n{}", strewn, laid_out);
        prop_assert!(is_equivalent(&strewn, &laid_out), "{}\n--\n{}", strewn, laid_out);
        prop_assert_eq!(&laid_out, &format(&laid_out), "idempotent\n{}\n--\n{}", strewn, laid_out);
        for line in laid_out.lines() {
            prop_assert_eq!(line, line.trim_end(), "{}", laid_out);
        }
    }

    #[test]
    fn any_text_is_laid_out_without_loss(text in prop_oneof![any::<String>(), tokens()]) {
        let (_, diagnostics) = parse(Arc::new(Source::new("r.rules", text.as_str())));
        let laid_out = format(&text);
        if diagnostics.is_empty() {
            prop_assert!(is_equivalent(&text, &laid_out), "{}\n--\n{}", text, laid_out);
        }
    }

    #[test]
    fn any_text_as_rules_is_answered(text in prop_oneof![any::<String>(), tokens()]) {
        let (tree, diagnostics) = parse(Arc::new(Source::new("r.rules", text)));
        let more = resolve(&[tree], None).expect_err("no rule set without a catalog");
        for diagnostic in diagnostics.iter().chain(&more) {
            let place = diagnostic.place.as_ref().expect("a place");
            prop_assert!(place.position().is_some_and(|at| at.line > 0 && at.column > 0 && at.length > 0));
        }
    }

    #[test]
    fn any_bytes_as_a_catalog_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..400), csv in any::<bool>()) {
        let mut text = if csv { b"Handle,Title,Variant SKU,Variant Inventory Qty\n".to_vec() } else { vec![] };
        text.extend(bytes);
        for name in ["x.csv", "x.yaml"] {
            let (catalog, diagnostics) = catalog_of(name, &text, &Projection::default());
            prop_assert!(!catalog.is_empty() || any_error(&diagnostics));
        }
    }
}
