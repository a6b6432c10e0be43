//! Shopify's inventory export, in its three generations: counts per location, joined to the variants.

use std::collections::BTreeMap;

use foldhash::HashMap;

use super::columns::CountColumn;
use super::field_columns::FieldValue;
use super::inventory_items::{ItemCount, Items};
use super::inventory_matching::join;
use super::shopify_products::is_no_count;
use super::skus::{DESTROYED, is_destroyed};
use super::store::{Catalog, OPTIONS};
use crate::diagnostic::{Code, Diagnostic};
use crate::fields::{Field, FieldRow, Projection, TABLE};
use crate::ids::{FileId, ProductId, VariantId};
use crate::table::{CsvRow, Oddities, Table};
use crate::{number, text};

/// Where the counts of a table stand.
enum Layout {
    /// One column a location: the columns and the places of their names in the schema.
    Wide(Vec<(usize, usize)>),
    /// One row a location: the columns of its name and of the available count.
    Long(usize, usize),
}

/// The columns of counts beside `Location`.
const STATES: [&str; 6] = ["bin name", "incoming", "unavailable", "committed", "available", "on hand"];

impl Layout {
    /// # Errors
    /// Why there is nothing to be counted.
    fn find(table: &Table<'_>, catalog: &mut Catalog) -> Result<Self, Box<Diagnostic>> {
        let error = |message: String, help: &str| Box::new(Diagnostic::error(Code::Catalog, message).help(help).at(table.at(1)));
        if let Some(location) = table.column(&["Location"]) {
            let available = table.column(&["Available (not editable)", "Available"]);
            let message = "this inventory export has no column `Available (not editable)` or `Available`";
            return available
                .map(|available| Layout::Long(location, available))
                .ok_or_else(|| error(message.to_owned(), "export it again, with all states"));
        }
        let first = table.column(&["COO"]).map_or(0, |column| column + 1);
        let mut locations: Vec<(usize, usize)> = vec![];
        for (column, name) in table.headers().iter().enumerate().skip(first).filter(|(_, name)| !name.trim().is_empty()) {
            let plain = name.split('(').next().unwrap_or("").trim().to_lowercase();
            if STATES.contains(&plain.as_str()) {
                let message = format!("this inventory export has a column `{}`, but no column `Location`", name.trim());
                return Err(error(message, "export it again, with all locations"));
            }
            let location = catalog.schema.declare_location(name);
            if let Some((other, _)) = locations.iter().find(|(_, known)| *known == location) {
                let message = format!("the location `{}` has two columns, {} and {}", name.trim(), other + 1, column + 1);
                return Err(error(message, "location names ignore case: rename one of the two in Shopify, or remove its column"));
            }
            locations.push((column, location));
        }
        if locations.is_empty() {
            let message = "this inventory export has no counts: neither a column `Location` nor a column for each location";
            return Err(error(message.to_owned(), "export it again, with all locations"));
        }
        Ok(Layout::Wide(locations))
    }
}

