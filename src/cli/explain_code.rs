//! `stockrule explain-code`: what a code means, and how to mend what it tells of.

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::{Status, output};
use crate::diagnostic::Code;
use crate::report::codes;
use crate::text;

/// Arguments of `explain-code`.
#[derive(Debug, Args)]
pub struct ExplainCode {
    /// The code, such as unknown-field; all of them are listed if left out
    #[arg(value_name = "CODE")]
    code: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

impl ExplainCode {
    /// Runs the command.
    pub fn run(&self) -> Status {
        let all = codes::all();
        let Some(code) = &self.code else {
            match self.format {
                Format::Json => output::json(&all.iter().map(codes::json).collect::<Value>()),
                Format::Text => {
                    let line = |each: &codes::Explanation| {
                        let first = each.means.split_inclusive(". ").next().unwrap_or("").trim_end_matches([' ', '.']);
                        format!("{:<24}{first}\n", each.code)
                    };
                    output::result(&all.iter().map(line).collect::<String>());
                }
            }
            return Status::Done;
        };
        match (all.iter().find(|each| each.code == *code), self.format) {
            (Some(found), Format::Json) => output::json(&codes::json(found)),
            (Some(found), Format::Text) => output::result(&codes::text(found, output::width())),
            (None, _) => {
                let near = text::nearest(code, Code::ALL.iter().map(|code| code.as_str()));
                let help = near
                    .map_or_else(|| "`stockrule explain-code` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
                output::error(&format!("there is no code `{code}`: {help}"));
                return Status::WrongInput;
            }
        }
        Status::Done
    }
}
