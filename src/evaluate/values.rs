//! The values that fields have for a subject.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::context::{Context, Subject};
use crate::catalog::FieldColumn;
use crate::catalog::columns::list_items;
use crate::fields::Field;
use crate::number;

/// Why a field gives no whole number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// There is no value.
    Absent,
    /// The variant's inventory is not tracked.
    Untracked,
    /// The inventory export has the product, and it is not known which of its rows is this variant.
    Unmatched,
    /// The value is this text, which is not a whole number.
    NotWhole(String),
    /// The amount comes to this number, which is out of its step's range.
    OutOfRange(i64),
    /// The amount is too large to be computed.
    TooLarge,
}

impl Context<'_> {
    /// The value of a field as a whole number: units of a count, and other fields as they are.
    ///
    /// # Errors
    /// Why there is no whole number.
    #[inline]
    pub fn whole(&self, field: Field, subject: Subject) -> Result<i64, Missing> {
        let variant = subject.variant.index();
        let tracked = || self.shop.catalog.is_yes(Field::Tracked, subject.variant);
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
        let is_unmatched = self.shop.catalog.unmatched.binary_search(&subject.variant).is_ok();
        if is_unmatched { Missing::Unmatched } else { Missing::Absent }
    }

    /// A field as a decimal number.
    pub fn number(&self, field: Field, subject: Subject) -> Option<Decimal> {
        match field {
            Field::AmazonPrice => self.account.listing(subject.offer)?.price,
            Field::Inventory | Field::Location(_) | Field::AmazonQuantity => self.whole(field, subject).ok().map(Decimal::from),
            Field::Metafield(_) | Field::Column(_) => number::decimal(self.by_use(field, subject)?),
            _ => self.shop.catalog.fields.decimals(field)?.get(self.shop.catalog.row_of(field, subject.variant)),
        }
    }

    /// A yes/no field.
    pub fn yes(&self, field: Field, subject: Subject) -> bool {
        match field {
            Field::AmazonListed => self.account.listing(subject.offer).is_some(),
            _ => self.shop.catalog.is_yes(field, subject.variant),
        }
    }

    fn by_use(&self, field: Field, subject: Subject) -> Option<&str> {
        let (variant, product) = (subject.variant.index(), self.shop.catalog.product_of(subject.variant).index());
        let column = match field {
            Field::Metafield(index) => self.shop.catalog.metafields.get(index),
            Field::Column(index) => self.shop.catalog.columns.get(index),
            _ => None,
        };
        column.and_then(|column| column.get(variant, product)).filter(|text| !text.trim().is_empty())
    }

    /// The texts of a field, as written; none where the value is missing.
    pub fn texts(&self, field: Field, subject: Subject) -> Vec<Cow<'_, str>> {
        let row = self.shop.catalog.row_of(field, subject.variant);
        let listing = || self.account.listing(subject.offer);
        let one =
            |text: Option<&'_ str>| text.filter(|t| !t.trim().is_empty()).map(|t| Cow::Owned(t.to_owned())).into_iter().collect();
        match field {
            Field::Sku => one(Some(self.shop.catalog.sku(subject.variant))),
            Field::Option(option) => {
                let found = self.shop.catalog.option_code(subject.variant, option);
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
