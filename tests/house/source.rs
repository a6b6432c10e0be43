//! What the files of a folder say, read as text: which paths each of them uses, and which types it declares.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A file of `src`.
pub struct SourceFile {
    /// Its path below the folder that is looked at, with slashes.
    pub name: String,
    /// Its module: `["catalog", "columns"]` for `catalog/columns/mod.rs`. Empty for `lib.rs`.
    pub module: Vec<String>,
    /// Its text.
    pub text: String,
    /// Its text without comments, string literals and unit tests; the lines stay where they are.
    pub code: String,
    /// The modules that it declares in files of their own: paths of it may begin with their names.
    pub children: BTreeSet<String>,
}

/// The paths in a file.
#[derive(Default)]
pub struct Paths {
    /// Those that its code needs.
    pub used: BTreeSet<Vec<String>>,
    /// Those that others reach by it.
    pub passed_on: BTreeSet<Vec<String>>,
}

impl SourceFile {
    /// The room that it stands in: the first folder, or the file's own name.
    pub fn room(&self) -> &str {
        self.module.first().map_or("lib", String::as_str)
    }

    /// The paths that its code uses, as `use` or in place, and those that it passes on by `pub use`. Each begins at the root of the
    /// crate: `["catalog", "Catalog"]`.
    pub fn paths(&self) -> Paths {
        let tokens = tokens(&self.code);
        let mut found = Paths::default();
        // The modules that are declared within this file, with the depth of braces at which each ends.
        let mut inner: Vec<(String, usize)> = vec![];
        let mut depth = 0_usize;
        let mut at = 0;
        while at < tokens.len() {
            let module: Vec<String> = self.module.iter().cloned().chain(inner.iter().map(|(name, _)| name.clone())).collect();
            match tokens[at] {
                "{" => depth += 1,
                "}" => {
                    depth = depth.saturating_sub(1);
                    if inner.last().is_some_and(|(_, end)| *end == depth) {
                        inner.pop();
                    }
                }
                "mod" if tokens.get(at + 2) == Some(&"{") => {
                    inner.push((tokens[at + 1].to_owned(), depth));
                    depth += 1;
                    at += 2;
                }
                // `impl Trait + use<'a>` imports nothing.
                "use" if tokens.get(at + 1) != Some(&"<") => {
                    let passes_on = at > 0 && matches!(tokens[at - 1], "pub" | ")");
                    let paths = if passes_on { &mut found.passed_on } else { &mut found.used };
                    let mut end = at + 1;
                    at = tree(&tokens, &mut end, &[], &mut |path| paths.extend(self.absolute(&module, path)));
                    continue;
                }
                word if (at == 0 || tokens[at - 1] != "::") && self.begins_a_path(word) => {
                    let mut path = vec![word];
                    while tokens.get(at + 1) == Some(&"::") && tokens.get(at + 2).is_some_and(|next| is_word(next)) {
                        path.push(tokens[at + 2]);
                        at += 2;
                    }
                    if path.len() > 1 {
                        found.used.extend(self.absolute(&module, &path));
                    }
                }
                _ => {}
            }
            at += 1;
        }
        found
    }

    fn begins_a_path(&self, word: &str) -> bool {
        matches!(word, "crate" | "super" | "self") || self.children.contains(word)
    }

    /// A path from the root of the crate. `None` where it leads into another crate.
    fn absolute(&self, module: &[String], path: &[&str]) -> Option<Vec<String>> {
        let mut full = match *path.first()? {
            "crate" => vec![],
            "self" => module.to_vec(),
            "super" => module.get(..module.len().checked_sub(1)?)?.to_vec(),
            child if self.children.contains(child) => self.module.iter().cloned().chain([child.to_owned()]).collect(),
            _ => return None,
        };
        for word in &path[1..] {
            match *word {
                "super" => drop(full.pop()),
                word => full.push(word.to_owned()),
            }
        }
        Some(full)
    }

    /// The types that it declares: structs, enums, traits, and aliases that stand on their own.
    pub fn types(&self) -> Vec<String> {
        let mut found = vec![];
        for line in self.code.lines() {
            let words: Vec<&str> = tokens(line);
            let start = words.iter().position(|word| matches!(*word, "struct" | "enum" | "trait" | "type"));
            let Some(start) = start else { continue };
            // An associated type is known by what it stands in, and so is not counted.
            let is_alias = words[start] == "type";
            let only_visibility =
                words[..start].iter().all(|word| matches!(*word, "pub" | "(" | ")" | "crate" | "super" | "in" | "unsafe"));
            if only_visibility && !(is_alias && line.starts_with(' ')) {
                found.extend(words.get(start + 1).map(|name| (*name).to_owned()));
            }
        }
        found
    }
}

/// The files of `src`, by name.
pub fn files() -> Vec<SourceFile> {
    files_of("src")
}

/// The files of a folder of the project, by name.
pub fn files_of(folder: &str) -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths = vec![];
    walk(&root, &mut paths);
    assert!(!paths.is_empty(), "{folder} has files");
    paths.sort();
    paths.iter().map(|path| read(&root, path)).collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            if !path.ends_with("target") {
                walk(&path, found);
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests.rs") {
            // A file `tests.rs` holds the unit tests of the file above it.
            found.push(path);
        }
    }
}

fn read(root: &Path, path: &Path) -> SourceFile {
    let below = path.strip_prefix(root).expect("below the folder");
    let name = below.to_str().expect("UTF-8").replace('\\', "/");
    let mut module: Vec<String> = name.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|last| last == "mod" || module.len() == 1 && (last == "lib" || last == "main")) {
        module.pop();
    }
    let text = std::fs::read_to_string(path).expect("a file");
    let code = without_tests(&without_comments(&text));
    let declared = code.lines().filter_map(|line| {
        let words = tokens(line);
        let at = words.iter().position(|word| *word == "mod")?;
        (words.get(at + 2) == Some(&";")).then(|| words[at + 1].to_owned())
    });
    let children = declared.collect();
    SourceFile { name, module, text, code, children }
}

