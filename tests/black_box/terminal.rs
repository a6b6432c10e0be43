//! What a person sees on a terminal: no more than a screenful. The terminal is one that `script` of util-linux makes.

use std::fmt::Write as _;
use std::process::{Command, Stdio};

/// What the program prints on a terminal of 24 lines and 80 columns, in a folder with a shop of 500 variants and three rules that
/// each cause a warning.
fn on_a_terminal(arguments: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let mut shop = "variants:\n".to_owned();
    for number in 0..500 {
        writeln!(shop, "  - {{sku: K-{number}, inventory: 5}}").expect("memory");
    }
    std::fs::write(folder.path().join("shop.yaml"), shop).expect("a file");
    let rules = "all: fixed 9\nwhere tag=a: max 1\nwhere tag=b: max 1\n";
    std::fs::write(folder.path().join("a.rules"), rules).expect("a file");
    let program = env!("CARGO_BIN_EXE_stockrule");
    let line = format!("stty rows 24 cols 80; NO_COLOR=1 '{program}' {arguments} --catalog shop.yaml --rules a.rules");
    let mut script = Command::new("script");
    script.args(["-qec", &line, "/dev/null"]).current_dir(folder.path()).stdin(Stdio::null());
    String::from_utf8_lossy(&script.output().expect("script, of util-linux").stdout).into_owned()
}

#[test]
fn warnings_do_not_push_the_result_off_the_screen() {
    let shown = on_a_terminal("preview");
    assert!(shown.lines().count() <= 24, "{shown}");
    assert!(shown.contains("K-0") && shown.contains("more variants"), "{shown}");
    assert!(shown.contains("3 warnings, which `stockrule check` shows"), "{shown}");
    let all = on_a_terminal("preview -v");
    assert!(all.contains("K-0") && all.contains("warning[fixed-above-inventory]"), "{all}");
}
