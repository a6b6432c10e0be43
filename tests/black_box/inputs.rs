//! Which files are read: those that are named, each once, and no device or hidden file by a pattern; pipes once, never waited for twice.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const PRODUCTS: &str = "Handle,Title,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty\n";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Folder(tempfile::tempdir().expect("a folder"));
        folder.write("r.rules", "all: level\n");
        folder.write("p.csv", &format!("{PRODUCTS}a,A,A,shopify,3\n"));
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    /// Status, what is printed and what is said, without line ends and frames; it must end within a few seconds.
    fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stockrule"));
        let command = command.args(arguments).current_dir(self.path()).stdin(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program");
        let start = Instant::now();
        while child.try_wait().expect("a status").is_none() {
            if start.elapsed() > Duration::from_secs(30) {
                child.kill().expect("an end");
                panic!("{arguments:?} waits without end");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let done = child.wait_with_output().expect("output");
        let plain =
            |bytes: &[u8]| String::from_utf8_lossy(bytes).split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "");
        (done.status.code(), plain(&done.stdout), plain(&done.stderr))
    }

    /// The quantities of a preview of the project, and what is said.
    fn preview(&self) -> (String, String) {
        let (_, out, err) = self.run(&["preview", "--format", "csv"]);
        (out, err)
    }

    #[cfg(unix)]
    fn pipe(&self, name: &str) {
        let done = Command::new("mkfifo").arg(self.path().join(name)).status().expect("mkfifo");
        assert!(done.success());
    }

    /// Writes a text into a pipe, once, as soon as somebody reads.
    #[cfg(unix)]
    fn feed(&self, name: &str, text: &str) {
        let (path, text) = (self.path().join(name), text.to_owned());
        std::thread::spawn(move || std::fs::write(path, text));
    }
}

#[test]
fn a_pattern_matches_no_hidden_file() {
    let folder = Folder::new();
    folder.write("rules/a.rules", "all: buffer 1\n");
    folder.write("rules/.b.rules", "all: fixed 9\n");
    folder.write("rules/._c.rules", "\0\u{5}\u{16}\u{7}");
    folder.write("exports/.p.csv", &format!("{PRODUCTS}b,B,B,shopify,3\n"));
    folder.write("exports/p.csv", &format!("{PRODUCTS}a,A,A,shopify,3\n"));
    folder.write("stockrule.yaml", "rules: rules/*.rules\ncatalog: '**/p.csv'\n");
    std::fs::remove_file(folder.path().join("p.csv")).expect("no file");
    assert_eq!(folder.preview().0, "sku,outcome,quantity,count,rule,steps,amazon A,synced,2,3,rules/a.rules:1,buffer 1,");
    folder.write("stockrule.yaml", "rules: rules/.b.rules\ncatalog: exports/.p.csv\n");
    assert_eq!(folder.preview().0, "sku,outcome,quantity,count,rule,steps,amazon B,synced,9,3,rules/.b.rules:1,fixed 9,");
}

#[test]
fn a_file_is_read_once_however_often_it_is_named() {
    let folder = Folder::new();
    let expected = "sku,outcome,quantity,count,rule,steps,amazon A,synced,3,3,r.rules:1,level,";
    for catalog in ["[p.csv, p.csv]", "['*.csv', p.csv]", "['*.csv', 'p*']", "['p.csv', './p.csv']"] {
        folder.write("stockrule.yaml", &format!("rules: r.rules\ncatalog: {catalog}\n"));
        assert_eq!(folder.preview(), (expected.to_owned(), String::new()), "{catalog}");
    }
    let (status, out, _) =
        folder.run(&["preview", "--catalog", "p.csv", "--catalog", "./p.csv", "--rules", "r.rules", "--format", "csv"]);
    assert_eq!((status, out.as_str()), (Some(0), expected));
}

#[test]
fn a_file_that_is_named_itself_is_what_that_says() {
    let folder = Folder::new();
    folder.write("caps.csv", "SKU,Cap\nA,2\n");
    folder.write("r.rules", "all: max column.Cap\n");
    folder.write("stockrule.yaml", "rules: r.rules\ncatalog: ['*.csv', {path: caps.csv, format: columns}]\n");
    assert_eq!(folder.preview().0, "sku,outcome,quantity,count,rule,steps,amazon A,synced,2,3,r.rules:1,max column.Cap,");
    folder.write("stockrule.yaml", "rules: r.rules\ncatalog: ['*.csv', {path: 'c*.csv', format: columns}]\n");
    assert!(folder.preview().1.contains("two patterns match `caps.csv`, and have it read in two ways"));
}

#[test]
fn rules_stand_where_they_are_named() {
    let folder = Folder::new();
    folder.write("rules/a.rules", "all: fixed 1\n");
    folder.write("rules/b.rules", "all: fixed 2\n");
    folder.write("stockrule.yaml", "rules: ['rules/*.rules', rules/a.rules]\ncatalog: p.csv\n");
    assert!(folder.preview().0.ends_with("A,synced,1,3,rules/a.rules:1,fixed 1,"), "{:?}", folder.preview());
    folder.write("stockrule.yaml", "rules: [rules/a.rules, rules/b.rules, rules/a.rules]\ncatalog: p.csv\n");
    assert!(folder.preview().1.contains("the rule file `rules/a.rules` is named twice"));
}

