//! What rules are evaluated against: a shop, an account and a day; and the values of fields there.

use std::borrow::Cow;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::amazon::account::Account;
use crate::amazon::listings::Listings;
use crate::amazon::offers::Offers;
use crate::catalog::columns::list_items;
use crate::catalog::{Catalog, Counts, FieldColumn};
use crate::fields::Field;
use crate::ids::{OfferId, VariantId};
use crate::number;

/// What Shopify has: the catalog, and its counts as orders since the snapshot have moved them.
#[derive(Debug, Clone, Copy)]
pub struct Shop<'a> {
    /// The products and variants.
    pub catalog: &'a Catalog,
    /// The counts of the variants: the catalog's own where no orders are given.
    pub counts: &'a Counts,
}

/// The evaluation context: everything that rules read.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// What Shopify has.
    pub shop: Shop<'a>,
    /// What Amazon has of the account that is evaluated.
    pub account: Account<'a>,
    /// The day of evaluation.
    pub today: Date,
}

/// What a rule is evaluated for: an offer, whose fields are Amazon's, and one of the variants that it is made of, whose fields are
/// Shopify's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// The offer.
    pub offer: OfferId,
    /// The variant.
    pub variant: VariantId,
}

impl<'a> Context<'a> {
    /// A catalog with the counts that stand in it, and each variant's own offer.
    pub fn new(catalog: &'a Catalog, listings: Option<&'a Listings>, marketplace: &'a str, today: Date) -> Self {
        let account = Account { marketplace, listings, offers: Offers::own(catalog) };
        Context { shop: Shop { catalog, counts: &catalog.counts }, account, today }
    }

    /// This context with other counts, as orders have moved them.
    #[must_use]
    pub fn with_counts(self, counts: &'a Counts) -> Self {
        Context { shop: Shop { counts, ..self.shop }, ..self }
    }

    /// The pair of an offer and the variant that it is made of.
    #[inline]
    pub fn subject(&self, offer: OfferId) -> Subject {
        Subject { offer, variant: self.account.offers.component(offer).variant }
    }

    /// The SKU of an offer on Amazon.
    #[inline]
    pub fn sku(&self, offer: OfferId) -> &'a str {
        self.account.offers.sku(self.shop.catalog, offer)
    }

    /// Where the variant that an offer is made of stands in the catalog's files.
    pub fn place(&self, offer: OfferId) -> String {
        self.shop.catalog.place_of(self.subject(offer).variant.index())
    }
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
    pub fn whole(&self, field: Field, subject: Subject) -> Result<i64, Missing> {
        let variant = subject.variant.index();
        let tracked = || self.shop.catalog.is_yes(Field::Tracked, variant);
        match field {
            Field::Inventory if !tracked() => Err(Missing::Untracked),
            Field::Location(_) if !tracked() => Err(Missing::Untracked),
            Field::Inventory => self.shop.counts.inventory.get(variant).ok_or_else(|| self.no_count(subject)),
            Field::Location(location) => self
                .shop
                .counts
                .locations
                .get(location)
                .and_then(|column| column.get(variant))
                .ok_or_else(|| self.no_count(subject)),
            Field::AmazonQuantity => {
                self.account.listing(subject.offer).and_then(|listing| listing.quantity).ok_or(Missing::Absent)
            }
            Field::Metafield(_) | Field::Column(_) => {
                let text = self.by_use(field, subject).ok_or(Missing::Absent)?;
                number::whole(text).or_else(|| whole_in_list(text)).ok_or_else(|| Missing::NotWhole(text.to_owned()))
            }
            _ => {
                let value = self.number(field, subject).ok_or(Missing::Absent)?;
                number::whole_of(value).ok_or_else(|| Missing::NotWhole(value.normalize().to_string()))
            }
        }
    }

    /// Why a variant whose inventory is tracked has no count.
    fn no_count(&self, subject: Subject) -> Missing {
        let is_unmatched = self.shop.catalog.unmatched.binary_search(&subject.variant.number()).is_ok();
        if is_unmatched { Missing::Unmatched } else { Missing::Absent }
    }

    /// A field as a decimal number.
    pub fn number(&self, field: Field, subject: Subject) -> Option<Decimal> {
        let variant = subject.variant.index();
        match field {
            Field::AmazonPrice => self.account.listing(subject.offer)?.price,
            Field::Inventory | Field::Location(_) | Field::AmazonQuantity => self.whole(field, subject).ok().map(Decimal::from),
            Field::Metafield(_) | Field::Column(_) => number::decimal(self.by_use(field, subject)?),
            _ => self.shop.catalog.fields.decimals(field)?.get(self.shop.catalog.row_of(field, variant)),
        }
    }

    /// A yes/no field.
    pub fn yes(&self, field: Field, subject: Subject) -> bool {
        match field {
            Field::AmazonListed => self.account.listing(subject.offer).is_some(),
            _ => self.shop.catalog.is_yes(field, subject.variant.index()),
        }
    }

    fn by_use(&self, field: Field, subject: Subject) -> Option<&str> {
        let variant = subject.variant.index();
        let product = self.shop.catalog.product_of(variant);
        let column = match field {
            Field::Metafield(index) => self.shop.catalog.metafields.get(index),
            Field::Column(index) => self.shop.catalog.columns.get(index),
            _ => None,
        };
        column.and_then(|column| column.get(variant, product)).filter(|text| !text.trim().is_empty())
    }

    /// The texts of a field, as written; none where the value is missing.
    pub fn texts(&self, field: Field, subject: Subject) -> Vec<Cow<'_, str>> {
        let variant = subject.variant.index();
        let row = self.shop.catalog.row_of(field, variant);
        let listing = || self.account.listing(subject.offer);
        let one =
            |text: Option<&'_ str>| text.filter(|t| !t.trim().is_empty()).map(|t| Cow::Owned(t.to_owned())).into_iter().collect();
        match field {
            Field::Sku => one(Some(self.shop.catalog.sku.get(variant))),
            Field::Option(option) => {
                let found = self.shop.catalog.option_code(variant, option);
                one(found.map(|(slot, code)| self.shop.catalog.option_values[slot].dictionary.text(code)))
            }
            Field::AmazonAsin => one(listing().map(|listing| listing.asin.as_str())),
            Field::AmazonStatus => one(listing().map(|listing| listing.status.as_str())),
            Field::AmazonChannel => one(listing().and_then(|listing| listing.channel.as_deref())),
            Field::Marketplace => one(Some(self.account.marketplace)),
            Field::Metafield(_) | Field::Column(_) => {
                let values = self.by_use(field, subject).map(list_items).unwrap_or_default();
                values.into_iter().filter(|text| !text.trim().is_empty()).map(Cow::Owned).collect()
            }
            _ => match self.shop.catalog.fields.get(field) {
                Some(FieldColumn::Text(column, _)) => one(column.get(row)),
                Some(FieldColumn::List(column)) => column.get(row).map(Cow::Borrowed).collect(),
                Some(FieldColumn::Decimal(_) | FieldColumn::Flag(..)) | None => vec![],
            },
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
