//! A process of our own between `watch` and a program that it runs: it ends the program and whatever that started as soon as it
//! is told to, and also when `watch` is gone, however it ended. What is to be run once at a time is so even after a `kill -9`.
//!
//! Told on standard input: first one line, which the program gets on its own standard input, if it is not blank; then, when
//! standard input ends, to end the program. How the program failed is written to standard output, which may be a file that is
//! held by a lock for as long as the program runs.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::wait_scale::WaitScale;
use crate::system;

/// The first argument of a process that is such a supervisor. The program and its arguments follow.
pub const WORD: &str = "supervise-for-watch";

/// The time that a program has to end after it was asked to.
pub const GRACE: Duration = Duration::from_secs(5);

/// The time in which the system lets go of what was killed.
const KILLED: Duration = Duration::from_secs(1);

/// Runs a program until it ends or must.
///
/// # Errors
/// Why it was not run, or how it failed, in words.
pub fn supervise(program: OsString, arguments: impl Iterator<Item = OsString>) -> Result<(), String> {
    let (sender, stop) = channel();
    let stopper = sender.clone();
    system::on_stop_signals(true, move || {
        // Once is enough: nobody may listen any more.
        let _ = stopper.send(());
    })
    .map_err(|problem| format!("its signals cannot be waited for: {problem}"))?;
    let mut input = BufReader::new(std::io::stdin());
    let mut line = String::new();
    let told = input.read_line(&mut line);
    if told.is_err() || !line.ends_with('\n') {
        return Err("nobody waits for it any more".to_owned());
    }
    std::thread::spawn(move || {
        // An error says the same as an end: nobody waits any more.
        let _ = input.read_to_end(&mut vec![]);
        let _ = sender.send(());
    });
    let mut command = Command::new(program);
    // Standard output is for what `watch` and this process have to say.
    command.args(arguments).stdin(if line.trim().is_empty() { Stdio::null() } else { Stdio::piped() }).stdout(std::io::stderr());
    let mut child = system::in_own_group(&mut command).spawn().map_err(|problem| cannot_run(&problem))?;
    if let Some(mut input) = child.stdin.take() {
        // A program need not read what it is told; nor must it be waited for.
        std::thread::spawn(move || input.write_all(line.as_bytes()));
    }
    wait(&mut child, &stop)
}

/// Why a program cannot be run.
fn cannot_run(problem: &std::io::Error) -> String {
    const NO_FORMAT: i32 = 8;
    let advice = match problem.kind() {
        std::io::ErrorKind::NotFound => {
            "; a path is relative to the project's folder, and a script's first line must name a program"
        }
        std::io::ErrorKind::PermissionDenied => "; `chmod +x` makes a script a program",
        _ if problem.raw_os_error() == Some(NO_FORMAT) => "; a script's first line must say what runs it, such as `#!/bin/sh`",
        _ => "",
    };
    format!("it cannot be run: {problem}{advice}")
}

/// Waits until a program ends, or ends it.
fn wait(child: &mut Child, stop: &Receiver<()>) -> Result<(), String> {
    let started = Instant::now();
    loop {
        match stop.recv_timeout((started.elapsed() / 20).clamp(Duration::from_millis(2), Duration::from_millis(100))) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => {
                end(child);
                return Err("it was ended".to_owned());
            }
        }
        match child.try_wait() {
            Ok(None) => {}
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(status.to_string()),
            Err(problem) => {
                end(child);
                return Err(problem.to_string());
            }
        }
    }
}

/// Asks a program and all that it started to end, and ends what has not after a while.
fn end(child: &mut Child) {
    // A clock that is set wrongly was told by the process that started this one.
    let grace = WaitScale::of_environment().map_or(GRACE, |clock| clock.shorten(GRACE));
    system::ask_to_end(child);
    if !is_gone_within(child, grace) {
        system::kill(child);
        // Whatever is left then is held by the system: nothing more can be done.
        is_gone_within(child, KILLED);
    }
}

/// Whether a program that is to end does so in a time, and all that it started.
fn is_gone_within(child: &mut Child, time: Duration) -> bool {
    let started = Instant::now();
    loop {
        if child.try_wait().is_ok_and(|status| status.is_some()) && system::is_group_gone(child) {
            return true;
        }
        if started.elapsed() >= time {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
