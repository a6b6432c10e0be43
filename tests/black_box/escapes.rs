//! One hostile text in every field, file name, tag, SKU, test name and revision, and every output of every command looked at for
//! what a terminal would obey.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// A colour, a window's title, a screen erased by a C1 control, a return over the line, writing from right to left, a line
/// separator, and what HTML, Markdown, XML, a spreadsheet and GitHub would take for their own.
const HOSTILE: &str = "x\u{1b}[31m\u{1b}]0;t\u{7}\u{9b}2J\u{8}\u{202e}\u{2066}\u{200f}\u{61c}\u{2028}\u{7f}::error::|`<b>&";

/// The hostile text without what ends a value in the files that hold it.
fn in_quotes() -> String {
    HOSTILE.replace('"', "")
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    std::fs::write(path, text).expect("a file");
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stockrule"));
    command.args(arguments).current_dir(folder).env("GITHUB_WORKSPACE", folder).output().expect("the program")
}

/// Whether a terminal would obey a character, or show nothing in its place.
fn is_obeyed(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t'
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A shop in which everything that has a name has this one.
fn shop() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let x = in_quotes();
    let cell = |prefix: &str| format!("\"{prefix}{x}\"");
    let header =
        "Handle,Title,Vendor,Type,Tags,Status,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price,";
    let row = |number: usize, sku: &str, count: &str| {
        let (handle, sku) = (cell(&format!("h{number}")), cell(sku));
        format!("{handle},{0},{0},{0},{0},{0},{0},{0},{sku},{count},{count},{0}\n", cell(""))
    };
    let rows =
        [row(1, "A", "7"), row(2, "B", "7"), row(3, "B", "7"), row(4, "C", &cell("many")), row(5, "=", "7"), row(6, "OFF", "7")];
    write(
        at,
        &format!("{x}.csv"),
        &format!(
            "{header}{}\n{}",
            cell("Note (product.metafields.custom.note)").replace("note)", &format!("note{x})")),
            rows.concat()
        ),
    );
    let rules = format!(
        "group g = tag=\"{x}\"\nall: level\nwhere vendor=\"{x}\": max 5\nwhere tag=\"none{x}\": max 1\nwhere sku=\"A{x}\": fixed 9\n\
         where sku=\"OFF{x}\": sync off\n"
    );
    write(at, &format!("{x}.rules"), &rules);
    write(at, "old.rules", "all: level\n");
    write(
        at,
        "broken.rules",
        &format!("where vendr=\"{x}\": level\nwhere tag={x}: level\nall: bufer\nwhere title matches \"({x}\": level\n"),
    );
    let listing = |sku: &str| format!("{sku}{x}\t3\tDEFAULT\tB{x}\n");
    let report = format!(
        "seller-sku\tquantity\tfulfillment-channel\tasin1\n{}",
        ["A", "B", "C", "=", "OFF", "ONLY"].map(listing).concat()
    );
    write(at, &format!("{x}.txt"), &report);
    let orders = format!(
        "Name,Created at,Lineitem quantity,Lineitem sku,Source,Location\n\"#{x}\",24/11/2026,1,\"A{x}\",\"{x}\",\"{x}\"\n\"#2{x}\",2026-11-24 09:00:00 +0000,1,\"A{x}\",\"{x}\",\"{x}\"\n"
    );
    write(at, "orders.csv", &orders);
    let quoted = serde_json::to_string(&x).expect("text").replace('\u{7f}', "\\u007f").replace('\u{9b}', "\\u009b");
    let name = |ending: &str| format!("{}{ending}\"", quoted.strip_suffix('"').expect("quotes"));
    write(
        at,
        "stockrule.yaml",
        &format!(
            "rules: [{}]\ncatalog: [{}]\namazon: {{listings: {}}}\nemit: {{quantities: {}}}\n",
            name(".rules"),
            name(".csv"),
            name(".txt"),
            name(".out")
        ),
    );
    write(at, "broken.yaml", &format!("rules: [{}]\ncatalog: []\n{quoted}: 1\n", name(".rules")));
    let sku = |sku: &str| quoted.replacen('"', &format!("\"{sku}"), 1);
    write(
        at,
        "tests/t.yaml",
        &format!(
            "cases:\n  - name: {quoted}\n    variant: {{sku: {0}, vendor: {quoted}, inventory: 8}}\n    expect: 3\nexpect:\n  {0}: 1\n  {1}: 4\n\
             never:\n  - {2}\n",
            sku("A"),
            sku("NOPE"),
            serde_json::to_string(&format!("vendor=\"{x}\" and quantity > 1"))
                .expect("text")
                .replace('\u{7f}', "\\u007f")
                .replace('\u{9b}', "\\u009b"),
        ),
    );
    folder
}

