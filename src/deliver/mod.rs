//! Files written whole or not at all; `.stockrule/`, where a project keeps what was sent and delivered last.

pub mod delivered;
pub mod hash;
pub mod last;
pub mod last_file;
pub mod lock;
mod parts;
pub mod state;
pub mod told;
pub mod write;
