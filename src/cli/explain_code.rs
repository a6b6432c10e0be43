//! `stockrule explain-code`: what a code means, and how to mend what it tells of.

use clap::{Args, ValueEnum};
use serde_json::json;

use super::common::Common;
use super::output;
use super::status::Status;
use crate::diagnostic::{Code, Diagnostic};
use crate::report::{codes, json as report};
use crate::text;

/// Arguments of `explain-code`.
#[derive(Debug, Args)]
pub struct ExplainCodeCommand {
    /// The code, such as unknown-field; all of them are listed if left out
    #[arg(value_name = "CODE")]
    code: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    format: ExplainCodeFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExplainCodeFormat {
    Text,
    Json,
}

impl ExplainCodeCommand {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Status {
        let all = codes::all();
        let Some(code) = &self.code else {
            match self.format {
                ExplainCodeFormat::Json => {
                    output::json(&json!({ "codes": all.iter().map(codes::json).collect::<Vec<_>>(), "diagnostics": [] }))
                }
                ExplainCodeFormat::Text => {
                    let line = |each: &codes::Explanation| {
                        let first = each.means.split_inclusive(". ").next().unwrap_or("").trim_end_matches([' ', '.']);
                        format!("{:<24}{first}\n", each.code)
                    };
                    output::prose(&all.iter().map(line).collect::<String>());
                }
            }
            return Status::Done;
        };
        match (all.iter().find(|each| each.code == *code), self.format) {
            (Some(found), ExplainCodeFormat::Json) => {
                let mut object = codes::json(found);
                object["diagnostics"] = json!([]);
                output::json(&object);
            }
            (Some(found), ExplainCodeFormat::Text) => output::result(&codes::text(found, output::width())),
            (None, format) => {
                let near = text::nearest(code, Code::ALL.iter().map(|code| code.as_str()));
                let all = || "`stockrule explain-code` lists them".to_owned();
                let help = near.map_or_else(all, |near| format!("did you mean `{near}`?"));
                let problem = Diagnostic::error(Code::UnknownCode, format!("there is no code `{code}`")).help(help);
                match format {
                    ExplainCodeFormat::Json => {
                        output::json(&json!({ "codes": [], "diagnostics": report::diagnostics(&[problem]) }))
                    }
                    ExplainCodeFormat::Text => output::diagnostics(common, &[problem]),
                }
                return Status::WrongInput;
            }
        }
        Status::Done
    }
}
