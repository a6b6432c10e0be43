//! Any other CSV with a column of SKUs: its columns become `column."HEADER"`.

use foldhash::{HashMap, HashMapExt};

use super::schema::Wanted;
use super::table::Table;
use super::{Catalog, without_apostrophe};
use crate::diagnostic::{Code, Diagnostic};
use crate::text;

/// Reads the table into columns of the catalog, by SKU. A filled cell goes before one of the same header in an earlier file.
pub fn read(table: &Table<'_>, key: &str, catalog: &mut Catalog, wanted: &Wanted, diagnostics: &mut Vec<Diagnostic>) {
    let Some(key_column) = table.column(&[key]) else {
        let near = text::nearest(key, table.headers().iter().map(String::as_str));
        let help = near.map_or_else(
            || "name the column that holds the SKU with `key:`".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        let message = format!("this file has no column `{key}` to find the SKU in");
        diagnostics.push(Diagnostic::error(Code::Catalog, message).help(help).at(table.at(1)));
        return;
    };
    let mut columns = vec![];
    for (index, header) in table.headers().iter().enumerate() {
        if index != key_column && !header.trim().is_empty() {
            let field = catalog.schema.declare_column(header);
            if wanted.column(header) {
                columns.push((index, field));
            }
        }
    }
    let mut variants: HashMap<&str, Vec<usize>> = HashMap::new();
    let skus = catalog.sku.clone();
    for (variant, sku) in skus.iter().enumerate() {
        if !sku.trim().is_empty() {
            variants.entry(sku.trim()).or_default().push(variant);
        }
    }
    let mut seen: HashMap<String, u32> = HashMap::new();
    let mut strangers: Option<(usize, u32)> = None;
    table.for_each(diagnostics, |row, diagnostics| {
        let sku = without_apostrophe(row.cell(Some(key_column)).trim());
        if sku.is_empty() {
            return;
        }
        if let Some(first) = seen.insert(sku.to_owned(), row.line) {
            let message = format!("the SKU `{sku}` stands twice in this file, first on line {first}");
            let help = "keep one of the two rows: which one counts would be a guess";
            let place = table.cell_place(row.line, key_column);
            diagnostics.push(Diagnostic::error(Code::Catalog, message).help(help).at(place));
        }
        let Some(found) = variants.get(sku) else {
            let (count, _) = strangers.get_or_insert((0, row.line));
            *count += 1;
            return;
        };
        for &(column, field) in &columns {
            let cell = row.cell(Some(column));
            for &variant in found.iter().filter(|_| !cell.trim().is_empty()) {
                catalog.header_column(field).set_variant(variant, cell);
            }
        }
    });
    if let Some((count, line)) = strangers {
        let message =
            format!("{} of this file with a SKU that the catalog does not have; this is the first", text::counted(count, "row"));
        diagnostics.push(Diagnostic::warning(Code::CatalogOddity, message).at(table.at(line)));
    }
}
