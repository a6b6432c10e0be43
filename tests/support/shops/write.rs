//! A case as a folder of files: exports, report, orders, rules, and the project that names them.

use std::path::{Path, PathBuf};

use super::file_facts::FileFacts;
use super::random::Random;
use super::stock::{Product, Stock, Tracker, Variant};
use super::{AS_OF, Case, Form, LOCATIONS, METAFIELDS, OPTIONS, exports, inventory, orders};

/// The names and texts of a case's files.
pub fn files(case: &Case) -> Vec<(String, String)> {
    let mut random = Random::of(case.seed ^ 0x5eed);
    let mut files: Vec<(String, String)> = vec![];
    match case.form {
        Form::Snapshot => files.push(("shop.yaml".to_owned(), snapshot(case, &mut random))),
        Form::Products { headers, has_tracker, in_two, counts } => {
            let products = exports::products(case, &mut random, headers, has_tracker, in_two);
            files.extend(products.into_iter().enumerate().map(|(at, text)| (format!("products_{at}.csv"), text)));
            if let Some(counts) = counts {
                files.push(("inventory.csv".to_owned(), inventory::inventory(case, &mut random, counts)));
            }
        }
        Form::Inventory(counts) => files.push(("inventory.csv".to_owned(), inventory::inventory(case, &mut random, counts))),
    }
    // In whatever order products and inventory are named, the variants stand in the order of the products.
    if files.len() > 1 && random.one_in(3) {
        let last = files.pop().expect("a file");
        files.insert(0, last);
        if case.form != Form::Snapshot && !files[0].0.starts_with("inventory") {
            files.rotate_left(1);
        }
    }
    let mut catalog: Vec<String> = files.iter().map(|(name, _)| format!("  - {name}\n")).collect();
    if let Some(rows) = &case.extra {
        let (text, key) = inventory::extra(rows, &mut random);
        files.push(("extra.csv".to_owned(), text));
        catalog.insert(random.below(catalog.len() + 1), format!("  - {{path: extra.csv, format: columns, key: {key}}}\n"));
    }
    // A snapshot says itself when it was taken.
    let as_of = if case.form == Form::Snapshot && random.one_in(2) { String::new() } else { format!("as_of: {AS_OF}\n") };
    let mut project = format!("catalog:\n{}{as_of}rules:\n", catalog.concat());
    for file in &case.rules {
        project.push_str(&format!("  - {}\n", file.name));
        // As some editors save them.
        let text = if random.one_in(5) { format!("\u{feff}{}", file.text().replace('\n', "\r\n")) } else { file.text() };
        files.push((file.name.clone(), text));
    }
    project.push_str(&format!("amazon:\n  marketplace: {}\n  order_sources: [{}]\n", case.marketplace, orders::IMPORTER));
    if case.merchant_fulfils {
        project.push_str("  fulfillment: merchant\n");
    }
    if let Some(report) = &case.report {
        project.push_str("  listings: listings.txt\n");
        files.push(("listings.txt".to_owned(), report.text(&mut random)));
    }
    let sales = case.sales.texts(&mut random);
    if !sales.is_empty() {
        let names: Vec<&str> = sales.iter().map(|(name, _)| name.as_str()).collect();
        project.push_str(&format!("orders: [{}]\n", names.join(", ")));
        files.extend(sales);
    }
    if let Some(location) = &case.sales.location {
        project.push_str(&format!("orders_location: {}\n", quoted(location)));
    }
    for (_, text) in files.iter_mut().filter(|(name, _)| name.ends_with(".csv")) {
        if random.one_in(6) {
            *text = separated(text, &mut random);
        }
    }
    project.push_str("emit: {quantities: out/quantities.csv, adjustments: out/adjustments.csv}\n");
    files.push(("stockrule.yaml".to_owned(), project));
    files
}

/// A CSV file as spreadsheet programs of other countries save it.
fn separated(text: &str, random: &mut Random) -> String {
    let separator = *random.pick(b";\t");
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let mut writer = csv::WriterBuilder::new().delimiter(separator).flexible(true).from_writer(vec![]);
    for record in reader.records() {
        writer.write_record(&record.expect("a record")).expect("memory");
    }
    let text = String::from_utf8(writer.into_inner().expect("memory")).expect("text");
    if separator == b';' && random.one_in(2) { format!("sep=;\n{text}") } else { text }
}

