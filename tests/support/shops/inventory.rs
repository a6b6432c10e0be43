//! Shopify's inventory export, and a file of further columns.

use super::exported::Exported;
use super::exports::{record, with_apostrophe};
use super::random::Random;
use super::stock::{Count, Stock};
use super::{Case, Counts, EXTRA_HEADERS, LOCATIONS};

/// A count in one of the ways in which files write whole numbers.
pub fn whole(random: &mut Random, count: i64) -> String {
    match random.below(12) {
        0 => format!("{count}.0"),
        1 => format!(" {count}"),
        2 if count >= 0 => format!("+{count}"),
        _ => count.to_string(),
    }
}

/// A count at a location.
pub fn count(random: &mut Random, count: Count) -> String {
    match count {
        Count::Number(count) => whole(random, count),
        Count::NotStocked => "not stocked".to_owned(),
        Count::Unreadable => (*random.pick(&["7.5", "n/a", "1.000", "2,000"])).to_owned(),
    }
}

/// The inventory export.
pub fn inventory(case: &Case, random: &mut Random, form: Counts) -> String {
    let places: Vec<usize> = (0..LOCATIONS.len()).collect();
    let (location, available) = match form {
        Counts::Wide => (vec![], LOCATIONS.to_vec()),
        Counts::Long2023 => (vec!["Location"], vec!["Incoming", "Unavailable", "Committed", "Available", "On hand"]),
        Counts::Long2024 => (
            vec!["Location", "Bin name"],
            vec![
                "Incoming (not editable)",
                "Unavailable (not editable)",
                "Committed (not editable)",
                "Available (not editable)",
                "On hand (current)",
                "On hand (new)",
            ],
        ),
    };
    let mut header = vec!["Handle", "Title"];
    header.extend(["Option1 Name", "Option1 Value", "Option2 Name", "Option2 Value", "Option3 Name", "Option3 Value"]);
    header.extend(["SKU", "HS Code", "COO"]);
    header.extend(location);
    header.extend(available);
    let header: Vec<String> = header.into_iter().map(str::to_owned).collect();
    let end = *random.pick(&["\n", "\r\n"]);
    let mut text = record(random, &header, end);
    for &(product, variant) in &case.rows {
        let product = &case.products[product];
        let variant = &product.variants[variant];
        let Stock::At(counts) = &variant.stock else { continue };
        let handle =
            if variant.exported == Exported::Renamed { format!("once-{}", variant.sku.trim()) } else { product.handle.clone() };
        let sku = match variant.exported {
            Exported::Alike | Exported::Renamed => random.padded(&variant.sku),
            Exported::WithoutSku => String::new(),
            Exported::WithOtherSku => format!("not {}", variant.sku.trim()),
        };
        let mut cells = vec![handle, product.title.clone()];
        for slot in 0..3 {
            cells.push(product.option_names.get(slot).cloned().unwrap_or_default());
            cells.push(variant.option_values.get(slot).cloned().unwrap_or_default());
        }
        cells.extend([sku, String::new(), "US".to_owned()]);
        if form == Counts::Wide {
            let of = |place: &usize| {
                counts.iter().find(|(known, _)| known == place).map_or(Count::NotStocked, |(_, available)| *available)
            };
            cells.extend(places.iter().map(|place| count(random, of(place))));
            text.push_str(&record(random, &cells, end));
            continue;
        }
        for (place, available) in counts {
            let mut row = cells.clone();
            row.push(LOCATIONS[*place].to_owned());
            let others = if *available == Count::NotStocked { "not stocked" } else { "33" };
            let before = if form == Counts::Long2024 { 4 } else { 3 };
            row.extend((0..before).map(|_| others.to_owned()));
            row.extend([count(random, *available), others.to_owned()]);
            if form == Counts::Long2024 {
                row[header.len() - 7] = "shelf".to_owned();
                row.push(String::new());
            }
            text.push_str(&record(random, &row, end));
        }
    }
    text
}

/// The file of further columns, and the header of its SKUs.
pub fn extra(rows: &[(String, [String; 2])], random: &mut Random) -> (String, &'static str) {
    let key = *random.pick(&["SKU", "sku", "Artikel"]);
    let names = ["Ignored", key, EXTRA_HEADERS[0], EXTRA_HEADERS[1]].map(str::to_owned);
    let mut text = record(random, &names, "\n");
    for (sku, cells) in rows {
        let sku = with_apostrophe(random, sku);
        let sku = random.padded(&sku);
        let row = ["x".to_owned(), sku, cells[0].clone(), cells[1].clone()];
        text.push_str(&record(random, &row, "\n"));
        if random.one_in(20) {
            text.push_str(&format!("x,STRANGER-{},1,2\n", random.below(1 << 30)));
        }
    }
    (text, key)
}
