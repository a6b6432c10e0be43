//! Names to fields, with the nearest known one where a name is none.

use super::checked::NameTarget;
use super::resolver::{FoundField, Resolver};
use crate::diagnostic::{Advice, Code};
use crate::fields::{Field, FieldType, Names, OWN_NAMESPACES, Schema, TABLE};
use crate::source::Span;
use crate::syntax::tree::FieldName;
use crate::syntax::{fix, print};
use crate::text;

/// The fields of the listing.
const AMAZON_FIELDS: &str = "the fields of the listing are `amazon.quantity`, `amazon.price`, `amazon.asin`, `amazon.status`, \
                             `amazon.channel` and `amazon.listed`";

/// A namespace of names that only a catalog knows.
struct OwnNamespace {
    /// Its name: `option`.
    name: &'static str,
    /// What is said of a name that the catalog does not have.
    missing: &'static str,
    field_type: FieldType,
    field: fn(usize) -> Field,
    names: fn(&Schema) -> &Names,
}

const OPTION: OwnNamespace = OwnNamespace {
    name: "option",
    missing: "no product of the catalog has the option",
    field_type: FieldType::Text,
    field: Field::Option,
    names: |schema| &schema.options,
};
const LOCATION: OwnNamespace = OwnNamespace {
    name: "location",
    missing: "the catalog has no counts of the location",
    field_type: FieldType::Count,
    field: Field::Location,
    names: |schema| &schema.locations,
};
const COLUMN: OwnNamespace = OwnNamespace {
    name: "column",
    missing: "no file of the catalog has the column",
    field_type: FieldType::ByUse,
    field: Field::Column,
    names: |schema| &schema.columns,
};

