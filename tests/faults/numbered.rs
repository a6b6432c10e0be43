//! Rows and lines that are alike but for a number: `{n}` is the number, `{n:02}` the number in two digits, `{n-1}` the one before.

use serde::Deserialize;
use serde_yaml::Value;

/// A row of a file, or many.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Numbered {
    /// Rows for each number of a range.
    Each(EachRow),
    /// Cells by position.
    List(Vec<Value>),
    /// Cells by header.
    Map(serde_yaml::Mapping),
}

/// A row for each number of a range.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EachRow {
    /// `1..100`, both ends included.
    each: String,
    row: Box<Numbered>,
}

/// Cells with the headers that they stand under.
pub type Cells = Vec<(String, String)>;

impl Numbered {
    /// The rows; those that are lists stand under the first of these headers.
    pub fn rows(all: &[Numbered], headers: &[&str]) -> Vec<Cells> {
        all.iter().flat_map(|row| row.expanded(headers, None)).collect()
    }

    fn expanded(&self, headers: &[&str], number: Option<u32>) -> Vec<Cells> {
        match self {
            Numbered::Each(EachRow { each, row }) => range(each).flat_map(|number| row.expanded(headers, Some(number))).collect(),
            Numbered::List(cells) => {
                assert!(cells.len() <= headers.len(), "more cells than {headers:?}");
                vec![headers.iter().zip(cells).map(|(header, value)| ((*header).to_owned(), cell(value, number))).collect()]
            }
            Numbered::Map(cells) => {
                vec![cells.iter().map(|(header, value)| (cell(header, None), cell(value, number))).collect()]
            }
        }
    }
}

/// The numbers of `1..100`.
pub fn range(each: &str) -> std::ops::RangeInclusive<u32> {
    let (first, last) = each.split_once("..").expect("two numbers with `..` between them");
    first.parse().expect("a number")..=last.parse().expect("a number")
}

/// A text with the number set in.
pub fn with_number(text: &str, number: u32) -> String {
    if !text.contains('{') {
        return text.to_owned();
    }
    let before = number.saturating_sub(1).to_string();
    text.replace("{n}", &number.to_string()).replace("{n:02}", &format!("{number:02}")).replace("{n-1}", &before)
}

/// A cell as a file has it.
fn cell(value: &Value, number: Option<u32>) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => serde_yaml::to_string(other).expect("YAML").trim_end().to_owned(),
    };
    number.map_or(text.clone(), |number| with_number(&text, number))
}
