//! Many random shops compared, whoever says what the program makes of them; where one differs, the smallest like it is shown.
//!
//! `STOCKRULE_SEED` is the first one's seed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::shops::random::Random;
use super::shops::{Case, shrink, write};
use super::simple::orders::Adjustment;

/// How a comparison ends if not well.
#[derive(Debug)]
pub enum Fault {
    /// The program refuses the files.
    Refused(String),
    /// It says something else.
    Differs(String),
}

/// What becomes of the variants of many cases.
pub type Shares = BTreeMap<&'static str, usize>;

pub fn number(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

pub fn equal<T: PartialEq + std::fmt::Debug>(what: &str, said: &[T], expected: &[T]) -> Result<(), Fault> {
    if said == expected {
        return Ok(());
    }
    let at = said.iter().zip(expected).position(|(said, expected)| said != expected).unwrap_or(said.len().min(expected.len()));
    let (said, expected) = (said.get(at), expected.get(at));
    Err(Fault::Differs(format!("{what} {at}\n  the program: {said:?}\n  expected:    {expected:?}")))
}

/// Compares many cases; where one differs, the smallest like it is told.
pub fn compare_all(
    cases: usize,
    variants: impl Fn(&mut Random) -> usize,
    compare: impl Fn(&Case) -> Result<Shares, Fault>,
) -> Shares {
    let first = number("STOCKRULE_SEED", 1);
    let mut shares = Shares::new();
    for seed in first..first + cases {
        let seed = seed as u64;
        let case = Case::of(seed, variants(&mut Random::of(!seed)));
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

/// The adjustments of an output.
pub fn read_adjustments(csv: &[u8]) -> Vec<Adjustment> {
    let mut reader = csv::Reader::from_reader(csv);
    let adjustment = |record: csv::StringRecord| Adjustment {
        sku: record[0].to_owned(),
        handle: record[1].to_owned(),
        location: record[2].to_owned(),
        adjustment: record[3].parse().expect("a number"),
        orders: record[4].to_owned(),
    };
    reader.records().map(|record| adjustment(record.expect("a record"))).collect()
}
