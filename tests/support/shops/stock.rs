//! Products and variants, made up.

use super::super::simple::facts;
use super::exported::{Exported, rename};
use super::random::Random;
use super::{Form, Headers, METAFIELDS, OPTIONS};

/// A product.
#[derive(Debug, Clone)]
pub struct Product {
    pub handle: String,
    pub title: String,
    pub vendor: String,
    pub product_type: String,
    pub category: String,
    pub status: String,
    pub tags: Vec<String>,
    pub collections: Vec<String>,
    pub is_published: bool,
    pub is_gift_card: bool,
    pub option_names: Vec<String>,
    /// Indexes into [`METAFIELDS`], and their values.
    pub metafields: Vec<(usize, Vec<String>)>,
    /// Its cell under `Season`.
    pub season: String,
    pub variants: Vec<Variant>,
}

/// A variant.
#[derive(Debug, Clone)]
pub struct Variant {
    pub sku: String,
    pub barcode: String,
    pub option_values: Vec<String>,
    pub price: String,
    pub compare_at_price: String,
    pub cost: String,
    pub weight: String,
    pub tracker: Tracker,
    pub policy: String,
    pub fulfillment: String,
    pub stock: Stock,
    pub exported: Exported,
    pub metafields: Vec<(usize, Vec<String>)>,
    /// Its cell under `Variant Bin`.
    pub bin: String,
}

/// Who counts a variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tracker {
    Shopify,
    None,
    Amazon,
}

/// What is told of a variant's count.
#[derive(Debug, Clone)]
pub enum Stock {
    /// One number for all locations.
    Plain(Option<i64>),
    /// A count for each of some locations: indexes into [`super::LOCATIONS`].
    At(Vec<(usize, Count)>),
}

/// What is told of a count at a location.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    Number(i64),
    NotStocked,
    /// Something that is no number.
    Unreadable,
}

impl Count {
    /// The number.
    pub fn number(self) -> Option<i64> {
        if let Count::Number(number) = self { Some(number) } else { None }
    }

    /// Whether it is known what it says.
    pub fn is_readable(self) -> bool {
        self != Count::Unreadable
    }
}

/// The tracker and fulfillment service that mean FBA.
pub const BY_AMAZON: &str = "amazon_marketplace_web";

const WORDS: &[&str] = &[
    "Acme",
    "acme tools",
    "Straße",
    "STRASSE",
    "İzmir",
    "izmir",
    "Café",
    "Cafe\u{301}",
    "É",
    "ﬁnal",
    "Kelvin \u{212a}",
    "ΣΊΣΥΦΟΣ",
    "a",
    "b",
    "5",
    "7.0",
    "active",
    "and",
    "a, b",
    "say \"x\"",
    "x*y",
    "two\nlines",
    "50%",
    "Å-1",
];
const TAGS: &[&str] = &["clearance", "Summer", "slow mover", "ÉTÉ", "straße", "b", "3pl", "new", "7"];
const VALUES: &[&str] =
    &["4", "7.0", "7.5", "n/a", " 8 ", "+4", "-3", "0042", "1,5", "12", "99999999999", "Blue", "größe", "3.25", "true"];
const SKUS: &[&str] =
    &["0042", "42", "TEE-RED-S", "tee-red-s", "Ä-1", "e\u{301}-9", "A,1", "say \"1\"", "7.0", "AD-04\n-OS", "K 1"];

/// What every variant is that says nothing of itself.
pub fn nameless() -> facts::Variant {
    facts::Variant {
        status: "active".to_owned(),
        policy: "deny".to_owned(),
        is_tracked: true,
        is_published: true,
        ..facts::Variant::default()
    }
}

/// Products with at least this number of variants, and the variants in the order of the rows.
pub fn products(random: &mut Random, form: Form, variants: usize) -> (Vec<Product>, Vec<(usize, usize)>) {
    let mut products: Vec<Product> = vec![];
    let mut rows: Vec<(usize, usize)> = vec![];
    let mut late = vec![];
    while rows.len() < variants {
        let number = products.len();
        let mut product = product(random, form, number);
        // Without options, nothing tells variants of a product apart.
        let siblings = if product.option_names.is_empty() { 0 } else { random.below(4) };
        for at in 0..=siblings {
            product.variants.push(variant(random, form, &product, rows.len() + late.len(), at, variants > 1000));
            // Now and then a variant does not stand with its product's others.
            if at > 0 && variants < 1000 && random.one_in(60) { late.push((number, at)) } else { rows.push((number, at)) }
        }
        products.push(product);
    }
    rows.extend(late);
    if matches!(form, Form::Products { counts: Some(_), .. }) {
        rename(random, &mut products);
    }
    (products, rows)
}

fn word(random: &mut Random, one_in: usize) -> String {
    if random.one_in(one_in) { String::new() } else { (*random.pick(WORDS)).to_owned() }
}

fn product(random: &mut Random, form: Form, number: usize) -> Product {
    let is_snapshot = form == Form::Snapshot;
    let option_names: Vec<String> = (0..random.below(3)).map(|at| OPTIONS[at].to_owned()).collect();
    // What stands in one cell is parted by commas and trimmed.
    let list = |random: &mut Random| {
        let items = random.some(TAGS, 4).into_iter();
        items.map(|item| if is_snapshot { random.vary(item) } else { random.vary(item).trim().to_owned() }).collect::<Vec<_>>()
    };
    Product {
        handle: if random.one_in(9) { format!("Caf\u{e9}-{number}") } else { format!("p-{number}") },
        title: if random.one_in(2) { format!("Item {number}") } else { word(random, 20) },
        vendor: word(random, 9),
        product_type: word(random, 9),
        category: word(random, 4),
        status: (*random.pick(&["active", "active", "active", "draft", "archived", "Active"])).to_owned(),
        tags: list(random),
        collections: list(random),
        is_published: !random.one_in(5),
        is_gift_card: random.one_in(9),
        option_names,
        metafields: metafields(random, form, 4),
        season: word(random, 3),
        variants: vec![],
    }
}

