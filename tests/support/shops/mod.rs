//! Random shops and rules: what is true of them, and the files that tell of it.
//!
//! A [`Case`] holds facts in the shape in which a shop has them: products with variants, a report, orders. [`Case::shop`] says
//! what they come to, [`write::files`] writes them in one of the forms in which merchants get them. Nothing is written that the
//! language or the formats call an error.

pub mod random;
pub mod exported;
pub mod exports;
pub mod inventory;
pub mod listings;
pub mod making;
pub mod orders;
pub mod rules;
pub mod shrink;
pub mod stock;
pub mod text;
pub mod file_facts;
pub mod write;

use exported::Exported;
use file_facts::FileFacts;
use listings::Report;
use orders::Sales;
use random::Random;
use rules::RuleFile;
use stock::{Product, Stock, Variant};

use super::simple::facts::{self, Shop};

/// A shop with its rules and files.
#[derive(Debug, Clone)]
pub struct Case {
    /// What decides all that must not matter: the order of columns, line ends, quotes.
    pub seed: u64,
    /// In which files the shop comes.
    pub form: Form,
    /// The products.
    pub products: Vec<Product>,
    /// The variants in the order of the rows: their product, and which of its variants.
    pub rows: Vec<(usize, usize)>,
    /// The file of further columns: SKUs with their cells under [`EXTRA_HEADERS`].
    pub extra: Option<Vec<(String, [String; 2])>>,
    /// The listings report.
    pub report: Option<Report>,
    /// The project's word that the merchant fulfils everything of which nobody says it.
    pub merchant_fulfils: bool,
    /// The orders.
    pub sales: Sales,
    /// The rule files.
    pub rules: Vec<RuleFile>,
    /// The day of evaluation.
    pub today: String,
    /// The marketplace.
    pub marketplace: String,
}

/// In which files a shop comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Our own YAML snapshot.
    Snapshot,
    /// Shopify's product export, and perhaps its inventory export.
    Products {
        /// The generation of its headers.
        headers: Headers,
        /// Whether there is a column of trackers.
        has_tracker: bool,
        /// Whether the products stand in two files.
        in_two: bool,
        /// The inventory export.
        counts: Option<Counts>,
    },
    /// Shopify's inventory export alone.
    Inventory(Counts),
}

/// The headers of a product export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Headers {
    /// Shopify's until 2023.
    Old,
    /// Shopify's since 2024.
    New,
    /// Those of Matrixify, with a column of counts for each location.
    Matrixify,
}

/// The generations of Shopify's inventory export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    /// A column a location.
    Wide,
    /// A row a location, of 2023.
    Long2023,
    /// A row a location, of 2024.
    Long2024,
}

/// The names that a shop can have options under.
pub const OPTIONS: [&str; 3] = ["Size", "Größe", "Pack of"];
/// The locations that a shop can have.
pub const LOCATIONS: [&str; 3] = ["Boston", "New York", "Ware, \"East\""];
/// The metafields that a shop can have.
pub const METAFIELDS: [&str; 5] = ["custom.qty", "custom.note", "my-app.v2.limit", "shopify.fabric", "option.kind"];
/// The headers of the file of further columns.
pub const EXTRA_HEADERS: [&str; 2] = ["Amazon Qty", "Lagerplatz"];
/// Headers of the product export that stockrule knows nothing of: one of the product, one of the variant.
pub const OWN_HEADERS: [&str; 2] = ["Season", "Variant Bin"];

/// The minute of the snapshot.
pub const AS_OF: &str = "2026-11-23T04:00:00Z";

impl Case {
    /// The case of a seed, with at least this number of variants.
    pub fn of(seed: u64, variants: usize) -> Self {
        let mut random = Random::of(seed);
        let form = form(&mut random, variants);
        let (products, rows) = stock::products(&mut random, form, variants);
        let mut case = Case {
            seed,
            form,
            products,
            rows,
            extra: None,
            report: None,
            merchant_fulfils: random.one_in(3),
            sales: Sales::default(),
            rules: vec![],
            today: format!("2026-11-{:02}", random.between(20, 29)),
            marketplace: (*random.pick(&["amazon.com", "amazon.de", "amazon.co.jp"])).to_owned(),
        };
        let skus = case.shop().variants.into_iter().map(|variant| variant.sku).collect::<Vec<_>>();
        if random.one_in(2) {
            case.extra = Some(stock::extra(&mut random, &skus));
        }
        if random.one_in(2) {
            case.report = Some(listings::report(&mut random, &skus));
        }
        let locations = case.locations();
        if random.one_in(3) {
            case.sales = orders::sales(&mut random, &skus, &locations);
        }
        case.rules = making::files(&mut random, &case.shop(), &case.fields(), variants);
        case
    }

