//! `emit.on_change` and `emit.on_trouble`: what is emitted is delivered, whatever happens meanwhile, and trouble is told.

mod delivered;
mod random;
mod shop;
mod trouble;
