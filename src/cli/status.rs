//! How commands end, and the exit status that tells it.

use std::process::ExitCode;

use crate::diagnostic::{Code, Diagnostic, any_error};

/// How a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Done; there may be warnings.
    Done,
    /// The input is wrong.
    WrongInput,
    /// The guard refused the emission.
    Refused,
    /// A file could not be read or written.
    Io,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        ExitCode::from(match status {
            Status::Done => 0,
            Status::WrongInput => 1,
            Status::Refused => 3,
            Status::Io => 4,
        })
    }
}

/// How a command ends that has found these diagnostics: a file that cannot be read counts only where nothing else is wrong.
pub fn status_of(diagnostics: &[Diagnostic]) -> Status {
    let mut errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    match (any_error(diagnostics), errors.all(|error| error.code == Code::File)) {
        (false, _) => Status::Done,
        (true, true) => Status::Io,
        (true, false) => Status::WrongInput,
    }
}
