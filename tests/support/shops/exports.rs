//! Shopify's product export, and Matrixify's.

use super::inventory::{count, whole};
use super::random::Random;
use super::stock::{Count, Product, Stock, Tracker, Variant};
use super::{Case, Headers, LOCATIONS, METAFIELDS, OWN_HEADERS};

/// A cell: in quotes where it must be, and now and then where it need not.
pub fn cell(random: &mut Random, text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) || random.one_in(40) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

pub fn record(random: &mut Random, cells: &[String], end: &str) -> String {
    cells.iter().map(|text| cell(random, text)).collect::<Vec<_>>().join(",") + end
}

/// Digits alone are written with an apostrophe before them, which is taken off again.
pub fn with_apostrophe(random: &mut Random, text: &str) -> String {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits && random.one_in(2) { format!("'{text}") } else { text.to_owned() }
}

/// What a column of the product export holds.
#[derive(Debug, Clone, Copy)]
enum Of {
    /// Something of the product, which stands on its first row alone.
    Product(fn(&Product) -> String),
    /// Something of the variant.
    Variant(fn(&Variant) -> String),
    Handle,
    Sku,
    Barcode,
    Published,
    GiftCard,
    OptionName(usize),
    OptionValue(usize),
    Tracker,
    Quantity,
    /// The count at a location, as Matrixify has it.
    Available(usize),
    Policy,
    /// A metafield of the product or the variant: an index into [`METAFIELDS`].
    Metafield(usize, bool),
    Nothing,
}

/// Old header, new header, and what stands below.
fn columns(headers: Headers) -> Vec<(String, String, Of)> {
    let both = |old: &str, new: &str, of: Of| (old.to_owned(), new.to_owned(), of);
    let mut columns = vec![
        both("Title", "Title", Of::Product(|product| product.title.clone())),
        both("Body (HTML)", "Description", Of::Nothing),
        both("Vendor", "Vendor", Of::Product(|product| product.vendor.clone())),
        both("Product Category", "Product category", Of::Product(|product| product.category.clone())),
        both("Type", "Type", Of::Product(|product| product.product_type.clone())),
        both("Tags", "Tags", Of::Product(|product| product.tags.join(", "))),
        both("Collection", "Collection", Of::Product(|product| product.collections.join(","))),
        both("Published", "Published on online store", Of::Published),
        both("Status", "Status", Of::Product(|product| product.status.clone())),
        both("Gift Card", "Gift card", Of::GiftCard),
        both("Variant SKU", "SKU", Of::Sku),
        both("Variant Barcode", "Barcode", Of::Barcode),
        both("Variant Price", "Price", Of::Variant(|variant| variant.price.clone())),
        both("Variant Compare At Price", "Compare-at price", Of::Variant(|variant| variant.compare_at_price.clone())),
        both("Cost per item", "Cost per item", Of::Variant(|variant| variant.cost.clone())),
        both("Variant Grams", "Weight value (grams)", Of::Variant(|variant| variant.weight.clone())),
        both("Variant Inventory Policy", "Continue selling when out of stock", Of::Policy),
        both("Variant Fulfillment Service", "Fulfillment service", Of::Variant(|variant| variant.fulfillment.clone())),
        both("Variant Inventory Tracker", "Inventory tracker", Of::Tracker),
        both("Variant Inventory Qty", "Inventory quantity", Of::Quantity),
        both("Image Src", "Product image URL", Of::Nothing),
        both(OWN_HEADERS[0], OWN_HEADERS[0], Of::Product(|product| product.season.clone())),
        both(OWN_HEADERS[1], OWN_HEADERS[1], Of::Variant(|variant| variant.bin.clone())),
    ];
    for slot in 0..3 {
        let number = slot + 1;
        columns.push(both(&format!("Option{number} Name"), &format!("Option{number} name"), Of::OptionName(slot)));
        columns.push(both(&format!("Option{number} Value"), &format!("Option{number} value"), Of::OptionValue(slot)));
    }
    for (at, name) in METAFIELDS.iter().enumerate() {
        let label = |level: &str| format!("Some: label ({level}.metafields.{name})");
        let (product, variant) = match headers {
            Headers::Matrixify => (format!("Metafield: {name} [text]"), format!("Variant Metafield: {name} [text]")),
            Headers::Old | Headers::New => (label("product"), label("variant")),
        };
        columns.push(both(&product, &product, Of::Metafield(at, false)));
        columns.push(both(&variant, &variant, Of::Metafield(at, true)));
    }
    if headers == Headers::Matrixify {
        for (place, name) in LOCATIONS.iter().enumerate() {
            let header = format!("Inventory Available: {name}");
            columns.push(both(&header, &header, Of::Available(place)));
        }
    }
    columns
}