impl Resolver<'_> {
    /// The field with this name; `None`, and an error reported, where there is none.
    pub fn field(&mut self, name: &FieldName) -> Option<FoundField> {
        let found = self.find_field(name)?;
        if let Some(field) = found.known() {
            self.note(name.span, NameTarget::Field(field));
        }
        Some(found)
    }

    fn find_field(&mut self, name: &FieldName) -> Option<FoundField> {
        let (first, rest) = name.parts.split_first()?;
        match (first.as_str(), rest) {
            (_, []) => self.plain(name, first),
            ("amazon", [key]) => self.of_listing(name, &format!("amazon.{key}")),
            ("option", [key]) => self.own(name, key, &OPTION),
            ("location", [key]) => self.own(name, key, &LOCATION),
            ("column", [key]) => self.own(name, key, &COLUMN),
            ("option" | "location" | "column" | "amazon", _) => {
                let help = format!("a name with a dot or a space stands in quotes: `{first}.\"{}\"`", rest.join("."));
                self.error(Code::UnknownField, name.span, format!("`{}` has too many parts", print::field(name)), help);
                None
            }
            ("metafield", [namespace @ .., key]) if !namespace.is_empty() => self.metafield(name, &namespace.join("."), key),
            ("metafield", _) => {
                let help = "a metafield is `metafield.NAMESPACE.KEY`";
                self.error(Code::UnknownField, name.span, format!("`{}` names no metafield", print::field(name)), help);
                None
            }
            (_, [more @ .., key]) => {
                let namespace = std::iter::once(first).chain(more).cloned().collect::<Vec<_>>().join(".");
                self.metafield(name, &namespace, key)
            }
        }
    }

    /// A field of the listing.
    fn of_listing(&mut self, name: &FieldName, full: &str) -> Option<FoundField> {
        if let Some(field) = Field::named(full) {
            return Some(FoundField::Known(field));
        }
        let known = || TABLE.iter().map(|row| row.name).filter(|known| known.starts_with("amazon."));
        let near = fix::field_meant(full).or(text::nearest(full, known()));
        let near = near.map(|near| self.did_you_mean(name.span, full, near, known()));
        let advice = near.unwrap_or_else(|| AMAZON_FIELDS.into());
        self.error(Code::UnknownField, name.span, format!("unknown field `{full}`"), advice);
        None
    }

    /// A field whose name is one word.
    fn plain(&mut self, name: &FieldName, word: &str) -> Option<FoundField> {
        if let Some(field) = Field::named(word).filter(|_| !word.contains('.')) {
            return Some(FoundField::Known(field));
        }
        let advice = self.advice_on_word(name.span, word);
        self.error(Code::UnknownField, name.span, format!("unknown field `{word}`"), advice);
        None
    }

    /// What is advised for a word that is no field.
    fn advice_on_word(&self, span: Span, word: &str) -> Advice {
        let plain = || TABLE.iter().map(|row| row.name).filter(|known| !known.contains('.'));
        // Whatever a word may mean: a field may not be the only thing that is near.
        let all = || plain().chain(self.groups.keys().map(String::as_str)).chain(self.own_words());
        let guess = |near: &str| self.did_you_mean(span, word, near, all());
        if fix::OTHER_COUNTS.contains(&word.to_lowercase().as_str()) {
            return fix::THE_COUNTS.into();
        }
        if word.starts_with(|c: char| c.is_ascii_digit())
            && let Some(meant) = self.meant(span)
        {
            return meant;
        }
        if self.groups.contains_key(word) {
            return format!("`{word}` is a group: it stands alone, without a comparison").into();
        }
        if OWN_NAMESPACES.contains(&word) || OWN_NAMESPACES.iter().any(|own| word.strip_suffix('s') == Some(*own)) {
            return self.namespace_alone(word.trim_end_matches('s')).into();
        }
        if let Some(same) = plain().find(|known| known.eq_ignore_ascii_case(word)) {
            return guess(same);
        }
        if let Some(own) = self.own_name(word) {
            return guess(&own);
        }
        if let Some(field) = fix::field_meant(word) {
            return guess(field);
        }
        if let Some(column) = self.schema.and_then(|schema| schema.column(word).map(|index| &schema.columns[index])) {
            return guess(&format!("column.{}", part(column)));
        }
        if let Some(near) = text::nearest(word, plain()) {
            return guess(near);
        }
        if let Some(own) = self.near_name(word) {
            return guess(&own);
        }
        self.meant(span).unwrap_or_else(|| {
            "fields are `sku`, `title`, `vendor`, `type`, `tag`, `price`, `inventory` …; a metafield is `NAMESPACE.KEY`, an option \
             `option.NAME`, a column `column.\"HEADER\"`"
                .into()
        })
    }

    /// ``did you mean `…`?``, with a fix that is sure where the name can be nothing else of what is known.
    pub(super) fn did_you_mean<'k>(&self, span: Span, written: &str, near: &str, known: impl Iterator<Item = &'k str>) -> Advice {
        Advice::did_you_mean(self.source(), span, near).sure(text::is_certain(written, near, known))
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
    pub fn own_name(&self, word: &str) -> Option<String> {
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

    /// The words that begin or end names of the catalog's own: options, locations, keys of metafields.
    fn own_words(&self) -> impl Iterator<Item = &str> {
        self.schema.into_iter().flat_map(|schema| {
            let keys = schema.metafields.iter().map(|(_, key)| key.as_str());
            schema.options.iter().chain(schema.locations.iter()).map(String::as_str).chain(keys)
        })
    }

    /// A field whose name is one of the catalog's own.
    fn own(&mut self, name: &FieldName, key: &str, namespace: &OwnNamespace) -> Option<FoundField> {
        let Some(schema) = self.schema else { return Some(FoundField::OnlyType(namespace.field_type)) };
        let known = (namespace.names)(schema);
        if let Some(index) = known.find(key) {
            return Some(FoundField::Known((namespace.field)(index)));
        }
        let kind = namespace.name;
        let near = text::nearest(key, known.iter().map(String::as_str));
        let advice = match near {
            Some(near) => Advice::did_you_mean(self.source(), name.span, &format!("{kind}.{}", part(near))),
            None if known.is_empty() => format!("this catalog has no {kind}s at all").into(),
            None => some_of(known.iter().map(|known| format!("{kind}.{}", part(known)))).into(),
        };
        self.error(Code::NotInCatalog, name.span, format!("{} `{key}`", namespace.missing), advice);
        None
    }

    fn metafield(&mut self, name: &FieldName, namespace: &str, key: &str) -> Option<FoundField> {
        let Some(schema) = self.schema else { return Some(FoundField::OnlyType(FieldType::ByUse)) };
        if let Some(index) = schema.metafield(namespace, key) {
            return Some(FoundField::Known(Field::Metafield(index)));
        }
        let known: Vec<String> = schema.metafields.iter().map(|(namespace, key)| format!("{namespace}.{key}")).collect();
        let written = format!("{namespace}.{key}");
        let fixed = TABLE.iter().map(|row| row.name).filter(|name| name.contains('.'));
        let near = text::nearest(&written, known.iter().map(String::as_str).chain(fixed)).map(str::to_owned);
        let near = self.without_namespace(namespace, key).or(near);
        // A number with a point reads like a field's name.
        let is_number = namespace.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let meant = self.meant(name.span).filter(|_| is_number);
        let advice = meant.unwrap_or_else(|| match near {
            Some(near) => Advice::did_you_mean(self.source(), name.span, &near),
            None if known.is_empty() => "this catalog has no metafields at all: export them with the products".into(),
            None => some_of(known.into_iter()).into(),
        });
        self.error(Code::NotInCatalog, name.span, format!("the catalog has no metafield `{written}`"), advice);
        None
    }
}

/// The first eight of the names that there are, and how many there are if there are more.
fn some_of(names: impl ExactSizeIterator<Item = String>) -> String {
    const SHOWN: usize = 8;
    let more = if names.len() > SHOWN { format!(" … ({} in all)", names.len()) } else { String::new() };
    let shown: Vec<_> = names.take(SHOWN).map(|name| format!("`{name}`")).collect();
    format!("it has {}{more}", shown.join(", "))
}

/// A part of a name as it must be written: quoted where it is not a plain word.
fn part(name: &str) -> String {
    let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    if plain { name.to_owned() } else { print::quoted(name) }
}
