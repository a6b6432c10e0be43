//! Any other CSV with a column of SKUs: its columns become `column."HEADER"`.

use foldhash::{HashMap, HashMapExt};

use super::columns::OverrideColumn;
use super::product_columns::hold_the_same;
use super::skus::{DESTROYED, is_destroyed, sku_of};
use super::store::Catalog;
use crate::diagnostic::{Code, Diagnostic};
use crate::fields::Projection;
use crate::ids::VariantId;
use crate::table::{Oddities, Table};
use crate::text;

/// Reads tables into columns of the catalog, by the SKU in the column that is named beside each. A filled cell goes before one of
/// the same header in an earlier file, and a warning says so where they differ.
pub fn read(tables: &[(Table<'_>, &String)], catalog: &mut Catalog, wanted: &Projection, diagnostics: &mut Vec<Diagnostic>) {
    if tables.is_empty() {
        return;
    }
    // Which cells have been read so far, where several files have the same header.
    let mut read: HashMap<(usize, usize), Cell> = HashMap::new();
    for (number, (table, key)) in tables.iter().enumerate() {
        let Some(key_column) = table.column(&[key]) else {
            diagnostics.push(no_key(table, key));
            continue;
        };
        if let Some((one, other)) = same_header(table) {
            diagnostics.push(hold_the_same(table, one, other));
            continue;
        }
        let mut columns = vec![];
        for (index, header) in table.headers().iter().enumerate() {
            if index != key_column && !header.trim().is_empty() {
                let field = catalog.schema.declare_column(header);
                if wanted.column(header) {
                    let is_shared = tables.iter().enumerate().any(|(other, (table, _))| other != number && table.has(&[header]));
                    columns.push((index, field, is_shared));
                }
            }
        }
        let mut differing: Differing = vec![];
        let mut seen: HashMap<String, u32> = HashMap::new();
        let mut strangers: Option<(usize, u32)> = None;
        let mut without_sku: Option<(usize, u32)> = None;
        let mut odd = Oddities::default();
        table.for_each(diagnostics, |row, diagnostics| {
            let sku = sku_of(row.cell(Some(key_column)));
            if sku.is_empty() {
                let has_cells = (0..table.headers().len()).any(|column| !row.is_blank(Some(column)));
                if has_cells {
                    without_sku.get_or_insert((0, row.line)).0 += 1;
                }
                return;
            }
            if is_destroyed(sku) {
                odd.note(DESTROYED, 1, row.line, key_column);
            }
            if let Some(first) = seen.insert(sku.to_owned(), row.line) {
                let message = format!("the SKU `{sku}` stands twice in this file, first on line {first}");
                let help = "keep one of the two rows: which one counts would be a guess";
                let place = table.cell_place(row.line, key_column);
                diagnostics.push(Diagnostic::error(Code::Catalog, message).help(help).at(place));
            }
            let found: Vec<usize> = catalog.variants_with(sku).map(VariantId::index).collect();
            if found.is_empty() {
                let (count, _) = strangers.get_or_insert((0, row.line));
                *count += 1;
                return;
            }
            for &(column, field, is_shared) in &columns {
                let cell = row.cell(Some(column));
                for &variant in found.iter().filter(|_| !cell.trim().is_empty()) {
                    if is_shared {
                        let here = Cell { table: number, line: row.line, column };
                        let earlier = read.insert((field, variant), here);
                        note(earlier, here, catalog.header_column(field), (variant, cell), &mut differing);
                    }
                    catalog.header_column(field).set_variant(variant, cell);
                }
            }
        });
        odd.report(table, diagnostics);
        let is_read = |column: usize| column == key_column || columns.iter().any(|(index, ..)| *index == column);
        table.check_last_number(is_read, diagnostics);
        for (count, earlier, here, variant, text) in differing {
            let more =
                if count == 1 { String::new() } else { format!(" ({} cells do, this is the first)", text::thousands(count)) };
            let (header, sku) = (&table.headers()[here.column], catalog.skus.get(variant));
            let place = tables[earlier.table].0.at(earlier.line).short();
            let message = format!("`{header}` of the SKU `{sku}` differs from `{text}` at {place}, and goes before it{more}");
            let help = "keep it in one of the two files; where both have it, the one that the project names later counts";
            let place = table.cell_place(here.line, here.column);
            diagnostics.push(Diagnostic::warning(Code::CatalogOddity, message).help(help).at(place));
        }
        if let Some((count, line)) = without_sku {
            let verb = if count == 1 { "has" } else { "have" };
            let (rows, header) = (text::counted(count, "row"), &table.headers()[key_column]);
            let message =
                format!("{rows} of this file {verb} no SKU in `{header}`, and nothing of them is read; this is the first");
            let help = "fill in the SKU of each, or remove the rows";
            let place = table.cell_place(line, key_column);
            diagnostics.push(Diagnostic::warning(Code::CatalogOddity, message).help(help).at(place));
        }
        if let Some((count, line)) = strangers {
            let rows = text::counted(count, "row");
            let message = format!("{rows} of this file with a SKU that the catalog does not have; this is the first");
            diagnostics.push(Diagnostic::warning(Code::CatalogOddity, message).at(table.at(line)));
        }
    }
}

/// Two columns with one header: headers ignore case.
fn same_header(table: &Table<'_>) -> Option<(usize, usize)> {
    let mut first: HashMap<String, usize> = HashMap::new();
    let named = table.headers().iter().enumerate().filter(|(_, header)| !header.trim().is_empty());
    named.into_iter().find_map(|(column, header)| Some((first.insert(text::folded(header), column)?, column)))
}

/// Where a cell stands.
#[derive(Debug, Clone, Copy)]
struct Cell {
    table: usize,
    line: u32,
    column: usize,
}

/// The cells of each two columns that differ: how many, and of the first two where they stand, of which variant, and the text of
/// the earlier one.
type Differing = Vec<(usize, Cell, Cell, usize, String)>;

fn note(earlier: Option<Cell>, here: Cell, values: &OverrideColumn, (variant, cell): (usize, &str), differing: &mut Differing) {
    let Some(earlier) = earlier.filter(|earlier| earlier.table != here.table) else { return };
    let known = values.variant.get(variant).map_or("", |&code| values.dictionary.text(code));
    if known.trim() == text::without_apostrophe(cell.trim()) {
        return;
    }
    match differing.iter_mut().find(|(_, e, h, ..)| (e.table, h.column) == (earlier.table, here.column)) {
        Some((count, ..)) => *count += 1,
        None => differing.push((1, earlier, here, variant, known.to_owned())),
    }
}

fn no_key(table: &Table<'_>, key: &str) -> Diagnostic {
    let near = text::nearest(key, table.headers().iter().map(String::as_str));
    let help = near
        .map_or_else(|| "name the column that holds the SKU with `key:`".to_owned(), |near| format!("did you mean `{near}`?"));
    let message = format!("this file has no column `{key}` to find the SKU in");
    Diagnostic::error(Code::Catalog, message).help(help).at(table.at(1))
}
