//! What people type from other languages and spreadsheets: the help says what to write instead.

use std::fs;
use std::path::Path;
use std::time::Duration;

use regex::Regex;
use serde::Deserialize;

use super::exports;
use super::numbered::Numbered;
use super::program::{Done, stockrule};

/// An entry of typed.yaml.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// What somebody typed as a rule file.
    typed: Option<String>,
    /// What somebody typed on the command line.
    #[serde(default)]
    args: Vec<String>,
    /// Regular expressions that one message, with its help, must match.
    help: Vec<String>,
    /// What that message and its help may not match.
    #[serde(default)]
    never: Vec<String>,
    /// What was meant. It must be right.
    mended: Option<String>,
    /// `inventory` where the shop has only that export.
    catalog: Option<String>,
}

/// A shop of three shirts, as a product export and as an inventory export.
fn shop(folder: &Path) {
    let rows = [("S", "Red", "5.00"), ("M", "Red", "9.50"), ("M", "Blue", "20.00")];
    let rows = (1..).zip(rows).map(|(number, (size, color, price))| {
        format!(
            "  - {{Handle: tee, Vendor: Two Oaks, Type: Winter Shirt, Tags: 'linen, home set', Option1 Name: Size, Option1 Value: {size}, \
             Option2 Name: Color, Option2 Value: {color}, Variant SKU: TEE-{number}, Variant Inventory Qty: {}, Variant Price: '{price}'}}\n",
            30 * number
        )
    });
    let export = serde_yaml::from_str(&format!("rows:\n{}", rows.collect::<String>())).expect("rows");
    fs::write(folder.join("p.csv"), exports::products(&export)).expect("a file");
    let rows = "[[tee, Size, S, TEE-1, Boston, 20], [tee, Size, M, TEE-2, Boston, 20], [tee, Size, L, TEE-3, Boston, 20]]";
    let rows: Vec<Numbered> = serde_yaml::from_str(rows).expect("rows");
    fs::write(folder.join("i.csv"), exports::inventory(&rows)).expect("a file");
}

#[test]
fn what_people_type_is_answered_with_what_to_write() {
    let entries: Vec<Entry> = serde_yaml::from_str(include_str!("typed.yaml")).expect("entries");
    assert!(entries.len() >= 31, "only {} entries", entries.len());
    let folder = tempfile::tempdir().expect("a folder");
    shop(folder.path());
    let mut faults = vec![];
    for entry in &entries {
        let preview = |rules: &str, more: &[String]| -> Done {
            fs::write(folder.path().join("t.rules"), format!("{rules}\n")).expect("a file");
            let catalog = if entry.catalog.is_some() { "i.csv" } else { "p.csv" };
            let words = ["preview", "--format", "json", "--catalog", catalog, "--rules", "t.rules"].map(str::to_owned);
            stockrule(folder.path(), &[&words, more].concat(), Duration::from_secs(20))
        };
        let what = entry.typed.clone().unwrap_or_else(|| entry.args.join(" "));
        let done = preview(entry.typed.as_deref().unwrap_or("all: level"), &entry.args);
        let text = |diagnostic: &serde_json::Value, key: &str| diagnostic[key].as_str().unwrap_or("").to_owned();
        let mut found: Vec<String> =
            done.diagnostics().iter().map(|each| format!("{} | {}", text(each, "message"), text(each, "help"))).collect();
        if found.is_empty() {
            found.push(done.err.clone());
        }
        let matches = |pattern: &String, text: &String| Regex::new(pattern).expect("a pattern").is_match(text);
        let helps = found.iter().any(|found| entry.help.iter().all(|pattern| matches(pattern, found)));
        let misleads = found.iter().any(|found| entry.never.iter().any(|pattern| matches(pattern, found)));
        if !helps || misleads {
            faults.push(format!("{what:?} is answered {:?}", found[0]));
        }
        if let Some(mended) = &entry.mended {
            let done = preview(mended, &[]);
            if done.status != Some(0) || done.diagnostics().iter().any(|each| text(each, "help").contains("spelt")) {
                faults.push(format!("the mended {mended:?} is answered: {}", done.shown()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
