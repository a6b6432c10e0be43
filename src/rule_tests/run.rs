//! Runs the tests of a project.

use std::sync::Arc;

use super::cases::{Rules, touch, unmet};
use super::file::LoadedTestFile;
use super::invariant::Invariant;
use super::results::{RuleCoverage, TestFailure, TestKind, TestResult, TestRun};
use crate::diagnostic::{Diagnostic, any_error};
use crate::evaluate::Run;
use crate::files::{FileRole, NamedFile};
use crate::ids::OfferId;
use crate::orders::Movements;
use crate::project::{Session, Settings, prepare, rule_trees};
use crate::report::explanation::ExplainedOffer;
use crate::source::Source;
use crate::syntax;
use crate::syntax::tree::ClaimNode;
use crate::text::{self, counted};
use crate::yaml::Scalar;

/// How many variants a broken claim is shown with.
const SHOWN: usize = 3;

/// The settings with the catalog and the reports, or what is wrong with them.
pub type WithCatalog<'a> = &'a dyn Fn() -> Result<Settings, Vec<Diagnostic>>;

/// Runs the tests of these files with the rules of the settings. The catalog is asked for only where a test speaks of it.
pub fn run(settings: &Settings, catalog: WithCatalog<'_>, files: &[NamedFile]) -> TestRun {
    let mut tests = TestRun::default();
    let mut loaded_files = vec![];
    for named in files {
        let Some(document) = settings.files.document(named, FileRole::Tests, &mut tests.diagnostics) else { continue };
        match LoadedTestFile::from(named, &document.text()) {
            Ok(test) => loaded_files.push(test),
            Err(problem) => tests.diagnostics.push(*problem),
        }
    }
    let trees = rule_trees(&settings.files, &settings.rules, &mut tests.diagnostics);
    let rules = match Rules::check(&trees) {
        Ok(rules) => rules,
        Err(found) => {
            tests.diagnostics.extend(found);
            return tests;
        }
    };
    if any_error(&tests.diagnostics) {
        return tests;
    }
    let mut touched = vec![false; rules.ruleset.rules.len()];
    let mut session = Session::default();
    let whole = match loaded_files.iter().any(LoadedTestFile::speaks_of_catalog).then(catalog).transpose() {
        Ok(whole) => whole,
        Err(found) => {
            tests.diagnostics.extend(found);
            return tests;
        }
    };
    for test in &loaded_files {
        let today = test.file.today.unwrap_or_else(|| settings.day());
        let marketplace = test.file.marketplace.as_deref().unwrap_or(settings.marketplace_or_default()).to_owned();
        for (index, case) in test.file.cases.iter().enumerate() {
            let today = case.today.unwrap_or(today);
            let marketplace = case.marketplace.as_ref().unwrap_or(&marketplace);
            tests.results.push(rules.run(case, test.place_of_case(index), today, marketplace, &mut touched));
        }
        if let Some(settings) = whole.as_ref().filter(|_| test.speaks_of_catalog()) {
            OnCatalog { settings, test, today, marketplace }.run(&mut session, &mut touched, &mut tests);
        }
    }
    let ruleset = &rules.ruleset;
    tests.coverage = (ruleset.rules.iter().zip(touched))
        .map(|(rule, touched)| {
            let text = ruleset.text(rule.at);
            RuleCoverage { place: ruleset.place(rule.at), text, touched }
        })
        .collect();
    tests
}

/// The tests of a file that speak of the catalog.
struct OnCatalog<'a> {
    settings: &'a Settings,
    test: &'a LoadedTestFile,
    today: jiff::civil::Date,
    marketplace: String,
}

impl OnCatalog<'_> {
    fn run(&self, session: &mut Session, touched: &mut [bool], tests: &mut TestRun) {
        let mut fields = vec![];
        let mut claims = vec![];
        for (index, Scalar(text)) in self.test.file.never.iter().enumerate() {
            let source = Arc::new(Source::new("never", text.as_str()));
            match syntax::parse_claim(&source) {
                Ok(tree) => {
                    tree.for_each_field(&mut |name| fields.push(name.clone()));
                    claims.push((index, source, tree));
                }
                Err(problem) => tests.diagnostics.push(self.in_file(index, text, *problem)),
            }
        }
        let (today, marketplace) = (Some(self.today), Some(self.marketplace.clone()));
        let settings = Settings { today, marketplace, ..self.settings.clone() };
        let prepared = prepare(&settings, &fields, session);
        let result = prepared.finish();
        if any_error(&result.diagnostics) {
            // Two files that need the same catalog find the same errors.
            let errors = result.diagnostics.into_iter().filter(Diagnostic::is_error);
            let new: Vec<_> = errors.filter(|error| !tests.diagnostics.contains(error)).collect();
            tests.diagnostics.extend(new);
            return;
        }
        tests.orders.clone_from(&prepared.orders_summary);
        let run = prepared.run().with_decisions(result.decisions);
        self.expectations(&run, &prepared.movements, touched, tests);
        for (index, source, tree) in &claims {
            self.never(*index, (source, tree), &run, &prepared.movements, tests);
        }
    }

    fn expectations(&self, run: &Run<'_>, movements: &Movements, touched: &mut [bool], tests: &mut TestRun) {
        let context = run.context();
        let offers = context.account.offers;
        for (index, (sku, expected)) in self.test.file.expect.0.iter().enumerate() {
            let failure = match offers.iter().find(|offer| context.sku(*offer) == sku) {
                None => {
                    let near = text::nearest(sku, offers.iter().map(|offer| context.sku(offer)))
                        .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                    let expected = format!("a variant with the SKU `{sku}`");
                    Some(TestFailure { expected, found: format!("none in the catalog{near}"), explanations: vec![] })
                }
                Some(offer) => {
                    touch(&run.decision(offer), touched);
                    unmet(expected, run, movements, offer)
                }
            };
            let place = self.test.place_of_expect(index);
            tests.results.push(TestResult { kind: TestKind::Expect, name: sku.clone(), place, failure });
        }
    }

    fn never(
        &self,
        index: usize,
        (source, tree): (&Arc<Source>, &ClaimNode),
        run: &Run<'_>,
        movements: &Movements,
        tests: &mut TestRun,
    ) {
        let claim = match Invariant::check(source, tree, run.ruleset(), &run.context().shop.catalog.schema) {
            Ok(claim) => claim,
            Err(problems) => {
                tests.diagnostics.extend(problems.into_iter().map(|problem| self.in_file(index, source.text(), problem)));
                return;
            }
        };
        let compiled = claim.compile(run);
        let held = run.decisions().by_offer().filter(|(offer, decision)| compiled.holds(*offer, decision));
        let broken: Vec<OfferId> = held.map(|(offer, _)| offer).collect();
        let failure = (!broken.is_empty()).then(|| {
            let explanation = |offer: &OfferId| ExplainedOffer::of(run, movements, *offer).text();
            TestFailure {
                expected: "no variant of which this is true".to_owned(),
                found: counted(broken.len(), "variant"),
                explanations: broken.iter().take(SHOWN).map(explanation).collect(),
            }
        });
        let place = self.test.place_of_never(index);
        tests.results.push(TestResult { kind: TestKind::Never, name: source.text().to_owned(), place, failure });
    }

    /// A problem with a claim, placed where the claim stands in the file.
    fn in_file(&self, index: usize, claim: &str, mut problem: Diagnostic) -> Diagnostic {
        problem.place = problem.place.map(|place| self.test.place_in_claim(index, claim, &place));
        problem
    }
}
