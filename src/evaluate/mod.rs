//! Checked rules and a catalog to one decision a variant.
//!
//! Nothing here reads a file or the clock, and nothing can fail: what could has failed before.

mod bind;
mod cascade;
mod index;
pub mod quantity;
mod skus;
pub mod trace;
pub mod world;

pub use bind::{Bound, bind, bind_condition, form};
pub use cascade::{Settings, count, evaluate, units_of_listing, which_match};
pub use world::{Today, World};

/// What becomes of a variant: exactly one of these, the first that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The SKU is blank.
    NoSku,
    /// Two or more variants have this SKU.
    Ambiguous,
    /// A listings report is given and does not have the SKU.
    Unlisted,
    /// Amazon fulfils it.
    Fba,
    /// No rule matches.
    Unmatched,
    /// Sync is off.
    Off,
    /// The quantity cannot be computed.
    Held,
    /// Sent, with its quantity.
    Synced,
}

impl Outcome {
    /// Every outcome, in the order in which summaries list them.
    pub const ALL: [Outcome; 8] = [
        Outcome::Synced,
        Outcome::Off,
        Outcome::Held,
        Outcome::Unmatched,
        Outcome::Fba,
        Outcome::Unlisted,
        Outcome::Ambiguous,
        Outcome::NoSku,
    ];

    /// Its name, the same everywhere.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::NoSku => "no sku",
            Outcome::Ambiguous => "ambiguous",
            Outcome::Unlisted => "unlisted",
            Outcome::Fba => "fba",
            Outcome::Unmatched => "unmatched",
            Outcome::Off => "off",
            Outcome::Held => "held",
            Outcome::Synced => "synced",
        }
    }
}

/// What was decided for one variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// What becomes of it.
    pub outcome: Outcome,
    /// Which rules decided.
    pub settings: Settings,
    /// The quantity that is sent; 0 unless it is synced.
    amount: i64,
}

impl Decision {
    /// The quantity that is sent, where one is.
    pub fn quantity(&self) -> Option<i64> {
        (self.outcome == Outcome::Synced).then_some(self.amount)
    }
}

/// The most characters that Amazon allows in a SKU.
pub const SKU_LENGTH: usize = 40;
