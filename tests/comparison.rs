//! What the program makes of random shops equals what a simple interpreter makes of the same facts: every field of the language,
//! every form in which a shop comes, listings, orders, and catalogs that are worked on in parallel.
//!
//! `STOCKRULE_CASES` is how many small cases are compared, `STOCKRULE_LARGE_CASES` how many of more than 10,000 variants, and
//! `STOCKRULE_SEED` is the first one's seed. Where one differs, the smallest case like it is printed with its files.
#![allow(clippy::expect_used, clippy::panic)] // a test that cannot set itself up fails

mod support {
    pub mod program;
    pub mod shops;
    pub mod simple;
}

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;
use std::sync::Arc;

use stockrule::catalog::chunks::{self, Sizes};
use stockrule::catalog::{self, Content};
use stockrule::diagnostic::any_error;
use stockrule::fields::Projection;
use stockrule::project::{Loaded, Settings, load};
use stockrule::source::Source;
use stockrule::syntax::parse;
use stockrule::syntax::tree::RuleFile;
use support::program::{Fault, read_adjustments, said, settings, texts};
use support::shops::asked::{self, Asked};
use support::shops::chance::Chance;
use support::shops::orders::Sales;
use support::shops::{Case, Form, rules, shrink, write};
use support::simple::{Answer, interpret, read_back};

/// What becomes of the variants of many cases.
type Shares = BTreeMap<&'static str, usize>;

