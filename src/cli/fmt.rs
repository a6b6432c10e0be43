//! `stockrule fmt`: rule files in the one standard layout.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::common::Common;
use super::output;
use super::status::{Status, status_of};
use crate::deliver::write::write_all;
use crate::diagnostic::{Code, Diagnostic};
use crate::files::{Document, FileRole, Files, NamedFile, paths};
use crate::project::rule_source;
use crate::source::Source;
use crate::syntax;
use crate::text::counted;

/// Arguments of `fmt`.
#[derive(Debug, Args)]
pub struct FmtCommand {
    /// The rule files; the project's if left out
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Only tell which files are not in the standard layout
    #[arg(long)]
    check: bool,
    /// Read rules from standard input, and print them in the standard layout
    #[arg(long, conflicts_with = "files")]
    stdin: bool,
}

impl FmtCommand {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Status {
        if self.stdin { self.stream(common) } else { self.rewrite(common) }
    }

    fn stream(&self, common: &Common) -> Status {
        let (name, role) = (Path::new("standard input"), FileRole::Rules);
        let (mut bytes, mut diagnostics) = (vec![], vec![]);
        match std::io::stdin().lock().take(role.most() + 1).read_to_end(&mut bytes) {
            Ok(length) if length as u64 <= role.most() => {}
            Ok(_) => {
                let message =
                    format!("standard input is larger than {} MB, and stockrule reads no larger one", role.most() >> 20);
                diagnostics.push(Diagnostic::error(Code::File, message));
            }
            Err(problem) => {
                diagnostics.push(Diagnostic::error(Code::File, format!("standard input cannot be read: {problem}")));
            }
        }
        let document = if diagnostics.is_empty() { Document::open(name, role, bytes, &mut diagnostics) } else { None };
        let Some(document) = document else {
            output::diagnostics(common, &diagnostics);
            return status_of(&diagnostics);
        };
        let source = Arc::new(Source::new("standard input", document.text()));
        match layout(&source) {
            Err(diagnostics) => {
                output::diagnostics(common, &diagnostics);
                status_of(&diagnostics)
            }
            Ok(laid_out) if self.check => {
                if laid_out == source.text() {
                    return Status::Done;
                }
                output::result("standard input is not in the standard layout\n");
                Status::WrongInput
            }
            Ok(laid_out) => {
                output::document(&laid_out);
                Status::Done
            }
        }
    }

    fn rewrite(&self, common: &Common) -> Status {
        let mut files: Vec<NamedFile> =
            self.files.iter().map(|path| NamedFile { path: path.clone(), name: path.clone() }).collect();
        let mut diagnostics = vec![];
        if files.is_empty() {
            match common.settings_of_rules() {
                Ok(settings) => files = settings.rules,
                Err(found) => diagnostics = found,
            }
        }
        let mut changed = vec![];
        for named in &files {
            let Some(source) = rule_source(&Files::default(), named, &mut diagnostics).map(Arc::new) else { continue };
            match layout(&source) {
                Ok(laid_out) if laid_out != source.text() => changed.push((named, laid_out)),
                Ok(_) => {}
                Err(found) => diagnostics.extend(found),
            }
        }
        for (named, laid_out) in &changed {
            if !self.check {
                // A link stays one: what it leads to is written.
                let path = paths::resolve(&named.path).unwrap_or_else(|_| named.path.clone());
                if let Err(problem) = write_all(&[(path, laid_out.clone().into_bytes())]) {
                    diagnostics.push(*problem);
                    continue;
                }
            }
            let what = if self.check { "is not in the standard layout" } else { "is rewritten" };
            output::result(&format!("{} {what}\n", named.name.display()));
        }
        output::diagnostics(common, &diagnostics);
        match status_of(&diagnostics) {
            Status::Done if self.check && !changed.is_empty() => {
                let help = "`stockrule fmt` rewrites them";
                output::remark(common, &format!("{} of {}: {help}", changed.len(), counted(files.len(), "rule file")));
                Status::WrongInput
            }
            status => status,
        }
    }
}

/// A rule file's text in the standard layout.
fn layout(source: &Arc<Source>) -> Result<String, Vec<Diagnostic>> {
    let (_, diagnostics) = syntax::parse(Arc::clone(source));
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    let laid_out = syntax::format(source.text());
    // Rules are money: a layout that said something else would be a fault of ours, and must not reach the file.
    if !syntax::is_equivalent(source.text(), &laid_out) {
        let message = format!("`{}` is left as it is: its new layout would say something else", source.name());
        let help = "this is a fault of stockrule: please report it, with the file";
        return Err(vec![Diagnostic::error(Code::Syntax, message).help(help)]);
    }
    Ok(laid_out)
}
