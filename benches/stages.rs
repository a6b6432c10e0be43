//! What each stage takes, at three sizes: `cargo bench`. Whole processes are compared with other tools elsewhere; these tell
//! which stage a change has made faster or slower.
#![allow(clippy::disallowed_methods, clippy::expect_used, missing_docs)] // a bench that cannot set itself up fails

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::PathBuf;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use stockrule::catalog::{Catalog, Input, load, read_in_chunks};
use stockrule::emit::updates::Updates;
use stockrule::emit::{feed, quantities};
use stockrule::evaluate::{Context, Decisions, Run};
use stockrule::fields::Projection;
use stockrule::resolve::checked::Ruleset;
use stockrule::resolve::resolve;
use stockrule::source::Source;
use stockrule::syntax::{format, parse};

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

fn tree(rules: &str) -> stockrule::syntax::tree::RuleFile {
    parse(Arc::new(Source::new("shop.rules", rules))).0
}

fn wanted(rules: &str) -> Projection {
    let mut wanted = Projection::default();
    tree(rules).for_each_field(&mut |name| wanted.add(&name.parts));
    wanted
}

fn input(path: PathBuf) -> Input {
    Input { path, columns_key: None }
}

fn catalog(export: &str, wanted: &Projection) -> Catalog {
    let path = PathBuf::from("shop.csv");
    let (catalog, found) = load(vec![(input(path.clone()), export.as_bytes().to_vec().into())], &[path], wanted);
    assert!(found.is_empty(), "{found:?}");
    catalog
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
        bencher.iter(|| black_box(tree(&text)));
    });
    each_size(criterion, "print", |bencher, lines| {
        let text = rules(lines);
        bencher.iter(|| black_box(format(&text)));
    });
    let catalog = catalog(&export(1_000), &wanted(&rules(10)));
    each_size(criterion, "resolve", |bencher, lines| {
        let tree = tree(&rules(lines));
        bencher.iter(|| black_box(resolve(std::slice::from_ref(&tree), Some(&catalog.schema))));
    });
}

/// File to catalog, by variants: in parts, as large exports are read, and as a whole.
fn of_catalogs(criterion: &mut Criterion) {
    let wanted = wanted(&rules(10));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("shop.csv");
    each_size(criterion, "load in parts", |bencher, variants| {
        std::fs::write(&path, export(variants)).expect("a file");
        bencher.iter(|| {
            let content = read_in_chunks(&input(path.clone()), &path, 0, &wanted, &mut vec![]).expect("a product export");
            black_box(load(vec![(input(path.clone()), content)], std::slice::from_ref(&path), &wanted))
        });
    });
    each_size(criterion, "load as a whole", |bencher, variants| {
        let export = export(variants);
        bencher.iter(|| black_box(catalog(&export, &wanted)));
    });
}

/// A shop whose rules are resolved.
struct Shop {
    catalog: Catalog,
    ruleset: Ruleset,
    today: jiff::civil::Date,
}

impl Shop {
    fn of(variants: usize, lines: usize) -> Self {
        let rules = rules(lines);
        let catalog = catalog(&export(variants), &wanted(&rules));
        let ruleset = resolve(&[tree(&rules)], Some(&catalog.schema)).expect("sound rules");
        Shop { catalog, ruleset, today: jiff::civil::date(2026, 11, 23) }
    }

    fn context(&self) -> Context<'_> {
        Context::new(&self.catalog, None, "amazon.com", self.today)
    }

    fn decisions(&self) -> Arc<Decisions> {
        Run::new(&self.ruleset, self.context()).into_decisions()
    }
}

/// Rules and catalog to decisions, by variants and by lines of rules; decisions to bytes, by variants.
fn of_decisions(criterion: &mut Criterion) {
    each_size(criterion, "evaluate 12 rules", |bencher, variants| {
        let shop = Shop::of(variants, 12);
        bencher.iter(|| black_box(shop.decisions()));
    });
    each_size(criterion, "evaluate 10,000 variants", |bencher, lines| {
        let shop = Shop::of(10_000, lines);
        bencher.iter(|| black_box(shop.decisions()));
    });
    each_size(criterion, "emit quantities", |bencher, variants| {
        let shop = Shop::of(variants, 12);
        let decisions = shop.decisions();
        let updates = Updates { context: shop.context(), decisions: &decisions, left_out: None };
        bencher.iter(|| quantities::csv(&updates, &mut std::io::sink()));
    });
    each_size(criterion, "emit feed", |bencher, variants| {
        let shop = Shop::of(variants, 12);
        let decisions = shop.decisions();
        let updates = Updates { context: shop.context(), decisions: &decisions, left_out: None };
        let sent: Vec<_> = updates.iter().map(|update| update.offer).collect();
        bencher.iter(|| feed::document("A1", &updates, &sent, &mut std::io::sink()));
    });
}

criterion_group!(benches, of_rules, of_catalogs, of_decisions);
criterion_main!(benches);
