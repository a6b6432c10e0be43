//! What each code of a diagnostic means: the text behind `explain-code`.

use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::diagnostic::Code;
use crate::yaml::Mapping;

/// What a code means, an example that causes it, and how to mend it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    /// The code's stable name.
    pub code: String,
    /// What it means.
    pub means: String,
    /// The example's files, by name.
    #[serde(default)]
    pub files: Mapping<String>,
    /// Files of the example whose bytes are not UTF-8: one character a byte.
    #[serde(default)]
    pub latin1: Mapping<String>,
    /// The command that shows it.
    #[serde(default = "check")]
    pub run: String,
    /// How to mend it.
    pub mend: String,
    /// The files once it is mended, instead of the example's.
    #[serde(default)]
    pub mended: Mapping<String>,
    /// The command once it is mended, where that is what changes.
    pub mended_run: Option<String>,
}

fn check() -> String {
    "check".to_owned()
}

/// Every explanation, in the order of [`Code::ALL`]; a test holds it complete.
pub fn all() -> Vec<Explanation> {
    let mut all: Vec<Explanation> = serde_yaml::from_str(include_str!("codes.yaml")).unwrap_or_default();
    all.sort_by_key(|each| Code::ALL.iter().position(|code| code.as_str() == each.code));
    all
}

/// An explanation for people.
pub fn text(explanation: &Explanation, width: usize) -> String {
    let options = textwrap::Options::new(width).word_splitter(textwrap::WordSplitter::NoHyphenation);
    let wrapped = |text: &str| textwrap::fill(text, &options);
    let mut out = format!("{}\n\n{}\n\nFor example", explanation.code, wrapped(&explanation.means));
    let Explanation { files, latin1, run, mended, mended_run, .. } = explanation;
    let shown = |out: &mut String, files: &[(String, String)], run: &str| {
        // Writing to a string cannot fail.
        for (name, text) in files {
            let _ = writeln!(out, "\n  {name}:");
            for line in text.trim_end().lines() {
                let _ = writeln!(out, "    {line}");
            }
        }
        if run != "check" {
            let _ = writeln!(out, "\n  $ stockrule {run}");
        }
    };
    out.push('\n');
    shown(&mut out, &[files.0.as_slice(), latin1.0.as_slice()].concat(), run);
    let _ = write!(out, "\n{}\n", wrapped(&explanation.mend));
    let changed: Vec<_> = mended.0.iter().filter(|file| !files.0.contains(file)).cloned().collect();
    shown(&mut out, &changed, mended_run.as_deref().unwrap_or("check"));
    out
}

/// An explanation for programs.
pub fn json(explanation: &Explanation) -> Value {
    let Explanation { code, means, files, latin1, run, mend, mended, mended_run } = explanation;
    let object = |files: &[&Mapping<String>]| -> Value {
        files.iter().flat_map(|Mapping(files)| files).map(|(name, text)| (name.clone(), json!(text))).collect()
    };
    json!({
        "code": code,
        "means": means,
        "mend": mend,
        "example": { "files": object(&[files, latin1]), "run": run },
        "mended": { "files": object(&[mended]), "run": mended_run.as_ref().unwrap_or(run) },
    })
}
