//! A test file, as it is written.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use crate::amazon::listings::{Listing, MERCHANT};
use crate::catalog::Variant;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::evaluate::Outcome;
use crate::files::NamedFile;
use crate::project::marketplace;
use crate::source::{Source, Span};
use crate::yaml::{self, Mapping, Scalar};
use crate::{days, number, text};

/// A test file: cases of its own, expectations of the catalog's SKUs, and claims that must be true of none.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a mapping")]
pub struct TestFile {
    /// The day of evaluation of all its tests.
    #[serde(deserialize_with = "day")]
    pub today: Option<Date>,
    /// The marketplace of all its tests.
    #[serde(deserialize_with = "marketplace")]
    pub marketplace: Option<String>,
    /// Cases: a variant's fields, and what is expected.
    pub cases: Vec<Case>,
    /// What is expected of SKUs of the catalog.
    pub expect: Mapping<Expected>,
    /// Claims that must be true of no variant of the catalog.
    pub never: Vec<Scalar>,
}

/// A variant of the test's own, and what is expected of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a mapping")]
pub struct Case {
    /// Its name; the variant's SKU, or its number, if left out.
    pub name: Option<Scalar>,
    /// The day of evaluation.
    #[serde(default, deserialize_with = "day")]
    pub today: Option<Date>,
    /// The marketplace.
    #[serde(default, deserialize_with = "marketplace")]
    pub marketplace: Option<String>,
    /// The variant.
    pub variant: Variant,
    /// What Amazon has of it.
    #[serde(default)]
    pub listing: CaseListing,
    /// What is expected.
    pub expect: Expected,
}

/// What Amazon has of a case's variant.
#[derive(Debug, Default, Clone)]
pub enum CaseListing {
    /// There is no listings report.
    #[default]
    NoReport,
    /// `listing: none`: the report does not have the SKU.
    Unlisted,
    /// The report has it.
    Listed(Listing),
}

/// What is expected of a variant; at least one of these.
#[derive(Debug, Default, Clone)]
pub struct Expected {
    /// The quantity that is sent.
    pub quantity: Option<i64>,
    /// What becomes of it.
    pub outcome: Option<Outcome>,
    /// The steps, as written.
    pub steps: Option<String>,
    /// The rule that decided, `FILE:LINE`.
    pub rule: Option<String>,
}

/// A test file that was read, and where its tests stand.
pub struct LoadedTestFile {
    /// Its content.
    pub file: TestFile,
    source: Arc<Source>,
    cases: Vec<u32>,
    expect: Vec<u32>,
    never: Vec<u32>,
}

impl LoadedTestFile {
    /// Reads a test file.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from(named: &NamedFile, text: &str) -> Result<Self, Box<Diagnostic>> {
        let file: TestFile = match text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
            true => TestFile::default(),
            false => yaml::read(&named.name, text, Code::TestFile)?,
        };
        let name = named.name.display().to_string();
        Ok(LoadedTestFile {
            cases: yaml::lines_of_items(text, "cases", file.cases.len()),
            expect: yaml::lines_of_items(text, "expect", file.expect.0.len()),
            never: yaml::lines_of_items(text, "never", file.never.len()),
            source: Arc::new(Source::new(name.as_str(), text)),
            file,
        })
    }

    /// Whether any of its tests speaks of the catalog.
    pub fn speaks_of_catalog(&self) -> bool {
        !self.file.expect.0.is_empty() || !self.file.never.is_empty()
    }

    /// Where a case stands.
    pub fn place_of_case(&self, index: usize) -> Place {
        self.place(&self.cases, index)
    }

    /// Where an expectation stands.
    pub fn place_of_expect(&self, index: usize) -> Place {
        self.place(&self.expect, index)
    }

    /// Where a claim stands.
    pub fn place_of_never(&self, index: usize) -> Place {
        self.place(&self.never, index)
    }

    /// Where a part of a claim stands: its place in the claim moved to that in the file.
    pub fn place_in_claim(&self, index: usize, claim: &str, within: &Place) -> Place {
        let whole = self.place_of_never(index);
        match (&whole, within) {
            (Place::Span(source, line), Place::Span(_, part)) if within.line() == Some(1) => {
                let start = source.slice(*line).find(claim).map(|at| line.start + at);
                start.map_or_else(|| whole.clone(), |start| source.place(part.shifted(start)))
            }
            _ => whole,
        }
    }

    fn place(&self, lines: &[u32], index: usize) -> Place {
        let Some(&line) = lines.get(index) else { return Place::file(self.source.name()) };
        let span = self.source.line_span(line as usize);
        let text = self.source.slice(span);
        let (indent, end) = (text.len() - text.trim_start().len(), text.trim_end().len());
        self.source.place(Span::new(indent.min(end), end).shifted(span.start))
    }
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    yaml::parsed_option(deserializer, |text| days::day(text).ok_or_else(|| format!("`{text}` is no day: {}", days::advice(text))))
}

