//! The key `catalog:` of a project file.

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny};

use crate::yaml::Scalar;

/// A file of the catalog.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CatalogEntry {
    /// Its path or pattern.
    pub path: String,
    /// Whether it holds extra columns, and in which column the SKU stands.
    key: Option<String>,
}

impl CatalogEntry {
    /// The column of SKUs, for a file of extra columns.
    pub fn columns_key(&self) -> Option<String> {
        self.key.clone()
    }
}

/// One entry or a list of them; an entry is a path, or a mapping with more to say.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<CatalogEntry>, D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields, expecting = "a mapping")]
    struct EntryKeys {
        path: Scalar,
        format: Option<Scalar>,
        key: Option<Scalar>,
        as_of: Option<IgnoredAny>,
    }
    struct ListItem(CatalogEntry);
    impl<'de> Deserialize<'de> for ListItem {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_any(CatalogVisitor).map(|mut entries| ListItem(entries.pop().unwrap_or_default()))
        }
    }
    struct CatalogVisitor;
    impl<'de> serde::de::Visitor<'de> for CatalogVisitor {
        type Value = Vec<CatalogEntry>;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a path, or `path:` with `format:` and `key:`, or a list of them")
        }
        fn visit_str<E: Error>(self, path: &str) -> Result<Self::Value, E> {
            Ok(vec![CatalogEntry { path: path.to_owned(), ..CatalogEntry::default() }])
        }
        fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            let mapped = EntryKeys::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
            if mapped.as_of.is_some() {
                return Err(A::Error::custom(
                    "`as_of` belongs to the project, not to one file of its catalog: write it at the start of a line, beside \
                     `catalog:`, with the time of the oldest export",
                ));
            }
            let key = match (mapped.format.as_ref().map(|Scalar(text)| text.as_str()), mapped.key) {
                (Some("columns"), Some(Scalar(key))) => Some(key),
                (Some("columns"), None) => Some("SKU".to_owned()),
                (None, None) => None,
                (None, Some(_)) => return Err(A::Error::custom("`key` goes with `format: columns`")),
                (Some(other), _) => {
                    return Err(A::Error::custom(format!("unknown format `{other}`: the only one to be named is `columns`")));
                }
            };
            Ok(vec![CatalogEntry { path: mapped.path.0, key }])
        }
        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
            let mut entries = vec![];
            while let Some(ListItem(entry)) = items.next_element()? {
                entries.push(entry);
            }
            Ok(entries)
        }
    }
    deserializer.deserialize_any(CatalogVisitor)
}