#[test]
fn patterns_that_say_nothing_sure_are_errors() {
    let folder = Folder::new();
    folder.write("stockrule.yaml", "rules: 'rules/[a.rules'\ncatalog: p.csv\n");
    assert!(folder.preview().1.contains("the pattern `rules/[a.rules` is not well-formed"));
    folder.write("stockrule.yaml", "rules: r.rules\ncatalog: p.csv\namazon: {listings: 'l*.txt'}\n");
    folder.write("l1.txt", "seller-sku\tquantity\tfulfillment-channel\nA\t3\tDEFAULT\n");
    folder.write("l2.txt", "seller-sku\tquantity\tfulfillment-channel\nA\t4\tDEFAULT\n");
    assert!(folder.preview().1.contains("`l*.txt` matches 2 files, and one report is read"));
    std::fs::remove_file(folder.path().join("l1.txt")).expect("no file");
    assert!(folder.preview().0.ends_with("A,synced,3,3,r.rules:1,level,4"));
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere", folder.path().join("lost.csv")).expect("a link");
        folder.write("stockrule.yaml", "rules: r.rules\ncatalog: '*.csv'\n");
        assert!(folder.preview().1.contains("the catalog file `lost.csv` cannot be read: it does not exist"));
    }
}

#[test]
#[cfg(unix)]
fn devices_and_folders_are_no_input() {
    let folder = Folder::new();
    folder.write("stockrule.yaml", "rules: r.rules\ncatalog: p.csv\n");
    for [option, what] in
        [["--catalog", "catalog file"], ["--listings", "listings report"], ["--orders", "orders file"], ["--rules", "rule file"]]
    {
        for (path, is) in [("/dev/zero", "a device"), ("/dev/null", "a device"), (".", "a folder")] {
            let (status, _, told) = folder.run(&["check", option, path]);
            assert_eq!(status, Some(4), "{told}");
            assert!(told.contains(&format!("the {what} `{path}` cannot be read: it is {is}")), "{told}");
        }
    }
    folder.write("stockrule.yaml", "rules: r.rules\ncatalog: rules\n");
    folder.write("rules/a.rules", "");
    assert!(folder.preview().1.contains("the catalog file `rules` cannot be read: it is a folder"));
}

#[test]
#[cfg(unix)]
fn pipes_are_read_once() {
    let folder = Folder::new();
    for name in ["p.pipe", "l.pipe", "o.pipe", "r.pipe"] {
        folder.pipe(name);
    }
    folder.feed("p.pipe", &format!("{PRODUCTS}a,A,A,shopify,3\n"));
    folder.feed("l.pipe", "seller-sku\tquantity\tfulfillment-channel\nA\t7\tDEFAULT\n");
    folder.feed(
        "o.pipe",
        "amazon-order-id\tpurchase-date\tsku\tquantity\tfulfillment-channel\n1\t2099-01-01T00:00:00Z\tA\t1\tMerchant\n",
    );
    folder.feed("r.pipe", "all: level\n");
    let given = ["--catalog", "p.pipe", "--listings", "l.pipe", "--orders", "o.pipe", "--rules", "r.pipe"];
    let (status, out, told) = folder.run(&[&["preview", "--format", "csv"][..], &given].concat());
    assert_eq!(status, Some(0), "{told}");
    assert!(out.ends_with("A,synced,2,2,r.pipe:1,level,7"), "{out}");
}

#[test]
#[cfg(unix)]
fn a_pipe_that_would_be_read_twice_is_an_error() {
    let folder = Folder::new();
    folder.pipe("pipe");
    let (status, _, told) = folder.run(&["check", "--catalog", "pipe", "--orders", "pipe", "--rules", "r.rules"]);
    assert_eq!(status, Some(4), "{told}");
    assert!(told.contains("`pipe` can be read only once, and is named twice: as a catalog file and as an orders file"), "{told}");
    let (_, _, told) =
        folder.run(&["watch", "--catalog", "pipe", "--rules", "r.rules", "--quantities", "q.csv", "--once-idle", "100"]);
    assert!(told.contains("`pipe` can be read only once, and `watch` reads its files again and again"), "{told}");
    folder.write("t.yaml", "expect: {A: 3}\n");
    for option in ["--rules", "--catalog", "--orders"] {
        let given = [("--rules", "r.rules"), ("--catalog", "p.csv")].into_iter().filter(|(known, _)| *known != option);
        let given: Vec<&str> = given.flat_map(|(option, path)| [option, path]).chain([option, "pipe"]).collect();
        let (_, out, told) = folder.run(&[&["test", "t.yaml"][..], &given].concat());
        assert!(told.contains("`pipe` can be read only once, and tests read their files again and again"), "{out} {told}");
    }
}
