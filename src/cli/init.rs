//! `stockrule init`: a project file and a first rule file, ready to run.

use std::path::{Path, PathBuf};

use clap::Args;

use super::common::Common;
use super::ideas::{FIRST, ideas};
use super::output;
use super::status::{Status, status_of};
use crate::catalog::Input;
use crate::deliver::write::write_all;
use crate::diagnostic::{Code, Diagnostic, Place, any_error};
use crate::files::{NamedFile, paths};
use crate::project::{FILE_NAME, PreparedRun, Session, Settings, prepare};
use crate::text::counted;

/// Arguments of `init`: the exports and reports are given as to every other command.
#[derive(Debug, Args)]
pub struct InitCommand {}

const RULES: &str = "amazon.rules";

impl InitCommand {
    /// Runs the command.
    pub fn run(&self, common: &Common) -> Status {
        let fail = |diagnostics: &[Diagnostic]| {
            output::diagnostics(common, diagnostics);
            status_of(diagnostics)
        };
        if common.catalog.is_empty() {
            let help = "export the products in Shopify as CSV, then: `stockrule init --catalog products_export.csv`";
            return fail(&[Diagnostic::error(Code::Project, "no catalog to start from").help(help)]);
        }
        let project = match &common.project {
            Some(path) if paths::is_folder(path) => path.join(FILE_NAME),
            Some(path) => path.clone(),
            None => PathBuf::from(FILE_NAME),
        };
        let folder = project.parent().unwrap_or(Path::new("")).to_path_buf();
        let rules = common.rules.is_empty().then(|| folder.join(RULES));
        let there = |path: &&PathBuf| paths::is_there(path);
        if let Some(path) = [Some(&project), rules.as_ref()].into_iter().flatten().find(there) {
            let help = "remove it, or start in another folder; `init` never overwrites";
            let error = Diagnostic::error(Code::Project, format!("`{}` is there already", path.display()));
            return fail(&[error.help(help).at(Place::file(path))]);
        }
        let settings = settings(common);
        // Everything that is given is read: what `init` writes down must work.
        let prepared = prepare(&settings, &[], &mut Session::default());
        output::diagnostics(common, &prepared.diagnostics);
        if any_error(&prepared.diagnostics) {
            return status_of(&prepared.diagnostics);
        }
        let written = NewProjectFile { folder: &folder, common };
        let mut files = vec![(project, written.project().into_bytes())];
        if let Some(path) = rules {
            files.push((path, first_rules(&prepared, &settings).into_bytes()));
        }
        if let Err(problem) = write_all(&files) {
            return fail(&[*problem]);
        }
        let names: Vec<_> = files.iter().map(|(path, _)| path.display().to_string()).collect();
        let here = files[0].0 == Path::new(FILE_NAME);
        let option = if here { String::new() } else { format!(" --project {}", names[0]) };
        let variants = counted(prepared.inputs.catalog.len(), "variant");
        output::prose(&format!("wrote {} for {variants}\nnext: `stockrule preview{option}`\n", names.join(" and ")));
        Status::Done
    }
}

/// What is given on the command line, as the settings of a run.
fn settings(common: &Common) -> Settings {
    let named = |path: &PathBuf| NamedFile { path: path.clone(), name: path.clone() };
    let input = |path: &PathBuf| (Input { path: path.clone(), columns_key: None }, path.clone());
    Settings {
        everything: true,
        rules: common.rules.iter().map(named).collect(),
        catalog: common.catalog.iter().map(input).collect(),
        listings: common.listings.as_ref().map(named),
        orders: common.orders.iter().map(named).collect(),
        today: common.today,
        marketplace: common.marketplace.clone(),
        ..Settings::default()
    }
}

/// The project file that is written.
struct NewProjectFile<'a> {
    /// The folder that it is written into, which its paths are relative to.
    folder: &'a Path,
    common: &'a Common,
}

/// The column in which the comments of the project file begin.
const COMMENTS: usize = 42;

