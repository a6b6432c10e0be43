//! Every row of the table of fields is served: the field is read from each of its headers and from a snapshot, when a run needs
//! nothing but it, and can be compared with; and who mistypes its name is told it. A row that is added is tested by these loops.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::amazon::listings::{self, Listings};
use crate::catalog::{Catalog, Input, load};
use crate::evaluate::{CompiledFilter, Context};
use crate::fields::{Field, FieldRow, FieldType, FlagCell, Level, Projection, Storage, TABLE};
use crate::resolve::{resolve, resolve_filter};
use crate::source::Source;
use crate::syntax::{parse, parse_filter};

/// A catalog of one file, of which a run needs one field.
fn catalog_of(name: &str, text: &str, field: Field) -> Catalog {
    let path = PathBuf::from(name);
    let files = vec![(Input { path: path.clone(), columns_key: None }, text.as_bytes().to_vec().into())];
    let (catalog, diagnostics) = load(files, &[path], &Projection { fields: vec![field], ..Projection::default() });
    assert!(diagnostics.iter().all(|diagnostic| !diagnostic.is_error()), "{text}\n{diagnostics:?}");
    catalog
}

/// For which variants a filter holds.
fn holds(filter: &str, catalog: &Catalog, listings: Option<&Listings>) -> Vec<bool> {
    let (tree, problems) = parse(Arc::new(Source::new("a.rules", "all: level")));
    assert!(problems.is_empty());
    let ruleset = resolve(&[tree], Some(&catalog.schema)).expect("sound rules");
    let source = Arc::new(Source::new("a filter", filter));
    let tree = parse_filter(&source).unwrap_or_else(|problem| panic!("{filter}: {problem:?}"));
    let condition = resolve_filter(&source, &tree, &ruleset, &catalog.schema).unwrap_or_else(|why| panic!("{filter}: {why:?}"));
    let context = Context::new(catalog, listings, "amazon.com", jiff::civil::date(2026, 11, 23));
    let filter = CompiledFilter::new(&condition, &ruleset, context);
    context.account.offers.iter().map(|offer| filter.holds(offer)).collect()
}

/// The cells of two variants, and a filter that holds for the first one alone.
fn cells(row: &FieldRow) -> ([&'static str; 2], String) {
    let name = row.name;
    match row.storage {
        Storage::Flag(FlagCell::Filled) => (["shopify", ""], name.to_owned()),
        Storage::Flag(FlagCell::YesNo(true)) => (["false", ""], format!("not {name}")),
        Storage::Flag(FlagCell::YesNo(false)) => (["true", ""], name.to_owned()),
        Storage::Decimal => (["7.25", "8"], format!("{name} = 7.25")),
        Storage::Counts => (["7", "8"], format!("{name} > 6 and {name} < 8")),
        Storage::List => (["one, Zebra-7", "Zebra"], format!("{name} = Zebra-7")),
        Storage::Skus | Storage::Text(_) | Storage::Elsewhere => match (row.values.last(), row.field_type) {
            (Some(value), _) => ([value, ""], format!("{name} = {value}")),
            (_, FieldType::Count) => (["7", "8"], format!("{name} = 7")),
            (_, FieldType::Decimal) => (["7.25", "8"], format!("{name} = 7.25")),
            _ if row.field == Field::AmazonChannel => (["AMAZON_NA", ""], format!("{name} = AMAZON_NA")),
            _ => (["Zebra-7", "Zebra"], format!("{name} = Zebra-7 and {name} like \"Z*7\"")),
        },
    }
}

/// A CSV file with a column of its own for a field, beside the handles, the SKUs and `more`: the rest of the header and of each
/// row, which `|` parts.
fn export(row: &FieldRow, header: &str, more: &str) -> String {
    let ([one, other], _) = cells(row);
    let handle = (Field::Handle, ["Handle", "h-1", "h-2"]);
    let sku = (Field::Sku, [if more.is_empty() { "Variant SKU" } else { "SKU" }, "S-1", "S-2"]);
    let others = [handle, sku].into_iter().filter(|(field, _)| *field != row.field).map(|(_, cells)| cells);
    let columns: Vec<[&str; 3]> = others.chain([[header, one, other]]).collect();
    let line = |at: usize| columns.iter().map(|cells| format!("\"{}\"", cells[at])).collect::<Vec<_>>().join(",");
    let (headers, cells) = more.split_once('|').unwrap_or_default();
    (0..3).map(|at| format!("{}{}\n", line(at), if at == 0 { headers } else { cells })).collect()
}

/// The rows of fields that the catalog has.
fn of_catalog() -> impl Iterator<Item = &'static FieldRow> {
    TABLE.iter().filter(|row| matches!(row.level, Level::Product | Level::Variant))
}

