//! Numbers of products, variants, offers, rules, groups and files: a type each, so that one is never taken for another.
//!
//! An id is the place of a thing in the list that owns it, counted from 0, and means nothing outside that list: a
//! [`VariantId`] of one catalog is none of another's. Ids are not stable from run to run; SKUs and names are.

use std::ops::Range;

/// How many things of one kind can have ids: 4,294,967,295. The largest `u32` stays free, so that a list of raw numbers can
/// use it for "none".
pub const LIMIT: usize = u32::MAX as usize;

/// Defines an id: a place in a list, in four bytes.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(transparent)]
        pub struct $name(u32);

        #[allow(dead_code)] // each kind has all of them, whichever it needs
        impl $name {
            /// The id of the thing at this place of its list, counted from 0; `None` from [`LIMIT`] on.
            #[inline]
            pub fn from_index(index: usize) -> Option<Self> {
                u32::try_from(index).ok().filter(|_| index < LIMIT).map(Self)
            }

            /// The id of the thing at this place; from [`LIMIT`] on that of the last one that has an id. For lists that are
            /// refused, before anybody reads them, where they are longer.
            #[inline]
            pub fn saturating(index: usize) -> Self {
                Self(u32::try_from(index).unwrap_or(u32::MAX).min(u32::MAX - 1))
            }

            /// The place in the list.
            #[inline]
            pub fn index(self) -> usize {
                self.0 as usize
            }

            /// The place in the list, in the four bytes in which lists of many ids store it.
            #[inline]
            pub fn number(self) -> u32 {
                self.0
            }

            /// The id that [`number`](Self::number) gave.
            #[inline]
            pub fn from_number(number: u32) -> Self {
                Self(number)
            }

            /// The ids of a list with this many things, in order. Places from [`LIMIT`] on have none.
            pub fn all(count: usize) -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator + Clone {
                Self::between(0..count)
            }

            /// The ids of the things at these places, in order. Places from [`LIMIT`] on have none.
            pub fn between(places: Range<usize>) -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator + Clone {
                let [start, end] = [places.start, places.end].map(|place| u32::try_from(place).unwrap_or(u32::MAX));
                // On every platform that the program is built for, a `usize` holds any `u32`.
                (start as usize..end as usize).map(|place| Self(place as u32))
            }
        }
    };
}

id! {
    /// A product of a catalog: what its variants share, such as the vendor and the tags.
    ProductId
}
id! {
    /// A variant of a catalog: what has a SKU, a price and a count of its own in Shopify.
    VariantId
}
id! {
    /// An offer: a SKU on Amazon, and the variants that one unit of it takes from the stock.
    OfferId
}
id! {
    /// A rule of a rule set, in the order in which rules are applied: a later one decides before an earlier one.
    RuleId
}
id! {
    /// A group of a rule set: a filter with a name.
    GroupId
}
id! {
    /// A file of a catalog, in the order in which the project names them.
    FileId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_have_ids_up_to_the_limit() {
        assert_eq!(VariantId::from_index(7).map(VariantId::index), Some(7));
        assert_eq!(VariantId::from_index(LIMIT - 1).map(VariantId::index), Some(LIMIT - 1));
        assert_eq!(VariantId::from_index(LIMIT), None);
        assert_eq!([LIMIT - 1, LIMIT, LIMIT + 1].map(|at| VariantId::saturating(at).index()), [LIMIT - 1; 3]);
        assert_eq!(VariantId::all(3).map(VariantId::index).collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(VariantId::between(LIMIT - 1..LIMIT + 5).count(), 1);
        assert_eq!(VariantId::between(LIMIT + 1..LIMIT + 5).count(), 0);
    }
}
