//! Files written whole or not at all; `.stockrule/`, where a project keeps what was sent and delivered last.
#![allow(clippy::disallowed_methods)] // the door for writing

mod comparing_writer;
pub mod delivered;
pub mod hash;
pub mod previous;
pub mod previous_file;
pub mod lock;
mod feed_parts;
pub mod previous_cache;
pub mod state;
mod regular_file;
pub mod reported_trouble;
pub mod temporary_file;
pub mod write;