#[test]
fn each_field_is_read_from_each_header_of_a_product_export() {
    for row in of_catalog() {
        assert!(!row.headers.is_empty(), "{}", row.name);
        for header in row.headers {
            let catalog = catalog_of("shop.csv", &export(row, header, ""), row.field);
            assert!(catalog.schema.has_data(row.field), "{header}");
            assert_eq!(holds(&cells(row).1, &catalog, None), [true, false], "`{}` in the column `{header}`", row.name);
            let mistyped = header.to_uppercase();
            let catalog = catalog_of("shop.csv", &export(row, &mistyped, ""), row.field);
            assert_eq!(holds(&cells(row).1, &catalog, None), [true, false], "`{}` in the column `{mistyped}`", row.name);
        }
        let without = catalog_of("shop.csv", "Handle,Variant SKU\nh-1,S-1\n", row.field);
        let is_there = [Field::Handle, Field::Sku].contains(&row.field);
        assert_eq!(without.schema.has_data(row.field), is_there, "{}", row.name);
        assert!(row.lacking.is_some() || row.field == Field::Inventory, "who reads `{}` is told what lacks", row.name);
    }
}

#[test]
fn each_field_is_read_from_each_header_of_an_inventory_export() {
    for row in of_catalog() {
        for header in row.inventory_headers {
            let text = export(row, header, ",COO,Location,Available|,,Shop,1");
            let catalog = catalog_of("inventory.csv", &text, row.field);
            assert!(catalog.schema.has_data(row.field), "{header}");
            assert_eq!(holds(&cells(row).1, &catalog, None), [true, false], "`{}` in the column `{header}`\n{text}", row.name);
        }
    }
}

#[test]
fn each_field_is_read_from_a_snapshot() {
    for row in of_catalog() {
        let key = row.key.expect("a key");
        let ([one, other], filter) = cells(row);
        let (one, other, filter) = match row.storage {
            Storage::Flag(FlagCell::Filled) => ("true", "false".to_owned(), filter),
            Storage::Flag(cell) => (one, cell.default().to_string(), filter),
            Storage::List => ("[one, Zebra-7]", "[]".to_owned(), filter),
            _ => (one, format!("'{other}'"), filter),
        };
        let other = if other == "''" { "null" } else { &other };
        let text = format!("variants:\n  - {key}: {one}\n  - {key}: {other}\n");
        let catalog = catalog_of("shop.yaml", &text, row.field);
        assert!(catalog.schema.has_data(row.field));
        assert_eq!(holds(&filter, &catalog, None), [true, false], "{text}");
    }
}

#[test]
fn each_field_of_the_listing_is_read_from_each_header_of_the_report() {
    let catalog = catalog_of("shop.yaml", "variants:\n  - {sku: S-1}\n  - {sku: S-2}\n", Field::Sku);
    for row in TABLE.iter().filter(|row| row.level == Level::Offer) {
        let ([one, other], filter) = cells(row);
        for header in row.headers {
            let of_quantity = if row.field == Field::AmazonQuantity { "" } else { "\tquantity" };
            let cell = if of_quantity.is_empty() { "" } else { "\t1" };
            let text = format!("seller-sku\titem-name\t{header}{of_quantity}\nS-1\tA\t{one}{cell}\nS-2\tB\t{other}{cell}\n");
            let (listings, diagnostics) = listings::read(Path::new("report.txt"), text.clone().into_bytes(), true);
            let mut listings = listings.unwrap_or_else(|| panic!("{text}\n{diagnostics:?}"));
            listings.join(&catalog);
            assert_eq!(holds(&filter, &catalog, Some(&listings)), [true, false], "{text}");
        }
    }
    let (listings, _) = listings::read(Path::new("report.txt"), b"seller-sku\titem-name\tquantity\nS-1\tA\t1\n".to_vec(), true);
    let mut listings = listings.expect("a report");
    listings.join(&catalog);
    assert_eq!(holds("amazon.listed", &catalog, Some(&listings)), [true, false]);
}

#[test]
fn each_field_of_the_run_can_be_compared_with() {
    let catalog = catalog_of("shop.yaml", "variants:\n  - {sku: S-1}\n", Field::Sku);
    for row in TABLE.iter().filter(|row| row.level == Level::Run) {
        let value = if row.field_type == FieldType::Date { "2026-11-23" } else { "amazon.com" };
        assert_eq!(holds(&format!("{} = {value}", row.name), &catalog, None), [true]);
        assert_eq!(holds(&format!("{} != {value}", row.name), &catalog, None), [false]);
    }
}

#[test]
fn who_mistypes_a_field_is_told_its_name() {
    let catalog = catalog_of("shop.yaml", "variants:\n  - {sku: S-1}\n", Field::Sku);
    for row in TABLE {
        let end = row.name.chars().last().expect("a name");
        let rules = format!("all: level\nwhere {}{end} = 1: fixed 0\n", row.name);
        let (tree, problems) = parse(Arc::new(Source::new("a.rules", rules)));
        assert!(problems.is_empty());
        let Err(problems) = resolve(&[tree], Some(&catalog.schema)) else { panic!("{}{end} is a field", row.name) };
        let told = format!("did you mean `{}`?", row.name);
        assert!(problems.iter().any(|problem| problem.help.as_ref() == Some(&told)), "{}: {problems:?}", row.name);
    }
}
