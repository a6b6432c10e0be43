//! Input that means harm, and places that cannot be written to: a clear error, nothing written, the last good output kept.

use std::path::Path;
use std::process::{Command, Output};

const HEADER: &str = "Handle,Title,Vendor,Tags,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty\n";
const EMIT: [&str; 8] = ["emit", "--yes", "--catalog", "shop.csv", "--rules", "r.rules", "--quantities", "out/q.csv"];

/// A folder with a shop of one SKU, its rules, and quantities that were emitted before.
struct Shop(tempfile::TempDir);

impl Shop {
    fn new() -> Self {
        let shop = Shop(tempfile::tempdir().expect("a folder"));
        shop.write("r.rules", "all: level\n");
        shop.write("shop.csv", format!("{HEADER}a,T,V,t,A,shopify,3\n"));
        assert!(shop.run(&EMIT).status.success());
        assert_eq!(shop.quantities(), "sku,quantity\nA,3\n");
        shop
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path().join(name), bytes).expect("a file");
    }

    fn quantities(&self) -> String {
        std::fs::read_to_string(self.path().join("out/q.csv")).expect("quantities")
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_stockrule")).args(arguments).current_dir(self.path()).output().expect("the program")
    }

    /// Runs `emit` with other arguments added; it must fail with these words, and leave the quantities alone.
    fn refuses(&self, arguments: &[&str], words: &str) {
        let done = self.run(&[&EMIT, arguments].concat());
        self.has_refused(&done, words);
    }

    fn has_refused(&self, done: &Output, words: &str) {
        let told = String::from_utf8_lossy(&done.stderr);
        // 4 is for files that cannot be read or written.
        let expected = if words.contains("read") || words.contains("written") || words.contains("larger than") { 4 } else { 1 };
        assert_eq!(done.status.code(), Some(expected), "{told}");
        assert!(told.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "").contains(words), "{words}\n{told}");
        assert!(told.len() < 5_000, "{} bytes of words", told.len());
        assert_eq!(self.quantities(), "sku,quantity\nA,3\n");
        let left = std::fs::read_dir(self.path().join("out")).expect("out").count();
        assert_eq!(left, 1, "no temporary file is left");
    }
}

#[test]
fn files_of_any_size_are_answered() {
    let shop = Shop::new();
    let sparse = |name: &str, start: &str, length: u64| {
        shop.write(name, start);
        let file = std::fs::File::options().write(true).open(shop.path().join(name)).expect("a file");
        file.set_len(length).expect("a sparse file");
    };
    sparse("huge.yaml", "variants:\n", 1 << 40);
    shop.refuses(&["--catalog", "huge.yaml"], "is larger than 2048 MB");
    // The product export of zeros is one record of a terabyte: it is not even begun.
    sparse("huge.csv", "", 1 << 40);
    shop.refuses(&["--catalog", "huge.csv"], "is larger than 2048 MB");
    sparse("huge.csv", HEADER, 1 << 40);
    shop.refuses(&["--catalog", "huge.csv"], "is larger than 2048 MB");
    sparse("huge.rules", "all: level\n", 1 << 40);
    shop.refuses(&["--rules", "huge.rules"], "is larger than 64 MB");
}

#[test]
fn a_long_line_is_read_or_refused() {
    let shop = Shop::new();
    let long = "x".repeat(8 << 20);
    shop.write("shop.csv", format!("{HEADER}a,\"{long}\",V,t,A,shopify,many\n"));
    let done = shop.run(&EMIT);
    assert!(done.status.success());
    assert!(done.stderr.len() < 5_000, "the cell is not shown whole");
    assert_eq!(shop.quantities(), "sku,quantity\n");
    shop.write("shop.csv", format!("{HEADER}{long}"));
    let done = shop.run(&EMIT);
    assert_eq!(done.status.code(), Some(1));
    assert!(done.stderr.len() < 5_000, "the line is not shown whole");
}

