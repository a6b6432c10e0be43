//! What the files of a shop tell of its variants.

use std::collections::{HashMap, HashSet};

use super::super::simple::facts;
use super::exported::Exported;
use super::stock::{Product, Stock, Tracker, Variant};
use super::{Case, EXTRA_HEADERS, Form, LOCATIONS, METAFIELDS, OWN_HEADERS, stock};

/// What files tell of SKUs.
#[derive(Default)]
pub struct FileFacts<'a> {
    /// The cells of the file of further columns.
    extra: HashMap<&'a str, &'a [String; 2]>,
    /// The SKUs that the inventory export has beside a product export.
    counted: HashSet<&'a str>,
}

impl<'a> FileFacts<'a> {
    /// Looks through all files.
    pub fn of(case: &'a Case) -> Self {
        let extra = case.extra.iter().flatten().map(|(sku, cells)| (sku.as_str(), cells));
        let variants = case.rows.iter().map(|&(product, variant)| &case.products[product].variants[variant]);
        let has_its_sku = |variant: &&Variant| matches!(variant.exported, Exported::Alike | Exported::Renamed);
        let is_counted = |variant: &&Variant| matches!(variant.stock, Stock::At(_)) && has_its_sku(variant);
        let counted =
            variants.filter(|variant| matches!(case.form, Form::Products { counts: Some(_), .. }) && is_counted(variant));
        let counted = counted.map(|variant| variant.sku.trim()).filter(|sku| !sku.is_empty());
        FileFacts { extra: extra.collect(), counted: counted.collect() }
    }
}

impl Case {
    /// A variant, as far as the files can tell of it.
    pub fn fact(&self, product: &Product, variant: &Variant, file_facts: &FileFacts<'_>) -> facts::Variant {
        let (places, plain) = match &variant.stock {
            // Its row has the SKU of something else: which one is meant would be a guess.
            Stock::At(_) if variant.exported == Exported::WithOtherSku => (&[][..], None),
            Stock::At(places) => (&places[..], None),
            // Another variant with its SKU is in the inventory export: which one is meant would be a guess.
            Stock::Plain(_) if file_facts.counted.contains(variant.sku.trim()) => (&[][..], None),
            Stock::Plain(count) => (&[][..], *count),
        };
        let known: Vec<_> =
            places.iter().filter_map(|(place, count)| Some((LOCATIONS[*place].to_owned(), count.number()?))).collect();
        let sum = (!known.is_empty() && places.iter().all(|(_, count)| count.is_readable()))
            .then(|| known.iter().map(|(_, count)| count).sum());
        let extra = file_facts.extra.get(variant.sku.trim()).into_iter().flat_map(|cells| EXTRA_HEADERS.iter().zip(*cells));
        let own = OWN_HEADERS.iter().zip([&product.season, &variant.bin]);
        let is_export = matches!(self.form, Form::Products { .. });
        let columns = own.filter(|_| is_export).chain(extra);
        let has_tracker = !matches!(self.form, Form::Products { has_tracker: false, .. });
        let metafields = METAFIELDS.iter().enumerate().filter_map(|(at, name)| {
            let layer =
                |list: &[(usize, Vec<String>)]| list.iter().find(|(known, _)| *known == at).map(|(_, values)| values.clone());
            Some(((*name).to_owned(), layer(&variant.metafields).or_else(|| layer(&product.metafields))?))
        });
        let mut fact = facts::Variant {
            sku: variant.sku.clone(),
            barcode: variant.barcode.clone(),
            handle: product.handle.clone(),
            title: product.title.clone(),
            vendor: product.vendor.clone(),
            product_type: product.product_type.clone(),
            category: product.category.clone(),
            status: product.status.clone(),
            tags: product.tags.clone(),
            collections: product.collections.clone(),
            options: product.option_names.iter().cloned().zip(variant.option_values.iter().cloned()).collect(),
            price: variant.price.clone(),
            compare_at_price: variant.compare_at_price.clone(),
            cost: variant.cost.clone(),
            weight: variant.weight.clone(),
            inventory: plain.or(sum),
            locations: known,
            policy: variant.policy.clone(),
            fulfillment: variant.fulfillment.clone(),
            is_tracked: !has_tracker || variant.tracker != Tracker::None,
            is_by_amazon: has_tracker && variant.tracker == Tracker::Amazon || variant.fulfillment == stock::BY_AMAZON,
            is_published: product.is_published,
            is_gift_card: product.is_gift_card,
            metafields: metafields.collect(),
            columns: columns.map(|(header, cell)| ((*header).to_owned(), vec![cell.clone()])).collect(),
        };
        if let Form::Inventory(_) = self.form {
            fact = facts::Variant {
                sku: fact.sku,
                handle: fact.handle,
                title: fact.title,
                options: fact.options,
                inventory: fact.inventory,
                locations: fact.locations,
                columns: fact.columns,
                ..stock::nameless()
            };
        }
        fact
    }
}
