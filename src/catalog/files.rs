//! Which reader reads which file, and in which order.

use std::path::{Path, PathBuf};

use super::store::Catalog;
use super::{extra_columns, product_chunks, product_columns, shopify_inventory, shopify_products, snapshot};
use crate::diagnostic::{Code, Diagnostic, Place, any_error};
use crate::fields::{Field, Projection};
use crate::files::{Document, FileKind, FileRole, Files};
use crate::ids::FileId;
use crate::table::Table;
use crate::table::chunks::SIZES;
use crate::text;

/// A file of the catalog, as the project or the command line names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Input {
    /// Where it is.
    pub path: PathBuf,
    /// The column of SKUs, for a file of extra columns (`format: columns`).
    pub columns_key: Option<String>,
}

/// What a catalog file holds.
pub enum CatalogContent {
    /// Its bytes, to be read.
    Bytes(Vec<u8>),
    /// The variants of a product export that was read in parts.
    Products(Box<Catalog>),
}

impl CatalogContent {
    /// Takes out the variants that were read in parts.
    fn take_products(&mut self) -> Option<Box<Catalog>> {
        match std::mem::replace(self, CatalogContent::Bytes(vec![])) {
            CatalogContent::Products(catalog) => Some(catalog),
            bytes => {
                *self = bytes;
                None
            }
        }
    }
}

impl Input {
    /// What the file is read as.
    pub fn role(&self) -> FileRole {
        if self.columns_key.is_some() { FileRole::Columns } else { FileRole::Catalog }
    }
}

impl From<Vec<u8>> for CatalogContent {
    fn from(bytes: Vec<u8>) -> Self {
        CatalogContent::Bytes(bytes)
    }
}

/// Reads a product export in parts; `None` where the file is none, or must be read as a whole.
pub fn read_in_chunks(
    files: &Files,
    input: &Input,
    name: &Path,
    file: FileId,
    wanted: &Projection,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<CatalogContent> {
    if input.columns_key.is_some() {
        return None;
    }
    let opened = files.open(&input.path)?;
    product_chunks::read(opened, name, file, wanted, diagnostics, SIZES)
        .map(|catalog| CatalogContent::Products(Box::new(catalog)))
}

/// What kind of file a catalog file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// Our own YAML snapshot.
    Snapshot,
    /// Shopify's product export, or Matrixify's.
    Products,
    /// Shopify's inventory export.
    Inventory,
}

impl FileFormat {
    /// The format of a document, by its content, or of YAML by its name.
    pub fn of(document: &Document) -> Option<Self> {
        match document.kind() {
            Some(FileKind::Products | FileKind::Matrixify) => Some(FileFormat::Products),
            Some(FileKind::Inventory) => Some(FileFormat::Inventory),
            Some(FileKind::Snapshot) => Some(FileFormat::Snapshot),
            _ => document.is_yaml().then_some(FileFormat::Snapshot),
        }
    }
}

