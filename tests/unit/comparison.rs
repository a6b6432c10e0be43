//! What the program makes of random shops equals what a simple interpreter makes of the same facts: every field of the language,
//! every form in which a shop comes, listings, orders, and catalogs that are worked on in parallel.
//!
//! `STOCKRULE_CASES` is how many small cases are compared, `STOCKRULE_LARGE_CASES` how many of more than 10,000 variants.

use std::sync::Arc;

use super::comparing::{Fault, Shares, compare_all, equal, number};
use super::program::{answers_and_adjustments, error_text, settings};
use super::read_back;
use super::shops::orders::Sales;
use super::shops::random::Random;
use super::shops::{Case, Form, rules, write};
use super::simple::{Answer, interpret};
use crate::catalog::product_chunks;
use crate::catalog::{self, CatalogContent};
use crate::diagnostic::any_error;
use crate::fields::Projection;
use crate::files::OpenFile;
use crate::ids::FileId;
use crate::project::{PreparedRun, Session, Settings, prepare};
use crate::source::Source;
use crate::syntax::parse;
use crate::syntax::tree::RuleFile;
use crate::table::chunks::Sizes;

/// Compares the facts and rules that are made up with those that are read back from their files: both must say the same. (Listings
/// and orders are not read back.)
fn compare_read_back(case: &Case) -> Result<Shares, Fault> {
    let folder = tempfile::tempdir().expect("a folder");
    let case = Case { sales: Sales::default(), report: None, ..case.clone() };
    let settings = settings(&write::into(&case, folder.path()), &case.today)?;
    let prepared = prepare(&settings, &[], &mut Session::default());
    let (trees, _) = trees(&case);
    let read_rules = read_back::rules(&trees).expect("rules that can be evaluated");
    let (read, _) = interpret(&read_rules, &read_back::shop(&prepared.inputs.catalog, &case.today, &case.marketplace));
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
    let prepared = prepare(&settings, &[], &mut Session::default());
    let (said_answers, said_adjustments) = answers_and_adjustments(&prepared)?;
    equal("variant", &said_answers, &answers)?;
    equal("adjustment", &said_adjustments, &adjustments)?;
    if matches!(case.form, Form::Products { .. }) && case.rows.len() < 1000 {
        let (said_answers, said_adjustments) = answers_and_adjustments(&read_in_small_parts(case, &settings, prepared)?)?;
        equal("in small parts, variant", &said_answers, &answers)?;
        equal("in small parts, adjustment", &said_adjustments, &adjustments)?;
    }
    let mut shares = Shares::new();
    for answer in &answers {
        *shares.entry(answer.outcome).or_default() += 1;
    }
    Ok(shares)
}

/// The project of a case, its product exports read in parts as if they were large.
fn read_in_small_parts(case: &Case, settings: &Settings, mut prepared: PreparedRun) -> Result<PreparedRun, Fault> {
    let mut random = Random::of(case.seed);
    let (trees, wanted) = trees(case);
    let mut files = vec![];
    let mut names = vec![];
    for (number, (input, name)) in (0..).zip(&settings.catalog) {
        let sizes = Sizes { chunk: 300 + random.below(3000), tail: 1 + random.below(300), window: 1 + random.below(300) };
        let is_product_export = input.columns_key.is_none();
        let in_parts = is_product_export
            .then(|| {
                product_chunks::read(OpenFile::open(&input.path)?, name, FileId::from_number(number), &wanted, &mut vec![], sizes)
            })
            .flatten();
        let whole = || CatalogContent::from(std::fs::read(&input.path).expect("a file"));
        files.push((input.clone(), in_parts.map_or_else(whole, |catalog| CatalogContent::Products(Box::new(catalog)))));
        names.push(name.clone());
    }
    let (catalog, diagnostics) = catalog::load(files, &names, &wanted);
    if any_error(&diagnostics) {
        return Err(Fault::Refused(error_text(&diagnostics)));
    }
    prepared.inputs.catalog = Arc::new(catalog);
    Ok(prepared.with_rules(settings, &trees))
}

#[test]
fn small_shops() {
    let shares = compare_all(number("STOCKRULE_CASES", 700), |random| 1 + random.below(30), compare);
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
    compare_all(number("STOCKRULE_LARGE_CASES", 16), |random| 10_001 + random.below(3000), compare);
}

#[test]
fn what_is_read_back() {
    compare_all(60, |random| 1 + random.below(20), compare_read_back);
}
