//! The contract of the rules language, as data: what each variant's quantity must be, and what must be refused or warned of. Another
//! program that reads this language must pass every case of `tests/conformance` too.
//!
//! A file there is a list of cases. A case has
//! - `case`, its name;
//! - `rules`, the text of a rule file, or a list of such texts, which are read in order;
//! - `catalog`, a list of variants as in a YAML snapshot, or the text of a CSV file;
//! - `listings`, the text of an Amazon listings report, and `today`, the day of evaluation, if they matter;
//! - `expect`, every SKU with its quantity or the name of its outcome;
//! - `error`, a list of `{line, has}`: the run must fail with exit status 1 and report each of these, and no variant;
//! - `warning`, a list of `{line, has}`: the run must report each of these.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::panic)] // a test that cannot set itself up fails

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use rayon::prelude::*;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    case: String,
    rules: Texts,
    catalog: serde_yaml::Value,
    listings: Option<String>,
    today: Option<String>,
    #[serde(default)]
    expect: BTreeMap<String, Value>,
    #[serde(default)]
    error: Vec<Report>,
    #[serde(default)]
    warning: Vec<Report>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Texts {
    One(String),
    Several(Vec<String>),
}

/// A diagnostic that must be among those that are reported.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
    /// Its line, if that is said.
    line: Option<u64>,
    /// Words of its message or help, whatever their case.
    #[serde(default)]
    has: String,
}

#[test]
fn every_case() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance");
    let mut cases: Vec<(String, Case)> = vec![];
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let stage = path.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
        let text = std::fs::read_to_string(&path).expect("a file");
        let of_file: Vec<Case> = serde_yaml::from_str(&text).unwrap_or_else(|problem| panic!("{stage}: {problem}"));
        cases.extend(of_file.into_iter().map(|case| (format!("{stage}: {}", case.case), case)));
    }
    let names: BTreeSet<&String> = cases.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), cases.len(), "each case has a name of its own");
    assert!(cases.len() >= 61, "only {} cases are there", cases.len());
    let faults: Vec<String> = cases
        .par_iter()
        .flat_map_iter(|(name, case)| faults(case).into_iter().map(move |fault| format!("{name}\n    {fault}")))
        .collect();
    assert!(faults.is_empty(), "{} of {} cases:\n{}", faults.len(), cases.len(), faults.join("\n"));
}

/// What a case finds that should not be so.
fn faults(case: &Case) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    let mut arguments: Vec<String> = ["preview", "--format", "json"].map(str::to_owned).to_vec();
    let mut give = |option: &str, value: &str| arguments.extend([format!("--{option}"), value.to_owned()]);
    let rules = match &case.rules {
        Texts::One(text) => std::slice::from_ref(text),
        Texts::Several(texts) => texts,
    };
    for (number, text) in rules.iter().enumerate() {
        write(&format!("r{number}.rules"), text);
        give("rules", &format!("r{number}.rules"));
    }
    if let serde_yaml::Value::String(text) = &case.catalog {
        write("catalog.csv", text);
        give("catalog", "catalog.csv");
    } else {
        let variants = BTreeMap::from([("variants", &case.catalog)]);
        write("catalog.yaml", &serde_yaml::to_string(&variants).expect("YAML"));
        give("catalog", "catalog.yaml");
    }
    if let Some(text) = &case.listings {
        write("listings.txt", text);
        give("listings", "listings.txt");
    }
    if let Some(day) = &case.today {
        give("today", day);
    }
    let done =
        Command::new(env!("CARGO_BIN_EXE_stockrule")).args(&arguments).current_dir(folder.path()).output().expect("the program");
    let Ok(answer) = serde_json::from_slice::<Value>(&done.stdout) else {
        return vec![format!("no JSON, but {}: {}", done.status, String::from_utf8_lossy(&done.stderr))];
    };
    let mut faults = unreported(&answer, "error", &case.error);
    faults.extend(unreported(&answer, "warning", &case.warning));
    let wanted = i32::from(!case.error.is_empty());
    if done.status.code() != Some(wanted) {
        faults.push(format!("{}, not exit status {wanted}: {}", done.status, answer["diagnostics"]));
    }
    let got: BTreeMap<String, Value> = answer["variants"].as_array().into_iter().flatten().filter_map(outcome).collect();
    for sku in got.keys().chain(case.expect.keys()).collect::<BTreeSet<_>>() {
        let (got, expected) = (got.get(sku), case.expect.get(sku));
        if got != expected {
            faults.push(format!("`{sku}`: {}, not {}", shown(got), shown(expected)));
        }
    }
    faults
}