/// Comments, and what stands between quotes, become blanks.
fn without_comments(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let blank = |code: &mut String, chars: &[char]| code.extend(chars.iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        let length = if rest.starts_with(&['/', '/']) {
            rest.iter().position(|c| *c == '\n').unwrap_or(rest.len())
        } else if rest.starts_with(&['/', '*']) {
            (2..rest.len()).find(|end| rest[..*end].ends_with(&['*', '/'])).unwrap_or(rest.len())
        } else if let Some(length) = raw_string(rest) {
            length
        } else if rest[0] == '"' {
            quoted(rest, '"')
        } else if rest[0] == '\'' && (rest.get(1) == Some(&'\\') || rest.get(2) == Some(&'\'')) {
            quoted(rest, '\'')
        } else {
            code.push(rest[0]);
            at += 1;
            continue;
        };
        blank(&mut code, &rest[..length]);
        at += length;
    }
    code
}

/// The length of a text in quotes, in which a backslash escapes.
fn quoted(rest: &[char], quote: char) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != quote {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

/// The length of a raw string that begins here: `r"…"`, `r#"…"#`.
fn raw_string(rest: &[char]) -> Option<usize> {
    let marks = rest.strip_prefix(&['r'])?.iter().take_while(|c| **c == '#').count();
    if rest.get(1 + marks) != Some(&'"') {
        return None;
    }
    let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', marks)).collect();
    let body = &rest[2 + marks..];
    Some(body.windows(end.len()).position(|window| window == end).map_or(rest.len(), |at| 2 + marks + at + end.len()))
}

/// Items behind `#[cfg(test)]` become blanks, up to the brace or semicolon that ends them.
fn without_tests(code: &str) -> String {
    let mut left = code.to_owned();
    while let Some(start) = left.find("#[cfg(test)]") {
        let mut depth = 0_usize;
        let mut end = left.len();
        for (at, c) in left[start + "#[cfg(test)]".len()..].char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 && (c == '}' || c == ';') {
                end = start + "#[cfg(test)]".len() + at + 1;
                break;
            }
        }
        let blank: String = left[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        left.replace_range(start..end, &blank);
    }
    left
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// Words, `::`, and every other sign by itself.
fn tokens(code: &str) -> Vec<&str> {
    let mut found = vec![];
    let mut rest = code.trim_start();
    while let Some(c) = rest.chars().next() {
        let length = if is_word(rest) {
            rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            c.len_utf8()
        };
        found.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    found
}

/// Tells of every path of a `use` that begins at `at`; the place behind it.
fn tree(tokens: &[&str], at: &mut usize, before: &[&str], tell: &mut impl FnMut(&[&str])) -> usize {
    let mut path = before.to_vec();
    while let Some(token) = tokens.get(*at) {
        match *token {
            "{" => {
                *at += 1;
                while tokens.get(*at).is_some_and(|token| !matches!(*token, "}" | ";")) {
                    tree(tokens, at, &path, tell);
                    if tokens.get(*at) == Some(&",") {
                        *at += 1;
                    }
                }
                *at += 1;
                return *at;
            }
            "," | "}" | ";" => {
                tell(&path);
                if *token == ";" && before.is_empty() {
                    *at += 1;
                }
                return *at;
            }
            "as" => *at += 2,
            "::" => *at += 1,
            word => {
                // `self` behind a path is that path itself.
                if word != "self" || path.is_empty() {
                    path.push(word);
                }
                *at += 1;
            }
        }
    }
    *at
}

#[test]
fn paths_of_every_form_are_seen() {
    let text = "use crate::{a, b::{self, C as D}, x::*};\nuse super::f::G;\nuse std::fs;\n// crate::no\nfn i() { crate::h::j(\"crate::no\"); \
                self::k::l(); }\nmod inside { use super::M; use super::super::N; }\nuse child::{O, P};\npub(crate) use crate::t::U;\nfn q(child: R) -> impl V + use<'_> { child.s(); child::s() }\n#[cfg(test)]\nmod tests { use crate::no; }\n";
    let file = SourceFile {
        name: "room/file.rs".to_owned(),
        module: vec!["room".to_owned(), "file".to_owned()],
        text: text.to_owned(),
        code: without_tests(&without_comments(text)),
        children: BTreeSet::from(["child".to_owned()]),
    };
    let Paths { used, passed_on } = file.paths();
    let found: Vec<String> = used.iter().map(|path| path.join("::")).collect();
    let expected = [
        "a",
        "b",
        "b::C",
        "h::j",
        "room::N",
        "room::f::G",
        "room::file::M",
        "room::file::child::O",
        "room::file::child::P",
        "room::file::child::s",
        "room::file::k::l",
        "x::*",
    ];
    assert_eq!(found, expected);
    assert_eq!(passed_on, BTreeSet::from([vec!["t".to_owned(), "U".to_owned()]]));
}

#[test]
fn types_are_seen_wherever_they_stand() {
    let text = "pub struct A;\npub(crate) enum B<T> {}\n    trait C {}\ntype D = u8;\n    type Item = u8;\n// struct No;\nlet type_of = 1;\n";
    let file = SourceFile {
        name: String::new(),
        module: vec![],
        text: text.to_owned(),
        code: without_comments(text),
        children: BTreeSet::new(),
    };
    assert_eq!(file.types(), ["A", "B", "C", "D"]);
}
