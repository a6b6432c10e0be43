//! A project in a folder of its own, its watcher, and an uploader that works, fails or hangs as it is told.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Longer than anything takes; only a failing test waits so long.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Waiting is shortened by this: a minute takes 0.2 s.
const CLOCK: &str = "300";

/// Copies the files that it is given to `remote/`. The word in `mode` says what goes wrong: `fail` before anything is copied,
/// `late` after all is, `half` in the middle of a file, `hang` before, `stubborn` after and whatever it is asked. It writes down
/// each run, and whether another one was under way.
const UPLOADER: &str = r#"
mode=$(cat mode)
if [ -s running ] && kill -0 "$(cat running)" 2>/dev/null; then echo "$$ beside $(cat running)" >> overlaps; fi
echo $$ > running
echo "$mode $*" >> calls
case $mode in
  fail) : > running; exit 3 ;;
  hang) sleep 60 ;;
  slow) for f; do cp "$f" remote/; done; sleep 0.1 ;;
esac
for f; do
  case $mode in
    half) head -c 10 "$f" > "remote/$(basename "$f")"; sleep 0.05; : > running; exit 4 ;;
    *) cp "$f" remote/ || { : > running; exit 6; } ;;
  esac
done
case $mode in
  late) : > running; exit 5 ;;
  stubborn) trap '' TERM INT; sleep 60; sleep 60 ;;
esac
: > running
"#;

/// How many variants the catalog has, with counts from 1 to this.
pub const VARIANTS: usize = 60;

/// A project, and its watcher while one is running.
pub struct Shop {
    folder: tempfile::TempDir,
    clock: &'static str,
    watcher: Option<Child>,
}

impl Shop {
    /// A project whose uploader works. `emit` holds further keys of that mapping.
    pub fn new(emit: &str) -> Self {
        Self::with_clock(emit, CLOCK)
    }

    /// A shop whose program goes by another clock.
    pub fn with_clock(emit: &str, clock: &'static str) -> Self {
        let shop = Shop { folder: tempfile::tempdir().expect("a folder"), clock, watcher: None };
        shop.write("stockrule.yaml", &Self::project(emit));
        shop.write("up.sh", UPLOADER);
        shop.write("mode", "ok");
        shop.write("a.rules", "all: level\n");
        let variants: Vec<_> = (1..=VARIANTS).map(|count| format!("  - {{sku: S{count}, inventory: {count}}}\n")).collect();
        shop.write("c.yaml", &format!("variants:\n{}", variants.concat()));
        fs::create_dir(shop.path("remote")).expect("a folder");
        shop
    }

    /// The project file of such a shop.
    pub fn project(emit: &str) -> String {
        format!(
            "rules: [a.rules]\ncatalog: [c.yaml]\namazon: {{seller: A1, fulfillment: merchant}}\nemit:\n  quantities: out/q.csv\n  \
             feed: out/f.json\n{emit}"
        )
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        // In one step, as an editor does: a file that was emptied is waited for.
        let beside = self.path(".written");
        fs::write(&beside, text).expect("a file");
        fs::rename(beside, path).expect("in place");
    }

    /// The text of a file; empty where there is none.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// The program, in the project's folder.
    pub fn program(&self) -> Command {
        let mut program = Command::new(env!("CARGO_BIN_EXE_stockrule"));
        program.current_dir(self.folder.path()).stdin(Stdio::null()).env("STOCKRULE_TEST_CLOCK", self.clock);
        program
    }

    /// Runs `stockrule emit` with further arguments.
    pub fn emit(&self, arguments: &[&str]) -> bool {
        self.program().arg("emit").arg("-q").args(arguments).stderr(Stdio::null()).status().expect("the program").success()
    }

    /// Starts the watcher, unless it is running.
    pub fn start(&mut self) {
        self.start_with(&[]);
    }

