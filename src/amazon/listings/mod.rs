//! Amazon's listings report: what is on Amazon now, and who fulfils it.

mod report;

use foldhash::HashMap;
use rust_decimal::Decimal;

use crate::catalog::Catalog;
use crate::ids::OfferId;
pub use report::read;

/// One row of the report that counts for its SKU.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// The SKU, as Amazon has it.
    pub sku: String,
    /// The quantity on Amazon; Amazon leaves it blank for what it fulfils itself.
    pub quantity: Option<i64>,
    /// The price.
    pub price: Option<Decimal>,
    /// The ASIN.
    pub asin: String,
    /// `Active`, `Inactive`, `Incomplete`.
    pub status: String,
    /// Who fulfils it: `merchant`, or a channel of Amazon's such as `AMAZON_NA`; `None` where the report does not say.
    pub channel: Option<String>,
    /// Whether the report has a column of channels, and this row has none in it, or an unknown one: nobody knows who fulfils it,
    /// unless the user has given their word on all rows that do not say.
    pub lacks_channel: bool,
    /// The line of the report.
    pub line: u32,
}

impl Listing {
    /// Whether Amazon fulfils it.
    pub fn is_fba(&self) -> bool {
        self.channel.as_deref().is_some_and(|channel| channel != MERCHANT)
    }
}

/// The channel of what the merchant fulfils: the report calls it `DEFAULT`.
pub const MERCHANT: &str = "merchant";

/// All listings of a report, joined to the variants of a catalog by SKU.
#[derive(Debug, Clone, Default)]
pub struct Listings {
    /// The listings, one a SKU, in the order of the report.
    pub listings: Vec<Listing>,
    /// The name of the report in messages.
    pub file: String,
    by_sku: HashMap<String, usize>,
    by_offer: Vec<Option<u32>>,
    /// Which listings a variant of the catalog has.
    in_catalog: Vec<bool>,
}

impl Listings {
    /// Takes the rows of a report: of those of one SKU, an FBA row wins, then one that does not say who fulfils it where others
    /// do, else the first. Returns the lines of the rows that were left out, with their SKUs.
    pub fn new(rows: Vec<Listing>) -> (Self, Vec<(String, u32)>) {
        let weight = |row: &Listing| (row.is_fba(), row.lacks_channel);
        let mut listings: Vec<Listing> = Vec::with_capacity(rows.len());
        let mut by_sku: HashMap<String, usize> = HashMap::default();
        let mut left_out = vec![];
        for mut row in rows {
            match by_sku.get(&row.sku) {
                None => {
                    by_sku.insert(row.sku.clone(), listings.len());
                    listings.push(row);
                }
                Some(&known) => {
                    if weight(&row) > weight(&listings[known]) {
                        std::mem::swap(&mut row, &mut listings[known]);
                    }
                    left_out.push((row.sku, row.line));
                }
            }
        }
        (Listings { listings, by_sku, ..Listings::default() }, left_out)
    }

    /// Joins the listings to the variants, by exactly the same SKU.
    pub fn join(&mut self, catalog: &Catalog) {
        self.in_catalog = vec![false; self.listings.len()];
        self.by_offer = catalog
            .skus
            .iter()
            .map(|sku| {
                let found = self.by_sku.get(sku).copied()?;
                self.in_catalog[found] = true;
                u32::try_from(found).ok()
            })
            .collect();
    }

    /// The listing of an offer.
    #[inline]
    pub fn of(&self, offer: OfferId) -> Option<&Listing> {
        let index = self.by_offer.get(offer.index()).copied().flatten()?;
        self.listings.get(index as usize)
    }

    /// The listing of a SKU.
    pub fn sku(&self, sku: &str) -> Option<&Listing> {
        self.by_sku.get(sku).and_then(|&index| self.listings.get(index))
    }

    /// How many listings a variant of the catalog has.
    pub fn in_catalog(&self) -> usize {
        self.in_catalog.iter().filter(|known| **known).count()
    }

    /// The listings that no variant of the catalog has.
    pub fn only_on_amazon(&self) -> impl Iterator<Item = &Listing> {
        self.listings.iter().zip(&self.in_catalog).filter(|(_, known)| !**known).map(|(listing, _)| listing)
    }
}
