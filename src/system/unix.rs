//! Linux, macOS and other systems of their kind.

use std::fs::{File, FileType, Metadata, OpenOptions, Permissions};
use std::os::unix::fs::{FileExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
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

/// What tells a file from every other, and from itself after it was replaced or its inode changed: device, inode, and the
/// nanoseconds of the inode's last change.
pub fn file_identity(data: &Metadata) -> (u64, u64, i64) {
    (data.dev(), data.ino(), data.ctime_nsec())
}

/// What identifies a named pipe: device and inode; `None` for anything else.
pub fn pipe_identity(data: &Metadata) -> Option<(u64, u64)> {
    data.file_type().is_fifo().then(|| (data.dev(), data.ino()))
}

/// What something is that is neither a file nor a folder and cannot be read from start to end, in words.
pub fn device_or_socket(kind: FileType) -> Option<&'static str> {
    match kind {
        _ if kind.is_block_device() || kind.is_char_device() => Some("a device"),
        _ if kind.is_socket() => Some("a socket"),
        _ => None,
    }
}

/// How many names a file has.
pub fn names_of_file(data: &Metadata) -> u64 {
    data.nlink()
}

/// Who may read and write a file that is new: the user, and others may read it.
pub fn usual_permissions() -> Option<Permissions> {
    Some(Permissions::from_mode(0o644))
}

/// Has a file opened by its own name only, not by a symbolic link, and a named pipe not waited for.
pub fn refuse_links_and_waiting(options: &mut OpenOptions) {
    options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
}

/// Fills a buffer with the bytes of a file from a place on, in bytes.
///
/// # Errors
/// Those of the system; also that the file ends before the buffer is full.
pub fn read_exact_at(file: &File, buffer: &mut [u8], at: u64) -> std::io::Result<()> {
    file.read_exact_at(buffer, at)
}
