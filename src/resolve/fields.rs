//! Names to fields, with the nearest known one where a name is none.

use super::Resolver;
use crate::diagnostic::Code;
use crate::fields::{Field, OWN_NAMESPACES, Schema, TABLE};
use crate::syntax::tree::FieldName;
use crate::syntax::{fix, print};
use crate::text;

/// The fields of the listing.
const AMAZON_FIELDS: &str = "the fields of the listing are `amazon.quantity`, `amazon.price`, `amazon.asin`, `amazon.status`, \
                             `amazon.channel` and `amazon.listed`";

impl<'s> Resolver<'s> {
    /// The field with this name; `None`, and an error told, where there is none.
    pub(super) fn field(&mut self, name: &FieldName) -> Option<Field> {
        let (first, rest) = name.parts.split_first()?;
        match (first.as_str(), rest) {
            (_, []) => self.plain(name, first),
            ("amazon", [key]) => {
                let full = format!("amazon.{key}");
                if let Some(field) = Field::named(&full) {
                    return Some(field);
                }
                let near = text::nearest(&full, TABLE.iter().map(|row| row.name).filter(|known| known.starts_with("amazon.")));
                let near = fix::field_meant(&full).or(near);
                let help = near.map_or_else(|| AMAZON_FIELDS.to_owned(), |near| format!("did you mean `{near}`?"));
                self.error(Code::UnknownField, name.span, format!("unknown field `{full}`"), Some(help));
                None
            }
            ("option", [key]) => self.own(name, key, "option", "no product of the catalog has the option", Field::Option, |s| {
                (&*s.options, s.option(key))
            }),
            ("location", [key]) => {
                self.own(name, key, "location", "the catalog has no counts of the location", Field::Location, |s| {
                    (&*s.locations, s.location(key))
                })
            }
            ("column", [key]) => self.own(name, key, "column", "no file of the catalog has the column", Field::Column, |s| {
                (&*s.columns, s.column(key))
            }),
            ("option" | "location" | "column" | "amazon", _) => {
                let help = format!("a name with a dot or a space stands in quotes: `{first}.\"{}\"`", rest.join("."));
                self.error(Code::UnknownField, name.span, format!("`{}` has too many parts", print::field(name)), Some(help));
                None
            }
            ("metafield", [namespace @ .., key]) if !namespace.is_empty() => self.metafield(name, &namespace.join("."), key),
            ("metafield", _) => {
                let help = Some("a metafield is `metafield.NAMESPACE.KEY`".to_owned());
                self.error(Code::UnknownField, name.span, format!("`{}` names no metafield", print::field(name)), help);
                None
            }
            (_, [more @ .., key]) => {
                let namespace = std::iter::once(first).chain(more).cloned().collect::<Vec<_>>().join(".");
                self.metafield(name, &namespace, key)
            }
        }
    }

    fn plain(&mut self, name: &FieldName, word: &str) -> Option<Field> {
        if let Some(field) = Field::named(word).filter(|_| !word.contains('.')) {
            return Some(field);
        }
        let did_you_mean = |name: String| format!("did you mean `{name}`?");
        let plain = || TABLE.iter().map(|row| row.name).filter(|known| !known.contains('.'));
        let same = plain().find(|known| known.eq_ignore_ascii_case(word));
        let help = if fix::OTHER_COUNTS.contains(&word.to_lowercase().as_str()) {
            fix::THE_COUNTS.to_owned()
        } else if word.starts_with(|c: char| c.is_ascii_digit())
            && let Some(meant) = self.meant(name.span)
        {
            meant
        } else if self.groups.contains_key(word) {
            format!("`{word}` is a group: it stands alone, without a comparison")
        } else if OWN_NAMESPACES.contains(&word) || OWN_NAMESPACES.iter().any(|own| word.strip_suffix('s') == Some(*own)) {
            self.namespace_alone(word.trim_end_matches('s'))
        } else if let Some(same) = same {
            did_you_mean(same.to_owned())
        } else if let Some(own) = self.own_name(word) {
            did_you_mean(own)
        } else if let Some(field) = fix::field_meant(word) {
            did_you_mean(field.to_owned())
        } else if let Some(column) = self.schema.and_then(|schema| schema.column(word).map(|index| &schema.columns[index])) {
            did_you_mean(format!("column.{}", part(column)))
        } else if let Some(near) = text::nearest(word, plain()) {
            did_you_mean(near.to_owned())
        } else if let Some(own) = self.near_name(word) {
            did_you_mean(own)
        } else if let Some(meant) = self.meant(name.span) {
            meant
        } else {
            "fields are `sku`, `title`, `vendor`, `type`, `tag`, `price`, `inventory` …; a metafield is `NAMESPACE.KEY`, an option \
             `option.NAME`, a column `column.\"HEADER\"`"
                .to_owned()
        };
        self.error(Code::UnknownField, name.span, format!("unknown field `{word}`"), Some(help));
        None
    }