    /// Starts the watcher with further arguments, unless it is running.
    pub fn start_with(&mut self, arguments: &[&str]) {
        if self.watcher.is_none() {
            let log = || fs::File::options().append(true).create(true).open(self.path("log")).expect("a log");
            let mut program = self.program();
            program.args(["watch", "--format", "json"]).args(arguments).stdout(log()).stderr(log());
            self.watcher = Some(program.spawn().expect("the program"));
        }
    }

    /// Sends the watcher a signal, and waits until it has ended. Returns how long that took.
    pub fn signal(&mut self, signal: &str) -> Duration {
        let Some(mut watcher) = self.watcher.take() else { return Duration::ZERO };
        let sent = Instant::now();
        let pid = watcher.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().expect("kill").success());
        while watcher.try_wait().expect("a child").is_none() {
            if sent.elapsed() > PATIENCE {
                watcher.kill().expect("killed");
                panic!("the watcher does not end at {signal}");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        sent.elapsed()
    }

    /// How much time of the processor the watcher has used, in the system's ticks.
    pub fn ticks(&self) -> u64 {
        let process = self.watcher.as_ref().expect("a watcher").id();
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("stat");
        let fields: Vec<&str> = stat.rsplit(')').next().expect("fields").split_whitespace().collect();
        fields[11].parse::<u64>().expect("user") + fields[12].parse::<u64>().expect("system")
    }

    /// The events of one kind that all watchers have logged.
    pub fn events(&self, kind: &str) -> Vec<Value> {
        let log = self.read("log");
        let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.filter(|event| event["event"] == kind).collect()
    }

    /// The messages that the programs gave to log.
    pub fn messages(&self) -> Vec<String> {
        self.events("hook").iter().map(|event| event["message"].as_str().expect("a message").to_owned()).collect()
    }

    /// What the uploader was told and given, a run a line.
    pub fn calls(&self) -> Vec<String> {
        let folder = self.folder.path().display().to_string();
        self.read("calls").lines().map(|line| line.replace(&format!("{folder}/"), "")).collect()
    }

    /// Whether the uploader has what the outputs hold.
    pub fn is_delivered(&self) -> bool {
        ["q.csv", "f.json"].iter().all(|name| {
            let [output, remote] = ["out", "remote"].map(|folder| fs::read(self.path(folder).join(name)));
            output.is_ok_and(|output| remote.is_ok_and(|remote| remote == output))
        })
    }

    /// Waits until it holds.
    pub fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        while !holds(self) {
            assert!(started.elapsed() < PATIENCE, "waited in vain: {what}\n{}", self.story());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Whether the watcher knows that everything is delivered.
    pub fn knows(&self) -> bool {
        let known = self.read(".stockrule/delivered.json");
        known.contains("q.csv") && !known.contains("null")
    }

    /// Waits until the uploader has what the outputs hold, with a quantity of one SKU that tells which emission it is, and the
    /// watcher knows.
    pub fn until_delivered(&self, line: &str) {
        self.until(&format!("`{line}` is delivered"), |shop| {
            shop.is_delivered() && shop.knows() && shop.read("out/q.csv").lines().any(|found| found == line)
        });
    }

    /// What happened, for a test that fails.
    pub fn story(&self) -> String {
        let texts =
            ["log", "told", "calls", "mode", "running", "overlaps", "out/q.csv", "remote/q.csv", ".stockrule/delivered.json"];
        texts.map(|name| format!("== {name}\n{}", self.read(name).lines().take(30).collect::<Vec<_>>().join("\n"))).join("\n")
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        if let Some(watcher) = &mut self.watcher {
            let _ = watcher.kill();
            let _ = watcher.wait();
        }
        // What it ran is ended by then, or soon after.
        let _ = fs::write(self.path("mode"), "ok");
    }
}

/// Whether a process is there, and not only waits to be fetched.
pub fn is_alive(process: &str) -> bool {
    let stat = fs::read_to_string(Path::new("/proc").join(process.trim()).join("stat")).unwrap_or_default();
    stat.rsplit(')').next().and_then(|fields| fields.split_whitespace().next()).is_some_and(|state| state != "Z" && state != "X")
}
