//! What becomes of an offer.

/// What becomes of an offer: exactly one of these, the first that holds.
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

    /// Its name, in texts, CSV and JSON.
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

/// The most characters that Amazon allows in a SKU.
pub const SKU_LENGTH: usize = 40;
