//! How the values of a project file are written.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

use crate::amazon::marketplaces;
use crate::emit::guard::Limit;
use crate::number;
use crate::yaml::{self, Scalar};

/// A text; a number or a word of YAML's is taken as it is written.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Scalar>::deserialize(deserializer)?.map(|Scalar(text)| text))
}

/// The folder of the project's state, which is not blank.
pub fn state<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    yaml::parsed_option(deserializer, |text| match text.trim() {
        "" => Err("no folder is named: write it as `state: .stockrule`, or leave the key out".to_owned()),
        _ => Ok(text.to_owned()),
    })
}

/// One path or a list of them.
pub fn paths<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    struct PathsVisitor;
    impl<'de> serde::de::Visitor<'de> for PathsVisitor {
        type Value = Vec<String>;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a text or a list of texts")
        }
        fn visit_str<E: Error>(self, path: &str) -> Result<Vec<String>, E> {
            Ok(vec![path.to_owned()])
        }
        fn visit_unit<E: Error>(self) -> Result<Vec<String>, E> {
            Ok(vec![])
        }
        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Vec<String>, A::Error> {
            let mut paths = vec![];
            while let Some(Scalar(path)) = items.next_element()? {
                paths.push(path);
            }
            Ok(paths)
        }
    }
    deserializer.deserialize_any(PathsVisitor)
}

/// One path or a list of them, where the key is there.
pub fn paths_option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    paths(deserializer).map(Some)
}

/// A time with its zone, such as `2026-11-23T04:00:00Z`.
pub fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    yaml::parsed_option(deserializer, |text| {
        text.trim().parse().map_err(|_| format!("`{text}` is no time: write it as 2026-11-23T04:00:00Z"))
    })
}

/// A time zone by its IANA name, such as `America/New_York`.
pub fn timezone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<TimeZone>, D::Error> {
    yaml::parsed_option(deserializer, |text| {
        TimeZone::get(text.trim()).map_err(|_| format!("`{text}` is no time zone: write it as America/New_York"))
    })
}

/// Whether the word `merchant` is given, the only one that there is.
pub fn fulfillment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let word = yaml::parsed_option(deserializer, |text| match text {
        "merchant" => Ok(true),
        _ => Err(format!("`{text}` is no word on fulfillment: the only one is `merchant`")),
    })?;
    Ok(word.unwrap_or(false))
}

/// A limit of the guard: a percentage from 0% to 100%, or `off`.
pub fn limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Limit, D::Error> {
    yaml::parsed(deserializer, |text| {
        if text == "off" {
            return Ok(Limit { percent: None, handful: 0 });
        }
        let percent = text.strip_suffix('%').and_then(number::decimal);
        match percent.filter(|percent| *percent >= Decimal::ZERO && *percent <= Decimal::ONE_HUNDRED) {
            Some(percent) => Ok(Limit { percent: Some(percent), handful: 0 }),
            None => Err(format!("`{text}` is no limit: write a percentage from 0% to 100%, or `off`")),
        }
    })
}

/// An age in whole hours or days, at most 100,000 of them, such as `24h` or `2d`; `off` is none.
pub fn age<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SignedDuration>, D::Error> {
    yaml::parsed(deserializer, |text| {
        if text == "off" {
            return Ok(None);
        }
        let hours = [("h", 1), ("d", 24)].iter().find_map(|(unit, hours)| Some((text.strip_suffix(unit)?, *hours)));
        let number = hours.and_then(|(number, hours)| Some((number.parse::<i64>().ok()?, hours)));
        match number.filter(|(number, _)| (0..=100_000).contains(number)) {
            Some((number, hours)) => Ok(Some(SignedDuration::from_hours(number * hours))),
            None => Err(format!("`{text}` is no age: write hours or days, `24h` or `2d`, or `off`")),
        }
    })
}

/// A marketplace by its name.
pub fn marketplace<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    yaml::parsed_option(deserializer, |name| {
        marketplaces::named(name).map(str::to_owned).map_err(|help| format!("`{name}` is no marketplace: {help}"))
    })
}