/// Reads all inventory tables of a run, each with its file, after the products. Where no other file gives variants,
/// the rows are the variants.
pub fn read(
    tables: &[(Table<'_>, FileId)],
    catalog: &mut Catalog,
    are_variants: bool,
    wanted: &Projection,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut reading = InventoryReader::default();
    for (table, file) in tables {
        match Layout::find(table, catalog) {
            Ok(layout) => reading.rows(table, &layout, *file, catalog, are_variants, diagnostics),
            Err(problem) => diagnostics.push(*problem),
        }
    }
    let mut items = reading.items;
    items.end();
    let given = if are_variants {
        (0..catalog.len()).map(Some).collect()
    } else {
        let joined = join(catalog, &mut items, diagnostics);
        let known = joined.items.iter().enumerate().filter(|(_, item)| item.is_some()).map(|(variant, _)| variant);
        clear(catalog, known.chain(joined.unmatched.iter().copied()));
        for &variant in &joined.unmatched {
            catalog.counts.inventory.set(variant, None);
            catalog.unmatched.extend(VariantId::from_index(variant));
        }
        catalog.matches = Some(joined.matches);
        tell_strangers(tables, &items, &joined.strangers, diagnostics);
        joined.items
    };
    let wanted_locations: Vec<bool> = catalog.schema.locations.iter().map(|name| wanted.location(name)).collect();
    catalog.counts.locations.resize_with(wanted_locations.len(), CountColumn::default);
    let mut counts = vec![];
    for (variant, item) in given.iter().enumerate().filter_map(|(variant, item)| Some((variant, (*item)?))) {
        items.counts_of(item, &mut counts);
        // A variant that is stocked nowhere has no count, which is not the same as 0.
        let sum = counts.iter().map(|count| count.count).reduce(|sum, count| sum?.checked_add(count?));
        catalog.counts.inventory.set(variant, sum.flatten());
        for ItemCount { location, count, .. } in &counts {
            if let Some(location) = location.filter(|&location| wanted_locations[location]) {
                catalog.counts.locations[location].set(variant, *count);
            }
        }
    }
    tell_overlaps(tables, &items, catalog, diagnostics);
}

/// Takes the counts at locations from variants that the inventory exports know: those of the product export are then not asked.
fn clear(catalog: &mut Catalog, variants: impl Iterator<Item = usize>) {
    if catalog.counts.locations.iter().all(CountColumn::is_empty) {
        return;
    }
    for variant in variants {
        catalog.counts.locations.iter_mut().filter(|column| column.get(variant).is_some()).for_each(|c| c.set(variant, None));
    }
}

#[derive(Default)]
struct InventoryReader {
    items: Items,
    /// The products of the variants that the rows are, by handle.
    products: HashMap<String, ProductId>,
}

impl InventoryReader {
    fn rows(
        &mut self,
        table: &Table<'_>,
        layout: &Layout,
        file: FileId,
        catalog: &mut Catalog,
        are_variants: bool,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        // Variants that are not tracked have no rows.
        [Field::Inventory, Field::Tracked].into_iter().for_each(|field| catalog.schema.declare_field(field));
        let by_place: Vec<Option<usize>> = TABLE.iter().map(|row| table.column(row.inventory_headers)).collect();
        let column_of = |field: Field| field.place().and_then(|place| by_place.get(place).copied().flatten());
        // Of variants that other files give, nothing but the counts is read.
        for field in TABLE.iter().map(|row| row.field).filter(|&field| are_variants && column_of(field).is_some()) {
            catalog.schema.declare_field(field);
        }
        let (handle, sku) = (column_of(Field::Handle), column_of(Field::Sku));
        let options = |kind: &str| std::array::from_fn(|slot| table.column(&[&format!("Option{} {kind}", slot + 1)]));
        let (names, values): ([_; OPTIONS], [_; OPTIONS]) = (options("name"), options("value"));
        let mut odd = Oddities::default();
        table.for_each(diagnostics, |row, _| {
            let option_names = names.map(|column| row.cell(column));
            let option_values = values.map(|column| row.cell(column));
            let code = self.items.text(row.cell(handle));
            let codes = option_values.map(|value| self.items.text(value));
            let name_codes = option_names.map(|name| self.items.options.name(name));
            let (key, order) = self.items.key(Some(file), code, name_codes, codes);
            let code = self.items.sku(row.cell(sku));
            // Those of variants are told of the catalog.
            if !are_variants && is_destroyed(row.cell(sku)) {
                odd.note(DESTROYED, 1, row.line, sku.unwrap_or(0));
            }
            let (item, is_new) = self.items.add(key, code, (file, row.line));
            if is_new && are_variants {
                let value = |field: &FieldRow| {
                    column_of(field.field).map_or(FieldValue::Missing, |column| FieldValue::Text(row.cell(Some(column))))
                };
                let handle = text::trimmed(row.cell(handle));
                let known = self.products.get(handle).copied().filter(|_| !handle.is_empty());
                let product = known.unwrap_or_else(|| catalog.add_product(option_names, value));
                self.products.insert(handle.to_owned(), product);
                let option_values = order.map_or(option_values, |order| order.map(|place| option_values[place]));
                catalog.add_variant(product, (file, row.line), option_values, value);
            }
            match layout {
                Layout::Wide(locations) => {
                    for (column, location) in locations {
                        self.count(item, row, file, *column, Some(*location), &mut odd);
                    }
                }
                Layout::Long(location, available) => {
                    let name = row.cell(Some(*location));
                    let location = (!text::is_blank(name)).then(|| catalog.schema.declare_location(name));
                    self.count(item, row, file, *available, location, &mut odd);
                }
            }
        });
        odd.report(table, diagnostics);
        let is_read = |column: usize| match layout {
            Layout::Wide(locations) => locations.iter().any(|(count, _)| *count == column),
            Layout::Long(location, available) => [*location, *available].contains(&column),
        };
        table.check_last_number(is_read, diagnostics);
    }

    fn count(&mut self, item: usize, row: &CsvRow<'_>, file: FileId, column: usize, location: Option<usize>, odd: &mut Oddities) {
        let cell = text::trimmed(row.cell(Some(column)));
        if is_no_count(cell) {
            return;
        }
        let count = number::whole(cell).filter(|&count| count != i64::MIN);
        if count.is_none() {
            let what = "the available count is not a whole number here, so the variant's inventory counts as missing";
            odd.note(what, 1, row.line, column);
        }
        self.items.add_count(item, location, count, (file, row.line));
    }
}

/// The table of a file.
fn table_of<'t, 'a>(tables: &'t [(Table<'a>, FileId)], file: FileId) -> Option<&'t Table<'a>> {
    tables.iter().find(|(_, number)| *number == file).map(|(table, _)| table)
}