#[test]
fn a_million_columns_are_refused_and_a_million_tags_are_read() {
    let shop = Shop::new();
    let columns: String = (0..1_000_000).fold(String::new(), |all, column| all + &format!(",c{column}"));
    shop.write("wide.csv", format!("Handle,Variant SKU{columns}\na,B\n"));
    shop.refuses(&["--catalog", "wide.csv"], "this file has 1,000,002 columns");
    let tags: String = (0..1_000_000).fold(String::new(), |all, tag| all + &format!("t{tag},"));
    shop.write("shop.csv", format!("{HEADER}a,T,V,\"{tags}\",A,shopify,3\n"));
    shop.write("r.rules", "all: level\nwhere tag=t77777: max 1\n");
    assert!(shop.run(&EMIT).status.success());
    assert_eq!(shop.quantities(), "sku,quantity\nA,1\n");
}

#[test]
fn yaml_that_explodes_is_refused() {
    let shop = Shop::new();
    let mut bomb = "variants:\n  - {sku: A, tags: &a0 [x, x, x, x, x, x, x, x, x, x]}\n".to_owned();
    for level in 1..12 {
        let before = format!("*a{}, ", level - 1).repeat(10);
        bomb.push_str(&format!("  - {{sku: A{level}, tags: &a{level} [{before}]}}\n"));
    }
    shop.write("bomb.yaml", bomb);
    shop.refuses(&["--catalog", "bomb.yaml"], "variant 2, tags");
    shop.write("deep.yaml", format!("variants: {}", "[".repeat(200_000)));
    shop.refuses(&["--catalog", "deep.yaml"], "more than 1000 deep");
    shop.write("deep.yaml", format!("variants:\n  {}", "- ".repeat(20_000)));
    shop.refuses(&["--catalog", "deep.yaml"], "variant 1");
    shop.write("deep.json", "[".repeat(200_000));
    shop.refuses(&["--orders", "deep.json"], "recursion limit exceeded");
}

#[test]
fn rules_without_measure_are_refused() {
    let shop = Shop::new();
    let refused = |condition: String, words: &str| {
        shop.write("x.rules", format!("all: level\nwhere {condition}: max 1\n"));
        shop.refuses(&["--rules", "x.rules"], words);
    };
    refused("title matches \"(a{1000}){1000}\"".to_owned(), "this regular expression is too large");
    refused(format!("title matches \"{}a{}\"", "(".repeat(500), ")".repeat(500)), "nested parentheses");
    refused(format!("title like \"{}\"", "*?".repeat(100_000)), "too large");
    refused(format!("{}tag=a{}", "(".repeat(100_000), ")".repeat(100_000)), "nesting deeper than 64");
    refused(format!("{}tag=a", "not ".repeat(100_000)), "nesting deeper than 64");
}

