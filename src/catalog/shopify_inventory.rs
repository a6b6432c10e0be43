//! Shopify's inventory export, in its three generations: counts per location, joined to the variants.

use foldhash::HashMap;

use super::schema::{Field, Wanted};
use super::table::{CsvRow, Oddities, Table};
use super::{Catalog, OPTIONS, ProductCells, VariantCells, without_apostrophe};
use crate::diagnostic::{Code, Diagnostic};
use crate::{number, text};

/// Whether this is such a table.
pub fn recognize(table: &Table<'_>) -> bool {
    table.has(&["Handle"]) && table.has(&["SKU"]) && table.has(&["COO"])
}

/// Where the counts of a table stand.
enum Layout {
    /// One column a location: the columns and their names.
    Wide(Vec<(usize, String)>),
    /// One row a location: the columns of its name and of the available count.
    Long(usize, Option<usize>),
}

impl Layout {
    fn find(table: &Table<'_>) -> Self {
        match table.column(&["Location"]) {
            Some(location) => Layout::Long(location, table.column(&["Available (not editable)", "Available"])),
            None => {
                let first = table.column(&["COO"]).map_or(0, |column| column + 1);
                let named = table.headers().iter().enumerate().skip(first);
                Layout::Wide(
                    named.filter(|(_, name)| !name.trim().is_empty()).map(|(at, name)| (at, name.trim().to_owned())).collect(),
                )
            }
        }
    }
}

/// What the tables say of one variant.
#[derive(Default)]
struct Available {
    /// The sum of the counts; `None` while no location has given one.
    sum: Option<i64>,
    /// Whether a count could not be read: the sum is then not known.
    broken: bool,
}

/// Reads all inventory tables of a run, after the products.
#[derive(Default)]
pub struct Inventory {
    /// Variants by handle and option values.
    by_options: HashMap<String, usize>,
    /// Variants by SKU, where no product export gives handles.
    by_sku: HashMap<String, Option<usize>>,
    /// What has been found, by variant.
    found: HashMap<usize, Available>,
    /// Whether the rows are the variants, since no other file gives any.
    alone: bool,
    products: HashMap<String, u32>,
}

impl Inventory {
    /// Takes the variants that the rows are to be joined to.
    pub fn new(catalog: &Catalog, has_product_export: bool) -> Self {
        let mut inventory = Inventory { alone: catalog.is_empty(), ..Inventory::default() };
        for variant in 0..catalog.len() {
            let handle = catalog.handle.get(catalog.product_of(variant)).unwrap_or("");
            let options = std::array::from_fn(|slot| catalog.option_values[slot].get(variant).unwrap_or(""));
            inventory.by_options.entry(key(handle, options)).or_insert(variant);
            let sku = catalog.sku.get(variant).trim();
            if !has_product_export && !sku.is_empty() {
                // A SKU that stands twice joins to neither.
                inventory.by_sku.entry(sku.to_owned()).and_modify(|known| *known = None).or_insert(Some(variant));
            }
        }
        inventory
    }

