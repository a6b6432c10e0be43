//! The sure fixes of messages about rule files, made in the files.

use std::path::PathBuf;

use super::settings::Settings;
use crate::deliver::write::write_all;
use crate::diagnostic::{Code, Diagnostic, FixedText, Place, any_error, make_sure_fixes};
use crate::files::{FileRole, Files, NamedFile, paths};

/// How many times fixes are looked for again after some were made: one statement may have several mistakes, of which the reader
/// sees the first.
pub const ROUNDS: usize = 16;

/// A rule file in which fixes were made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedFile {
    /// Its name in messages.
    pub name: PathBuf,
    /// How many fixes were made in it.
    pub fixes: usize,
}

/// An error for each rule file that cannot be written back because it is no file: a pipe, or the standard input.
pub fn not_fixable(settings: &Settings) -> Vec<Diagnostic> {
    let is_stream = |named: &&NamedFile| paths::metadata(&named.path).is_ok_and(|data| !data.is_file() && !data.is_dir());
    let error = |named: &NamedFile| {
        let message = format!("the rules `{}` come through a pipe, and cannot be fixed in place", named.name.display());
        let help = "write them into a file, and name that; or leave out `--fix`";
        Diagnostic::error(Code::File, message).help(help).at(Place::file(&named.name))
    };
    settings.rules.iter().filter(is_stream).map(error).collect()
}

/// Makes the sure fixes of these messages in the project's rule files, all files or none. Of two fixes that change the same text,
/// the first is made. Byte order marks, line ends and everything that no fix changes stay as they are, byte for byte.
///
/// # Errors
/// A file that cannot be read or written, or that holds something else than when the messages were found; no file is changed then.
pub fn fix_rules(settings: &Settings, diagnostics: &[Diagnostic]) -> Result<Vec<FixedFile>, Vec<Diagnostic>> {
    let mut fixed = vec![];
    let mut contents: Vec<(PathBuf, Vec<u8>)> = vec![];
    let mut problems = vec![];
    let fixes = || diagnostics.iter().filter_map(|diagnostic| diagnostic.fix.as_ref());
    for named in &settings.rules {
        let name = named.name.display().to_string();
        let Some(FixedText { source, text: fixed_text, fixes }) = make_sure_fixes(&name, fixes()) else { continue };
        let Some(bytes) = Files::default().read(named, FileRole::Rules, &mut problems) else { continue };
        // A byte order mark is not part of the source.
        let marks = bytes.len().saturating_sub(source.text().len());
        let (marks, text) = bytes.split_at(marks);
        if text != source.text().as_bytes()
            || !std::str::from_utf8(marks).is_ok_and(|marks| marks.chars().all(|c| c == '\u{feff}'))
        {
            let message = format!("the rule file `{name}` has changed since it was read, and is left as it is");
            problems.push(Diagnostic::error(Code::File, message).help("run this again").at(Place::file(&named.name)));
            continue;
        }
        // A link stays one: what it leads to is written.
        let path = paths::resolve(&named.path).unwrap_or_else(|_| named.path.clone());
        contents.push((path, [marks, fixed_text.as_bytes()].concat()));
        fixed.push(FixedFile { name: named.name.clone(), fixes });
    }
    if any_error(&problems) {
        return Err(problems);
    }
    match write_all(&contents) {
        Ok(()) => Ok(fixed),
        Err(problem) => Err(vec![*problem]),
    }
}