#[test]
fn no_output_of_any_command_holds_what_a_terminal_would_obey() {
    let folder = shop();
    let at = folder.path();
    let x = in_quotes();
    let (rules, sku, file) = (format!("{x}.rules"), format!("A{x}"), format!("{x}.none"));
    let (filter, wrong) = (format!("vendor=\"{x}\" and tag=\"{x}2\""), format!("{x}=1"));
    let mut commands: Vec<Vec<&str>> = vec![
        vec!["check", "--orders", "orders.csv"],
        vec!["check", "--project", "broken.yaml"],
        vec!["check", "--rules", &file],
        vec!["check", "--catalog", &file],
        vec!["check", "--color", "always", "-v"],
        vec!["check", "--color", "always", "--rules", "broken.rules"],
        vec!["check", "--marketplace", &x],
        vec!["preview", "--amazon-only"],
        vec!["preview", "--amazon-only", "--format", "csv"],
        vec!["preview", "--amazon-only", "--format", "json"],
        vec!["preview", "--where", &filter],
        vec!["preview", "--where", &wrong],
        vec!["preview", "--sku", &sku],
        vec!["preview", "--sku", &file],
        vec!["preview", "--html", &file],
        vec!["explain", &sku],
        vec!["explain", &sku, "--format", "json"],
        vec!["explain", &file],
        vec!["explain-code", &x],
        vec!["explain-code", &x, "--format", "json"],
        vec!["diff", "--from", "old.rules"],
        vec!["diff", "--from", "old.rules", "--format", "markdown"],
        vec!["diff", "--from", &file],
        vec!["diff", &file],
        vec!["fmt", &rules],
        vec!["fmt", "--check", "broken.rules"],
        vec!["test", &file],
        vec!["test", "--coverage"],
        vec!["init", "--catalog", &file],
        vec!["init", "--catalog", "old.rules", "--project", &x],
        vec!["emit"],
        vec!["emit", "--quantities", "."],
        vec!["emit", "--catalog", &file, "--format", "json"],
        vec![&x],
        vec!["check", "--today", &x],
        vec!["check", "--format", &x],
    ];
    for (command, formats) in [
        ("check", ["text", "json", "github", "sarif"].as_slice()),
        ("preview", &["text", "json", "csv"]),
        ("diff", &["text", "json", "csv", "markdown"]),
        ("test", &["text", "json", "junit"]),
        ("emit", &["text", "json"]),
    ] {
        for format in formats {
            commands.push(vec![command, "--format", format]);
            commands.push(vec![command, "--format", format, "--rules", "broken.rules"]);
        }
    }
    let colors = regex::Regex::new("\u{1b}\\[[0-9;]*m").expect("a pattern");
    for arguments in commands {
        let done = run(at, &arguments);
        let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.code().is_some_and(|code| code <= 4), "{arguments:?}: {:?}\n{err}", done.status);
        let colored = arguments.contains(&"--color");
        for text in [&out, &err] {
            let mut text = text.to_string();
            if colored {
                // Our own colours, and nothing else that begins with an escape.
                text = colors.replace_all(&text, "").into_owned();
            }
            let found = text
                .find(is_obeyed)
                .map(|at| text[..at].chars().rev().take(60).collect::<String>().chars().rev().collect::<String>());
            assert!(found.is_none(), "{arguments:?}: after {found:?}");
        }
        if arguments.contains(&"github") {
            let lines = out.lines().filter(|line| !line.starts_with("::error ") && !line.starts_with("::warning "));
            assert_eq!(lines.count(), 0, "{out}");
        }
        if arguments.contains(&"json") || arguments.contains(&"sarif") {
            let value: Value = serde_json::from_str(&out).expect("JSON");
            assert!(value.is_object(), "{arguments:?}");
        }
        if arguments.contains(&"junit") {
            // A return, an escape and the other controls that XML forbids are shown as in every text.
            assert!(out.contains("\\u{1b}"), "{out}");
        }
        // Each has the text to show that is looked for, or says why not.
        assert!(!out.is_empty() || !err.is_empty() || arguments[0] == "fmt", "{arguments:?} prints nothing");
    }
}

#[test]
fn machine_readable_results_hold_the_exact_texts() {
    let folder = shop();
    let done = run(folder.path(), &["preview", "--format", "json"]);
    let value: Value = serde_json::from_slice(&done.stdout).expect("JSON");
    let sku = value["variants"][0]["sku"].as_str().expect("a SKU");
    assert_eq!(sku, format!("A{}", in_quotes()), "{}", String::from_utf8_lossy(&done.stderr));
    let page = folder.path().join("page.html");
    assert!(run(folder.path(), &["preview", "--html", "page.html"]).status.success());
    let page = std::fs::read_to_string(page).expect("the page");
    assert!(!page.contains(is_obeyed) && !page.contains("<b>&"), "the page escapes what others have written");
}

#[test]
fn the_log_of_watch_holds_nothing_that_a_terminal_would_obey() {
    for format in ["text", "json"] {
        let folder = shop();
        let mut watch = Command::new(env!("CARGO_BIN_EXE_stockrule"))
            .args(["watch", "--format", format])
            .current_dir(folder.path())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("the program");
        let output = folder.path().join(format!("{}.out", in_quotes()));
        let started = std::time::Instant::now();
        while !output.exists() && started.elapsed().as_secs() < 20 {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        assert!(output.exists(), "watch has written");
        // The line on it follows at once.
        std::thread::sleep(std::time::Duration::from_secs(1));
        watch.kill().expect("an end");
        let done = watch.wait_with_output().expect("the log");
        let log = [done.stdout, done.stderr].concat();
        let log = String::from_utf8_lossy(&log);
        assert!(log.contains("ambiguous-sku") && log.contains(if format == "json" { "\\u001b" } else { "\\u{1b}" }), "{log}");
        let found =
            log.find(is_obeyed).map(|at| log[..at].chars().rev().take(60).collect::<String>().chars().rev().collect::<String>());
        assert!(found.is_none(), "{format}: after {found:?}");
    }
}