/// Reads all files of a catalog, given with their bytes. The counts of inventory exports are joined when all variants are
/// known, and extra columns last, whatever the order of the files is.
///
/// The catalog is of use only if no diagnostic is an error.
pub fn load(mut files: Vec<(Input, CatalogContent)>, names: &[PathBuf], wanted: &Projection) -> (Catalog, Vec<Diagnostic>) {
    let mut diagnostics = vec![];
    if names.len() > usize::from(u16::MAX) {
        let message = format!("the catalog has {}, and at most 65,535 are read", text::counted(names.len(), "file"));
        diagnostics.push(Diagnostic::error(Code::Catalog, message).help("name fewer of them, or put several into one"));
    }
    let mut catalog = Catalog::storing(wanted);
    catalog.files = names.iter().map(|name| name.display().to_string()).collect();
    let mut parts: Vec<Option<Box<Catalog>>> = files.iter_mut().map(|(_, content)| content.take_products()).collect();
    let mut documents = vec![];
    for (((input, content), name), part) in files.iter_mut().zip(names).zip(&parts) {
        let CatalogContent::Bytes(bytes) = content else { continue };
        let bytes = std::mem::take(bytes);
        documents.push(if part.is_some() { None } else { Document::open(name, input.role(), bytes, &mut diagnostics) });
    }
    let mut inventories = vec![];
    // The products of each product export.
    let mut exports = vec![];
    // Those that have counts, and do not say of which variants they are kept.
    let mut untracked = vec![];
    let mut extras = vec![];
    // Whether a file gives variants that is no inventory export.
    let mut has_others = false;
    for (index, (((input, _), name), document)) in files.iter().zip(names).zip(&documents).enumerate() {
        let file = FileId::saturating(index);
        let before = catalog.products();
        if let Some(part) = parts[index].take() {
            has_others = true;
            let schema = &part.schema;
            if schema.has_data(Field::Inventory) && !schema.has_data(Field::Tracked) && !part.is_empty() {
                untracked.push(name);
            }
            catalog.append_file(*part);
            exports.push(before..catalog.products());
            continue;
        }
        let Some(document) = document else { continue };
        let format = FileFormat::of(document);
        if input.columns_key.is_none() && format == Some(FileFormat::Snapshot) {
            has_others = true;
            snapshot::read(name, &document.text(), file, &mut catalog, wanted, &mut diagnostics);
            continue;
        }
        let table = match Table::of(document) {
            Ok(table) => table,
            Err(problem) => {
                diagnostics.push(*problem);
                continue;
            }
        };
        if let Some(key) = &input.columns_key {
            // A table that is known and may hold extra columns all the same may have been meant as what it is.
            if table.column(&[key]).is_none()
                && let Some(problem) = document.misplaced(FileRole::Columns)
            {
                diagnostics.push(problem);
                continue;
            }
            extras.push((table, key));
            continue;
        }
        match format {
            Some(FileFormat::Products) => {
                has_others = true;
                diagnostics.extend(product_columns::doubled(&table));
                shopify_products::read(&table, file, &mut catalog, wanted, &mut diagnostics);
                if product_columns::has_counts_alone(&table) && before < catalog.products() {
                    untracked.push(name);
                }
                exports.push(before..catalog.products());
            }
            Some(FileFormat::Inventory) => inventories.push((table, file)),
            // A header that is broken has other columns than were meant.
            _ => diagnostics.push(table.first_broken().unwrap_or_else(|| unrecognized(name))),
        }
    }
    catalog.unite_products(&exports, &mut diagnostics);
    if !inventories.is_empty() {
        shopify_inventory::read(&inventories, &mut catalog, !has_others, wanted, &mut diagnostics);
    }
    // An inventory export has tracked variants alone.
    let is_asked = catalog.matches.is_none_or(|matches| matches.unknown > 0) && !any_error(&diagnostics);
    if let Some(first) = untracked.first().filter(|_| is_asked) {
        diagnostics.push(without_trackers(first, untracked.len()));
    }
    catalog.index_skus();
    extra_columns::read(&extras, &mut catalog, wanted, &mut diagnostics);
    catalog.tell_repeated_files(&mut diagnostics);
    catalog.tell_odd_skus(&mut diagnostics);
    catalog.tell_unknown_statuses(&mut diagnostics);
    if catalog.is_empty() && !any_error(&diagnostics) {
        let first = names.first().map_or_else(|| Place::file("catalog"), Place::file);
        let message = "the catalog holds no variant";
        let help = "an empty export would take the whole shop off sale, so nothing is done with it: export it again";
        diagnostics.push(Diagnostic::error(Code::Catalog, message).help(help).at(first));
    }
    (catalog, diagnostics)
}

fn without_trackers(first: &Path, files: usize) -> Diagnostic {
    let these = match files {
        1 => "this file does not tell".to_owned(),
        _ => format!("this file and {} do not tell", text::counted(files - 1, "more file")),
    };
    let message = format!("{these} of which variants Shopify tracks the inventory: all count as tracked");
    let help = "export the products with the column `Variant Inventory Tracker` (`Inventory tracker` in new exports): where it is \
                blank, Shopify does not keep the count, and it would be sent";
    Diagnostic::warning(Code::CatalogOddity, message).help(help).at(Place::file(first))
}

fn unrecognized(path: &Path) -> Diagnostic {
    let help = "known are Shopify's product export (columns `Handle` and `Variant SKU`, or `URL handle` and `SKU`), its \
                inventory export (`Handle`, `SKU`, `COO`), Matrixify's product sheet and a YAML snapshot; \
                any other CSV with a column of SKUs is read with `format: columns` in the project file";
    Diagnostic::error(Code::Catalog, "this file is no catalog that stockrule knows").help(help).at(Place::file(path))
}
