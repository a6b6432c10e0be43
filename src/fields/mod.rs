//! The fields of the rules language: the table of them, the names that only a catalog knows, and which fields a run needs.

mod projection;
mod row;
mod schema;
mod table;

pub use projection::Projection;
pub use row::{FieldRow, FieldType, FlagCell, Lacking, Level, Storage, TextCell};
pub use schema::{Names, Schema};
pub use table::{Field, TABLE};

/// The first parts of names that are not metafields' namespaces.
pub const OWN_NAMESPACES: &[&str] = &["option", "location", "column", "amazon", "metafield"];

impl Field {
    /// The field with this fixed name.
    pub fn named(name: &str) -> Option<Field> {
        TABLE.iter().find(|row| row.name == name).map(|row| row.field)
    }

    /// What the table says of the field; `None` for a field whose name only a catalog knows.
    #[inline]
    pub fn row(self) -> Option<&'static FieldRow> {
        TABLE.get(self.place()?)
    }

    /// The headers of its column in the files of Shopify, Matrixify or Amazon; none for a field that has no column of its own.
    pub fn headers(self) -> &'static [&'static str] {
        self.row().map_or(&[], |row| row.headers)
    }

    /// The type of its values.
    pub fn field_type(self) -> FieldType {
        match self {
            Field::Option(_) => FieldType::Text,
            Field::Location(_) => FieldType::Count,
            _ => self.row().map_or(FieldType::ByUse, |row| row.field_type),
        }
    }

    /// What has one value of it. Those with names of the catalog's own may differ from variant to variant.
    pub fn level(self) -> Level {
        self.row().map_or(Level::Variant, |row| row.level)
    }

    /// Whether all variants of a product have the same value, so that a comparison is settled once a product.
    pub fn is_of_product(self) -> bool {
        self.level() == Level::Product
    }

    /// How the catalog stores it; [`Storage::Elsewhere`] for fields whose name only a catalog knows, which have columns of
    /// their own kinds.
    pub fn storage(self) -> Storage {
        self.row().map_or(Storage::Elsewhere, |row| row.storage)
    }

    /// What a value of the field is called; `None` for fields whose values are no texts of the catalog.
    pub fn noun(self) -> Option<&'static str> {
        match self {
            Field::Option(_) => Some("option"),
            Field::Metafield(_) => Some("metafield"),
            Field::Column(_) => Some("column"),
            _ => self.row()?.noun,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_stands_in_its_row() {
        for (place, row) in TABLE.iter().enumerate() {
            assert_eq!(row.field.place(), Some(place), "{}", row.name);
            assert_eq!(Field::named(row.name), Some(row.field));
            assert!(row.doc.trim().ends_with(['.', '`']) && !row.doc.contains("  "), "{}: {}", row.name, row.doc);
        }
    }

    #[test]
    fn no_two_fields_have_one_name_or_header() {
        for (at, one) in TABLE.iter().enumerate() {
            for other in TABLE.iter().skip(at + 1) {
                assert!(one.name != other.name && (one.key.is_none() || one.key != other.key), "{}", one.name);
                let is_of_one_file = (one.level == Level::Offer) == (other.level == Level::Offer);
                let is_shared = |header: &&&str| other.headers.iter().any(|known| known.eq_ignore_ascii_case(header));
                assert_eq!(one.headers.iter().find(is_shared).filter(|_| is_of_one_file), None, "{} {}", one.name, other.name);
            }
        }
    }
}