    /// Reads one table.
    pub fn read(
        &mut self,
        table: &Table<'_>,
        file: u16,
        catalog: &mut Catalog,
        wanted: &Wanted,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let layout = Layout::find(table);
        [Field::Handle, Field::Title, Field::Sku, Field::Inventory]
            .into_iter()
            .for_each(|field| catalog.schema.declare_field(field));
        let handle = table.column(&["Handle"]);
        let title = table.column(&["Title"]);
        let sku = table.column(&["SKU"]);
        let options = |kind: &str| std::array::from_fn(|slot| table.column(&[&format!("Option{} {kind}", slot + 1)]));
        let (names, values): ([_; OPTIONS], [_; OPTIONS]) = (options("name"), options("value"));
        let mut odd = Oddities::default();
        let mut strangers: Option<(usize, u32)> = None;
        table.for_each(diagnostics, |row, _| {
            let option_values = values.map(|column| row.cell(column));
            let identity = key(row.cell(handle), option_values);
            let by_sku = || self.by_sku.get(without_apostrophe(row.cell(sku)).trim()).copied().flatten();
            let variant = match self.by_options.get(&identity).copied().or_else(by_sku) {
                Some(variant) => variant,
                None if self.alone => {
                    let cells = ProductCells {
                        handle: row.cell(handle),
                        title: row.cell(title),
                        published: true,
                        option_names: names.map(|column| row.cell(column)),
                        ..ProductCells::default()
                    };
                    let known = self.products.get(cells.handle).copied();
                    let product = known.unwrap_or_else(|| catalog.add_product(&cells));
                    self.products.insert(cells.handle.to_owned(), product);
                    let line = row.line;
                    let cells =
                        VariantCells { file, line, sku: row.cell(sku), option_values, tracked: true, ..VariantCells::default() };
                    let (variant, _) = catalog.add_variant(product, &cells);
                    self.by_options.insert(identity, variant);
                    variant
                }
                None => {
                    let (count, _) = strangers.get_or_insert((0, row.line));
                    *count += 1;
                    return;
                }
            };
            match &layout {
                Layout::Wide(locations) => {
                    for (column, name) in locations {
                        self.count(variant, row, *column, name, catalog, wanted, &mut odd);
                    }
                }
                Layout::Long(location, Some(available)) => {
                    let name = row.cell(Some(*location)).trim();
                    self.count(variant, row, *available, name, catalog, wanted, &mut odd);
                }
                Layout::Long(..) => {}
            }
        });
        odd.report(table, diagnostics);
        if let (Layout::Long(_, None), 1) = (&layout, 1) {
            let message = "this inventory export has no column `Available (not editable)` or `Available`";
            diagnostics.push(Diagnostic::error(Code::Catalog, message).help("export it again, with all states").at(table.at(1)));
        }
        if let Some((count, line)) = strangers {
            let message = format!(
                "{} of this file without a variant in the product export; this is the first",
                text::counted(count, "row")
            );
            let help = "export products and inventory at the same time; rows are matched by handle and option values";
            diagnostics.push(Diagnostic::warning(Code::CatalogOddity, message).help(help).at(table.at(line)));
        }
    }

    #[allow(clippy::too_many_arguments)] // the reader's whole state, handed through once
    fn count(
        &mut self,
        variant: usize,
        row: &CsvRow<'_>,
        column: usize,
        location: &str,
        catalog: &mut Catalog,
        wanted: &Wanted,
        odd: &mut Oddities,
    ) {
        let cell = row.cell(Some(column)).trim();
        let found = self.found.entry(variant).or_default();
        if cell.eq_ignore_ascii_case("not stocked") || cell.is_empty() {
            catalog.schema.declare_location(location);
            return;
        }
        let count = number::whole(cell).filter(|&count| count != i64::MIN);
        if count.is_none() {
            let what = "the available count is not a whole number here, so the variant's inventory counts as missing";
            odd.note(what, 1, row.line, column);
        }
        match count.and_then(|count| found.sum.unwrap_or(0).checked_add(count)) {
            Some(sum) => found.sum = Some(sum),
            None => found.broken = true,
        }
        catalog.set_location(variant, location, count, wanted);
    }

    /// Puts the sums into the catalog. A variant that no table names keeps the product export's quantity; one that is
    /// stocked nowhere has no count, which is not the same as 0.
    pub fn finish(self, catalog: &mut Catalog) {
        for variant in 0..catalog.len() {
            if let Some(found) = self.found.get(&variant) {
                let sum = if found.broken { None } else { found.sum };
                catalog.counts.inventory.set(variant, sum);
            }
        }
    }
}

/// What tells a variant from its siblings: the handle and the option values.
fn key(handle: &str, options: [&str; OPTIONS]) -> String {
    let mut key = handle.trim().to_owned();
    for option in options {
        key.push('\u{1f}');
        key.push_str(&text::nfc(option.trim()));
    }
    key
}
