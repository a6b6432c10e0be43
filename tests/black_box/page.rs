//! The page of `preview --html` in a browser: the test presses its keys and buttons, and reads what it shows.
//!
//! It needs Debian's package `chromium`; where there is none, only what the file holds is tested.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

const RULES: &str = "all: level\nwhere tag=clearance: buffer 2; max 7\nwhere sku=D: fixed 9\nwhere sku=OFF: sync off\n";

/// A catalog whose texts try to be markup.
fn snapshot(variants: usize) -> String {
    let mut text = "variants:\n  - {sku: A, title: \"</script><b id=evil>x\", tags: [clearance], inventory: 10}\n\
                    \x20 - {sku: D, title: Drill, inventory: 2}\n  - {sku: OFF, inventory: 3}\n  - {sku: HELD, tracked: false}\n"
        .to_owned();
    for number in 4..variants {
        text.push_str(&format!("  - {{sku: N{number:05}, title: Item {number}, inventory: {}}}\n", number % 90));
    }
    text
}

fn page(folder: &Path, variants: usize) -> String {
    std::fs::write(folder.join("shop.yaml"), snapshot(variants)).expect("a file");
    std::fs::write(folder.join("a.rules"), RULES).expect("a file");
    let arguments =
        ["preview", "--catalog", "shop.yaml", "--rules", "a.rules", "--today", "2026-11-23", "--html", "out/page.html"];
    let done = Command::new(env!("CARGO_BIN_EXE_stockrule")).args(arguments).current_dir(folder).output().expect("the program");
    assert!(done.status.success() && done.stdout.is_empty(), "{}", String::from_utf8_lossy(&done.stderr));
    std::fs::read_to_string(folder.join("out/page.html")).expect("the page")
}

/// What a script finds on the page; `None` where there is no browser.
fn on_page(folder: &Path, page: &str, script: &str) -> Option<Value> {
    on_page_of_width(folder, page, script, 1200)
}

/// What a script says on a page of a width in pixels: less than any window of the browser's can be, in a frame.
fn on_page_of_width(folder: &Path, page: &str, script: &str, width: usize) -> Option<Value> {
    let browser = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|name| Command::new(name).arg("--version").output().is_ok_and(|done| done.status.success()))?;
    let report = format!(
        "<script>const press = (key, target = document.activeElement) => \
           target.dispatchEvent(new KeyboardEvent('keydown', {{ key, bubbles: true }}));\
         const skus = () => [...document.querySelectorAll('#rows tr.row button')].map((button) => button.textContent);\
         const seen = {{}};\
         try {{ {script} }} catch (problem) {{ seen.problem = String(problem); }}\
         setTimeout(() => window.parent.document.body.append(Object.assign(window.parent.document.createElement('template'), \
           {{ id: 'seen', title: encodeURIComponent(JSON.stringify(seen)) }})), 50);</script></body>"
    );
    std::fs::write(folder.join("tested.html"), page.replace("</body>", &report)).expect("a file");
    let path = folder.join("frame.html");
    let frame =
        format!("<body style='margin: 0'><iframe src='tested.html' style='border: 0; width: {width}px; height: 900px'></iframe>");
    std::fs::write(&path, frame).expect("a file");
    let profile = format!("--user-data-dir={}", folder.join("profile").display());
    let url = format!("file://{}", path.display());
    // The frame may see the page in it, and the page the frame.
    let flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--virtual-time-budget=4000",
        "--window-size=1200,900",
        "--allow-file-access-from-files",
        "--dump-dom",
    ];
    let done = Command::new(browser).args(flags).args([profile, url]).output().expect("the browser");
    let dom = String::from_utf8_lossy(&done.stdout).into_owned();
    let report = dom.split("id=\"seen\" title=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a report in the page");
    let decoded = percent_encoding::percent_decode_str(report).decode_utf8().expect("text").into_owned();
    Some(serde_json::from_str(&decoded).expect("JSON"))
}

