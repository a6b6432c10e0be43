//! Cases: a variant of the test's own, evaluated by the project's rules.

use super::file::{Case, CaseListing, Expected};
use super::results::{TestFailure, TestKind, TestResult};
use jiff::civil::Date;

use crate::amazon::listings::{Listing, Listings};
use crate::catalog::Catalog;
use crate::diagnostic::{Diagnostic, Place};
use crate::evaluate::{Context, Decision, Run};
use crate::fields::Projection;
use crate::ids::OfferId;
use crate::orders::Movements;
use crate::report::explanation::ExplainedOffer;
use crate::report::result;
use crate::resolve::checked::Ruleset;
use crate::resolve::resolve;
use crate::syntax::tree::RuleFile;
use crate::yaml::Scalar;

/// The project's rules, checked against no catalog: whatever names they read exist.
pub struct Rules {
    /// The checked rules.
    pub ruleset: Ruleset,
    wanted: Projection,
    empty: Catalog,
}

/// The SKU of a case that names none.
const SKU: &str = "CASE";

impl Rules {
    /// Checks the rules.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn check(trees: &[RuleFile]) -> Result<Self, Vec<Diagnostic>> {
        let mut wanted = Projection::everything();
        let mut empty = Catalog::storing(&wanted);
        for tree in trees {
            tree.for_each_field(&mut |name| {
                wanted.add(&name.parts);
                if let [first, option] = name.parts.as_slice()
                    && first == "option"
                {
                    empty.schema.declare_option(option);
                }
            });
        }
        for (namespace, key) in &wanted.metafields {
            empty.schema.declare_metafield(namespace, key);
        }
        for location in &wanted.locations {
            empty.schema.declare_location(location);
        }
        for column in &wanted.columns {
            empty.schema.declare_column(column);
        }
        let ruleset = resolve(trees, Some(&empty.schema))?;
        Ok(Rules { ruleset, wanted, empty })
    }

    /// Tries a case that stands at a place. `touched` learns which rules decided.
    pub fn run(&self, case: &Case, place: Place, today: Date, marketplace: &str, touched: &mut [bool]) -> TestResult {
        let line = place.line().and_then(|line| u32::try_from(line).ok()).unwrap_or(0);
        let mut catalog = self.empty.clone().with_variant(&case.variant, line, SKU, &self.wanted);
        catalog.files = vec![place.file_name().to_owned()];
        let sku = catalog.skus.get(0);
        let mut listings = match &case.listing {
            CaseListing::NoReport => None,
            CaseListing::Unlisted => Some(Listings::default()),
            CaseListing::Listed(listing) => Some(Listings::new(vec![Listing { sku: sku.to_owned(), ..listing.clone() }]).0),
        };
        if let Some(listings) = &mut listings {
            listings.join(&catalog);
        }
        let run = Run::new(&self.ruleset, Context::new(&catalog, listings.as_ref(), marketplace, today));
        let name = match &case.name {
            Some(Scalar(name)) => name.clone(),
            None if !sku.trim().is_empty() && sku != SKU => sku.to_owned(),
            None => place.short(),
        };
        // The catalog has one variant, and that one offer.
        let failure = run.context().account.offers.iter().next().and_then(|offer| {
            touch(&run.decision(offer), touched);
            unmet(&case.expect, &run, &Movements::default(), offer)
        });
        TestResult { kind: TestKind::Case, name, place, failure }
    }
}

/// Marks the rules that decided.
pub fn touch(decision: &Decision, touched: &mut [bool]) {
    for rule in decision.rules.iter() {
        if let Some(touched) = touched.get_mut(rule.index()) {
            *touched = true;
        }
    }
}

/// How the decision for an offer differs from what is expected, if it does.
pub fn unmet(expected: &Expected, run: &Run<'_>, movements: &Movements, offer: OfferId) -> Option<TestFailure> {
    let row = result::row(run, offer);
    let (mut wanted, mut found) = (vec![], vec![]);
    let result = |quantity: Option<i64>| match quantity {
        Some(quantity) => quantity.to_string(),
        None => row.outcome.as_str().to_owned(),
    };
    match (expected.quantity, expected.outcome) {
        (Some(quantity), _) if row.quantity != Some(quantity) => {
            wanted.push(quantity.to_string());
            found.push(result(row.quantity));
        }
        (_, Some(outcome)) if row.outcome != outcome => {
            wanted.push(outcome.as_str().to_owned());
            found.push(result(row.quantity));
        }
        _ => {}
    }
    if let Some(steps) = expected.steps.as_ref().filter(|steps| *steps != row.steps) {
        wanted.push(format!("the steps `{steps}`"));
        found.push(format!("`{}`", row.steps));
    }
    if let Some(rule) = expected.rule.as_ref().filter(|rule| Some(*rule) != row.rule.as_ref()) {
        wanted.push(format!("the rule {rule}"));
        found.push(row.rule.clone().unwrap_or_else(|| "none".to_owned()));
    }
    let explanation = || ExplainedOffer::of(run, movements, offer).text();
    (!wanted.is_empty()).then(|| TestFailure {
        expected: wanted.join(", "),
        found: found.join(", "),
        explanations: vec![explanation()],
    })
}
