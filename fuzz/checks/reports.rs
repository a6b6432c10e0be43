//! Any bytes as a listings report or an orders file are answered, and orders move counts without harm.

use super::common;
use std::path::{Path, PathBuf};

use crate::fields::Projection;
use crate::orders::{
    AsOfSource, Movements, OrderContext, OrderFile, OrderReadOptions, OrdersSummary, Units, apply_amazon, apply_shopify, read,
};

const SHOP: &str = "variants:\n  - {sku: A, inventory: 9}\n  - {sku: B, inventory: 0, locations: {Boston: 3}}\n  - {sku: C}\n";

/// Any bytes as a report or an orders file.
pub fn check(bytes: &[u8]) {
    let mut wanted = Projection::everything();
    wanted.locations.push("Boston".to_owned());
    let (catalog, _) = common::catalog(&[("shop.yaml", SHOP.as_bytes())], &wanted);
    let (listings, diagnostics) = crate::amazon::listings::read(Path::new("listings.txt"), bytes.to_vec(), false);
    common::check(&diagnostics);
    if let Some(mut listings) = listings {
        listings.join(&catalog);
    }
    for name in ["orders.csv", "orders.txt", "orders.json"] {
        let file = OrderFile { name: PathBuf::from(name), bytes: bytes.to_vec() };
        let (orders, mut diagnostics) = read(vec![file], &OrderReadOptions::default());
        let (mut counts, mut movements) = (catalog.counts.clone(), Movements::default());
        let given = OrderContext { catalog: &catalog, as_of: None, orders_location: None, rules_read_locations: true };
        apply_shopify(&orders, &given, &mut counts, &mut movements, &mut diagnostics);
        apply_amazon(
            &orders,
            &given,
            |variant| if variant.index() == 2 { Units::Off } else { Units::Of(2) },
            &mut counts,
            &mut movements,
            &mut diagnostics,
        );
        common::check(&diagnostics);
        let told = OrdersSummary::of(&orders, &movements, None, AsOfSource::Unknown);
        assert!(told.counted <= told.lines && !told.line().is_empty());
    }
}
