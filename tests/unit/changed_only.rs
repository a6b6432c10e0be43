//! With `changed_only`, Amazon ends with what was decided after each emission, though its reports are up to six hours old when
//! they come.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::amazon::listings::{self, Listings};
use crate::catalog::{self, Catalog, Input};
use crate::deliver::previous_file::{self, ListSource};
use crate::emit::baseline::{AlreadyOnAmazon, Baseline};
use crate::emit::next_history::history_after;
use crate::emit::previous::PreviousEmission;
use crate::emit::quantities;
use crate::emit::updates::Updates;
use crate::evaluate::{Context, Run};
use crate::fields::Projection;
use crate::source::Source;
use crate::{resolve, syntax};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

const SKUS: [&str; 3] = ["A", "B", "C"];

/// What happens next, and how many minutes after what happened before.
#[derive(Debug, Clone)]
enum Step {
    /// A report comes, with what Amazon had some minutes ago.
    Report { age: i64 },
    /// An emission, with a quantity a SKU; `None` where the SKU is not sent.
    Emission { decided: [Option<i64>; 3] },
    /// The state is lost: only the list of quantities tells what was sent.
    StateLost,
}

fn step() -> impl Strategy<Value = (i64, Step)> {
    // Few quantities, so that they often come back.
    let decided = prop::array::uniform3(prop::option::weighted(0.8, 0_i64..3));
    let kind = prop_oneof![
        2 => (0..=360_i64).prop_map(|age| Step::Report { age }),
        4 => decided.prop_map(|decided| Step::Emission { decided }),
        1 => Just(Step::StateLost),
    ];
    (1..400_i64, kind)
}

/// What Amazon has, and had.
#[derive(Default)]
struct Amazon(Vec<(Timestamp, BTreeMap<&'static str, i64>)>);

impl Amazon {
    fn at(&self, time: Timestamp) -> BTreeMap<&'static str, i64> {
        let known = self.0.iter().rev().find(|(since, _)| *since <= time).or(self.0.first());
        known.map(|(_, quantities)| quantities.clone()).unwrap_or_default()
    }

    fn take(&mut self, time: Timestamp, feed: &[(&'static str, i64)]) {
        let mut quantities = self.at(time);
        quantities.extend(feed.iter().copied());
        self.0.push((time, quantities));
    }
}

fn shop() -> Catalog {
    let rows: String = SKUS.iter().map(|sku| format!("  - {{sku: {sku}, inventory: 1}}\n")).collect();
    let input = Input { path: PathBuf::from("shop.yaml"), columns_key: None };
    let text = format!("variants:\n{rows}").into_bytes();
    catalog::load(vec![(input, text.into())], &[PathBuf::from("shop.yaml")], &Projection::default()).0
}

fn report_of(quantities: &BTreeMap<&str, i64>, catalog: &Catalog) -> Listings {
    let rows: String = quantities.iter().map(|(sku, quantity)| format!("{sku}\t{quantity}\tDEFAULT\n")).collect();
    let text = format!("seller-sku\tquantity\tfulfillment-channel\n{rows}");
    let (listings, _) = listings::read(Path::new("report.txt"), text.into_bytes(), false);
    let mut listings = listings.expect("a report");
    listings.join(catalog);
    listings
}

fn run(steps: Vec<(i64, Step)>, start: [i64; 3]) -> Result<(), TestCaseError> {
    let catalog = shop();
    let today = jiff::civil::date(2026, 11, 23);
    let mut now: Timestamp = "2026-11-23T08:00:00Z".parse().expect("a time");
    let mut amazon = Amazon::default();
    amazon.take(now, &SKUS.into_iter().zip(start).collect::<Vec<_>>());
    let mut report: Option<(Timestamp, Listings)> = None;
    let mut state: Option<Vec<u8>> = None;
    let mut list: Option<(Timestamp, Vec<u8>)> = None;
    let mut left_out = 0;
    for (minutes, step) in steps {
        now += SignedDuration::from_mins(minutes);
        let decided = match step {
            Step::Report { age } => {
                report = Some((now, report_of(&amazon.at(now - SignedDuration::from_mins(age)), &catalog)));
                continue;
            }
            Step::StateLost => {
                state = None;
                continue;
            }
            Step::Emission { decided } => decided,
        };
        let steps = SKUS.iter().zip(decided).map(|(sku, quantity)| match quantity {
            Some(quantity) => format!("where sku={sku}: fixed {quantity}\n"),
            None => format!("where sku={sku}: sync off\n"),
        });
        let rules = Source::new("a.rules", steps.collect::<String>());
        let ruleset = resolve::resolve(&[syntax::parse(Arc::new(rules)).0], Some(&catalog.schema)).expect("sound rules");
        let listings = report.as_ref().map(|(_, listings)| listings);
        let context = Context::new(&catalog, listings, "amazon.com", today);
        let decisions = Run::new(&ruleset, context).into_decisions();
        let updates = Updates { context, decisions: &decisions, left_out: None };
        let last = match (&state, &list) {
            (Some(bytes), _) => Some(previous_file::read(bytes.clone()).expect("the state").0),
            (None, Some((time, bytes))) => {
                let mut last = PreviousEmission { time: *time, ..PreviousEmission::default() };
                last.extend(quantities::parse(bytes).expect("a list"));
                last.history.settled = Some(*time);
                Some(last)
            }
            (None, None) => None,
        };
        let before = last.map_or_else(Baseline::default, |last| last.baseline(&updates));
        let time = report.as_ref().map(|(time, _)| *time);
        let to_amazon = Updates { left_out: time.map(|time| AlreadyOnAmazon::by_report(&before, time)), ..updates };
        let sku_of = |sku: &str| SKUS.into_iter().find(|known| *known == sku).expect("a known SKU");
        let feed: Vec<_> = to_amazon.iter().map(|sent| (sku_of(sent.sku), sent.quantity)).collect();
        left_out += decided.iter().flatten().count() - feed.len();
        amazon.take(now, &feed);
        let has = amazon.at(now);
        for (sku, quantity) in SKUS.iter().zip(decided) {
            prop_assert!(quantity.is_none_or(|quantity| has.get(sku) == Some(&quantity)), "{sku} at {now}: {has:?}");
        }
        let history = history_after(&updates, &before, now, time);
        let mut written = vec![];
        quantities::csv(&updates, &mut written).expect("memory");
        let mut bytes = vec![];
        previous_file::write(now, &ListSource::Content(&|out| out.write_all(&written)), &[], &history, &mut bytes)
            .expect("memory");
        (state, list) = (Some(bytes), Some((now, written)));
    }
    LEFT_OUT.fetch_add(left_out, std::sync::atomic::Ordering::Relaxed);
    Ok(())
}

static LEFT_OUT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

#[test]
fn amazon_ends_with_what_was_decided() {
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 250, ..ProptestConfig::default() });
    let steps = prop::collection::vec(step(), 1..40);
    let result = runner.run(&(steps, prop::array::uniform3(0_i64..3)), |(steps, start)| run(steps, start));
    result.expect("Amazon has what was decided");
    // A feed that held everything each time would be right, and of no use.
    assert!(LEFT_OUT.load(std::sync::atomic::Ordering::Relaxed) > 100, "much is left out");
}