fn number(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

fn equal<T: PartialEq + std::fmt::Debug>(what: &str, said: &[T], expected: &[T]) -> Result<(), Fault> {
    if said == expected {
        return Ok(());
    }
    let at = said.iter().zip(expected).position(|(said, expected)| said != expected).unwrap_or(said.len().min(expected.len()));
    let (said, expected) = (said.get(at), expected.get(at));
    Err(Fault::Differs(format!("{what} {at}\n  the program: {said:?}\n  expected:    {expected:?}")))
}

/// Compares the facts and rules that are made up with those that are read back from their files: both must say the same. (Listings
/// and orders are not read back.)
fn compare_read_back(case: &Case) -> Result<Shares, Fault> {
    let folder = tempfile::tempdir().expect("a folder");
    let case = Case { sales: Sales::default(), report: None, ..case.clone() };
    let settings = settings(&write::into(&case, folder.path()), &case.today)?;
    let loaded = load(&settings, &[]);
    let (trees, _) = trees(&case);
    let read_rules = read_back::rules(&trees).expect("rules that can be evaluated");
    let (read, _) = interpret(&read_rules, &read_back::shop(&loaded.catalog, &case.today, &case.marketplace));
    let (answers, _) = interpret(&rules::meaning(&case.rules), &case.shop());
    let but_for_steps = |answers: Vec<Answer>| -> Vec<Answer> {
        answers.into_iter().map(|answer| Answer { steps: String::new(), ..answer }).collect()
    };
    equal("variant", &but_for_steps(read), &but_for_steps(answers))?;
    Ok(Shares::new())
}

/// The trees of a case's rules, and the fields that they ask for.
fn trees(case: &Case) -> (Vec<RuleFile>, Projection) {
    let mut trees = vec![];
    let mut wanted = Projection { everything: true, ..Projection::default() };
    for file in &case.rules {
        let (tree, _) = parse(Arc::new(Source::new(file.name.as_str(), file.text())));
        tree.for_each_field(&mut |name| wanted.add(&name.parts));
        trees.push(tree);
    }
    (trees, wanted)
}

/// Compares a case; what becomes of its variants.
fn compare(case: &Case) -> Result<Shares, Fault> {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = settings(&write::into(case, folder.path()), &case.today)?;
    let (answers, adjustments) = interpret(&rules::meaning(&case.rules), &case.shop());
    let loaded = load(&settings, &[]);
    let (said_answers, said_adjustments) = said(&loaded)?;
    equal("variant", &said_answers, &answers)?;
    equal("adjustment", &said_adjustments, &adjustments)?;
    if matches!(case.form, Form::Products { .. }) && case.rows.len() < 1000 {
        let (said_answers, said_adjustments) = said(&read_in_small_parts(case, &settings, loaded)?)?;
        equal("in small parts, variant", &said_answers, &answers)?;
        equal("in small parts, adjustment", &said_adjustments, &adjustments)?;
    }
    let mut shares = Shares::new();
    for answer in &answers {
        *shares.entry(answer.outcome).or_default() += 1;
    }
    Ok(shares)
}

/// The same project, its product exports read in parts as if they were large.
fn read_in_small_parts(case: &Case, settings: &Settings, mut loaded: Loaded) -> Result<Loaded, Fault> {
    let mut chance = Chance::of(case.seed);
    let (trees, wanted) = trees(case);
    let mut files = vec![];
    let mut names = vec![];
    for (number, (input, name)) in (0_u16..).zip(&settings.catalog) {
        let sizes = Sizes { part: 300 + chance.below(3000), tail: 1 + chance.below(300), window: 1 + chance.below(300) };
        let is_product_export = input.columns_key.is_none();
        let in_parts = is_product_export.then(|| chunks::read(&input.path, name, number, &wanted, &mut vec![], sizes)).flatten();
        let whole = || Content::from(std::fs::read(&input.path).expect("a file"));
        files.push((input.clone(), in_parts.map_or_else(whole, |catalog| Content::Products(Box::new(catalog)))));
        names.push(name.clone());
    }
    let (catalog, diagnostics) = catalog::load(files, &names, &wanted);
    if any_error(&diagnostics) {
        return Err(Fault::Refused(texts(&diagnostics)));
    }
    loaded.catalog = Arc::new(catalog);
    Ok(loaded.with_rules(settings, &trees))
}

/// Compares many cases; where one differs, the smallest like it is told.
fn compare_all(
    cases: usize,
    variants: impl Fn(&mut Chance) -> usize,
    compare: impl Fn(&Case) -> Result<Shares, Fault>,
) -> Shares {
    let first = number("STOCKRULE_SEED", 1);
    let mut shares = Shares::new();
    for seed in first..first + cases {
        let seed = seed as u64;
        let case = Case::of(seed, variants(&mut Chance::of(!seed)));
        match compare(&case) {
            Ok(found) => found.into_iter().for_each(|(outcome, count)| *shares.entry(outcome).or_default() += count),
            Err(fault) => tell(&case, &fault, &compare),
        }
    }
    shares
}

fn tell(case: &Case, fault: &Fault, compare: &impl Fn(&Case) -> Result<Shares, Fault>) -> ! {
    // What is left out must not be what the program refuses then.
    let kind = |fault: &Fault| match fault {
        Fault::Refused(text) => text.split_once(": ").map(|(_, message)| message.split('`').next().unwrap_or("").to_owned()),
        Fault::Differs(_) => None,
    };
    let goes_wrong = |case: &Case| compare(case).is_err_and(|other| kind(&other) == kind(fault));
    let tries = if case.rows.len() > 1000 { 200 } else { 2000 };
    let smallest = shrink::smallest(case, tries, goes_wrong);
    let fault = match compare(&smallest).expect_err("a fault") {
        Fault::Refused(text) => format!("refused: {text}"),
        Fault::Differs(text) => text,
    };
    let files = write::files(&smallest).into_iter().fold(String::new(), |mut all, (name, text)| {
        let _ = writeln!(all, "---- {name}\n{}", text.chars().take(4000).collect::<String>());
        all
    });
    panic!("seed {} on {}: {fault}\n{files}", case.seed, case.today);
}

#[test]
fn small_shops() {
    let shares = compare_all(number("STOCKRULE_CASES", 700), |chance| 1 + chance.below(30), compare);
    let all: usize = shares.values().sum();
    // So that what is made up does not come to be always the same.
    let least = [
        ("no sku", 20),
        ("ambiguous", 15),
        ("unlisted", 20),
        ("fba", 50),
        ("unmatched", 30),
        ("off", 30),
        ("held", 50),
        ("synced", 150),
    ];
    for (outcome, per_mille) in least {
        let share = shares.get(outcome).copied().unwrap_or(0) * 1000 / all;
        assert!(share >= per_mille, "only {share} in 1000 variants are `{outcome}`, of {shares:?}");
    }
}

#[test]
fn large_shops() {
    compare_all(number("STOCKRULE_LARGE_CASES", 16), |chance| 10_001 + chance.below(3000), compare);
}

/// So that what is made up does not come to leave out a field, an operator or a step.
#[test]
fn everything_is_asked_for() {
    let mut asked = Asked::default();
    (1..=400).for_each(|seed| asked.add(&Case::of(seed, 12)));
    // Every shop has these.
    let always = ["tracked", "published", "gift_card", "amazon.listed", "today", "marketplace", "status", "policy"];
    for comparison in asked::comparisons() {
        let (is, is_not) = asked.comparisons.get(&comparison).copied().unwrap_or_default();
        let is_always = always.iter().any(|field| comparison == format!("{field} has"));
        assert!(is > 0 && (is_not > 0 || is_always), "`{comparison}` was true {is} times, and false {is_not} times");
    }
    for amount in asked::amounts() {
        assert!(asked.amounts.contains_key(&amount), "`{amount}` was never written");
    }
}

#[test]
fn what_is_read_back() {
    compare_all(60, |chance| 1 + chance.below(20), compare_read_back);
}

#[test]
fn the_program_itself() {
    compare_all(40, |chance| 1 + chance.below(20), compare_program);
}

/// Compares what the built program prints and writes.
fn compare_program(case: &Case) -> Result<Shares, Fault> {
    let folder = tempfile::tempdir().expect("a folder");
    write::into(case, folder.path());
    let (answers, adjustments) = interpret(&rules::meaning(&case.rules), &case.shop());
    let run = |arguments: &[&str]| {
        let program = Command::new(env!("CARGO_BIN_EXE_stockrule"))
            .args(arguments)
            .args(["--today", &case.today])
            .current_dir(folder.path())
            .output()
            .expect("the program");
        if program.status.success() {
            Ok(program.stdout)
        } else {
            Err(Fault::Refused(String::from_utf8_lossy(&program.stderr).into_owned()))
        }
    };
    let printed = run(&["preview", "--format", "json"])?;
    let json: serde_json::Value = serde_json::from_slice(&printed).expect("JSON");
    let said: Vec<serde_json::Value> = json["variants"].as_array().expect("variants").clone();
    let expected = answers.iter().map(|Answer { sku, outcome, quantity, count, rule, steps, amazon }| {
        serde_json::json!({ "sku": sku, "outcome": outcome, "quantity": quantity, "count": count, "rule": rule, "steps": steps, "amazon": amazon })
    });
    equal("variant", &said, &expected.collect::<Vec<_>>())?;
    run(&["emit", "-q", "--yes"])?;
    let written = |name: &str| std::fs::read(folder.path().join("out").join(name)).expect("an output");
    let quantities = written("quantities.csv");
    let mut reader = csv::Reader::from_reader(&quantities[..]);
    let said: Vec<(String, i64)> = reader.deserialize().map(|record| record.expect("a record")).collect();
    let synced = answers.iter().filter_map(|answer| Some((answer.sku.clone(), answer.quantity?)));
    equal("quantity", &said, &synced.collect::<Vec<_>>())?;
    equal("adjustment", &read_adjustments(&written("adjustments.csv")), &adjustments)?;
    Ok(Shares::new())
}
