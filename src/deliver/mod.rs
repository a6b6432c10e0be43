//! Files written whole or not at all; `.stockrule/`, where a project keeps what was sent and delivered last.

pub mod state;
pub mod write;