/// Writes them into a folder; the project file's path.
pub fn into(case: &Case, folder: &Path) -> PathBuf {
    for (name, text) in files(case) {
        std::fs::write(folder.join(name), text).expect("a file");
    }
    folder.join("stockrule.yaml")
}

/// A text as YAML writes it in quotes.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text")
}

fn mapping(entries: impl Iterator<Item = (String, String)>) -> String {
    format!("{{{}}}", entries.map(|(key, value)| format!("{}: {value}", quoted(&key))).collect::<Vec<_>>().join(", "))
}

fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

/// The snapshot. Its first variant has every name without a value.
fn snapshot(case: &Case, random: &mut Random) -> String {
    let nothing = |names: &[&str], value: &str| {
        mapping(names.iter().map(|name| ((*name).to_owned(), value.to_owned())).collect::<Vec<_>>().into_iter())
    };
    let metafields = METAFIELDS
        .iter()
        .map(|name| by_namespace(name))
        .map(|(space, key)| format!("{}: {{{}: null}}", quoted(space), quoted(key)));
    let mut spaces: Vec<String> = metafields.collect();
    // Two of them share their namespace.
    spaces[0] = "custom: {qty: null, note: null}".to_owned();
    spaces.remove(1);
    let mut text = format!(
        "as_of: {AS_OF}\nvariants:\n  - {{sku: \"\", options: {}, locations: {}, metafields: {{{}}}}}\n",
        nothing(&OPTIONS, "\"\""),
        nothing(&LOCATIONS, "null"),
        spaces.join(", ")
    );
    for &(product, variant) in &case.rows {
        let product = &case.products[product];
        text.push_str(&format!("  - {{{}}}\n", entry(case, product, &product.variants[variant], random)));
    }
    text
}

/// The namespace and the key of a metafield.
fn by_namespace(name: &str) -> (&str, &str) {
    name.rsplit_once('.').expect("a namespace")
}

fn entry(case: &Case, product: &Product, variant: &Variant, random: &mut Random) -> String {
    let fact = case.fact(product, variant, &FileFacts::default());
    let texts = [
        ("sku", &variant.sku),
        ("barcode", &variant.barcode),
        ("handle", &product.handle),
        ("title", &product.title),
        ("vendor", &product.vendor),
        ("type", &product.product_type),
        ("category", &product.category),
        ("status", &product.status),
        ("policy", &variant.policy),
        ("fulfillment", &variant.fulfillment),
        ("price", &variant.price),
        ("compare_at_price", &variant.compare_at_price),
        ("cost", &variant.cost),
        ("weight", &variant.weight),
    ];
    let mut parts: Vec<String> =
        texts.iter().filter(|(_, text)| !text.is_empty()).map(|(key, text)| format!("{key}: {}", quoted(text))).collect();
    parts.push(format!("tags: {}", list(&product.tags)));
    parts.push(format!("collections: {}", list(&product.collections)));
    parts.push(format!("options: {}", mapping(fact.options.iter().map(|(name, value)| (name.clone(), quoted(value))))));
    parts.push(format!("tracked: {}", variant.tracker != Tracker::None));
    parts.push(format!("published: {}, gift_card: {}", product.is_published, product.is_gift_card));
    match &variant.stock {
        Stock::Plain(Some(count)) => parts.push(format!("inventory: {count}")),
        Stock::Plain(None) => {}
        Stock::At(places) => {
            let count = |count: Option<i64>| count.map_or_else(|| "null".to_owned(), |count| count.to_string());
            let places = places.iter().map(|(place, each)| (LOCATIONS[*place].to_owned(), count(each.number())));
            parts.push(format!("locations: {}", mapping(places)));
        }
    }
    let mut spaces: Vec<(&str, Vec<String>)> = vec![];
    for (name, values) in &fact.metafields {
        let (space, key) = by_namespace(name);
        // A list of one is the same as that one.
        let value = match &values[..] {
            [value] if !random.one_in(4) => quoted(value),
            _ => list(values),
        };
        let field = format!("{}: {value}", quoted(key));
        match spaces.iter_mut().find(|(known, _)| *known == space) {
            Some((_, fields)) => fields.push(field),
            None => spaces.push((space, vec![field])),
        }
    }
    let spaces = spaces.iter().map(|(space, fields)| ((*space).to_owned(), format!("{{{}}}", fields.join(", "))));
    parts.push(format!("metafields: {}", mapping(spaces)));
    parts.join(", ")
}
