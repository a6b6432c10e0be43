//! A program that the project file names, to be run by `watch`: `emit.on_change`, `emit.on_trouble`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use serde::de::{Deserializer, Error, SeqAccess, Visitor};

use super::shell_signs;
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::yaml::Scalar;

/// A program and its arguments, which no shell reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    words: Vec<String>,
    /// As it is written, where that is one text and not a list.
    text: Option<String>,
}

/// Why what is empty, or a comment, is no program.
const UNNAMED: &str = "no program is named: write it as a list, such as `[./upload.sh]`, or leave the key out";

impl Program {
    /// The program and its arguments; there is at least one word, and the first is neither blank nor a comment.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The file to be run, where paths are relative to a folder; a bare name is looked for where the system keeps programs.
    pub fn file(&self, folder: &Path) -> PathBuf {
        let named = PathBuf::from(&self.words[0]);
        let is_bare = !self.words[0].contains(std::path::is_separator);
        // A folder of which the full path is not known is where the program works.
        if is_bare { named } else { std::path::absolute(folder.join(&named)).unwrap_or(named) }
    }

    /// The words as one would type them in a shell.
    pub fn line(&self) -> String {
        // Fails for a word with a NUL alone, which no program has.
        shlex::try_join(self.words.iter().map(String::as_str)).unwrap_or_else(|_| self.words.join(" "))
    }

    /// Takes a text apart as a shell does, but for what it would put in the place of `$NAME`, `*` and the like.
    fn split(text: &str) -> Result<Self, String> {
        let words = shlex::split(text).ok_or("a quote is not closed, or a backslash stands at the end: a list of words, `[./upload.sh, two words]`, needs no quotes")?;
        Program { words, text: Some(text.to_owned()) }.checked()
    }

    fn checked(self) -> Result<Self, String> {
        if self.words.iter().any(|word| word.contains('\0')) {
            return Err("no argument of a program can hold a NUL character".to_owned());
        }
        match self.words.first() {
            Some(first) if !first.trim().is_empty() && !first.starts_with('#') => Ok(self),
            _ => Err(UNNAMED.to_owned()),
        }
    }

    /// What looks as if a shell were to read it, or would not reach the program that a shell is told to run. `key` is the project
    /// file's, `files` whether a run adds files to the arguments.
    pub fn oddity(&self, key: &str, files: bool, place: Place) -> Option<Diagnostic> {
        let oddity = |message: String, help: String| Diagnostic::warning(Code::Project, message).help(help).at(place);
        if let (true, [shell, option, script]) = (files, self.words.as_slice())
            && option == "-c"
            && SHELLS.iter().any(|known| Path::new(shell).file_name() == Some(OsStr::new(known)))
        {
            let message =
                format!("the first file that `{key}` is given becomes `$0` of `{shell} -c`, and is missing in `\"$@\"`");
            let help = format!("write a word that becomes `$0`: `[{shell}, -c, {}, {shell}]`", quoted(script));
            return Some(oddity(message, help));
        }
        let text = match &self.text {
            Some(text) => text,
            // Nothing but the program's name: whoever writes a list mostly means its words as they stand.
            None => self.words.first().filter(|word| word.starts_with(['~', '$']))?,
        };
        let message = format!("`{key}` is run without a shell: {} is taken as it stands", shell_signs::sign(text)?);
        // Behind a comment, the files would be part of it.
        let script = if text.contains(" #") { "…" } else { text.trim() };
        let script = quoted(&format!("{script}{}", if files { " \"$@\"" } else { "" }));
        let help = format!("for a shell to read it, write `[sh, -c, {script}{}]`", if files { ", sh" } else { "" });
        Some(oddity(message, help))
    }
}

/// Programs that take a script behind `-c`, and its arguments behind that.
const SHELLS: [&str; 5] = ["sh", "bash", "dash", "ksh", "zsh"];

/// A text as YAML quotes it in a list.
fn quoted(text: &str) -> String {
    if text.contains(char::is_control) { format!("{text:?}") } else { format!("'{}'", text.replace('\'', "''")) }
}

/// A list of words, or one text that is split into words.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Program>, D::Error> {
    struct ProgramVisitor;
    impl<'de> Visitor<'de> for ProgramVisitor {
        type Value = Option<Program>;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a list of words, or a text")
        }
        // Asked only where the key is there: what is behind it may be a comment.
        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Err(E::custom(UNNAMED))
        }
        fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
            Program::split(text).map(Some).map_err(E::custom)
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
            let mut words = vec![];
            while let Some(word) = items.next_element::<Option<Scalar>>()? {
                let Scalar(word) = word.ok_or_else(|| A::Error::custom("a word is blank: put it in quotes, or leave it out"))?;
                words.push(word);
            }
            Program { words, text: None }.checked().map(Some).map_err(A::Error::custom)
        }
    }
    deserializer.deserialize_any(ProgramVisitor)
}
