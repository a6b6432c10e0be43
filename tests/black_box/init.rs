//! What `init` writes: every key of its project file works, and its ideas do what they say.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_stockrule")).args(arguments).current_dir(folder).output().expect("the program")
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).expect("a file");
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).expect("a file")
}

const EXPORT: &str = "Handle,Title,Vendor,Type,Tags,Variant SKU,Variant Inventory Qty,Variant Price,Status\n";

#[test]
fn every_key_that_is_left_as_a_comment_works() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at, "export.csv", &format!("{EXPORT}a,A,V,T,t,X,1,5,active\n"));
    assert!(run(at, &["init", "--catalog", "export.csv"]).status.success());
    // The files that the comments name as examples.
    write(at, "all-listings.txt", "seller-sku\tquantity\tfulfillment-channel\nX\t1\tDEFAULT\n");
    write(
        at,
        "amazon-orders.txt",
        "amazon-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\tsku\titem-status\tquantity\n",
    );
    std::fs::create_dir(at.join("tests")).expect("a folder");
    write(at, "tests/a.yaml", "expect: {X: 1}\n");
    let project = read(at, "stockrule.yaml");
    let (head, body) = project.split_once('\n').expect("a line that says what it is");
    // The example's location is one that this catalog does not have.
    let is_comment = |line: &str| line.trim_start().starts_with("# ") && !line.contains("orders_location");
    let uncommented = body.lines().map(|line| if is_comment(line) { line.replacen("# ", "", 1) } else { line.to_owned() } + "\n");
    let uncommented: String = uncommented.collect();
    write(at, "stockrule.yaml", &format!("{head}\n{uncommented}"));
    let done = run(at, &["check"]);
    assert!(done.status.success(), "{uncommented}\n{}", String::from_utf8_lossy(&done.stderr));
    for key in [
        "seller",
        "marketplace",
        "listings",
        "feed",
        "inventory_file",
        "changed_only",
        "zeroed",
        "listings_age",
        "catalog_age",
        "unsent",
        "on_change",
        "on_trouble",
        "timezone",
    ] {
        assert!(uncommented.lines().any(|line| line.trim_start().starts_with(&format!("{key}: "))), "{key}: {uncommented}");
    }
}

/// Quantities by SKU.
fn quantities(folder: &Path) -> Vec<(String, Option<i64>)> {
    let done = run(folder, &["preview", "--format", "json"]);
    let value: Value = serde_json::from_slice(&done.stdout).expect("JSON");
    let variants = value["variants"].as_array().expect("a list").iter();
    variants.map(|each| (each["sku"].as_str().unwrap_or_default().to_owned(), each["quantity"].as_i64())).collect()
}

#[test]
fn every_idea_changes_some_quantities_and_raises_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let mut export = EXPORT.to_owned();
    for number in 0..40 {
        let (vendor, kind, tags) = (
            ["Acme \"Co\"", "Two Oaks", ""][number % 3],
            ["Shirt", "Mug"][number % 2],
            ["sale, and", "x\u{1b}y", ""][number % 3],
        );
        let status = if number % 7 == 0 { "draft" } else { "active" };
        let vendor = vendor.replace('"', "\"\"");
        export.push_str(&format!(
            "h{number},T,\"{vendor}\",{kind},\"{tags}\",S{number},{},{}.50,{status}\n",
            number - number / 2 * 2 + number,
            number * 4
        ));
    }
    write(at, "export.csv", &export);
    let done = run(at, &["init", "--catalog", "export.csv"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let rules = read(at, "amazon.rules");
    let ideas: Vec<&str> = rules.lines().filter_map(|line| line.strip_prefix("# where ")).collect();
    assert!(ideas.len() >= 5, "{rules}");
    let usual = quantities(at);
    for idea in ideas {
        assert!(!idea.contains("sync off") && !idea.contains('\u{1b}'), "{idea}");
        write(at, "amazon.rules", &rules.replace(&format!("# where {idea}"), &format!("where {idea}")));
        let with = quantities(at);
        assert_eq!(with.len(), usual.len(), "{idea}");
        assert!(with.iter().zip(&usual).all(|(with, usual)| with.1.is_some() && with.1 <= usual.1), "{idea}");
        let changed = with.iter().zip(&usual).filter(|(with, usual)| with != usual).count();
        assert!(changed > 0 && changed < usual.len(), "{idea}");
    }
}

#[test]
fn a_catalog_whose_variants_are_all_alike_gives_no_ideas() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at, "export.csv", &format!("{EXPORT}a,A,V,T,t,X,1,5,draft\nb,B,V,T,t,Y,1,5,draft\n"));
    assert!(run(at, &["init", "--catalog", "export.csv"]).status.success());
    assert!(!read(at, "amazon.rules").contains("# where"));
}

#[cfg(unix)]
#[test]
fn a_file_of_any_name_is_found_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    for name in [
        "a: b.csv",
        "null",
        "1.0",
        "\"q\".csv",
        "back\\slash.csv",
        "*[x]?.csv",
        "n\u{85}l\u{2028}\u{1b}.csv",
        "#.csv",
        "é 商品.csv",
    ] {
        write(at, name, &format!("{EXPORT}a,A,V,T,t,X,1,5,active\n"));
        let done = run(at, &["init", "--catalog", name]);
        assert!(done.status.success(), "{name}: {}", String::from_utf8_lossy(&done.stderr));
        assert_eq!(quantities(at), [("X".to_owned(), Some(1))], "{name}: {}", read(at, "stockrule.yaml"));
        for written in ["stockrule.yaml", "amazon.rules", name] {
            std::fs::remove_file(at.join(written)).expect("a file");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_not_written_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    write(at, "export.csv", &format!("{EXPORT}a,A,V,T,t,X,1,5,draft\n"));
    std::os::unix::fs::symlink("nowhere", at.join("amazon.rules")).expect("a link");
    assert_eq!(run(at, &["init", "--catalog", "export.csv"]).status.code(), Some(1));
    assert!(!at.join("stockrule.yaml").exists());
}
