//! The tests of a project: what people expect of their rules, and whether it holds.

pub mod cases;
pub mod file;
mod invariant;
pub mod report;
mod results;
mod run;

pub use results::TestRun;
pub use run::run;
