//! Everything that rules are evaluated against, and the values of its fields.

use std::borrow::Cow;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::amazon::listings::Listings;
use crate::catalog::columns::list_items;
use crate::catalog::{Catalog, Counts};
use crate::fields::Field;
use crate::number;

/// The catalog, the counts as orders have moved them, the listings, the day and the marketplace.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The variants.
    pub catalog: &'a Catalog,
    /// Their counts.
    pub counts: &'a Counts,
    /// What is on Amazon, if a report is given.
    pub listings: Option<&'a Listings>,
    /// The day of evaluation.
    pub today: Date,
    /// The marketplace that is being evaluated.
    pub marketplace: &'a str,
}

/// Why a field gives no whole number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// There is no value.
    Absent,
    /// The variant's inventory is not tracked.
    Untracked,
    /// The inventory export knows the variant, but not as which of its rows.
    Unmatched,
    /// The value is this text, which is not a whole number.
    NotWhole(String),
    /// The amount comes to this number, which is out of its step's range.
    OutOfRange(i64),
    /// The amount is too large to be computed.
    TooLarge,
}

impl Context<'_> {
    /// A field as a whole number of units.
    ///
    /// # Errors
    /// Why it is none.
    #[inline]
    pub fn whole(&self, field: Field, variant: usize) -> Result<i64, Missing> {
        // What nearly every rule reads.
        if field == Field::Inventory
            && self.catalog.tracked.get(variant) == Some(&true)
            && let Some(count) = self.counts.inventory.get(variant)
        {
            return Ok(count);
        }
        self.any_whole(field, variant)
    }

    fn any_whole(&self, field: Field, variant: usize) -> Result<i64, Missing> {
        let tracked = || self.catalog.tracked.get(variant).copied().unwrap_or(false);
        match field {
            Field::Inventory if !tracked() => Err(Missing::Untracked),
            Field::Location(_) if !tracked() => Err(Missing::Untracked),
            Field::Inventory => self.counts.inventory.get(variant).ok_or_else(|| self.no_count(variant)),
            Field::Location(location) => {
                self.counts.locations.get(location).and_then(|column| column.get(variant)).ok_or_else(|| self.no_count(variant))
            }
            Field::AmazonQuantity => {
                self.listings.and_then(|l| l.of(variant)).and_then(|listing| listing.quantity).ok_or(Missing::Absent)
            }
            Field::Metafield(_) | Field::Column(_) => {
                let text = self.by_use(field, variant).ok_or(Missing::Absent)?;
                number::whole(text).or_else(|| whole_in_list(text)).ok_or_else(|| Missing::NotWhole(text.to_owned()))
            }
            _ => {
                let value = self.number(field, variant).ok_or(Missing::Absent)?;
                number::whole_of(value).ok_or_else(|| Missing::NotWhole(value.normalize().to_string()))
            }
        }
    }

    /// Why a variant whose inventory is tracked has no count.
    fn no_count(&self, variant: usize) -> Missing {
        let is_unmatched = u32::try_from(variant).is_ok_and(|variant| self.catalog.unmatched.binary_search(&variant).is_ok());
        if is_unmatched { Missing::Unmatched } else { Missing::Absent }
    }

    /// A field as a decimal number.
    pub fn number(&self, field: Field, variant: usize) -> Option<Decimal> {
        match field {
            Field::Price => self.catalog.price.get(variant),
            Field::CompareAtPrice => self.catalog.compare_at_price.get(variant),
            Field::Cost => self.catalog.cost.get(variant),
            Field::Weight => self.catalog.weight.get(variant),
            Field::AmazonPrice => self.listings?.of(variant)?.price,
            Field::Inventory | Field::Location(_) | Field::AmazonQuantity => self.whole(field, variant).ok().map(Decimal::from),
            _ => number::decimal(self.by_use(field, variant)?),
        }
    }

    /// A yes/no field.
    pub fn yes(&self, field: Field, variant: usize) -> bool {
        let product = self.catalog.product_of(variant);
        let flag = |flags: &[bool], row: usize| flags.get(row).copied().unwrap_or(false);
        match field {
            Field::Tracked => flag(&self.catalog.tracked, variant),
            Field::Published => flag(&self.catalog.published, product),
            Field::GiftCard => flag(&self.catalog.gift_card, product),
            Field::AmazonListed => self.listings.is_some_and(|listings| listings.of(variant).is_some()),
            _ => false,
        }
    }

    fn by_use(&self, field: Field, variant: usize) -> Option<&str> {
        let product = self.catalog.product_of(variant);
        let column = match field {
            Field::Metafield(index) => self.catalog.metafields.get(index),
            Field::Column(index) => self.catalog.columns.get(index),
            _ => None,
        };
        column.and_then(|column| column.get(variant, product)).filter(|text| !text.trim().is_empty())
    }

    /// The texts of a field, as written; none where the value is missing.
    pub fn texts(&self, field: Field, variant: usize) -> Vec<Cow<'_, str>> {
        let product = self.catalog.product_of(variant);
        let listing = || self.listings.and_then(|listings| listings.of(variant));
        let one =
            |text: Option<&'_ str>| text.filter(|t| !t.trim().is_empty()).map(|t| Cow::Owned(t.to_owned())).into_iter().collect();
        match field {
            Field::Sku => one(Some(self.catalog.sku.get(variant))),
            Field::Barcode => one(self.catalog.barcode.get(variant)),
            Field::Handle => one(self.catalog.handle.get(product)),
            Field::Title => one(self.catalog.title.get(product)),
            Field::Vendor => one(self.catalog.vendor.get(product)),
            Field::Type => one(self.catalog.product_type.get(product)),
            Field::Category => one(self.catalog.category.get(product)),
            Field::Status => one(self.catalog.status.get(product)),
            Field::Policy => one(self.catalog.policy.get(variant)),
            Field::Fulfillment => one(self.catalog.fulfillment.get(variant)),
            Field::Tag => self.catalog.tags.get(product).map(Cow::Borrowed).collect(),
            Field::Collection => self.catalog.collections.get(product).map(Cow::Borrowed).collect(),
            Field::Option(option) => {
                let found = self.catalog.option_code(variant, option);
                one(found.map(|(slot, code)| self.catalog.option_values[slot].dictionary.text(code)))
            }
            Field::AmazonAsin => one(listing().map(|listing| listing.asin.as_str())),
            Field::AmazonStatus => one(listing().map(|listing| listing.status.as_str())),
            Field::AmazonChannel => one(listing().and_then(|listing| listing.channel.as_deref())),
            Field::Marketplace => one(Some(self.marketplace)),
            Field::Metafield(_) | Field::Column(_) => {
                let values = self.by_use(field, variant).map(list_items).unwrap_or_default();
                values.into_iter().filter(|text| !text.trim().is_empty()).map(Cow::Owned).collect()
            }
            _ => vec![],
        }
    }
}

/// The whole number that is the only item of a list.
fn whole_in_list(text: &str) -> Option<i64> {
    match &list_items(text)[..] {
        [only] => number::whole(only),
        _ => None,
    }
}