/// The product export, in one file or two.
pub fn products(case: &Case, random: &mut Random, headers: Headers, has_tracker: bool, in_two: bool) -> Vec<String> {
    let mut columns = columns(headers);
    let new_headers = headers == Headers::New;
    columns.retain(|(.., of)| has_tracker || !matches!(of, Of::Tracker));
    random.shuffle(&mut columns);
    let handle = (if random.one_in(5) { "Handle" } else { "URL handle" }.to_owned(), Of::Handle);
    let (handle, at) = if new_headers { (handle, 1) } else { (("Handle".to_owned(), Of::Handle), 0) };
    let mut columns: Vec<(String, Of)> =
        columns.into_iter().map(|(old, new, of)| (if new_headers { new } else { old }, of)).collect();
    columns.insert(at, handle);
    let end = *random.pick(&["\n", "\n", "\r\n"]);
    let mark = if random.one_in(4) { "\u{feff}" } else { "" };
    let header = record(random, &columns.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>(), end);
    // A product's rows may stand in both: what the first row says of it holds for all.
    let middle = if in_two { random.below(case.rows.len().max(1)) } else { 0 };
    let mut files = vec![format!("{mark}{header}")];
    let mut seen = std::collections::HashSet::new();
    for (at, &(product, variant)) in case.rows.iter().enumerate() {
        if at > 0 && at == middle {
            files.push(header.clone());
        }
        let is_first = seen.insert(product);
        let product = &case.products[product];
        let cells: Vec<String> =
            columns.iter().map(|(_, of)| of.cell(headers, random, product, &product.variants[variant], is_first)).collect();
        let mut rows = record(random, &cells, end);
        if random.one_in(9) {
            // A row of an image.
            let is_image = |name: &str| matches!(name, "Image Src" | "Product image URL");
            let image = columns.iter().map(|(name, of)| match of {
                Of::Handle => product.handle.clone(),
                _ if is_image(name) => "https://example.com/1.jpg".to_owned(),
                _ => String::new(),
            });
            let image: Vec<String> = image.collect();
            rows.push_str(&record(random, &image, end));
        }
        if random.one_in(50) {
            rows.push_str(end);
        }
        files.last_mut().expect("a file").push_str(&rows);
    }
    files
}

impl Of {
    fn cell(self, headers: Headers, random: &mut Random, product: &Product, variant: &Variant, is_first: bool) -> String {
        let yes = |random: &mut Random, yes: bool| {
            (*random.pick(if yes { &["TRUE", "true", "yes", "1"] } else { &["FALSE", "false", "no", "0"] })).to_owned()
        };
        match self {
            Of::Product(_) | Of::Published | Of::GiftCard | Of::OptionName(_) | Of::Metafield(_, false) if !is_first => {
                String::new()
            }
            Of::Product(text) => text(product),
            Of::Variant(text) => text(variant),
            Of::Handle => product.handle.clone(),
            Of::Sku => {
                let sku = with_apostrophe(random, &variant.sku);
                random.padded(&sku)
            }
            Of::Barcode => with_apostrophe(random, &variant.barcode),
            Of::Published if product.is_published && random.one_in(4) => String::new(),
            Of::Published => yes(random, product.is_published),
            Of::GiftCard if !product.is_gift_card && random.one_in(4) => String::new(),
            Of::GiftCard => yes(random, product.is_gift_card),
            Of::OptionName(slot) => product.option_names.get(slot).cloned().unwrap_or_default(),
            Of::OptionValue(slot) => variant.option_values.get(slot).cloned().unwrap_or_default(),
            Of::Tracker => match variant.tracker {
                Tracker::Shopify => "shopify".to_owned(),
                Tracker::None => String::new(),
                Tracker::Amazon => super::stock::BY_AMAZON.to_owned(),
            },
            Of::Quantity => match variant.stock {
                Stock::Plain(Some(count)) => whole(random, count),
                Stock::Plain(None) => (*random.pick(&["", "", "n/a", "7.5", "1.000", "1,000"])).to_owned(),
                // The inventory export tells what counts.
                Stock::At(_) if headers == Headers::Matrixify => String::new(),
                Stock::At(_) => random.between(100, 200).to_string(),
            },
            Of::Available(place) => match &variant.stock {
                Stock::At(places) => {
                    let own = places.iter().find(|(known, _)| *known == place).map_or(Count::NotStocked, |(_, count)| *count);
                    if own == Count::NotStocked { String::new() } else { count(random, own) }
                }
                Stock::Plain(_) => String::new(),
            },
            Of::Policy if variant.policy == "deny" => (*random.pick(&["deny", "DENY", ""])).to_owned(),
            Of::Policy => variant.policy.clone(),
            Of::Metafield(at, of_variant) => {
                // A list of one is the same as that one.
                let layer = if of_variant { &variant.metafields } else { &product.metafields };
                layer.iter().find(|(known, _)| *known == at).map_or_else(String::new, |(_, values)| match &values[..] {
                    [value] if METAFIELDS[at].starts_with("shopify.") || !random.one_in(4) => value.clone(),
                    // Shopify's own lists are parted so, all others are JSON.
                    _ if METAFIELDS[at].starts_with("shopify.") => values.join("; "),
                    _ => serde_json::to_string(values).expect("a list"),
                })
            }
            Of::Nothing => (*random.pick(&["", "<p>Text, with \"quotes\"\nand lines</p>"])).to_owned(),
        }
    }
}
