//! What was read of the shop and of Amazon, whatever the rules say.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::snapshot_time::SnapshotTime;
use crate::amazon::listings::Listings;
use crate::catalog::{Catalog, Counts};
use crate::evaluate::Context;
use crate::orders::Orders;

/// Everything that rules are run on. It is cheap to clone: other rules can be run on the same inputs at once.
#[derive(Clone)]
pub struct RunInputs {
    /// The catalog, with its counts as the exports have them.
    pub catalog: Arc<Catalog>,
    /// The time of the snapshot: only later orders count.
    pub snapshot_time: SnapshotTime,
    /// What is on Amazon; `None` without a listings report.
    pub listings: Option<Arc<Listings>>,
    /// When the listings report was written.
    pub listings_time: Option<Timestamp>,
    /// The order lines, each once; `None` without orders files.
    pub orders: Option<Arc<Orders>>,
    /// The day of evaluation.
    pub today: Date,
    /// The marketplace, such as `amazon.com`.
    pub marketplace: String,
}

impl RunInputs {
    /// What rules are evaluated against, with these counts.
    pub fn context<'a>(&'a self, counts: &'a Counts) -> Context<'a> {
        Context::new(&self.catalog, self.listings.as_deref(), &self.marketplace, self.today).with_counts(counts)
    }
}
