//! What each operating system does in its own way: groups of processes, signals, and what it tells of files. No other room asks
//! which system it is built for, but for the few lines that `cfg!(unix)` decides.
#![allow(clippy::disallowed_methods)] // it asks what Linux tells of processes in files

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

use std::path::{Path, PathBuf};

#[cfg(not(unix))]
pub use other::*;
#[cfg(unix)]
pub use unix::*;

/// Whether a process is running; where the system does not tell, it is taken to be.
pub fn is_alive(process: u32) -> bool {
    let processes = Path::new("/proc");
    !processes.join("self").exists() || processes.join(process.to_string()).exists()
}

/// The file of the program that this process runs, also where it was replaced since.
///
/// # Errors
/// The system does not tell.
pub fn own_program() -> std::io::Result<PathBuf> {
    let linux = Path::new("/proc/self/exe");
    if linux.exists() { Ok(linux.to_path_buf()) } else { std::env::current_exe() }
}
