//! Predicates: conditions compiled for a catalog. A comparison with text is one of the codes that its column has for texts, answered
//! once for each distinct text.

use regex::Regex;

use super::code_set::CodeSet;
use crate::catalog::columns::{DecimalColumn, ListColumn, OverrideColumn, TextColumn};
use crate::fields::Field;
use crate::ids::{GroupId, VariantId};
use crate::resolve::checked::Comparison;

/// A comparison, compiled for the column that it reads.
pub enum Atom<'a> {
    /// A text of the product.
    ProductText(Field, &'a TextColumn, CodeSet),
    /// One of several texts of the product.
    ProductList(Field, &'a ListColumn, CodeSet),
    /// A yes/no field of the product.
    ProductFlag(&'a [bool]),
    /// A text of the variant.
    VariantText(Field, &'a TextColumn, CodeSet),
    /// An option's value: a set for the dictionary of each slot that it can stand in.
    Option(usize, Vec<CodeSet>),
    /// A metafield or column, whose value for a product a variant may override.
    Override(&'a OverrideColumn, CodeSet),
    /// The variants that have one of some SKUs, in order.
    Variants(Vec<VariantId>),
    /// A pattern that SKUs are matched with.
    SkuPattern(Regex),
    /// A decimal number of the variant that lies in one of these ranges of ten-thousandths, their ends included; the comparison
    /// itself for numbers with more decimals.
    Decimal(&'a DecimalColumn, Vec<(i64, i64)>, Comparison),
    /// The inventory lies in one of these ranges of units, their ends included.
    Inventory(Vec<(i64, i64)>),
    /// Any other field, such as those of the listing or the count of a location: looked up for each subject.
    Value(Comparison),
}

/// A condition, compiled.
pub enum Predicate<'a> {
    /// True or false for every variant.
    Const(bool),
    /// True where all are.
    All(Vec<Predicate<'a>>),
    /// True where one is.
    Any(Vec<Predicate<'a>>),
    /// True where it is not.
    Not(Box<Predicate<'a>>),
    /// True where the group is.
    Group(GroupId),
    /// A comparison.
    Atom(Atom<'a>),
}

impl Predicate<'_> {
    /// Whether it is the same for all variants of a product; `groups` says it of the groups before it.
    pub fn is_of_product(&self, groups: &[bool]) -> bool {
        match self {
            Predicate::Const(_) | Predicate::Atom(Atom::ProductText(..) | Atom::ProductList(..) | Atom::ProductFlag(..)) => true,
            Predicate::All(predicates) | Predicate::Any(predicates) => predicates.iter().all(|each| each.is_of_product(groups)),
            Predicate::Not(inner) => inner.is_of_product(groups),
            Predicate::Group(group) => groups.get(group.index()).copied().unwrap_or(false),
            Predicate::Atom(_) => false,
        }
    }
}
