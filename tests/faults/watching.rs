//! What a watcher delivers, refuses and says, and how it ends.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::content::Shop;
use super::program::{Done, program, stockrule};

/// A project whose rules are watched. Whatever still runs when it goes is killed.
struct Project {
    folder: tempfile::TempDir,
    watcher: Option<Child>,
}

impl Project {
    fn new(counts: u32, emit: &str) -> Self {
        let project = Self { folder: tempfile::tempdir().expect("a folder"), watcher: None };
        project.put("c.yaml", &Shop::Numbered(counts).text());
        project.put("a.rules", "all: level\n");
        project.put("stockrule.yaml", &format!("rules: [a.rules]\ncatalog: [c.yaml]\nemit: {emit}\n"));
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file");
    }

    fn get(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    fn run(&self, words: &[&str]) -> Done {
        stockrule(self.folder.path(), words, Duration::from_secs(20))
    }

    fn watch(&mut self) {
        let log = || fs::File::options().append(true).create(true).open(self.path("watch.log")).expect("a log");
        let watcher = program(self.folder.path()).arg("watch").stdout(log()).stderr(log()).spawn().expect("the program");
        self.watcher = Some(watcher);
    }

    /// Sends SIGTERM. Whether the watcher ended in time.
    fn stop(&mut self, limit: u64) -> bool {
        let mut watcher = self.watcher.take().expect("a watcher");
        assert!(Command::new("kill").arg(watcher.id().to_string()).status().expect("kill").success());
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(limit) {
            if watcher.try_wait().expect("a child").is_some() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        watcher.kill().expect("killed");
        watcher.wait().expect("an end");
        false
    }

    /// Waits until it holds, at most 15 seconds.
    fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !holds(self) {
            assert!(start.elapsed() < Duration::from_secs(15), "{what}; the log:\n{}", self.get("watch.log"));
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn wait(&self) {
        std::thread::sleep(Duration::from_millis(1500));
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        if let Some(mut watcher) = self.watcher.take() {
            let _ = watcher.kill();
            let _ = watcher.wait();
        }
        // The programs that the watcher runs write down their numbers.
        for process in self.get("pids").lines() {
            let _ = Command::new("kill").args(["-9", process]).stderr(std::process::Stdio::null()).status();
        }
    }
}

#[test]
fn groups_that_use_groups_twice_are_taken_up() {
    let mut project = Project::new(50, "{quantities: out/q.csv}\nguard: {zeroed: off, changed: off}");
    let groups: String = (1..=40).map(|n| format!("group g{n} = g{0} and g{0}\n", n - 1)).collect();
    project.watch();
    project.until("a first emission", |project| project.path("out/q.csv").exists());
    project.put("a.rules", &format!("group g0 = inventory > 10\n{groups}all: level\nwhere g40: fixed 1\n"));
    project.until("the groups are taken up", |project| project.get("out/q.csv").contains("K-11,1\n"));
    project.put("a.rules", "all: max 3\n");
    project.until("the next save is taken up", |project| project.get("out/q.csv").contains("K-11,3\n"));
    assert!(project.stop(10), "watch does not stop");
}

#[test]
fn skus_that_are_no_longer_sent_are_counted_and_a_refusal_names_the_command() {
    let mut project = Project::new(100, "{quantities: out/q.csv}");
    assert_eq!(project.run(&["emit"]).status, Some(0));
    project.put("a.rules", "all: level\nwhere inventory in 1..5: sync off\n");
    let done = project.run(&["emit"]);
    assert!(done.status == Some(0) && (done.out.clone() + &done.err).contains("5 no longer sent"), "{}", done.shown());
    project.watch();
    project.until("the watcher begins", |project| !project.get("watch.log").is_empty());
    project.put("a.rules", "all: level\nwhere inventory in 1..8: sync off\n");
    project.until("watch says `3 no longer sent`", |project| project.get("watch.log").contains("3 no longer sent"));
    project.put("a.rules", "all: sync off\n");
    project.until("watch refuses a list that empties", |project| project.get("watch.log").contains("refused"));
    project.until("and names the command", |project| project.get("watch.log").contains("stockrule emit --yes"));
    project.stop(15);
}

/// Whether a process is at work. One that has ended, and waits to be asked how, is not.
fn is_alive(process: &str) -> bool {
    let Ok(stat) = fs::read_to_string(Path::new("/proc").join(process).join("stat")) else { return false };
    stat.rsplit(')').next().and_then(|fields| fields.split_whitespace().next()).is_some_and(|state| state != "Z" && state != "X")
}

#[test]
fn a_stop_signal_ends_a_hanging_program_and_starts_no_other() {
    let mut project = Project::new(20, "{quantities: out/q.csv, on_change: \"sh ./up.sh\"}");
    project.put("up.sh", "echo $$ >> pids; exec sleep 60\n");
    project.watch();
    project.until("on_change is run", |project| project.get("pids").ends_with('\n'));
    assert!(project.stop(12), "still there 12 s after SIGTERM");
    let started = project.get("pids");
    assert_eq!(started.lines().count(), 1, "no other is started");
    project.until("the hanging run ends with the watcher", |_| !started.lines().any(is_alive));
}

#[test]
fn a_lock_that_is_a_link_is_not_written_through() {
    let mut project = Project::new(3, "{quantities: q.csv}");
    project.put("victim", "precious\n");
    fs::create_dir(project.path(".stockrule")).expect("a folder");
    let link = |target: &str, name: &str| std::os::unix::fs::symlink(target, project.path(name)).expect("a link");
    link("victim", ".stockrule-watch.lock");
    link("../victim", ".stockrule/lock");
    link("../victim", ".stockrule/watch.lock");
    project.watch();
    let start = Instant::now();
    while !project.path("q.csv").exists() && start.elapsed() < Duration::from_secs(5) {
        let watcher = project.watcher.as_mut().expect("a watcher");
        if watcher.try_wait().expect("a child").is_some() {
            project.watcher = None;
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    if project.watcher.is_some() {
        project.stop(15);
    }
    assert_eq!(project.get("victim"), "precious\n");
}

#[test]
fn on_change_is_words_and_nothing_is_an_error() {
    let project_file =
        |form: &str| format!("rules: [a.rules]\ncatalog: [c.yaml]\nemit:\n  quantities: out/q.csv\n  on_change: {form}\n");
    let mut project = Project::new(5, "{quantities: out/q.csv}");
    project.put("up.sh", "printf \"%s\\n\" \"$@\" >> calls\n");
    for form in ["\"\"", "\"   \"", "\"# upload\"", "[]"] {
        project.put("stockrule.yaml", &project_file(form));
        let done = project.run(&["check"]);
        assert!(done.status == Some(1) && (done.out.clone() + &done.err).contains("on_change"), "{form}: {}", done.shown());
    }
    let mut delivered = |form: &str| -> Vec<String> {
        project.put("stockrule.yaml", &project_file(form));
        for name in [".stockrule", "out"] {
            let _ = fs::remove_dir_all(project.path(name));
        }
        let _ = fs::remove_file(project.path("calls"));
        project.watch();
        project.until("the files are given", |project| project.get("calls").contains("q.csv\n"));
        project.stop(15);
        project.get("calls").lines().map(str::to_owned).collect()
    };
    for form in ["[sh, ./up.sh, \"two words\", \"a;b\"]", "\"sh ./up.sh 'two words' a\\\\;b\""] {
        let given = delivered(form);
        assert_eq!(given[..2], ["two words", "a;b"], "{form}");
        assert!(given.len() == 3 && given[2].ends_with("q.csv"), "{form}: {given:?}");
    }
    // What looks like a comment does not swallow the files.
    assert!(delivered("\"sh ./up.sh # upload\"").iter().any(|given| given.ends_with("q.csv")));
}

#[test]
fn no_shell_reads_on_change() {
    let form = "'sh ./up.sh \"$HOME\" ; touch pwned | cat > pwned2 \"$(touch pwned3)\"'";
    let mut project = Project::new(5, &format!("{{quantities: out/q.csv, on_change: {form}}}"));
    project.put("up.sh", "printf \"%s\\n\" \"$@\" >> calls\n");
    project.watch();
    project.until("on_change is run", |project| project.get("calls").contains("q.csv\n"));
    project.stop(15);
    for name in ["pwned", "pwned2", "pwned3"] {
        assert!(!project.path(name).exists(), "a shell made {name}");
    }
    let calls = project.get("calls");
    let given: Vec<&str> = calls.lines().collect();
    assert!(given[0] == "$HOME" && given.contains(&";") && given.last().is_some_and(|last| last.ends_with("q.csv")), "{given:?}");
}

#[test]
fn trouble_is_told_once_when_it_begins_and_once_when_it_is_over() {
    let mut project = Project::new(50, "{quantities: out/q.csv, on_trouble: [sh, ./trouble.sh]}");
    project.put("trouble.sh", "cat >> trouble\n");
    let messages = |project: &Project| -> Vec<Value> {
        let text = project.get("trouble");
        serde_json::Deserializer::from_str(&text).into_iter::<Value>().map_while(Result::ok).collect()
    };
    let done = project.run(&["check"]);
    assert_eq!(done.status, Some(0), "{}", done.shown());
    project.watch();
    project.until("a first emission", |project| project.path("out/q.csv").exists());
    project.put("a.rules", "all: fixed 0\n");
    project.until("on_trouble is run when the guard refuses", |project| !messages(project).is_empty());
    project.wait();
    let told = messages(&project);
    assert!(told.len() == 1 && told[0].is_object(), "{told:?}");
    project.put("a.rules", "all: level\n");
    project.until("and when it is over", |project| messages(project).len() == 2);
    project.stop(15);
}

#[test]
fn what_could_not_be_delivered_is_tried_again_after_a_restart() {
    let mut project = Project::new(20, "{quantities: out/q.csv, on_change: \"sh ./up.sh\"}");
    project.put("up.sh", "echo \"run $1\" >> calls; test -f network\n");
    let runs = |project: &Project| project.get("calls").matches("run").count();
    project.watch();
    project.until("on_change is run at first", |project| runs(project) == 1);
    project.stop(15);
    project.put("network", "");
    project.watch();
    project.until("it is run again", |project| runs(project) >= 2);
    assert!(project.get("calls").lines().nth(1).is_some_and(|call| call.contains("q.csv")), "it is given the file");
    project.wait();
    project.stop(15);
    let before = runs(&project);
    project.watch();
    project.wait();
    assert_eq!(runs(&project), before, "it is not run again after it succeeded");
    project.stop(15);
}

#[test]
fn what_yes_lets_pass_is_delivered_by_the_running_watcher() {
    let mut project = Project::new(100, "{quantities: out/q.csv, on_change: \"sh ./up.sh\"}");
    project.put("up.sh", "sed -n 2p \"$1\" >> calls\n");
    project.watch();
    project.until("on_change is run at first", |project| project.get("calls").contains("K-1,1"));
    project.put("a.rules", "all: fixed 0\n");
    project.until("watch refuses", |project| project.get("watch.log").contains("refused"));
    let done = project.run(&["emit", "--yes", "-q"]);
    assert_eq!(done.status, Some(0), "beside the watcher: {}", done.shown());
    project.put("a.rules", "all: fixed 0 # saved again\n");
    project.until("the list is delivered", |project| project.get("calls").contains("K-1,0"));
    project.stop(15);
}
