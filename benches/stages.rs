//! What each stage takes, at three sizes: `cargo bench --features internals`. They show which stage a change has made faster or slower;
//! whole processes are compared with other tools in `peers`.
#![allow(clippy::disallowed_methods, clippy::expect_used, missing_docs)] // a bench that cannot set itself up fails

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use stockrule::internals::stages::{Export, Rules, Shop};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

/// Numbers that look random, the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// A product export: products of one to eight variants, with bodies that hold quotes and line ends.
fn export(variants: usize) -> String {
    let mut numbers = Numbers(1);
    let mut text = "Handle,Title,Body (HTML),Vendor,Type,Tags,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,\
                    Variant Inventory Qty,Variant Price,Status,Q (product.metafields.custom.qty)\n"
        .to_owned();
    let (mut product, mut left) = (0, 0);
    for variant in 0..variants {
        let first = left == 0;
        if first {
            product += 1;
            left = 1 + numbers.below(8);
        }
        left -= 1;
        let (tag, vendor) = (numbers.below(2_000), numbers.below(500));
        let of_product = match first {
            true => format!(
                "Shirt {product},\"<p class=\"\"lead\"\">soft,\nwarm</p>{}\",Vendor {vendor},Type {},\"tag-{tag}, clearance-{}\",Size",
                "words of a body ".repeat(numbers.below(20)),
                vendor % 40,
                tag % 7
            ),
            false => ",,,,,".to_owned(),
        };
        let (count, price) = (numbers.below(60), numbers.below(20_000));
        let status = if first { "active" } else { "" };
        writeln!(
            text,
            "shirt-{product},{of_product},S{left},K{variant:07},shopify,{count},{}.{:02},{status},{count}",
            price / 100,
            price % 100
        )
        .expect("text");
    }
    text
}

/// Rules of the kinds that shops write.
fn rules(count: usize) -> String {
    let mut numbers = Numbers(2);
    let mut text = "all: level\n".to_owned();
    for number in 1..count {
        let (vendor, tag, sku) = (numbers.below(500), numbers.below(2_000), numbers.below(100_000));
        let rule = match number % 5 {
            0 => format!("where vendor=\"Vendor {vendor}\" and price < {}: buffer 2; max 7", 1 + tag % 90),
            1 => format!("where tag=tag-{tag}: max {}", 1 + vendor % 9),
            2 => format!("where sku in (K{sku:07}, K{:07}): fixed 3", sku + 1),
            3 => format!("where type=\"Type {}\" and tag=tag-{tag}: from custom.qty else 0; share 50%", vendor % 40),
            _ => format!("where vendor=\"Vendor {vendor}\" and inventory <= 3: sync off"),
        };
        text.push_str(&rule);
        text.push('\n');
    }
    text
}

fn each_size(criterion: &mut Criterion, name: &str, mut bench: impl FnMut(&mut criterion::Bencher<'_>, usize)) {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10);
    for size in SIZES {
        group.throughput(Throughput::Elements(size as u64));
        group.bench_with_input(BenchmarkId::from_parameter(size), &size, |bencher, &size| bench(bencher, size));
    }
    group.finish();
}

/// Text to tree, and tree to text, by lines of rules.
fn of_rules(criterion: &mut Criterion) {
    each_size(criterion, "parse", |bencher, lines| {
        let text = rules(lines);
        bencher.iter(|| black_box(Rules::parse(&text)));
    });
    each_size(criterion, "format", |bencher, lines| {
        let text = rules(lines);
        bencher.iter(|| black_box(Rules::format(&text)));
    });
    let export = Export::read_whole(&export(1_000), &Rules::parse(&rules(10)));
    each_size(criterion, "resolve", |bencher, lines| {
        let rules = Rules::parse(&rules(lines));
        bencher.iter(|| assert!(rules.resolve(&export)));
    });
}

/// File to catalog, by variants: in chunks, as large exports are read, and as a whole.
fn of_catalogs(criterion: &mut Criterion) {
    let rules = Rules::parse(&rules(10));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shop.csv");
    each_size(criterion, "read in chunks", |bencher, variants| {
        std::fs::write(&path, export(variants)).expect("a file");
        bencher.iter(|| black_box(Export::read_in_chunks(&path, &rules)));
    });
    each_size(criterion, "read whole", |bencher, variants| {
        let export = export(variants);
        bencher.iter(|| black_box(Export::read_whole(&export, &rules)));
    });
}

/// Rules and catalog to decisions, by variants and by lines of rules; decisions to bytes, by variants.
fn of_decisions(criterion: &mut Criterion) {
    let shop = |variants, lines| Shop::new(&export(variants), &rules(lines));
    each_size(criterion, "evaluate 12 rules", |bencher, variants| {
        let shop = shop(variants, 12);
        bencher.iter(|| black_box(shop.decide()));
    });
    each_size(criterion, "evaluate 10,000 variants", |bencher, lines| {
        let shop = shop(10_000, lines);
        bencher.iter(|| black_box(shop.decide()));
    });
    each_size(criterion, "emit quantities", |bencher, variants| {
        let shop = shop(variants, 12);
        let decided = shop.decide();
        bencher.iter(|| shop.emit_quantities(&decided));
    });
    each_size(criterion, "emit feed", |bencher, variants| {
        let shop = shop(variants, 12);
        let decided = shop.decide();
        bencher.iter(|| shop.emit_feed(&decided));
    });
}

criterion_group!(benches, of_rules, of_catalogs, of_decisions);
criterion_main!(benches);