/// Tells of rows that are no variant's: one warning a file.
fn tell_strangers(tables: &[(Table<'_>, FileId)], items: &Items, strangers: &[usize], diagnostics: &mut Vec<Diagnostic>) {
    let mut files: BTreeMap<FileId, (usize, u32)> = BTreeMap::new();
    for item in strangers.iter().map(|&item| &items.list[item]) {
        let (file, line) = item.first;
        let (count, _) = files.entry(file).or_insert((0, line));
        *count += item.rows;
    }
    for (file, (count, line)) in files {
        let Some(table) = table_of(tables, file) else { continue };
        let verb = if count == 1 { "is" } else { "are" };
        let message =
            format!("{} of this file {verb} of no variant of the catalog; this is the first", text::counted(count, "row"));
        let help =
            "export products and inventory at the same time; a row is matched by its SKU, or else by handle and option values";
        diagnostics.push(Diagnostic::warning(Code::CatalogOddity, message).help(help).at(table.at(line)));
    }
}

/// Tells of counts that are given twice: one error for each two files.
fn tell_overlaps(tables: &[(Table<'_>, FileId)], items: &Items, catalog: &Catalog, diagnostics: &mut Vec<Diagnostic>) {
    let mut found: BTreeMap<(FileId, FileId), (usize, usize, ItemCount, ItemCount)> = BTreeMap::new();
    let mut counts = vec![];
    for item in 0..items.list.len() {
        items.counts_of(item, &mut counts);
        for pair in counts.windows(2).filter(|pair| pair[0].location == pair[1].location) {
            let (first, second) = (pair[0], pair[1]);
            found.entry((first.at.0, second.at.0)).or_insert((0, item, first, second)).0 += 1;
        }
    }
    for (count, item, first, second) in found.into_values() {
        let location = first.location.and_then(|location| catalog.schema.locations.get(location));
        let at = location.map_or_else(|| "a location without a name".to_owned(), |name| format!("`{name}`"));
        let places = (catalog.place_in(first.at), catalog.place_in(second.at));
        let name = items.name(&items.list[item]);
        let more =
            if count == 1 { String::new() } else { format!(" ({} counts are, this is the first)", text::thousands(count)) };
        let message = format!("the count of {name} at {at} is given twice, at {} and {}{more}", places.0, places.1);
        let help = match first.at.0 == second.at.0 {
            true => "keep one of the rows: which count holds would be a guess",
            false => "remove the older one of the two files: which count holds would be a guess",
        };
        let error = Diagnostic::error(Code::Catalog, message).help(help);
        diagnostics.push(error.maybe_at(table_of(tables, second.at.0).map(|table| table.at(second.at.1))));
    }
}
