//! The columns of the fields with fixed names, found by their field.

use super::columns::{DecimalColumn, ListColumn, TextColumn, rows_from};
use crate::fields::{Field, FieldRow, FlagCell, Level, Projection, Storage, TABLE, TextCell};
use crate::text;

/// The column of a field: a row a product, or a row a variant, as the field's level says; with what becomes of a cell.
#[derive(Debug, Clone)]
pub enum FieldColumn {
    /// A text a row.
    Text(TextColumn, TextCell),
    /// Any number of texts a row.
    List(ListColumn),
    /// A decimal number a row.
    Decimal(DecimalColumn),
    /// Yes or no a row.
    Flag(Vec<bool>, FlagCell),
}

/// The value of a field, as a reader found it.
#[derive(Debug, Clone, Copy)]
pub enum FieldValue<'a> {
    /// The file does not say it.
    Missing,
    /// A cell or a scalar.
    Text(&'a str),
    /// Each text by itself, where a file has a list of them.
    Items(&'a [String]),
    /// Yes or no.
    Flag(bool),
}

impl<'a> FieldValue<'a> {
    /// The text of a cell; blank for any other value.
    pub fn text(self) -> &'a str {
        match self {
            FieldValue::Text(text) => text,
            _ => "",
        }
    }
}

impl FieldColumn {
    /// A column without rows for what is stored so; `None` for what has no column here.
    fn new(storage: Storage) -> Option<Self> {
        match storage {
            Storage::Text(cell) => Some(FieldColumn::Text(TextColumn::default(), cell)),
            Storage::List => Some(FieldColumn::List(ListColumn::default())),
            Storage::Decimal => Some(FieldColumn::Decimal(DecimalColumn::default())),
            Storage::Flag(cell) => Some(FieldColumn::Flag(vec![], cell)),
            Storage::Skus | Storage::Counts | Storage::Elsewhere => None,
        }
    }

    /// Adds a row. What is no value of the field's type counts as missing.
    pub fn push(&mut self, value: FieldValue<'_>) {
        match (self, value) {
            (FieldColumn::Text(values, cell), value) => values.push(&cell.stored(value.text())),
            (FieldColumn::List(values), FieldValue::Items(items)) => values.push(items.iter().map(String::as_str)),
            (FieldColumn::List(values), value) => values.push(listed(value.text())),
            (FieldColumn::Decimal(values), value) => _ = values.push(value.text()),
            (FieldColumn::Flag(values, _), FieldValue::Flag(yes)) => values.push(yes),
            (FieldColumn::Flag(values, cell), _) => values.push(cell.default()),
        }
    }

    /// Adds the rows of another column of the field from number `first` on.
    fn append(&mut self, other: &FieldColumn, first: usize) {
        match (self, other) {
            (FieldColumn::Text(own, _), FieldColumn::Text(other, _)) => own.append(other, first),
            (FieldColumn::List(own), FieldColumn::List(other)) => own.append(other, first),
            (FieldColumn::Decimal(own), FieldColumn::Decimal(other)) => own.append(other, first),
            (FieldColumn::Flag(own, _), FieldColumn::Flag(other, _)) => own.extend_from_slice(rows_from(other, first)),
            // The storage of a field never changes.
            _ => {}
        }
    }

    /// Whether two rows have different values.
    fn differs(&self, one: usize, other: usize) -> bool {
        match self {
            FieldColumn::Text(values, _) => values.code(one) != values.code(other),
            FieldColumn::List(values) => values.codes(one) != values.codes(other),
            FieldColumn::Decimal(values) => values.get(one) != values.get(other),
            FieldColumn::Flag(values, _) => values.get(one) != values.get(other),
        }
    }
}

/// The columns of all fields that a catalog stores, beside the SKUs and the counts.
#[derive(Debug, Clone, Default)]
pub struct FieldColumns {
    /// A column for each row of the [`TABLE`]; `None` for what is not stored here.
    by_place: Vec<Option<FieldColumn>>,
}

impl FieldColumns {
    /// Columns without rows for the fields that a run needs.
    pub fn new(projection: &Projection) -> Self {
        let column = |row: &FieldRow| FieldColumn::new(row.storage).filter(|_| projection.field(row.field));
        FieldColumns { by_place: TABLE.iter().map(column).collect() }
    }

    /// The column of a field; `None` where it is not stored here.
    #[inline]
    pub fn get(&self, field: Field) -> Option<&FieldColumn> {
        self.by_place.get(field.place()?)?.as_ref()
    }

    /// The column of a field, to be filled.
    pub fn get_mut(&mut self, field: Field) -> Option<&mut FieldColumn> {
        self.by_place.get_mut(field.place()?)?.as_mut()
    }

    /// The column of a field that is one text a row.
    #[inline]
    pub fn texts(&self, field: Field) -> Option<&TextColumn> {
        match self.get(field) {
            Some(FieldColumn::Text(values, _)) => Some(values),
            _ => None,
        }
    }

    /// The column of a field that is any number of texts a row.
    #[cfg(any(test, feature = "internals"))]
    pub fn lists(&self, field: Field) -> Option<&ListColumn> {
        match self.get(field) {
            Some(FieldColumn::List(values)) => Some(values),
            _ => None,
        }
    }

    /// The column of a field that is a decimal number.
    pub fn decimals(&self, field: Field) -> Option<&DecimalColumn> {
        match self.get(field) {
            Some(FieldColumn::Decimal(values)) => Some(values),
            _ => None,
        }
    }

    /// The rows of a field that is yes or no; none where it is not stored.
    #[inline]
    pub fn flags(&self, field: Field) -> &[bool] {
        match self.get(field) {
            Some(FieldColumn::Flag(values, _)) => values,
            _ => &[],
        }
    }

    /// The columns that are stored, with their rows of the table.
    pub fn iter(&self) -> impl Iterator<Item = (&'static FieldRow, &FieldColumn)> {
        TABLE.iter().zip(&self.by_place).filter_map(|(row, column)| Some((row, column.as_ref()?)))
    }

    /// Adds a row to each column of a level.
    pub fn push<'v>(&mut self, level: Level, value: impl Fn(&FieldRow) -> FieldValue<'v>) {
        let columns = TABLE.iter().zip(&mut self.by_place).filter(|(row, _)| row.level == level);
        columns.for_each(|(row, column)| {
            if let Some(column) = column {
                column.push(value(row));
            }
        });
    }

    /// Adds the rows of another catalog's columns, which stores the same fields: those of all its variants, and of its products
    /// from number `first_product` on.
    pub fn append(&mut self, other: &FieldColumns, first_product: usize) {
        for ((row, own), other) in TABLE.iter().zip(&mut self.by_place).zip(&other.by_place) {
            if let (Some(own), Some(other)) = (own, other) {
                own.append(other, if row.level == Level::Product { first_product } else { 0 });
            }
        }
    }

    /// Whether two products have different values, as far as they are stored.
    pub fn products_differ(&self, one: usize, other: usize) -> bool {
        self.iter().any(|(row, column)| row.level == Level::Product && column.differs(one, other))
    }
}

/// The items of a cell that commas part. They are short: a plain loop finds their ends sooner than a search does.
pub fn listed(cell: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(cell);
    std::iter::from_fn(move || {
        let cell = rest?;
        let item = match cell.as_bytes().iter().position(|&byte| byte == b',') {
            Some(end) => {
                rest = cell.get(end + 1..);
                &cell[..end]
            }
            None => {
                rest = None;
                cell
            }
        };
        Some(text::without_apostrophe(text::trimmed(item)))
    })
}