    /// Whether products and inventory are joined.
    fn counts(&self) -> Option<Counts> {
        match self.form {
            Form::Products { counts, .. } => counts,
            Form::Inventory(counts) => Some(counts),
            Form::Snapshot => None,
        }
    }

    /// The locations that the files name. A file with a column for each names them all.
    pub fn locations(&self) -> Vec<String> {
        let of = |(product, variant): &(usize, usize)| match &self.products[*product].variants[*variant] {
            Variant { exported: Exported::WithOtherSku, .. } => vec![],
            Variant { stock: Stock::At(places), .. } => places.iter().map(|(place, _)| *place).collect(),
            Variant { stock: Stock::Plain(_), .. } => vec![],
        };
        let mut named: Vec<usize> = self.rows.iter().flat_map(of).collect();
        let is_matrixify = matches!(self.form, Form::Products { headers: Headers::Matrixify, .. });
        if self.form == Form::Snapshot || is_matrixify || self.counts() == Some(Counts::Wide) && !named.is_empty() {
            named.extend(0..LOCATIONS.len());
        }
        named.sort_unstable();
        named.dedup();
        named.into_iter().map(|place| LOCATIONS[place].to_owned()).collect()
    }

    /// What is true of the shop.
    pub fn shop(&self) -> Shop {
        let mut variants: Vec<facts::Variant> = vec![];
        if self.form == Form::Snapshot {
            // A snapshot's first variant has every name, so that all of them exist.
            variants.push(stock::nameless());
        }
        let file_facts = FileFacts::of(self);
        variants.extend(self.rows.iter().map(|&(product, variant)| {
            let product = &self.products[product];
            self.fact(product, &product.variants[variant], &file_facts)
        }));
        let locations = self.locations();
        Shop {
            variants,
            locations,
            listings: self.report.as_ref().map(|report| report.rows.clone()),
            channel_is_named: self.report.as_ref().is_some_and(|report| report.has_channel),
            merchant_fulfils: self.merchant_fulfils,
            orders: self.sales.lines(),
            has_amazon_orders: self.sales.has_amazon(),
            orders_location: self.sales.location.clone(),
            today: self.today.clone(),
            marketplace: self.marketplace.clone(),
        }
    }

    /// The fields with names of the shop's own that its files have.
    pub fn fields(&self) -> Vec<Vec<String>> {
        let owned = |parts: &[&str]| parts.iter().map(|&part| part.to_owned()).collect::<Vec<_>>();
        let mut fields = vec![];
        let used = |name: &&&str| {
            self.form == Form::Snapshot
                || self.rows.iter().any(|(product, _)| self.products[*product].option_names.iter().any(|known| known == **name))
        };
        fields.extend(OPTIONS.iter().filter(used).map(|name| owned(&["option", name])));
        fields.extend(self.locations().iter().map(|name| owned(&["location", name])));
        if !matches!(self.form, Form::Inventory(_)) {
            for name in METAFIELDS {
                let parts: Vec<&str> = name.split('.').collect();
                fields.push(if parts[0] == "option" { owned(&[&["metafield"], &parts[..]].concat()) } else { owned(&parts) });
            }
        }
        if matches!(self.form, Form::Products { .. }) {
            fields.extend(OWN_HEADERS.iter().map(|header| owned(&["column", header])));
        }
        if self.extra.is_some() {
            fields.extend(EXTRA_HEADERS.iter().map(|header| owned(&["column", header])));
        }
        fields
    }
}

fn form(random: &mut Random, variants: usize) -> Form {
    let counts = *random.pick(&[Counts::Wide, Counts::Long2023, Counts::Long2024]);
    // Large shops come in exports, which are read in parts.
    match random.below(if variants > 1000 { 5 } else { 10 }) {
        0 => Form::Inventory(counts),
        1..=4 => {
            let headers = *random.pick(&[Headers::Old, Headers::New, Headers::Matrixify]);
            Form::Products {
                headers,
                has_tracker: !random.one_in(6),
                in_two: random.one_in(4),
                counts: Some(counts).filter(|_| headers != Headers::Matrixify && random.one_in(2)),
            }
        }
        5 | 6 => {
            let headers = *random.pick(&[Headers::Old, Headers::New]);
            Form::Products { headers, has_tracker: true, in_two: false, counts: Some(counts) }
        }
        _ => Form::Snapshot,
    }
}
