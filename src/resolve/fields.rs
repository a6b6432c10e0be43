//! Names to fields, with the nearest known one where a name is none.

use super::Resolver;
use crate::catalog::schema::{FIXED, Field, Schema};
use crate::diagnostic::Code;
use crate::syntax::print;
use crate::syntax::tree::FieldName;
use crate::text;

impl<'s> Resolver<'s> {
    /// The field with this name; `None`, and an error told, where there is none.
    pub(super) fn field(&mut self, name: &FieldName) -> Option<Field> {
        let (first, rest) = name.parts.split_first()?;
        match (first.as_str(), rest) {
            (_, []) => self.plain(name, first),
            ("amazon", [key]) => {
                let full = format!("amazon.{key}");
                if let Some(field) = Field::fixed(&full) {
                    return Some(field);
                }
                let near =
                    text::nearest(&full, FIXED.iter().map(|(known, _)| *known).filter(|known| known.starts_with("amazon.")));
                let help = near.map_or_else(
                    || "the fields of the listing are `amazon.quantity`, `amazon.price`, `amazon.asin`, `amazon.status`, `amazon.channel` and `amazon.listed`".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
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
        if let Some(field) = Field::fixed(word).filter(|_| !word.contains('.')) {
            return Some(field);
        }
        let names = FIXED.iter().map(|(known, _)| *known).filter(|known| !known.contains('.'));
        let near = text::nearest(word, names).map(|near| format!("did you mean `{near}`?"));
        let help = near.unwrap_or_else(|| match self.groups.contains_key(word) {
            true => format!("`{word}` is a group: it stands alone, without a comparison"),
            false => self.other_kind(word).unwrap_or_else(|| {
                "fields are `sku`, `title`, `vendor`, `type`, `tag`, `price`, `inventory` …; a metafield is `NAMESPACE.KEY`, \
                 an option `option.NAME`, a column `column.\"HEADER\"`"
                    .to_owned()
            }),
        });
        self.error(Code::UnknownField, name.span, format!("unknown field `{word}`"), Some(help));
        None
    }

    /// What a word alone may have been meant to be: an option, a location, a metafield's key.
    fn other_kind(&self, word: &str) -> Option<String> {
        let schema = self.schema?;
        if let Some(index) = schema.option(word) {
            return Some(format!("did you mean the option, `option.{}`?", schema.options[index]));
        }
        let (namespace, key) = schema.metafields.iter().find(|(_, key)| key.eq_ignore_ascii_case(word))?;
        Some(format!("did you mean the metafield, `{namespace}.{key}`?"))
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
        let fixed = FIXED.iter().map(|(name, _)| *name).filter(|name| name.contains('.'));
        let near = text::nearest(&written, known.iter().map(String::as_str).chain(fixed));
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
