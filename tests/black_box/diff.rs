//! `diff` against revisions of a git repository.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

fn git(folder: &Path, arguments: &[&str]) {
    let names = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main"];
    let done = Command::new("git").args(names).args(arguments).current_dir(folder).output().expect("git");
    assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    fs::write(path, text).expect("a file");
}

/// Status, standard output and standard error.
fn stockrule(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_stockrule")).args(arguments).current_dir(folder).output().expect("the program");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (done.status.code().expect("a status"), text(&done.stdout), text(&done.stderr))
}

/// SKU, quantity before and after of everything that changes.
fn changes(folder: &Path, arguments: &[&str]) -> Vec<(String, Value, Value)> {
    let (status, out, err) = stockrule(folder, &[arguments, &["--format", "json"]].concat());
    assert_eq!(status, 0, "{out}{err}");
    let value: Value = serde_json::from_str(&out).expect("JSON");
    let list = value["differences"].as_array().expect("a list");
    list.iter()
        .map(|each| {
            let sku = each["sku"].as_str().expect("a SKU").to_owned();
            (sku, each["before"]["quantity"].clone(), each["after"]["quantity"].clone())
        })
        .collect()
}

/// A project in a folder of a repository, with two commits: `first` with one rule file, `main` with two.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    git(at, &["init", "--quiet"]);
    // A key of an earlier version is no hindrance.
    let then = "rules: [old.rules, ../common/*.rules]\ncatalog: [shop.yaml]\nguard: {missing: 10%}\n";
    write(at, "shop/stockrule.yaml", then);
    write(at, "shop/old.rules", "all: level\n");
    write(at, "common/a.rules", "where sku=A: max 2\n");
    write(at, "common/deeper/b.rules", "all: fixed 99\n");
    git(at, &["add", "."]);
    git(at, &["commit", "--quiet", "-m", "first"]);
    git(at, &["tag", "first"]);
    write(at, "shop/stockrule.yaml", "rules: [rules/*.rules]\ncatalog: [shop.yaml]\n");
    write(at, "shop/rules/1.rules", "all: buffer 1\n");
    write(at, "shop/rules/2.rules", "where sku=B: fixed 5\n");
    git(at, &["rm", "--quiet", "shop/old.rules"]);
    git(at, &["add", "."]);
    git(at, &["commit", "--quiet", "-m", "second"]);
    // What is in no commit: the export, and an edit.
    write(at, "shop/shop.yaml", "variants:\n  - {sku: A, inventory: 9}\n  - {sku: B, inventory: 9}\n");
    write(at, "shop/rules/2.rules", "where sku=B: fixed 6\n");
    folder
}

fn change(sku: &str, before: i64, after: i64) -> (String, Value, Value) {
    (sku.to_owned(), json!(before), json!(after))
}

#[test]
fn the_rules_of_a_revision_are_those_that_its_project_file_names() {
    let folder = repository();
    let shop = folder.path().join("shop");
    assert_eq!(changes(&shop, &["diff"]), [change("B", 5, 6)]);
    assert_eq!(changes(&shop, &["diff", "first"]), [change("A", 2, 8), change("B", 9, 6)]);
    assert_eq!(changes(&shop, &["diff", "HEAD~1"]), changes(&shop, &["diff", "first"]));
    assert_eq!(changes(folder.path(), &["diff", "--project", "shop"]), [change("B", 5, 6)]);
    // Rules on the command line are looked for where it was typed.
    let arguments = ["diff", "--catalog", "shop/shop.yaml", "--rules", "shop/rules/2.rules"];
    assert_eq!(changes(folder.path(), &arguments), [change("B", 5, 6)]);
}

#[test]
fn what_git_cannot_give_is_told() {
    let folder = repository();
    let shop = folder.path().join("shop");
    let (status, out, err) = stockrule(&shop, &["diff", "no-such"]);
    assert_eq!((status, out.as_str()), (1, ""));
    assert!(err.contains("git knows no revision `no-such`"), "{err}");
    let (status, _, err) = stockrule(&shop, &["diff", "--", "--output=x"]);
    assert_eq!(status, 1);
    assert!(err.contains("git knows no revision `--output=x`"), "{err}");
    write(&shop, "rules/2.rules", "where sku=B: fixd 6\n");
    git(folder.path(), &["commit", "--quiet", "-am", "broken"]);
    write(&shop, "rules/2.rules", "where sku=B: fixed 6\n");
    let (status, _, err) = stockrule(&shop, &["diff"]);
    assert_eq!(status, 1);
    assert!(err.contains("HEAD:rules/2.rules:1:14") && err.contains("did you mean `fixed`?"), "{err}");
    fs::remove_dir_all(folder.path().join(".git")).expect("a folder");
    let (status, _, err) = stockrule(&shop, &["diff"]);
    assert_eq!(status, 1);
    assert!(err.contains("not a git repository") && err.contains("--from PATH"), "{err}");
}

/// What `diff` says on standard error where it cannot compare.
fn refusal(folder: &Path, arguments: &[&str]) -> String {
    let (status, out, err) = stockrule(folder, arguments);
    assert_eq!((status, out.as_str()), (1, ""), "{err}");
    // Messages are wrapped at the terminal's width.
    err.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ")
}