fn outcome(word: &str) -> Result<Outcome, String> {
    let names = || Outcome::ALL.iter().map(|outcome| outcome.as_str());
    let found = Outcome::ALL.into_iter().find(|outcome| outcome.as_str() == word);
    found.ok_or_else(|| match text::nearest(word, names()) {
        Some(near) => format!("`{word}` is no outcome: did you mean `{near}`?"),
        None => format!("`{word}` is neither a quantity nor an outcome: {}", names().collect::<Vec<_>>().join(", ")),
    })
}

fn quantity(number: &str) -> Option<i64> {
    number::whole(number).filter(|quantity| *quantity >= 0)
}

impl<'de> Deserialize<'de> for Expected {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields, expecting = "a mapping")]
        struct ExpectedKeys {
            #[serde(default, deserialize_with = "expected_quantity")]
            quantity: Option<i64>,
            #[serde(default, deserialize_with = "expected_outcome")]
            outcome: Option<Outcome>,
            steps: Option<Scalar>,
            rule: Option<Scalar>,
        }
        fn expected_quantity<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
            yaml::parsed_option(deserializer, |text| quantity(text).ok_or_else(|| format!("`{text}` is no quantity")))
        }
        fn expected_outcome<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Outcome>, D::Error> {
            yaml::parsed_option(deserializer, outcome)
        }
        struct ExpectedVisitor;
        impl<'de> Visitor<'de> for ExpectedVisitor {
            type Value = Expected;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a quantity, an outcome such as `off`, or `quantity:`, `outcome:`, `steps:`, `rule:`")
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<Expected, E> {
                self.visit_str(&number.to_string())
            }
            fn visit_i64<E: Error>(self, number: i64) -> Result<Expected, E> {
                Err(E::custom(format!("`{number}` is no quantity")))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Expected, E> {
                match quantity(text) {
                    Some(number) => Ok(Expected { quantity: Some(number), ..Expected::default() }),
                    None => Ok(Expected { outcome: Some(outcome(text).map_err(E::custom)?), ..Expected::default() }),
                }
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Expected, A::Error> {
                let ExpectedKeys { quantity, outcome, steps, rule } =
                    ExpectedKeys::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                let text = |scalar: Option<Scalar>| scalar.map(|Scalar(text)| text);
                let expected = Expected { quantity, outcome, steps: text(steps), rule: text(rule) };
                match expected {
                    Expected { quantity: None, outcome: None, steps: None, rule: None } => {
                        Err(A::Error::custom("nothing is expected here: give `quantity:`, `outcome:`, `steps:` or `rule:`"))
                    }
                    expected => Ok(expected),
                }
            }
        }
        deserializer.deserialize_any(ExpectedVisitor)
    }
}

impl<'de> Deserialize<'de> for CaseListing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields, expecting = "a mapping")]
        struct ListingKeys {
            #[serde(default, deserialize_with = "count")]
            quantity: Option<i64>,
            #[serde(default, deserialize_with = "price")]
            price: Option<Decimal>,
            asin: Option<Scalar>,
            status: Option<Scalar>,
            channel: Option<Scalar>,
        }
        fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
            yaml::parsed_option(deserializer, |text| quantity(text).ok_or_else(|| format!("`{text}` is no quantity")))
        }
        fn price<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
            yaml::parsed_option(deserializer, |text| number::decimal(text).ok_or_else(|| format!("`{text}` is no number")))
        }
        struct ListingVisitor;
        impl<'de> Visitor<'de> for ListingVisitor {
            type Value = CaseListing;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("`none`, or `quantity:`, `price:`, `asin:`, `status:`, `channel:`")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<CaseListing, E> {
                match text {
                    "none" => Ok(CaseListing::Unlisted),
                    _ => Err(E::custom(format!("`{text}` is no listing: write `none`, or `quantity:`, `channel:` …"))),
                }
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<CaseListing, A::Error> {
                let mapped = ListingKeys::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                let text = |scalar: Option<Scalar>, default: &str| scalar.map_or_else(|| default.to_owned(), |Scalar(text)| text);
                Ok(CaseListing::Listed(Listing {
                    quantity: mapped.quantity,
                    price: mapped.price,
                    asin: text(mapped.asin, ""),
                    status: text(mapped.status, "Active"),
                    channel: Some(text(mapped.channel, MERCHANT)),
                    ..Listing::default()
                }))
            }
        }
        deserializer.deserialize_any(ListingVisitor)
    }
}