    /// What to write for a name that only begins one.
    fn namespace_alone(&self, namespace: &str) -> String {
        let names =
            |kind: &[String]| kind.first().map_or_else(String::new, |name| format!(", such as `{namespace}.{}`", part(name)));
        match (namespace, self.schema) {
            ("location", Some(schema)) if schema.locations.is_empty() => {
                "the count at a location is `location.NAME`; this catalog has none: add Shopify's inventory export".to_owned()
            }
            ("location", schema) => {
                let such =
                    schema.and_then(|schema| schema.locations.first()).map_or_else(|| "NAME".to_owned(), |name| part(name));
                format!("the count at a location is a field of its own, `location.NAME`: `location.{such} > 0`")
            }
            ("option", schema) => {
                format!("an option is `option.NAME`{}", schema.map_or_else(String::new, |schema| names(&schema.options)))
            }
            ("column", schema) => {
                format!("a column is `column.\"HEADER\"`{}", schema.map_or_else(String::new, |schema| names(&schema.columns)))
            }
            ("amazon", _) => AMAZON_FIELDS.to_owned(),
            _ => match self.schema.and_then(|schema| schema.metafields.first()) {
                Some((namespace, key)) => format!("a metafield is `NAMESPACE.KEY`, such as `{namespace}.{key}`"),
                None => "a metafield is `NAMESPACE.KEY`, such as `custom.amazon_qty`".to_owned(),
            },
        }
    }

    /// What a word alone is in the catalog: an option, a metafield's key, a location.
    pub(super) fn own_name(&self, word: &str) -> Option<String> {
        let schema = self.schema?;
        if let Some(index) = schema.option(word) {
            return Some(format!("option.{}", part(&schema.options[index])));
        }
        if let Some((namespace, key)) = schema.metafields.iter().find(|(_, key)| key.eq_ignore_ascii_case(word)) {
            return Some(format!("{namespace}.{key}"));
        }
        schema.location(word).map(|index| format!("location.{}", part(&schema.locations[index])))
    }

    /// The option, metafield or location whose name is nearest to a word.
    fn near_name(&self, word: &str) -> Option<String> {
        let schema = self.schema?;
        let keys = schema.metafields.iter().map(|(_, key)| key.as_str());
        let names = schema.options.iter().chain(schema.locations.iter()).map(String::as_str).chain(keys);
        text::nearest(word, names).and_then(|near| self.own_name(near))
    }

    /// What a dotted name stands for that puts a namespace of another program before a field: `variant.sku`.
    fn without_namespace(&self, namespace: &str, key: &str) -> Option<String> {
        let namespace = namespace.to_lowercase();
        match namespace.as_str() {
            "variant" | "variants" | "product" | "products" | "shopify" | "item" | "items" => {
                let field = TABLE.iter().map(|row| row.name).find(|field| *field == key.to_lowercase());
                field.or_else(|| fix::field_meant(key)).map(str::to_owned)
            }
            "options" => self.schema?.option(key).map(|_| format!("option.{}", part(key))),
            "locations" | "stock" | "inventory" | "warehouse" => {
                self.schema?.location(key).map(|_| format!("location.{}", part(key)))
            }
            "columns" => self.schema?.column(key).map(|_| format!("column.{}", part(key))),
            _ => None,
        }
    }

    /// A field whose name is one of the catalog's own.
    fn own(
        &mut self,
        name: &FieldName,
        key: &str,
        kind: &str,
        missing: &str,
        make: fn(usize) -> Field,
        find: impl Fn(&'s Schema) -> (&'s [String], Option<usize>),
    ) -> Option<Field> {
        let Some(schema) = self.schema else { return Some(make(usize::MAX)) };
        let (known, found) = find(schema);
        if let Some(index) = found {
            return Some(make(index));
        }
        let near = text::nearest(key, known.iter().map(String::as_str));
        let help = match near {
            Some(near) => format!("did you mean `{kind}.{}`?", part(near)),
            None if known.is_empty() => format!("this catalog has no {kind}s at all"),
            None => {
                let shown: Vec<_> = known.iter().take(8).map(|known| format!("`{kind}.{}`", part(known))).collect();
                let more = if known.len() > 8 { format!(" … ({} in all)", known.len()) } else { String::new() };
                format!("it has {}{more}", shown.join(", "))
            }
        };
        self.error(Code::NotInCatalog, name.span, format!("{missing} `{key}`"), Some(help));
        None
    }

    fn metafield(&mut self, name: &FieldName, namespace: &str, key: &str) -> Option<Field> {
        let Some(schema) = self.schema else { return Some(Field::Metafield(usize::MAX)) };
        if let Some(index) = schema.metafield(namespace, key) {
            return Some(Field::Metafield(index));
        }
        let known: Vec<String> = schema.metafields.iter().map(|(namespace, key)| format!("{namespace}.{key}")).collect();
        let written = format!("{namespace}.{key}");
        let fixed = TABLE.iter().map(|row| row.name).filter(|name| name.contains('.'));
        let near = text::nearest(&written, known.iter().map(String::as_str).chain(fixed)).map(str::to_owned);
        let near = self.without_namespace(namespace, key).or(near);
        // A number with a point reads like a field's name.
        let is_number = namespace.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if let Some(meant) = self.meant(name.span).filter(|_| is_number) {
            self.error(Code::NotInCatalog, name.span, format!("the catalog has no metafield `{written}`"), Some(meant));
            return None;
        }
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => "this catalog has no metafields at all: export them with the products".to_owned(),
            None => {
                let shown: Vec<_> = known.iter().take(8).map(|known| format!("`{known}`")).collect();
                let more = if known.len() > 8 { format!(" … ({} in all)", known.len()) } else { String::new() };
                format!("it has {}{more}", shown.join(", "))
            }
        };
        self.error(Code::NotInCatalog, name.span, format!("the catalog has no metafield `{written}`"), Some(help));
        None
    }
}

/// A part of a name as it must be written: quoted where it is not a plain word.
fn part(name: &str) -> String {
    let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    if plain { name.to_owned() } else { print::quoted(name) }
}