#[cfg(unix)]
#[test]
fn links_lead_to_files_of_the_same_revision() {
    let link = |target: &str, at: &Path| std::os::unix::fs::symlink(target, at).expect("a link");
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    git(at, &["init", "--quiet"]);
    write(at, "shop/stockrule.yaml", "rules: [one.rules, rules/*.rules, deep/**/*.rules]\ncatalog: [shop.yaml]\n");
    write(
        at,
        "shop/shop.yaml",
        "variants:\n  - {sku: A, inventory: 90}\n  - {sku: B, inventory: 90}\n  - {sku: C, inventory: 90}\n",
    );
    write(at, "shared/all.rules", "all: level\n");
    write(at, "shared/rules/a.rules", "where sku=A: max 10\n");
    write(at, "shared/rules/.hidden.rules", "all: fixed 1\n");
    write(at, "elsewhere/b/b.rules", "where sku=B: max 20\n");
    write(at, "shop/deep/c.rules", "where sku=C: max 30\n");
    // A link to a link to a file, a link to a folder, a link to a folder above it.
    link("all.rules", &at.join("shared/chain.rules"));
    link("../shared/./chain.rules", &at.join("shop/one.rules"));
    link("../shared/rules", &at.join("shop/rules"));
    link("../../elsewhere", &at.join("shop/deep/more"));
    link("..", &at.join("elsewhere/b/up"));
    git(at, &["add", "."]);
    git(at, &["commit", "--quiet", "-m", "links"]);
    let shop = at.join("shop");
    assert_eq!(changes(&shop, &["diff"]), []);
    write(at, "shared/rules/a.rules", "where sku=A: max 11\n");
    write(at, "elsewhere/b/b.rules", "where sku=B: max 22\n");
    write(at, "shop/deep/c.rules", "where sku=C: max 33\n");
    assert_eq!(changes(&shop, &["diff"]), [change("A", 10, 11), change("B", 20, 22), change("C", 30, 33)]);
    // Broken links: one after the other is committed, and mended in the working tree alone.
    for (target, words) in [
        ("/etc/passwd", "`one.rules` of HEAD is a link that leads out of the repository, to `/etc/passwd`"),
        ("../../../x.rules", "`one.rules` of HEAD is a link that leads out of the repository, to `../../../x.rules`"),
        ("gone.rules", "`one.rules` of HEAD is a link to `gone.rules`, which that revision does not have"),
        ("one.rules", "`one.rules` of HEAD is a link that leads in a circle"),
    ] {
        fs::remove_file(shop.join("one.rules")).expect("a link");
        link(target, &shop.join("one.rules"));
        git(at, &["add", "."]);
        git(at, &["commit", "--quiet", "-m", "broken"]);
        fs::remove_file(shop.join("one.rules")).expect("a link");
        write(&shop, "one.rules", "all: level\n");
        let told = refusal(&shop, &["diff"]);
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn the_environment_and_settings_of_git_change_nothing() {
    let folder = repository();
    let (at, shop) = (folder.path(), folder.path().join("shop"));
    let other = tempfile::tempdir().expect("a folder");
    git(other.path(), &["init", "--quiet"]);
    let trap = at.join("trap");
    let command = format!("touch {}", trap.display());
    for setting in ["core.fsmonitor", "core.pager", "diff.external", "diff.x.textconv", "core.sshCommand", "alias.rev-parse"] {
        git(at, &["config", setting, &if setting.starts_with("alias") { format!("!{command}") } else { command.clone() }]);
    }
    write(at, ".gitattributes", "*.rules diff=x\n");
    let done = Command::new(env!("CARGO_BIN_EXE_stockrule"))
        .args(["diff", "--format", "csv"])
        .current_dir(&shop)
        .env("GIT_DIR", other.path().join(".git"))
        .env("GIT_WORK_TREE", other.path())
        .env("GIT_INDEX_FILE", "nowhere")
        .env("GIT_TRACE", "1")
        .env("GIT_EXTERNAL_DIFF", &command)
        .env("LC_ALL", "de_DE.UTF-8")
        .output()
        .expect("the program");
    let out = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && out.contains("B,raised,synced,5,"), "{out}{}", String::from_utf8_lossy(&done.stderr));
    assert!(!trap.exists(), "git has run a program that the repository's settings name");
}

#[test]
fn what_a_clone_lacks_is_told_with_how_to_fetch_it() {
    let folder = repository();
    let clones = tempfile::tempdir().expect("a folder");
    let url = format!("file://{}", folder.path().display());
    git(folder.path(), &["config", "uploadpack.allowFilter", "true"]);
    git(clones.path(), &["clone", "--quiet", "--depth", "1", &url, "shallow"]);
    git(clones.path(), &["clone", "--quiet", "--filter=blob:none", &url, "partial"]);
    for clone in ["shallow", "partial"] {
        write(clones.path(), &format!("{clone}/shop/shop.yaml"), "variants:\n  - {sku: A, inventory: 9}\n");
        let shop = clones.path().join(clone).join("shop");
        assert_eq!(changes(&shop, &["diff"]), [], "{clone}: what is checked out is there");
        let (revision, words, fetch) = match clone {
            "shallow" => ("HEAD~1", "`git fetch --unshallow`", ["fetch", "--quiet", "--unshallow"].as_slice()),
            _ => ("HEAD~1", "`git fetch --refetch --no-filter`", ["fetch", "--quiet", "--refetch", "--no-filter"].as_slice()),
        };
        let told = refusal(&shop, &["diff", revision]);
        assert!(told.contains(words), "{told}");
        git(&shop, fetch);
        assert_eq!(changes(&shop, &["diff", revision]), [change("A", 2, 8)], "{clone}: after what the help says");
    }
}

#[test]
fn a_branch_that_a_clone_of_one_branch_lacks_is_fetched_as_the_help_says() {
    let folder = repository();
    git(folder.path(), &["branch", "other", "first"]);
    let clones = tempfile::tempdir().expect("a folder");
    let url = format!("file://{}", folder.path().display());
    git(clones.path(), &["clone", "--quiet", "--depth", "1", &url, "one"]);
    let shop = clones.path().join("one/shop");
    write(&shop, "shop.yaml", "variants:\n  - {sku: A, inventory: 9}\n");
    let told = refusal(&shop, &["diff", "origin/other"]);
    let help = "git fetch origin other:refs/remotes/origin/other";
    assert!(told.contains(help) && told.contains("`fetch-depth: 0`"), "{told}");
    git(&shop, &help.split(' ').skip(1).chain(["--quiet", "--depth", "1"]).collect::<Vec<_>>());
    assert_eq!(changes(&shop, &["diff", "origin/other"]), [change("A", 2, 8)]);
}

#[test]
fn whole_paths_are_looked_for_in_the_repository() {
    let folder = repository();
    let shop = folder.path().join("shop");
    let rules = shop.join("rules/2.rules").display().to_string();
    let arguments = ["diff", "--catalog", "shop.yaml", "--rules", &rules];
    assert_eq!(changes(&shop, &arguments), [change("B", 5, 6)]);
    let elsewhere = tempfile::tempdir().expect("a folder");
    write(elsewhere.path(), "a.rules", "all: level\n");
    let outside = elsewhere.path().join("a.rules").display().to_string();
    let told = refusal(&shop, &["diff", "--catalog", "shop.yaml", "--rules", &outside]);
    assert!(told.contains("lies outside of the git repository"), "{told}");
}

#[test]
fn a_revision_that_is_not_there_has_a_help_of_its_own() {
    let folder = repository();
    let (at, shop) = (folder.path(), folder.path().join("shop"));
    for (revision, words) in [
        ("fisrt", "did you mean `first`?"),
        ("no-such-thing", "`git log --oneline`"),
        ("HEAD..first", "name one revision"),
        ("", "git knows no revision ``"),
    ] {
        let told = refusal(&shop, &["diff", revision]);
        assert!(told.contains(words), "{revision}: {told}");
    }
    // What another name of the same branch is called here.
    git(at, &["update-ref", "refs/remotes/origin/trunk", "first"]);
    assert!(refusal(&shop, &["diff", "trunk"]).contains("did you mean `origin/trunk`?"));
    let done = Command::new(env!("CARGO_BIN_EXE_stockrule")).arg("diff").current_dir(&shop).env("PATH", "").output();
    let told = String::from_utf8_lossy(&done.expect("the program").stderr).into_owned();
    assert!(told.contains("git is not installed, or not in `PATH`") && told.contains("--from PATH"), "{told}");
    let new = tempfile::tempdir().expect("a folder");
    git(new.path(), &["init", "--quiet"]);
    for name in ["stockrule.yaml", "shop.yaml"] {
        fs::copy(shop.join(name), new.path().join(name)).expect("a copy");
    }
    write(new.path(), "rules/a.rules", "all: level\n");
    assert!(refusal(new.path(), &["diff"]).contains("the repository has no commit yet"));
    assert!(refusal(new.path(), &["diff", "main"]).contains("the repository has no commit yet"));
}

#[test]
fn what_a_revision_does_not_name_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    git(at, &["init", "--quiet"]);
    write(at, "a.rules", "all: level\n");
    write(at, "shop.yaml", "variants:\n  - {sku: A, inventory: 9}\n");
    git(at, &["add", "."]);
    git(at, &["commit", "--quiet", "-m", "no project yet"]);
    write(at, "stockrule.yaml", "rules: [a.rules, b.rules]\ncatalog: [shop.yaml]\n");
    write(at, "b.rules", "where sku=A: max 1\n");
    let (status, out, err) = stockrule(at, &["diff"]);
    assert_eq!(status, 0, "{err}");
    assert!(out.contains("1 of 1 variant change") || out.contains("1 of 1 variant"), "{out}");
    assert!(err.contains("HEAD has no `stockrule.yaml`") && err.contains("HEAD has no rule file `b.rules`"), "{err}");
}