/// Values of some metafields. Only Shopify's own are lists in an export, whose cells have several.
fn metafields(random: &mut Random, form: Form, one_in: usize) -> Vec<(usize, Vec<String>)> {
    let all: Vec<usize> = (0..METAFIELDS.len()).collect();
    let some: Vec<usize> = if matches!(form, Form::Inventory(_)) { vec![] } else { random.some(&all, one_in) };
    let values = |random: &mut Random, at: usize| match METAFIELDS[at] {
        "shopify.fabric" => vec!["Wool".to_owned(), (*random.pick(VALUES)).trim().to_owned()],
        _ if random.one_in(5) => (0..=random.below(3)).map(|_| (*random.pick(VALUES)).to_owned()).collect(),
        _ if random.one_in(3) => vec![(*random.pick(VALUES)).to_owned()],
        _ => vec![random.between(0, 9).to_string()],
    };
    some.into_iter().map(|at| (at, values(random, at))).collect()
}

fn variant(random: &mut Random, form: Form, product: &Product, number: usize, at: usize, many: bool) -> Variant {
    let sku = match random.below(if many { 400 } else { 40 }) {
        0 => String::new(),
        1 => (*random.pick(&["TWICE", "0042"])).to_owned(),
        2 => format!("{}{number}", "long-".repeat(8)),
        3 => format!("{:40}", format!("just-forty-{number}")).replace(' ', "x"),
        4 if form == Form::Snapshot || many => format!("{number:05}"),
        // Blank, but not empty.
        5 => " ".to_owned(),
        6..=9 if !many => (*random.pick(SKUS)).to_owned(),
        _ => format!("K-{number}"),
    };
    let mut option_values: Vec<String> =
        product.option_names.iter().map(|_| (*random.pick(&["S", "m", "Groß", "GROSS", "", "10"])).to_owned()).collect();
    // An inventory export finds a variant by these.
    if let Some(value) = option_values.first_mut() {
        *value = format!("{value}{at}");
    }
    let money = |random: &mut Random, one_in: usize| match random.below(one_in) {
        0 => String::new(),
        1 => random.between(0, 30).to_string(),
        2 => format!("{}.00", random.between(0, 20)),
        _ => format!("{}.{:02}", random.between(0, 30), random.between(0, 99)),
    };
    let is_inventory = matches!(form, Form::Inventory(_));
    let has_places = match form {
        Form::Snapshot => random.one_in(2),
        Form::Inventory(_) => true,
        Form::Products { counts, headers, .. } => (counts.is_some() || headers == Headers::Matrixify) && !random.one_in(6),
    };
    Variant {
        sku,
        barcode: if random.one_in(4) { String::new() } else { format!("{:08}", random.below(40)) },
        option_values,
        price: money(random, 12),
        compare_at_price: money(random, 5),
        cost: money(random, 4),
        weight: random.between(0, 3000).to_string(),
        tracker: match random.below(14) {
            0 if !is_inventory => Tracker::None,
            1 if matches!(form, Form::Products { .. }) => Tracker::Amazon,
            _ => Tracker::Shopify,
        },
        policy: (*random.pick(&["deny", "deny", "continue"])).to_owned(),
        fulfillment: (*random.pick(&["manual", "manual", "manual", "manual", "", "my-3pl", BY_AMAZON])).to_owned(),
        exported: Exported::Alike,
        stock: if has_places { Stock::At(places(random, form)) } else { Stock::Plain(plain(random)) },
        metafields: metafields(random, form, 5),
        bin: word(random, 3),
    }
}

fn plain(random: &mut Random) -> Option<i64> {
    match random.below(12) {
        0 => None,
        1 => Some(random.between(-9, 0)),
        2 => Some(999_999),
        _ => Some(random.between(0, 60)),
    }
}

fn places(random: &mut Random, form: Form) -> Vec<(usize, Count)> {
    let all: Vec<usize> = (0..super::LOCATIONS.len()).collect();
    let mut some: Vec<usize> = all.into_iter().filter(|_| !random.one_in(3)).collect();
    if some.is_empty() {
        some.push(0);
    }
    let count = |random: &mut Random| match random.below(14) {
        0 | 1 => Count::NotStocked,
        2 if form != Form::Snapshot => Count::Unreadable,
        3 => Count::Number(random.between(-9, 0)),
        _ => Count::Number(random.between(0, 30)),
    };
    some.into_iter().map(|place| (place, count(random))).collect()
}

/// Cells of further columns, by SKU.
pub fn extra(random: &mut Random, skus: &[String]) -> Vec<(String, [String; 2])> {
    let mut known: Vec<&str> = skus.iter().map(|sku| sku.trim()).filter(|sku| !sku.is_empty()).collect();
    known.sort_unstable();
    known.dedup();
    let cell = |random: &mut Random| if random.one_in(6) { String::new() } else { (*random.pick(VALUES)).to_owned() };
    let some = random.some(&known, 2);
    some.into_iter().map(|sku| (sku.to_owned(), [cell(random), cell(random)])).collect()
}