#[test]
fn the_page_searches_sorts_filters_and_explains() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = page(folder.path(), 4);
    assert!(!page.contains("<b id=evil>"), "texts are never markup");
    for outside in ["http://", "https://", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "the page asks for something from elsewhere: {outside}");
    }
    let script = "
        seen.all = skus();
        const click = (selector) => document.querySelector(selector).click();
        click('#rows tr.row button');
        seen.story = document.querySelector('tr.story pre').textContent;
        click('#rows tr.row button');
        seen.closed = document.querySelector('tr.story') === null;
        document.querySelectorAll('#heads button')[1].click();
        seen.upward = skus();
        document.querySelectorAll('#heads button')[1].click();
        seen.downward = skus();
        seen.sorted = document.querySelectorAll('#heads th')[1].getAttribute('aria-sort');
        document.querySelectorAll('#heads button')[1].click();
        press('/');
        seen.focused = document.activeElement.id;
        const search = document.querySelector('#search');
        search.value = 'DRIL';
        search.dispatchEvent(new Event('input'));
        seen.search = skus();
        seen.address = location.hash;
        press('ArrowDown');
        seen.first = document.activeElement.textContent;
        press('Escape');
        seen.cleared = skus().length;
        document.querySelectorAll('#outcomes button')[1].click();
        seen.off = skus();
        document.querySelectorAll('#outcomes button')[1].click();
        document.querySelectorAll('#bars button')[1].click();
        seen.byRule = skus();
        press('Escape');
        document.querySelector('#rows tr.row button').focus();
        press('ArrowDown');
        press('ArrowDown');
        press('ArrowUp');
        seen.second = document.activeElement.textContent;
        seen.note = document.querySelector('#plot-note').textContent;
        const color = () => getComputedStyle(document.body).backgroundColor;
        const light = color();
        click('#theme');
        seen.theme = light !== color();
        const pixels = document.querySelector('#plot').getContext('2d').getImageData(0, 0, 300, 150).data;
        seen.drawn = pixels.some((value) => value > 0);
        location.hash = 'q=held';
        window.onhashchange();
        seen.linked = skus();
    ";
    let Some(seen) = on_page(folder.path(), &page, script) else { return };
    assert_eq!(seen["problem"], Value::Null, "{seen:#}");
    assert_eq!(seen["all"], json!(["A", "D", "OFF", "HELD"]));
    assert!(seen["story"].as_str().expect("a story").contains("10 → buffer 2 → 8"), "{seen:#}");
    assert_eq!(seen["closed"], true);
    assert_eq!(seen["upward"], json!(["D", "OFF", "A", "HELD"]), "what is missing comes last");
    assert_eq!(seen["downward"], json!(["A", "OFF", "D", "HELD"]), "whichever way it is sorted");
    assert_eq!(seen["sorted"], "descending");
    assert_eq!(seen["focused"], "search");
    assert_eq!(seen["search"], json!(["D"]));
    assert_eq!(seen["address"], "#q=DRIL");
    assert_eq!(seen["first"], "D");
    assert_eq!(seen["cleared"], 4);
    assert_eq!(seen["off"], json!(["OFF"]));
    assert_eq!(seen["byRule"], json!(["A"]));
    assert_eq!(seen["second"], "D");
    assert!(seen["note"].as_str().expect("a note").contains("1 is above it"), "{seen:#}");
    assert_eq!((&seen["theme"], &seen["drawn"]), (&json!(true), &json!(true)));
    assert_eq!(seen["linked"], json!(["HELD"]));
}

#[test]
fn a_telephone_shows_sku_quantity_and_what_amazon_has() {
    let folder = tempfile::tempdir().expect("a folder");
    let long = "W-".repeat(20);
    let hostile = format!(
        "variants:\n  - {{sku: \"{long}\", title: \"{}\", inventory: 12345678}}\n  - {{sku: \"E\\e[31m\\u202E<i>\", inventory: 3}}\n\
         \x20 - {{sku: OFF, title: \"{}\", inventory: 3}}\n",
        "Long words of a title ".repeat(9),
        "x".repeat(300)
    );
    std::fs::write(folder.path().join("shop.yaml"), hostile).expect("a file");
    std::fs::write(folder.path().join("a.rules"), RULES).expect("a file");
    let report = format!("seller-sku\tquantity\tfulfillment-channel\n{long}\t23456789\tDEFAULT\nOFF\t7\tDEFAULT\n");
    std::fs::write(folder.path().join("all.txt"), report).expect("a file");
    let arguments = ["preview", "--catalog", "shop.yaml", "--rules", "a.rules", "--listings", "all.txt", "--html", "page.html"];
    let done =
        Command::new(env!("CARGO_BIN_EXE_stockrule")).args(arguments).current_dir(folder.path()).output().expect("the program");
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success() && told.contains("page.html"), "{told}");
    let page = std::fs::read_to_string(folder.path().join("page.html")).expect("the page");
    assert!(!page.contains(['\u{1b}', '\u{202e}']), "a browser would obey it");
    let script = "
        const shown = (node) => node.getClientRects().length > 0;
        seen.sideways = [...document.querySelectorAll('html, .scroll')].map((node) => node.scrollWidth - node.clientWidth);
        seen.widest = Math.max(...[...document.querySelectorAll('main *')].filter(shown).map((node) => node.getBoundingClientRect().right));
        const text = (node) => [...node.childNodes].map((child) => child.nodeType === 3 ? child.data : shown(child) ? text(child) : '').join(' ').trim();
        seen.rows = [...document.querySelectorAll('#rows tr.row')].map((row) => [...row.children].filter(shown).map(text));
        seen.lines = document.querySelector('#rows tr.row button').getClientRects().length;
        seen.height = document.querySelector('#rows tr.row button').getBoundingClientRect().height;
        document.querySelector('#rows tr.row button').click();
        seen.story = [...document.querySelectorAll('html, .scroll')].map((node) => node.scrollWidth - node.clientWidth);
    ";
    let Some(seen) = on_page_of_width(folder.path(), &page, script, 390) else { return };
    assert_eq!(seen["problem"], Value::Null, "{seen:#}");
    assert_eq!((&seen["sideways"], &seen["story"]), (&json!([0, 0]), &json!([0, 0])), "{seen:#}");
    assert!(seen["widest"].as_f64().expect("a number") <= 390.0, "{seen:#}");
    assert!(seen["height"].as_f64().expect("a number") < 30.0, "the longest SKU that Amazon takes stands on one line: {seen:#}");
    let cells = |row: usize, cell: usize| {
        seen["rows"][row][cell].as_str().expect("a cell").split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(cells(0, 1), "Shopify count 12,345,678");
    assert_eq!(cells(0, 2), "quantity 12,345,678");
    assert_eq!(cells(0, 3), "on Amazon 23,456,789 → 12,345,678");
    assert_eq!((cells(2, 2), cells(2, 3)), ("quantity off".to_owned(), "on Amazon stays 7".to_owned()));
}

