//! Writes a Shopify product export that looks like a shop's, the same one each time: `export-generator VARIANTS SEED FILE.csv`.
//!
//! Products have 1 to 12 variants; bodies have quotes, commas and line ends; vendors, types and tags are spread as in a shop, a few
//! of them on many products. Only whole numbers are reckoned with, so that every machine writes the same bytes.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    /// A number from `first` to `last`, both included.
    fn range(&mut self, first: i64, last: i64) -> i64 {
        first + self.below((last - first + 1) as u64) as i64
    }

    fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }

    fn words(&mut self, count: i64) -> String {
        (0..count).map(|_| self.one_of(WORDS)).collect::<Vec<_>>().join(" ")
    }
}

/// Zipf's distribution: number `i` is drawn in proportion to 1 / (i + 2).
struct Zipf(Vec<u64>);

impl Zipf {
    fn new(numbers: u64) -> Self {
        let mut sum = 0;
        let weight = |number| {
            sum += 1_000_000_000 / (number + 2);
            sum
        };
        Self((0..numbers).map(weight).collect())
    }

    fn pick(&self, random: &mut Random) -> usize {
        let drawn = random.below(self.0.last().copied().unwrap_or(1));
        self.0.partition_point(|sum| *sum <= drawn)
    }
}

const WORDS: &[&str] = &[
    "soft",
    "cotton",
    "tee",
    "classic",
    "fit",
    "organic",
    "ribbed",
    "collar",
    "machine",
    "wash",
    "cold",
    "tumble",
    "dry",
    "low",
    "heavyweight",
    "fleece",
    "brushed",
    "inside",
    "double-stitched",
    "seams",
    "recycled",
    "polyester",
    "blend",
    "water-resistant",
    "zip",
    "pocket",
    "lightweight",
    "breathable",
    "everyday",
    "essential",
    "designed",
    "in",
    "Portland",
    "made",
    "responsibly",
    "by",
    "our",
    "partners",
    "fits",
    "true",
    "to",
    "size",
    "model",
    "wears",
    "medium",
    "café",
    "naïve",
    "limited",
    "edition",
    "ships",
    "within",
    "two",
    "days",
];
const SIZES: [&str; 12] = ["XS", "S", "M", "L", "XL", "2XL", "3XL", "4XL", "5XL", "6XL", "7XL", "8XL"];
const COLORS: [&str; 8] = ["Black", "White", "Navy", "Heather Grey", "Forest Green", "Rust", "Sand", "Sky Blue"];

const HEADERS: [&str; 35] = [
    "Handle",
    "Title",
    "Body (HTML)",
    "Vendor",
    "Product Category",
    "Type",
    "Tags",
    "Published",
    "Option1 Name",
    "Option1 Value",
    "Option2 Name",
    "Option2 Value",
    "Option3 Name",
    "Option3 Value",
    "Variant SKU",
    "Variant Grams",
    "Variant Inventory Tracker",
    "Variant Inventory Qty",
    "Variant Inventory Policy",
    "Variant Fulfillment Service",
    "Variant Price",
    "Variant Compare At Price",
    "Variant Requires Shipping",
    "Variant Taxable",
    "Variant Barcode",
    "Image Src",
    "Image Position",
    "Image Alt Text",
    "Gift Card",
    "SEO Title",
    "SEO Description",
    "Amazon Qty (product.metafields.custom.amazon_qty)",
    "Variant Image",
    "Variant Weight Unit",
    "Status",
];

/// A line of the export: cells under headers, blank where nothing is set.
struct Line([String; 35]);

impl Line {
    fn new() -> Self {
        Self(std::array::from_fn(|_| String::new()))
    }

    fn set(&mut self, header: &str, cell: impl Into<String>) {
        if let Some(at) = HEADERS.iter().position(|known| *known == header) {
            self.0[at] = cell.into();
        }
    }

    fn write(&self, file: &mut impl Write) -> std::io::Result<()> {
        for (at, cell) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            if cell.contains(['"', ',', '\n', '\r']) {
                write!(file, "{comma}\"{}\"", cell.replace('"', "\"\""))?;
            } else {
                write!(file, "{comma}{cell}")?;
            }
        }
        writeln!(file)
    }
}

fn vendor(number: usize) -> String {
    match number {
        5 => "Acme".to_owned(),
        _ if number % 7 == 3 => format!("Vendor {number:03}, Inc."),
        _ if number % 31 == 9 => format!("The \"{number}\" Company"),
        _ => format!("Vendor {number:03}"),
    }
}

fn product_type(number: usize) -> String {
    if number == 8 { "Bundle".to_owned() } else { format!("Type {number:02}") }
}

fn tag(number: usize) -> String {
    match number {
        9 => "clearance".to_owned(),
        21 => "3pl".to_owned(),
        _ => format!("tag-{number:04}"),
    }
}

/// A description of 300 to 800 characters.
fn body(random: &mut Random) -> String {
    let mut body = "<p class=\"lead\">".to_owned();
    let length = random.range(300, 800) as usize;
    while body.len() < length {
        let count = random.range(5, 11);
        body += &random.words(count);
        body += match random.below(6) {
            0 => "</p>\n<p>",
            1 => ", <strong>",
            2 => "</strong>, ",
            3 => "<span style=\"color:#333\">x</span> ",
            4 => ",\n<li>",
            _ => ". ",
        };
    }
    body + "</p>"
}