impl NewProjectFile<'_> {
    /// The project file: what is given, and every other key as a comment.
    fn project(&self) -> String {
        let common = self.common;
        let mut text = "# What stockrule reads and writes. Paths are relative to this file.\n".to_owned();
        let mut line = |line: &str, comment: &str| {
            let gap = " ".repeat(COMMENTS.saturating_sub(line.chars().count()).max(2));
            text.push_str(&if comment.is_empty() { format!("{line}\n") } else { format!("{line}{gap}# {comment}\n") });
        };
        let list = |paths: &[PathBuf]| paths.iter().map(|path| format!("  - {}", self.path(path))).collect::<Vec<_>>();
        if common.rules.is_empty() {
            line(&format!("rules: [{RULES}]"), "read in this order; a pattern such as rules/*.rules in name order");
        } else {
            line("rules:", "read in this order; a pattern such as rules/*.rules in name order");
            list(&common.rules).iter().for_each(|path| line(path, ""));
        }
        line("catalog:", "the snapshot: Shopify's exports of products and of inventory");
        list(&common.catalog).iter().for_each(|path| line(path, ""));
        line("# as_of: 2026-11-23T04:00:00Z", "the snapshot's time, for orders; when the oldest export was written if left out");
        let given = |key: &str, value: Option<String>, example: &str| match value {
            Some(value) => format!("  {key}: {value}"),
            None => format!("  # {key}: {example}"),
        };
        let listings = common.listings.as_ref().map(|path| self.path(path));
        let marketplace = common.marketplace.as_ref().map(|name| quoted(name));
        let is_any = listings.is_some() || marketplace.is_some();
        line(if is_any { "amazon:" } else { "# amazon:" }, "");
        let mut amazon = |is_any: bool, key: &str, comment: &str| {
            line(&if is_any { key.to_owned() } else { key.replacen("  # ", "#   ", 1) }, comment);
        };
        amazon(is_any, &given("seller", None, "A2EXAMPLE"), "your seller ID, for the feed");
        amazon(is_any, &given("marketplace", marketplace, "amazon.com"), "");
        amazon(is_any, &given("listings", listings, "all-listings.txt"), "the All Listings Report of Seller Central");
        amazon(is_any, &given("fulfillment", None, "merchant"), "your word that you fulfil every SKU, where no report says");
        if common.orders.is_empty() {
            line("# orders: [amazon-orders.txt]", "Amazon's All Orders report, Shopify's export of orders");
        } else {
            line("orders:", "Amazon's All Orders report, Shopify's export of orders");
            list(&common.orders).iter().for_each(|path| line(path, ""));
        }
        line("# orders_location: Boston", "where counts move for orders that name no location");
        line("# timezone: America/New_York", "where `today` begins");
        line("emit:", "what is written");
        line("  quantities: out/quantities.csv", "SKU and quantity");
        line("  # feed: out/listings-feed.json", "Amazon's JSON_LISTINGS_FEED; it needs the seller's ID");
        line("  # inventory_file: out/inventory.txt", "for an upload by hand in Seller Central");
        line("  # adjustments: out/adjustments.csv", "what Amazon orders took off the Shopify counts");
        line("  # changed_only: true", "only what differs from Amazon goes into the feed");
        line("  # on_change: [./upload.sh]", "`watch` runs it with the outputs that it has not taken yet, until it succeeds");
        line("  # on_trouble: [./tell.sh]", "`watch` runs it when something is wrong, and when that is over");
        line("guard:", "an emission that goes past one of these is refused, and the last one kept");
        line("  catalog_age: 72h", "the exports may be this old; for ever if left out");
        line("  # listings_age: 24h", "the listings report may be this old");
        line("  # zeroed: 10%", "of the SKUs with stock on Amazon, so many may go to 0");
        line("  # changed: 60%", "of the SKUs whose quantity is known, so many may change");
        line("  # unsent: 10%", "of the SKUs in the last emission, so many may be left out of this one");
        line("# state: .stockrule", "the folder in which stockrule keeps what was sent last");
        line("# tests: [tests/*.yaml]", "the cases that `stockrule test` runs");
        text
    }

    /// A path as the project file names it: relative to its folder.
    fn path(&self, path: &Path) -> String {
        let is_here = self.folder.as_os_str().is_empty() || self.folder == Path::new(".");
        let path = if is_here || path.is_absolute() { path.to_path_buf() } else { from(self.folder, path) };
        quoted(&path.display().to_string())
    }
}

/// The way from a folder to a file, both named from where the command was typed; the file's whole path if there is none.
fn from(folder: &Path, file: &Path) -> PathBuf {
    let whole = || std::path::absolute(file).unwrap_or_else(|_| file.to_path_buf());
    let (Ok(folder), Ok(real)) = (paths::resolve(folder), paths::resolve(file)) else { return whole() };
    let shared = folder.components().zip(real.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(shared).map(|_| "..");
    up.map(PathBuf::from).chain(real.components().skip(shared).map(|part| PathBuf::from(part.as_os_str()))).collect()
}

/// A first rule file: everything at its inventory level, with ideas from what the catalog holds.
fn first_rules(prepared: &PreparedRun, settings: &Settings) -> String {
    let mut rules = format!("# How many units of each product Amazon may sell. The last rule that matches decides.\n\n{FIRST}\n");
    let ideas = ideas(prepared, settings);
    if !ideas.is_empty() {
        rules.push_str("\n# Ideas, from what this catalog holds; take off the # to use one.\n");
        ideas.iter().for_each(|idea| rules.push_str(&format!("# {idea}\n")));
    }
    rules
}

/// A text as YAML writes it: in quotes unless it is plain.
fn quoted(text: &str) -> String {
    let plain = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '/' | '_' | '-'));
    // What has a letter and a dot is neither a number nor a word that YAML takes for something else.
    let is_text = text.starts_with(char::is_alphabetic) && text.contains('.');
    // In double quotes YAML reads what JSON writes; what it would take for a line end must be escaped.
    if plain && is_text { text.to_owned() } else { output::escaped_json(&serde_json::Value::from(text).to_string()).into_owned() }
}
