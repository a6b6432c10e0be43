//! What the built program prints and writes for random shops equals what the simple interpreter makes of them.

use std::process::Command;

use super::comparing::{Fault, Shares, compare_all, equal, read_adjustments};
use super::coverage::{self, Coverage};
use super::shops::{Case, rules, write};
use super::simple::{Answer, interpret};

/// So that what is made up does not come to leave out a field, an operator or a step.
#[test]
fn everything_is_asked_for() {
    let mut coverage = Coverage::default();
    (1..=400).for_each(|seed| coverage.add(&Case::of(seed, 12)));
    // Every shop has these.
    let always = ["tracked", "published", "gift_card", "amazon.listed", "today", "marketplace", "status", "policy"];
    for comparison in coverage::comparisons() {
        let (is, is_not) = coverage.comparisons.get(&comparison).copied().unwrap_or_default();
        let is_always = always.iter().any(|field| comparison == format!("{field} has"));
        assert!(is > 0 && (is_not > 0 || is_always), "`{comparison}` was true {is} times, and false {is_not} times");
    }
    for amount in coverage::amounts() {
        assert!(coverage.amounts.contains_key(&amount), "`{amount}` was never written");
    }
}

#[test]
fn the_program_itself() {
    compare_all(40, |random| 1 + random.below(20), compare_program);
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
