//! What each system does in its own way: groups of processes, and signals.

#[cfg(not(unix))]
pub use other::*;
#[cfg(unix)]
pub use unix::*;

#[cfg(unix)]
mod unix {
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command};

    use rustix::io::Errno;
    use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

    /// Has a program be the first of a group of processes: signals reach it and all that it starts, and those of a terminal do
    /// not.
    pub fn in_own_group(command: &mut Command) -> &mut Command {
        command.process_group(0)
    }

    /// Gives a program the name that lists of processes show.
    pub fn named<'c>(command: &'c mut Command, name: &str) -> &'c mut Command {
        command.arg0(name)
    }

    /// Asks the group of a program to end.
    pub fn ask_to_end(child: &mut Child) {
        signal_group(child, Signal::TERM);
    }

    /// Ends the group of a program.
    pub fn kill(child: &mut Child) {
        signal_group(child, Signal::KILL);
    }

    /// Whether nothing is left of the group of a program that has ended. The number of a group is no other's as long as one of
    /// its processes is there.
    pub fn is_group_gone(child: &Child) -> bool {
        group(child).is_none_or(|group| test_kill_process_group(group) == Err(Errno::SRCH))
    }

    fn group(child: &Child) -> Option<Pid> {
        i32::try_from(child.id()).ok().and_then(Pid::from_raw)
    }

    fn signal_group(child: &Child, signal: Signal) {
        if let Some(group) = group(child) {
            // Fails where nothing of the group is left.
            let _ = kill_process_group(group, signal);
        }
    }

    /// Calls a function at each signal that asks this process to stop. With `hangup`, also when its terminal is gone.
    ///
    /// # Errors
    /// The signals cannot be waited for.
    pub fn on_stop_signals(hangup: bool, mut stop: impl FnMut() + Send + 'static) -> std::io::Result<()> {
        let all = [SIGINT, SIGTERM, SIGHUP];
        let mut signals = signal_hook::iterator::Signals::new(if hangup { &all[..] } else { &all[..2] })?;
        std::thread::spawn(move || signals.forever().for_each(|_| stop()));
        Ok(())
    }
}

#[cfg(not(unix))]
mod other {
    use std::process::{Child, Command};

    /// There are no groups of processes: the program alone can be ended.
    pub fn in_own_group(command: &mut Command) -> &mut Command {
        command
    }

    /// Lists of processes show the name of the file.
    pub fn named<'c>(command: &'c mut Command, _name: &str) -> &'c mut Command {
        command
    }

    /// A program cannot be asked to end.
    pub fn ask_to_end(child: &mut Child) {
        kill(child);
    }

    /// Ends a program.
    pub fn kill(child: &mut Child) {
        // Fails where it has ended.
        let _ = child.kill();
    }

    /// There are no groups of processes.
    pub fn is_group_gone(_child: &Child) -> bool {
        true
    }

    /// The system's own way to end a program ends it between two writes, or before the last step of one.
    ///
    /// # Errors
    /// None.
    pub fn on_stop_signals(_hangup: bool, _stop: impl FnMut() + Send + 'static) -> std::io::Result<()> {
        Ok(())
    }
}