#[test]
fn ten_thousand_rows_are_shown_in_parts() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = page(folder.path(), 10_000);
    let script = "
        seen.before = skus().length;
        const started = performance.now();
        document.querySelector('#more').click();
        seen.after = skus().length;
        const search = document.querySelector('#search');
        search.value = 'n09999';
        search.dispatchEvent(new Event('input'));
        seen.found = skus();
        seen.shown = document.querySelector('#shown').textContent;
    ";
    let Some(seen) = on_page(folder.path(), &page, script) else { return };
    assert_eq!(seen["problem"], Value::Null, "{seen:#}");
    assert_eq!((&seen["before"], &seen["after"]), (&json!(200), &json!(400)));
    assert_eq!(seen["found"], json!(["N09999"]));
    assert_eq!(seen["shown"], "1 of 10,000 variants");
}

#[test]
fn a_page_that_no_browser_could_show_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut export = "Handle,Title,Variant SKU,Variant Inventory Qty\n".to_owned();
    (0..50_001).for_each(|number| export.push_str(&format!("h{number},T,S{number},1\n")));
    std::fs::write(folder.path().join("shop.csv"), export).expect("a file");
    std::fs::write(folder.path().join("a.rules"), "all: level\n").expect("a file");
    let run = |more: &[&str]| {
        let arguments = ["preview", "--catalog", "shop.csv", "--rules", "a.rules", "--html", "page.html"];
        let mut command = Command::new(env!("CARGO_BIN_EXE_stockrule"));
        command.args(arguments).args(more).current_dir(folder.path()).output().expect("the program")
    };
    let refused = run(&[]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--limit"), "{}", String::from_utf8_lossy(&refused.stderr));
    assert!(!folder.path().join("page.html").exists());
    assert!(run(&["--limit", "10"]).status.success());
}

#[test]
fn a_page_is_written_over_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let write = |name: &str, text: &str| std::fs::write(at.join(name), text).expect("a file");
    write("shop.yaml", &snapshot(4));
    write("a.rules", RULES);
    write("stockrule.yaml", "rules: [a.rules]\ncatalog: [shop.yaml]\nemit: {quantities: q.csv}\n");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stockrule"));
        command.args(arguments).args(["--today", "2026-11-23"]).current_dir(at).output().expect("the program")
    };
    assert!(run(&["emit"]).status.success());
    #[cfg(unix)]
    std::os::unix::fs::symlink("shop.yaml", at.join("link.html")).expect("a link");
    let link = if cfg!(unix) { "link.html" } else { "shop.yaml" };
    for page in ["shop.yaml", "a.rules", "stockrule.yaml", "q.csv", "./q.csv", link, ".stockrule/last.csv", "."] {
        let before = std::fs::read(at.join(page)).ok();
        let done = run(&["preview", "--html", page]);
        assert!(matches!(done.status.code(), Some(1 | 4)) && !done.stderr.is_empty(), "{page}");
        assert_eq!(std::fs::read(at.join(page)).ok(), before, "{page}");
    }
    // A page of before may be renewed.
    assert!(run(&["preview", "--html", "page.html"]).status.success());
    assert!(run(&["preview", "--html", "page.html"]).status.success());
}