#[test]
fn a_terminal_is_shown_no_control_characters() {
    let shop = Shop::new();
    shop.write(
        "shop.csv",
        format!("{HEADER}a,T,V,t,\"S\u{1b}[31m\u{202e}1\",shopify,many\u{1b}]0;x\u{7}\na,,,,\u{1b}[2J,shopify,1\n"),
    );
    shop.write("a\u{1b}[31m.rules", "all: levl\n");
    for arguments in [&["preview", "--catalog", "shop.csv", "--rules", "r.rules"][..], &["check", "--rules", "a\u{1b}[31m.rules"]]
    {
        let done = shop.run(arguments);
        for stream in [&done.stdout, &done.stderr] {
            let told = String::from_utf8_lossy(stream);
            assert!(!told.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{told:?}");
        }
    }
}

#[test]
fn a_sku_stays_what_it_is_where_a_spreadsheet_would_see_a_formula() {
    let shop = Shop::new();
    shop.write("shop.csv", format!("{HEADER}a,T,V,t,=1+1,shopify,3\nb,T,V,t,@SUM(A1),shopify,4\nc,T,V,t,\"-2,5\",shopify,4\n"));
    assert!(shop.run(&EMIT).status.success());
    assert_eq!(shop.quantities(), "sku,quantity\n=1+1,3\n@SUM(A1),4\n\"-2,5\",4\n");
}

#[test]
fn a_project_writes_into_its_own_folder_alone() {
    let shop = Shop::new();
    let elsewhere = tempfile::tempdir().expect("a folder");
    #[cfg(unix)]
    std::os::unix::fs::symlink(elsewhere.path(), shop.path().join("link")).expect("a link");
    let absolute = elsewhere.path().join("q.csv").display().to_string();
    let mut outside = vec!["../q.csv", "out/../../q.csv", &absolute];
    if cfg!(unix) {
        outside.extend(["link/q.csv", "link/deeper/q.csv"]);
    }
    for output in outside {
        shop.write("stockrule.yaml", format!("rules: r.rules\ncatalog: shop.csv\nemit: {{quantities: '{output}'}}\n"));
        let done = shop.run(&["emit"]);
        shop.has_refused(&done, "leads out of the project");
        assert_eq!(std::fs::read_dir(elsewhere.path()).expect("a folder").count(), 0);
    }
    shop.write("stockrule.yaml", "rules: r.rules\ncatalog: shop.csv\nemit: {quantities: './new/../out/q.csv'}\n");
    assert!(shop.run(&["emit"]).status.success());
}

#[test]
fn a_folder_in_the_place_of_a_file_is_told() {
    let shop = Shop::new();
    std::fs::create_dir(shop.path().join("folder")).expect("a folder");
    for (output, words) in [("folder", "`folder` cannot be written: it is a folder"), ("r.rules/q.csv", "cannot be written")] {
        let done = shop.run(&["emit", "--catalog", "shop.csv", "--rules", "r.rules", "--quantities", output]);
        shop.has_refused(&done, words);
    }
    shop.refuses(&["--catalog", "folder"], "cannot be read: it is a folder");
}

#[test]
fn a_catalog_that_is_cut_while_it_is_read_ends_nothing() {
    let shop = Shop::new();
    let rows: String = (0..100_000).map(|number| format!("p{number},T,V,t,SKU-{number},shopify,{number}\n")).collect();
    let catalog = format!("{HEADER}{rows}");
    let within_a_row = catalog[..1_000_000].rfind('\n').expect("a row") + 3;
    for delay in 0..12 {
        shop.write("shop.csv", &catalog);
        let mut emit = Command::new(env!("CARGO_BIN_EXE_stockrule"));
        let mut emit = emit.args(EMIT).current_dir(shop.path()).stderr(std::process::Stdio::null()).spawn().expect("the program");
        std::thread::sleep(std::time::Duration::from_millis(delay * 5));
        let file = std::fs::File::options().write(true).open(shop.path().join("shop.csv")).expect("a file");
        file.set_len(within_a_row as u64).expect("a cut file");
        let code = emit.wait().expect("the program").code();
        assert!(matches!(code, Some(0 | 1 | 4)), "{code:?}");
        let lines = shop.quantities().lines().count();
        assert!([2, 100_001].contains(&lines), "{lines}");
    }
}

#[test]
fn who_reads_an_output_keeps_what_was_there() {
    let shop = Shop::new();
    let reader = std::fs::File::open(shop.path().join("out/q.csv")).expect("quantities");
    shop.write("shop.csv", format!("{HEADER}a,T,V,t,A,shopify,9\n"));
    assert!(shop.run(&EMIT).status.success());
    assert_eq!(std::io::read_to_string(reader).expect("text"), "sku,quantity\nA,3\n");
    assert_eq!(shop.quantities(), "sku,quantity\nA,9\n");
}

/// Emits onto a disk of 64 KB, runs a shell's commands, and emits another catalog, which must fail with these words and leave the
/// disk as it was. Nothing is tried where the system lets nobody mount.
#[cfg(target_os = "linux")]
fn keeps_what_is_on_the_disk(shop: &Shop, between: &str, catalog: &str, words: &str) {
    let unshare = |script: &str| {
        let arguments = ["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh", env!("CARGO_BIN_EXE_stockrule")];
        Command::new("unshare").args(arguments).current_dir(shop.path()).output().ok()
    };
    const MOUNT: &str = "mount -t tmpfs -o size=64k tmpfs disk";
    if unshare(&format!("mkdir disk && {MOUNT}")).is_none_or(|done| !done.status.success()) {
        eprintln!("not tried: nothing can be mounted here");
        return;
    }
    let emit = "\"$1\" emit --yes --rules r.rules --quantities disk/q.csv";
    let script = format!(
        "{MOUNT} && {emit} --catalog shop.csv -q && {between} && {emit} --catalog {catalog}; echo $?; cat disk/*; ls -A disk"
    );
    let done = unshare(&script).expect("a shell");
    let told = String::from_utf8_lossy(&done.stderr);
    assert_eq!(String::from_utf8_lossy(&done.stdout), "4\nsku,quantity\nA,3\nq.csv\n", "{told}");
    assert!(told.contains(words), "{told}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_keeps_the_last_output() {
    let shop = Shop::new();
    let many = (0..20_000).fold(HEADER.to_owned(), |text, number| text + &format!("h{number},T,V,t,S{number},shopify,5\n"));
    shop.write("many.csv", many);
    keeps_what_is_on_the_disk(&shop, "true", "many.csv", "`disk/q.csv` cannot be written: No space left on device");
}

#[test]
#[cfg(target_os = "linux")]
fn a_disk_that_is_not_to_be_written_to_keeps_the_last_output() {
    let shop = Shop::new();
    shop.write("more.csv", format!("{HEADER}a,T,V,t,A,shopify,9\n"));
    keeps_what_is_on_the_disk(&shop, "mount -o remount,ro disk", "more.csv", "cannot be written: Read-only file system");
}

#[test]
#[cfg(target_os = "linux")]
fn a_result_that_nobody_can_take_is_an_error() {
    let shop = Shop::new();
    let full = std::fs::File::options().write(true).open("/dev/full").expect("/dev/full");
    let mut command = Command::new(env!("CARGO_BIN_EXE_stockrule"));
    command.args(["preview", "--catalog", "shop.csv", "--rules", "r.rules"]).current_dir(shop.path());
    let done = command.stdout(full).output().expect("the program");
    assert_eq!(done.status.code(), Some(4));
    assert_eq!(
        String::from_utf8_lossy(&done.stderr),
        "error: the result cannot be written: No space left on device (os error 28)\n"
    );
}

#[test]
#[cfg(target_os = "linux")]
fn what_must_not_be_read_or_written_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let shop = Shop::new();
    let set = |name: &str, mode| {
        std::fs::set_permissions(shop.path().join(name), std::fs::Permissions::from_mode(mode)).expect("permissions");
    };
    shop.write("secret.csv", HEADER);
    set("secret.csv", 0o000);
    set("out", 0o555);
    set("", 0o755);
    // Who may do everything steps down to somebody who may not.
    let may_do_everything = std::fs::read(shop.path().join("secret.csv")).is_ok();
    let program = env!("CARGO_BIN_EXE_stockrule");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(if may_do_everything { "setpriv" } else { program });
        if may_do_everything {
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups", program]);
        }
        command.args(arguments).current_dir(shop.path()).output().expect("the program")
    };
    if !run(&["--version"]).status.success() {
        eprintln!("not tried: nobody else may run the program here");
        return;
    }
    shop.has_refused(&run(&[&EMIT[..], &["--catalog", "secret.csv"]].concat()), "cannot be read: permission denied");
    shop.write("shop.csv", format!("{HEADER}a,T,V,t,A,shopify,9\n"));
    shop.has_refused(&run(&EMIT), "cannot be written: Permission denied");
    set("out", 0o755);
}