fn shown(value: Option<&Value>) -> String {
    value.map_or("nothing".to_owned(), Value::to_string)
}

/// A variant's SKU, with its quantity or outcome.
fn outcome(variant: &Value) -> Option<(String, Value)> {
    let sku = variant["sku"].as_str().filter(|sku| !sku.is_empty())?;
    let value = if variant["outcome"] == "synced" { &variant["quantity"] } else { &variant["outcome"] };
    Some((sku.to_owned(), value.clone()))
}

/// The wanted diagnostics that are not reported.
fn unreported(answer: &Value, severity: &str, wanted: &[Report]) -> Vec<String> {
    let diagnostics: Vec<&Value> = answer["diagnostics"].as_array().into_iter().flatten().collect();
    let is_reported = |want: &&Report| {
        diagnostics.iter().any(|diagnostic| {
            let text = |key: &str| diagnostic[key].as_str().unwrap_or("");
            let words = format!("{} {}", text("message"), text("help")).to_lowercase();
            diagnostic["severity"] == severity
                && want.line.is_none_or(|line| diagnostic["line"] == line)
                && words.contains(&want.has.to_lowercase())
        })
    };
    let missing = wanted.iter().filter(|want| !is_reported(want));
    missing.map(|want| format!("no {severity} {want:?}, but {}", answer["diagnostics"])).collect()
}

/// A feed is what Amazon's schema of `JSON_LISTINGS_FEED` (v2) asks for, and what that leaves open: one merge of one quantity a SKU,
/// which alone leaves a listing's handling time as it is.
#[test]
fn feeds_are_what_amazon_takes() {
    let folder = tempfile::tempdir().expect("a folder");
    let feed = folder.path().join("feed.json");
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/small-shop");
    let outputs = ["quantities.csv", "adjustments.csv"].map(|name| folder.path().join(name));
    let done = Command::new(env!("CARGO_BIN_EXE_stockrule"))
        .args(["emit", "-q", "--yes", "--today", "2026-11-23", "--project"])
        .arg(project)
        .arg("--feed")
        .arg(&feed)
        .arg("--quantities")
        .arg(&outputs[0])
        .arg("--adjustments")
        .arg(&outputs[1])
        .output()
        .expect("the program");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let feed: Value = serde_json::from_slice(&std::fs::read(feed).expect("a feed")).expect("JSON");
    let header = feed["header"].as_object().expect("a header");
    assert!(header["sellerId"].is_string());
    assert_eq!(header["version"], "2.0");
    assert!(header.get("issueLocale").is_none_or(Value::is_string));
    let messages = feed["messages"].as_array().expect("messages");
    assert!((1..=25_000).contains(&messages.len()));
    let (mut ids, mut skus) = (BTreeSet::new(), BTreeSet::new());
    for message in messages {
        let id = message["messageId"].as_i64().expect("an integer");
        assert!((1..=2_147_483_647).contains(&id) && ids.insert(id), "{message}");
        let sku = message["sku"].as_str().expect("a SKU");
        assert!(!sku.is_empty() && skus.insert(sku), "{message}");
        assert_eq!((&message["operationType"], &message["productType"]), (&Value::from("PATCH"), &Value::from("PRODUCT")));
        let keys: Vec<&String> = message.as_object().expect("an object").keys().collect();
        assert!(
            keys.iter().all(|key| ["messageId", "sku", "operationType", "productType", "patches"].contains(&key.as_str())),
            "{keys:?}"
        );
        let [patch] = &message["patches"].as_array().expect("patches")[..] else { panic!("not one patch: {message}") };
        assert_eq!((&patch["op"], &patch["path"]), (&Value::from("merge"), &Value::from("/attributes/fulfillment_availability")));
        let [value] = &patch["value"].as_array().expect("values")[..] else { panic!("not one value: {message}") };
        assert_eq!(value.as_object().map(|value| value.len()), Some(2), "{message}");
        assert_eq!(value["fulfillment_channel_code"], "DEFAULT");
        assert!(value["quantity"].as_i64().is_some_and(|quantity| quantity >= 0), "{message}");
    }
}