fn cents(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

struct Spread {
    vendors: Zipf,
    types: Zipf,
    tags: Zipf,
}

/// Writes the lines of a product. Returns how many variants it has: `left` at most.
fn product(number: usize, left: usize, spread: &Spread, random: &mut Random, file: &mut impl Write) -> std::io::Result<usize> {
    let title = format!("{} {number}", random.words(4));
    let handle = format!("{}-{number}", random.words(2).replace(' ', "-"));
    let mut first = Line::new();
    first.set("Title", &title);
    first.set("Body (HTML)", body(random));
    first.set("Vendor", vendor(spread.vendors.pick(random)));
    first.set("Type", if random.percent(2) { String::new() } else { product_type(spread.types.pick(random)) });
    let mut tags: Vec<usize> = vec![];
    for _ in 0..random.below(9) {
        let picked = spread.tags.pick(random);
        if !tags.contains(&picked) {
            tags.push(picked);
        }
    }
    first.set("Tags", tags.into_iter().map(tag).collect::<Vec<_>>().join(", "));
    first.set("Product Category", format!("Apparel & Accessories > Clothing > Group {}", random.below(40)));
    let variants = (if random.percent(40) { 1 } else { random.range(2, 12) as usize }).min(left);
    let has_colors = variants > 4;
    let images =
        if random.percent(5) { variants + random.range(1, 3) as usize } else { random.range(1, variants.min(6) as i64) as usize };
    let price = random.range(199, 19_999);
    first.set(
        "Amazon Qty (product.metafields.custom.amazon_qty)",
        if random.percent(30) { random.range(0, 60).to_string() } else { String::new() },
    );
    first.set("Status", if random.percent(95) { "active" } else { "draft" });
    first.set("SEO Title", if random.percent(40) { format!("{title} | Shop, now") } else { String::new() });
    first.set("Published", "true");
    first.set("Gift Card", "false");
    first.set("Option1 Name", if variants == 1 { "Title" } else { "Size" });
    first.set("Option2 Name", if has_colors { "Color" } else { "" });
    for at in 0..variants.max(images) {
        let mut line = if at == 0 { std::mem::replace(&mut first, Line::new()) } else { Line::new() };
        line.set("Handle", &handle);
        if at < images {
            let version = number * 31 + at;
            line.set(
                "Image Src",
                format!("https://cdn.shopify.com/s/files/1/0{:03}/products/{handle}_{at}.jpg?v=16{version:08}", number % 1000),
            );
            line.set("Image Position", (at + 1).to_string());
        }
        if at < variants {
            variant(&mut line, number, at, (variants, has_colors), price + 100 * (at as i64 / 2), random);
        }
        line.write(file)?;
    }
    Ok(variants)
}

/// Sets the cells of a variant: the product's number, which of its variants it is, how many there are and whether of colors, its price.
fn variant(line: &mut Line, product: usize, at: usize, (variants, has_colors): (usize, bool), price: i64, random: &mut Random) {
    let size = match variants {
        1 => "Default Title",
        _ if has_colors => SIZES[at / 2 % 12],
        _ => SIZES[at],
    };
    line.set("Option1 Value", size);
    line.set("Option2 Value", if has_colors { COLORS[at % 2 + product % 6] } else { "" });
    line.set("Variant SKU", format!("K{product:07}-{:02}", at + 1));
    line.set("Variant Grams", random.below(2000).to_string());
    let count = match random.below(20) {
        0 => -random.range(0, 3),
        1..=4 => 0,
        5..=14 => random.range(1, 30),
        _ => random.range(31, 600),
    };
    line.set("Variant Inventory Tracker", "shopify");
    line.set("Variant Inventory Qty", count.to_string());
    line.set("Variant Inventory Policy", "deny");
    line.set("Variant Fulfillment Service", "manual");
    line.set("Variant Price", cents(price));
    line.set("Variant Compare At Price", if random.percent(25) { cents(price * 13 / 10) } else { String::new() });
    line.set("Variant Requires Shipping", "true");
    line.set("Variant Taxable", "true");
    line.set("Variant Barcode", format!("{:013}", 4_000_000_000_000 + product * 12 + at));
    line.set("Variant Weight Unit", "g");
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [variants, seed, path] = &arguments[..] else { return Err("export-generator VARIANTS SEED FILE.csv".into()) };
    let (variants, mut random) = (variants.parse::<usize>()?, Random(seed.parse()?));
    let spread = Spread { vendors: Zipf::new(500), types: Zipf::new(100), tags: Zipf::new(2000) };
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    writeln!(file, "{}", HEADERS.join(","))?;
    let (mut done, mut products) = (0, 0);
    while done < variants {
        products += 1;
        done += product(products, variants - done, &spread, &mut random, &mut file)?;
    }
    file.flush()?;
    println!("{products} products, {done} variants");
    Ok(())
}
