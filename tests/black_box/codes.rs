//! Every code of a diagnostic is explained, its example causes it, and the mended example does not.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;

/// The files that every example stands beside, as the head of codes.yaml describes them.
const SHOP: &[(&str, &str)] = &[
    ("stockrule.yaml", "rules: a.rules\ncatalog: shop.yaml\n"),
    ("a.rules", "all: level\n"),
    (
        "shop.yaml",
        "variants:\n\
         \x20 - {sku: TEE-RED-S, tags: [clearance], vendor: Acme Tools, price: \"4.50\", inventory: 10}\n\
         \x20 - {sku: BOX-1, type: Bundle, inventory: 4, metafields: {custom: {amazon_qty: 3}}}\n",
    ),
];

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    std::fs::write(path, bytes).expect("a file");
}

/// What a code's example is, as `src/report/codes.yaml` has it.
#[derive(Deserialize)]
struct Explanation {
    code: String,
    #[serde(default)]
    files: BTreeMap<String, String>,
    #[serde(default)]
    latin1: BTreeMap<String, String>,
    run: Option<String>,
    #[serde(default)]
    mended: BTreeMap<String, String>,
    mended_run: Option<String>,
}

/// The codes that a command tells of on these files.
fn codes_of(files: &BTreeMap<String, String>, latin1: &BTreeMap<String, String>, run: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in SHOP {
        write(folder.path(), name, text.as_bytes());
    }
    for (name, text) in files {
        write(folder.path(), name, text.as_bytes());
    }
    for (name, text) in latin1 {
        let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("one byte a character")).collect();
        write(folder.path(), name, &bytes);
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_stockrule"));
    let done = command.args(run.split(' ')).args(["--format", "json"]).current_dir(folder.path()).output().expect("the program");
    let out: Value = serde_json::from_slice(&done.stdout).expect("JSON");
    let told = out["diagnostics"].as_array().expect("diagnostics");
    told.iter().map(|each| each["code"].as_str().expect("a code").to_owned()).collect()
}

#[test]
fn every_code_is_explained_by_an_example_that_causes_it() {
    let text = include_str!("../../src/report/codes.yaml");
    let all: Vec<Explanation> = serde_yaml::from_str(text).expect("codes with their explanations");
    let mut faults = vec![];
    for each in &all {
        let Explanation { code, files, latin1, run, mended, mended_run } = each;
        let run = run.as_deref().unwrap_or("check");
        let told = codes_of(files, latin1, run);
        if !told.contains(code) {
            faults.push(format!("the example of {code} causes {told:?}"));
        }
        let changed = if mended.is_empty() { files } else { mended };
        let still = codes_of(changed, &BTreeMap::new(), mended_run.as_deref().unwrap_or(run));
        if still.contains(code) || mended.is_empty() && mended_run.is_none() {
            faults.push(format!("the example of {code} is not mended: {still:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
