//! Windows and other systems: what they have no way for is left out.

use std::fs::{File, FileType, Metadata, OpenOptions, Permissions};
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

/// Files are told apart by their lengths and times alone.
pub fn file_identity(_data: &Metadata) -> (u64, u64, i64) {
    (0, 0, 0)
}

/// Files are no pipes.
pub fn pipe_identity(_data: &Metadata) -> Option<(u64, u64)> {
    None
}

/// Files are no devices and no sockets.
pub fn device_or_socket(_kind: FileType) -> Option<&'static str> {
    None
}

/// A file is taken to have one name.
pub fn names_of_file(_data: &Metadata) -> u64 {
    1
}

/// The system's own.
pub fn usual_permissions() -> Option<Permissions> {
    None
}

/// There is no such flag: whoever opens a file looks what it is before and after.
pub fn refuse_links_and_waiting(_options: &mut OpenOptions) {}

/// Fills a buffer with the bytes of a file from a place on, in bytes.
///
/// # Errors
/// Those of the system; also that the file ends before the buffer is full.
#[cfg(windows)]
pub fn read_exact_at(file: &File, mut buffer: &mut [u8], mut at: u64) -> std::io::Result<()> {
    while !buffer.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, buffer, at)?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        (buffer, at) = (&mut buffer[read..], at + read as u64);
    }
    Ok(())
}

/// The system cannot read from a place without moving there, which several threads cannot do at once.
///
/// # Errors
/// Always.
#[cfg(not(windows))]
pub fn read_exact_at(_file: &File, _buffer: &mut [u8], _at: u64) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}
