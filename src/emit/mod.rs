//! Decisions to what is sent: the quantities, the guard that looks at them before anything is written, and the content of the files.
//!
//! Nothing here reads or writes a file or asks for the time, and nothing knows of rules: what comes in are decisions and what was
//! sent before, and what goes out are artifacts.

pub mod adjustments;
pub mod artifact;
pub mod artifacts;
pub mod baseline;
pub mod feed;
pub mod guard;
pub mod history;
pub mod inventory_file;
pub mod next_history;
pub mod previous;
pub mod quantities;
pub mod sent_by_offer;
pub mod summary;
pub mod unsent;
pub mod update;
pub mod updates;
